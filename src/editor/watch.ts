/**
 * The person's own changes: tells the session of this window which files may have changed.
 *
 * A bell, never a list: editors and the disk ring it, and the session looks for itself. Nothing is watched without a session.
 */
import { RelativePattern, workspace } from "vscode";
import type { Disposable } from "vscode";
import type { Current } from "./current.ts";
import { pathIn } from "./within.ts";

export function watchFolder(current: Current): Disposable {
  let watching: Disposable[] = [];

  function watch(): void {
    for (const each of watching) each.dispose();
    watching = [];
    const session = current.session();
    const folder = current.folder();
    if (session === null || folder === null) return;
    const root = folder.uri.fsPath;
    const disk = workspace.createFileSystemWatcher(new RelativePattern(folder, "**/*"));
    const changed = (uri: Parameters<typeof pathIn>[1]): void => {
      const path = pathIn(root, uri);
      if (path !== null && !passedBy.test(path)) session.userChanged(path);
    };
    watching = [
      disk,
      disk.onDidChange(changed),
      disk.onDidCreate(changed),
      disk.onDidDelete(changed),
      workspace.onDidChangeTextDocument(({ document }) => changed(document.uri)),
      workspace.onDidRenameFiles(({ files }) => {
        for (const { oldUri, newUri } of files) {
          const [from, to] = [pathIn(root, oldUri), pathIn(root, newUri)];
          if (from !== null && to !== null) session.userRenamed(from, to);
        }
      }),
      workspace.onDidSaveTextDocument((document) => {
        const path = pathIn(root, document.uri);
        if (path !== null) session.userSaved(path);
      }),
    ];
  }

  const switching = current.onDidSwitch(watch);
  return {
    dispose: () => {
      for (const each of [...watching, switching]) each.dispose();
    },
  };
}

/** Folders that ring all the time and never hold a reviewed file; and our own temporary files. */
const passedBy = /(?:^|\/)(?:\.git|node_modules)(?:\/|$)|\.countersign-[0-9a-f]{16}\.tmp$/;

/**
 * What must be so before anything is done with a folder: it is open, and it is trusted.
 *
 * Each command asks here again; nothing is remembered. A "no" has been said to the person, with the way out, when it is returned.
 */
import { commands, l10n, window, workspace } from "vscode";
import type { WorkspaceFolder } from "vscode";

/** The folder to work in; asks which where there are several. Null: there is none, or the person chose none. */
export async function readyFolder(): Promise<WorkspaceFolder | null> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    await offer(
      l10n.t("Countersign works on a folder, and none is open."),
      l10n.t("Open Folder…"),
      "vscode.openFolder",
    );
    return null;
  }
  if (!(await isTrusted())) return null;
  const local = folders.filter((folder) => folder.uri.scheme === "file");
  if (local.length === 0) {
    await offer(
      l10n.t("This folder is not on a disk that Countersign can read."),
      l10n.t("Open Folder…"),
      "vscode.openFolder",
    );
    return null;
  }
  if (local.length === 1) return local[0]!;
  return (await window.showWorkspaceFolderPick({ placeHolder: l10n.t("Which folder is the task about?") })) ?? null;
}

/** Whether the workspace is trusted; says how to change it when it is not. */
export async function isTrusted(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  await offer(
    l10n.t(
      "This workspace is in Restricted Mode. Countersign reads it and sends parts of it to a model only when you trust it.",
    ),
    l10n.t("Manage Workspace Trust"),
    "workbench.trust.manage",
  );
  return false;
}

/** A message with one way out. Does not wait for the answer: a command is done when it has said what is wrong. */
async function offer(text: string, label: string, command: string): Promise<void> {
  void window.showWarningMessage(text, label).then((chosen) => chosen && commands.executeCommand(command));
  return Promise.resolve();
}

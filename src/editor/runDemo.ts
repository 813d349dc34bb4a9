/**
 * Start Demo Session: where the demo runs, and what is said where its script no longer fits.
 *
 * Always: a copy of the sample that was worked on is never put back by itself: its files are the person's.
 */
import { UIKind, Uri, commands, env, l10n, window, workspace } from "vscode";
import type { WorkspaceFolder } from "vscode";
import { demoConnection, demoTask, freshSample, isAsMade, isSample } from "./demo.ts";
import { mayBeLeft, startTask, type TaskParts } from "./newTask.ts";
import { isTrusted } from "./ready.ts";
import { isWorking } from "./recaps.ts";

/** `dist`: where the sample is; `storage`: the extension's own folder, for fresh copies of it. */
export interface DemoParts extends TaskParts {
  dist: string;
  storage: string;
}

/** In a copy of the sample the demo runs here; anywhere else a fresh copy is opened, and runs it there. */
export async function startDemo(parts: DemoParts): Promise<void> {
  const folder = workspace.workspaceFolders?.[0];
  if (folder?.uri.scheme === "file" && workspace.isTrusted && (await isSample(parts.dist, folder.uri.fsPath))) {
    if (await isAsMade(parts.dist, folder.uri.fsPath)) return runDemo(parts, folder);
    const again = await whichAgain();
    if (again === null) return;
    if (again === "here") return runDemo(parts, folder);
  }
  const where = folder === undefined ? "here" : env.uiKind === UIKind.Web ? await whichWindow() : "new";
  if (where === null) return;
  const head = parts.current.head();
  // Another folder in this window ends what runs in it.
  if (where === "here" && isWorking(head) && !(await mayBeLeft(head.goal))) return;
  const fresh = Uri.file(await freshSample(parts.dist, parts.storage));
  await commands.executeCommand(
    "vscode.openFolder",
    fresh,
    where === "here" ? { forceReuseWindow: true } : { forceNewWindow: true },
  );
}

/** Runs the demo's task on a copy of the sample that is open here. */
export async function runDemo(parts: DemoParts, folder: WorkspaceFolder): Promise<void> {
  if (!(await isTrusted())) return;
  const survey = parts.rooms.drafts().then((drafts) => drafts.survey(folder.uri.fsPath));
  await startTask(parts, {
    folder,
    connection: demoConnection,
    goal: await demoTask(parts.dist),
    files: [],
    along: [],
    survey,
  });
}

/** The sample was worked on: the script was written for it as it was. Null: neither. */
async function whichAgain(): Promise<"here" | "fresh" | null> {
  const fresh = l10n.t("Open a Fresh Copy");
  const here = l10n.t("Run It Here");
  const chosen = await window.showInformationMessage(
    l10n.t("This copy of the sample has been changed."),
    {
      modal: true,
      detail: l10n.t(
        "The demo’s script was written for the sample as it was. Here, edits that no longer find their lines fail, and fewer hunks arrive; your files stay as they are. In a fresh copy it runs as the first time.",
      ),
    },
    fresh,
    here,
  );
  return chosen === fresh ? "fresh" : chosen === here ? "here" : null;
}

/** A browser may keep a page from opening a window, so there the person says which. Null: neither. */
async function whichWindow(): Promise<"here" | "new" | null> {
  const here = l10n.t("Open Here");
  const fresh = l10n.t("New Window");
  const detail = l10n.t("Open it in this window, or in a new one?");
  const chosen = await window.showInformationMessage(
    l10n.t("The demo has a project of its own."),
    { modal: true, detail },
    here,
    fresh,
  );
  return chosen === here ? "here" : chosen === fresh ? "new" : null;
}

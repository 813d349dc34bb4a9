/**
 * The commands: one table from name to what it does.
 *
 * Each checks for itself what it needs, whatever the menus showed; what goes wrong is said once and logged.
 */
import { Range, Uri, ViewColumn, commands, l10n, window, workspace } from "vscode";
import type { Disposable, LogOutputChannel, Memento, SecretStorage, WorkspaceFolder } from "vscode";
import type { Answer, Supervised } from "../session/index.ts";
import { allowedCommands } from "./allowed.ts";
import { decideAll, decideFile } from "./bulk.ts";
import { chooseAgent } from "./chooseAgent.ts";
import { plainly, type Current } from "./current.ts";
import { copyDiagnosticReport } from "./diagnose.ts";
import { keyHelp, removeKey, setKey } from "./key.ts";
import { leftOff } from "./leftOff.ts";
import { mayBeLeft, newTask, type TaskRequest } from "./newTask.ts";
import type { Review } from "./panel.ts";
import { isTrusted, readyFolder } from "./ready.ts";
import { isWorking, type Recaps } from "./recaps.ts";
import type { Rooms } from "./rooms.ts";
import { startDemo } from "./runDemo.ts";
import type { SessionRow, SessionsView } from "./sessions.ts";
import type { Troubles } from "./troubles.ts";

export interface CommandParts {
  rooms: Rooms;
  current: Current;
  review: Review;
  recaps: Recaps;
  view: SessionsView;
  secrets: SecretStorage;
  memento: Memento;
  log: LogOutputChannel;
  troubles: Troubles;
  /** Where the bundles and the sample are; the extension's own storage. */
  dist: string;
  storage: string;
}

export function registerCommands(parts: CommandParts): Disposable[] {
  const { current, review, secrets, log } = parts;

  const table: Record<string, (...given: never[]) => unknown> = {
    newTask: (request?: TaskRequest) => newTask(parts, isRequest(request) ? request : {}),
    startDemo: () => startDemo(parts),
    setKey: async () => {
      if (await setKey(secrets, parts.memento)) current.notice(null);
    },
    removeKey: () => removeKey(secrets),
    chooseAgent: (name?: string) => chooseAgent(parts, typeof name === "string" ? name : undefined),
    keyHelp: () => keyHelp(),
    openReview: () => openReview(parts),
    resume: (row?: SessionRow) => (row?.recap ? resumeSession(parts, row.folder, row.recap.session) : where(parts)),
    leftOff: () => where(parts),
    stop: () => withSession((session) => session.stop()),
    sendNow: (text?: string) => onceOpen((session) => sendNow(session, text)),
    followUp: (text?: string) => onceOpen((session) => followUp(parts, session, text)),
    continue: () => onceOpen((session) => void session.prompt(l10n.t("Please continue where you left off."))),
    acceptHunk: () => inPage("accept"),
    rejectHunk: () => inPage("reject"),
    nextHunk: () => inPage("next"),
    previousHunk: () => inPage("previous"),
    acceptFile: () => answered((session) => decideFile(session, "accept")),
    rejectFile: () => answered((session) => decideFile(session, "reject")),
    acceptAll: () => answered((session) => decideAll(session, "accept")),
    rejectAll: () => answered((session) => decideAll(session, "reject")),
    undo: () => answered((session) => session.undo()),
    redo: () => answered((session) => session.redo()),
    refresh: () => parts.view.refresh(),
    allowedCommands: () => allowedCommands(parts),
    showLog: () => log.show(),
    copyReport: () => copyDiagnosticReport(parts),
  };

  /** With no session in this window the folder's newest is opened and shown; what was asked is done only to what was seen. */
  async function withSession(act: (session: Supervised) => unknown): Promise<void> {
    if (!(await isTrusted())) return;
    const session = current.session();
    if (session) await act(session);
    else if (!(await openReview(parts))) window.setStatusBarMessage(l10n.t("There is no session here."), 5_000);
  }

  /** Words to the agent decide nothing: they go to the newest session as soon as it is open. */
  async function onceOpen(act: (session: Supervised) => unknown): Promise<void> {
    if (current.session() === null && (await isTrusted())) await openReview(parts);
    await withSession(act);
  }

  async function answered(act: (session: Supervised) => Promise<Answer | null>): Promise<void> {
    await withSession(async (session) => {
      if (isReadOnly(current)) {
        const text = l10n.t("Another window has this session: decide it there, or take it over in the review.");
        return review.answer({ kind: "refused", text });
      }
      const answer = await act(session);
      if (answer) review.answer(answer);
    });
  }

  /** Does what the key would do in the page, which knows the hunk in front. */
  async function inPage(action: Parameters<Review["act"]>[0]): Promise<void> {
    await withSession(() => {
      if (!review.act(action)) review.show();
    });
  }

  return Object.entries(table).map(([name, act]) =>
    commands.registerCommand(`countersign.${name}`, async (...given: never[]) => {
      try {
        return await act(...given);
      } catch (error) {
        log.error(error instanceof Error ? error : String(error));
        const { text, remedy } = plainly(error);
        void window.showErrorMessage(`${text} ${remedy}`.trim());
        return undefined;
      }
    }),
  );
}

/** Shows the review; without a session in this window, of the folder's newest one. False: there is none. */
export async function openReview(parts: ReviewParts, shown?: Shown): Promise<boolean> {
  parts.review.show();
  return fillReview(parts, shown);
}

type ReviewParts = Pick<CommandParts, "current" | "review" | "recaps">;

/** What this window showed before it was reloaded: a folder's address and a session's id. */
export interface Shown {
  folder: string;
  session: string;
}

/** Gets a session for the review: this window's, the one it showed before, or the newest of the first folder that has one. */
export async function fillReview({ current, recaps }: ReviewParts, shown?: Shown): Promise<boolean> {
  const [here, of] = [current.session(), current.folder()];
  // Another window had it: perhaps it is free by now, and what is shown is as old as the last opening.
  if (here && of && isReadOnly(current)) return (await current.resume(of, here.id)).kind === "opened";
  if (here) return true;
  const folders = workspace.workspaceFolders ?? [];
  const folder = folders.find(({ uri }) => uri.toString() === shown?.folder) ?? folders[0];
  if (!folder || isWorking(current.head())) return false;
  if (!workspace.isTrusted) {
    current.notice({
      kind: "info",
      text: l10n.t("This workspace is in Restricted Mode."),
      remedy: l10n.t("Its sessions are shown when you trust it."),
      actions: [{ label: l10n.t("Manage Workspace Trust"), action: "trust" }],
    });
    return false;
  }
  current.notice(null);
  if (folder.uri.toString() === shown?.folder) return (await current.resume(folder, shown.session)).kind === "opened";
  for (const each of folders) {
    const session = await recaps.newest(each);
    if (session !== null) return (await current.resume(each, session)).kind === "opened";
  }
  return false;
}

async function resumeSession({ current, review }: CommandParts, folder: WorkspaceFolder, id: string): Promise<void> {
  if (!(await isTrusted())) return;
  const head = current.head();
  if (isWorking(head) && head.session !== id && !(await mayBeLeft(head.goal))) return;
  review.show();
  await current.resume(folder, id);
}

/** Whether this window may only read its session. */
function isReadOnly(current: Current): boolean {
  return current.head().activity === "readonly";
}

async function where(parts: CommandParts): Promise<void> {
  if (!workspace.workspaceFolders?.length) return void (await readyFolder());
  const chosen = await leftOff(parts.recaps);
  if (chosen === null) return;
  await resumeSession(parts, chosen.row.folder, chosen.row.recap.session);
  if (chosen.how === "continue") parts.review.act("focus-follow-up");
}

/** With words from a caller they are sent; else the page's own field is where they are written. */
async function followUp({ review }: CommandParts, session: Supervised, text: unknown): Promise<void> {
  const given = typeof text === "string" ? text.trim() : "";
  if (given !== "") return void session.prompt(given);
  if (review.act("focus-follow-up")) return;
  const asked = await window.showInputBox({
    title: l10n.t("Send Follow-up"),
    prompt: l10n.t("Goes to the agent together with what you decided."),
    ignoreFocusOut: true,
  });
  if (asked?.trim()) void session.prompt(asked.trim());
}

/** Ends what runs, and goes on with these words and what was decided. */
async function sendNow(session: Supervised, text?: string): Promise<void> {
  const asked =
    text ??
    (await window.showInputBox({
      title: l10n.t("Send Now"),
      prompt: l10n.t("Stops the agent and goes on at once with these words and with what you decided."),
      ignoreFocusOut: true,
    }));
  if (asked?.trim()) void session.sendNow(asked.trim());
}

/** Opens a file of the session at a line, as the person has it. */
export async function openAt(
  session: Supervised,
  folder: WorkspaceFolder | null,
  file: string,
  line: number,
): Promise<Answer> {
  const path = session.pathOf(file);
  if (path === null || folder === null)
    return { kind: "moved on", text: l10n.t("That file is not part of this session any more.") };
  try {
    const document = await workspace.openTextDocument(Uri.joinPath(folder.uri, path));
    const at = Math.min(Math.max(0, line - 1), Math.max(0, document.lineCount - 1));
    await window.showTextDocument(document, {
      selection: new Range(at, 0, at, 0),
      viewColumn: ViewColumn.Beside,
      preview: true,
    });
    return { kind: "done" };
  } catch {
    return { kind: "moved on", text: l10n.t("{0} is not in your folder, or is no text.", path) };
  }
}

function isRequest(value: unknown): value is TaskRequest {
  if (typeof value !== "object" || value === null) return false;
  const { text, files } = value as Record<string, unknown>;
  return (
    (text === undefined || typeof text === "string") &&
    (files === undefined || (Array.isArray(files) && files.every((file) => file instanceof Uri)))
  );
}

/**
 * New Task…: from a person's words to a running session.
 *
 * Asks for as little as it can: the words, and with a selection whether it goes along. Names the folder and what will be copied.
 * Always: nothing is copied or sent before trust, folder, connection, key and size are settled.
 */
import { ProgressLocation, ThemeIcon, commands, l10n, window, workspace } from "vscode";
import type { LogOutputChannel, QuickInputButton, SecretStorage, Uri, WorkspaceFolder } from "vscode";
import type { Connection, Survey } from "../protocol/index.ts";
import { attachmentsOf, chooseFiles, selectionOf, type Attachment } from "./attachments.ts";
import { configuredConnection, keptKey, ownSetting } from "./connection.ts";
import { plainly, type Current, type Opened } from "./current.ts";
import type { Review } from "./panel.ts";
import { readyFolder } from "./ready.ts";
import { isWorking } from "./recaps.ts";
import type { Rooms } from "./rooms.ts";

/** What a caller of the command may give: with a text, it is not asked for. */
export interface TaskRequest {
  text?: string;
  files?: readonly Uri[];
}

export interface TaskParts {
  rooms: Rooms;
  current: Current;
  review: Review;
  secrets: SecretStorage;
  log: LogOutputChannel;
}

/** Runs the command. Null: the person chose otherwise, or was told what is missing. */
export async function newTask(parts: TaskParts, request: TaskRequest = {}): Promise<Opened | null> {
  const folder = await readyFolder();
  if (folder === null) return null;
  const connection = await readyConnection(parts);
  if (connection === null) return null;
  const selection = selectionOf(folder, window.activeTextEditor);
  const asking = new AbortController();
  const survey = parts.rooms.drafts().then((drafts) => drafts.survey(folder.uri.fsPath, asking.signal));
  // Waited for below; until then a failure must not count as unhandled.
  survey.catch(() => {});
  const asked = request.text?.trim()
    ? { text: request.text.trim(), files: [...(request.files ?? [])] }
    : await askForWords(folder, survey, request.files ?? []);
  if (asked === null) {
    asking.abort();
    return null;
  }
  const along = selection && !request.text ? await askForSelection(selection) : [];
  if (along === null) return null;
  return startTask(parts, { folder, connection, goal: asked.text, files: asked.files, along, survey });
}

/** Starts a session on words that are already settled. */
export async function startTask(
  parts: TaskParts,
  task: {
    folder: WorkspaceFolder;
    connection: Connection;
    goal: string;
    files: readonly Uri[];
    along: readonly Attachment[];
    survey: Promise<Survey>;
  },
): Promise<Opened | null> {
  const { current, review } = parts;
  if (!(await mayBeCopied(parts, task.folder, task.survey))) return null;
  if (isWorking(current.head()) && !(await mayBeLeft(current.head().goal))) return null;
  const { added, left } = await attachmentsOf(task.files);
  if (left.length > 0) void window.showWarningMessage(l10n.t("Not added to the task: {0}.", left.join("; ")));
  review.show();
  return current.start(task.folder, {
    goal: task.goal,
    attachments: [...task.along, ...added],
    connection: task.connection,
  });
}

async function readyConnection({ current, review, secrets }: TaskParts): Promise<Connection | null> {
  const configured = configuredConnection();
  if (configured.kind === "wrong") {
    void window.showErrorMessage(`${configured.text} ${configured.remedy}`);
    return null;
  }
  if ((await keptKey(secrets, configured.connection.key)) !== undefined) return configured.connection;
  const text = l10n.t("No API key is set.");
  const remedy = l10n.t("Set your key, or run the demo: it needs none.");
  const ways = [
    { label: l10n.t("Start Demo Session"), action: "demo", command: "countersign.startDemo" },
    { label: l10n.t("Set API Key…"), action: "key", command: "countersign.setKey" },
    { label: l10n.t("How to Get a Key"), action: "key-help", command: "countersign.keyHelp" },
  ] as const;
  if (current.session() === null) {
    current.notice({ kind: "warning", text, remedy, actions: ways.map(({ label, action }) => ({ label, action })) });
    review.show();
    return null;
  }
  // The page shows a session: it stays there, and the offer comes as a message of the editor.
  void window.showWarningMessage(`${text} ${remedy}`, ...ways.map((way) => way.label)).then((chosen) => {
    const way = ways.find(({ label }) => label === chosen);
    if (way) void commands.executeCommand(way.command);
  });
  return null;
}

/** Asks for the task. Files can be added by a button; the line below tells what will be copied, as soon as it is known. */
function askForWords(
  folder: WorkspaceFolder,
  survey: Promise<Survey>,
  given: readonly Uri[],
): Promise<{ text: string; files: Uri[] } | null> {
  const box = window.createInputBox();
  const addFiles: QuickInputButton = { iconPath: new ThemeIcon("file-add"), tooltip: l10n.t("Add Files…") };
  const files = [...given];
  let size = l10n.t("counting its files…");
  let finding = false;

  function describe(): void {
    box.prompt = [
      l10n.t(
        "Works on a private copy of “{0}” ({1}). Nothing reaches your files before you accept it.",
        folder.name,
        size,
      ),
      files.length > 0 ? l10n.t("Goes along: {0}.", namesOf(files)) : "",
    ].join(" ");
  }

  box.title = l10n.t("New Task in {0}", folder.name);
  box.placeholder = l10n.t("What is to be done? For example: make the totals exact, and test it");
  box.ignoreFocusOut = true;
  box.buttons = [addFiles];
  describe();
  survey.then(
    (found) => {
      size = [l10n.t("{0} files, {1}", found.files.toLocaleString(), sizeText(found.bytes)), ...found.notes].join("; ");
      describe();
    },
    () => {},
  );
  return new Promise((resolve) => {
    box.onDidAccept(() => {
      if (box.value.trim() === "") {
        box.validationMessage = l10n.t("Say what is to be done.");
        return;
      }
      resolve({ text: box.value.trim(), files });
      box.hide();
    });
    box.onDidChangeValue(() => (box.validationMessage = undefined));
    box.onDidTriggerButton(() => {
      finding = true;
      const choosing = chooseFiles(folder).catch((): Uri[] => []);
      void choosing.then((chosen) => {
        finding = false;
        files.push(...chosen.filter((file) => !files.some((known) => known.toString() === file.toString())));
        describe();
        box.show();
      });
    });
    box.onDidHide(() => {
      // A file dialog hides the box; it comes back with what was chosen.
      if (finding) return;
      resolve(null);
      box.dispose();
    });
    box.show();
  });
}

/** The first few by name. */
function namesOf(files: readonly Uri[]): string {
  const named = files.slice(0, 3).map((file) => workspace.asRelativePath(file, false));
  return files.length > named.length
    ? l10n.t("{0} and {1} more", named.join(", "), files.length - named.length)
    : named.join(", ");
}

/** Null: the person left. */
async function askForSelection(selection: Attachment): Promise<Attachment[] | null> {
  const withIt = { label: l10n.t("With the selection"), description: selection.name };
  const chosen = await window.showQuickPick([withIt, { label: l10n.t("Without it") }], {
    title: l10n.t("New Task"),
    placeHolder: l10n.t("Does the selected text go along?"),
  });
  return chosen === undefined ? null : chosen === withIt ? [selection] : [];
}

/** Over the limit, the person is asked. */
async function mayBeCopied({ log }: TaskParts, folder: WorkspaceFolder, survey: Promise<Survey>): Promise<boolean> {
  let found: Survey;
  try {
    const title = l10n.t("Counting the files of “{0}”…", folder.name);
    found = await window.withProgress({ location: ProgressLocation.Window, title }, () => survey);
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    const { text, remedy } = plainly(error);
    void window.showErrorMessage(l10n.t("“{0}” cannot be copied. {1} {2}", folder.name, text, remedy));
    return false;
  }
  const most = {
    files: ownSetting("copyLimit.files", 20_000),
    bytes: ownSetting("copyLimit.megabytes", 500) * 1_000_000,
  };
  if (found.files <= most.files && found.bytes <= most.bytes) return true;
  const copy = l10n.t("Copy");
  const chosen = await window.showWarningMessage(
    l10n.t("“{0}” is large: {1} files, {2}.", folder.name, found.files.toLocaleString(), sizeText(found.bytes)),
    {
      modal: true,
      detail: l10n.t("A private copy of it is made for the agent. The limit is a setting: countersign.copyLimit."),
    },
    copy,
  );
  return chosen === copy;
}

/** Asks before the running task of this window is left: it would be stopped. */
export async function mayBeLeft(goal: string): Promise<boolean> {
  const stop = l10n.t("Stop It");
  const chosen = await window.showWarningMessage(
    l10n.t("A task is running in this window."),
    {
      modal: true,
      detail: l10n.t(
        "“{0}” is stopped if you go on. It is kept, with every hunk, and can be resumed.",
        goal.slice(0, 200),
      ),
    },
    stop,
  );
  return chosen === stop;
}

/** Decimal units, one digit after the point below 10. */
export function sizeText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

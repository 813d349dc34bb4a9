/**
 * New Task…: from a person's words to a running session.
 *
 * Asks once, on the page: the words, and what goes along. Names the folder and what will be copied.
 * Always: nothing is copied or sent before trust, folder, connection, key and size are settled.
 */
import { ProgressLocation, Uri, commands, env, l10n, window } from "vscode";
import type { LogOutputChannel, Memento, SecretStorage, WorkspaceFolder } from "vscode";
import { connectionText, type Attachment, type Connection, type Survey } from "../protocol/index.ts";
import { attachmentOf, attachmentsOf, chooseFiles, mediaBytes, mediaOf, nameOf } from "./attachments.ts";
import { selectionOf, sizeText, tooMuch } from "./attachments.ts";
import { chosenConnection } from "./agents.ts";
import { chooseForTasks } from "./chooseAgent.ts";
import { configuredReach, ownSetting } from "./connection.ts";
import { plainly, type Current, type Opened } from "./current.ts";
import type { Review } from "./panel.ts";
import { readyFolder } from "./ready.ts";
import { isWorking } from "./recaps.ts";
import type { Rooms } from "./rooms.ts";
import type { Added, Along } from "./taskBox.ts";
import { told } from "./words.ts";

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
  /** What the person chose and agreed to. */
  memento: Memento;
  log: LogOutputChannel;
}

/** Runs the command. Null: the person chose otherwise, or was told what is missing. */
export async function newTask(parts: TaskParts, request: TaskRequest = {}): Promise<Opened | null> {
  const folder = await readyFolder();
  if (folder === null) return null;
  let connection = await readyConnection(parts, folder);
  if (connection === null) return null;
  const selection = selectionOf(folder, window.activeTextEditor);
  const asking = new AbortController();
  const survey = parts.rooms.drafts().then((drafts) => drafts.survey(folder.uri.fsPath, asking.signal));
  // Waited for below; until then a failure must not count as unhandled.
  survey.catch(() => {});
  const given = { files: request.files ?? [], selection };
  let asked = request.text?.trim()
    ? { text: request.text.trim(), files: [...given.files], along: [] }
    : await askForWords(parts, folder, connection, survey, given);
  while (asked === "agent") {
    await chooseForTasks(parts);
    connection = await readyConnection(parts, folder);
    asked = connection && (await askForWords(parts, folder, connection, survey, given));
  }
  if (asked === null || connection === null) {
    asking.abort();
    return null;
  }
  const { text: goal, files, along } = asked;
  const opened = await startTask(parts, { folder, connection, goal, files, along, survey });
  if (opened?.kind === "opened" && !request.text) parts.review.begun();
  return opened;
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
  const survey = await mayBeCopied(parts, task.folder, task.survey);
  if (survey === null) return null;
  if (isWorking(current.head()) && !(await mayBeLeft(current.head().goal))) return null;
  const { added, left } = await attachmentsOf(task.files, task.along);
  if (left.length > 0) void window.showWarningMessage(notAdded(left));
  review.show();
  return current.start(task.folder, {
    goal: task.goal,
    attachments: [...task.along, ...added],
    connection: task.connection,
    survey,
  });
}

async function readyConnection(
  { rooms, current, review, secrets, memento }: TaskParts,
  folder: WorkspaceFolder,
): Promise<Connection | null> {
  const configured = await chosenConnection(rooms, memento, folder.uri.fsPath);
  if (configured.kind === "wrong") {
    void window.showErrorMessage(`${configured.text} ${configured.remedy}`);
    return null;
  }
  if (configured.connection.agent) return configured.connection;
  const reach = await configuredReach(secrets, memento);
  if (reach.kind === "reach") return configured.connection;
  const { text } = reach;
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

const selectionId = "selection";

/** Asks for the task, on the page. The selection and files go along unless the person says otherwise. */
async function askForWords(
  { review, rooms }: TaskParts,
  folder: WorkspaceFolder,
  connection: Connection,
  survey: Promise<Survey>,
  given: { files: readonly Uri[]; selection: Attachment | null },
): Promise<{ text: string; files: Uri[]; along: Attachment[] } | "agent" | null> {
  const { files, selection } = given;
  const named = await alongOf(files, []);
  const words = await review.ask({
    folder: folder.name,
    connection: connectionText(connection),
    size: survey.then(async (found) =>
      [
        l10n.t("{0} files, {1}", found.files.toLocaleString(env.language), sizeText(found.bytes)),
        ...found.notes.map(told),
        ...(connection.agent ? [] : await withoutCommands(rooms)),
      ].join("; "),
    ),
    along: [
      ...(selection === null ? [] : [{ id: selectionId, name: l10n.t("The selected text, {0}", selection.name) }]),
      ...named.added,
    ],
    left: named.left,
    more: async (beside) => alongOf(await chooseFiles(folder), beside),
    paste: pastedAlong,
    problem: notAdded,
  });
  if (words === null || words === "agent") return words;
  return {
    text: words.text,
    files: words.along.filter((id) => id !== selectionId).map((id) => Uri.parse(id)),
    along: [...(selection !== null && words.along.includes(selectionId) ? [selection] : []), ...words.pasted],
  };
}

/** Why the agent will run no commands here, and what helps. */
async function withoutCommands(rooms: Rooms): Promise<string[]> {
  const found = await (await rooms.commands()).probe();
  return found.kind === "none"
    ? [l10n.t("the agent cannot run commands: {0} {1}", told(found.why), told(found.remedy))]
    : [];
}

/** Files as they go along beside others; those that cannot are told. They are read again when the task starts. */
async function alongOf(files: readonly Uri[], beside: readonly Along[]): Promise<Added> {
  const added: Along[] = [];
  const left: string[] = [];
  for (const file of files) {
    const checked = await attachmentOf(file);
    const why =
      checked.kind === "left"
        ? checked.why
        : tooMuch(nameOf(file), mediaBytes(checked.attachment), bytesOf(beside, added));
    if (why !== null) left.push(why);
    else if (checked.kind === "attachment") added.push({ id: file.toString(), ...sized(checked.attachment) });
  }
  return { added, left };
}

let pasted = 0;

function pastedAlong(given: string, bytes: Uint8Array, beside: readonly Along[]): Added {
  const name = l10n.t("pasted {0}", given.replace(/^.*[\\/]/, "").slice(-80) || l10n.t("image"));
  const checked = mediaOf(name, bytes);
  const why = checked.kind === "left" ? checked.why : tooMuch(name, bytes.length, bytesOf(beside, []));
  if (why !== null || checked.kind === "left") return { added: [], left: [why ?? ""] };
  const { attachment } = checked;
  return { added: [{ id: `pasted:${++pasted}`, ...sized(attachment), pasted: attachment }], left: [] };
}

function sized(attachment: Attachment): Omit<Along, "id"> {
  const bytes = mediaBytes(attachment);
  const size = "text" in attachment ? Buffer.byteLength(attachment.text) : bytes;
  return { name: attachment.name, size: sizeText(size), bytes };
}

function bytesOf(beside: readonly Along[], added: readonly Along[]): number[] {
  return [...beside, ...added].map(({ bytes = 0 }) => bytes);
}

function notAdded(left: readonly string[]): string {
  return l10n.t("Not added to the task: {0}.", left.join("; "));
}

/** Over the limit, the person is asked. Null: it cannot be copied, or is not to be. */
async function mayBeCopied(
  { log }: TaskParts,
  folder: WorkspaceFolder,
  survey: Promise<Survey>,
): Promise<Survey | null> {
  let found: Survey;
  try {
    const title = l10n.t("Counting the files of “{0}”…", folder.name);
    found = await window.withProgress({ location: ProgressLocation.Window, title }, () => survey);
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    const { text, remedy } = plainly(error);
    void window.showErrorMessage(l10n.t("“{0}” cannot be copied. {1} {2}", folder.name, text, remedy));
    return null;
  }
  const most = {
    files: ownSetting("copyLimit.files", 20_000),
    bytes: ownSetting("copyLimit.megabytes", 500) * 1_000_000,
  };
  if (found.files <= most.files && found.bytes <= most.bytes) return found;
  const copy = l10n.t("Copy");
  const chosen = await window.showWarningMessage(
    l10n.t("“{0}” is large: {1} files, {2}.", folder.name, found.files.toLocaleString(), sizeText(found.bytes)),
    {
      modal: true,
      detail: l10n.t("A private copy of it is made for the agent. The limit is a setting: countersign.copyLimit."),
    },
    copy,
  );
  return chosen === copy ? found : null;
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

/**
 * The person's files, as a session reads and writes them.
 *
 * Where an editor holds unsaved text, that text is the file: it is changed through the document and left unsaved. Everywhere
 * else the bytes on the disk are exchanged (see `disk.ts`), because documents normalise line ends and saves run formatters.
 * Always: nothing is written unless the file holds `before`; a `written` under an open editor means that the editor shows it; the
 * person's typing is never replaced. Writes to one path wait for each other.
 */
import { join } from "node:path";
import {
  TabInputCustom,
  TabInputNotebook,
  TabInputNotebookDiff,
  WorkspaceEdit,
  EndOfLine,
  Range,
  l10n,
  window,
  workspace,
} from "vscode";
import type { TextDocument, Uri } from "vscode";
import type { FileWrite, Files, UserFile } from "../protocol/index.ts";
import { executableAt, immovableReason, moveFile, setExecutable } from "./attributes.ts";
import { linkAt, setLink } from "./links.ts";
import { exchange, findFile, lockedReason, same, tidy, type Ground, type Guard, type Refusal } from "./disk.ts";
import { editsBetween, sameLines, withEol } from "./texts.ts";
import { pathIn } from "./within.ts";

/** How long an open editor may take to show what was written under it. */
const followWithin = 3_000;

/** The files below a workspace folder. */
export function openFiles(folder: Uri, guard: Guard): Files {
  const root = folder.fsPath;
  const ground: Ground = { root, guard };
  const turns = new Map<string, Promise<unknown>>();

  /** One writer per path at a time, in the order of the calls. */
  function inTurn<T>(path: string, act: () => Promise<T>): Promise<T> {
    const before = turns.get(path) ?? Promise.resolve();
    const mine = before.then(act, act);
    const settled = mine
      .catch(() => {})
      .then(() => {
        if (turns.get(path) === settled) turns.delete(path);
      });
    turns.set(path, settled);
    return mine;
  }

  return {
    read: (path) => readFile(ground, path),
    write: (path, before, after, mode) => inTurn(path, () => writeFile(ground, path, before, after, mode)),
    executable: (path) => Promise.resolve(executableAt(ground, path)),
    setExecutable: (path, before, after) => inTurn(path, () => setExecutable(ground, path, before, after)),
    link: (path) => {
      const found = linkAt(ground, path);
      return Promise.resolve({ ...found, refusal: found.refusal ?? busyEditor(root, path) ?? unsavedAt(root, path) });
    },
    setLink: (path, before, after) =>
      inTurn(path, async () => busyEditor(root, path) ?? unsavedAt(root, path) ?? setLink(ground, path, before, after)),
    immovable: async (from, to) =>
      busyEditor(root, from) ??
      unsavedAt(root, from) ??
      unsavedAt(root, to) ??
      (await immovableReason(ground, from, to)),
    move: (from, to) =>
      inTurn(from, () =>
        inTurn(to, async () => {
          const held = busyEditor(root, from) ?? unsavedAt(root, from) ?? unsavedAt(root, to);
          return held ?? moveFile(ground, from, to);
        }),
      ),
    tidy: (path) => inTurn(path, () => tidy(ground, path)),
    unsaved: async () => {
      const dirty = workspace.textDocuments.filter(
        (document) => document.isDirty && pathIn(root, document.uri) !== null,
      );
      return Promise.all(
        dirty.map(async (document) => ({
          path: pathIn(root, document.uri) ?? "",
          bytes: await encoded(document.getText(), document.encoding),
        })),
      );
    },
  };
}

async function readFile(ground: Ground, path: string): Promise<UserFile> {
  const found = await findFile(ground, path);
  if (found.kind === "refused") return { bytes: null, dirty: null, refusal: found };
  const bytes = found.kind === "file" ? found.bytes : null;
  // Windows has no such bits: what stands there is made up.
  const bits = found.kind === "file" && process.platform !== "win32" ? { mode: found.mode } : {};
  const document = dirtyDocument(ground.root, path);
  if (document === null) {
    const refusal = busyEditor(ground.root, path) ?? (found.kind === "file" ? await lockedReason(ground, path) : null);
    return { bytes, ...bits, dirty: null, refusal };
  }
  const refusal = busyEditor(ground.root, path) ?? (await lossyText(document, bytes));
  return {
    bytes: await encoded(document.getText(), document.encoding),
    ...bits,
    dirty: { eol: eolOf(document) },
    refusal,
  };
}

async function writeFile(
  ground: Ground,
  path: string,
  before: Uint8Array | null,
  after: Uint8Array | null,
  mode?: number,
): Promise<FileWrite> {
  const busy = busyEditor(ground.root, path);
  if (busy) return busy;
  const document = dirtyDocument(ground.root, path);
  if (document) return writeDocument(ground, path, document, before, after);
  using editor = await follower(ground, path, after);
  const done = await exchange(ground, path, before, after, mode);
  if (done.kind !== "written" || after === null) return done;
  return (await editor.shows()) ? done : typedFirst(ground, path, before, after);
}

/** Changes unsaved text. The editor itself refuses an edit that was made for an older version of the text. */
async function writeDocument(
  ground: Ground,
  path: string,
  document: TextDocument,
  before: Uint8Array | null,
  after: Uint8Array | null,
): Promise<FileWrite> {
  if (after === null || before === null) return unsavedFirst(path);
  const found = await findFile(ground, path);
  if (found.kind === "refused") return found;
  const lossy =
    (await lossyText(document, found.kind === "file" ? found.bytes : null)) ??
    (await unwritable(document, path, after));
  if (lossy) return lossy;
  const wanted = withEol(await decoded(after, document.encoding), document.eol === EndOfLine.CRLF ? "\r\n" : "\n");
  const version = document.version;
  if (!same(await encoded(document.getText(), document.encoding), before) || document.version !== version)
    return { kind: "moved" };
  const edit = new WorkspaceEdit();
  for (const change of editsBetween(document.getText(), wanted)) {
    edit.replace(
      document.uri,
      new Range(document.positionAt(change.from), document.positionAt(change.to)),
      change.text,
    );
  }
  if (edit.size > 0 && !(await workspace.applyEdit(edit))) return { kind: "moved" };
  if (document.getText() === wanted) return { kind: "buffer" };
  return {
    kind: "refused",
    reason: l10n.t("{0} was changed while it was being written", path),
    remedy: l10n.t("Look at the file, then decide again."),
  };
}

/** Watches the open editor of a file, if there is one, from before these bytes are written. */
async function follower(
  ground: Ground,
  path: string,
  bytes: Uint8Array | null,
): Promise<Disposable & { shows(): Promise<boolean> }> {
  const document = documentAt(ground.root, path);
  const text = document && bytes && (await decoded(bytes, document.encoding).catch(() => null));
  if (document === null || text === null) return { shows: () => Promise.resolve(true), [Symbol.dispose]: () => {} };
  let shown = false;
  let look = (): void => {};
  const listeners = [
    workspace.onDidChangeTextDocument((event) => event.document === document && look()),
    workspace.onDidCloseTextDocument(() => look()),
  ];
  const now = (): boolean =>
    (shown ||= document.isClosed || (!document.isDirty && sameLines(document.getText(), text)));
  look = () => void now();
  return {
    /** False: within the time given, or as soon as unsaved typing tells so, the editor holds another text. */
    shows: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(now()), followWithin);
        look = () => {
          if (!now() && !document.isDirty) return;
          clearTimeout(timer);
          resolve(shown);
        };
        look();
      }),
    [Symbol.dispose]: () => listeners.forEach((listener) => void listener.dispose()),
  };
}

/** The person typed before the editor saw the new bytes: the disk gets the old ones back, and the text is changed instead. */
async function typedFirst(
  ground: Ground,
  path: string,
  before: Uint8Array | null,
  after: Uint8Array,
): Promise<FileWrite> {
  const back = await exchange(ground, path, after, before);
  if (back.kind !== "written") return back.kind === "moved" ? { kind: "moved" } : back;
  const document = dirtyDocument(ground.root, path);
  if (document) return writeDocument(ground, path, document, before, after);
  return {
    kind: "refused",
    reason: l10n.t("the open editor of {0} does not follow the disk", path),
    remedy: l10n.t("Close that editor, then decide again."),
  };
}

/** Refuses where a save would write other bytes than the text shows: undeclared Latin-1, UTF-16 without a mark. */
async function lossyText(document: TextDocument, disk: Uint8Array | null): Promise<Refusal | null> {
  if (disk === null) return null;
  const again = await decoded(disk, document.encoding)
    .then((text) => encoded(text, document.encoding))
    .catch(() => null);
  if (again !== null && same(again, disk)) return null;
  return {
    kind: "refused",
    reason: l10n.t("the unsaved text would not be saved byte for byte as {0}", document.encoding),
    remedy: l10n.t("Save or revert this file first, or reopen it with its encoding."),
  };
}

/** Refuses a text that the document's encoding has no bytes for. */
async function unwritable(document: TextDocument, path: string, after: Uint8Array): Promise<Refusal | null> {
  const text = await decoded(after, document.encoding).catch(() => null);
  if (text !== null && same(await encoded(text, document.encoding), after)) return null;
  return {
    kind: "refused",
    reason: l10n.t("the new text of {0} cannot be written as {1}", path, document.encoding),
    remedy: l10n.t("Save or revert this file first."),
  };
}

function unsavedFirst(path: string): Refusal {
  return {
    kind: "refused",
    reason: l10n.t("{0} has unsaved text", path),
    remedy: l10n.t("Save or revert this file first."),
  };
}

/** A notebook or another special editor with unsaved changes holds the file in a form that cannot be merged. */
function busyEditor(root: string, path: string): Refusal | null {
  const target = join(root, path);
  for (const tab of window.tabGroups.all.flatMap((group) => group.tabs)) {
    if (!tab.isDirty) continue;
    const input = tab.input;
    const special =
      input instanceof TabInputCustom || input instanceof TabInputNotebook
        ? input.uri
        : input instanceof TabInputNotebookDiff
          ? input.modified
          : null;
    if (special?.scheme === "file" && special.fsPath === target) return unsavedFirst(path);
  }
  return null;
}

function unsavedAt(root: string, path: string): Refusal | null {
  return dirtyDocument(root, path) ? unsavedFirst(path) : null;
}

function dirtyDocument(root: string, path: string): TextDocument | null {
  const document = documentAt(root, path);
  return document?.isDirty ? document : null;
}

function documentAt(root: string, path: string): TextDocument | null {
  return workspace.textDocuments.find((document) => !document.isClosed && pathIn(root, document.uri) === path) ?? null;
}

function eolOf(document: TextDocument): "\n" | "\r\n" {
  return document.eol === EndOfLine.CRLF ? "\r\n" : "\n";
}

const marks: Record<string, number[]> = { utf8bom: [0xef, 0xbb, 0xbf], utf16le: [0xff, 0xfe], utf16be: [0xfe, 0xff] };

/** The bytes a save would write. Whether the editor's encoder adds the mark that is part of an encoding is not laid down: once is right. */
async function encoded(text: string, encoding: string): Promise<Uint8Array> {
  const mark = marks[encoding] ?? [];
  const bytes = await workspace.encode(mark.length > 0 ? text.replace(/^\ufeff/, "") : text, { encoding });
  return mark.every((byte, index) => bytes[index] === byte) ? bytes : Buffer.concat([Uint8Array.from(mark), bytes]);
}

async function decoded(bytes: Uint8Array, encoding: string): Promise<string> {
  const text = await workspace.decode(bytes, { encoding });
  return encoding in marks ? text.replace(/^\ufeff/, "") : text;
}

/**
 * A session on rooms held in memory: the person's files, the draft and the log are maps, the agent is a script.
 *
 * Everything between them is the real thing. `reload` closes the session and resumes it from the same log.
 */
import { createHash } from "node:crypto";
import type {
  Bodies,
  Content,
  DecisionItem,
  EngineEvent,
  EventBody,
  FileView,
  Files,
  HeadView,
  HunkView,
  Log,
  Memory,
  SessionEvent,
  TurnRequest,
  Verified,
} from "../../../src/protocol/index.ts";
import { draftsOf, type DraftHand, type Links, type Tree } from "./drafts.ts";
import { resumeSession } from "../../../src/session/resume.ts";
import { startSession } from "../../../src/session/start.ts";
import type { SessionParts, Supervised } from "../../../src/session/supervised.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * What the agent does in one turn: each entry is one tool call that changes the draft. What it awaits happens during the call; an event that
 * it gives comes before the call's end, or is it.
 */
export type Script = ((draft: DraftHand) => void | EngineEvent | Promise<void>)[];

export interface Scene {
  session: Supervised;
  user: Map<string, string>;
  draft: () => Map<string, string>;
  events: () => SessionEvent[];
  /** Folders that were copied ahead. */
  prepared: readonly string[];
  /** What the engine was told, one entry a turn. */
  requests: TurnRequest[];
  turn(script: Script, text?: string): Promise<void>;
  /** Everything the page would show now. */
  view(): Promise<{ head: HeadView; files: FileView[] }>;
  /** The undecided hunks, in page order. */
  pending(): Promise<(DecisionItem & { path: string; view: HunkView })[]>;
  type(path: string, text: string | null): void;
  /** The person changes the mode, or gives a file another path as the editor sees it. */
  chmod(path: string, executable: boolean): void;
  rename(from: string, to: string): void;
  executable(path: string): boolean;
  /** The links of the person's folder and of the draft; the person makes, changes or removes one. */
  links: Links;
  draftLinks: () => Links;
  link(path: string, target: string | null): void;
  /** Bytes that are no UTF-8 text, straight into the person's folder. */
  put(path: string, bytes: Uint8Array): void;
  openDirty(path: string, text: string, eol?: "\n" | "\r\n"): void;
  /** The person saves, or closes without saving. */
  save(path: string): void;
  discard(path: string): void;
  dirty(path: string): { eol: "\n" | "\r\n" } | null;
  refuseWrites(path: string, reason: string | null): void;
  /** What every write to the disk has to say from now on. */
  writesSay(note: string | null): void;
  /** Runs at each reading of a file of the person's. */
  atRead(act: ((path: string) => void) | null): void;
  /** Runs at the moment of each write, before the file is compared; a reason it gives is why the write is refused. */
  atWrite(act: ((path: string) => string | null | void) | null): void;
  /** From now on an append whose events this says yes to is refused by the log; null: none. */
  refuseAppends(refused: ((bodies: readonly EventBody[]) => boolean) | null): void;
  /** A body the session has kept, as text; null for no file. */
  text(content: Content): Promise<string | null>;
  bytesOf(path: string): Uint8Array | undefined;
  /** The draft's folder is gone. */
  loseDraft(): void;
  /** How the log is found when the session is next opened: what its chain says, and whether another window has it. */
  findLog(how: { verified?: Verified; writable?: boolean }): void;
  reload(): Promise<void>;
}

export async function scene(
  tree: Record<string, string>,
  more: Partial<SessionParts> = {},
  links: Record<string, string> = {},
): Promise<Scene> {
  const user: Tree = new Map(Object.entries(tree).map(([path, text]) => [path, encoder.encode(text)]));
  const dirty: Tree = new Map();
  const eols = new Map<string, "\n" | "\r\n">();
  let refusesAppend: ((bodies: readonly EventBody[]) => boolean) | null = null;
  let verified: Verified = { kind: "whole" };
  let writable = true;
  let saying: string | null = null;
  let whenReading: ((path: string) => void) | null = null;
  let whenWriting: ((path: string) => string | null | void) | null = null;
  const refusing = new Map<string, string>();
  const bodies = new Map<string, Uint8Array>();
  const store: Bodies = {
    async put(bytes) {
      const id = idOf(bytes);
      if (!bodies.has(id)) bodies.set(id, Uint8Array.from(bytes));
      return id;
    },
    async get(id) {
      const found = bodies.get(id);
      if (!found) throw new Error(`no body ${id}`);
      return found;
    },
    has: (id) => bodies.has(id),
  };
  const events: SessionEvent[] = [];
  const log = (): Log => ({
    session: "s".repeat(26),
    async *read() {
      yield JSON.parse(JSON.stringify(events)) as SessionEvent[];
    },
    torn: null,
    verified: Promise.resolve(verified),
    writable,
    bodies: store,
    async append(added: readonly EventBody[]) {
      if (refusesAppend?.(added)) throw new Error("The disk is full.");
      const full = added.map((body, index) => ({ seq: events.length + 1 + index, at: Date.now(), ...body }));
      events.push(...(JSON.parse(JSON.stringify(full)) as SessionEvent[]));
      return full;
    },
    close: async () => {},
  });
  const memory: Memory = {
    sessions: async () => [],
    create: async () => log(),
    async open(_session, _how, fold) {
      // As they come back from a disk: not one object is shared.
      const read = JSON.parse(JSON.stringify(events)) as SessionEvent[];
      return { ...log(), folded: read.reduce((value, event) => fold.take(value, event), fold.empty()) };
    },
  };

  // Paths that may be executed in the person's folder.
  const userModes = new Set<string>();
  const userLinks: Links = new Map(Object.entries(links));
  const {
    drafts,
    hand,
    prepared,
    tree: draftTree,
    links: draftLinks,
    lose,
  } = draftsOf(user, userModes, userLinks, store);

  const files: Files = {
    async read(path) {
      whenReading?.(path);
      const refusal = refusing.has(path) ? { reason: refusing.get(path)!, remedy: "" } : null;
      const mode = user.has(path) ? { mode: userModes.has(path) ? 0o755 : 0o644 } : {};
      return { bytes: dirty.get(path) ?? user.get(path) ?? null, ...mode, dirty: stage.dirty(path), refusal };
    },
    async write(path, before, after, mode = 0o644) {
      const reason = whenWriting?.(path);
      if (reason) return { kind: "refused", reason, remedy: "" };
      if (refusing.has(path)) return { kind: "refused", reason: refusing.get(path)!, remedy: "" };
      const now = dirty.get(path) ?? user.get(path) ?? null;
      if ((now && idOf(now)) !== (before && idOf(before))) return { kind: "moved" };
      if (dirty.has(path)) {
        if (!after || !before)
          return { kind: "refused", reason: "Unsaved text.", remedy: "Save or revert this file first." };
        // As a document takes a text: with its own line ends.
        dirty.set(path, encoder.encode(decoder.decode(after).replace(/\r\n|\r|\n/g, eols.get(path)!)));
        return { kind: "buffer" };
      }
      if (!after || !before) userModes.delete(path);
      if (after && !before && mode & 0o100) userModes.add(path);
      if (after) user.set(path, after);
      else user.delete(path);
      return saying === null ? { kind: "written" } : { kind: "written", note: saying };
    },
    executable: async (path) => (stage.bytesOf(path) ? userModes.has(path) : null),
    async setExecutable(path, before, after) {
      const reason = whenWriting?.(path) || refusing.get(path);
      if (reason) return { kind: "refused", reason, remedy: "" };
      if (!user.has(path))
        return { kind: "refused", reason: "There is no such file.", remedy: "Accept the file first." };
      if (userModes.has(path) !== before) return { kind: "moved" };
      stage.chmod(path, after);
      return { kind: "written" };
    },
    link: async (path) => {
      whenReading?.(path);
      const reason = refusing.get(path) ?? (user.has(path) ? "A file stands there." : null);
      return { target: userLinks.get(path) ?? null, refusal: reason === null ? null : { reason, remedy: "" } };
    },
    async setLink(path, before, after) {
      const reason = whenWriting?.(path) || refusing.get(path) || (user.has(path) ? "A file stands there." : null);
      if (reason) return { kind: "refused", reason, remedy: "" };
      if ((userLinks.get(path) ?? null) !== before) return { kind: "moved" };
      stage.link(path, after);
      return { kind: "written" };
    },
    immovable: async (from, to) => {
      const reason = refusing.get(from) ?? refusing.get(to) ?? (user.has(to) ? "The name is taken." : null);
      return reason === null ? null : { reason, remedy: "" };
    },
    async move(from, to) {
      const reason = whenWriting?.(to) || (user.has(to) ? "The name is taken." : null);
      if (reason) return { kind: "refused", reason, remedy: "" };
      if (!user.has(from)) return { kind: "moved" };
      carry(from, to);
      return { kind: "written" };
    },
    tidy: async () => {},
    unsaved: async () => [...dirty].map(([path, bytes]) => ({ path, bytes })),
  };

  const carry = (from: string, to: string) => {
    user.set(to, user.get(from)!);
    user.delete(from);
    userModes.delete(to);
    if (userModes.delete(from)) userModes.add(to);
  };

  let script: Script = [];
  const requests: TurnRequest[] = [];
  const parts: SessionParts = {
    ...more,
    folder: { path: "/folder", uri: "file:///folder", name: "folder" },
    drafts,
    memory,
    files,
    engine: async () => ({
      async *run(turn, signal): AsyncGenerator<EngineEvent> {
        requests.push(turn);
        yield { kind: "message", message: { role: "user", content: `${turn.report}\n${turn.prompt}` } };
        yield { kind: "step", step: 1 };
        for (const [index, act] of script.entries()) {
          const call = `call${requests.length}.${index}`;
          yield { kind: "called", call, name: "edit", summary: "edit", input: {} };
          const also = await act(hand);
          if (also && also.kind !== "answered") yield also;
          yield { kind: "answered", ok: true, text: "", ...(also?.kind === "answered" ? also : {}), call };
          if (signal.aborted) break;
        }
        yield { kind: "ended", how: signal.aborted ? "stopped" : "done" };
      },
    }),
  };
  const connection = { name: "Test", endpoint: "http://127.0.0.1:1", model: "none", key: "test" };
  const stage: Scene = {
    prepared,
    session: await startSession(parts, { goal: "goal", attachments: [], connection }),
    get user() {
      return new Map([...user, ...dirty].map(([path, bytes]) => [path, decoder.decode(bytes)]));
    },
    links: userLinks,
    draftLinks,
    draft: () => new Map([...draftTree()].map(([path, bytes]) => [path, decoder.decode(bytes)])),
    events: () => events,
    requests,
    async turn(next, text = "go on") {
      script = next;
      await stage.session.prompt(text);
    },
    async view() {
      const head = stage.session.head();
      const messages = await stage.session.everything();
      const byId = new Map<string, FileView>();
      for (const message of messages) {
        if (message.kind !== "file") continue;
        const known = byId.get(message.file.id);
        if (message.part > 0 && known) known.hunks.push(...message.file.hunks);
        else byId.set(message.file.id, { ...message.file, hunks: [...message.file.hunks] });
      }
      const order = messages.find((message) => message.kind === "order");
      return { head, files: order?.kind === "order" ? order.files.map((id) => byId.get(id)!) : [] };
    },
    async pending() {
      const { files: views } = await stage.view();
      return views.flatMap((file) =>
        file.hunks
          .filter((hunk) => hunk.state !== "accepted" && hunk.state !== "rejected")
          .map((hunk) => ({ file: file.id, revision: file.revision, hunks: [hunk.id], path: file.path, view: hunk })),
      );
    },
    type(path, text) {
      if (text === null) user.delete(path);
      else user.set(path, encoder.encode(text));
      const id = [...events].some(
        (event) => event.kind === "looked" && event.revisions.some((one) => one.path === path),
      );
      if (id) stage.session.userChanged(path);
    },
    put: (path, bytes) => void user.set(path, bytes),
    link(path, target) {
      if (target === null) userLinks.delete(path);
      else userLinks.set(path, target);
      stage.session.userChanged(path);
    },
    chmod(path, executable) {
      if (executable) userModes.add(path);
      else userModes.delete(path);
      stage?.session.userChanged(path);
    },
    rename(from, to) {
      carry(from, to);
      stage.session.userRenamed(from, to);
    },
    executable: (path) => userModes.has(path),
    openDirty(path, text, eol = "\n") {
      eols.set(path, eol);
      dirty.set(path, encoder.encode(text.replace(/\r\n|\r|\n/g, eol)));
    },
    dirty: (path) => (dirty.has(path) ? { eol: eols.get(path)! } : null),
    writesSay: (note) => void (saying = note),
    atRead: (act) => void (whenReading = act),
    atWrite: (act) => void (whenWriting = act),
    refuseAppends: (refused) => void (refusesAppend = refused),
    text: async (content) => (content === null ? null : decoder.decode(await store.get(content))),
    bytesOf: (path) => dirty.get(path) ?? user.get(path),
    loseDraft: lose,
    findLog: (how) => {
      verified = how.verified ?? verified;
      writable = how.writable ?? writable;
    },
    save(path) {
      user.set(path, dirty.get(path)!);
      dirty.delete(path);
      stage.session.userSaved(path);
    },
    discard: (path) => void dirty.delete(path),
    refuseWrites: (path, reason) => void (reason === null ? refusing.delete(path) : refusing.set(path, reason)),
    async reload() {
      await stage.session.close();
      stage.session = await resumeSession(parts, "s".repeat(26));
    },
  };
  return stage;
}

export type { DraftHand };

export function idOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

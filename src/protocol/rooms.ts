/**
 * The interfaces between rooms: what a session asks of an engine, a draft, the person's files and the memory.
 *
 * Types only. Whoever implements one of these knows nothing of who calls it. Anything that can go wrong in
 * ordinary life is in a return type; a promise rejects only for a defect or an abort.
 */
import type { Content, ContentId, SessionId } from "./ids.ts";
import type { PlanStep, SessionEvent, EventBody, TurnEnd, Usage } from "./events.ts";
import type { Fold } from "./fold.ts";
import type { TreeAttribute } from "./attributes.ts";
import type { Commands } from "./commands.ts";
import type { Attachment } from "./media.ts";
import type { Insight } from "./insight.ts";
import type { Question, Reply } from "./questions.ts";
import type { DraftRepository } from "./sandbox.ts";

/** Endpoint, key and model: what a session of the built-in engine talks to. The demo is one more of these. */
export interface Connection {
  name: string;
  /** Base address of a Messages API: https, or http to loopback. */
  endpoint: string;
  model: string;
  /** Name under which the key is kept; never the key. */
  key: string;
  /** Set where an agent of its own does the work: its name, and its version as far as it is known. The other texts but the name are then "". */
  agent?: { name: string; version: string };
}

// ── Engine ────────────────────────────────────────────────────────────────────────────────────────────────────

export interface TurnRequest {
  /** The engine's own messages of earlier turns, exactly as it gave them out, oldest first. */
  history: readonly unknown[];
  /** What is told before the person's words: refusals, edits, their own typing. Empty on a first turn. */
  report: string;
  prompt: string;
  attachments: readonly Attachment[];
  /** The draft's folder: all file tools are confined to it. */
  root: string;
  /** Asks the person whether to make this wait, longer than a minute. No answer comes after `signal` is aborted. */
  agree(wait: LongWait, signal: AbortSignal): Promise<boolean>;
  /** Asks the person, whose review goes on meanwhile. Null: the turn was stopped, or `signal` aborted. The id is given by the session. */
  ask(question: Omit<Question, "id">, signal: AbortSignal): Promise<Reply | null>;
  /** Gives the draft its own repository, for a program that works there in a sandbox; where it is not set there is none. */
  repository?: Draft["repository"];
  /** For commands in the draft; where it is not set there are none. */
  commands?: Commands;
  /** What the person's editor knows of their files; where it is not set there is nothing to ask. */
  insight?: Insight;
}

/** A wait that the service asks for: seconds, and why. */
export interface LongWait {
  seconds: number;
  why: string;
}

export type EngineEvent =
  /** Opaque; to be kept and given back as `history`. Comes before anything that depends on it is done. */
  | { kind: "message"; message: unknown }
  | { kind: "step"; step: number }
  | { kind: "text"; text: string }
  | { kind: "thinking"; text: string }
  /** A text or thinking block is complete. */
  | { kind: "said"; text: string }
  | { kind: "thought"; text: string }
  /** A tool call begins to stream. */
  | { kind: "call"; call: string; name: string }
  /** A piece of a streaming tool input's string field (path, old text, new text); pieces of a field add up. */
  | { kind: "input"; call: string; field: "path" | "old" | "new"; text: string }
  /** The call's message is complete; it is about to run. `summary` is short and for people ("edit src/a.ts"). */
  | { kind: "called"; call: string; name: string; summary: string; input: unknown }
  /**
   * The tool has run. The session looks at the draft before it asks for the next event. `touched`: the only paths of the draft that the
   * call can have changed, whether it worked or not; absent where it can have changed any.
   */
  | { kind: "answered"; call: string; ok: boolean; text: string; touched?: readonly string[] }
  | { kind: "plan"; steps: PlanStep[] }
  | { kind: "step.ended"; step: number; stop: string; usage: Usage }
  /** What an agent says it has cost since it said so last; the currency by its three letters. */
  | { kind: "cost"; amount: number; currency: string }
  /** Nothing is arriving; the engine tries again after so many seconds. */
  | { kind: "waiting"; seconds: number; why: string }
  /** Something a person should know, and the log is to keep. */
  | { kind: "note"; text: string }
  /** Always the last one, also after an abort. */
  | { kind: "ended"; how: TurnEnd; message?: string; remedy?: string };

export interface Engine {
  /** Runs one turn. An abort of `signal` ends the iteration within a second, with `ended: stopped`. */
  run(turn: TurnRequest, signal: AbortSignal): AsyncIterable<EngineEvent>;
}

// ── Draft ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a folder would cost to copy. */
export interface Survey {
  files: number;
  bytes: number;
  repository: boolean;
  /** Id of the repository's first commit, where there is one. */
  rootCommit?: string;
  /** Said to the person: git missing, no commit yet, a folder inside a larger repository, … */
  notes: string[];
}

/** One entry of the draft, or of the person's folder, that is not as it was when last looked at. */
export interface TreeChange {
  path: string;
  /** Set when not the text changed, but that attribute; the two are then its values' bodies. */
  attribute?: TreeAttribute;
  /** What was there when last looked at. */
  before: Content;
  now: Content;
}

/** What is to be written into the draft at one path. */
export interface DraftFile {
  path: string;
  attribute?: TreeAttribute;
  /** Where the file is in the draft now, if it is to be moved to `path` first. */
  from?: string;
  before: Content;
  after: Content;
}

export interface Look {
  changes: TreeChange[];
  /** Changed, but never a proposal: special files, links whose target is not UTF-8, nested repositories, ignored files, names not UTF-8. */
  unshown: { path: string; why: string }[];
}

export type DraftWrite =
  | { kind: "written"; path: string }
  /** The draft's file was not what was expected: look again. */
  | { kind: "moved"; path: string; now: Content };

export interface Draft {
  readonly id: string;
  /** Absolute path of the draft's tree. */
  readonly root: string;
  readonly files: number;
  readonly bytes: number;
  /** Paths that were not copied, and why. */
  readonly left: { path: string; why: string }[];
  /** Whether its folder is still there: someone may have removed it. */
  alive(): Promise<boolean>;
  /** What changed in the draft since the last look, whoever changed it. Bodies of both sides are kept before it returns. `named`: the only paths that can have
   * changed; what else did is told by the next look without names. */
  look(named?: readonly string[], signal?: AbortSignal): Promise<Look>;
  /** What changed in the person's folder since this was last asked (first: since the copy). `unsaved` overrides the disk. */
  userChanges(unsaved: readonly { path: string; bytes: Uint8Array }[], signal?: AbortSignal): Promise<TreeChange[]>;
  /** Writes into the draft, each file only if it holds `before`. What it wrote is not a change for the next look. */
  write(files: readonly DraftFile[]): Promise<DraftWrite[]>;
  /**
   * Makes the draft's own `.git`, if there is none: for the agent, inside a sandbox only. `shared` are folders to pass by. What it
   * borrows has to be shown read-only at the path it names, or its history is not there.
   */
  repository?(shared: readonly string[], signal?: AbortSignal): Promise<DraftRepository>;
  close(): Promise<void>;
}

export interface Drafts {
  survey(folder: string, signal?: AbortSignal): Promise<Survey>;
  /** Id of the folder's repository's first commit, where there is one: of a survey that alone, without counting anything. */
  firstCommit(folder: string, signal?: AbortSignal): Promise<string | undefined>;
  /** Copies what the person sees. Rejects with `DraftError` when it cannot; nothing half-made stays. */
  make(
    folder: string,
    bodies: Bodies,
    unsaved: readonly { path: string; bytes: Uint8Array }[],
    progress: (files: number, bytes: number) => void,
    signal?: AbortSignal,
  ): Promise<Draft>;
  /**
   * Copies the folder, if nobody has yet, so that its next draft is made by bringing that copy up to date. Others who ask meanwhile
   * wait for a piece of it at most. Rejects when it cannot; nothing half-made stays.
   */
  prepare(folder: string, signal?: AbortSignal): Promise<void>;
  /** The draft of an earlier window. Null when it is no longer there. */
  open(id: string, folder: string, bodies: Bodies): Promise<Draft | null>;
  remove(id: string): Promise<void>;
}

// ── Memory ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Exact bytes by their SHA-256, kept for ever, appended once. */
export interface Bodies {
  /** Keeps the bytes; durable with the next durable append of the log. */
  put(bytes: Uint8Array): Promise<ContentId>;
  /** Throws when there is no such body: an event that names one was written after it. */
  get(id: ContentId): Promise<Uint8Array>;
  has(id: ContentId): boolean;
}

/** What the chain of checkpoints says about the events read. */
export type Verified =
  | { kind: "whole" }
  /** Something was changed after it was written: `from` is the `seq` of the first event in doubt; `why` is a sentence. */
  | { kind: "altered"; from: number; why: string }
  /** The log was closed, or the disk failed, before all was checked. */
  | { kind: "unfinished" };

export interface Log {
  readonly session: SessionId;
  /** Every event as parsed JSON, in order, a run at a time, read from the disk as it is asked for. Ends with what was durable at the call. */
  read(): AsyncIterable<readonly unknown[]>;
  /** Set when the end of the file was torn: how many bytes were set aside, and where. */
  readonly torn: { bytes: number; file: string } | null;
  /** Known soon after opening for the end, in the background for the rest. Never rejects. */
  readonly verified: Promise<Verified>;
  /** False when another window has the session: it can be read, not continued. */
  readonly writable: boolean;
  readonly bodies: Bodies;
  /** Appends in order, durable when it resolves, bodies included. Rejects with `LogError` when it cannot: then nothing was acknowledged. */
  append(bodies: readonly EventBody[]): Promise<SessionEvent[]>;
  close(): Promise<void>;
}

export interface Memory {
  /** Newest first. Reads first lines only. */
  sessions(workspaceUri: string, rootCommit?: string): Promise<SessionId[]>;
  create(): Promise<Log>;
  /** Opens a log and folds what is in it, without holding up this thread. `folded` is the caller's own from then on. */
  open<T>(session: SessionId, how: "write" | "read", fold: Fold<T>): Promise<Log & { readonly folded: T }>;
}

// ── The person's files ────────────────────────────────────────────────────────────────────────────────────────

export interface UserFile {
  /** The bytes of the disk; of a dirty document, its text encoded as it would be saved. Null: no such file. */
  bytes: Uint8Array | null;
  /** Permission bits of the file on the disk, where there is one and the system keeps them. */
  mode?: number;
  /** Set when an editor holds unsaved text: all its line ends are this one. */
  dirty: { eol: "\n" | "\r\n" } | null;
  /** Set when this file cannot be written as things are (a link, a folder, text that would not survive a save). */
  refusal: { reason: string; remedy: string } | null;
}

export type FileWrite =
  /** `note`: something the person should know of this write, as a sentence. */
  | { kind: "written"; note?: string }
  | { kind: "buffer" }
  /** The file no longer holds `before`; nothing was written. */
  | { kind: "moved" }
  | { kind: "refused"; reason: string; remedy: string };

/** The symbolic link at a path, never followed. `target` is null where none stands. */
export interface UserLink {
  target: string | null;
  /** Set when no link can be changed or made here as things are. */
  refusal: { reason: string; remedy: string } | null;
}

export interface Files {
  read(path: string): Promise<UserFile>;
  /**
   * Writes `after` if the file still holds `before`, reads it back, and answers what is so. Creates folders; null deletes. `mode`:
   * permission bits of a file that is made; else those of any new file.
   */
  write(path: string, before: Uint8Array | null, after: Uint8Array | null, mode?: number): Promise<FileWrite>;
  /** Whether the file's owner may execute it; null where there is no such file. */
  executable(path: string): Promise<boolean | null>;
  /** Makes the file executable or not, if it still is as `before` says. */
  setExecutable(path: string, before: boolean, after: boolean): Promise<FileWrite>;
  link(path: string): Promise<UserLink>;
  /** Makes, changes or removes a link, if there is the one that `before` says, and reads it back. Null: no link; nothing else is written over. */
  setLink(path: string, before: string | null, after: string | null): Promise<FileWrite>;
  /** Why `from` cannot be given the name `to`, as far as that can be known before trying; null where nothing speaks against it. */
  immovable(from: string, to: string): Promise<{ reason: string; remedy: string } | null>;
  /** Gives a file another path, with its bytes and mode; never takes the place of another file. */
  move(from: string, to: string): Promise<FileWrite>;
  /** Clears away what a write to this path left beside it when its window went away in the middle. Never rejects. */
  tidy(path: string): Promise<void>;
  /** Every unsaved document of the folder, as it would be saved. */
  unsaved(): Promise<{ path: string; bytes: Uint8Array }[]>;
}

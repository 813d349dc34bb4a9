/**
 * The interfaces between rooms: what a session asks of an engine, a draft, the person's files and the memory.
 *
 * Types only. Whoever implements one of these knows nothing of who calls it. Anything that can go wrong in
 * ordinary life is in a return type; a promise rejects only for a defect or an abort.
 */
import type { Content, ContentId, SessionId } from "./ids.ts";
import type { PlanStep, SessionEvent, EventBody, TurnEnd, Usage } from "./events.ts";
import type { Fold } from "./fold.ts";

/** Endpoint, key and model: what a session of the built-in engine talks to. The demo is one more of these. */
export interface Connection {
  name: string;
  /** Base address of a Messages API: https, or http to loopback. */
  endpoint: string;
  model: string;
  /** Name under which the key is kept; never the key. */
  key: string;
}

// ── Engine ────────────────────────────────────────────────────────────────────────────────────────────────────

export interface TurnRequest {
  /** The engine's own messages of earlier turns, exactly as it gave them out, oldest first. */
  history: readonly unknown[];
  /** What is told before the person's words: refusals, edits, their own typing. Empty on a first turn. */
  report: string;
  prompt: string;
  attachments: readonly { name: string; text: string }[];
  /** The draft's folder: all file tools are confined to it. */
  root: string;
  /** Asks the person whether to make this wait, longer than a minute. No answer comes after `signal` is aborted. */
  agree(wait: LongWait, signal: AbortSignal): Promise<boolean>;
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
  /** The tool has run. The session looks at the draft before it asks for the next event. */
  | { kind: "answered"; call: string; ok: boolean; text: string }
  | { kind: "plan"; steps: PlanStep[] }
  | { kind: "step.ended"; step: number; stop: string; usage: Usage }
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
  attribute?: "mode";
  /** What was there when last looked at. */
  before: Content;
  now: Content;
}

/** What is to be written into the draft at one path. */
export interface DraftFile {
  path: string;
  attribute?: "mode";
  /** Where the file is in the draft now, if it is to be moved to `path` first. */
  from?: string;
  before: Content;
  after: Content;
}

export interface Look {
  changes: TreeChange[];
  /** Changed, but never a proposal: links, special files, nested repositories, ignored files, names not UTF-8. */
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
  /** What changed in the draft since the last look, whoever changed it. Bodies of both sides are kept before it returns. */
  look(signal?: AbortSignal): Promise<Look>;
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

/** The draft's own repository, which serves the agent and nobody else. */
export interface DraftRepository {
  /** Id of the commit that holds the folder as it was copied. */
  base: string;
  /** What its history needs; empty where there is none to borrow. */
  borrowed: BorrowedObjects[];
  /** Said to the person and the model: why history is not all there. */
  notes: string[];
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
  /** The draft of an earlier window. Null when it is no longer there. */
  open(id: string, folder: string, bodies: Bodies): Promise<Draft | null>;
  remove(id: string): Promise<void>;
}

// ── Sandbox ───────────────────────────────────────────────────────────────────────────────────────────────────

/** What this machine has to run commands in. Asked once per window; without one, no command runs at all. */
export type SandboxFound =
  | { kind: "bubblewrap"; file: string; version: string }
  /** Both are sentences for people. */
  | { kind: "none"; why: string; remedy: string };

/** A folder of the person's that tools need, shown read-only over an empty folder of the draft. */
export interface SharedFolder {
  /** Path from the draft's root, with `/`. */
  path: string;
  /** Absolute path of the person's folder: real, without a socket, pipe or device in it when it was searched. */
  from: string;
  /** Folders below it, as paths from it, that tools write caches into: each is empty, writable and forgotten. */
  caches: readonly string[];
  /** Shown at `from` too: what is in it names itself by its absolute path (a Python environment). */
  alsoAtHome: boolean;
}

/** An object folder of the person's repository, and the path at which it is shown, read-only. */
export interface BorrowedObjects {
  from: string;
  to: string;
}

interface AnyProfile {
  /** Absolute path of the draft's tree: all of it may be written. It stands at the same path inside. */
  draft: string;
  /** Absolute paths of the person's folder and home: nothing of them is there, but for what is listed here. */
  tree: string;
  home: string;
  shared: readonly SharedFolder[];
  history: readonly BorrowedObjects[];
  /** Paths from the draft's root that read as nothing: files of secrets, configuration of agents not allowed yet. */
  masked: readonly { path: string; kind: "file" | "folder" }[];
  /** Absolute paths of folders of programs outside the system's own, read-only; `programs` of them go first on PATH. */
  tools: readonly { folder: string; programs: readonly string[] }[];
}

/** For commands and checks: writes the draft and a temporary folder of its own; no network, no socket, no key. */
export type CommandProfile = AnyProfile & { kind: "command" };

/** For an agent that is a program of its own: network too, its state, its own credentials. */
export type EngineProfile = AnyProfile & {
  kind: "engine";
  /** Absolute path of the agent's own program folder, read-only. */
  program: string;
  /** Absolute path of a folder of ours that is its home; it may write there. */
  state: string;
  /** Absolute paths it may read, and nothing else of the person's home. */
  credentials: readonly string[];
  /** Variables it is given beside the short list that everything in a sandbox gets. */
  environment: Readonly<Record<string, string>>;
};

export type SandboxProfile = CommandProfile | EngineProfile;

/** A program with its arguments; never a line for a shell, unless the program is one. */
export interface Command {
  argv: readonly [string, ...string[]];
  /** Folder to begin in, as a path from the draft's root; "" is the root. */
  folder: string;
}

export interface CommandLimits {
  /** Milliseconds until it is ended. */
  time: number;
  /** Bytes of output after which it is ended. */
  output: number;
  /** Bytes of memory of all its processes together. */
  memory: number;
  processes: number;
  /** Bytes of output that are held whole, and those kept of its beginning and its end. */
  whole: number;
  head: number;
  tail: number;
}

/** What a command wrote, both of its outputs in the order in which they came. */
export interface CommandOutput {
  /** All bytes it wrote. */
  bytes: number;
  /** Everything up to the limit: for the log's bodies. */
  whole: Uint8Array;
  /** For a reader: the beginning, how many bytes are left out, the end. Without a cut all of it is `head`. */
  head: Uint8Array;
  cut: number;
  tail: Uint8Array;
}

export type CommandEnd =
  | { kind: "exited"; code: number }
  /** A signal ended it, by its name. */
  | { kind: "signal"; signal: string }
  | { kind: "timed out" }
  | { kind: "too much output" }
  | { kind: "memory" }
  | { kind: "processes" }
  | { kind: "stopped" }
  /** Nothing of it ran: no sandbox, a mount point that is a link, no such program. */
  | { kind: "not started"; why: string };

export interface CommandRun {
  end: CommandEnd;
  milliseconds: number;
  output: CommandOutput;
}

/** A program that goes on until it is ended: an agent that speaks over its standard input and output. */
export interface SandboxedProcess {
  /** What it writes; ends with it. To be read, or it waits. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Resolves when it and all it started are gone, with the end of what it wrote to standard error. */
  readonly ended: Promise<{ end: CommandEnd; problem: string }>;
  /** Gives it bytes to read. False where it is gone. */
  write(bytes: Uint8Array): boolean;
  /** Ends it and all it started, at once. */
  end(): void;
}

export interface Sandbox {
  probe(signal?: AbortSignal): Promise<SandboxFound>;
  /** What of the person's ignored folders can be shown in the draft; the rest with its reason. */
  share(
    tree: string,
    draft: string,
    signal?: AbortSignal,
  ): Promise<{ shared: SharedFolder[]; left: { path: string; why: string }[] }>;
  /** Folders of programs on the person's PATH that are known to hold programs and no secrets. */
  tools(tree: string, home: string): CommandProfile["tools"];
  /** Runs a command to its end. An abort of `signal` ends it: `stopped`. When it resolves, all of it is gone. */
  run(command: Command, profile: SandboxProfile, limits: CommandLimits, signal?: AbortSignal): Promise<CommandRun>;
  /** Starts a program that goes on; memory and processes are limited, time and output are not. */
  start(
    command: Command,
    profile: SandboxProfile,
    limits: Pick<CommandLimits, "memory" | "processes">,
    signal?: AbortSignal,
  ): Promise<{ kind: "started"; process: SandboxedProcess } | { kind: "not started"; why: string }>;
  /** Ends what an earlier window that went away may have left running. */
  endLeftovers(): Promise<number>;
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

export interface Files {
  read(path: string): Promise<UserFile>;
  /** Writes `after` if the file still holds `before`, reads it back, and answers what is so. Creates folders; null deletes. */
  write(path: string, before: Uint8Array | null, after: Uint8Array | null): Promise<FileWrite>;
  /** Whether the file's owner may execute it; null where there is no such file. */
  executable(path: string): Promise<boolean | null>;
  /** Makes the file executable or not, if it still is as `before` says. */
  setExecutable(path: string, before: boolean, after: boolean): Promise<FileWrite>;
  /** Why `from` cannot be given the name `to`, as far as that can be known before trying; null where nothing speaks against it. */
  immovable(from: string, to: string): Promise<{ reason: string; remedy: string } | null>;
  /** Gives a file another path, with its bytes and mode; never takes the place of another file. */
  move(from: string, to: string): Promise<FileWrite>;
  /** Clears away what a write to this path left beside it when its window went away in the middle. Never rejects. */
  tidy(path: string): Promise<void>;
  /** Every unsaved document of the folder, as it would be saved. */
  unsaved(): Promise<{ path: string; bytes: Uint8Array }[]>;
}

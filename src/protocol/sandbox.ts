/**
 * The sandbox: what a command or an agent in it can reach, how far it may go, and what became of it.
 *
 * Types only. Always: without a sandbox nothing runs; whatever can go wrong in ordinary life is in a return type.
 */

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

/** The draft's own repository, which serves the agent and nobody else. */
export interface DraftRepository {
  /** Id of the commit that holds the folder as it was copied. */
  base: string;
  /** What its history needs; empty where there is none to borrow. */
  borrowed: BorrowedObjects[];
  /** Said to the person and the model: why history is not all there. */
  notes: string[];
}

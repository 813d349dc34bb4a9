/**
 * Commands: what the built-in engine needs to run one in the draft, and what the person has allowed before.
 *
 * Types only. A command is a line for a shell, shown and kept byte for byte; its key stands for that line, its folder and the content of
 * all that it is known to lead to, so that an answer holds for exactly what was asked.
 * Always: a command is run in a sandbox or not at all; nothing that lies in a workspace allows one.
 */
import type { CommandLimits, CommandRun, DraftRepository, SandboxFound } from "./sandbox.ts";

/** Which answer of the person's let a command run. */
export type Allowed = "once" | "session" | "always";

export interface CommandAsked {
  line: string;
  /** Path from the draft's root; "" is the root. */
  folder: string;
  key: string;
}

/** One answer "always here": kept outside every workspace. */
export interface Approval extends CommandAsked {
  /** URI of the folder it was given for. */
  workspace: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** The person's answers "always here". What cannot be read allows nothing. */
export interface Approvals {
  has(workspace: string, key: string): Promise<boolean>;
  add(approval: Approval): Promise<void>;
  /** Newest first. */
  list(workspace: string): Promise<Approval[]>;
  forget(workspace: string, keys: readonly string[]): Promise<void>;
}

/** Where commands run: made for one draft. */
export interface CommandPlace {
  /** Said to the person and the model, once: what of the project is not there. */
  notes: string[];
  run(
    asked: CommandAsked,
    masked: readonly { path: string; kind: "file" | "folder" }[],
    limits: CommandLimits,
    signal: AbortSignal,
  ): Promise<CommandRun>;
}

/** A draft, as far as commands need it. */
export interface CommandDraft {
  readonly root: string;
  repository?(shared: readonly string[], signal?: AbortSignal): Promise<DraftRepository>;
}

/** What a window offers its sessions for commands. */
export interface CommandRoom {
  probe(signal?: AbortSignal): Promise<SandboxFound>;
  /** Makes the draft ready: its own repository, the folders of tools it is shown. */
  enter(draft: CommandDraft, tree: string, signal?: AbortSignal): Promise<CommandPlace>;
  approvals: Approvals;
}

/** What one turn of an engine is given to run commands; without one there is no command tool. */
export interface Commands {
  /** What the person set. */
  readonly limits: CommandLimits;
  /** The answer that lets this run without asking again; null: the person is to be asked. */
  allowed(key: string): Promise<Exclude<Allowed, "once"> | null>;
  /** Remembers the person's answer, for as long as it said. */
  allow(asked: CommandAsked, reach: Exclude<Allowed, "once">): Promise<void>;
  /** Runs it, and keeps what it wrote. An abort ends it: `stopped`. `seconds`: the most it may take, within the person's limit. */
  run(
    asked: CommandAsked & {
      allowed: Allowed;
      seconds?: number;
      masked: readonly { path: string; kind: "file" | "folder" }[];
    },
    signal: AbortSignal,
  ): Promise<CommandRun>;
}

/**
 * The rooms the editor needs and may not import: each comes on first use, from the extension's entry.
 *
 * Types only. A room that was asked for twice is the same room.
 */
import type { Guard } from "./disk.ts";
import type { AgentRoom, CommandRoom, Connection, DayBook, Drafts, Engine, Reach } from "../protocol/index.ts";
import type { Memory, Sandbox } from "../protocol/index.ts";

export interface Rooms {
  memory(): Promise<Memory>;
  drafts(): Promise<Drafts>;
  handovers(): Promise<Handovers>;
  session(): Promise<typeof import("../session/index.ts")>;
  state(): Promise<typeof import("../state/index.ts")>;
  guard(): Promise<Guard>;
  /** The one sandbox of this window. */
  sandbox(): Promise<Sandbox>;
  /** What runs commands in a draft, and which of them the person allowed for good. */
  commands(): Promise<CommandRoom>;
  /** What was used up today. */
  day(): Promise<DayBook>;
  /** The built-in engine, on a connection that is reached like this. */
  engine(connection: Connection, reach: Reach): Promise<Engine>;
  /** Agents that are programs of their own. */
  agents(): Promise<AgentRoom>;
  /** Starts one of our own scripts as a process of its own. */
  child(script: string, environment: Record<string, string>): Promise<Child>;
}

/** The way from one window to another that has a session. */
export interface Handovers {
  /** Asks it to let go, and waits; `pid`: the process that keeps the session all the same. */
  ask(session: string): Promise<{ kind: "free" } | { kind: "kept"; pid: number }>;
  /** Calls `asked` when another window asks for the session. Returns the end of listening. */
  whenAsked(session: string, asked: () => void): () => void;
}

/** A process of ours. It is told to end by the end of its standard input. */
export interface Child {
  /** Its standard output, line by line; ends with the process. */
  readonly lines: AsyncIterable<string>;
  /** Resolves when it is gone, with the end of what it wrote to standard error. */
  readonly exited: Promise<{ code: number | null; problem: string }>;
  /** Closes its standard input, and kills it if it does not end by itself soon. */
  end(): void;
}

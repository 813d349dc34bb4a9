/**
 * Agents that are programs of their own: how they are named, found and started, as far as more than one room needs it.
 *
 * Types only. Nothing that lies in a workspace names, starts or configures an agent.
 */
import type { Draft, Engine } from "./rooms.ts";
import type { EngineProfile, SandboxedProcess, SandboxFound } from "./sandbox.ts";

/** An agent as the person configured it. */
export interface ConfiguredAgent {
  name: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** An agent that can be started. Paths are absolute and real. */
export interface FoundAgent {
  kind: "found";
  name: string;
  argv: readonly [string, ...string[]];
  env: Readonly<Record<string, string>>;
  /** Folder of its program, and the folders of programs that it needs to run. */
  program: string;
  tools: readonly { folder: string; programs: readonly string[] }[];
  /** As its package says; "" where it says nothing. */
  version: string;
  /** Paths below the home, and names of variables, that it logs in with. */
  credentials: readonly string[];
  variables: readonly string[];
  configured: boolean;
}

/** Both are sentences for people. */
export interface MissingAgent {
  kind: "missing";
  name: string;
  why: string;
  remedy: string;
}

/** Where an agent is started for one turn: the draft's real folder, and the paths in it that read as nothing. */
export interface AgentPlace {
  draft: string;
  /** Gives the draft its own repository: for a sandbox alone, because what it borrows is shown nowhere else. */
  repository?: Draft["repository"];
  masked: EngineProfile["masked"];
}

/** How it was started: in its sandbox, or with the person's rights after they agreed. `notes` are said in the session. */
export type AgentStart =
  | { kind: "started"; process: SandboxedProcess; confined: boolean; notes: readonly string[] }
  /** Both are sentences or parts of one, for people; `remedy` may be "". */
  | { kind: "not started"; why: string; remedy: string };

/** One file or folder of a draft that configures agents. `hash` is over its path and all it holds; null where it cannot be allowed. */
export interface AgentConfiguration {
  path: string;
  kind: "file" | "folder";
  hash: string | null;
}

/** A server of tools of the person's, which is passed on: a program, or an address. */
export type ToolServer =
  | { name: string; command: string; args: string[]; env: { name: string; value: string }[] }
  | { type: "http" | "sse"; name: string; url: string; headers: { name: string; value: string }[] };

/** What a session gives its agent. */
export interface AgentHere {
  session: string;
  /** Absolute path of the person's folder. */
  tree: string;
  servers: readonly ToolServer[];
  /** Asks whether the agent may run with the person's rights in this workspace; `why` there is no sandbox is a sentence. */
  agreed(why: string, remedy: string): Promise<boolean>;
  /** Whether the person allowed this configuration, by its content. */
  mayRead(configuration: AgentConfiguration): boolean;
  /** What the agent says it is, once it has said so. */
  met(agent: { name: string; version: string }): void;
}

/** What a window offers for agents. */
export interface AgentRoom {
  /** All that are there, configured ones first; configured ones that are not there are named. */
  find(configured: readonly ConfiguredAgent[], tree: string): (FoundAgent | MissingAgent)[];
  engine(agent: FoundAgent, here: AgentHere): Engine;
  /** Everything in a folder that configures agents. */
  configuration(folder: string): Promise<AgentConfiguration[]>;
  probe(): Promise<SandboxFound>;
}

/**
 * Starting an agent for one turn: in the sandbox with the engine's profile, or, where there is none, with the person's rights.
 *
 * Always: where a sandbox is found it is used; without one nothing starts before the person agreed for this workspace; the agent's
 * environment is a short list, its own login and what was configured.
 */
import type { AgentPlace, AgentStart, EngineProfile, FoundAgent, Sandbox } from "../../protocol/index.ts";
import { networkVariables } from "./known.ts";
import { agentState } from "./state.ts";
import { startUnconfined } from "./unconfined.ts";

export interface AgentStartOptions {
  agent: FoundAgent;
  sandbox: Sandbox;
  /** Absolute paths: the draft's tree, the person's folder and home, our own storage. */
  draft: string;
  tree: string;
  home: string;
  storage: string;
  session: string;
  masked: EngineProfile["masked"];
  repository?: AgentPlace["repository"];
  /** The person's environment. */
  environment: NodeJS.ProcessEnv;
  /** Asks whether the agent may run with the person's rights here; both texts are sentences. */
  agreed(why: string, remedy: string): Promise<boolean>;
}

const limits = { memory: 8 * 1024 ** 3, processes: 1_000 };

export async function startAgent(options: AgentStartOptions, signal: AbortSignal): Promise<AgentStart> {
  const { agent, sandbox, draft, tree, home } = options;
  const found = await sandbox.probe(signal);
  const state = agentState(options.storage, options.session, agent.name, home, agent.credentials);
  const environment = environmentOf(options);
  if (found.kind === "none") {
    if (!(await options.agreed(found.why, found.remedy)))
      return {
        kind: "not started",
        why: "there is no sandbox here, and you have not agreed that it runs with your rights",
        remedy: found.remedy,
      };
    const own = ["PATH", "LANG", "LC_ALL", "TMPDIR", "TMP", "TEMP", "SystemRoot", "windir"];
    const env = { ...picked(options.environment, own), ...environment, HOME: state.folder, USERPROFILE: state.folder };
    return {
      kind: "started",
      process: startUnconfined(agent.argv, { folder: draft, env }, signal),
      confined: false,
      notes: [`${agent.name} runs with your rights: there is no sandbox here.`],
    };
  }
  const { shared, left } = await sandbox.share(tree, draft, signal);
  const repository = await options.repository?.(
    shared.map(({ path }) => path),
    signal,
  );
  const profile: EngineProfile = {
    kind: "engine",
    draft,
    tree,
    home,
    shared,
    history: repository?.borrowed ?? [],
    masked: options.masked,
    tools: [...sandbox.tools(tree, home), ...agent.tools],
    program: agent.program,
    state: state.folder,
    credentials: state.credentials,
    environment,
  };
  const started = await sandbox.start({ argv: agent.argv, folder: "" }, profile, limits, signal);
  return started.kind === "started"
    ? {
        ...started,
        confined: true,
        notes: [...left.map(({ path, why }) => `The agent cannot see ${path}: ${why}.`), ...(repository?.notes ?? [])],
      }
    : { ...started, remedy: "" };
}

function environmentOf({ agent, environment }: AgentStartOptions): Record<string, string> {
  return { ...picked(environment, [...networkVariables, ...agent.variables]), ...agent.env };
}

function picked(from: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}

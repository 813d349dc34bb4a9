/**
 * Agents that are programs of their own: found, given a place, started.
 *
 * Always: nothing of the workspace chooses, starts or configures one.
 */
import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import type { AgentHere, AgentPlace, AgentRoom, AgentStart, FoundAgent, Sandbox } from "../../protocol/index.ts";
import { findAgents } from "./finding.ts";
import { startAgent } from "./starting.ts";

export interface Agents extends Pick<AgentRoom, "find" | "probe"> {
  /** How this agent is started for a turn of this session. */
  starter(
    agent: FoundAgent,
    here: Pick<AgentHere, "session" | "tree" | "agreed">,
  ): (place: AgentPlace, signal: AbortSignal) => Promise<AgentStart>;
}

/** `storage`: the real path of a folder of ours; below it agents keep what they keep. `home` is the person's. */
export function openAgents(
  sandbox: Sandbox,
  storage: string,
  environment: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): Agents {
  return {
    find: (configured, tree) => findAgents({ configured, path: environment.PATH ?? "", tree }),
    probe: () => sandbox.probe(),
    starter: (agent, { session, tree, agreed }) => {
      const place = { tree: realOr(tree), home: realOr(home) };
      return (where, signal) =>
        startAgent({ agent, sandbox, storage, session, environment, agreed, ...place, ...where }, signal);
    },
  };
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export { findAgents };

/**
 * Real agents for the tests of the `agents` lane: fetched from npm once, each into a folder of the cache that is named for its version.
 *
 * They are never part of the project or of its package. Their install scripts do not run.
 * Always: versions are exact; what cannot be had is a value with its cause.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, npm, step } from "../setup.mjs";

/** What is run and listed in the README. `command` is below the folder's `node_modules`. */
export const realAgents = [
  {
    name: "Claude Code",
    package: "@agentclientprotocol/claude-agent-acp",
    version: "0.100.0",
    command: "@agentclientprotocol/claude-agent-acp/dist/index.js",
    args: [],
  },
  {
    name: "opencode",
    package: "opencode-ai",
    version: "1.18.33",
    command: `opencode-${process.platform === "win32" ? "windows" : process.platform}-${process.arch}/bin/opencode`,
    args: ["acp"],
  },
] as const;

export type RealAgent = (typeof realAgents)[number];

/** Where its program is, or why it is not there. */
export type FetchedAgent = { kind: "ready"; agent: RealAgent; command: string } | { kind: "missing"; cause: string };

/** Fetches an agent where it is not in the cache. */
export async function agentReady(agent: RealAgent): Promise<FetchedAgent> {
  const folder = join(cache, "agents", `${agent.package.replaceAll(/[@/]+/g, "-").replace(/^-/, "")}-${agent.version}`);
  const command = join(folder, "node_modules", agent.command);
  if (existsSync(join(folder, "complete"))) return { kind: "ready", agent, command };
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await step(
      `Fetching ${agent.name} from npm (${agent.package} ${agent.version}), for the tests with real agents`,
      async () => {
        rmSync(partial, { recursive: true, force: true });
        mkdirSync(partial, { recursive: true });
        writeFileSync(join(partial, "package.json"), '{ "private": true }\n');
        await npm(
          ["install", `${agent.package}@${agent.version}`, "--no-save", "--ignore-scripts", "--fetch-retries=1"],
          partial,
        );
        if (!existsSync(join(partial, "node_modules", agent.command)))
          throw new Error(`it has no program for ${process.platform} ${process.arch}`);
        writeFileSync(join(partial, "complete"), agent.version);
        rmSync(folder, { recursive: true, force: true });
        renameSync(partial, folder);
      },
    );
    return { kind: "ready", agent, command };
  } catch (problem) {
    rmSync(partial, { recursive: true, force: true });
    return { kind: "missing", cause: `${agent.name}: ${(problem as Error).message.split("\n")[0]}` };
  }
}

/**
 * The families of engines that do the same job: the built-in loop, and each real agent, all asking the same scripted model.
 *
 * Always: an agent that is not there is named with the cause, and its tests say so; the job is the demo's, with the tools' names and
 * fields as the family has them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { agentReady, realAgents } from "../../scripts/hosts/agents.ts";
import { root } from "../../scripts/setup.mjs";

/** How a family's model names its tools. */
export interface Tongue {
  block(name: string, input: Record<string, unknown>): object[];
}

export interface Family {
  name: string;
  version: string;
  tongue: Tongue;
  /** Null: the built-in loop. */
  agent: {
    command: string;
    args: readonly string[];
    env(endpoint: string, key: string): Record<string, string>;
  } | null;
}

export const builtIn: Family = {
  name: "the built-in loop",
  version: "",
  agent: null,
  tongue: { block: (name, input) => [{ type: "tool_use", name, input }] },
};

const use = (name: string, input: object): object[] => [{ type: "tool_use", name, input }];

const tongues: Record<string, Tongue> = {
  "Claude Code": {
    block(name, input) {
      switch (name) {
        case "read":
          return use("Read", { file_path: input["file_path"] });
        case "edit":
          return use("Edit", {
            file_path: input["file_path"],
            old_string: input["old_string"],
            new_string: input["new_string"],
          });
        case "write":
          return use("Write", { file_path: input["file_path"], content: input["content"] });
        case "delete":
          return use("Bash", { command: `rm ${String(input["file_path"])}`, description: "Remove a file" });
        case "command":
          return use("Bash", { command: input["line"], description: "Run a command" });
        default:
          return [];
      }
    },
  },
  opencode: {
    block(name, input) {
      switch (name) {
        case "read":
          return use("read", { filePath: input["file_path"] });
        case "edit":
          return use("edit", {
            filePath: input["file_path"],
            oldString: input["old_string"],
            newString: input["new_string"],
          });
        case "write":
          return use("write", { filePath: input["file_path"], content: input["content"] });
        case "delete":
          return use("bash", { command: `rm ${String(input["file_path"])}`, description: "Remove a file" });
        case "command":
          return use("bash", { command: input["line"], description: "Run a command" });
        default:
          return [];
      }
    },
  },
};

const environments: Record<string, (endpoint: string, key: string) => Record<string, string>> = {
  "Claude Code": (endpoint, key) => ({ ANTHROPIC_BASE_URL: endpoint, ANTHROPIC_API_KEY: key }),
  opencode: (endpoint, key) => ({
    OPENCODE_CONFIG_CONTENT: JSON.stringify({
      provider: {
        anthropic: {
          npm: "@ai-sdk/anthropic",
          options: { baseURL: `${endpoint}/v1`, apiKey: key },
          models: { demo: { name: "demo" } },
        },
      },
      model: "anthropic/demo",
      small_model: "anthropic/demo",
      permission: { edit: "ask", bash: "ask" },
      autoupdate: false,
    }),
  }),
};

/** Every family that can be run here, and why the others cannot. */
export async function families(): Promise<{ here: Family[]; missing: string[] }> {
  const here = [builtIn];
  const missing: string[] = [];
  for (const agent of realAgents) {
    const ready = await agentReady(agent);
    if (ready.kind === "missing") missing.push(ready.cause);
    else
      here.push({
        name: agent.name,
        version: agent.version,
        tongue: tongues[agent.name]!,
        agent: { command: ready.command, args: agent.args, env: environments[agent.name]! },
      });
  }
  return { here, missing };
}

type Json = Record<string, unknown>;

/** A scenario in a family's tongue. A step that has nothing left to say is left out. */
export function spoken(scenario: Json, { tongue, agent }: Family): Json {
  if (agent === null) return scenario;
  const steps = (list: unknown): unknown[] =>
    (list as Json[])
      .map((step) => {
        const given = step["blocks"] as Json[];
        const blocks = given.flatMap((block) => blocksOf(block, tongue));
        // Where every call has no word in this tongue, another one keeps the turn going; agents also want to have read what they edit.
        const mute = given.some(isCall) && !(blocks as Json[]).some(isCall);
        return { ...step, blocks: mute ? [...blocks, ...tongue.block("read", { file_path: "README.md" })] : blocks };
      })
      .filter((step) => step.blocks.length > 0);
  const turns = (scenario["turns"] as Json[]).map((turn) => ({
    ...turn,
    ...("steps" in turn ? { steps: steps(turn["steps"]) } : {}),
    ...("cases" in turn
      ? { cases: (turn["cases"] as Json[]).map((one) => ({ ...one, steps: steps(one["steps"]) })) }
      : {}),
    ...("otherwise" in turn ? { otherwise: steps(turn["otherwise"]) } : {}),
  }));
  return { ...scenario, turns };
}

function blocksOf(block: Json, tongue: Tongue): object[] {
  if (block["type"] !== "tool_use") return block["type"] === "thinking" ? [] : [block];
  const when = "when" in block ? { when: block["when"] } : {};
  return tongue.block(String(block["name"]), block["input"] as Json).map((one) => ({ ...one, ...when }));
}

function isCall(block: Json): boolean {
  return block["type"] === "tool_use";
}

/** The demo's job. */
export function demoJob(): Json {
  return JSON.parse(readFileSync(join(root, "src/demo/scenarios/demo.json"), "utf8")) as Json;
}

/** A job of one turn after the other: each a list of steps, each a list of blocks. */
export function job(turns: readonly (readonly (readonly object[])[])[]): Json {
  return {
    about: "Played by a test.",
    pace: { charsPerSecond: 1_000_000, chunk: 1_000, before: 0 },
    turns: turns.map((steps) => ({ steps: steps.map((blocks) => ({ blocks })) })),
  };
}

export const says = (text: string): object => ({ type: "text", text });
export const calls = (name: string, input: object): object => ({ type: "tool_use", name, input });

/**
 * Stopping real agents, in the sandbox of the product: from Stop to silence, in the states of a turn that both families have.
 *
 * Silent means that the session is idle and that no process of the turn lives. The model is scripted, and slow where a state needs it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { calls, families, job, says, type Family } from "../agents/families.ts";
import { openStage, type Stage } from "../agents/stage.ts";

export interface Stopped {
  name: string;
  milliseconds: number;
}

interface State {
  name: string;
  /** What the model says in its one answer. */
  blocks: object[];
  /** How the model says it. The stage plays a hundred thousand times as fast as is written. */
  pace?: { charsPerSecond: number; chunk: number; before: number };
  /** Resolves when it is time to stop. */
  reached: (stage: Stage, started: () => boolean) => Promise<void>;
  /** Whether the person lets a command run. */
  leave?: boolean;
}

const command = calls("command", { line: "touch made.txt; tail -f README.md" });
const states: State[] = [
  { name: "while it starts", blocks: [says("Done.")], reached: (_, started) => holds("it has started", started) },
  {
    name: "before its first word",
    blocks: [says("Done.")],
    pace: { charsPerSecond: 1000, chunk: 10, before: 3_000_000_000 },
    reached: (stage) => requested(stage),
  },
  {
    name: "while it speaks",
    blocks: [says("on and on ".repeat(300_000))],
    pace: { charsPerSecond: 1, chunk: 1_000, before: 0 },
    reached: async (stage) => (await requested(stage), sleep(700)),
  },
  { name: "while it waits for leave", blocks: [command], reached: (stage) => questioned(stage) },
  {
    name: "while its command runs",
    blocks: [command],
    leave: true,
    reached: async (stage) => (await questioned(stage), sleep(400)),
  },
];

/** Every state of every agent that is there, `rounds` times; and why others are not there. */
export async function stopRealAgents(rounds: number): Promise<{ took: Stopped[]; names: string[]; missing: string[] }> {
  const { here, missing } = await families();
  const agents = here.filter(({ agent }) => agent !== null);
  const took: Stopped[] = [];
  for (const family of agents)
    for (const state of states)
      for (let round = 0; round < rounds; round++)
        took.push({ name: `${family.name}, ${state.name}`, milliseconds: await stopped(family, state) });
  return { took, names: agents.map(({ name, version }) => `${name} ${version}`), missing };
}

async function stopped(family: Family, { blocks, pace, reached, leave }: State): Promise<number> {
  const { turns, ...scenario } = job([[[says("Ready.")]], [blocks]]);
  const [first, second] = turns as { steps: object[] }[];
  const paced = { steps: second!.steps.map((step) => (pace ? { ...step, pace } : step)) };
  await using stage = await openStage(family, { ...scenario, turns: [first, paced] });
  await stage.session.prompt("Are you there?");
  const before = below(process.pid);
  stage.answer = ({ options }) => ({
    option: leave === true ? (options.find(({ kind }) => kind === "once")?.id ?? "") : "",
  });
  stage.questions.length = 0;
  stage.requests.length = 0;
  const turn = stage.session.prompt("Do it.");
  const mine = (): boolean => [...below(process.pid)].some((child) => !before.has(child));
  await reached(stage, mine);
  const began = performance.now();
  await stage.session.stop();
  await turn;
  while (mine()) await sleep(2);
  const took = performance.now() - began;
  const ended = stage.events().findLast((event) => event.kind === "turn.ended");
  return ended?.how === "stopped" ? took : Infinity;
}

async function requested(stage: Stage): Promise<void> {
  await holds("the model is asked", () => stage.requests.length > 0);
}

async function questioned(stage: Stage): Promise<void> {
  await holds("leave is asked for", () => stage.questions.length > 0);
}

async function holds(what: string, state: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!state()) {
    if (performance.now() > end) throw new Error(`not within half a minute: ${what}`);
    await sleep(5);
  }
}

/** The processes that this one has started, and those have started. */
function below(top: number): Set<number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [, state = "", parent = ""] =
        /^\d+ \(.*\) (\S) (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "latin1")) ?? [];
      if (state !== "Z") parents.set(Number(name), Number(parent));
    } catch {
      // It went while it was looked at.
    }
  }
  const found = new Set<number>();
  for (const each of parents.keys()) {
    for (let at = parents.get(each); at !== undefined && at > 1; at = parents.get(at)) if (at === top) found.add(each);
  }
  return found;
}

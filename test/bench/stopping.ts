/**
 * Stopping: from Stop to silence, in every named state of a turn: the last event is out, every connection is closed, no process lives.
 *
 * The states of the built-in loop are those of `test/unit/engine/stops.ts` and, with `commands`, those of commands in the sandbox; the
 * scripted agent's are those of `test/unit/engine/acp/stops.ts`; real agents are stopped where they are there. The slowest stop counts.
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "../../scripts/bench.ts";
import { openSandbox } from "../../src/system/sandbox/index.ts";
import { agentStops, stopAgentIn } from "../unit/engine/acp/stops.ts";
import { stopIn, stopStates, type StopState } from "../unit/engine/stops.ts";
import { quantile } from "./quantile.ts";
import { stopRealAgents, type Stopped } from "./stoppingAgents.ts";
import { commandStops } from "./stoppingCommands.ts";

/** Milliseconds. */
const goal = 1000;

export async function stoppingRows(): Promise<Row[]> {
  return [rowOf(`${stopStates.length} states`, await stopLoop(stopStates, 3))];
}

/** Both families. */
export async function stoppingFamilies(given: number): Promise<Row[]> {
  const rounds = Math.min(given, 3);
  const loop = await stopLoop(stopStates, rounds);
  const [commands, none] = await inCommands(rounds);
  const scripted: Stopped[] = [];
  for (let round = 0; round < rounds; round++)
    for (const state of agentStops) {
      const { how, took } = await stopAgentIn(state);
      scripted.push({ name: state.name, milliseconds: how === "stopped" ? took : Infinity });
    }
  const { took: real, names, missing } = await stopRealAgents(rounds);
  const all = [...loop, ...commands, ...scripted, ...real];
  const counted = `${new Set(all.map(({ name }) => name)).size} states, both families`;
  return [
    rowOf(counted, all, none === "" ? [] : [none]),
    rowOf("the built-in loop", [...loop, ...commands], [], false),
    rowOf("a scripted agent", scripted, [], false),
    ...(real.length > 0 ? [rowOf(names.join(" and "), real, missing, false)] : []),
    ...(real.length === 0
      ? [
          {
            figure: "stop → silent, real agents",
            value: null,
            unit: "ms",
            met: "not run" as const,
            note: missing.join("; "),
          },
        ]
      : []),
  ];
}

async function stopLoop(states: readonly StopState[], rounds: number): Promise<Stopped[]> {
  const took: Stopped[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const state of states) {
      const stopped = await stopIn(state);
      const ended = stopped.events.at(-1);
      const silent = ended?.kind === "ended" && ended.how === "stopped";
      took.push({ name: state.name, milliseconds: silent ? stopped.took : Infinity });
    }
  }
  return took;
}

/** Why there are none, where there is no sandbox. */
async function inCommands(rounds: number): Promise<[Stopped[], string]> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-bench-stopping-")));
  await using sandbox = openSandbox({ records: join(root, "running") });
  try {
    const found = await sandbox.probe();
    if (found.kind === "none") return [[], `no commands: ${found.why}`];
    return [await stopLoop(commandStops(sandbox, root), rounds), ""];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function rowOf(what: string, took: readonly Stopped[], notes: readonly string[] = [], counts = true): Row {
  const slowest = took.toSorted((a, b) => b.milliseconds - a.milliseconds)[0]!;
  const values = took.map(({ milliseconds }) => milliseconds);
  const states = new Set(took.map(({ name }) => name)).size;
  return {
    figure: `stop → silent, ${what}, p100`,
    value: slowest.milliseconds,
    unit: "ms",
    goal: counts ? `≤ ${goal}` : null,
    met: counts ? slowest.milliseconds <= goal : null,
    note: [
      `${values.length} stops in ${states} states; slowest ${slowest.name}; p50 ${quantile(values, 0.5).toFixed(1)}`,
      ...notes,
    ].join("; "),
  };
}

/**
 * Stopping: from Stop to silence, in every named state of a turn: the last event is out and every connection is closed.
 *
 * The states are those of `test/unit/engine/stops.ts`; each is stopped a few times, and the slowest counts.
 */
import type { Row } from "../../scripts/bench.ts";
import { stopIn, stopStates } from "../unit/engine/stops.ts";
import { quantile } from "./quantile.ts";

const rounds = 3;
/** Milliseconds. */
const goal = 1000;

export async function stoppingRows(): Promise<Row[]> {
  const took: { name: string; milliseconds: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const state of stopStates) {
      const stopped = await stopIn(state);
      const ended = stopped.events.at(-1);
      const silent = ended?.kind === "ended" && ended.how === "stopped";
      took.push({ name: state.name, milliseconds: silent ? stopped.took : Infinity });
    }
  }
  const slowest = took.toSorted((a, b) => b.milliseconds - a.milliseconds)[0]!;
  const values = took.map(({ milliseconds }) => milliseconds);
  return [
    {
      figure: `stop → silent in ${stopStates.length} states, p100`,
      value: slowest.milliseconds,
      unit: "ms",
      goal: `≤ ${goal}`,
      met: slowest.milliseconds <= goal,
      note: `${values.length} stops; slowest ${slowest.name}; p50 ${quantile(values, 0.5).toFixed(1)}`,
    },
  ];
}

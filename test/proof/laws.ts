/**
 * The laws of review, at full size: random histories of an agent and a person on whole sessions, each step held against
 * an oracle that counts lines by itself (`test/unit/session/oracle.ts`).
 *
 * 20,000 histories of 40 steps. A failing case names its seed: `playHistory(seed, steps)` plays it again.
 */
import { playHistory } from "../unit/session/history.ts";

const histories = 20_000;
const steps = 40;

/** Plays this slice's share of the histories. Never rejects for a history that failed. */
export default async function laws(options: {
  seed: number;
  slice: { k: number; n: number };
}): Promise<{ tried: number; failed: number; cases: unknown[] }> {
  const { seed, slice } = options;
  const cases: unknown[] = [];
  let tried = 0;
  let failed = 0;
  for (let index = slice.k - 1; index < histories; index += slice.n) {
    const own = seed * histories + index;
    tried++;
    try {
      await playHistory(own, steps);
    } catch (error) {
      failed++;
      if (cases.length < 20) cases.push({ seed: own, steps, said: (error as Error).message });
    }
  }
  return { tried, failed, cases };
}

/**
 * The laws by model, at full size: 100,000 histories of 40 steps on one file, on the review room and on a model that shares no code
 * with it (`test/unit/review/model.ts`).
 *
 * Histories are drawn in lots of 250, each from a seed of its own. A failing lot tells its seed and the smallest history found.
 */
import type { Proof } from "../../scripts/proof.ts";
import { playHistories } from "../unit/review/modelHistories.ts";

const histories = 100_000;
const lot = 250;

const proof: Proof = async ({ seed, slice }) => {
  const lots = histories / lot;
  const met = new Map<string, number>();
  const cases: unknown[] = [];
  let tried = 0;
  let failed = 0;
  for (let index = slice.k - 1; index < lots; index += slice.n) {
    const played = playHistories(seed * lots + index, lot);
    tried += played.failed > 0 ? played.failed : played.tried;
    failed += played.failed;
    cases.push(...played.cases);
    for (const [what, count] of played.done) met.set(what, (met.get(what) ?? 0) + count);
  }
  console.log([...met].map(([what, count]) => `${what} ${count}`).join(", "));
  return { tried, failed, cases };
};

export default proof;

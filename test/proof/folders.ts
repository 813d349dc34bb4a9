/**
 * The laws by model, on folders: histories of 40 commands on some files with renames or executable bits beside their texts, on whole
 * sessions held in memory and on a model that shares no code with them (`test/unit/review/modelFolder.ts`).
 *
 * Histories are drawn in lots of 100, each from a seed of its own. A failing lot tells its seed and the smallest history found.
 */
import type { Proof } from "../../scripts/proof.ts";
import { playFolders } from "../unit/review/modelFolderHistories.ts";

const histories = 5_000;
const lot = 100;

const proof: Proof = async ({ seed, slice }) => {
  const lots = histories / lot;
  const met = new Map<string, number>();
  const cases: unknown[] = [];
  let tried = 0;
  let failed = 0;
  for (let index = slice.k - 1; index < lots; index += slice.n) {
    const played = await playFolders(seed * lots + index, lot);
    tried += played.failed > 0 ? played.failed : played.tried;
    failed += played.failed;
    cases.push(...played.cases);
    for (const [what, count] of played.done) met.set(what, (met.get(what) ?? 0) + count);
  }
  console.log([...met].map(([what, count]) => `${what} ${count}`).join(", "));
  return { tried, failed, cases };
};

export default proof;

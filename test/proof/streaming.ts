/**
 * Hunks of texts that are arriving, at full size: 2,000 real pairs of successive published versions, and blocks moved up and down in
 * 40 real files, each in pieces of 20 lines or cut anywhere.
 *
 * What is checked at every piece stands in `test/unit/review/streamChecks.ts`. Settled hunks that the exact end does not have are
 * counted, the moved blocks by themselves: more than one in a hundred fails, where there are a thousand or more to count.
 * How many of the end's hunks are settled in time is said beside it: to settle none would change none.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Proof } from "../../scripts/proof.ts";
import { seeded } from "../bench/reviewPairs.ts";
import { movedPairs } from "../bench/reviewStreaming.ts";
import { drawn, realPairs } from "../unit/review/realPairs.ts";
import { follow, soon } from "../unit/review/streamChecks.ts";

const real = 2_000;
const moved = 40;
const largest = 400_000;

const proof: Proof = async ({ seed, slice }) => {
  const found = await realPairs();
  if ("cause" in found) throw new Error(`The packages cannot be had: ${found.cause}`);
  const read = (name: string, version: string, path: string) =>
    readFileSync(join(found.folder(`${name}@${version}`), path), "utf8");
  const random = seeded(seed);
  const order = drawn(found.pairs, found.pairs.length, seed, 1);
  const cases: string[] = [];
  const worst: { name: string; settled: number; changed: number }[] = [];
  let tried = 0;

  const none = { settled: 0, changed: 0, followed: 0, soon: 0 };
  const play = (name: string, before: string, after: string, sum: typeof none) => {
    tried++;
    const anywhere = tried % 2 === 0;
    try {
      const one = follow(
        before,
        after,
        anywhere ? () => 1 + Math.floor(random() ** 3 * 4_000) : byLines(after, 20),
        random,
      );
      for (const count of ["settled", "changed", "followed", "soon"] as const) sum[count] += one[count];
      if (one.changed > 0) worst.push({ name, ...one });
    } catch (error) {
      cases.push(`${name}: ${(error as Error).message}`);
    }
  };

  const own = <T>(all: readonly T[]) => all.filter((_, index) => index % slice.n === slice.k - 1);
  const inReal = { ...none };
  for (const pair of own(drawn(found.pairs, real, seed))) {
    const [before, after] = [read(pair.package, pair.from, pair.path), read(pair.package, pair.to, pair.path)];
    if (after.length <= largest) play(`${pair.package} ${pair.from} ${pair.to} ${pair.path}`, before, after, inReal);
  }
  const inMoved = { ...none };
  const bases: string[] = [];
  for (const pair of order) {
    if (bases.length === moved) break;
    const base = read(pair.package, pair.to, pair.path);
    if (base.length <= largest && base.split("\n").length >= 2_000) bases.push(base);
  }
  for (const [index, base] of own(bases.map((base, index) => [index, base] as const)))
    for (const { name, before, after } of movedPairs(base, seed + index))
      play(`file ${index}, ${name}`, before, after, inMoved);

  const share = ({ settled, changed, followed, soon: inTime }: typeof none) =>
    `${changed} of ${settled} settled hunks changed later (${((100 * changed) / Math.max(1, settled)).toFixed(2)} %), ` +
    `${((100 * inTime) / Math.max(1, followed)).toFixed(0)} % of ${followed} hunks were settled within ${soon} lines`;
  console.log(`real pairs: ${share(inReal)}`);
  console.log(`moved blocks: ${share(inMoved)}`);
  worst.sort((a, b) => b.changed - a.changed);
  for (const { name, settled, changed } of worst.slice(0, 8)) console.log(`  ${changed} of ${settled}: ${name}`);
  for (const [name, sum] of Object.entries({ "real pairs": inReal, "moved blocks": inMoved }))
    if (sum.settled >= 1_000 && sum.changed > 0.01 * sum.settled) cases.push(`${name}: ${share(sum)}`);
  return { tried, failed: cases.length, cases };
};

/** The characters up to the end of the next lines. */
function byLines(text: string, lines: number): (at: number) => number {
  return (at) => {
    let end = at;
    for (let line = 0; line < lines; line++) {
      const next = text.indexOf("\n", end);
      if (next < 0) return text.length - at;
      end = next + 1;
    }
    return end - at;
  };
}

export default proof;

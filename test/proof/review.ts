/**
 * The hunks of real files, at full size: 24,000 pairs of successive published versions, a tenth of them again with other
 * line ends, byte order marks, long lines and odd characters. What is checked of each stands in
 * `test/unit/review/realPairs.ts`; a failing case names its package, versions and path.
 */
import type { Proof } from "../../scripts/proof.ts";
import { checkPairs, drawn, realPairs } from "../unit/review/realPairs.ts";

const count = 24_000;

const proof: Proof = async ({ seed, slice }) => {
  const found = await realPairs();
  if ("cause" in found) throw new Error(`The packages cannot be had: ${found.cause}`);
  const all = drawn(found.pairs, count, seed);
  const own = all.filter((_, index) => index % slice.n === slice.k - 1);
  const { tried, many, failures, missing } = checkPairs(own, found.folder, seed);
  const packages = new Set(all.map((pair) => pair.package)).size;
  console.log(
    `${found.pairs.length} differing pairs known, ${all.length} drawn from ${packages} packages; ` +
      `of this slice ${own.length} pairs, ${many} with ten or more hunks${missing.map((one) => `; ${one}`).join("")}`,
  );
  if (slice.n === 1 && (all.length < 20_000 || many < 2_000))
    failures.push("too few pairs, or too few with ten or more hunks");
  return { tried, failed: failures.length + missing.length, cases: [...missing, ...failures].slice(0, 40) };
};

export default proof;

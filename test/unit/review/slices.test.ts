/** The diff piece by piece: many pieces for a long text, and the same result. */
import assert from "node:assert/strict";
import { diffLines, diffSlices } from "../../../src/review/diff.ts";
import { slice, turn, whole } from "../../../src/review/slices.ts";

describe("the diff in slices", () => {
  const lines = (count: number, step: number, distinct: number) =>
    Array.from({ length: count }, (_, index) => `line ${(index * step) % distinct}\n`);

  it("gives what it gives at once, and stops on the way", () => {
    const [before, after] = [lines(60_000, 7919, 40_000), lines(60_000, 104_729, 40_000)];
    const slices = diffSlices(before, after);
    let stops = 0;
    let step = slices.next();
    for (; step.done !== true; step = slices.next()) stops++;
    assert.ok(stops >= 10, `${stops} stops`);
    assert.deepEqual(step.value, diffLines(before, after));
  });

  it("does not stop for a short text", () => {
    const first = diffSlices(lines(1000, 7, 900), lines(1000, 11, 900)).next();
    assert.equal(first.done, true);
    assert.deepEqual(first.value, whole(diffSlices(lines(1000, 7, 900), lines(1000, 11, 900))));
  });

  it("stops once more is done than was left, and then has a whole piece before it", () => {
    for (const [left, work, stops, after] of [
      [10, 9, 0, 1],
      [10, 10, 0, 0],
      [10, 11, 1, slice],
    ] as const) {
      const pace = { left };
      const slices = turn(pace, work);
      let count = 0;
      while (slices.next().done !== true) count++;
      assert.deepEqual([count, pace.left], [stops, after]);
    }
  });
});

/** Anchors: rare lines in the same order on both sides, and the same with stops in between. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { anchorsOf, countsFor } from "../../../src/review/diffAnchors.ts";
import { unknown } from "../../../src/review/diffSearch.ts";
import { slice } from "../../../src/review/slices.ts";

function found(a: readonly number[], b: readonly number[], left = Infinity): { anchors: number[]; stops: number } {
  const part = { aFrom: 0, aTo: a.length, bFrom: 0, bTo: b.length, length: unknown };
  const counts = countsFor(Math.max(...a, ...b) + 1, b.length);
  const slices = anchorsOf(Int32Array.from(a), Int32Array.from(b), part, counts, { left });
  let stops = 0;
  let step = slices.next();
  for (; step.done !== true; step = slices.next()) stops++;
  for (const list of counts.slice(0, 3)) assert.ok(list.every((count) => count === 0));
  return { anchors: [...step.value], stops };
}

describe("anchors", () => {
  const side = fc.array(fc.nat(12), { minLength: 1, maxLength: 30 });

  it("are equal lines, in order on both sides, and the same with a stop at any place", () => {
    fc.assert(
      fc.property(side, side, fc.nat(400), (a, b, left) => {
        const { anchors, stops } = found(a, b);
        assert.equal(stops, 0);
        for (let at = 0; at < anchors.length; at += 2) {
          assert.equal(a[anchors[at]!], b[anchors[at + 1]!]);
          if (at > 0) assert.ok(anchors[at]! > anchors[at - 2]! && anchors[at + 1]! > anchors[at - 1]!);
        }
        const stopped = found(a, b, left);
        assert.deepEqual(stopped.anchors, anchors);
        assert.ok(stopped.stops <= 1);
      }),
      { numRuns: 1000 },
    );
  });

  const table: [what: string, a: number[], b: number[], anchors: number[]][] = [
    ["a block outweighs a line that moved across it", [9, 1, 2, 3], [1, 2, 3, 9], [1, 0, 2, 1, 3, 2]],
    ["a rare line brings the frequent ones below it", [5, 1, 1, 7], [7, 5, 1, 1], [0, 1]],
    ["lines that one side alone has are none", [1, 2], [3, 4], []],
  ];
  for (const [what, a, b, anchors] of table) it(what, () => assert.deepEqual(found(a, b).anchors, anchors));

  it("stop on the way where there are many lines, and again where each of them has many places", () => {
    const lines = Array.from({ length: 60_000 }, (_, at) => at);
    const moved = [...lines.slice(30_000), ...lines.slice(0, 30_000)];
    const { anchors, stops } = found(lines, moved, slice);
    assert.equal(anchors.length, 60_000);
    assert.ok(stops >= 4 && stops <= 12, `${stops} stops`);
    const eightfold = (step: number) => lines.map((line) => ((line * step) % 60_000) % 7_500);
    const often = found(eightfold(1), eightfold(7_919), slice);
    assert.ok(often.stops >= 20, `${often.stops} stops`);
  });
});

/** The search for a shortest way: a point on it, how long the ways to it are, and the same with stops in between. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { cutOf, reachFor, unknown, type Cut, type Part } from "../../../src/review/diffSearch.ts";

const side = fc.array(fc.nat(4), { minLength: 1, maxLength: 24 });

/** The part of both sides that has neither its first nor its last numbers in common; null where one of them is empty. */
function partOf(a: number[], b: number[]): Part | null {
  const part: Part = { aFrom: 0, aTo: a.length, bFrom: 0, bTo: b.length, length: unknown };
  const empty = () => part.aFrom === part.aTo || part.bFrom === part.bTo;
  for (; !empty() && a[part.aFrom] === b[part.bFrom]; part.bFrom++) part.aFrom++;
  for (; !empty() && a[part.aTo - 1] === b[part.bTo - 1]; part.bTo--) part.aTo--;
  return empty() ? null : part;
}

/** Numbers that a shortest way from the one to the other leaves out on both sides together. */
function lengthOf(a: readonly number[], b: readonly number[]): number {
  let below = Array.from({ length: b.length + 1 }, (_, j) => b.length - j);
  for (let i = a.length - 1; i >= 0; i--) {
    const row = [...below];
    row[b.length] = a.length - i;
    for (let j = b.length - 1; j >= 0; j--)
      row[j] = a[i] === b[j] ? below[j + 1]! : 1 + Math.min(below[j]!, row[j + 1]!);
    below = row;
  }
  return below[0]!;
}

function cut(a: number[], b: number[], part: Part, bound: number, pause = Infinity): { cut: Cut; stops: number } {
  const [ours, theirs] = [Int32Array.from(a), Int32Array.from(b)];
  const reach = reachFor(a.length, b.length);
  const pace = { left: pause };
  let found = cutOf(ours, theirs, part, reach, bound, pace);
  let stops = 0;
  for (; found === null; stops++) {
    pace.left = pause;
    found = cutOf(ours, theirs, part, reach, bound, pace);
  }
  return { cut: found, stops };
}

describe("the search for a shortest way", () => {
  it("divides it, and says how long both pieces are", () => {
    fc.assert(
      fc.property(side, side, (a, b) => {
        const part = partOf(a, b);
        fc.pre(part !== null);
        const found = cut(a, b, part, 100).cut;
        assert.deepEqual([found.toA, found.toB], [found.a, found.b]);
        const above = lengthOf(a.slice(part.aFrom, found.a), b.slice(part.bFrom, found.b));
        const below = lengthOf(a.slice(found.a, part.aTo), b.slice(found.b, part.bTo));
        assert.deepEqual([found.above, found.below], [above, below]);
        assert.equal(above + below, lengthOf(a.slice(part.aFrom, part.aTo), b.slice(part.bFrom, part.bTo)));
      }),
      { numRuns: 3000 },
    );
  });

  it("finds the same where the length is known, at any bound", () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 12 }), (a, b, bound) => {
        const part = partOf(a, b);
        fc.pre(part !== null);
        const length = lengthOf(a.slice(part.aFrom, part.aTo), b.slice(part.bFrom, part.bTo));
        const found = cut(a, b, part, bound).cut;
        assert.deepEqual(cut(a, b, { ...part, length }, bound).cut, found);
        assert.equal(found.above + found.below, length <= 2 * bound ? length : 2 * unknown);
      }),
      { numRuns: 3000 },
    );
  });

  it("finds the same with stops in between, and none where the pace allows for all", () => {
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 12 }), fc.nat(20), (a, b, bound, pause) => {
        const part = partOf(a, b);
        fc.pre(part !== null);
        const whole = cut(a, b, part, bound);
        assert.equal(whole.stops, 0);
        assert.deepEqual(cut(a, b, part, bound, pause).cut, whole.cut);
      }),
      { numRuns: 3000 },
    );
  });

  it("takes its work off the pace: steps, and equal numbers that are passed", () => {
    const a = Array.from({ length: 40 }, (_, at) => at);
    const b = a.map((at) => 100 + at);
    const part = partOf(a, b)!;
    assert.equal(cut(a, b, part, 20, 0).stops, 19, "a stop after each step but the last");
    assert.ok(cut(a, b, part, 20, 100).stops < 10);
    // Fifty equal numbers, which the search from above passes with its second step.
    const same = Array.from({ length: 50 }, () => 7);
    const [moved, beside] = [
      [1, ...same, 2, 8, 9, 10],
      [3, ...same, 4, 5, 6, 11],
    ];
    assert.equal(cut(moved, beside, partOf(moved, beside)!, 100, 40).stops, 1);
    assert.equal(cut(moved, beside, partOf(moved, beside)!, 100, 300).stops, 0);
  });

  it("names how far either end got where the bound is met", () => {
    const a = [1, 9, 9, 9, 2, 3];
    const b = [4, 9, 9, 9, 5, 6];
    const found = cut(a, b, partOf(a, b)!, 1).cut;
    assert.deepEqual([found.above, found.below], [unknown, unknown]);
    assert.ok(found.a <= found.toA && found.b <= found.toB);
  });
});

/** Lines as numbers, piece by piece: equal numbers exactly for equal lines, between what both texts begin and end with. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { numberedSlices } from "../../../src/review/lines.ts";
import { whole } from "../../../src/review/slices.ts";

const numbered = (before: readonly string[], after: readonly string[]) => whole(numberedSlices(before, after));

function holds(before: readonly string[], after: readonly string[]): void {
  const { old, now, distinct, start, sameOld, sameNew } = numbered(before, after);
  const shorter = Math.min(before.length, after.length);
  let above = 0;
  while (above < shorter && before[above] === after[above]) above++;
  let below = 0;
  while (below < shorter - above && before.at(-1 - below) === after.at(-1 - below)) below++;
  const [oldMiddle, newMiddle] = [before.slice(above, before.length - below), after.slice(above, after.length - below)];
  const names = [...new Set([...oldMiddle, ...newMiddle])];
  assert.deepEqual([start, distinct], [above, names.length]);
  assert.deepEqual(
    [...old],
    oldMiddle.map((line) => names.indexOf(line)),
  );
  assert.deepEqual(
    [...now],
    newMiddle.map((line) => names.indexOf(line)),
  );
  for (const [lines, same] of [
    [before, sameOld],
    [after, sameNew],
  ] as const)
    for (let one = 0; one < lines.length + 2; one++)
      for (let other = one; other < lines.length + 3; other++)
        assert.equal(same(one, other), other < lines.length && lines[one] === lines[other]);
}

describe("lines as numbers", () => {
  const line = fc.constantFrom("a\n", "b\n", "c\n", "a\r\n", "a");
  const lines = fc.array(line, { maxLength: 8 });

  it("are equal exactly where the lines are", () => {
    fc.assert(fc.property(lines, lines, holds), { numRuns: 2_000 });
  });

  it("leave out what both texts begin and end with, each line once", () => {
    fc.assert(
      fc.property(lines, lines, lines, lines, (above, before, after, below) =>
        holds([...above, ...before, ...below], [...above, ...after, ...below]),
      ),
      { numRuns: 2_000 },
    );
  });

  const text = (length: number, name: string) => Array.from({ length }, (_, at) => `${name}${at % 9_000}\n`);

  // The lines of both texts, and how often others get their turn meanwhile.
  const table: [old: number, now: number, stops: number][] = [
    [0, 0, 0],
    [8_000, 8_000, 0],
    [8_001, 0, 1],
    [8_001, 1, 2],
    [16_000, 0, 1],
    [16_001, 0, 2],
    [0, 16_000, 0],
    [0, 16_001, 1],
    [1, 16_000, 1],
    [24_001, 24_001, 7],
  ];
  for (const [old, now, stops] of table)
    it(`are made of ${old} and ${now} lines with ${stops} stops`, () => {
      const slices = numberedSlices(text(old, "a"), text(now, "b"));
      let count = 0;
      while (slices.next().done !== true) count++;
      assert.equal(count, stops);
    });

  it("are the same where they are made in pieces", () => {
    const [before, after] = [text(20_000, "x"), [...text(9_500, "y"), ...text(10_000, "x"), "z\n"]];
    const { old, now, distinct } = numbered(before, after);
    assert.deepEqual([old.length, now.length, distinct], [20_000, 19_501, 18_001]);
    const all = [...before, ...after];
    const numbers = [...old, ...now];
    const first = new Map<string, number>();
    for (const [at, one] of all.entries()) {
      if (!first.has(one)) first.set(one, first.size);
      assert.equal(numbers[at], first.get(one));
    }
  });
});

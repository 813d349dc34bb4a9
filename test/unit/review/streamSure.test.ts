/** Which hunks are sure, whatever is still to come. A letter is a line. */
import assert from "node:assert/strict";
import { diffLines } from "../../../src/review/diff.ts";
import { meet, openSure } from "../../../src/review/streamSure.ts";

describe("a hunk is sure", () => {
  const far = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
  const cases: { name: string; old: string; now: string; sure: boolean[] }[] = [
    { name: "where other lines come in a line's place", old: "AxB", now: "AyB", sure: [true] },
    { name: "not where one of them stands above", old: "A-xB", now: "A-y-B", sure: [false] },
    { name: "not where one of them stands below", old: "Ax-B", now: "A-y-B", sure: [false] },
    { name: "not where a line that goes stands above", old: "A-x-B", now: "A-yB", sure: [false] },
    { name: "where its like is far off", old: `-${far}XB`, now: `-${far}-YB`, sure: [true] },
    { name: "where lines come", old: "AB", now: "AxyB", sure: [true] },
    { name: "where lines go", old: "AxyB", now: "AB", sure: [true] },
    { name: "where it stands further up as well", old: "A-B", now: "A-x-B", sure: [true] },
    { name: "where it goes further up as well", old: "A-x-B", now: "A-B", sure: [true] },
    { name: "not where it could come in two", old: "A-B", now: "A-x-y-B", sure: [false] },
    { name: "not where it could go in two", old: "A-x-y-B", now: "A-B", sure: [false] },
    { name: "not where it could come in two further up", old: "A+-B", now: "A+-+x+-B", sure: [false] },
    { name: "not where lines change places", old: "AxyB", now: "AyxB", sure: [false, false] },
    { name: "at the very top", old: "B", now: "xB", sure: [true] },
    { name: "at the very top, of lines like the first", old: "-B", now: "-x-B", sure: [true] },
  ];
  for (const { name, old, now, sure } of cases)
    it(name, () => {
      const changes = diffLines(old.split(""), now.split(""));
      const [a, b] = [numbers(old), numbers(now)];
      assert.deepEqual(
        changes.map((change) => sureOf(a, b, 256, () => false).isSure(b, change, changes)),
        sure,
      );
    });

  it("where none of its lines is known", () => {
    const change = { from: 1, to: 2, newFrom: 1, newTo: 2 };
    const [old, now] = [Int32Array.of(0, 1, 5), Int32Array.of(0, 5, 7)];
    for (const [known, is] of [
      [9, false],
      [5, true],
    ] as const)
      assert.equal(sureOf(old, now, known, () => false).isSure(now, change, [change]), is);
  });

  it("not where a line that came is one of few in the old text: its block may have been moved", () => {
    const change = { from: 1, to: 2, newFrom: 1, newTo: 2 };
    const far = Array.from({ length: 100 }, (_, index) => 10 + index);
    const [old, now] = [Int32Array.of(0, 1, ...far, 5), Int32Array.of(0, 5, ...far)];
    for (const rare of [true, false])
      assert.equal(sureOf(old, now, 200, () => rare).isSure(now, change, [change]), !rare);
  });
});

describe("two ranges of lines meet", () => {
  const [a, b] = [Int32Array.of(1, 2, 3), Int32Array.of(3, 4, 1)];
  const cases: [string, [number, number, number, number], boolean][] = [
    ["in a line of both", [0, 3, 0, 3], true],
    ["not in a line behind the first", [0, 2, 0, 2], false],
    ["not in a line behind the second", [0, 1, 0, 2], false],
    ["not in a line before the first", [1, 2, 0, 3], false],
    ["not in a line before the second", [2, 3, 1, 3], false],
    ["from the first line on, where one begins before it", [2, 3, -5, 3], true],
  ];
  for (const [name, [from, to, start, end], met] of cases)
    it(name, () => assert.equal(meet(a, from, to, b, start, end), met));
});

function numbers(text: string): Int32Array {
  return Int32Array.from(text, (character) => character.charCodeAt(0));
}

/** What is sure when all of the new text has come. */
function sureOf(old: Int32Array, now: Int32Array, known: number, isRare: (number: number) => boolean) {
  const sure = openSure(old, known, isRare);
  for (const [line, number] of now.entries()) if (number < known) sure.latest[number] = line;
  return sure;
}

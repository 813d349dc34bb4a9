/** Lines of two whole texts found as bytes: the same as those that `linesOf` cuts, with their places and their equals. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { encoded, scanned, wholeLines } from "../../../src/review/linesBytes.ts";
import { linesOf } from "../../../src/review/text.ts";
import { withCallsTold } from "./calls.ts";

const bytes = (text: string) => Buffer.byteLength(text);
const bytesOf = (lines: readonly string[]) => bytes(lines.join(""));

/** What is said of two texts has to be what their lines say. */
function holds(before: string, after: string): void {
  const both = encoded(before, after)!;
  const [old, now] = [linesOf(before), linesOf(after)];
  const shorter = Math.min(old.length, now.length);
  let start = 0;
  while (start < shorter && old[start] === now[start] && /[\r\n]$/.test(old[start]!)) start++;
  let below = 0;
  while (below < shorter - start && old.at(-1 - below) === now.at(-1 - below)) below++;
  const oldMiddle = old.slice(start, old.length - below);
  const newMiddle = now.slice(start, now.length - below);

  assert.equal(both.start, start);
  const names = [...new Set([...oldMiddle, ...newMiddle])];
  assert.deepEqual(
    [...both.old],
    oldMiddle.map((line) => names.indexOf(line)),
  );
  assert.deepEqual(
    [...both.now],
    newMiddle.map((line) => names.indexOf(line)),
  );
  assert.equal(both.distinct, names.length);
  assert.equal(both.plain, bytes(before) + bytes(after) === before.length + after.length);
  const sides = [
    [old, both.oldOffset, both.sameOld, 0],
    [now, both.newOffset, both.sameNew, bytes(before)],
  ] as const;
  for (const [lines, offset, same, begin] of sides) {
    // From the end as well as from the top: what is asked for first makes no difference.
    for (const line of [lines.length, start, lines.length + 1])
      assert.equal(offset(line), line > lines.length ? -1 : begin + bytesOf(lines.slice(0, line)));
    for (let line = start; line <= lines.length; line++)
      assert.equal(offset(line), begin + bytesOf(lines.slice(0, line)), `line ${line}`);
    assert.equal(offset(lines.length + 1), -1);
    for (let other = start; other < lines.length + 2; other++)
      for (const one of [start, other - 1, (start + other) >> 1, other])
        if (one >= start) assert.equal(same(one, other), other < lines.length && lines[one] === lines[other]);
  }
  assert.equal(Buffer.from(both.bytes.subarray(0, bytes(before))).toString(), before);
}

const body = fc.constantFrom(
  "",
  "a",
  "b",
  "ab",
  "abc",
  "abcd",
  "abce",
  "é",
  "語",
  "😀",
  "x".repeat(15),
  "x".repeat(16),
  "y".repeat(37),
);
const end = fc.constantFrom("\n", "\n", "\n", "\r\n", "\r");
const line = fc.tuple(body, end).map((both) => both.join(""));
const short = fc.constantFrom("a\n", "b\n", "\n", "\r", "\r\n", "c\n");
const last = fc.constantFrom("", "", "a", "\r", "x".repeat(16), "b\r");

describe("two texts as numbered lines of bytes", () => {
  for (const [what, one, maxLength] of [
    ["of every kind", line, 14],
    ["that are many and short", short, 120],
  ] as const) {
    const lines = fc.array(one, { maxLength, size: "max" });
    it(`say of lines ${what} what their lines say`, () => {
      fc.assert(
        fc.property(lines, last, lines, last, (before, oldLast, after, newLast) =>
          holds(before.join("") + oldLast, after.join("") + newLast),
        ),
        { numRuns: 1_000 },
      );
    });

    it(`say it of lines ${what} that were changed here and there`, () => {
      const edit = fc.tuple(fc.nat(130), fc.nat(4), fc.array(one, { maxLength: 5 }));
      fc.assert(
        fc.property(lines, last, last, fc.array(edit, { maxLength: 4 }), (before, oldLast, newLast, edits) => {
          let after = before;
          for (const [at, count, put] of edits) after = after.toSpliced(at % (after.length + 1), count, ...put);
          holds(before.join("") + oldLast, after.join("") + newLast);
        }),
        { numRuns: 1_500 },
      );
    });

    it(`say it of lines ${what} that stand there several times over`, () => {
      fc.assert(
        fc.property(lines, lines, fc.array(fc.boolean(), { maxLength: 6 }), last, (above, below, order, tail) => {
          const after = order.flatMap((first) => (first ? above : below)).join("");
          holds([...above, ...below].join(""), after + tail);
          holds(after + tail, [...above, ...below].join(""));
        }),
        { numRuns: 600 },
      );
    });
  }

  const pairs: [what: string, before: string, after: string][] = [
    ["nothing on either side", "", ""],
    ["nothing beside something", "", "a\nb"],
    ["something beside nothing", "a\nb\n", ""],
    ["the same text", "a\nb\nc", "a\nb\nc"],
    ["a return that becomes half of an end", "a\r", "a\r\n"],
    ["half of an end that stays alone", "a\r\nb\r\n", "a\rb\r\n"],
    ["a feed alone beside one behind a return", "x\na\n\n", "x\na\r\n\n"],
    ["an end that both have, of other lines", "ab\r\n", "cd\n"],
    ["lines that go on beyond those of the other", "a\nb\n", "a\nb\nc\nd\n"],
    ["zeros that only one of them ends with", `a${"\0".repeat(1_000)}`, "a"],
    ["zeros beside what is behind the texts", "x\n\0\0\0\0", "yyyy\nabcd"],
    ["zeros beside what is behind the texts, above an equal end", "x\n\0\0\0\0abc\n", "yy\nzzzzabc\n"],
    ["many ends and nothing else", "\n".repeat(900), `${"\n".repeat(400)}x${"\n".repeat(700)}`],
    ["more short lines than there was room for", `x\n${"a\nb\n".repeat(30)}y\n`, `z\n${"b\na\nc\n".repeat(300)}x\n`],
    [
      "a run longer than the room for it",
      `p\n${"a\nb\nc\n".repeat(60)}q\n`,
      `r\n${"a\nb\nc\n".repeat(60)}s\n`.repeat(9),
    ],
  ];
  for (const [what, before, after] of pairs) it(`say it of ${what}`, () => holds(before, after));

  it("are none where half a character stands in one of them", () => {
    assert.equal(encoded("a\ud83d\n", "a\n"), null);
    assert.equal(encoded("a\n", "\ude00a\n"), null);
  });
});

describe("lines that go on as in the first text", () => {
  /** How often four bytes are read, for four bytes of the first text. */
  function readsOf(before: readonly string[], after: readonly string[]): number {
    const [one, other] = [before.join(""), after.join("")];
    let count = 0;
    const found = () => assert.notEqual(encoded(one, other), null);
    withCallsTold(DataView.prototype, "getInt32", () => count++, found);
    return count / (one.length / 4);
  }
  const lines = Array.from({ length: 2_000 }, (_, at) => `line ${at} of a text that is long enough to tell\n`);

  // Read once to find the lines of the first, and twice to compare them; to look the second's up costs once more.
  for (const [what, after] of [
    ["between two others", ["x\n", ...lines, "y\n"]],
    ["behind one that was put in, and one that was changed", ["x\n", ...lines.with(700, "y\n"), "z\n"]],
    ["behind some that were taken out", ["x\n", ...lines.slice(0, 300), ...lines.slice(900), "y\n"]],
    ["from the first on, behind some of its middle", ["x\n", ...lines.slice(5, 9), "z\n", ...lines, "y\n"]],
  ] as const)
    it(`are compared, not looked up: ${what}`, () => {
      const reads = readsOf(["a\n", ...lines, "b\n"], after);
      assert.ok(reads < 3.4, String(reads));
    });
});

describe("the lines of a range of bytes", () => {
  const wordsOf = (text: string) =>
    new DataView(new Uint8Array([...Buffer.from(text), ...new Array<number>(8).fill(10)]).buffer);

  it("are those of the range alone, each with the number of the first that equals it", () => {
    const found = scanned(wordsOf("zz\na\nb\na\n\nccc\nb\nzz"), 3, 15);
    assert.equal(found.count, 6);
    assert.deepEqual([...found.offsets.subarray(0, 7)], [3, 5, 7, 9, 10, 14, 15]);
    assert.deepEqual([...found.numbers.subarray(0, 6)], [0, 1, 0, 2, 3, 4]);
    assert.equal(found.table.distinct, 5);
  });

  it("are none in an empty range", () => {
    const found = scanned(wordsOf("abc"), 2, 2);
    assert.deepEqual([found.count, found.offsets[0], found.table.distinct], [0, 2, 0]);
  });
});

describe("equal bytes are whole lines on both sides", () => {
  // Two texts side by side: how much of them is equal, and how much of that is sure.
  const table: [one: string, other: string, sure: number][] = [
    ["", "a\n", 0],
    ["a\n", "b\n", 0],
    ["a\nb\n", "a\nb\n", 4],
    ["a\nb", "a\nb", 3],
    ["a\nb", "a\nbc", 2],
    ["a\nbc", "a\nb", 2],
    ["a\r", "a\r\n", 1],
    ["a\r\n", "a\r", 1],
    ["a\r", "a\r", 2],
    ["a\nb\nc", "a\nb\nd", 4],
    ["a\n\r\n", "a\n\rb", 2],
    ["a\n", "a\nb\n", 2],
    ["a\nb\n", "a\n", 2],
  ];
  for (const [one, other, sure] of table)
    it(`of ${JSON.stringify(one)} beside ${JSON.stringify(other)} for ${sure} bytes`, () => {
      const words = new DataView(new Uint8Array([7, 7, ...Buffer.from(one + other)]).buffer);
      const all = [...one].findIndex((character, at) => character !== other[at]);
      const equal = all < 0 ? Math.min(one.length, other.length) : all;
      const at = 2 + one.length;
      assert.equal(wholeLines(words, 2, equal, at, at, at + other.length), sure);
    });
});

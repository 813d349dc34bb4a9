/** Moved blocks: what is taken out in one place and put in in another, where it tells enough to be worth a link. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { diffLines, type Change } from "../../../src/review/diff.ts";
import { movedBlocks } from "../../../src/review/linesMoved.ts";

/** A line for each letter: a small one tells enough for a block of its own, a digit does with another, a sign tells nothing. */
const lineOf = (letter: string) =>
  /[a-z]/.test(letter) ? `${letter.repeat(20)}\n` : /\d/.test(letter) ? `${letter.repeat(10)}\n` : `${letter}\n`;
const linesOf = (letters: string) => [...letters].map(lineOf);

/** Changes given as `from-to:newFrom-newTo`, and blocks in the same way. */
const changesOf = (text: string): Change[] =>
  text
    .split(" ")
    .filter((one) => one !== "")
    .map((one) => one.split(/[-:]/).map(Number) as [number, number, number, number])
    .map(([from, to, newFrom, newTo]) => ({ from, to, newFrom, newTo }));
const told = (changes: readonly Change[]) =>
  changes.map(({ from, to, newFrom, newTo }) => `${from}-${to}:${newFrom}-${newTo}`).join(" ");
const moved = (before: string, after: string, changes: string) =>
  told(movedBlocks(changesOf(changes), linesOf(before), linesOf(after)));

describe("moved blocks", () => {
  const table: [what: string, before: string, after: string, changes: string, blocks: string][] = [
    ["a line taken down", "axy", "xya", "0-1:0-0 3-3:2-3", "0-1:2-3"],
    ["a line taken up", "xya", "axy", "0-0:0-1 2-3:3-3", "2-3:0-1"],
    ["lines that move together as one block", "abcxy", "xyabc", "0-3:0-0 5-5:2-5", "0-3:2-5"],
    [
      "two blocks that change places, in the order of the old text",
      "ax-yb",
      "bx-ya",
      "0-1:0-1 4-5:4-5",
      "0-1:4-5 4-5:0-1",
    ],
    ["nothing that only went", "abx", "x", "0-2:0-0", ""],
    ["nothing that only came", "x", "xab", "1-1:1-3", ""],
    ["nothing that is other lines", "ax", "xb", "0-1:0-0 2-2:1-2", ""],
    ["a block within longer changes", "p123q-", "-r123s", "0-5:0-0 6-6:1-6", "1-4:2-5"],
    ["no further than the removed run goes", "ab-c-", "--abc", "0-2:0-0 3-4:1-1 5-5:2-5", "0-2:2-4 3-4:4-5"],
    ["no further than the added run goes", "abc--", "-ab-c", "0-3:0-0 4-4:1-3 5-5:4-5", "0-2:1-3 2-3:4-5"],
    [
      "the longest of the places where a line was",
      "ax-ab-acb-",
      "--xy-ab",
      "0-2:0-0 3-5:2-2 6-9:2-2 10-10:5-7",
      "3-5:5-7",
    ],
    [
      "the longest of the places where a line was, below others",
      "-ax-ab-",
      "---ab",
      "1-2:1-1 4-6:2-2 7-7:3-5",
      "4-6:3-5",
    ],
    ["the first of places that are as good", "a-a-", "--a", "0-1:0-0 2-3:1-1 4-4:2-3", "0-1:2-3"],
    ["one link for each line, the longest first", "ab-", "-a-ab", "0-2:0-0 3-3:1-2 3-3:3-5", "0-2:3-5"],
    ["of links that are as long the upper one", "a-", "-a-a", "0-1:0-0 2-2:1-2 2-2:3-4", "0-1:1-2"],
    ["a link for another part of the same run", "ab-", "-b-a", "0-2:0-0 3-3:1-2 3-3:3-4", "0-1:3-4 1-2:1-2"],
    [
      "nothing of a block that shares its last line with a longer one",
      "abcd-",
      "-cd-abc",
      "0-4:0-0 5-5:1-3 5-5:4-7",
      "0-3:4-7",
    ],
    [
      "nothing of a block that shares its first line with a longer one",
      "abcd-",
      "-ab-bcd",
      "0-4:0-0 5-5:1-3 5-5:4-7",
      "1-4:4-7",
    ],
    [
      "nothing of a shorter block below a longer one that it shares a line with",
      "abcd-",
      "-abc-cd",
      "0-4:0-0 5-5:1-4 5-5:5-7",
      "0-3:1-4",
    ],
    ["twenty letters and digits in two lines", "12-", "-12", "0-2:0-0 3-3:1-3", "0-2:1-3"],
    ["not ten of them", "1-", "-1", "0-1:0-0 2-2:1-2", ""],
    ["not signs, however many", "}{-", "-}{", "0-2:0-0 3-3:1-3", ""],
    ["a block behind one that tells nothing", "}a-", "-}-a", "0-2:0-0 3-3:1-2 3-3:3-4", "1-2:3-4"],
    ["a block that begins with a line that tells nothing", "}a-", "-}a", "0-2:0-0 3-3:1-3", "0-2:1-3"],
    ["a block behind lines that were nowhere", "ab-", "-xyab", "0-2:0-0 3-3:1-5", "0-2:3-5"],
    ["a block and the next one right behind it", "ab-cd-", "--cdab", "0-2:0-0 3-5:1-1 6-6:2-6", "0-2:4-6 3-5:2-4"],
  ];
  for (const [what, before, after, changes, blocks] of table)
    it(`are found: ${what}`, () => assert.equal(moved(before, after, changes), blocks));

  const telling: [text: string, tells: boolean][] = [
    ["a".repeat(20), true],
    ["a".repeat(19), false],
    [`${"a".repeat(19)} `, false],
    [`${" ".repeat(30)}${"x;".repeat(10)}12`, false],
    [`${" ".repeat(30)}${"x;".repeat(19)}1`, true],
    ["語".repeat(20), true],
    ["𝒜".repeat(19), false],
    ["𝒜".repeat(20), true],
    ["٣".repeat(20), true],
    ["_$-+(){}[]".repeat(9), false],
  ];
  for (const [line, tells] of telling)
    it(`are ${tells ? "" : "not "}worth a link for ${line.trim()}`, () => {
      const [before, after] = [
        [`${line}\r\n`, "x\n"],
        ["x\n", `${line}\r\n`],
      ];
      const blocks = movedBlocks(changesOf("0-1:0-0 2-2:1-2"), before, after);
      assert.equal(blocks.length, tells ? 1 : 0);
    });

  it("look at the first places of a line that stands everywhere", () => {
    const places = (count: number) => {
      // A line many times over, and only the last time before one that tells it apart.
      const before = `${"a-".repeat(count - 1)}ab-`;
      const changes = [...Array.from({ length: count - 1 }, (_, at) => `${2 * at}-${2 * at + 1}:0-0`)];
      const last = 2 * count - 2;
      return moved(before, "-ab", [...changes, `${last}-${last + 2}:0-0`, `${last + 3}-${last + 3}:1-3`].join(" "));
    };
    assert.equal(places(32), "62-64:1-3");
    assert.equal(places(33), "0-1:1-2 65-66:2-3");
  });

  it("are equal lines on both sides, in changes of their own, each line in one of them, in the order of the old text", () => {
    const letters = fc
      .array(fc.constantFrom("a", "b", "c", "1", "2", "}", "-"), { maxLength: 14 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(letters, letters, (one, other) => {
        const [before, after] = [linesOf(one), linesOf(other)];
        const changes = diffLines(before, after);
        const blocks = movedBlocks(changes, before, after);
        const [old, now] = [new Set<number>(), new Set<number>()];
        for (const { from, to, newFrom, newTo } of blocks) {
          assert.deepEqual(before.slice(from, to), after.slice(newFrom, newTo));
          assert.ok(changes.some((change) => change.from <= from && to <= change.to));
          assert.ok(changes.some((change) => change.newFrom <= newFrom && newTo <= change.newTo));
          for (let line = from; line < to; line++) assert.ok(!old.has(line) && old.add(line));
          for (let line = newFrom; line < newTo; line++) assert.ok(!now.has(line) && now.add(line));
        }
        assert.deepEqual(
          blocks.map(({ from }) => from),
          blocks.map(({ from }) => from).sort((a, b) => a - b),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

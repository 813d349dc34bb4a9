/** The words of a line, and how much of them two lines share. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { sharesOf, wordsIn } from "../../../src/review/wordsShared.ts";

describe("the words of a line", () => {
  const table: [line: string, words: string[]][] = [
    ["", []],
    ["a_1 b2", ["a_1", " ", "b2"]],
    ["a \t b", ["a", " \t ", "b"]],
    ["f((x));\n", ["f", "(", "(", "x", ")", ")", ";", "\n"]],
    ["größe٣ e\u0301", ["größe٣", " ", "e\u0301"]],
    ["a\u{1f600}\u{1f601}b", ["a", "\u{1f600}", "\u{1f601}", "b"]],
    ["\u{20000}\u{20001}", ["\u{20000}\u{20001}"]],
  ];
  for (const [line, words] of table)
    it(`${JSON.stringify(line)} are ${JSON.stringify(words)}`, () => assert.deepEqual(wordsIn(line), words));

  it("give the line when they are joined", () => {
    const piece = fc.constantFrom(
      "a",
      "_1",
      " ",
      "\t",
      "(",
      "é",
      "\u0301",
      "\u{1f600}",
      "\u{20000}",
      "\ud83d",
      "\n",
      "\u2028",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const line = pieces.join("");
        assert.equal(wordsIn(line).join(""), line);
      }),
    );
  });
});

describe("two lines are alike", () => {
  const table: [what: string, one: string, other: string, likeness: number][] = [
    ["wholly where both are empty", "", "", 1],
    ["wholly where both are blank", " ", "\t\n", 1],
    ["not where one is empty", "", "a", 0],
    ["not where no word is the same", "a b", "c d", 0],
    ["wholly with the same words in another order", "a b", "b  a\n", 1],
    ["by the length of their words", "abc d", "abc e", 6 / 8],
    ["by how often both have a word", "a a a", "a a b c", 4 / 7],
    ["by how often both have a word, the other way", "a a b c", "a a a", 4 / 7],
    ["with more words on one side", "a", "a b c", 2 / 4],
  ];
  for (const [what, one, other, likeness] of table)
    it(what, () => {
      assert.equal(sharesOf(one).likeness(sharesOf(other)), likeness);
      assert.equal(sharesOf(other).likeness(sharesOf(one)), likeness);
    });

  it("by their first 2,000 characters", () => {
    const likeness = (length: number) =>
      sharesOf(`${"a".repeat(length)} b`).likeness(sharesOf(`${"a".repeat(length)} c`));
    assert.equal(likeness(1_999), 1);
    assert.ok(likeness(1_998) < 1);
  });
});

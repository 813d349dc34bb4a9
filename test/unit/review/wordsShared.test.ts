/** The words of a line, and how much of them two lines share. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { likenesses, wordsIn } from "../../../src/review/wordsShared.ts";

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
  const likeness = (one: string, other: string) => likenesses([one], [other], 2_000)[0];
  const table: [what: string, one: string, other: string, expected: number][] = [
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
  for (const [what, one, other, expected] of table)
    it(what, () => {
      assert.equal(likeness(one, other), expected);
      assert.equal(likeness(other, one), expected);
    });

  it("by their beginnings", () => {
    assert.deepEqual([...likenesses(["ab cd"], ["ab ef"], 3)], [1]);
    assert.deepEqual([...likenesses(["ab cd"], ["ab ef"], 4)], [4 / 6]);
  });

  it("all old ones with all new ones, each two as by themselves", () => {
    const piece = fc.constantFrom("a", "bc", "_1", " ", "\t", "(", "((", "é", "e\u0301", "\u{1f600}", "\u00a0", "\n");
    const side = fc.array(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("")),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(side, side, fc.integer({ min: 1, max: 12 }), (old, now, read) => {
        const expected = old.flatMap((one) => now.map((other) => alone(one.slice(0, read), other.slice(0, read))));
        assert.deepEqual([...likenesses(old, now, read)], expected);
      }),
      { numRuns: 2000 },
    );
  });
});

/** The same for two lines, by taking words of the one out of those of the other. */
function alone(one: string, other: string): number {
  const words = (line: string) => wordsIn(line).filter((word) => /\S/.test(word));
  const size = (all: readonly string[]) => all.join("").length;
  const rest = words(other);
  const shared = words(one).filter((word) => rest.includes(word) && rest.splice(rest.indexOf(word), 1));
  const both = size(words(one)) + size(words(other));
  return both === 0 ? 1 : (2 * size(shared)) / both;
}

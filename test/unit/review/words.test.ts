/** Words within a row: what a person would mark, and nothing that is equal. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { wordsOf } from "../../../src/review/words.ts";

describe("words of a changed row", () => {
  const cases: [string, string, string, string, string][] = [
    ["one word changed", "let total = sum(a);", "let total = count(a);", "sum", "count"],
    ["a word is marked as a whole", "const value1 = 1;", "const value2 = 1;", "value1", "value2"],
    ["something put in", "call(a)", "call(a, b)", "", ", b"],
    ["something taken out", "call(a, b)", "call(a)", ", b", ""],
    ["two places", "if (a) return b;", "if (x) return y;", "a|b", "x|y"],
    ["lines that share nothing are marked whole", "alpha beta", "(1 + 2);", "alpha beta", "(1 + 2);"],
    ["equal lines have no marks", "same", "same", "", ""],
    ["blanks alone changed", "a b", "a   b", "", "  "],
    ["a line that came to be", "", "a b", "", "a b"],
    ["a line that went", "a b", "", "a b", ""],
    ["a word that begins alike", "foo", "foobar", "foo", "foobar"],
    ["a word that begins alike, and more", "say foo (x)", "say foobar (y)", "foo|x", "foobar|y"],
    ["a word that ends alike", "barfoo", "foo", "barfoo", "foo"],
    ["a word that ends alike, and more", "x = barfoo;", "y = foo;", "x|barfoo", "y|foo"],
    ["a word that ends alike, and only came", "foo!", "ppppfoo!", "foo", "ppppfoo"],
    ["a long word put in behind a short one", "a", "a bcdefghij", "", " bcdefghij"],
    ["a long word put in before a short one", "a", "bcdefghij a", "", "bcdefghij "],
    ["a word put in between two that are one", "ab", "a b", "ab", "a b"],
    ["something put in among equals", "aaa(", "aaa((", "", "("],
    ["a word put in before itself", "a a", "a a a", "", " a"],
    ["letters of other scripts are words", "größe = 1", "größer = 1", "größe", "größer"],
    ["digits and lines are words", "a_1 b", "a_2 b", "a_1", "a_2"],
    ["marks are part of their word", "e\u0301a x", "e\u0301b x", "e\u0301a", "e\u0301b"],
    ["signs are no words", "a+b", "a-b", "+", "-"],
    ["two words in each other's place", "(a, b)", "(b, a)", "a|b", "b|a"],
    ["lines that share a quarter are taken apart", "b a c d", "e a f g", "b|c|d", "e|f|g"],
    ["lines that share less are not", "b a c d h", "e a f g", "b a c d h", "e a f g"],
    ["lines that share less, but begin alike", "(b a c d h", "(e a f g", "b|c|d h", "e|f|g"],
    ["lines that share less, but end alike", "b a c d h)", "e a f g)", "b|c|d h", "e|f|g"],
    [
      "lines that share less, but begin and end alike",
      "(b c d h i j k l m)",
      "(e f g n)",
      "b|c|d|h i j k l m",
      "e|f|g|n",
    ],
    ["an emoji is not cut in two", "say \u{1f600}!", "say \u{1f601}!", "\u{1f600}", "\u{1f601}"],
  ];
  for (const [name, before, after, gone, come] of cases) {
    it(name, () => {
      const words = wordsOf(before, after);
      assert.equal(words.old.map(([from, to]) => before.slice(from, to)).join("|"), gone);
      assert.equal(words.new.map(([from, to]) => after.slice(from, to)).join("|"), come);
    });
  }

  it("leave two equal texts, in order, and cut no character in two", () => {
    const piece = fc.constantFrom("a", "bc", " ", "(", "\u{1f600}", "\u{1f601}", "é", "e\u0301", "=");
    const line = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(line, line, (before, after) => {
        const { old, new: now } = wordsOf(before, after);
        assert.equal(without(before, old), without(after, now));
        for (const [text, parts] of [
          [before, old],
          [after, now],
        ] as const)
          for (const [from, to] of parts) assert.ok(text.slice(from, to).isWellFormed());
      }),
      { numRuns: 3000 },
    );
  });

  it("are taken apart in up to 20,000 characters of both that differ", () => {
    const [old, now] = [`[${"a,".repeat(4_999)}aa]`, `[${"b,".repeat(4_999)}bb]`];
    assert.equal(wordsOf(old, now).old.length, 5_000);
    const longer = wordsOf(old, now.replace("]", "b]"));
    assert.deepEqual(longer, { old: [[1, 10_001]], new: [[1, 10_002]] });
  });

  it("of a very long line take apart the part between its equal ends", () => {
    const long = (middle: string) => `${"start ".repeat(5_000)}${middle}${" end".repeat(5_000)}`;
    const words = wordsOf(long("a - b"), long("x - y"));
    assert.deepEqual(words, {
      old: [
        [30_000, 30_001],
        [30_004, 30_005],
      ],
      new: [
        [30_000, 30_001],
        [30_004, 30_005],
      ],
    });
  });

  it("of a very long line mark the part between its equal ends", () => {
    const long = (middle: string) => `${"start ".repeat(40_000)}${middle}${" end".repeat(40_000)}`;
    const words = wordsOf(long("x ".repeat(30_000)), long("y "));
    assert.equal(words.old.length, 1);
    assert.equal(words.new.length, 1);
  });
});

function without(text: string, parts: readonly [number, number][]): string {
  let result = "";
  let at = 0;
  for (const [from, to] of parts) {
    assert.ok(from >= at && to > from);
    result += text.slice(at, from);
    at = to;
  }
  return result + text.slice(at);
}

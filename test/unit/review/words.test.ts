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

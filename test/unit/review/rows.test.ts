/** Rows: pairs that a person would make, and a choice of rows that is always a text. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { closed, rowsOf, withRows } from "../../../src/review/rows.ts";
import { linesOf } from "../../../src/review/text.ts";

describe("rows of a hunk", () => {
  const cases: [string, string, string, string][] = [
    ["equal counts are paired in order", "a\nb\n", "x\ny\n", "a>x b>y"],
    [
      "a new line above a changed one",
      "let total = 1;\n",
      "// why\nlet total = 2;\n",
      "->// why|let total = 1;>let total = 2;",
    ],
    [
      "an old line below a changed one",
      "call(one, two);\nreturn null;\n",
      "call(one, two, three);\n",
      "call(one, two);>call(one, two, three);|return null;>-",
    ],
    ["lines that share nothing are not paired", "alpha\n", "one\ntwo\n", "alpha>-|->one|->two"],
    ["of equal likenesses the first lines are paired", "same x\n", "same y\nsame z\n", "same x>same y|->same z"],
    ["only new lines", "", "a\nb\n", "->a|->b"],
    ["only old lines", "a\nb\n", "", "a>-|b>-"],
  ];
  for (const [name, before, after, expected] of cases) {
    it(name, () => {
      const [old, now] = [linesOf(before), linesOf(after)];
      const shown = rowsOf(old, now).map((row) => {
        const side = (lines: string[], at: number | null) => (at === null ? "-" : lines[at]!.trimEnd());
        return `${side(old, row.old)}>${side(now, row.new)}`;
      });
      assert.equal(shown.join(name.startsWith("equal counts") ? " " : "|"), expected);
    });
  }

  it("gives one line of two, in the order of the rows", () => {
    const [old, now] = [linesOf("a1\nb1\n"), linesOf("a2\nb2\n")];
    assert.deepEqual(withRows(rowsOf(old, now), new Set([0]), old, now), ["a2\n", "b1\n"]);
  });

  const closures: [string, string, string, number[], string][] = [
    ["an old line without an end is taken too when a new one comes behind it", "a", "a\nb\n", [1], "a\nb\n"],
    ["what stands behind a new line without an end goes with it", "call(a);\nb\n", "call(a, b);", [0], "call(a, b);"],
    ["nothing more is taken where every line has its end", "a\nb\n", "c\nd\n", [0], "c\nb\n"],
  ];
  for (const [name, before, after, chosen, result] of closures) {
    it(name, () => {
      const [old, now] = [linesOf(before), linesOf(after)];
      const rows = rowsOf(old, now);
      assert.equal(withRows(rows, closed(rows, chosen, old, now), old, now).join(""), result);
    });
  }

  const line = fc.constantFrom("a", "ab c", "ab d", "x y z", "x y", "");
  const text = fc
    .tuple(fc.array(line, { maxLength: 8 }), fc.boolean())
    .map(([lines, ended]) => linesOf(lines.join("\n") + (ended && lines.length > 0 ? "\n" : "")));

  it("hold every line once, in order on both sides", () => {
    fc.assert(
      fc.property(text, text, (old, now) => {
        const rows = rowsOf(old, now);
        assert.deepEqual(
          rows.flatMap((row) => row.old ?? []),
          [...old.keys()],
        );
        assert.deepEqual(
          rows.flatMap((row) => row.new ?? []),
          [...now.keys()],
        );
      }),
    );
  });

  it("give the new lines when all are taken, the old ones when none is, and only ever a text", () => {
    fc.assert(
      fc.property(text, text, fc.array(fc.nat(16)), (old, now, wanted) => {
        const rows = rowsOf(old, now);
        assert.deepEqual(withRows(rows, new Set(rows.keys()), old, now), now);
        assert.deepEqual(withRows(rows, new Set(), old, now), old);
        const chosen = wanted.filter((index) => index < rows.length);
        const taken = closed(rows, chosen, old, now);
        assert.ok(chosen.every((index) => taken.has(index)));
        const result = withRows(rows, taken, old, now);
        assert.deepEqual(linesOf(result.join("")), result);
      }),
      { numRuns: 2000 },
    );
  });
});

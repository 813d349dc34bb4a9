/** Rows: pairs that a person would make, and a choice of rows that is always a text. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { closed, rowsOf, withRows } from "../../../src/review/rows.ts";
import { linesOf } from "../../../src/review/text.ts";
import { likenesses } from "../../../src/review/wordsShared.ts";

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
    ["an old line without an end stays where nothing comes behind it", "a\nb", "c\nd\n", [0], "c\nb"],
    ["nothing is taken where nothing was chosen", "a", "a\nb\n", [], "a"],
    ["an old line without an end goes for a new one behind it alone", "a", "x\ny\n", [1], "x\n"],
    ["what stands above a new line without an end stays", "q\nb\n", "z\nc", [1], "q\nc"],
    ["nothing more is taken where every line has its end", "a\nb\n", "c\nd\n", [0], "c\nb\n"],
  ];
  for (const [name, before, after, chosen, result] of closures) {
    it(name, () => {
      const [old, now] = [linesOf(before), linesOf(after)];
      const rows = rowsOf(old, now);
      assert.equal(withRows(rows, closed(rows, chosen, old, now), old, now).join(""), result);
    });
  }

  it("are paired in order where there are too many to compare", () => {
    const old = Array.from({ length: 201 }, (_, at) => `line ${at}\n`);
    const now = ["above\n", ...old.slice(0, 199)];
    const rows = rowsOf(old, now);
    assert.deepEqual(rows[0], { old: 0, new: 0 });
    assert.deepEqual(rows.at(-1), { old: 200, new: null });
    const fewer = rowsOf(old.slice(0, 200), now.slice(0, 199));
    assert.deepEqual(fewer[0], { old: null, new: 0 });
    const most = rowsOf(old, now.slice(0, 199));
    assert.deepEqual(most[0], { old: null, new: 0 }, "up to 40,000 pairs are compared");
    const more = Array.from({ length: 249 }, (_, at) => `line ${at}\n`);
    const many = rowsOf(more.slice(0, 160), ["above\n", ...more]);
    assert.deepEqual(many[0], { old: null, new: 0 }, "40,000 pairs are compared");
  });

  it("are told apart by fewer characters where there are many lines", () => {
    // The old lines begin alike, and the second goes on as the new one does.
    const paired = (count: number, length: number) => {
      const head = "same ".repeat(length / 5);
      const old = Array.from({ length: count }, (_, at) => `${head}${at === 1 ? "x" : "y"}\n`);
      return rowsOf(old, [`${head}x\n`]).findIndex((row) => row.new !== null);
    };
    assert.equal(paired(3, 1_995), 1, "2,000 of each");
    assert.equal(paired(3, 2_000), 0);
    assert.equal(paired(999, 195), 1, "200,000 of all together");
    assert.equal(paired(999, 200), 0);
    const shifted = (length: number) => {
      const old = Array.from({ length: 199 }, (_, at) => `${"s".repeat(length)} ${at}\n`);
      return rowsOf(old, [`${"s".repeat(length)} q\n`, ...old])[0];
    };
    assert.deepEqual(shifted(197), { old: null, new: 0 }, "8,000,000 of all pairs: 201 of each line");
    assert.deepEqual(shifted(201), { old: 0, new: 0 });
  });

  it("are paired in order where too few characters could be read of each", () => {
    const rows = (count: number) => {
      const old = Array.from({ length: count }, (_, at) => `other ${at}\n`);
      return rowsOf([...old, "this one\n"], ["this one\n"]).findIndex((row) => row.new !== null);
    };
    assert.equal(rows(4_998), 4_998, "40 of 5,000 lines");
    assert.equal(rows(4_999), 0);
  });

  it("pair the lines that are most alike in sum, the first of equal ones, never across", () => {
    const word = fc.constantFrom("a", "b", "ab", "abc");
    const short = fc.array(
      fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `${words.join(" ")}\n`),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(short, short, (old, now) => {
        fc.pre(old.length !== now.length);
        const like = (i: number, j: number) => likenesses([old[i]!], [now[j]!], 2_000)[0]!;
        const sum = (pairs: readonly [number, number][]) => pairs.reduce((all, [i, j]) => all + like(i, j), 0);
        // Every way to pair without crossing, those with the first lines first.
        const ways = (i: number, j: number): [number, number][][] => {
          if (i >= old.length || j >= now.length) return [[]];
          const here =
            like(i, j) >= 0.4 ? ways(i + 1, j + 1).map((rest) => [[i, j], ...rest] as [number, number][]) : [];
          return [...here, ...ways(i + 1, j), ...ways(i, j + 1)];
        };
        const best = ways(0, 0).reduce((most, way) => (sum(way) > sum(most) + 1e-9 ? way : most));
        const paired = rowsOf(old, now).flatMap((row) =>
          row.old === null || row.new === null ? [] : [[row.old, row.new] as [number, number]],
        );
        assert.ok(Math.abs(sum(paired) - sum(best)) < 1e-9, "no other pairs are more alike");
        assert.ok(paired.every(([i, j]) => like(i, j) >= 0.4));
      }),
      { numRuns: 1000 },
    );
  });

  it("pair lines that are just alike enough, and none that are less", () => {
    const rows = (one: string) => rowsOf([one], ["ab cd ef gh ij\n", "zz\n"]);
    assert.deepEqual(rows("ab cd xx yy ww\n")[0], { old: 0, new: 0 }, "two words of five");
    assert.deepEqual(rows("ab xx yy ww vv\n")[0], { old: 0, new: null }, "one word of five");
  });

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
        assert.ok([...taken].every((index) => index in rows));
        const result = withRows(rows, taken, old, now);
        assert.deepEqual(linesOf(result.join("")), result);
      }),
      { numRuns: 2000 },
    );
  });
});

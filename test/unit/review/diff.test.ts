/** The line diff: exact for every pair of texts, shortest within its bounds, one result for equal alignments. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { diffLines, type Change } from "../../../src/review/diff.ts";
import { linesOf } from "../../../src/review/text.ts";

const few = fc.array(fc.constantFrom("a\n", "b\n", "c\n"), { maxLength: 14 });
const many = fc.array(
  fc.integer({ min: 0, max: 40 }).map((n) => `${n}\n`),
  { maxLength: 60 },
);

describe("the line diff", () => {
  for (const [name, lines] of [
    ["few distinct lines", few],
    ["many distinct lines", many],
  ] as const) {
    it(`rebuilds the new text from the old one: ${name}`, () => {
      fc.assert(
        fc.property(lines, lines, (before, after) => {
          const changes = diffLines(before, after);
          assert.deepEqual(rebuilt(before, after, changes), after);
          changes.slice(1).forEach((change, index) => {
            assert.ok(change.from > changes[index]!.to, "changes neither overlap nor touch");
          });
        }),
        { numRuns: 2000 },
      );
    });
    it(`changes as few lines as possible: ${name}`, () => {
      fc.assert(
        fc.property(lines, lines, (before, after) => {
          const changed = diffLines(before, after).reduce((sum, c) => sum + c.to - c.from + c.newTo - c.newFrom, 0);
          assert.equal(changed, before.length + after.length - 2 * longestCommon(before, after));
        }),
        { numRuns: 2000 },
      );
    });
  }

  const cases: [string, string, string, [number, number, number, number][]][] = [
    ["equal texts give nothing", "a\nb\n", "a\nb\n", []],
    ["the first of equal lines is matched on insertion", "a\n", "a\na\n", [[1, 1, 1, 2]]],
    ["the first of equal lines is matched on deletion", "a\na\nb\n", "a\nb\n", [[1, 2, 1, 1]]],
    ["a lost final newline is a change of the last line", "a\nb\n", "a\nb", [[1, 2, 1, 2]]],
    ["CRLF and LF are different lines", "a\r\n", "a\n", [[0, 1, 0, 1]]],
    ["one insertion beside blank lines is one change", "}\n\n\nN\n", "}\n\nA\nB\n\n\nN\n", [[2, 2, 2, 5]]],
    ["everything from nothing", "", "a\nb", [[0, 0, 0, 2]]],
    ["nothing from everything", "a\nb", "", [[0, 2, 0, 0]]],
  ];
  for (const [name, before, after, expected] of cases) {
    it(name, () => {
      const found = diffLines(linesOf(before), linesOf(after));
      assert.deepEqual(
        found.map((c) => [c.from, c.to, c.newFrom, c.newTo]),
        expected,
      );
    });
  }

  it("stays exact past the bound of its search", () => {
    const before = Array.from({ length: 6000 }, (_, n) => `${(n * 7919) % 5000}\n`);
    const after = Array.from({ length: 6000 }, (_, n) => `${(n * 104729) % 5000}\n`);
    assert.deepEqual(rebuilt(before, after, diffLines(before, after)), after);
  });

  it("splits lines so that joining them gives the text back", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "\r", "\n", "\r\n", "é", "\ufeff")), (pieces) => {
        const text = pieces.join("");
        assert.equal(linesOf(text).join(""), text);
      }),
    );
  });
});

function rebuilt(before: string[], after: string[], changes: Change[]): string[] {
  const result: string[] = [];
  let position = 0;
  for (const change of changes) {
    result.push(...before.slice(position, change.from), ...after.slice(change.newFrom, change.newTo));
    position = change.to;
  }
  return [...result, ...before.slice(position)];
}

function longestCommon(a: string[], b: string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i]![j] = a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
  return table[0]![0]!;
}

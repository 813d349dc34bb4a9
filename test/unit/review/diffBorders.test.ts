/** Shown borders: where a person would put them, and never another change. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { diffLines } from "../../../src/review/diff.ts";
import { shownBorders } from "../../../src/review/diffBorders.ts";
import { linesOf } from "../../../src/review/text.ts";
import { rebuilt } from "./rebuilt.ts";

describe("shown borders", () => {
  const cases: [string, string, string, string][] = [
    [
      "a function put in between two others is shown whole",
      "function a() {\n  one();\n}\n\nfunction c() {\n  three();\n}\n",
      "function a() {\n  one();\n}\n\nfunction b() {\n  two();\n}\n\nfunction c() {\n  three();\n}\n",
      "function b() {\n  two();\n}\n\n",
    ],
    [
      "a function put in at the end is shown with the empty line above it",
      "function a() {\n  one();\n}\n",
      "function a() {\n  one();\n}\n\nfunction b() {\n  two();\n}\n",
      "\nfunction b() {\n  two();\n}\n",
    ],
    [
      "a case put in is shown from its label on",
      "switch (x) {\n  case 1:\n    one();\n    break;\n  case 3:\n    three();\n    break;\n}\n",
      "switch (x) {\n  case 1:\n    one();\n    break;\n  case 2:\n    two();\n    break;\n  case 3:\n    three();\n    break;\n}\n",
      "  case 2:\n    two();\n    break;\n",
    ],
    ["the last of equal lines is shown where no place is better", "a\n", "a\na\n", "a\n"],
  ];
  for (const [name, before, after, shown] of cases) {
    it(name, () => {
      const [old, now] = [linesOf(before), linesOf(after)];
      const changes = shownBorders(diffLines(old, now), old, now);
      assert.equal(changes.map((change) => now.slice(change.newFrom, change.newTo).join("")).join("|"), shown);
      const back = shownBorders(diffLines(now, old), now, old);
      assert.equal(back.map((change) => now.slice(change.from, change.to).join("")).join("|"), shown);
    });
  }

  it("turn the same text into the same text, in order, and never touch", () => {
    const lines = fc.array(fc.constantFrom("a\n", "  b\n", "\n", "}\n", "{\n"), { maxLength: 30 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const changes = shownBorders(diffLines(before, after), before, after);
        assert.deepEqual(rebuilt(before, after, changes), after);
        changes.slice(1).forEach((change, index) => assert.ok(change.from > changes[index]!.to));
      }),
      { numRuns: 3000 },
    );
  });
});

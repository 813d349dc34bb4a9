/** The local diff: exact after any edit, and far changes stay as they are. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { diffLines } from "../../../src/review/diff.ts";
import { editedChanges } from "../../../src/review/diffLocal.ts";
import { rebuilt } from "./rebuilt.ts";

describe("the local diff", () => {
  it("turns the old text into the edited one, in order, and changes never touch", () => {
    const lines = fc.array(fc.constantFrom("a\n", "b\n", "c\n", "d\n"), { maxLength: 20 });
    fc.assert(
      fc.property(lines, lines, lines, fc.nat(20), fc.nat(5), (before, after, put, at, height) => {
        const from = Math.min(at, after.length);
        const to = Math.min(from + height, after.length);
        const edited = [...after.slice(0, from), ...put, ...after.slice(to)];
        const changes = editedChanges(diffLines(before, after), before, after, { from, to, lines: put });
        assert.deepEqual(rebuilt(before, edited, changes), edited);
        changes.slice(1).forEach((change, index) => assert.ok(change.from > changes[index]!.to));
      }),
      { numRuns: 3000 },
    );
  });

  it("leaves far changes where they are", () => {
    const before = Array.from({ length: 100 }, (_, index) => `${index}\n`);
    const after = before.map((line, index) => (index % 20 === 10 ? `changed ${index}\n` : line));
    const changes = editedChanges(diffLines(before, after), before, after, { from: 51, to: 51, lines: ["typed\n"] });
    assert.deepEqual(
      changes.map(({ from, newTo }) => [from, newTo]),
      [
        [10, 11],
        [30, 31],
        [50, 52],
        [70, 72],
        [90, 92],
      ],
    );
  });
});

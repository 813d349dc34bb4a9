/** Texts that arrive, followed piece by piece: a sample of what `npm run proof -- streaming` does with real files. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { movedPairs } from "../../bench/reviewStreaming.ts";
import { follow } from "./streamChecks.ts";

describe("a text that arrives", () => {
  it("is shown as what has arrived at every piece, however it is cut, and exactly at the end", () => {
    const line = fc.constantFrom("a\n", "b\n", "c\n", "\n", "one\n", "two\n", "four\r\n", "five\r", "open");
    const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join(""));
    fc.assert(
      fc.property(text, text, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (before, after, sizes) => {
        let at = 0;
        follow(
          before,
          after,
          () => sizes[at++ % sizes.length]!,
          () => ((at * 7) % 10) / 10,
        );
      }),
      { numRuns: 500 },
    );
  });

  it("has hardly a settled hunk that changes later, though blocks of it were moved", function () {
    this.timeout(30_000);
    const source = Array.from({ length: 3_000 }, (_, at) => (at % 5 === 0 ? "\n" : `  value${at}(${at % 13});\n`)).join(
      "",
    );
    const sum = { settled: 0, changed: 0 };
    for (const { before, after } of movedPairs(source, 3)) {
      const { settled, changed } = follow(
        before,
        after,
        () => 400,
        () => 0.5,
      );
      sum.settled += settled;
      sum.changed += changed;
    }
    assert.ok(sum.settled > 20, `${sum.settled} settled`);
    assert.ok(sum.changed <= 0.01 * sum.settled, `${sum.changed} of ${sum.settled} changed later`);
  });
});

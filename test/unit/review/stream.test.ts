/** Streaming: valid at every piece, exact at the end, and patient with blocks that were moved. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { diffLines, type Change } from "../../../src/review/diff.ts";
import { openStream } from "../../../src/review/stream.ts";
import { linesOf } from "../../../src/review/text.ts";
import { movedPairs } from "../../bench/reviewStreaming.ts";
import { shownIn } from "./streamChecks.ts";

const line = fc.constantFrom("a\n", "b\n", "c\n", "\n", "one\n", "two\n", "three\n", "four\r\n", "five\r");
const text = fc.array(line, { maxLength: 40 }).map((lines) => linesOf(lines.join("")));

describe("hunks of a text that is arriving", () => {
  it("turn the old text into what has arrived and the old lines behind it, at every piece", () => {
    fc.assert(
      fc.property(text, text, fc.array(fc.integer({ min: 1, max: 30 })), (old, now, cuts) => {
        const stream = openStream(old.join(""));
        const all = now.join("");
        let at = 0;
        let settled: Change[] = [];
        for (const cut of [...cuts, all.length]) {
          stream.push(all.slice(at, at + cut));
          at += cut;
          assert.deepEqual(stream.settled().slice(0, settled.length), settled);
          settled = [...stream.settled()];
          const arrived = shown(old, now, shownIn(stream), stream.resume());
          assert.equal(all.slice(0, at).startsWith(arrived), true);
          assert.ok(arrived.length >= Math.min(at, all.length) - 7, "a line counts as soon as its end is there");
        }
        assert.deepEqual(stream.end(), diffLines(old, now));
      }),
      { numRuns: 2000 },
    );
  });

  it("are exact around hunks that are pinned", () => {
    fc.assert(
      fc.property(text, text, fc.nat(), (old, now, pick) => {
        const stream = openStream(old.join(""));
        stream.push(now.join(""));
        const pinned = stream.settled().filter((_, index) => (pick >> (index % 20)) % 2 === 1);
        const end = stream.end(pinned);
        for (const pin of pinned) assert.ok(end.some((change) => JSON.stringify(change) === JSON.stringify(pin)));
        assert.equal(shown(old, now, end, old.length), now.join(""));
      }),
    );
  });

  const source = Array.from({ length: 10_000 }, (_, index) =>
    index % 7 === 0 ? "" : index % 5 === 0 ? "  }" : `  value${index}(${index % 13});`,
  ).join("\n");
  for (const { name, before, after } of movedPairs(source, 1)) {
    it(`do not settle on the wrong place: ${name}`, () => {
      const [old, now] = [linesOf(before), linesOf(after)];
      const stream = openStream(old.join(""));
      for (let at = 0; at < now.length; at += 20) stream.push(now.slice(at, at + 20).join(""));
      const size = (changes: readonly Change[]) =>
        changes.reduce((sum, { from, to, newFrom, newTo }) => sum + to - from + newTo - newFrom, 0);
      const followed = size([...stream.settled(), ...stream.tentative()]);
      assert.ok(
        followed <= 1.1 * size(stream.end()) + 10,
        `${followed} changed lines, ${size(stream.end())} at the end`,
      );
    });
  }

  it("settle a plain edit within a few lines", () => {
    const old = Array.from({ length: 100 }, (_, index) => `line ${index}\n`);
    const stream = openStream(old.join(""));
    stream.push(old.slice(0, 50).join("") + "put in\n" + old.slice(50, 55).join(""));
    assert.deepEqual(stream.settled(), [{ from: 50, to: 50, newFrom: 50, newTo: 51 }]);
    assert.deepEqual(stream.tentative(), []);
    assert.equal(stream.resume(), 55);
  });

  it("hold a far jump as tentative, and show nothing as removed for it", () => {
    const old = Array.from({ length: 1000 }, (_, index) => `line ${index}\n`);
    const stream = openStream(old.join(""));
    stream.push(old.slice(0, 10).join("") + old.slice(600, 640).join(""));
    assert.deepEqual(stream.settled(), []);
    assert.deepEqual(stream.tentative(), [{ from: 10, to: 10, newFrom: 10, newTo: 50 }]);
    assert.equal(stream.resume(), 10);
  });
});

function shown(old: readonly string[], now: readonly string[], changes: readonly Change[], resume: number): string {
  const result: string[] = [];
  let at = 0;
  for (const { from, to, newFrom, newTo } of changes) {
    assert.ok(from >= at);
    result.push(...old.slice(at, from), ...now.slice(newFrom, newTo));
    at = to;
  }
  return [...result, ...old.slice(at, resume)].join("");
}

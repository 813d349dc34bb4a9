/** Long work in slices: others have their turn in between. */
import assert from "node:assert/strict";
import { diffLines, diffSlices } from "../../../src/review/index.ts";
import { inSlices } from "../../../src/session/slices.ts";

describe("long work in slices", () => {
  it("lets others have their turn, and gives the same", async () => {
    const lines = (step: number) => Array.from({ length: 150_000 }, (_, index) => `line ${(index * step) % 140_000}\n`);
    const [before, after] = [lines(7919), lines(104_729)];
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const changes = await inSlices(diffSlices(before, after));
    clearInterval(timer);
    assert.ok(turns > 0);
    assert.deepEqual(changes, diffLines(before, after));
  });

  it("does short work at once", async () => {
    let turns = 0;
    setImmediate(() => turns++);
    assert.deepEqual(await inSlices(diffSlices(["a\n"], ["b\n"])), diffLines(["a\n"], ["b\n"]));
    assert.equal(turns, 0);
  });
});

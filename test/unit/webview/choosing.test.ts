/** Choosing: what is picked of a hunk, and what is taken with it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { PairView } from "../../../src/protocol/view.ts";
import {
  chosen,
  drawnTo,
  linesTaken,
  pairAt,
  picked,
  standings,
  stretched,
  taken,
  toggled,
} from "../../../src/webview/choosing.ts";

const place = { file: "f1", hunk: "h1" };
const pairs: PairView[] = [{ old: 3, new: 3 }, { old: 4 }, { new: 4 }, { old: 5, new: 5 }, { new: 6, along: [3] }];

describe("lines that are chosen", () => {
  it("are named by the numbers that they are shown with", () => {
    assert.deepEqual(linesTaken(chosen(place, pairs, 0)), { old: [3], new: [3] });
    assert.deepEqual(linesTaken(drawnTo(chosen(place, pairs, 0), 2)), { old: [3, 4], new: [3, 4] });
    assert.deepEqual([pairAt(pairs, "old", 5), pairAt(pairs, "new", 6), pairAt(pairs, "old", 9)], [3, 4, -1]);
  });

  it("take along what the host says has to go along, and show which those are", () => {
    const choice = chosen(place, pairs, 4);
    assert.deepEqual([...picked(choice)], [4]);
    assert.deepEqual(linesTaken(choice), { old: [5], new: [5, 6] });
    const standing = standings(choice);
    assert.equal(standing({ kind: "added", text: "", new: 6 }), "picked");
    assert.equal(standing({ kind: "removed", text: "", old: 5 }), "along");
    assert.equal(standing({ kind: "added", text: "", new: 4 }), null);
    assert.equal(standing({ kind: "context", text: "", old: 6, new: 6 }), null);
  });

  it("are picked and let go of one by one; the last one let go of ends the choice", () => {
    const two = toggled(chosen(place, pairs, 0), 2)!;
    assert.deepEqual([...picked(two)].sort(), [0, 2]);
    const one = toggled(two, 0)!;
    assert.deepEqual([...picked(one)], [2]);
    assert.equal(toggled(one, 2), null);
  });

  it("grow and shrink with the keys and stay inside the hunk", () => {
    let choice = chosen(place, pairs, 3);
    for (const _ of pairs) choice = stretched(choice, 1);
    assert.deepEqual([...picked(choice)], [3, 4]);
    for (const _ of [...pairs, ...pairs]) choice = stretched(choice, -1);
    assert.deepEqual([...picked(choice)], [0, 1, 2, 3]);
  });

  it("are all in what is taken, whatever goes along", () => {
    const index = fc.nat(6);
    fc.assert(
      fc.property(fc.array(fc.array(index)), index, fc.array(index), (alongs, first, more) => {
        const list = Array.from({ length: 7 }, (_, at): PairView => ({ new: at + 1, along: alongs[at] ?? [] }));
        const choice = more.reduce(
          (one, at) => toggled(one, at) ?? chosen(place, list, at),
          chosen(place, list, first),
        );
        const all = taken(choice);
        for (const at of picked(choice)) assert.ok(all.has(at));
        for (const at of all) for (const other of list[at]!.along!) assert.ok(all.has(other));
      }),
    );
  });
});

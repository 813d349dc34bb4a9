/** The review core as other tools use it. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { apply, hunksOf, merge, movedBlocks, diffLines, linesOf } from "../../../src/review/api.ts";
import { encoded } from "../../../src/review/linesBytes.ts";

const piece = fc.constantFrom(
  "a",
  "b",
  "abcd",
  "\n",
  "\r",
  "\r\n",
  "\n\n",
  "é",
  "\u{1f600}",
  "\ufeff",
  "\ufffd",
  "x12345",
  "}\n",
);
const half = fc.constantFrom("a\n", "\ud83d\n", "\ude00\n", "\ufffd\n", "b\n");
const text = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(""));
const broken = fc.array(half, { maxLength: 12 }).map((pieces) => pieces.join(""));

describe("the review core for other tools", () => {
  for (const [name, texts] of [
    ["texts of every kind", text],
    ["texts with halves of characters", broken],
  ] as const) {
    it(`gives back both texts: ${name}`, () => {
      fc.assert(
        fc.property(texts, texts, fc.array(fc.boolean()), (before, after, wanted) => {
          const hunks = hunksOf(before, after);
          const ids = hunks.map(({ id }) => id);
          assert.equal(new Set(ids).size, ids.length);
          assert.equal(apply(before, hunks, [...ids].reverse()), after);
          assert.equal(apply(before, hunks, []), before);
          const chosen = ids.filter((_, index) => wanted[index]);
          const rest = ids.filter((id) => !chosen.includes(id));
          const half = apply(before, hunks, chosen);
          assert.equal(half.length, after.length - rest.reduce((sum, id) => sum + grown(hunks, id), 0));
        }),
        { numRuns: 3000 },
      );
    });
  }

  it("finds the same changes in whole texts as in their lines", () => {
    fc.assert(
      fc.property(text, text, text, text, (above, before, after, below) => {
        const [old, now] = [above + before + below, above + after + below];
        const expected = diffLines(linesOf(old), linesOf(now));
        assert.deepEqual(
          hunksOf(old, now).map(({ from, to, newFrom, newTo }) => ({ from, to, newFrom, newTo })),
          expected,
        );
        assert.notEqual(encoded(old, now), null);
      }),
      { numRuns: 3000 },
    );
  });

  it("names a hunk by its lines, not by its place", () => {
    const one = hunksOf("a\nb\nc\n", "a\nB\nc\n");
    const other = hunksOf("x\ny\na\nb\nc\nd\n", "x\ny\na\nB\nc\nd\n");
    assert.equal(one[0]!.id, other[0]!.id);
    const [first, second] = hunksOf("a\nx\na\n", "b\nx\nb\n");
    assert.equal(second!.id, `${first!.id}-2`);
  });

  it("names the same hunk again by its place among equals", () => {
    const ids = hunksOf("a\nx\na\ny\na\n", "b\nx\nb\ny\nb\n").map(({ id }) => id);
    assert.deepEqual(ids.slice(1), [`${ids[0]}-2`, `${ids[0]}-3`]);
  });

  it("refuses an id that is none, and a text that is another", () => {
    const hunks = hunksOf("a\nb\n", "a\nc\n");
    const [{ id }] = hunks as [(typeof hunks)[0]];
    assert.throws(() => apply("a\nb\n", hunks, [id, "none"]), { name: "RangeError", message: "no hunk none" });
    assert.throws(() => apply("a\nx\n", hunks, [id]), {
      name: "RangeError",
      message: `hunk ${id} does not fit the text`,
    });
  });

  it("refuses hunks that overlap, but for those that are not chosen", () => {
    const [one] = hunksOf("a\nb\nc\n", "x\ny\nc\n") as [ReturnType<typeof hunksOf>[0]];
    const other = { ...one, id: "other", from: 1, to: 2, old: "b\n", new: "z\n" };
    assert.throws(() => apply("a\nb\nc\n", [one, other], [one.id, "other"]), {
      name: "RangeError",
      message: "hunk other overlaps another",
    });
    assert.equal(apply("a\nb\nc\n", [one, other], ["other"]), "a\nz\nc\n");
  });

  it("takes hunks in any order, also those that begin at the same line", () => {
    const put = { id: "put", from: 1, to: 1, newFrom: 1, newTo: 2, old: "", new: "new\n" };
    const change = { id: "change", from: 1, to: 2, newFrom: 2, newTo: 3, old: "b\r", new: "B\r" };
    const last = { id: "last", from: 3, to: 4, newFrom: 4, newTo: 5, old: "d", new: "D" };
    for (const hunks of [
      [put, change, last],
      [last, change, put],
    ])
      assert.equal(apply("a\r\nb\rc\nd", hunks, ["last", "put", "change"]), "a\r\nnew\nB\rc\nD");
  });

  it("finds a line behind ends of every kind", () => {
    const hunk = { id: "h", from: 3, to: 4, newFrom: 3, newTo: 4, old: "d", new: "D" };
    for (const before of ["a\nb\nc\nd", "a\rb\rc\rd", "a\r\nb\r\nc\r\nd", "\n\r\r\nd"])
      assert.equal(apply(before, [hunk], ["h"]), `${before.slice(0, -1)}D`);
    const below = { ...hunk, from: 2, to: 2, old: "" };
    assert.equal(apply("a\nb", [below], ["h"]), "a\nbD", "behind a last line that is open");
  });

  it("merges both sides, and names where they cannot both be had", () => {
    assert.deepEqual(merge("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n"), { text: "A\nb\nC\n", conflicts: [] });
    assert.deepEqual(merge("a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n"), {
      text: "a\nx\nc\n",
      conflicts: [{ from: 1, to: 2, ours: "x\n", theirs: "y\n" }],
    });
    assert.deepEqual(merge("k\na\nb\nc\nd\n", "k\na\nx\nC\nd\n", "k\ny\nz\nc\nd\n", "theirs"), {
      text: "k\ny\nz\nc\nd\n",
      conflicts: [{ from: 1, to: 4, ours: "a\nx\nC\n", theirs: "y\nz\nc\n" }],
    });
    assert.equal(merge("a\nb\nc\n", "a\nx\nc\n", "a\ny\nc\n", "theirs").text, "a\ny\nc\n");
  });

  it("links a block that was moved, and no braces", () => {
    const block = "function moved() {\n  return somethingToTell;\n}\n";
    const before = linesOf(`${block}one\ntwo\nthree\nfour\nfive\n`);
    const after = linesOf(`one\ntwo\nthree\nfour\nfive\n${block}`);
    const blocks = movedBlocks(diffLines(before, after), before, after);
    assert.deepEqual(blocks, [{ from: 0, to: 3, newFrom: 5, newTo: 8 }]);
    const braces = [linesOf("}\n}\none\ntwo\nthree\n"), linesOf("one\ntwo\nthree\n}\n}\n")] as const;
    assert.deepEqual(movedBlocks(diffLines(...braces), ...braces), []);
  });
});

function grown(hunks: readonly { id: string; old: string; new: string }[], id: string): number {
  const hunk = hunks.find((one) => one.id === id)!;
  return hunk.new.length - hunk.old.length;
}

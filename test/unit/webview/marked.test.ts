/** Marked: a line's runs, cut where the changed words begin and end. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { marked } from "../../../src/webview/marked.ts";
import { visible } from "../../../src/webview/visible.ts";

const cut = (text: string, ...parts: [number, number][]) =>
  marked(visible(text, { blanks: true }), parts).map(
    ({ changed, runs }) => `${changed ? "*" : ""}${runs.map((run) => run.text).join("")}`,
  );

describe("changed words in a line", () => {
  it("are cut out of the text around them", () => {
    assert.deepEqual(cut("let count = 1;", [4, 9], [12, 13]), ["let ", "*count", " = ", "*1", ";"]);
    assert.deepEqual(cut("let count"), ["let count"]);
    assert.deepEqual(cut("", [0, 4]), []);
  });

  it("never cut a character of several code points, and hold it whole", () => {
    const woman = "👩\u200d💻";
    assert.deepEqual(cut(`a ${woman} b`, [2, 4]), ["a ", `*${woman}`, " b"]);
    assert.deepEqual(cut(`a ${woman} b`, [2, 3], [4, 5]), ["a ", `*${woman}`, " b"]);
  });

  it("hold a marked character as a whole, with its mark", () => {
    const pieces = marked(visible("a\u202eb\tc"), [[1, 2]]);
    assert.deepEqual(
      pieces.map(({ changed, runs }) => [changed, runs.map((run) => run.kind)]),
      [
        [false, ["text"]],
        [true, ["mark"]],
        [false, ["text"]],
      ],
    );
  });

  it("leave nothing out and add nothing, wherever they are said to be", () => {
    const parts = fc.array(fc.tuple(fc.nat(30), fc.nat(30))).map((list) => {
      const edges = [...new Set(list.flat())].sort((a, b) => a - b);
      return edges.flatMap((from, index): [number, number][] =>
        index % 2 === 0 && edges[index + 1] !== undefined ? [[from, edges[index + 1]!]] : [],
      );
    });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), parts, (text, some) => {
        const runs = marked(visible(text, { blanks: true }), some).flatMap((piece) => piece.runs);
        assert.equal(runs.map((run) => run.text).join(""), text);
      }),
    );
  });
});

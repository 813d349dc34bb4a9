import assert from "node:assert/strict";
import fc from "fast-check";
import { editsBetween, sameLines, withEol } from "../../../src/editor/texts.ts";

describe("edits between two texts of a document", () => {
  const line = fc.constantFrom("", "a", "b", "c", "one", "two", "}");
  const text = fc
    .array(line, { maxLength: 12 })
    .chain((lines) => fc.constantFrom(lines.join("\n"), lines.map((one) => `${one}\n`).join("")));

  it("lead from one to the other, whatever the two are", () => {
    fc.assert(
      fc.property(text, text, (before, after) => applied(before, editsBetween(before, after)) === after),
      { numRuns: 2_000 },
    );
  });

  it("are none where nothing differs", () => {
    fc.assert(fc.property(text, (same) => editsBetween(same, same).length === 0));
  });

  it("keep their hands off lines between two changes", () => {
    assert.deepEqual(editsBetween("one\ntwo\nthree\nfour\n", "1\ntwo\nthree\n4\n"), [
      { from: 0, to: 4, text: "1\n" },
      { from: 14, to: 19, text: "4\n" },
    ]);
  });

  it("take a CRLF whole", () => {
    assert.deepEqual(editsBetween("a\r\nb\r\n", "a\r\nc\r\n"), [{ from: 3, to: 6, text: "c\r\n" }]);
  });
});

describe("line ends", () => {
  const cases: [string, "\n" | "\r\n", string][] = [
    ["a\r\nb\nc\rd", "\n", "a\nb\nc\nd"],
    ["a\r\nb\nc\rd", "\r\n", "a\r\nb\r\nc\r\nd"],
    ["", "\r\n", ""],
  ];
  for (const [text, eol, result] of cases) {
    it(`of ${JSON.stringify(text)} become ${JSON.stringify(eol)}`, () => assert.equal(withEol(text, eol), result));
  }

  it("do not count where lines are compared, but a last line end does", () => {
    assert.deepEqual([sameLines("a\r\nb", "a\nb"), sameLines("a\n", "a")], [true, false]);
  });
});

function applied(before: string, edits: ReturnType<typeof editsBetween>): string {
  return edits.toReversed().reduce((text, edit) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), before);
}

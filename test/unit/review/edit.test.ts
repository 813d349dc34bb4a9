/** A hunk with other new lines: what a person wrote in its place, and some of its rows alone. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sides } from "../../../src/review/decide.ts";
import { chosenLines, edited, writtenLines } from "../../../src/review/edit.ts";
import { named, placesOf } from "../../../src/review/hunks.ts";
import { linesOf, none, text, type Text } from "../../../src/review/text.ts";

const of = (content: string | null): Text => (content === null ? none : text(content));
const shown = (one: Text) => (one.kind === "lines" ? one.lines.join("") : one.kind);

function sidesOf(reviewed: string | null, proposed: string | null): Sides {
  const [old, now] = [of(reviewed), of(proposed)];
  return { reviewed: old, proposed: now, hunks: named(placesOf(old, now), [], [], 0).hunks };
}

const place = { id: "h1", from: 0, to: 1, newFrom: 0, newTo: 1 };
const opaque: Text = { kind: "opaque", id: "1" };
/** Sides in which h1 is no hunk of lines, or none at all. */
const without: [what: string, sides: Sides][] = [
  ["a hunk that is not there", { reviewed: text("a\n"), proposed: text("a\n"), hunks: [] }],
  ["a file that comes to exist", sidesOf(null, "a\n")],
  ["a file that ceases to", sidesOf("a\n", null)],
  ["a hunk of lines before a text that is none any more", { reviewed: text("a\n"), proposed: opaque, hunks: [place] }],
  ["a hunk of lines behind a text that is none any more", { reviewed: opaque, proposed: text("a\n"), hunks: [place] }],
];
const ends = sidesOf("a\r\nb\r\n", "a\nb\n");

describe("an edited hunk", () => {
  const table: [what: string, id: string, lines: string, proposed: string, places: number[][]][] = [
    [
      "takes as many lines",
      "h1",
      "x\n",
      "k\nx\nb\nc\nC\nd\n",
      [
        [1, 2, 1, 2],
        [4, 4, 4, 5],
      ],
    ],
    [
      "takes more lines, and those below move",
      "h1",
      "x\ny\nz\n",
      "k\nx\ny\nz\nb\nc\nC\nd\n",
      [
        [1, 2, 1, 4],
        [4, 4, 6, 7],
      ],
    ],
    [
      "takes no lines",
      "h1",
      "",
      "k\nb\nc\nC\nd\n",
      [
        [1, 2, 1, 1],
        [4, 4, 3, 4],
      ],
    ],
    [
      "leaves those above where they are",
      "h2",
      "x\ny\n",
      "k\nA\nb\nc\nx\ny\nd\n",
      [
        [1, 2, 1, 2],
        [4, 4, 4, 6],
      ],
    ],
  ];
  for (const [what, id, lines, proposed, places] of table) {
    it(what, () => {
      const sides = sidesOf("k\na\nb\nc\nd\n", "k\nA\nb\nc\nC\nd\n");
      const result = edited(sides, id, linesOf(lines))!;
      assert.equal(shown(result.proposed), proposed);
      assert.equal(result.reviewed, sides.reviewed);
      assert.deepEqual(
        result.hunks.map(({ from, to, newFrom, newTo }) => [from, to, newFrom, newTo]),
        places,
      );
    });
  }

  it("is as before with its own lines", () => {
    const some = fc
      .array(fc.constantFrom("a\n", "b\n", "c\n", "d"), { maxLength: 12 })
      .map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(some, some, (before, after) => {
        const sides = sidesOf(before, after);
        for (const { id, newFrom, newTo } of sides.hunks)
          assert.deepEqual(edited(sides, id, linesOf(after).slice(newFrom, newTo)), sides);
      }),
    );
  });

  it("has no line without an end but at the end of the text", () => {
    const sides = sidesOf("a\nb\nc\n", "A\nb\nC\n");
    assert.equal(edited(sides, "h1", ["x"]), null);
    assert.equal(edited(sides, "h2", ["x", "y\n"]), null);
    assert.equal(shown(edited(sides, "h2", ["x\n", "y"])!.proposed), "A\nb\nx\ny");
  });

  for (const [what, sides] of [...without, ["a change of line ends", ends]] as typeof without)
    it(`is none of ${what}`, () => assert.equal(edited(sides, "h1", ["x\n"]), null));
});

describe("what a person writes in a hunk's place", () => {
  const table: [what: string, reviewed: string, proposed: string, written: string, lines: string[]][] = [
    ["gets the ends of the hunk's own lines", "a\nb\n", "a\nB\r\n", "x\ny\rz", ["x\r\n", "y\r\n", "z\r\n"]],
    ["gets those of the lines taken out", "a\nb\r\nc\n", "a\nc\n", "x", ["x\r\n"]],
    ["gets that of the line above", "a\nb\r\n", "a\nb\r\nc", "x\ny", ["x\r\n", "y"]],
    ["gets LF where nothing has an end", "", "a", "x\r\ny", ["x\n", "y"]],
    ["has no end where the agent's text has none", "a\nb\n", "a\nB", "x\ny\n", ["x\n", "y"]],
    ["has no end where the lines taken out have none", "a\nb", "a\n", "x", ["x"]],
    ["has an end where the agent brings one", "a\nb", "a\nB\n", "x", ["x\n"]],
    ["may be nothing", "a\nb\n", "a\nB\n", "", []],
    ["may be nothing at an end that is open", "a\nb", "a\nB", "", []],
  ];
  for (const [what, reviewed, proposed, written, lines] of table)
    it(what, () => assert.deepEqual(writtenLines(sidesOf(reviewed, proposed), "h1", written), lines));

  for (const [what, sides] of without)
    it(`is nothing for ${what}`, () => assert.deepEqual(writtenLines(sides, "h1", "x\n"), []));

  it("is for the hunk that is named", () => {
    const sides = sidesOf("a\nb\nc\r\n", "A\nb\nC\r\n");
    assert.deepEqual(writtenLines(sides, "h1", "x"), ["x\n"]);
    assert.deepEqual(writtenLines(sides, "h2", "x"), ["x\r\n"]);
  });
});

describe("some rows of a hunk", () => {
  const taken = (sides: Sides, id: string, old: number[], now: number[]) =>
    chosenLines(sides, id, { old: new Set(old), new: new Set(now) });
  const changed = sidesOf("p\nq\none a\ntwo b\n", "above\np\nq\none A\ntwo B\n");
  const grown = sidesOf("k\none a\n", "new\nk\none A\nadded\n");
  const shrunk = sidesOf("k\none a\ngone\n", "new\nk\none A\n");
  const table: [what: string, sides: Sides, old: number[], now: number[], lines: string[] | null][] = [
    ["are those of old lines", changed, [2], [], ["one A\n", "two b\n"]],
    ["are those of new lines", changed, [], [4], ["one a\n", "two B\n"]],
    ["are those of either", changed, [2], [4], ["one A\n", "two B\n"]],
    ["are none where lines of other hunks are named", changed, [0, 1, 4], [0, 1, 2, 5], null],
    ["are none where nothing is named", changed, [], [], null],
    ["may leave a line that only came", grown, [1], [], ["one A\n"]],
    ["may be a line that only came", grown, [], [3], ["one a\n", "added\n"]],
    ["may leave a line that only went", shrunk, [], [2], ["one A\n", "gone\n"]],
    ["may be a line that only went", shrunk, [2], [], ["one a\n"]],
    ["take along what they need to be lines", sidesOf("k\nq\na", "new\nk\nq\na\nb\n"), [], [4], ["a\n", "b\n"]],
  ];
  for (const [what, sides, old, now, lines] of table)
    it(what, () => assert.deepEqual(taken(sides, "h2", old, now), lines));

  for (const [what, sides] of [...without, ["a change of line ends", ends]] as typeof without)
    it(`are none of ${what}`, () => assert.equal(taken(sides, "h1", [0, 1], [0, 1]), null));
});

/** Law 2: what clashes, what does not, and what a merge makes of it. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { clash, compose, editsOf, merge, mergeEdits, type Edit } from "../../../src/review/merge.ts";
import { none, text, type Text } from "../../../src/review/text.ts";
import { clashing, mergeOf, type Body } from "./model.ts";

const lines = (content: string) => content.split("").map((letter) => `${letter}\n`);
const edit = (from: number, to: number, content = ""): Edit => ({ from, to, lines: lines(content) });

describe("two changes of a text of 6 lines", () => {
  const cases: [string, Edit, Edit, boolean][] = [
    ["share a line", edit(1, 3, "x"), edit(2, 4, "y"), true],
    ["are one inside the other", edit(0, 5, "x"), edit(2, 3, "y"), true],
    ["insert strictly inside the other's range", edit(1, 4, "x"), edit(2, 2, "y"), true],
    ["insert at the same gap", edit(2, 2, "x"), edit(2, 2, "y"), true],
    ["are equal", edit(2, 4, "x"), edit(2, 4, "x"), false],
    ["are equal insertions", edit(2, 2, "x"), edit(2, 2, "x"), false],
    ["touch", edit(1, 2, "x"), edit(2, 3, "y"), false],
    ["insert where the other's range ends", edit(1, 2, "x"), edit(2, 2, "y"), false],
    ["insert where the other's range begins", edit(2, 2, "x"), edit(2, 3, "y"), false],
    ["insert at neighbouring gaps", edit(2, 2, "x"), edit(3, 3, "x"), false],
    ["touch, and the shorter text begins the longer", edit(1, 2, "x"), edit(2, 2, "xy"), true],
    ["touch, and the shorter text ends the longer", edit(1, 2, "zx"), edit(2, 2, "x"), true],
    ["touch, and the shorter text is only inside the longer", edit(1, 2, "axb"), edit(2, 2, "x"), false],
    ["touch, and one is a deletion", edit(1, 2), edit(2, 3, "x"), false],
    ["delete neighbouring lines", edit(1, 2), edit(2, 3), false],
    ["lie apart", edit(0, 1, "x"), edit(4, 5, "y"), false],
    ["both reach the end, the first ends in an open line", { from: 4, to: 6, lines: ["x"] }, edit(6, 6, "y"), true],
    [
      "both reach the end, the first ends in an open line, the second is empty",
      { from: 4, to: 6, lines: ["x"] },
      edit(6, 6),
      false,
    ],
    ["both reach the end, the first ends in a whole line", edit(4, 6, "x"), edit(6, 6, "y"), false],
  ];
  for (const [name, a, b, expected] of cases) {
    it(`${expected ? "clash" : "do not clash"} when they ${name}`, () => {
      assert.deepEqual([clash(a, b, 6), clash(b, a, 6)], [expected, expected]);
    });
  }
});

describe("a merge", () => {
  const tables: { name: string; from: string; ours: string; theirs: string; result: string; clashes?: number }[] = [
    {
      name: "brings changes of different lines together",
      from: "abcdef",
      ours: "aBcdef",
      theirs: "abcdEf",
      result: "aBcdEf",
    },
    { name: "takes equal changes once", from: "abc", ours: "aXc", theirs: "aXc", result: "aXc" },
    {
      name: "lets an insertion stand after a range that ends there",
      from: "abc",
      ours: "aXYc",
      theirs: "abNc",
      result: "aXYNc",
    },
    { name: "keeps an insertion behind a replaced line", from: "abcd", ours: "aBcd", theirs: "abNcd", result: "aBNcd" },
    {
      name: "lets the winner's text stand for a whole transitive group",
      from: "abcdefgh",
      ours: "aBCdEFgh",
      theirs: "abCDEfgh",
      result: "aBCdEFgh",
      clashes: 1,
    },
    {
      name: "keeps both when one deletes beside the other's change",
      from: "abcd",
      ours: "acd",
      theirs: "abCd",
      result: "aCd",
    },
  ];
  for (const { name, from, ours, theirs, result, clashes = 0 } of tables) {
    it(name, () => {
      const merged = merge(of(from), of(ours), of(theirs), "ours");
      assert.deepEqual([joined(merged.text), merged.clashes.length], [lines(result).join(""), clashes]);
    });
  }

  it("joins a clash with every change that clashes with a member of it", () => {
    const merged = mergeEdits(9, [edit(0, 3, "x"), edit(4, 7, "y")], [edit(2, 5, "z")], "theirs");
    assert.deepEqual(
      merged.clashes.map(({ from, to }) => [from, to]),
      [[0, 7]],
    );
    assert.deepEqual(merged.edits, [edit(2, 5, "z")]);
  });

  it("gives a file that is gone on one side and changed on the other to the winner, as a whole", () => {
    const none: Text = { kind: "none" };
    assert.deepEqual(merge(of("a"), none, of("b"), "ours"), { text: none, clashes: [], whole: true });
    assert.deepEqual(merge(of("a"), none, of("b"), "theirs"), { text: of("b"), clashes: [], whole: true });
    assert.deepEqual(merge(of("a"), none, of("a"), "theirs"), { text: none, clashes: [], whole: false });
  });

  const some = fc
    .array(fc.constantFrom("a\n", "b\n", "c\n", "d\n", "open"), { maxLength: 12 })
    .map((all) => all.filter((line, at) => line !== "open" || at === all.length - 1));

  it("is symmetric where nothing clashes, and has every change of both sides in it", () => {
    fc.assert(
      fc.property(some, some, some, (from, ours, theirs) => {
        const [a, b] = [editsOf(from, ours), editsOf(from, theirs)];
        const one = mergeEdits(from.length, a, b, "ours");
        const other = mergeEdits(from.length, b, a, "theirs");
        assert.deepEqual(compose(from, one.edits), compose(from, other.edits));
        if (one.clashes.length > 0) return;
        assert.deepEqual(compose(from, mergeEdits(from.length, b, a, "ours").edits), compose(from, one.edits));
        for (const each of [...a, ...b])
          assert.ok(one.edits.some((made) => JSON.stringify(made) === JSON.stringify(each)));
      }),
      { numRuns: 3000 },
    );
  });

  it("has every change outside a clash, and the winner's text in the clashing range", () => {
    fc.assert(
      fc.property(
        some,
        some,
        some,
        fc.constantFrom("ours" as const, "theirs" as const),
        (from, ours, theirs, winner) => {
          const sides = { ours: editsOf(from, ours), theirs: editsOf(from, theirs) };
          const merged = mergeEdits(from.length, sides.ours, sides.theirs, winner);
          const lost = merged.clashes.flatMap((one) => (winner === "ours" ? one.theirs : one.ours));
          const has = (list: readonly Edit[], one: Edit) =>
            list.some((each) => JSON.stringify(each) === JSON.stringify(one));
          for (const each of [...sides.ours, ...sides.theirs])
            assert.ok(has(merged.edits, each) !== has(lost, each) || has(merged.edits, each));
          for (const each of sides[winner]) assert.ok(has(merged.edits, each), "the winning side is whole");
          compose(from, merged.edits);
          merged.clashes.slice(1).forEach((one, at) => assert.ok(one.from >= merged.clashes[at]!.to));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("keeps an unterminated line at the very end", () => {
    fc.assert(
      fc.property(some, some, some, (from, ours, theirs) => {
        const { text: result } = merge(
          { kind: "lines", lines: from },
          { kind: "lines", lines: ours },
          { kind: "lines", lines: theirs },
          "ours",
        );
        assert.ok(result.kind === "lines");
        assert.ok(result.lines.slice(0, -1).every((line) => line.endsWith("\n")));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a merge, held against the model", () => {
  const some = fc
    .array(fc.constantFrom("a\n", "b\n", "c\n", "d\n", "open"), { maxLength: 12 })
    .map((all) => all.filter((line, at) => line !== "open" || at === all.length - 1));

  it("finds the same changes clashing", () => {
    const change = fc
      .tuple(fc.nat(6), fc.nat(3), fc.array(fc.constantFrom("a\n", "b\n", "open"), { maxLength: 3 }))
      .map(([from, height, put]): Edit => ({ from, to: Math.min(6, from + height), lines: put }));
    fc.assert(
      fc.property(change, change, (a, b) => {
        assert.equal(clash(a, b, 6), clashing(a, b, 6));
      }),
      { numRuns: 20_000 },
    );
  });

  it("has the same text and the same groups", () => {
    const winners = fc.constantFrom("ours" as const, "theirs" as const);
    fc.assert(
      fc.property(some, some, some, winners, (from, ours, theirs, winner) => {
        const merged = merge(
          { kind: "lines", lines: from },
          { kind: "lines", lines: ours },
          { kind: "lines", lines: theirs },
          winner,
        );
        const model = mergeOf(editsOf, from, ours, theirs, winner);
        assert.deepEqual(merged.text, { kind: "lines", lines: model.text });
        assert.deepEqual(merged.clashes, model.groups);
        assert.equal(merged.whole, false);
      }),
      { numRuns: 5000 },
    );
  });

  it("takes files that are gone or no text as a whole", () => {
    const all: [Body, Text][] = [
      [null, none],
      ["1", { kind: "opaque", id: "1" }],
      ["2", { kind: "opaque", id: "2" }],
      [["a\n"], of("a")],
      [["b\n"], of("b")],
      [["a\n", "b\n"], of("ab")],
    ];
    for (const [from, fromText] of all)
      for (const [ours, oursText] of all)
        for (const [theirs, theirsText] of all)
          for (const winner of ["ours", "theirs"] as const) {
            const merged = merge(fromText, oursText, theirsText, winner);
            const model = mergeOf(editsOf, from, ours, theirs, winner);
            assert.deepEqual(
              [bodyOf(merged.text), merged.clashes, merged.whole],
              [model.text, model.groups, model.whole],
            );
          }
  });

  const bodyOf = (one: Text): Body => (one.kind === "none" ? null : one.kind === "opaque" ? one.id : one.lines);
});

describe("changes that are made", () => {
  it("are made once where they are equal", () => {
    assert.deepEqual(compose(lines("abc"), [edit(1, 2, "x"), edit(1, 2, "x")]), lines("axc"));
    const merged = mergeEdits(3, [edit(1, 2, "x")], [edit(1, 2, "x"), edit(3, 3, "y")], "ours");
    assert.deepEqual(merged, { edits: [edit(1, 2, "x"), edit(3, 3, "y")], clashes: [] });
  });

  it("may touch, and stand in order however they are given", () => {
    assert.deepEqual(compose(lines("abc"), [edit(2, 3, "z"), edit(2, 2, "y"), edit(1, 2, "x")]), lines("axyz"));
  });

  it("may not overlap", () => {
    assert.throws(() => compose(lines("abc"), [edit(0, 2, "x"), edit(1, 3, "y")]), /edits overlap/);
  });

  it("are in order where both sides have several", () => {
    const merged = mergeEdits(9, [edit(0, 1, "x"), edit(4, 5, "y")], [edit(2, 3, "z"), edit(6, 6, "w")], "ours");
    assert.deepEqual(
      merged.edits.map((one) => one.from),
      [0, 2, 4, 6],
    );
  });
});

function of(content: string): Text {
  return text(lines(content).join(""));
}

function joined(result: Text): string {
  return result.kind === "lines" ? result.lines.join("") : result.kind;
}

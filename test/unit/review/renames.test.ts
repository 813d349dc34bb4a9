/** Which files are one under a new path. */
import assert from "node:assert/strict";
import { none, renamesOf, text, type Text } from "../../../src/review/index.ts";

const lines = (...names: string[]) => text(names.map((name) => `${name}\n`).join(""));
const binary: Text = { kind: "opaque", id: "1" };
const files = (all: Record<string, Text>) => Object.entries(all).map(([path, content]) => ({ path, text: content }));

describe("renames", () => {
  const table: [what: string, gone: Record<string, Text>, come: Record<string, Text>, found: string[]][] = [
    ["the same bytes", { "a.txt": lines("1", "2") }, { "b.txt": lines("1", "2") }, ["a.txt b.txt 1"]],
    ["the same bytes that are no text", { "a.bin": binary }, { "b.bin": binary }, ["a.bin b.bin 1"]],
    ["half of the lines", { "a.txt": lines("1", "2") }, { "b.txt": lines("1", "x") }, ["a.txt b.txt 0.5"]],
    ["half of the lines of the longer one", { "a.txt": lines("1") }, { "b.txt": lines("1", "2") }, ["a.txt b.txt 0.5"]],
    [
      "half of the lines, in another order",
      { "a.txt": lines("1", "2", "3") },
      { "b.txt": lines("2", "1") },
      ["a.txt b.txt 0.6666666666666666"],
    ],
    [
      "a line as often as both have it",
      { "a.txt": lines("}", "}", "1") },
      { "b.txt": lines("}", "}", "}") },
      ["a.txt b.txt 0.6666666666666666"],
    ],
    [
      "the paths they had, in order, where all are as like",
      { "x.txt": lines("1"), "y.txt": lines("2") },
      { "a.txt": lines("2"), "b.txt": lines("1") },
      ["x.txt b.txt 1", "y.txt a.txt 1"],
    ],
    ["nothing that comes to be something", { "a.txt": text("") }, { "b.txt": lines("1") }, []],
    ["something that comes to be nothing", { "a.txt": lines("1") }, { "b.txt": text("") }, []],
    ["less than half", { "a.txt": lines("1", "2", "3") }, { "b.txt": lines("1", "x", "y") }, []],
    ["half of the shorter one alone", { "a.txt": lines("1", "2") }, { "b.txt": lines("1", "2", "3", "4", "5") }, []],
    [
      "a line that stands there more often",
      { "a.txt": lines("}", "}", "}", "1") },
      { "b.txt": lines("}", "x", "y", "z") },
      [],
    ],
    ["other ends of the lines", { "a.txt": text("1\r\n2\r\n") }, { "b.txt": text("1\n2\n") }, []],
    ["two empty files", { "a.txt": text("") }, { "b.txt": text("") }, []],
    ["nothing and nothing", { "a.txt": none }, { "b.txt": none }, []],
    ["other bytes", { "a.bin": binary }, { "b.bin": { kind: "opaque", id: "2" } }, []],
    ["bytes that became text", { "a.bin": binary }, { "a.txt": lines("1") }, []],
    ["text that became bytes", { "a.txt": lines("1") }, { "a.bin": binary }, []],
    [
      "the likest of several",
      { "a.txt": lines("1", "2", "3", "4") },
      { "b.txt": lines("1", "2", "x", "y"), "c.txt": lines("1", "2", "3", "y") },
      ["a.txt c.txt 0.75"],
    ],
    [
      "each file once, the one that is called the same first",
      { "x/a.txt": lines("1"), "x/b.txt": lines("1") },
      { "y/b.txt": lines("1"), "y/a.txt": lines("1") },
      ["x/a.txt y/a.txt 1", "x/b.txt y/b.txt 1"],
    ],
    [
      "the longest end of the path that is the same",
      { "p/q/a.txt": lines("1") },
      { "r/s/a.txt": lines("1"), "s/q/a.txt": lines("1") },
      ["p/q/a.txt s/q/a.txt 1"],
    ],
    [
      "a whole path that is the end of the other",
      { "b.txt": lines("1") },
      { "a.txt": lines("1"), "z/b.txt": lines("1") },
      ["b.txt z/b.txt 1"],
    ],
    [
      "a last name, not as many folders",
      { "x/y/b.txt": lines("1") },
      { "a.txt": lines("1"), "z/b.txt": lines("1") },
      ["x/y/b.txt z/b.txt 1"],
    ],
    [
      "the first path of several that are gone",
      { "a.txt": lines("1"), "b.txt": lines("1") },
      { "c.txt": lines("1") },
      ["a.txt c.txt 1"],
    ],
    [
      "the first path of several that came",
      { "c.txt": lines("1") },
      { "a.txt": lines("1"), "b.txt": lines("1") },
      ["c.txt a.txt 1"],
    ],
    [
      "the first paths in order, on both sides",
      { "a.txt": lines("1"), "b.txt": lines("1") },
      { "c.txt": lines("1"), "d.txt": lines("1") },
      ["a.txt c.txt 1", "b.txt d.txt 1"],
    ],
  ];
  for (const [what, gone, come, found] of table) {
    it(`are seen, or not, by ${what}, in whatever order the files come`, () => {
      const said = (from: typeof gone, to: typeof come, turned: boolean) => {
        const [old, now] = turned ? [files(from).reverse(), files(to).reverse()] : [files(from), files(to)];
        return renamesOf(old, now).map((one) => `${one.from} ${one.to} ${one.likeness}`);
      };
      assert.deepEqual(said(gone, come, false), found);
      assert.deepEqual(said(gone, come, true), found);
    });
  }

  it("are looked for in up to 4,000 pairs by their lines", () => {
    const gone = { "old.txt": lines("1", "2") };
    const come = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`${at}.txt`, at === 7 ? lines("1", "x") : lines("y")]),
      );
    assert.equal(renamesOf(files(gone), files(come(4_000)))[0]?.to, "7.txt");
    assert.deepEqual(renamesOf(files(gone), files(come(4_001))), []);
  });

  it("are looked for in up to 50,000 lines of a file", () => {
    const long = (count: number, last: string) => lines(...Array.from({ length: count - 1 }, (_, at) => `${at}`), last);
    const found = (count: number) => renamesOf(files({ a: long(count, "x") }), files({ b: long(count, "y") })).length;
    assert.deepEqual([found(50_000), found(50_001)], [1, 0]);
  });

  it("of very many files are looked for by their bytes alone", () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`old/${at}`, lines(`${at}`, "x")]));
    const come = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`new/${at}`, lines(`${at}`, at < 50 ? "x" : "y")]),
    );
    assert.equal(renamesOf(files(many), files(come)).length, 50);
  });
});

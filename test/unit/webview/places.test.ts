/** Places: the order of hunks, the next undecided one, and what "all" means. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { FileView, HunkState, HunkView } from "../../../src/protocol/view.ts";
import { bulkOf, faceOf, isUndecided, lineOf, nextPlace, oldLineOf, settle } from "../../../src/webview/places.ts";

const letters: Record<string, HunkState> = { p: "pending", a: "accepted", r: "rejected", s: "stale", o: "overtaken" };

/** "f1:pas f2:p": files with their hunks' states by first letter; hunks are h1, h2, … */
function filesOf(text: string): FileView[] {
  return text.split(" ").map((word) => {
    const [id = "", states = ""] = word.split(":");
    const hunks = [...states].map((letter, index): HunkView => {
      const state = letters[letter] ?? "pending";
      return { id: `h${index + 1}`, state, rows: [], removed: 0, added: 0, marks: [] };
    });
    return { id, path: id, revision: 3, change: "changed", hunks, total: hunks.length };
  });
}
const at = (text: string | null) => {
  const [file = "", hunk = ""] = (text ?? "").split("/");
  return text === null ? null : { file, hunk };
};

describe("the next undecided place", () => {
  const cases: [string, string, string | null, 1 | -1, string | null][] = [
    ["starts at the first", "f1:ap f2:p", null, 1, "f1/h2"],
    ["starts at the last going back", "f1:ap f2:pa", null, -1, "f2/h1"],
    ["passes decided ones by", "f1:parp", "f1/h1", 1, "f1/h4"],
    ["goes on in the next file", "f1:p f2:ap", "f1/h1", 1, "f2/h2"],
    ["goes around the end", "f1:p f2:p", "f2/h1", 1, "f1/h1"],
    ["goes around the start", "f1:p f2:p", "f1/h1", -1, "f2/h1"],
    ["counts stale and overtaken hunks", "f1:aso", "f1/h2", 1, "f1/h3"],
    ["is nowhere else when only this one is left", "f1:ap", "f1/h2", 1, null],
    ["is nowhere when all is decided", "f1:ar", "f1/h1", 1, null],
    ["starts anew from a place that is gone", "f1:p", "f9/h1", 1, "f1/h1"],
    ["is nowhere without files", "", null, 1, null],
  ];
  for (const [name, files, from, step, wanted] of cases) {
    it(name, () => assert.deepEqual(nextPlace(filesOf(files), at(from), step, isUndecided), at(wanted)));
  }

  it("visits every undecided hunk once before it comes back", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(..."parso"), minLength: 1, maxLength: 6 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (list) => {
          const files = filesOf(list.map((states, index) => `f${index}:${states}`).join(" "));
          const total = files.flatMap(({ hunks }) => hunks).filter(isUndecided).length;
          const visited = new Set<string>();
          let place = nextPlace(files, null, 1, isUndecided);
          while (place !== null && !visited.has(`${place.file}/${place.hunk}`)) {
            visited.add(`${place.file}/${place.hunk}`);
            place = nextPlace(files, place, 1, isUndecided);
          }
          assert.equal(visited.size, total);
        },
      ),
    );
  });
});

describe("settling", () => {
  const cases: [string, string, string | null, string | null][] = [
    ["stays where the place still is", "f1:ap", "f1/h1", "f1/h1"],
    ["goes to the first undecided of the same file", "f1:p f2:ap", "f2/h9", "f2/h2"],
    ["goes to the first undecided of all when the file is gone", "f1:ap", "f7/h1", "f1/h2"],
    ["goes to any hunk when all is decided", "f1:ar", "f7/h1", "f1/h1"],
    ["is nowhere without hunks", "f1:", "f1/h1", null],
  ];
  for (const [name, files, place, wanted] of cases)
    it(name, () => assert.deepEqual(settle(filesOf(files), at(place)), at(wanted)));
});

describe("deciding all", () => {
  it("names pending hunks alone, by file and revision, and counts those not seen", () => {
    const bulk = bulkOf(filesOf("f1:pasop f2:rr f3:p"), new Set(["f3/h1"]), ({ hunk }) => hunk === "h1");
    assert.deepEqual(bulk, {
      items: [{ file: "f1", revision: 3, hunks: ["h1", "h5"] }],
      count: 2,
      unseen: 1,
      guarded: 0,
    });
  });

  it("leaves alone a hunk whose other half is not in", () => {
    const files = filesOf("f1:pp");
    files[0]!.hunks[0]!.apart = "half";
    assert.deepEqual(bulkOf(files, new Set(), () => true).items, [{ file: "f1", revision: 3, hunks: ["h2"] }]);
  });

  it("leaves alone a protected hunk, and counts it", () => {
    const files = filesOf("f1:pp f2:pa");
    for (const [file, hunk] of [
      [0, 0],
      [1, 0],
      [1, 1],
    ] as const)
      files[file]!.hunks[hunk]!.apart = "protected";
    assert.deepEqual(
      bulkOf(files, new Set(), () => true),
      { items: [{ file: "f1", revision: 3, hunks: ["h2"] }], count: 1, unseen: 0, guarded: 2 },
    );
  });
});

describe("a hunk's lines and face", () => {
  const rows: HunkView["rows"] = [
    { kind: "context", text: "a", old: 4, new: 6 },
    { kind: "removed", text: "b", old: 5 },
    { kind: "added", text: "c", new: 7 },
  ];
  const hunk = (list: HunkView["rows"]): HunkView => ({
    id: "h1",
    state: "pending",
    rows: list,
    removed: 0,
    added: 0,
    marks: [],
  });

  it("is named by its first new line, and opened at its first old one", () => {
    assert.deepEqual([lineOf(hunk(rows)), oldLineOf(hunk(rows))], [7, 5]);
  });

  it("has another face when a changed line or its end is another", () => {
    const faces = [
      rows,
      rows.with(2, { kind: "added", text: "d", new: 7 }),
      rows.with(2, { kind: "added", text: "c", new: 7, end: "crlf" }),
    ];
    assert.equal(new Set(faces.map((list) => faceOf(hunk(list)))).size, 3);
    assert.equal(faceOf(hunk(rows)), faceOf(hunk(rows.with(0, { kind: "context", text: "z", old: 9, new: 9 }))));
  });
});

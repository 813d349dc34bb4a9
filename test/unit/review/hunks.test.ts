/** Law 8: what a hunk is, where it goes, and by what name it is known in the next revision. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { HunkPlace } from "../../../src/protocol/index.ts";
import { diffLines, type Change } from "../../../src/review/diff.ts";
import { carried, editOf, named, placesOf, type Place } from "../../../src/review/hunks.ts";
import { none, text, type Text } from "../../../src/review/text.ts";
import { carry } from "./model.ts";

const of = (content: string): Text => text([...content].map((letter) => `${letter}\n`).join(""));
const opaque = (id: string): Text => ({ kind: "opaque", id });

describe("the hunks between two texts", () => {
  const place = (from: number, to: number, newFrom: number, newTo: number, whole?: Place["whole"]): Place =>
    whole ? { from, to, newFrom, newTo, whole } : { from, to, newFrom, newTo };
  const cases: [string, Text, Text, Place[]][] = [
    ["are none where both are the same", of("ab"), of("ab"), []],
    ["are none where there is no file on either side", none, none, []],
    ["are none where the same bytes are no text", opaque("1"), opaque("1"), []],
    ["are runs of lines", of("abcdef"), of("aXcdef12"), [place(1, 2, 1, 2), place(6, 6, 6, 8)]],
    ["are one where a file comes", none, of("ab"), [place(0, 0, 0, 2, "create")]],
    ["are one where an empty file comes", none, of(""), [place(0, 0, 0, 0, "create")]],
    ["are one where a file goes", of("abc"), none, [place(0, 3, 0, 0, "delete")]],
    ["are one where what is no text comes", none, opaque("1"), [place(0, 0, 0, 0, "create")]],
    ["are one where what is no text goes", opaque("1"), none, [place(0, 0, 0, 0, "delete")]],
    ["are one where it becomes text", opaque("1"), of("ab"), [place(0, 0, 0, 2, "replace")]],
    ["are one where it is text no more", of("ab"), opaque("1"), [place(0, 2, 0, 0, "replace")]],
    ["are one where other bytes are no text", opaque("1"), opaque("2"), [place(0, 0, 0, 0, "replace")]],
  ];
  for (const [name, reviewed, proposed, places] of cases)
    it(name, () => assert.deepEqual(placesOf(reviewed, proposed), places));

  it("bring the lines of the proposed text, and none where that has none", () => {
    assert.deepEqual(editOf(place(1, 3, 2, 4), of("abcdef")), { from: 1, to: 3, lines: ["c\n", "d\n"] });
    assert.deepEqual(editOf(place(1, 3, 2, 4), none), { from: 1, to: 3, lines: [] });
  });
});

const letters = fc.array(fc.constantFrom("a\n", "b\n", "c\n", "d\n"), { maxLength: 10 });

describe("a range that is carried", () => {
  /** Changes of a text of ten lines, in order, never touching. */
  const changes = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.nat(3)), { maxLength: 4 }).map((all) => {
    let [at, shift] = [0, 0];
    const made: Change[] = [];
    for (const [gap, height, newHeight] of all) {
      const from = at + gap;
      if (height + newHeight > 0)
        made.push({ from, to: from + height, newFrom: from + shift, newTo: from + shift + newHeight });
      shift += newHeight - height;
      at = from + height + 1;
    }
    return made;
  });

  it("grows by every change that reaches into it, and moves with those above", () => {
    fc.assert(
      fc.property(changes, fc.nat(16), fc.nat(5), (all, from, height) => {
        const data = all.map((one) => ({ ...one, lines: Array.from({ length: one.newTo - one.newFrom }, () => "") }));
        assert.deepEqual(carried(all, from, from + height), carry(data, from, from + height));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("ids in the next revision", () => {
  /** The same said plainly: those at the same place first, then those that share a line, in order. */
  function plainly(places: readonly Place[], previous: readonly HunkPlace[], moved: readonly Change[], used: number) {
    const old = previous.map((one) => ({ ...one, ...carried(moved, one.from, one.to) }));
    const ids: (string | undefined)[] = places.map(() => undefined);
    const fits = [
      (a: Place, b: Place) => a.from === b.from && a.to === b.to && a.whole === b.whole,
      (a: Place, b: Place) => a.from < b.to && b.from < a.to && a.from < a.to && b.from < b.to,
    ];
    for (const fit of fits)
      for (const [at, place] of places.entries())
        ids[at] ??= old.find((one) => !ids.includes(one.id) && fit(place, one))?.id;
    let number = used;
    return { ids: ids.map((id) => id ?? `h${++number}`), used: number };
  }

  it("follow their places", () => {
    fc.assert(
      fc.property(letters, letters, letters, letters, fc.nat(), (one, two, three, four, mask) => {
        const first = named(diffLines(one, two), [], [], 0);
        assert.deepEqual(
          first.hunks.map((hunk) => hunk.id),
          first.hunks.map((_, at) => `h${at + 1}`),
        );
        const open = first.hunks.filter((_, at) => (mask >> at) % 2 === 0);
        const [places, moved] = [diffLines(three, four), diffLines(one, three)];
        const next = named(places, open, moved, first.used);
        const plain = plainly(places, open, moved, first.used);
        assert.deepEqual([next.hunks.map((hunk) => hunk.id), next.used], [plain.ids, plain.used]);
        for (const [at, { id, ...place }] of next.hunks.entries())
          assert.deepEqual([place, id !== ""], [places[at], true]);
        assert.equal(new Set(next.hunks.map((hunk) => hunk.id)).size, next.hunks.length);
      }),
      { numRuns: 5000 },
    );
  });

  const whole = (kind: Place["whole"]): Place => ({
    from: 0,
    to: 2,
    newFrom: 0,
    newTo: 2,
    ...(kind ? { whole: kind } : {}),
  });
  const cases: [string, Place["whole"], Place["whole"], string][] = [
    ["are kept by a file that comes", "create", "create", "h7"],
    ["are kept where a file that was to go is replaced, since it is the same lines", "delete", "replace", "h7"],
    ["are kept where lines become a file, since it is the same lines", undefined, "delete", "h7"],
  ];
  for (const [name, before, after, id] of cases)
    it(name, () => {
      const next = named([whole(after)], [{ id: "h7", ...whole(before) }], [], 7);
      assert.equal(next.hunks[0]!.id, id);
    });

  it("are given to the hunk at the same place before one that only shares a line", () => {
    const place = (from: number, to: number): Place => ({ from, to, newFrom: from, newTo: to });
    const previous = [{ id: "h1", ...place(2, 4) }];
    const next = named([place(0, 3), place(2, 4)], previous, [], 1);
    assert.deepEqual(
      next.hunks.map((hunk) => hunk.id),
      ["h2", "h1"],
    );
  });

  it("are not kept by an empty file that comes where another change of no lines was", () => {
    const empty: Place = { from: 0, to: 0, newFrom: 0, newTo: 0, whole: "create" };
    const lines: HunkPlace = { id: "h1", from: 0, to: 0, newFrom: 0, newTo: 3 };
    assert.equal(named([empty], [lines], [], 1).hunks[0]!.id, "h2");
  });
});

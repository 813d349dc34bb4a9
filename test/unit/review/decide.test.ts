/** Laws 1, 4 and 6: what decisions do to the texts of a file, in any order, beside the person's own changes. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  proposedNow,
  reviewedNow,
  staleHunks,
  taken,
  userSideOf,
  userWith,
  type Sides,
  type Verdict,
} from "../../../src/review/decide.ts";
import { carried, named, placesOf } from "../../../src/review/hunks.ts";
import { diffLines } from "../../../src/review/diff.ts";
import { none, sameText, text, type Text } from "../../../src/review/text.ts";

const of = (content: string): Text => text([...content].map((letter) => `${letter}\n`).join(""));
const back = (one: Text) => (one.kind === "lines" ? one.lines.join("").replaceAll("\n", "") : one.kind);

function sidesOf(reviewed: Text, proposed: Text): Sides {
  return { reviewed, proposed, hunks: named(placesOf(reviewed, proposed), [], [], 0).hunks };
}

const all = (sides: Sides, verdict: Verdict) => new Map(sides.hunks.map((hunk) => [hunk.id, verdict]));

describe("decisions on one revision", () => {
  const some = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 }).map((lines) => of(lines.join("")));

  it("give the proposed text when all are accepted, the reviewed text when all are rejected, and nothing of either in between", () => {
    fc.assert(
      fc.property(
        some,
        some,
        fc.array(fc.constantFrom<(Verdict | null)[]>("accepted", "rejected", null), { minLength: 12, maxLength: 12 }),
        (reviewed, proposed, picks) => {
          const sides = sidesOf(reviewed, proposed);
          assert.ok(sameText(reviewedNow(sides, all(sides, "accepted")), proposed));
          assert.ok(sameText(proposedNow(sides, all(sides, "rejected")), reviewed));
          assert.ok(
            sameText(reviewedNow(sides, new Map()), reviewed) && sameText(proposedNow(sides, new Map()), proposed),
          );
          const verdicts = new Map<string, Verdict>();
          sides.hunks.forEach((hunk, at) => void (picks[at] && verdicts.set(hunk.id, picks[at])));
          // Deciding what is left is deciding all at once.
          const rest = sidesOf(reviewedNow(sides, verdicts), proposedNow(sides, verdicts));
          assert.ok(sameText(reviewedNow(rest, all(rest, "accepted")), proposedNow(sides, verdicts)));
          assert.ok(sameText(proposedNow(rest, all(rest, "rejected")), reviewedNow(sides, verdicts)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("write into the person's text the same, in whatever order they are made", () => {
    fc.assert(
      fc.property(some, some, some, fc.integer(), (reviewed, proposed, user, order) => {
        const sides = sidesOf(reviewed, proposed);
        const start = userSideOf(sides, new Map(), user);
        const stale = staleHunks(sides, start, new Map());
        const fitting = sides.hunks.map((hunk) => hunk.id).filter((id) => !stale.has(id));
        const atOnce = userWith(sides, start, new Set(fitting));
        assert.ok(atOnce.kind === "text", "hunks that fit one by one fit together");
        const turned = [
          ...fitting.slice(Math.abs(order) % (fitting.length || 1)),
          ...fitting.slice(0, Math.abs(order) % (fitting.length || 1)),
        ];
        const accepted = new Set<string>();
        for (const id of turned) {
          accepted.add(id);
          assert.equal(userWith(sides, start, accepted).kind, "text");
          for (const one of stale.keys())
            assert.equal(
              userWith(sides, start, new Set([...accepted, one])).kind,
              "clash",
              "a hunk is stale by itself",
            );
        }
        const oneByOne = userWith(sides, start, accepted);
        assert.ok(oneByOne.kind === "text" && sameText(oneByOne.text, atOnce.text));
      }),
      { numRuns: 2000 },
    );
  });

  it("lose no line of the person's, and put in no line that was not accepted", () => {
    fc.assert(
      fc.property(
        some,
        some,
        fc.array(fc.nat(12), { maxLength: 4 }),
        fc.integer(),
        (reviewed, proposed, gaps, mask) => {
          const lines = reviewed.kind === "lines" ? [...reviewed.lines] : [];
          gaps.forEach((gap, at) => lines.splice(Math.min(gap, lines.length), 0, `mine ${at}\n`));
          const user: Text = { kind: "lines", lines };
          const sides = sidesOf(reviewed, proposed);
          const side = userSideOf(sides, new Map(), user);
          const stale = staleHunks(sides, side, new Map());
          const accepted = sides.hunks.filter((hunk, at) => !stale.has(hunk.id) && (mask >> at) & 1);
          const result = userWith(sides, side, new Set(accepted.map((hunk) => hunk.id)));
          assert.ok(result.kind === "text" && result.text.kind === "lines" && sides.proposed.kind === "lines");
          const count = new Map<string, number>();
          const add = (line: string, by: number) => count.set(line, (count.get(line) ?? 0) + by);
          for (const line of result.text.lines) add(line, 1);
          for (const line of lines) add(line, -1);
          for (const hunk of accepted) {
            for (const line of sides.proposed.lines.slice(hunk.newFrom, hunk.newTo)) add(line, -1);
            for (const line of lines.filter((one) => !one.startsWith("mine")).slice(hunk.from, hunk.to)) add(line, 1);
          }
          assert.deepEqual(
            [...count].filter(([, more]) => more !== 0),
            [],
          );
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("keep the place of hunks that nobody touched, and their names, whatever is decided about others", () => {
    fc.assert(
      fc.property(some, some, fc.nat(), (reviewed, proposed, pick) => {
        const sides = sidesOf(reviewed, proposed);
        if (sides.hunks.length < 2) return;
        const chosen = sides.hunks[pick % sides.hunks.length]!;
        const now = reviewedNow(sides, new Map([[chosen.id, "accepted"]]));
        const left = sides.hunks.filter((hunk) => hunk !== chosen);
        const lines = (one: Text) => (one.kind === "lines" ? one.lines : []);
        const places = left.map((hunk) => {
          const shift = hunk.from > chosen.from ? chosen.newTo - chosen.newFrom - (chosen.to - chosen.from) : 0;
          return { from: hunk.from + shift, to: hunk.to + shift, newFrom: hunk.newFrom, newTo: hunk.newTo };
        });
        const moved = [
          {
            from: chosen.from,
            to: chosen.to,
            newFrom: chosen.from,
            newTo: chosen.from + chosen.newTo - chosen.newFrom,
          },
        ];
        const next = named(places, left, moved, 99).hunks;
        assert.deepEqual(
          next.map((hunk) => hunk.id),
          left.map((hunk) => hunk.id),
        );
        assert.deepEqual(
          next.map((hunk) => lines(now).slice(hunk.from, hunk.to)),
          left.map((hunk) => lines(reviewed).slice(hunk.from, hunk.to)),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a hunk beside the person's text", () => {
  const cases: {
    name: string;
    reviewed: string;
    proposed: string;
    user: string;
    accepted: string | null;
    theirs?: string;
  }[] = [
    {
      name: "is written where nothing of theirs is",
      reviewed: "abcdef",
      proposed: "abXdef",
      user: "abcdef",
      accepted: "abXdef",
    },
    {
      name: "moves with what they put in above",
      reviewed: "abcdef",
      proposed: "abXdef",
      user: "12abcdef",
      accepted: "12abXdef",
    },
    {
      name: "fits beside their neighbouring change",
      reviewed: "abcdef",
      proposed: "abXdef",
      user: "abc1ef",
      accepted: "abX1ef",
    },
    {
      name: "is stale over their change of the same line",
      reviewed: "abcdef",
      proposed: "abXdef",
      user: "ab1def",
      accepted: null,
      theirs: "abXdef",
    },
    {
      name: "is stale over a line they took out",
      reviewed: "abcdef",
      proposed: "abXdef",
      user: "abdef",
      accepted: null,
      theirs: "abXdef",
    },
    {
      name: "is stale where both put in at one gap",
      reviewed: "abc",
      proposed: "abXc",
      user: "ab1c",
      accepted: null,
      theirs: "abXc",
    },
    {
      name: "is one with the same change of theirs",
      reviewed: "abcdef",
      proposed: "abXdef",
      user: "abXdef",
      accepted: "abXdef",
    },
    {
      name: "takes only its own group's lines of theirs when taken",
      reviewed: "abcdef",
      proposed: "abXdef",
      user: "1b2def",
      accepted: null,
      theirs: "1bXdef",
    },
  ];
  for (const { name, reviewed, proposed, user, accepted, theirs } of cases) {
    it(name, () => {
      const sides = sidesOf(of(reviewed), of(proposed));
      const side = userSideOf(sides, new Map(), of(user));
      const [hunk] = sides.hunks;
      const result = userWith(sides, side, new Set([hunk!.id]));
      assert.equal(result.kind === "text" ? back(result.text) : null, accepted);
      assert.equal(staleHunks(sides, side, new Map()).has(hunk!.id), accepted === null);
      if (theirs !== undefined) assert.equal(back(taken(sides, side, new Map(), hunk!.id).user), theirs);
    });
  }

  it("is taken where its decision was undone after their text was read with it in it", () => {
    const sides = sidesOf(of("abcdef"), of("aXcdYf"));
    const [first, second] = sides.hunks.map((hunk) => hunk.id);
    const side = userSideOf(sides, new Map([[first!, "accepted"]]), of("aXcdefM"));
    const group = taken(sides, side, new Map(), first!);
    assert.deepEqual([back(group.user), group.hunks], ["aXcdefM", [first]]);
    const other = taken(sides, side, new Map(), second!);
    assert.deepEqual([back(other.user), other.hunks], ["abcdYfM", [second]]);
  });

  it("is taken with what was accepted since their text was last read", () => {
    const sides = sidesOf(of("abcdef"), of("aXcdYf"));
    const side = userSideOf(sides, new Map(), of("abcd1f"));
    const [first, second] = sides.hunks.map((hunk) => hunk.id);
    const group = taken(sides, side, new Map([[first!, "accepted"]]), second!);
    assert.deepEqual([back(group.user), group.hunks], ["aXcdYf", [second]]);
  });
});

describe("a whole file", () => {
  const cases: { name: string; reviewed: Text; proposed: Text; user: Text; accepted: Text | null; yours?: string }[] = [
    { name: "is created", reviewed: none, proposed: of("ab"), user: none, accepted: of("ab") },
    { name: "is created empty", reviewed: none, proposed: of(""), user: none, accepted: of("") },
    {
      name: "is stale where the person made one of that name",
      reviewed: none,
      proposed: of("ab"),
      user: of("c"),
      accepted: null,
      yours: "c",
    },
    {
      name: "is there already where the person made the same",
      reviewed: none,
      proposed: of("ab"),
      user: of("ab"),
      accepted: of("ab"),
    },
    { name: "is deleted", reviewed: of("ab"), proposed: none, user: of("ab"), accepted: none },
    {
      name: "is not deleted when it was changed in any line",
      reviewed: of("ab"),
      proposed: none,
      user: of("abc"),
      accepted: null,
      yours: "c",
    },
    {
      name: "is replaced when it cannot be read as lines",
      reviewed: of("a"),
      proposed: { kind: "opaque", id: "1" },
      user: of("a"),
      accepted: { kind: "opaque", id: "1" },
    },
    {
      name: "is not replaced over the person's change",
      reviewed: { kind: "opaque", id: "0" },
      proposed: { kind: "opaque", id: "1" },
      user: { kind: "opaque", id: "2" },
      accepted: null,
      yours: "",
    },
  ];
  for (const { name, reviewed, proposed, user, accepted, yours } of cases) {
    it(name, () => {
      const sides = sidesOf(reviewed, proposed);
      const side = userSideOf(sides, new Map(), user);
      const result = userWith(sides, side, new Set(["h1"]));
      assert.deepEqual(result.kind === "text" ? result.text : null, accepted);
      const stale = staleHunks(sides, side, new Map()).get("h1");
      assert.equal(
        stale
          ?.flatMap((edit) => edit.lines)
          .join("")
          .replaceAll("\n", ""),
        yours,
      );
    });
  }

  it("that the person deleted makes every hunk in it stale", () => {
    const sides = sidesOf(of("abcdef"), of("aXcdYf"));
    const side = userSideOf(sides, new Map(), none);
    assert.deepEqual([...staleHunks(sides, side, new Map()).keys()], ["h1", "h2"]);
    const both = userWith(sides, side, new Set(["h1", "h2"]));
    assert.deepEqual(both.kind === "clash" && both.hunks.map((one) => one.hunk), ["h1", "h2"]);
  });
});

describe("a range carried through changes", () => {
  const cases: [string, string, string, [number, number], { from: number; to: number; touched: boolean }][] = [
    ["stays where nothing happened", "abcdef", "abcdef", [2, 4], { from: 2, to: 4, touched: false }],
    ["moves with lines put in above", "abcdef", "12abcdef", [2, 4], { from: 4, to: 6, touched: false }],
    ["moves with lines taken out above", "abcdef", "bcdef", [2, 4], { from: 1, to: 3, touched: false }],
    ["is not touched by a change right above", "abcdef", "a1cdef", [2, 4], { from: 2, to: 4, touched: false }],
    ["is not touched by a change right below", "abcdef", "abcd1f", [2, 4], { from: 2, to: 4, touched: false }],
    ["is touched by a change inside", "abcdef", "ab1def", [2, 4], { from: 2, to: 4, touched: true }],
    ["grows with lines put in inside", "abcdef", "abc12def", [2, 4], { from: 2, to: 6, touched: true }],
    ["is covered by a change around it", "abcdef", "a12f", [2, 4], { from: 1, to: 3, touched: true }],
    ["shrinks to nothing when it is taken out", "abcdef", "abef", [2, 4], { from: 2, to: 2, touched: true }],
    ["of no lines is touched by what is put in there", "abcdef", "ab1cdef", [2, 2], { from: 2, to: 3, touched: true }],
    ["of no lines moves with what is put in above", "abcdef", "1abcdef", [2, 2], { from: 3, to: 3, touched: false }],
  ];
  for (const [name, before, after, [from, to], expected] of cases) {
    it(name, () => {
      const lines = (content: string) => [...content].map((letter) => `${letter}\n`);
      assert.deepEqual(carried(diffLines(lines(before), lines(after)), from, to), expected);
    });
  }
});

describe("hunks of the next revision", () => {
  const name = (before: [string, string], after: [string, string]) => {
    const old = sidesOf(of(before[0]), of(before[1]));
    const lines = (one: Text) => (one.kind === "lines" ? one.lines : []);
    const next = placesOf(of(after[0]), of(after[1]));
    return named(next, old.hunks, diffLines(lines(of(before[0])), lines(of(after[0]))), old.hunks.length).hunks.map(
      (hunk) => hunk.id,
    );
  };
  const cases: [string, [string, string], [string, string], string[]][] = [
    ["keep their ids where nothing moved", ["abcdef", "aXcdYf"], ["abcdef", "aXcdYf"], ["h1", "h2"]],
    ["keep their ids when the reviewed text moved", ["abcdef", "aXcdYf"], ["12abcdef", "12aXcdYf"], ["h1", "h2"]],
    ["keep the id of a hunk whose new lines changed", ["abcdef", "aXcdYf"], ["abcdef", "aXcdZf"], ["h1", "h2"]],
    ["get new ids where there was none", ["abcdef", "aXcdef"], ["abcdef", "aXcdYf"], ["h1", "h2"]],
    ["give the id of the first when two became one", ["abcdef", "aXcYef"], ["abcdef", "aXZYef"], ["h1"]],
    ["never reuse an id for another place", ["abcdef", "aXcdef"], ["abcdef", "abcdYf"], ["h2"]],
  ];
  for (const [title, before, after, ids] of cases) it(title, () => assert.deepEqual(name(before, after), ids));
});

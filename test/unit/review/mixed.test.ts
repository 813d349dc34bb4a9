/** Laws 2, 4 and 9 where line ends change beside lines, and where a text is none of lines: properties of the decisions on them. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  none,
  placesOf,
  proposedNow,
  reviewedNow,
  sameText,
  staleHunks,
  taken,
  text,
  userSideOf,
  userWith,
  type Sides,
  type Text,
  type Verdict,
} from "../../../src/review/index.ts";

const seed = 9;
const sidesOf = (reviewed: Text, proposed: Text): Sides => ({
  reviewed,
  proposed,
  hunks: placesOf(reviewed, proposed).map((place, at) => ({ id: `h${at + 1}`, ...place })),
});
const shown = (one: Text) => (one.kind === "lines" ? one.lines.join("") : one.kind);
const ids = ({ hunks }: Sides) => hunks.map(({ id }) => id);
const inAll = (sides: Sides, verdict: Verdict) => new Map(ids(sides).map((id) => [id, verdict]));

const words = fc.array(fc.constantFrom("a", "b", "c", "d", ""), { maxLength: 12 });
const changes = fc.array(fc.record({ at: fc.nat(12), take: fc.nat(2), put: fc.constantFrom([], ["X"], ["X", "Y"]) }), {
  maxLength: 3,
});
function changed(lines: readonly string[], all: readonly { at: number; take: number; put: readonly string[] }[]) {
  const now = [...lines];
  for (const { at, take, put } of all) now.splice(at % (now.length + 1), take, ...put);
  return now;
}
const written = (lines: readonly string[], end: string, isOpen: boolean) =>
  text(lines.map((line, at) => (isOpen && line !== "" && at === lines.length - 1 ? line : line + end)).join(""));
const ends = fc.constantFrom(["\r\n", "\n"], ["\n", "\r\n"], ["\r", "\n"], ["\n", "\r"]) as fc.Arbitrary<
  [before: string, after: string]
>;

describe("line ends that change together with lines", () => {
  it("come byte for byte with all hunks, and not at all with none; each hunk is put in or left out by itself", () => {
    fc.assert(
      fc.property(words, changes, ends, fc.boolean(), fc.nat(), (lines, edits, [before, after], isOpen, mask) => {
        const [reviewed, proposed] = [written(lines, before, isOpen), written(changed(lines, edits), after, isOpen)];
        const sides = sidesOf(reviewed, proposed);
        const whole = reviewedNow(sides, inAll(sides, "accepted"));
        assert.deepEqual([shown(whole), shown(reviewedNow(sides, new Map()))], [shown(proposed), shown(reviewed)]);
        assert.equal(shown(proposedNow(sides, inAll(sides, "rejected"))), shown(reviewed));
        // What is accepted and what is not rejected are the same hunks.
        const some = ids(sides).filter((_, at) => (mask >> (at % 16)) % 2 === 1);
        const yes = new Map(some.map((id) => [id, "accepted" as const]));
        const no = new Map(ids(sides).flatMap((id) => (some.includes(id) ? [] : [[id, "rejected" as const] as const])));
        assert.equal(shown(reviewedNow(sides, yes)), shown(proposedNow(sides, no)));
        const side = userSideOf(sides, new Map(), reviewed);
        const composed = userWith(sides, side, new Set(some));
        assert.deepEqual(composed, { kind: "text", text: reviewedNow(sides, yes) });
      }),
      { seed, numRuns: 500 },
    );
  });

  it("are one change where the lines are the person's: converted, what they typed stays, and undone it is what it was", () => {
    fc.assert(
      fc.property(words, changes, ends, fc.boolean(), (lines, edits, [before, after], isOpen) => {
        const [reviewed, proposed] = [written(lines, before, isOpen), written(lines, after, isOpen)];
        fc.pre(!sameText(reviewed, proposed));
        const sides = sidesOf(reviewed, proposed);
        assert.deepEqual(
          sides.hunks.map(({ whole }) => whole),
          ["ends"],
        );
        const user = written(changed(lines, edits), before, false);
        const side = userSideOf(sides, new Map(), user);
        assert.deepEqual([...staleHunks(sides, side, new Map())], []);
        const composed = userWith(sides, side, new Set(["h1"]));
        assert.equal(composed.kind, "text");
        const now = composed.kind === "text" ? composed.text : none;
        assert.equal(shown(now), shown(written(changed(lines, edits), after, false)));
        const back = userWith(sides, userSideOf(sides, inAll(sides, "accepted"), now), new Set());
        assert.deepEqual(back, { kind: "text", text: user });
      }),
      { seed, numRuns: 500 },
    );
  });
});

describe("a text that is none of lines, as what was reviewed", () => {
  const bytes = (id: string): Text => ({ kind: "opaque", id });
  const old = bytes("old");
  // What the person has, and what an accept makes of it; null where it does not fit.
  const cases: [what: string, proposed: Text, user: Text, accepted: Text | null][] = [
    ["is replaced by other bytes", bytes("new"), old, bytes("new")],
    ["is replaced by lines", text("a\n"), old, text("a\n")],
    ["goes", none, old, none],
    ["is gone already by the person's hand", none, none, none],
    ["is the new one already", bytes("new"), bytes("new"), bytes("new")],
    ["is the new lines already", text("a\n"), text("a\n"), text("a\n")],
    ["is not replaced over other bytes of theirs", bytes("new"), bytes("mine"), null],
    ["is not replaced over lines of theirs", bytes("new"), text("mine\n"), null],
    ["is not replaced by lines over lines of theirs", text("a\n"), text("mine\n"), null],
    ["does not come back where they deleted it", bytes("new"), none, null],
    ["does not go where they changed it", none, bytes("mine"), null],
  ];
  for (const [what, proposed, user, accepted] of cases)
    it(what, () => {
      const sides = sidesOf(old, proposed);
      const side = userSideOf(sides, new Map(), user);
      const composed = userWith(sides, side, new Set(["h1"]));
      assert.deepEqual(composed.kind === "text" ? composed.text : null, accepted);
      assert.deepEqual([...staleHunks(sides, side, new Map()).keys()], accepted === null ? ["h1"] : []);
      assert.deepEqual(userWith(sides, side, new Set()), { kind: "text", text: user });
      assert.deepEqual(taken(sides, side, new Map(), "h1"), { user: proposed, hunks: ["h1"] });
      // Taken back from what the accept made, it is what was reviewed.
      const after = userSideOf(sides, inAll(sides, "accepted"), proposed);
      assert.deepEqual(userWith(sides, after, new Set()), { kind: "text", text: old });
    });
});

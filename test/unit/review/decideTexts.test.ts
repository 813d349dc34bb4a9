/** Laws 2, 4 and 6: the texts that a decision leaves, where they are whole, stale, there already, or an editor's. */
import assert from "node:assert/strict";
import {
  ended,
  endedWith,
  proposedNow,
  reviewedNow,
  staleHunks,
  taken,
  userSideOf,
  userWith,
  type Sides,
  type Verdict,
} from "../../../src/review/decide.ts";
import { named, placesOf } from "../../../src/review/hunks.ts";
import { none, text, type Text } from "../../../src/review/text.ts";

const of = (content: string): Text => text([...content].map((letter) => `${letter}\n`).join(""));
const back = (one: Text) => (one.kind === "lines" ? one.lines.join("").replaceAll("\n", "") : one.kind);

function sidesOf(reviewed: Text, proposed: Text): Sides {
  return { reviewed, proposed, hunks: named(placesOf(reviewed, proposed), [], [], 0).hunks };
}

const all = (sides: Sides, verdict: Verdict) => new Map(sides.hunks.map((hunk) => [hunk.id, verdict]));

describe("a decision's own texts", () => {
  const opaque: Text = { kind: "opaque", id: "1" };

  it("are the same values where nothing is accepted, or nothing rejected", () => {
    const sides = sidesOf(of("abc"), of("aXc"));
    assert.equal(reviewedNow(sides, new Map([["h1", "rejected"]])), sides.reviewed);
    assert.equal(proposedNow(sides, new Map([["h1", "accepted"]])), sides.proposed);
  });

  it("are whole where a file comes, goes or is no text", () => {
    for (const [reviewed, proposed] of [
      [none, of("ab")],
      [of("ab"), none],
      [of("ab"), opaque],
      [opaque, of("ab")],
    ] as const) {
      const sides = sidesOf(reviewed, proposed);
      assert.equal(reviewedNow(sides, all(sides, "accepted")), proposed);
      assert.equal(proposedNow(sides, all(sides, "rejected")), reviewed);
    }
  });

  it("never show a decided hunk as stale", () => {
    for (const [reviewed, proposed, user] of [
      [of("abc"), of("aXc"), of("aYc")],
      [of("abc"), none, of("aYc")],
    ] as const) {
      const sides = sidesOf(reviewed, proposed);
      const side = userSideOf(sides, new Map(), user);
      assert.equal(staleHunks(sides, side, new Map()).size, 1);
      assert.equal(staleHunks(sides, side, all(sides, "rejected")).size, 0);
    }
  });

  it("name what is in the way, with the person's own changes that stand there", () => {
    const sides = sidesOf(of("abcdef"), of("aXcdYf"));
    const side = userSideOf(sides, new Map(), of("a1cdef"));
    assert.deepEqual(userWith(sides, side, new Set(["h1", "h2"])), {
      kind: "clash",
      hunks: [{ hunk: "h1", edits: [{ from: 1, to: 2, lines: ["1\n"] }] }],
    });
    const whole = sidesOf(of("ab"), none);
    const changed = userSideOf(whole, new Map(), of("aX"));
    assert.deepEqual(userWith(whole, changed, new Set(["h1"])), {
      kind: "clash",
      hunks: [{ hunk: "h1", edits: [{ from: 1, to: 2, lines: ["X\n"] }] }],
    });
  });

  it("tell whether a part of what was to change stood so already", () => {
    const sides = sidesOf(of("abcdef"), of("aXcdYf"));
    const already = (user: Text, accepted: string[]) => {
      const made = userWith(sides, userSideOf(sides, new Map(), user), new Set(accepted));
      return made.kind === "text" && made.already;
    };
    assert.equal(already(of("aXcdef"), ["h1", "h2"]), true, "one of the two");
    assert.equal(already(of("abcdef1"), ["h1"]), false);
    assert.equal(already(of("aXcdef"), []), false, "nothing was to change");
    const whole = sidesOf(of("ab"), none);
    const gone = userWith(whole, userSideOf(whole, new Map(), none), new Set(["h1"]));
    assert.deepEqual(gone, { kind: "text", text: none, already: true });
    const there = userWith(whole, userSideOf(whole, new Map(), of("ab")), new Set(["h1"]));
    assert.deepEqual(there, { kind: "text", text: none, already: false });
  });

  it("are taken as they are accepted where they fit: what the person typed stays", () => {
    const sides = sidesOf(text("a\nb\n"), text("a\r\nb\r\n"));
    const side = userSideOf(sides, new Map(), text("a\nb\nmine\n"));
    assert.deepEqual(taken(sides, side, new Map(), "h1"), { user: text("a\r\nb\r\nmine\r\n"), hunks: ["h1"] });
  });

  it("say nothing stood so already where only the form changes", () => {
    const sides = sidesOf(text("a\nb\n"), text("a\r\nb\r\n"));
    const made = userWith(sides, userSideOf(sides, new Map(), text("a\nmine\n")), new Set(["h1"]));
    assert.deepEqual(made, { kind: "text", text: text("a\r\nmine\r\n"), already: false });
  });

  it("change nothing in an editor, where the line ends are its own", () => {
    const sides = endedWith("\n", sidesOf(text("a\nb\n"), text("a\r\nb\r\n")));
    const user = text("a\nmine\n");
    const made = userWith(sides, userSideOf(sides, new Map(), user), new Set(["h1"]));
    assert.deepEqual(made, { kind: "text", text: user, already: false });
  });

  it("are not made up where hunks of lines are told of a text that has none", () => {
    const hunks = [{ id: "h1", from: 1, to: 2, newFrom: 1, newTo: 2 }];
    for (const [reviewed, proposed] of [
      [of("abc"), opaque],
      [opaque, of("abc")],
      [of("abc"), none],
    ] as const) {
      const sides: Sides = { reviewed, proposed, hunks };
      assert.throws(() => reviewedNow(sides, new Map([["h1", "accepted"]])), /ask the agent/);
    }
    const sides: Sides = { reviewed: of("abc"), proposed: opaque, hunks };
    const side = userSideOf(sides, new Map(), of("abc"));
    assert.throws(() => userWith(sides, side, new Set(["h1"])), /ask the agent/);
  });

  it("are taken whole over whatever the person has where they do not", () => {
    const sides = sidesOf(of("ab"), none);
    const side = userSideOf(sides, new Map(), of("aXYZ"));
    assert.deepEqual(taken(sides, side, new Map(), "h1"), { user: none, hunks: ["h1"] });
  });

  it("have an editor's one kind of line end, but for what is no text", () => {
    const sides = sidesOf(text("a\nb\r\n"), text("a\rc"));
    assert.deepEqual(endedWith("\r\n", sides), {
      reviewed: text("a\r\nb\r\n"),
      proposed: text("a\r\nc"),
      hunks: sides.hunks,
    });
    assert.equal(ended("\n", none), none);
    assert.equal(ended("\n", opaque), opaque);
  });

  it("take the whole group that clashes, and what clashes with that, and no more", () => {
    const sides = sidesOf(of("abcdefghijkl"), of("aXcdYfghZjWl"));
    const side = userSideOf(sides, new Map(), of("a12345ghi6kl"));
    const group = taken(sides, side, new Map(), "h1");
    assert.deepEqual([back(group.user), group.hunks], ["aXcdYfghi6kl", ["h1", "h2"]]);
  });
});

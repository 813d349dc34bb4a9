/** Laws 2, 4 and 6: the texts that a decision leaves, where they are whole, stale, there already, or an editor's. */
import assert from "node:assert/strict";
import {
  ended,
  endedWith,
  proposedNow,
  reviewedNow,
  sideStill,
  staleHunks,
  taken,
  userSideOf,
  userWith,
  type Sides,
  type Verdict,
  type Verdicts,
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

  it("stay told apart as they were while nobody types, whatever is decided", () => {
    const sides = sidesOf(of("abcdef"), of("aXcdYf"));
    const side = userSideOf(sides, new Map(), of("aXcdef"));
    assert.equal(sideStill(sides, side, new Set(["h1"]), of("aXcdef")), side, "h1 is there by their own hand");
    assert.equal(sideStill(sides, side, new Set(["h2"]), of("aXcdYf")), side);
    assert.equal(sideStill(sides, side, new Set(["h2"]), of("aXcdYfM")), null, "they have typed");
    assert.equal(sideStill(sides, userSideOf(sides, new Map(), of("a1cdef")), new Set(["h1"]), of("aXcdef")), null);
  });

  it("count what the person took out as taken out by the undo that finds it so, and put it in when it is accepted again", () => {
    const sides = sidesOf(of("abcdefgh"), of("aXYcdeZgh"));
    const both: Verdicts = new Map([
      ["h1", "accepted"],
      ["h2", "accepted"],
    ]);
    const user = of("abcMeZg");
    const side = userSideOf(sides, both, user);
    const still = sideStill(sides, side, new Set(["h2"]), user)!;
    assert.deepEqual([back(still.base), [...still.accepted]], ["abcdeZgh", ["h2"]]);
    assert.deepEqual(still.edits, userSideOf(sides, new Map([["h2", "accepted"]]), user).edits);
    assert.deepEqual(userWith(sides, still, new Set(["h1", "h2"])), { kind: "text", text: of("aXYcMeZg") });
    assert.equal(sideStill(sides, side, new Set(["h1"]), of("abcMefg")), side, "h2 was there to be taken out");
    const whole = sidesOf(of("ab"), none);
    const there = userSideOf(whole, new Map([["h1", "accepted"]]), of("ab"));
    assert.equal(sideStill(whole, there, new Set(), of("ab")), null, "a whole is told anew");
    assert.deepEqual(sideStill(whole, there, new Set(["h1"]), of("ab")), there);
    const gone = userSideOf(whole, new Map([["h1", "accepted"]]), none);
    assert.deepEqual(sideStill(whole, gone, new Set(), of("ab")), gone, "the decision brought it back");
  });

  it("count all that the person took out as taken out by the undo that finds it so", () => {
    const sides = sidesOf(of("abcdefgh"), of("aXYcdeZgh"));
    const user = of("abcMdefg");
    const side = userSideOf(sides, new Map([...sides.hunks].map(({ id }) => [id, "accepted"])), user);
    assert.deepEqual(sideStill(sides, side, new Set(), user), userSideOf(sides, new Map(), user));
  });

  it("are told anew where the person took out another form of all lines", () => {
    const sides = sidesOf(text("a\nb\n"), text("a\r\nb\r\n"));
    const side = userSideOf(sides, new Map([["h1", "accepted"]]), text("a\nb\n"));
    assert.equal(sideStill(sides, side, new Set(), text("a\nb\n")), null);
  });

  it("are taken as they are accepted where they fit: what the person typed stays", () => {
    const sides = sidesOf(text("a\nb\n"), text("a\r\nb\r\n"));
    const side = userSideOf(sides, new Map(), text("a\nb\nmine\n"));
    assert.deepEqual(taken(sides, side, new Map(), "h1"), { user: text("a\r\nb\r\nmine\r\n"), hunks: ["h1"] });
  });

  it("are converted where only the form changes", () => {
    const sides = sidesOf(text("a\nb\n"), text("a\r\nb\r\n"));
    const made = userWith(sides, userSideOf(sides, new Map(), text("a\nmine\n")), new Set(["h1"]));
    assert.deepEqual(made, { kind: "text", text: text("a\r\nmine\r\n") });
  });

  it("change nothing in an editor, where the line ends are its own", () => {
    const sides = endedWith("\n", sidesOf(text("a\nb\n"), text("a\r\nb\r\n")));
    const user = text("a\nmine\n");
    const made = userWith(sides, userSideOf(sides, new Map(), user), new Set(["h1"]));
    assert.deepEqual(made, { kind: "text", text: user });
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

/** Changes of how a text is written down, apart from what it says. */
import assert from "node:assert/strict";
import { converted, formChange, merge, placesOf, text, userSideOf, userWith } from "../../../src/review/index.ts";

const bom = "\xef\xbb\xbf";
const shown = (value: ReturnType<typeof merge>["text"] | null) =>
  value?.kind === "lines" ? value.lines.join("") : value;

describe("two texts that say the same", () => {
  const table: [what: string, before: string, after: string, form: object][] = [
    ["CRLF → LF", "a\r\nb\r\n", "a\nb\n", { kind: "ends", from: "\r\n", to: "\n", lines: 2 }],
    ["LF → CRLF, no last end", "a\nb\nc", "a\r\nb\r\nc", { kind: "ends", from: "\n", to: "\r\n", lines: 2 }],
    ["CR → LF", "a\rb\r", "a\nb\n", { kind: "ends", from: "\r", to: "\n", lines: 2 }],
    ["mixed → LF", "a\r\nb\n", "a\nb\n", { kind: "ends", from: null, to: "\n", lines: 1 }],
    ["LF → mixed", "a\nb\n", "a\r\nb\n", { kind: "ends", from: "\n", to: null, lines: 1 }],
    ["a mark comes", "a\nb\n", `${bom}a\nb\n`, { kind: "mark", has: true }],
    ["a mark goes", `${bom}a\nb\n`, "a\nb\n", { kind: "mark", has: false }],
    ["Latin-1 → UTF-8", "caf\xe9\nx\n", "caf\xc3\xa9\nx\n", { kind: "encoding", utf8: true }],
    ["UTF-8 → Latin-1", "caf\xc3\xa9\nx\n", "caf\xe9\nx\n", { kind: "encoding", utf8: false }],
  ];
  for (const [what, before, after, form] of table) {
    it(`are one change: ${what}`, () => {
      const [from, to] = [text(before), text(after)];
      assert.deepEqual(formChange(from, to), form);
      assert.deepEqual(
        placesOf(from, to).map(({ whole }) => whole),
        [(form as { kind: string }).kind],
      );
      const change = formChange(from, to)!;
      const written = converted(change, from);
      if (written) assert.equal(shown(written), after);
    });
  }

  for (const [what, before, after] of [
    ["nothing differs", "a\n", "a\n"],
    ["a final line end comes", "a\nb", "a\nb\n"],
    ["a final line end goes", "a\r\n", "a"],
    ["a line is another", "a\r\nb\r\n", "a\nc\n"],
    ["there are more lines", "a\r\n", "a\nb\n"],
    ["a mark comes with another line", "a\nb\n", `${bom}a\nc\n`],
    ["other bytes that are no UTF-8", "caf\xe9\n", "caf\xe8\n"],
    ["one line to UTF-8, one from it", "\xe9\n\xc3\xa9\n", "\xc3\xa9\n\xe9\n"],
  ] as const) {
    it(`are no change of form where ${what}`, () => assert.equal(formChange(text(before), text(after)), null));
  }
});

describe("a change of form beside typing", () => {
  const reviewed = text("a\r\nb\r\nc\r\n");
  const proposed = text("a\nb\nc\n");
  const sides = { reviewed, proposed, hunks: placesOf(reviewed, proposed).map((one) => ({ id: "h1", ...one })) };

  it("is brought into what was typed, and taken back out of it", () => {
    const typed = text("a\r\nmine\r\nb\r\nc\r\n");
    const side = userSideOf(sides, new Map(), typed);
    const accepted = userWith(sides, side, new Set(["h1"]));
    assert.ok(accepted.kind === "text");
    assert.equal(shown(accepted.text), "a\nmine\nb\nc\n");
    const after = userSideOf(sides, new Map([["h1", "accepted"]]), accepted.text);
    const back = userWith(sides, after, new Set());
    assert.ok(back.kind === "text");
    assert.equal(shown(back.text), shown(typed));
  });

  it("is merged with the other side's lines, whichever side it is on", () => {
    const lines = text("a\r\nB\r\nc\r\n");
    for (const [ours, theirs] of [
      [proposed, lines],
      [lines, proposed],
    ] as const) {
      const merged = merge(reviewed, ours, theirs, "ours");
      assert.deepEqual([shown(merged.text), merged.clashes, merged.whole], ["a\nB\nc\n", [], false]);
    }
  });

  it("to mixed ends fits only a text that nobody typed in", () => {
    const mixed = text("a\nb\r\nc\r\n");
    const hunks = placesOf(reviewed, mixed).map((one) => ({ id: "h1", ...one }));
    const side = userSideOf({ ...sides, proposed: mixed, hunks }, new Map(), text("mine\r\n"));
    assert.equal(userWith({ ...sides, proposed: mixed, hunks }, side, new Set(["h1"])).kind, "clash");
  });
});

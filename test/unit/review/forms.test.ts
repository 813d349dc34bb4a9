/** Changes of how a text is written down, apart from what it says. */
import assert from "node:assert/strict";
import {
  converted,
  formChange,
  merge,
  none,
  placesOf,
  text,
  userSideOf,
  userWith,
  type Text,
} from "../../../src/review/index.ts";

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
    ["CR → CRLF", "a\rb\r", "a\r\nb\r\n", { kind: "ends", from: "\r", to: "\r\n", lines: 2 }],
    ["mixed → mixed", "a\r\nb\nc\n", "a\nb\r\nc\n", { kind: "ends", from: null, to: null, lines: 2 }],
    ["one line of several", "a\nb\nc\n", "a\nb\r\nc\n", { kind: "ends", from: "\n", to: null, lines: 1 }],
    ["a mark comes to one line", "a", `${bom}a`, { kind: "mark", has: true }],
    ["a mark comes", "a\nb\n", `${bom}a\nb\n`, { kind: "mark", has: true }],
    ["a mark goes", `${bom}a\nb\n`, "a\nb\n", { kind: "mark", has: false }],
    ["Latin-1 → UTF-8", "caf\xe9\nx\n", "caf\xc3\xa9\nx\n", { kind: "encoding", utf8: true }],
    ["Latin-1 → UTF-8 in two lines", "\xe9\nx\n\xe8\n", "\xc3\xa9\nx\n\xc3\xa8\n", { kind: "encoding", utf8: true }],
    ["UTF-8 → Latin-1 in two lines", "\xc3\xa9\nx\n\xc3\xa8\n", "\xe9\nx\n\xe8\n", { kind: "encoding", utf8: false }],
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
    ["a mark goes with another line", `${bom}a\nb\n`, "a\nc\n"],
    ["a mark goes from another first line", `${bom}a\n`, "b\n"],
    ["a mark comes to another first line", "a\n", `${bom}b\n`],
    ["a mark comes behind the start", "a\nb\n", `a\n${bom}b\n`],
    ["a second mark comes", `${bom}a\n`, `${bom}${bom}a\n`],
    ["there is nothing", "", ""],
    ["nothing differs", "\xe9\n", "\xe9\n"],
    ["bytes that are no UTF-8 come to be the sign for such", "\xe9\n", "\ufffd\n"],
    ["characters that are no bytes", "\u01c3\u01a9\n", "\xe9\n"],
    ["a mark comes with another encoding", "caf\xe9\n", `${bom}caf\xc3\xa9\n`],
    ["both have a mark", `${bom}a\n`, `${bom}b\n`],
    ["a line end comes to a last line that had none", "a\r\nb", "a\nb\n"],
    ["an end is taken for another's", "a\rb\n", "a\nb\nc"],
    ["one line to UTF-8, another to others", "\xe9\na\n", "\xc3\xa9\nb\n"],
    ["other bytes that are no UTF-8", "caf\xe9\n", "caf\xe8\n"],
    ["one line to UTF-8, one from it", "\xe9\n\xc3\xa9\n", "\xc3\xa9\n\xe9\n"],
  ] as const) {
    it(`are no change of form where ${what}`, () => assert.equal(formChange(text(before), text(after)), null));
  }
});

describe("a text is brought into another form", () => {
  const toLf = { kind: "ends", from: "\r\n", to: "\n", lines: 1 } as const;
  const table: [what: string, form: Parameters<typeof converted>[0], from: Text, result: string | null][] = [
    ["its ends, but for one that is missing", toLf, text("a\r\nb\rc\nd"), "a\nb\nc\nd"],
    ["not to mixed ends", { ...toLf, to: null }, text("a\n"), null],
    ["a mark", { kind: "mark", has: true }, text("a\nb\n"), `${bom}a\nb\n`],
    ["a mark, of nothing", { kind: "mark", has: true }, text(""), bom],
    ["a mark that is there", { kind: "mark", has: true }, text(`${bom}a\n`), `${bom}a\n`],
    ["no mark", { kind: "mark", has: false }, text(`${bom}a\nb\n`), "a\nb\n"],
    ["no mark where there is none", { kind: "mark", has: false }, text("a\n"), "a\n"],
    ["not another encoding", { kind: "encoding", utf8: true }, text("a\n"), null],
    ["not what is no text", toLf, none, null],
    ["not what is no lines", { kind: "mark", has: true }, { kind: "opaque", id: "1" }, null],
  ];
  for (const [what, form, from, result] of table) it(what, () => assert.equal(shown(converted(form, from)), result));

  it("is none of what is no lines, on either side", () => {
    assert.equal(formChange(none, text("a\n")), null);
    assert.equal(formChange(text("a\n"), { kind: "opaque", id: "1" }), null);
    assert.equal(formChange(none, none), null);
  });

  it("has one end of lines only where all have it", () => {
    const ends = (before: string, after: string) => {
      const form = formChange(text(before), text(after));
      return form?.kind === "ends" ? [form.from, form.to] : null;
    };
    assert.deepEqual(ends("a\r\nb\r\nc", "a\nb\nc"), ["\r\n", "\n"]);
    assert.deepEqual(ends("a\r\nb\rc", "a\nb\rc"), [null, null]);
  });
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

  it("are no encoding where both texts read as UTF-8: then what they say differs", () => {
    const bytes = (text: string): Text => ({ kind: "lines", lines: [Buffer.from(text, "utf8").toString("latin1")] });
    assert.equal(formChange(bytes("Ã©\n"), bytes("é\n")), null);
    assert.deepEqual(formChange({ kind: "lines", lines: ["\xe9\n"] }, bytes("é\n")), { kind: "encoding", utf8: true });
  });
});

/** Law 9: a line is its text and its own terminator. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  bareLine,
  isOpaque,
  isTooLong,
  linesOf,
  mostBytes,
  mostLines,
  none,
  sameLines,
  sameText,
  terminatorOf,
  text,
  withTerminator,
  type Text,
} from "../../../src/review/text.ts";

describe("lines", () => {
  const cases: [string, string[]][] = [
    ["", []],
    ["a", ["a"]],
    ["a\n", ["a\n"]],
    ["\n\n", ["\n", "\n"]],
    ["a\r\nb\rc\nd", ["a\r\n", "b\r", "c\n", "d"]],
    ["a\r\r\n", ["a\r", "\r\n"]],
    ["a\n\rb", ["a\n", "\r", "b"]],
    ["\r", ["\r"]],
  ];
  for (const [content, lines] of cases)
    it(`of ${JSON.stringify(content)} are ${JSON.stringify(lines)}`, () => {
      assert.deepEqual(linesOf(content), lines);
      assert.deepEqual(text(content), { kind: "lines", lines });
    });

  it("give the text back, and only the last may be open", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "\r", "\n", "\r\n", "😀", "\u2028")), (pieces) => {
        const lines = linesOf(pieces.join(""));
        assert.equal(lines.join(""), pieces.join(""));
        for (const line of lines.slice(0, -1)) assert.notEqual(terminatorOf(line), "");
        for (const line of lines) assert.ok(!/[\r\n]/.test(bareLine(line)), "a line has no end but its own");
      }),
    );
  });

  const ends: [string, string, string][] = [
    ["a\n", "\n", "a"],
    ["a\r\n", "\r\n", "a"],
    ["a\r", "\r", "a"],
    ["a", "", "a"],
    ["\r\na", "", "\r\na"],
    ["\na", "", "\na"],
    ["\ra", "", "\ra"],
    ["", "", ""],
  ];
  for (const [line, end, rest] of ends)
    it(`${JSON.stringify(line)} ends in ${JSON.stringify(end)} behind ${JSON.stringify(rest)}`, () => {
      assert.deepEqual([terminatorOf(line), bareLine(line)], [end, rest]);
    });

  it("get one end all of them, but for one that is open", () => {
    const lines = ["a\n", "b\r\n", "c\r", "", "d"];
    assert.deepEqual(withTerminator(lines, "\n"), ["a\n", "b\n", "c\n", "", "d"]);
    assert.deepEqual(withTerminator(lines, "\r\n"), ["a\r\n", "b\r\n", "c\r\n", "", "d"]);
  });

  it("are the same where each one is", () => {
    const cases: [string[], string[], boolean][] = [
      [[], [], true],
      [["a"], ["a"], true],
      [["a"], ["b"], false],
      [["a"], [], false],
      [[], ["a"], false],
      [["a", "b"], ["a", "c"], false],
      [["b", "a"], ["c", "a"], false],
    ];
    for (const [a, b, same] of cases) assert.equal(sameLines(a, b), same);
  });
});

describe("what is decided as a whole", () => {
  const bytes = (count: number, piece: string, end = "") => Buffer.from(piece.repeat(count) + end);
  const cases: [string, Uint8Array, boolean][] = [
    ["nothing at all", Buffer.from(""), false],
    ["a short text", Buffer.from("a\nb"), false],
    ["bytes with a NUL", Buffer.from("a\0b"), true],
    ["as many lines as are compared", bytes(mostLines, "a\n"), false],
    ["one line more", bytes(mostLines + 1, "a\n"), true],
    ["one open line more", bytes(mostLines, "a\n", "b"), true],
    ["as many, the last one open", bytes(mostLines - 1, "a\n", "b"), false],
    ["as many that end in CR", bytes(mostLines, "a\r"), false],
    ["one more that ends in CR", bytes(mostLines + 1, "a\r"), true],
    ["one open line behind as many that end in CR", bytes(mostLines, "a\r", "b"), true],
    ["as many that end in CRLF", bytes(mostLines, "a\r\n"), false],
    ["one more that ends in CRLF", bytes(mostLines + 1, "a\r\n"), true],
    ["as many that are empty", bytes(mostLines, "\n"), false],
    ["more that are empty", bytes(mostLines + 1, "\n"), true],
    ["more that are empty and end in CR", bytes(mostLines + 1, "\r"), true],
    ["half of them LF, half CR, and one more", bytes(mostLines / 2, "-\n-\r", "b"), true],
    ["half of them LF, half CR", bytes(mostLines / 2, "-\n-\r"), false],
    ["as many bytes as are compared", new Uint8Array(mostBytes).fill(97), false],
    ["one byte more", new Uint8Array(mostBytes + 1).fill(97), true],
  ];
  for (const [name, content, whole] of cases)
    it(`is ${whole ? "" : "not "}${name}`, () => {
      assert.equal(isOpaque(content), whole);
      if (content.length < mostBytes && !content.includes(0))
        assert.equal(isTooLong(text(Buffer.from(content).toString("latin1"))), whole);
    });

  it("is at most 64 MB and 200,000 lines of text, and nothing that is none", () => {
    assert.deepEqual([mostBytes, mostLines], [67_108_864, 200_000]);
    const half = "a".repeat(mostBytes / 2);
    assert.equal(isTooLong({ kind: "lines", lines: [half, half] }), false);
    assert.equal(isTooLong({ kind: "lines", lines: [half, half, "a"] }), true);
    assert.equal(isTooLong(none), false);
    assert.equal(isTooLong({ kind: "opaque", id: "1" }), false);
  });
});

describe("two texts are the same", () => {
  const opaque = (id: string): Text => ({ kind: "opaque", id });
  const all = [none, text(""), text("a"), text("a\n"), opaque("1"), opaque("2")];
  for (const [at, one] of all.entries())
    for (const [other, two] of all.entries())
      it(`${at === other ? "where" : "not where"} one is ${JSON.stringify(one)} and the other ${JSON.stringify(two)}`, () => {
        assert.equal(sameText(one, structuredClone(two)), at === other);
      });
});

/** Two texts as UTF-8, at the borders of pieces and of the room for them, and with no more work than is needed. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { bothEncoded, encodedAt, isOfOnes, newPieces, room } from "../../../src/review/linesEncoded.ts";
import { withCallsTold } from "./calls.ts";

const utf8 = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");

/** What is encoded of a text, and how often one is looked through for halves, while this runs. */
function workOf(run: () => void): { encoded: number; looked: number } {
  const work = { encoded: 0, looked: 0 };
  const looked = () => withCallsTold(String.prototype, "isWellFormed", () => work.looked++, run);
  withCallsTold(TextEncoder.prototype, "encodeInto", (text) => (work.encoded += String(text).length), looked);
  return work;
}

/** Words that repeat only after many thousand characters, so that a piece of them stands in one place. */
const words = (length: number) => {
  let text = "";
  for (let at = 0; text.length < length; at++) text += `${at.toString(36)} `;
  return text.slice(0, length);
};

describe("two texts as UTF-8, in pieces", () => {
  it("are there byte for byte, whatever they are and wherever the second was changed", () => {
    const part = fc.constantFrom(
      "x".repeat(4_095),
      words(700),
      "é",
      "😀",
      "語".repeat(40),
      "line\n",
      "\ufffd",
      "ab😀".repeat(900),
      "😀".repeat(2_048),
    );
    const parts = fc.array(part, { minLength: 1, maxLength: 9, size: "max" });
    const edit = fc.tuple(fc.nat(20_000), fc.constantFrom(0, 1, 30, 900, 5_000), part);
    fc.assert(
      fc.property(parts, fc.array(edit, { maxLength: 3 }), (all, edits) => {
        const before = [...all.join("")];
        let after = before;
        for (const [at, count, put] of edits) after = after.toSpliced(at % (after.length + 1), count, put);
        const [one, other] = [before.join(""), after.join("")];
        const both = bothEncoded(one, other)!;
        assert.equal(utf8(both.bytes.subarray(0, both.middle)), one);
        assert.equal(utf8(both.bytes.subarray(both.middle, both.end)), other);
        assert.ok(both.bytes.length >= both.end + room);
      }),
      { numRuns: 200 },
    );
  });

  it("are copied from any character of the first on, also behind pieces with others", () => {
    for (const unit of [
      "é",
      "語",
      "😀",
      "a語",
      "aé😀",
      "\u07ff\u0800",
      "\u0800\u0fff\u0801",
      "\uffff\u{10000}",
      "\x7f\x80",
    ]) {
      const before = `é${words(9_000).replaceAll(" ", unit)}${unit.repeat(3_000)}${words(6_000)}`;
      for (let drop = 0; drop < 12; drop++) {
        const after = [...before].toSpliced(40, drop * 37).join("");
        const both = bothEncoded(before, after)!;
        assert.equal(utf8(both.bytes.subarray(both.middle, both.end)), after);
      }
    }
  });

  it("are copied from a place that lies behind pieces that were cut late", () => {
    const before = `${"x".repeat(4_095)}😀${words(4_095)}😀${words(9_000)}`;
    const after = before.replace("😀", "ab");
    const both = bothEncoded(before, after)!;
    assert.equal(utf8(both.bytes.subarray(both.middle, both.end)), after);
  });

  it("are none where half a character is all that is left at the end of a piece", () => {
    for (const length of [4_095, 4_096, 8_191]) assert.equal(bothEncoded(`${"x".repeat(length)}\ud83d`, "x"), null);
  });

  // How many bytes are taken for 1,600 characters: little more than one each, or what they can need.
  const [little, all] = [1_600 + 100 + 64 + room, 4_800 + room];
  const wide = (count: number, length: number) => "é".repeat(count) + "x".repeat(length - count);
  for (const [what, before, after, size] of [
    ["one-byte characters", wide(0, 1_000), wide(0, 600), little],
    ["as many others as there is room for", wide(0, 1_000), wide(164, 600), little],
    ["as many others as there is room for, in the first", wide(164, 1_000), wide(0, 600), little],
    ["as many others as there is room for, copied", wide(82, 800), wide(82, 800), little],
    ["one other more", wide(0, 1_000), wide(165, 600), all],
    ["one other more, in the first", wide(165, 1_000), wide(0, 600), all],
    ["one other more, copied", wide(83, 800), wide(82, 799) + "é", all],
    ["one other more, copied as it is", wide(83, 800), wide(83, 800), all],
    ["too many others in the first, beside next to nothing", "é".repeat(1_599), "a", all],
    ["as wide ones as there can be", "語".repeat(800), "本".repeat(800), all],
  ] as const)
    it(`take room for ${what}`, () => {
      const both = bothEncoded(before, after)!;
      assert.equal(both.bytes.length, size);
      assert.equal(utf8(both.bytes.subarray(0, both.middle)), before);
      assert.equal(utf8(both.bytes.subarray(both.middle, both.end)), after);
    });

  it("are encoded once where every character of the first is one byte", () => {
    const text = words(40_000);
    assert.equal(workOf(() => bothEncoded(text, `${text}é`)).encoded, 80_001);
  });

  const before = `é${words(40_000)}`;
  const piece = 4_096;
  for (const [what, after, pieces] of [
    ["that are the same", before, 0],
    ["with something put in", before.slice(0, 9_000) + "!".repeat(1_024) + before.slice(9_000), 1],
    ["with more put in than is searched for", before.slice(0, 9_000) + "!".repeat(1_025) + before.slice(9_000), 9],
    ["with something taken out", before.slice(0, 9_000) + before.slice(9_992), 1],
    ["with more taken out than is searched for", before.slice(0, 9_000) + before.slice(9_993), 8],
    ["with something put in at the top", `!${before}`, 1],
    ["with two changes far from each other", before.slice(1, 20_000) + "!" + before.slice(20_000), 2],
    ["with a change at the end of a piece", before.slice(0, 4_090) + "!" + before.slice(4_090), 2],
    ["that end sooner", before.slice(0, 10 * piece - 1_500), 0],
  ] as const)
    it(`are encoded anew where they differ, and copied otherwise: texts ${what}`, () => {
      const { encoded } = workOf(() => {
        const both = bothEncoded(before, after)!;
        assert.equal(utf8(both.bytes.subarray(both.middle, both.end)), after);
      });
      assert.equal(Math.ceil((encoded - before.length) / piece), pieces);
    });

  for (const [what, one, other, looked] of [
    ["plain ones", "abc", "abd", 0],
    ["others", "é語😀", "é語😀ﾡ\u{1effd}\uff3d\ufbbd", 0],
    ["what only begins as the mark", "\ufffc", "\uffbd\uffbf", 0],
    ["the mark in the first", "a\ufffdb", "ab", 2],
    ["the mark in the second", "ab", "ab語\ufffd", 2],
    ["the mark behind one-byte characters in text that is not copied", "é", "ab\ufffd", 2],
  ] as const)
    it(`are looked through for halves of characters only where the mark for one stands: ${what}`, () => {
      const work = workOf(() => assert.notEqual(bothEncoded(one, other), null));
      assert.equal(work.looked, looked);
    });
});

describe("a text in pieces", () => {
  const pieces: [what: string, text: string, units: number[]][] = [
    ["nothing", "", [0]],
    ["one piece", "é".repeat(4_096), [0, 4_096]],
    ["two pieces", "é".repeat(4_097), [0, 4_096, 4_097]],
    ["a character across the end of a piece", `${"x".repeat(4_095)}😀é`, [0, 4_097, 4_098]],
    ["a character right behind a piece", `${"x".repeat(4_096)}😀`, [0, 4_096, 4_098]],
    ["a character across every end", `x${"😀".repeat(2_048)}${"😀".repeat(2_047)}x😀z`, [0, 4_097, 8_194, 8_195]],
    ["a character at the very end", `${"x".repeat(4_094)}😀`, [0, 4_096]],
  ];
  for (const [what, text, units] of pieces)
    it(`is told where they begin, in code units and in bytes: ${what}`, () => {
      const bytes = new Uint8Array(5 + 3 * text.length);
      const found = newPieces();
      const end = encodedAt(text, bytes, 5, found);
      assert.equal(end, 5 + Buffer.byteLength(text));
      assert.equal(utf8(bytes.subarray(5, end)), text);
      assert.deepEqual(found.units, units);
      assert.deepEqual(
        found.bytes,
        units.map((unit) => 5 + Buffer.byteLength(text.slice(0, unit))),
      );
    });

  it("is told which of them are of one-byte characters alone", () => {
    const text = `${"x".repeat(4_096)}${"y".repeat(4_095)}é${"z".repeat(9)}`;
    const found = newPieces();
    encodedAt(text, new Uint8Array(20_000), 0, found);
    assert.deepEqual(
      [0, 1, 2].map((index) => isOfOnes(found, index)),
      [true, false, true],
    );
  });

  it("is none where there is no room for all of it", () => {
    const bytes = new Uint8Array(5_000);
    assert.equal(encodedAt("x".repeat(5_000), bytes, 0, newPieces()), 5_000);
    assert.equal(encodedAt("x".repeat(5_000), bytes, 1, newPieces()), -1);
    assert.equal(encodedAt(`${"x".repeat(4_999)}é`, bytes, 0, newPieces()), -1);
  });

  it("holds the mark or does not", () => {
    for (const [text, replaced] of [
      ["é", false],
      ["\ufffd", true],
      [`${"語".repeat(5_000)}\ufffd`, true],
      [`\ufffd${"語".repeat(5_000)}`, true],
      ["ａ\ufffd", true],
      ["\uffbd\ufbfdﾡ", false],
    ] as const) {
      const found = newPieces();
      assert.equal(found.replaced, false);
      encodedAt(text, new Uint8Array(20_000), 0, found);
      assert.equal(found.replaced, replaced, text.slice(0, 3));
    }
  });
});

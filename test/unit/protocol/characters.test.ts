/** Characters that hide: each is spelled out, what is seen stays, and what was spelled out reads back to the same text. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { firstSpelling, hidingSource, spelledOut, unspelled } from "../../../src/protocol/characters.ts";

const hidden: [string, number[]][] = [
  ["bidirectional controls", [0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2069]],
  ["zero-width characters", [0x200b, 0x200c, 0x200d, 0x2060, 0xfeff]],
  ["invisible operators and the soft hyphen", [0xad, 0x2061, 0x2062, 0x2063, 0x2064]],
  ["the tag block", [0xe0001, 0xe0020, 0xe0041, 0xe007f]],
  ["variation selectors", [0xfe00, 0xfe0e, 0xfe0f, 0x180b, 0xe0100, 0xe01ef]],
  ["Hangul fillers", [0x115f, 0x1160, 0x3164, 0xffa0]],
  ["unusual spaces", [0xa0, 0x1680, 0x2000, 0x2003, 0x200a, 0x202f, 0x205f, 0x3000, 0x2800]],
  ["separators of lines and paragraphs", [0x2028, 0x2029, 0x85]],
  ["other characters that are drawn as nothing", [0x034f, 0x17b4, 0x17b5, 0x180e, 0x1d173, 0xfff9, 0xfffc]],
  ["control characters but line ends and tabs", [0x00, 0x07, 0x08, 0x0b, 0x0c, 0x1b, 0x7f, 0x9b]],
  ["private characters", [0xe000, 0xf8ff, 0x10fffd]],
];

const seen: [string, string][] = [
  ["plain text, line ends and tabs", "const a = 1;\t// x\r\n\n"],
  ["letters and marks of any script", "niño λ привет नमस्ते עברית 漢字 한국어"],
  ["emoji, their parts and presentation", "👨‍👩‍👧 ❤️ 1️⃣ 👍🏽 ©️"],
  ["an escape of a programming language", String.raw`"\u200b" '\u{202e}' &#8203;`],
  ["brackets that stand for nothing", "⟦a⟧ ⟦U+⟧ ⟦U+20⟧ ⟦U+200b⟧ ⟦u+200B⟧"],
];

describe("characters that hide", () => {
  for (const [name, codes] of hidden)
    it(`are spelled out: ${name}`, () => {
      for (const code of codes) {
        const digits = code.toString(16).toUpperCase().padStart(4, "0");
        const text = `a${String.fromCodePoint(code)}b`;
        assert.equal(spelledOut(text), `a⟦U+${digits}⟧b`);
        assert.equal(unspelled(spelledOut(text)), text);
      }
    });

  for (const [name, text] of seen) it(`are not found in ${name}`, () => assert.equal(spelledOut(text), text));

  it("are spelled out where they are no part of an emoji", () => {
    assert.equal(spelledOut("a\ufe0f ❤\ufe0f\ufe0f 👍\u200d"), "a⟦U+FE0F⟧ ❤\ufe0f⟦U+FE0F⟧ 👍⟦U+200D⟧");
  });

  it("are told apart from a text that looks like their spelling", () => {
    assert.equal(spelledOut("⟦U+200B⟧"), "⟦U+27E6⟧U+200B⟧");
    assert.equal(unspelled("⟦U+27E6⟧U+200B⟧"), "⟦U+200B⟧");
    assert.equal(unspelled("⟦U+200B⟧"), "\u200b");
    assert.equal(firstSpelling("x ⟦U+0041⟧ ⟦U+202E⟧"), "⟦U+202E⟧");
  });

  it("are all that a spelling can stand for: it names no letter, no line end and no path's parts", () => {
    for (const text of ["⟦U+0041⟧", "⟦U+002F⟧", "⟦U+000A⟧", "⟦U+0020⟧", "⟦U+110000⟧", "⟦U+0200B⟧", "⟦U+FFFFFF⟧"])
      assert.equal(unspelled(text), text);
  });

  it("come back from every text, and none is left in what was spelled out", () => {
    const own = ["⟦", "⟧", "U+", "200B", "27E6", "⟦U+200B⟧", "⟦U+27E6⟧", "❤", "1", "\u20e3", "👍"];
    const piece = fc.oneof(
      fc.constantFrom(...own),
      fc.string({ unit: "binary", maxLength: 3 }),
      fc.constantFrom(...hidden.flatMap(([, codes]) => codes.map((code) => String.fromCodePoint(code)))),
    );
    const left = new RegExp(`(?![\\t\\n\\r\\ufe0f\\u200d\\p{Extended_Pictographic}])(?:${hidingSource})`, "u");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        assert.equal(unspelled(spelledOut(text)), text);
        assert.doesNotMatch(spelledOut(text), left);
      }),
      { numRuns: 500 },
    );
  });
});

/** Visible: every odd character becomes a mark, everything else stays as it is. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { isOdd, spelled, visible } from "../../../src/webview/visible.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.string({
    unit: fc.constantFrom(
      "a",
      "\t",
      " ",
      "\u202e",
      "\u200d",
      "\ufe0f",
      "\u0335",
      "👩",
      "🏽",
      "1",
      "\u20e3",
      "\u{e0041}",
      "\u0430",
      "\ud800",
      "\n",
      "\u3164",
    ),
  }),
);
const hidden = /[\ufe00-\ufe0f\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3000\u3164]|(?! )\p{Zs}/u;

describe("visible", () => {
  it("loses no character of any text, whatever the slot", () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), fc.boolean(), (text, lines, blanks) => {
        assert.equal(
          visible(text, { lines, blanks })
            .map((run) => run.text)
            .join(""),
          text,
        );
      }),
      { numRuns: 3000 },
    );
  });

  it("leaves no hidden character outside a mark, but tabs, asked-for line feeds, and what holds an emoji together", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const run of visible(text)) {
          if (run.kind === "mark") continue;
          const rest = run.text
            .replaceAll(
              /\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?(\u200d\p{Extended_Pictographic}\ufe0f?\p{Emoji_Modifier}?)*/gu,
              "",
            )
            .replaceAll(/[0-9#*]\ufe0f\u20e3/g, "")
            .replaceAll("\t", "");
          assert.ok(!hidden.test(rest), JSON.stringify(run.text));
        }
      }),
      { numRuns: 3000 },
    );
  });

  const marked: [string, string, string[]][] = [
    ["a right-to-left override", "a\u202eb", ["U+202E"]],
    ["a zero-width space between letters", "ad\u200bmin", ["U+200B"]],
    ["an escape sequence", "\u001b[2J", ["U+001B"]],
    ["a control character of the second set", "a\u009bb", ["U+009B"]],
    ["a lone carriage return", "a\rb", ["U+000D"]],
    ["a line feed in a line", "a\nb", ["U+000A"]],
    ["invisible tag characters", "x\u{e0041}\u{e0042}", ["U+E0041", "U+E0042"]],
    ["the same one again and again, once with its count", "a\u200b\u200b\u200bb", ["U+200B ×3"]],
    ["a variation selector after a letter", "a\ufe0f", ["U+FE0F"]],
    ["a second variation selector after an emoji", "❤\ufe0f\ufe0f", ["U+FE0F"]],
    ["invisible Hangul letters", "\u115f\u1160\u3164\uffa0", ["U+115F", "U+1160", "U+3164", "U+FFA0"]],
    ["unusual spaces", "a\u00a0b\u2003c\u3000d", ["U+00A0", "U+2003", "U+3000"]],
    ["a blank braille pattern", "a\u2800b", ["U+2800"]],
    ["half of a surrogate pair", "a\ud83db", ["U+D83D"]],
    ["a private use character, which could be drawn as an icon", "\ueab2", ["U+EAB2"]],
    ["a heap of combining marks", "z\u0335\u0321\u0322\u0327\u0328\u0316", ["U+0335 … ×6"]],
    ["punctuation that looks like another's", "a\u037e b\u01c3 c\u2215d", ["U+037E", "U+01C3", "U+2215"]],
    ["full-width punctuation in plain text", "f\uff08x\uff09\uff1b", ["U+FF08", "U+FF09", "U+FF1B"]],
    ["a joiner with no emoji beside it", "a\u200db", ["U+200D"]],
  ];
  for (const [name, text, labels] of marked) {
    it(`marks ${name}`, () => {
      assert.deepEqual(
        visible(text).flatMap((run) => (run.kind === "mark" ? [run.label] : [])),
        labels,
      );
    });
  }

  for (const text of [
    "plain text",
    "naïve Straße",
    "e\u0301té",
    "日本語",
    "שלום",
    "👩\u200d💻",
    "🏳\ufe0f\u200d🌈",
    "👍🏽",
    "1\ufe0f\u20e3",
    "a\tb",
    "Привет",
  ]) {
    it(`leaves ${JSON.stringify(text)} alone`, () => {
      assert.deepEqual(visible(text), [{ kind: "text", text }]);
      assert.equal(isOdd(text), false);
    });
  }

  it("flags a word with look-alike letters of two scripts", () => {
    assert.deepEqual(
      visible("x p\u0430ypal y").filter((run) => run.kind === "mixed"),
      [{ kind: "mixed", text: "p\u0430ypal", why: "Latin and Cyrillic letters in one word" }],
    );
  });

  const disguised: [string, string, string[]][] = [
    ["a word with one Greek letter", "const passw\u03bfrd = 1", ["passw\u03bfrd"]],
    ["a word wholly of Cyrillic letters that read as Latin", "if (\u0440\u0430\u0443) return", ["\u0440\u0430\u0443"]],
    ["one Cyrillic letter by itself among Latin words", "let \u0430 = a", ["\u0430"]],
    ["letters in mathematical dress", "\u{1d41a}\u{1d41d}min = admin", ["\u{1d41a}\u{1d41d}min"]],
    ["a whole word in mathematical dress", "f(\u{1d465})", ["\u{1d465}"]],
    ["full-width letters among Latin words", "the \uff41\uff44 list", ["\uff41\uff44"]],
    ["digits of two kinds", "port = 80\u09ea0", ["80\u09ea0"]],
    ["a phonetic letter in a word", "\u0251dmin = 1", ["\u0251dmin"]],
  ];
  for (const [name, text, words] of disguised)
    it(`flags ${name}`, () =>
      assert.deepEqual(
        visible(text).flatMap((run) => (run.kind === "mixed" ? [run.text] : [])),
        words,
      ));

  for (const text of [
    "// \u0430 \u0441\u0430\u043c: \u0438 return",
    "\u03bb = 1",
    "\u00b5m, \u03a9",
    "ni\u00f1o \u0141\u00f3d\u017a",
    "\uff08\u5168\u89d2\uff1b\uff09 x",
  ])
    it(`leaves ${text} alone, which says what it says`, () => assert.equal(isOdd(text), false));

  it("spells out the letters of a flagged word that are not plain", () => {
    assert.equal(spelled("p\u0430y.js"), "p⟦U+0430⟧y.js");
  });

  it("keeps line feeds where the slot shows several lines", () => {
    assert.deepEqual(visible("a\nb", { lines: true }), [{ kind: "text", text: "a\nb" }]);
  });

  it("tells tabs from spaces and shows blanks at the end of a changed line", () => {
    assert.deepEqual(visible("\ta b \t", { blanks: true }), [
      { kind: "blank", text: "\t", trailing: false },
      { kind: "text", text: "a b" },
      { kind: "blank", text: " \t", trailing: true },
    ]);
  });

  it("spells marks out for a tooltip", () => {
    assert.equal(spelled("a\u202eb"), "a⟦U+202E⟧b");
  });
});

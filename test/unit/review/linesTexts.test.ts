/** The texts of changes, cut out of whole texts: the lines they stand for, and a name for each two sides. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { changesOf, type Change } from "../../../src/review/diff.ts";
import { encoded } from "../../../src/review/linesBytes.ts";
import { isPlain, textsOf, textsOfLines, unitsIn } from "../../../src/review/linesTexts.ts";
import { linesOf } from "../../../src/review/text.ts";

const body = fc.constantFrom(
  "",
  "a",
  "bcd",
  "\ufeff",
  "\ufeffx",
  "é",
  "ab語",
  "😀",
  "x".repeat(9),
  "y".repeat(17),
  "\u0800~",
  "\uffff",
);
const line = fc.tuple(body, fc.constantFrom("\n", "\n", "\r\n", "\r")).map((both) => both.join(""));
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join(""));
const plain = text.map((one) => one.replace(/[^\0-\x7f]/g, "z"));

const cutsOf = (before: string, after: string) => {
  const both = encoded(before, after)!;
  return textsOf(changesOf(both), both);
};
/** The one change that makes the second text of the first, both given whole. */
const hashOf = (before: string, after: string) => {
  const [old, now] = [linesOf(before), linesOf(after)];
  return textsOfLines([{ from: 0, to: old.length, newFrom: 0, newTo: now.length }], old, now)[0]!.hash;
};

describe("the texts of changes", () => {
  for (const [what, texts] of [
    ["of every kind", text],
    ["of one-byte characters", plain],
  ] as const)
    it(`are their lines, with the same names whichever way they are cut: texts ${what}`, () => {
      fc.assert(
        fc.property(texts, texts, texts, (before, after, end) => {
          const both = encoded(before + end, after + end)!;
          const [old, now] = [linesOf(before + end), linesOf(after + end)];
          const changes = changesOf(both);
          const cut = textsOf(changes, both);
          const expected = changes.map(({ from, to, newFrom, newTo }) => [
            old.slice(from, to).join(""),
            now.slice(newFrom, newTo).join(""),
          ]);
          assert.deepEqual(
            cut.map((one) => [one.old, one.new]),
            expected,
          );
          assert.deepEqual(textsOfLines(changes, old, now), cut);
        }),
        { numRuns: 2_000 },
      );
    });

  it("are as they are where a character is cut in half", () => {
    const [before, after] = [
      ["a\ud83d\n", "b\n", "c\n"],
      ["b\n", "\ude00\n", "d\ud83d\n", "c\n"],
    ];
    const changes: Change[] = [
      { from: 0, to: 1, newFrom: 0, newTo: 0 },
      { from: 2, to: 2, newFrom: 1, newTo: 3 },
    ];
    assert.deepEqual(
      textsOfLines(changes, before, after).map((one) => [one.old, one.new]),
      [
        ["a\ud83d\n", ""],
        ["", "\ude00\nd\ud83d\n"],
      ],
    );
  });

  it("begin with a mark of byte order where the lines do", () => {
    assert.deepEqual(
      cutsOf("\ufeffa\nb\n", "\ufeffc\nb\n").map((one) => [one.old, one.new]),
      [["\ufeffa\n", "\ufeffc\n"]],
    );
  });
});

describe("the name of a change", () => {
  it("is twelve digits, for any two sides", () => {
    fc.assert(fc.property(text, text, (before, after) => assert.match(hashOf(before, after), /^[0-9a-f]{12}$/)));
  });

  const kept: [before: string, after: string, name: string][] = [
    ["a\n", "", "32f06d995db8"],
    ["", "a\n", "b08ee494d4e9"],
    ["a\n", "b\n", "142d1323fac4"],
    ["const one = 1;\n", "const two = 2;\nconst three = 3;\n", "160c1a0b125a"],
    ["é\r\n", "語😀", "33b6eb923614"],
  ];
  for (const [before, after, name] of kept)
    it(`stays as it is for who has kept it: ${JSON.stringify([before, after])}`, () =>
      assert.equal(hashOf(before, after), name));

  it("is another for other sides, however little they differ", () => {
    const names = new Map<string, string>();
    const put = (before: string, after: string) => {
      const what = JSON.stringify([before, after]);
      const name = hashOf(before, after);
      assert.equal(names.get(name) ?? what, what);
      names.set(name, what);
    };
    const long = "the quick brown fox jumps over it";
    for (let size = 0; size <= long.length; size++) {
      const body = long.slice(0, size);
      put(body, "");
      put("", body);
      put(body, `${body}\n`);
      put(`${body}\n`, `${body}\r`);
      for (let at = 0; at < size; at++)
        for (const other of "!Z\x01\x7f") {
          const changed = body.slice(0, at) + other + body.slice(at + 1);
          put(changed, body);
          put(body, changed);
          // The border between the sides.
          put(body.slice(0, at), body.slice(at) + other);
        }
    }
    assert.ok(names.size > 6_000, String(names.size));
  });

  it("is spread evenly, each half of it", () => {
    const [whole, above, below] = [new Set<string>(), new Set<string>(), new Set<string>()];
    const digits = Array.from({ length: 12 }, () => new Map<string, number>());
    const count = 8_000;
    for (let at = 0; at < count; at++) {
      const name = at % 2 === 0 ? hashOf(`${at}\n`, `${at + 1}\n`) : hashOf("", `  { key: ${at} },\n`);
      whole.add(name);
      above.add(name.slice(0, 6));
      below.add(name.slice(6));
      for (const [place, digit] of [...name].entries()) digits[place]!.set(digit, (digits[place]!.get(digit) ?? 0) + 1);
    }
    // Thrown at random into 2^24 places, of 8,000 about two fall on one that is taken.
    assert.equal(whole.size, count);
    assert.ok(above.size > count - 16 && below.size > count - 16, `${above.size} ${below.size}`);
    for (const each of digits)
      for (const digit of "0123456789abcdef") {
        const share = (each.get(digit) ?? 0) / (count / 16);
        assert.ok(share > 0.8 && share < 1.2, `${digit}: ${share}`);
      }
  });
});

describe("a range of UTF-8", () => {
  const texts = [
    "",
    "a",
    "abc",
    "abcd",
    "abcdefghijkl",
    "é",
    "aé",
    "abcé",
    "abcdé",
    "abcdefgé",
    "語",
    "a語b",
    "😀",
    "ab😀cd",
    "\x7f\x7f\x7f\x7f\x7f",
  ];
  for (const one of texts)
    it(`of ${JSON.stringify(one)} has as many code units, and is plain or not, whatever is around it`, () => {
      const own = Buffer.from(one);
      for (const [ahead, behind] of [
        ["", "é"],
        ["é", "xxxx"],
        ["xxx", "語語"],
        ["語", ""],
      ] as const) {
        const from = Buffer.byteLength(ahead);
        const bytes = new Uint8Array([...Buffer.from(ahead), ...own, ...Buffer.from(behind), 0xff, 0xff, 0xff, 0xff]);
        const words = new DataView(bytes.buffer);
        assert.equal(unitsIn(bytes, from, from + own.length), one.length);
        assert.equal(isPlain(words, from, from + own.length), own.length === one.length);
      }
    });
});

/** Two texts as UTF-8, piece by piece and copied where they are alike: the bytes are those of the texts. */
import assert from "node:assert/strict";
import { bothEncoded } from "../../../src/review/linesEncoded.ts";

const plain = (lines: number) => Array.from({ length: lines }, (_, at) => `line ${at} of a text\n`);
const changed = (lines: readonly string[], at: number, line: string) =>
  lines.map((one, index) => (index === at ? line : one));

describe("two texts as UTF-8", () => {
  const astral = Array.from({ length: 3_000 }, (_, at) => `${"x".repeat(at % 5)}😀 ${at}\n`);
  const cases: [what: string, before: string, after: string][] = [
    ["of one-byte characters", plain(2_000).join(""), changed(plain(2_000), 900, "other\n").join("")],
    ["one wide character at the top", `é\n${plain(2_000).join("")}`, `é\nmore\n${plain(2_000).join("")}`],
    ["wide characters only in the second", plain(2_000).join(""), changed(plain(2_000), 7, "日本語\n").join("")],
    [
      "put in in the middle",
      `é${plain(3_000).join("")}`,
      `é${plain(3_000).toSpliced(1_500, 0, "ü\n", "new\n").join("")}`,
    ],
    ["taken out at the top", `é\n${plain(3_000).join("")}`, plain(3_000).slice(20).join("")],
    ["characters of two code units at every place", astral.join(""), astral.toSpliced(40, 1, "yy😀\n").join("")],
    ["all of three bytes", "語".repeat(20_000), `${"語".repeat(9_000)}\n${"語".repeat(11_000)}`],
    ["a mark that stands for half a character", `\ufffd${plain(900).join("")}`, `\ufffd\n${plain(900).join("")}`],
    ["nothing beside something", "", "é".repeat(5_000)],
  ];
  for (const [what, before, after] of cases) {
    it(what, () => {
      const both = bothEncoded(before, after)!;
      assert.equal(Buffer.from(both.bytes.subarray(0, both.middle)).toString("utf8"), before);
      assert.equal(Buffer.from(both.bytes.subarray(both.middle, both.end)).toString("utf8"), after);
      assert.equal(both.plain, both.end === before.length + after.length);
    });
  }

  const long = `é${plain(900).join("")}`;
  for (const [where, before, after] of [
    ["the first", `${long}\ud800`, long],
    ["the second", long, `${long}\udc00x`],
    ["both, at the end of a piece", `${"x".repeat(4_095)}\ud83dé${long}`, `${"x".repeat(4_095)}\ud83dé${long}`],
  ] as const)
    it(`half a character in ${where} has none`, () => assert.equal(bothEncoded(before, after), null));
});

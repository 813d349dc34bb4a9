/** Lines of bytes as numbers: found, hashed and compared four bytes at a time, and yet byte for byte. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  equalBytes,
  grown,
  holdsEnd,
  lineAt,
  lineTable,
  numberOf,
  onlyPlace,
  sameBytes,
} from "../../../src/review/linesTable.ts";

/** These bytes at a place of their own, with other bytes in front of them and behind. */
function wordsOf(bytes: readonly number[], ahead = 0, around = 0): DataView {
  const all = new Uint8Array(ahead + bytes.length + 16).fill(around);
  all.set(bytes, ahead);
  return new DataView(all.buffer);
}

const bytesOf = (text: string) => [...Buffer.from(text, "latin1")];

function lineOf(bytes: readonly number[], ahead = 0, around = 0): { end: number; hash: number } {
  const found = { end: -1, hash: 0 };
  lineAt(wordsOf(bytes, ahead, around), ahead, ahead + bytes.length, found);
  return { end: found.end - ahead, hash: found.hash };
}

describe("four bytes", () => {
  it("hold an end exactly where one of them is a line feed or a carriage return", () => {
    for (let byte = 0; byte < 256; byte++)
      for (const other of [0, 1, 9, 11, 12, 14, 32, 65, 127, 128, 138, 141, 255])
        for (let place = 0; place < 4; place++) {
          const four = [other, other, other, other];
          four[place] = byte;
          const word = wordsOf(four).getInt32(0, true);
          assert.equal(holdsEnd(word), byte === 10 || byte === 13, String(four));
        }
  });
});

describe("a line of bytes", () => {
  const ends: [end: string, length: number][] = [
    ["\n", 1],
    ["\r\n", 2],
    ["\rx", 1],
    ["\r\r", 1],
    ["\n\n", 1],
    ["\n\r", 1],
    ["\r", 1],
    ["", 0],
  ];
  for (const [end, length] of ends)
    it(`is found with its end ${JSON.stringify(end)}, whatever its length and what is around it`, () => {
      for (let size = 0; size < 40; size++)
        for (const around of [0, 10, 13, 65])
          for (const body of ["x", "\x01", "\x0b", "\x0c", "\x0e", "\x8a", "\x8d", "\xff", "\t"])
            assert.equal(lineOf(bytesOf(body.repeat(size) + end), size % 7, around).end, size + length);
    });

  it("ends at its first end, also where others follow at once", () => {
    for (const [text, length] of [
      ["ab\ncd\nef", 3],
      ["abcdefghi\rj\r\nk\n", 10],
      ["\n\n\n\n\n\n\n\n\n", 1],
      ["\r\r\r\r\r\r\r\r\r", 1],
      ["\r\n\r\n\r\n\r\n\r\n", 2],
      ["a\x0bc\x0cefgh\nj", 9],
    ] as const)
      for (let ahead = 0; ahead < 5; ahead++) assert.equal(lineOf(bytesOf(text), ahead).end, length, text);
  });

  it("has the same hash wherever it stands, and whatever is around it", () => {
    for (let size = 0; size < 40; size++)
      for (const end of ["\n", "\r\n", "\r", ""]) {
        const bytes = [...bytesOf("abcdefghijklmnopqrstuvwxyz0123456789ABCDE".slice(0, size)), ...bytesOf(end)];
        const { hash } = lineOf(bytes);
        for (const around of [0, 10, 13, 66, 255])
          for (let ahead = 0; ahead < 9; ahead++) assert.equal(lineOf(bytes, ahead, around).hash, hash);
        if (end === "") continue;
        assert.equal(lineOf([...bytes, 65, 66]).hash, hash, "with another line behind it");
      }
  });

  it("has another hash than any line that differs from it in little", () => {
    const seen = new Map<number, string>();
    const put = (text: string) => {
      const { hash } = lineOf(bytesOf(text));
      assert.equal(seen.get(hash) ?? text, text, `${JSON.stringify(text)} and ${JSON.stringify(seen.get(hash))}`);
      seen.set(hash, text);
    };
    for (let size = 0; size < 34; size++) {
      const body = "the quick brown fox jumps over the lazy dog".slice(0, size);
      for (const end of ["\n", "\r\n", ""]) put(body + end);
      for (let place = 0; place < size; place++)
        for (const other of "!Ax\x80\t")
          for (const end of ["\n", "\r\n"]) put(body.slice(0, place) + other + body.slice(place + 1) + end);
      for (let place = 0; place + 4 < size; place++) {
        const [a, b, ...rest] = [place, place + 4, place + 8, place + 12].map((at) => body[at] ?? "");
        put(
          `${body.slice(0, place)}${b}${body.slice(place + 1, place + 4)}${a}${body.slice(place + 5)}-${rest.join("")}\n`,
        );
      }
    }
    for (const byte of ["\x01", " ", "x", "\xff"]) for (let size = 1; size < 60; size++) put(`${byte.repeat(size)}\n`);
    assert.ok(seen.size > 4_000, String(seen.size));
  });

  it("hashes into few others, of many that are counted through", () => {
    const hashes = new Set<number>();
    const slots = new Set<number>();
    for (let at = 0; at < 20_000; at++) {
      const { hash } = lineOf(bytesOf(`    "key${at}": { "value": ${at * 7} },\n`));
      hashes.add(hash);
      slots.add(hash & 0xffff);
    }
    // Thrown at random, 20,000 fall on some 17,230 of 65,536 places.
    assert.ok(hashes.size >= 19_995, String(hashes.size));
    assert.ok(slots.size > 16_900, String(slots.size));
  });
});

describe("bytes", () => {
  it("are equal up to the first that differs, and no further than is asked", () => {
    for (let most = 0; most < 40; most++)
      for (let differs = 0; differs < 48; differs++) {
        const one = Array.from({ length: 48 }, (_, at) => at + 1);
        const other = one.with(differs, 200);
        const words = wordsOf([...one, ...other], 3);
        assert.equal(equalBytes(words, 3, 51, most), Math.min(most, differs));
        assert.equal(sameBytes(words, 3, 51, most), most <= differs);
      }
  });

  it("differ where four of them stand the other way round", () => {
    const one = Array.from({ length: 32 }, (_, at) => at + 1);
    for (let word = 0; word < 32; word += 4) {
      const other = one.map((byte, at) => (at >= word && at < word + 4 ? one[2 * word + 3 - at]! : byte));
      assert.equal(equalBytes(wordsOf([...one, ...other]), 0, 32, 32), word);
      assert.equal(sameBytes(wordsOf([...one, ...other]), 0, 32, 32), false);
    }
  });

  it("differ in any bit", () => {
    for (let most = 1; most < 20; most++)
      for (let place = 0; place < most; place++)
        for (let bit = 1; bit < 256; bit *= 2) {
          const one = new Array<number>(20).fill(90);
          const words = wordsOf([...one, ...one.with(place, 90 ^ bit)]);
          assert.equal(equalBytes(words, 0, 20, most), place);
          assert.equal(sameBytes(words, 0, 20, most), false);
        }
  });
});

describe("a table of lines", () => {
  /** A table of texts, each told with a hash of its own. */
  function tableOf(texts: readonly string[], expected: number) {
    const bytes = bytesOf(texts.join(""));
    const table = lineTable(wordsOf(bytes, 2), expected);
    let at = 2;
    const places = texts.map((text) => (at += text.length) - text.length);
    const put = (index: number, hash: number, place = index) =>
      numberOf(table, hash, places[index]!, texts[index]!.length, place);
    return { table, put };
  }

  it("numbers lines in the order in which they come, and the same line always alike", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("a\n", "b\n", "ab\n", "abc\n", "abd\n", "aaaa\n", "aaab\n", "", "x"), {
          maxLength: 60,
        }),
        fc.constantFrom(0, 3, 100),
        // From all lines with one hash, at the end of the table, to each with its own.
        fc.constantFrom([0, 0], [0, -1], [1, 0], [7, 61], [1_000_003, 5]),
        (texts, expected, [factor, more]) => {
          const { table, put } = tableOf(texts, expected);
          const known: string[] = [];
          for (const [index, text] of texts.entries()) {
            if (!known.includes(text)) known.push(text);
            const number = known.indexOf(text);
            assert.equal(put(index, number * factor + more), number);
            const all = texts.slice(0, index + 1).flatMap((one, at) => (one === text ? [at] : []));
            assert.equal(onlyPlace(table, number), all.length === 1 ? index : -1);
          }
          assert.equal(table.distinct, known.length);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("tells lines apart that have the same hash and the same length, or the one and not the other", () => {
    const { put } = tableOf(["abcde\n", "abcdf\n", "abcde\n", "abcdef\n", "abcdf\n"], 5);
    assert.deepEqual([put(0, 9), put(1, 9), put(2, 9), put(3, 9), put(4, 9)], [0, 1, 0, 2, 1]);
  });

  it("forgets the place of a line that is told with another, wherever that is", () => {
    for (const again of [0, 1, 9]) {
      const { table, put } = tableOf(["a\n", "b\n"], 2);
      put(0, 5, 4);
      put(1, 6, 7);
      put(0, 5, again);
      assert.deepEqual([onlyPlace(table, 0), onlyPlace(table, 1)], [-1, 7]);
    }
  });

  it("takes more lines than were expected, and finds all of them again", () => {
    const texts = Array.from({ length: 3_000 }, (_, at) => `${at}\n`);
    for (const expected of [0, 1, 40, 3_000])
      for (const hashOf of [(at: number) => at, (at: number) => -at * 64, (at: number) => (at % 5) - 3]) {
        const { table, put } = tableOf(texts, expected);
        const count = hashOf(1) === -2 ? 300 : 3_000;
        for (let at = 0; at < count; at++) assert.equal(put(at, hashOf(at)), at);
        for (let at = count - 1; at >= 0; at--) assert.equal(put(at, hashOf(at), -1), at);
        for (let at = 0; at < count; at++) assert.equal(onlyPlace(table, at), at);
        for (let at = 0; at < count; at += 2) put(at, hashOf(at), at + 1);
        for (let at = 0; at < count; at++) assert.equal(onlyPlace(table, at), at % 2 === 0 ? -1 : at);
        assert.equal(table.distinct, count);
      }
  });

  it("is made once for as many lines as are expected, and has at least two slots a line", () => {
    for (const lines of [0, 1, 32, 33, 64, 1_000, 1_024, 5_000]) {
      const { table, put } = tableOf(
        Array.from({ length: lines }, (_, at) => `${at}\n`),
        lines,
      );
      const { slots, known } = table;
      assert.equal(slots.length, Math.max(64, 2 ** Math.ceil(Math.log2(2 * lines))));
      for (let at = 0; at < lines; at++) put(at, at);
      assert.equal(table.slots, slots);
      assert.equal(table.known, known);
    }
  });

  it("never fills more than half of its slots", () => {
    const { table, put } = tableOf(
      Array.from({ length: 2_000 }, (_, at) => `${at}\n`),
      0,
    );
    for (let at = 0; at < 2_000; at++) {
      put(at, at * 31);
      assert.ok(2 * table.distinct <= table.slots.length + 2 && table.slots.length <= Math.max(64, 8 * table.distinct));
    }
  });

  it("grows to twice as much, with all that was in it", () => {
    assert.deepEqual([...grown(Int32Array.of(1, -2, 3))], [1, -2, 3, 0, 0, 0]);
  });
});

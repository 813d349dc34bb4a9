/**
 * The texts of changes, cut out of two whole texts without keeping those alive.
 *
 * Pure. All changed lines are written one behind the other into one new text, and each hunk's sides are cut from that:
 * a string cut from a large file would hold the whole file in memory for as long as the hunk is kept.
 */
import type { Change } from "./diff.ts";
import type { Encoded } from "./linesBytes.ts";
import type { Lines } from "./text.ts";

/** A hunk's two sides, and a hash of them in hex. */
export interface Cut {
  old: string;
  new: string;
  hash: string;
}

export function textsOf(changes: readonly Change[], both: Encoded): Cut[] {
  const { bytes, plain, oldOffset, newOffset } = both;
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Where each side begins and ends, old and new in turn, and whether every character of it is one byte.
  const sides = 2 * changes.length;
  const places = new Int32Array(2 * sides);
  const wide = new Uint8Array(sides);
  const sizes = [0, 0];
  const put = (side: number, from: number, to: number): void => {
    places[2 * side] = from;
    places[2 * side + 1] = to;
    wide[side] = plain || isPlain(words, from, to) ? 0 : 1;
    sizes[wide[side]]! += to - from;
  };
  changes.forEach(({ from, to, newFrom, newTo }, index) => {
    if (from < to) put(2 * index, oldOffset(from), oldOffset(to));
    if (newFrom < newTo) put(2 * index + 1, newOffset(newFrom), newOffset(newTo));
  });
  // Two texts: where every character is one byte, a text is kept in half the memory and made in a tenth of the time.
  const texts = sizes.map((size, which) => {
    const changed = new Uint8Array(size);
    let end = 0;
    for (let side = 0; side < sides; side++) {
      if (wide[side] !== which) continue;
      changed.set(bytes.subarray(places[2 * side], places[2 * side + 1]), end);
      end += places[2 * side + 1]! - places[2 * side]!;
    }
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(changed);
  });
  const at = [0, 0];
  const cut = (side: number): string => {
    const [from, to, which] = [places[2 * side]!, places[2 * side + 1]!, wide[side]!];
    const begin = at[which]!;
    at[which] = begin + (which === 0 ? to - from : unitsIn(bytes, from, to));
    return texts[which]!.slice(begin, at[which]);
  };
  return changes.map((_, index) => {
    const [from, to, newFrom, newTo] = places.subarray(4 * index, 4 * index + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    return {
      old: cut(2 * index),
      new: cut(2 * index + 1),
      hash: hash(words, from, to - from, newFrom, newTo - newFrom),
    };
  });
}

/** Whether a range of UTF-8 holds nothing but one-byte characters. */
export function isPlain(words: DataView, from: number, to: number): boolean {
  let at = from;
  for (; at + 4 <= to; at += 4) if ((words.getInt32(at, true) & 0x80808080) !== 0) return false;
  return at === to || (words.getInt32(at, true) & 0x80808080 & ((1 << ((to - at) * 8)) - 1)) === 0;
}

/** The same for texts that have no encoding, because a character in them is cut in half. */
export function textsOfLines(changes: readonly Change[], before: Lines, after: Lines): Cut[] {
  // The first piece makes the joined text a new one even where there is a single line.
  const pieces = ["\n"];
  for (const { from, to, newFrom, newTo } of changes) {
    for (let line = from; line < to; line++) pieces.push(before[line]!);
    for (let line = newFrom; line < newTo; line++) pieces.push(after[line]!);
  }
  const text = pieces.join("");
  let at = 1;
  const cut = (lines: Lines): string => {
    const length = lines.reduce((sum, line) => sum + line.length, 0);
    at += length;
    return text.slice(at - length, at);
  };
  return changes.map(({ from, to, newFrom, newTo }) => {
    const [old, now] = [cut(before.slice(from, to)), cut(after.slice(newFrom, newTo))];
    const encoder = new TextEncoder();
    const bytes = encoder.encode(`${old}${now}....`);
    const oldBytes = encoder.encode(old).length;
    return {
      old,
      new: now,
      hash: hash(new DataView(bytes.buffer), 0, oldBytes, oldBytes, bytes.length - 4 - oldBytes),
    };
  });
}

/** UTF-16 code units in a range of UTF-8. */
export function unitsIn(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

/**
 * 48 bits over both sides and their lengths, as 12 hex digits: a longer string joined from two is kept as three. Four
 * bytes past the range are readable.
 */
function hash(words: DataView, from: number, bytes: number, newFrom: number, newBytes: number): string {
  let a = Math.imul(bytes + 1, 0x9e3779b1);
  let b = Math.imul(newBytes + 1, 0x85ebca6b);
  for (let side = 0; side < 2; side++) {
    let at = side === 0 ? from : newFrom;
    const to = at + (side === 0 ? bytes : newBytes);
    for (; at + 4 <= to; at += 4) {
      const word = words.getInt32(at, true);
      a = Math.imul(a ^ word, 0xcc9e2d51);
      a ^= a >>> 15;
      b = Math.imul(b + word, 0x1b873593);
      b = (b << 13) | (b >>> 19);
    }
    const rest = to === at ? 0 : words.getInt32(at, true) & ((1 << ((to - at) * 8)) - 1);
    a = mixed(a ^ rest);
    b = mixed(b + Math.imul(rest, 0x1b873593) + a);
  }
  return hex(a ^ b) + hex(b);
}

function mixed(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x7feb352d);
  bits ^= bits >>> 15;
  bits = Math.imul(bits, 0x846ca68b);
  return bits ^ (bits >>> 16);
}

function hex(value: number): string {
  return (value >>> 8).toString(16).padStart(6, "0");
}

/**
 * The lines of two whole texts as numbers, without cutting the texts into lines first.
 *
 * Pure. Both texts are encoded once, and lines are found and compared as bytes, four at a time: to cut a large file
 * into strings costs more than to compare it. Nothing here outlives the diff.
 *
 * Always: the lines are those of `linesOf`; two numbers are equal exactly if the lines are, byte for byte.
 */
import type { Numbered } from "./lines.ts";

/** Both texts, encoded one behind the other, and where the lines of their middles begin. */
export interface Encoded extends Numbered {
  bytes: Uint8Array;
  /** Every character is one byte. */
  plain: boolean;
  /** Byte offsets of the lines from `start` on. */
  oldOffset: (line: number) => number;
  newOffset: (line: number) => number;
}

/** Null where a text is not well-formed: half a character has no encoding. */
export function encoded(before: string, after: string): Encoded | null {
  const both = bothEncoded(before, after);
  if (both === null) return null;
  const { bytes, middle, end, plain } = both;
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const above = equalAbove(bytes, words, middle, end);
  const below = equalBelow(bytes, words, middle, end, above);
  const start = lineCount(bytes, above);
  const old = scanned(bytes, words, above, middle - below);
  const now = scanned(bytes, words, middle + above, end - below);
  const distinct = number(words, old, now);
  // Of the equal lines below, only those are found that are asked for: a change that slides down may reach them.
  const rest = [middle - below];
  const restOffset = (index: number): number => {
    while (rest.length <= index && rest.at(-1)! < middle) rest.push(lineEnd(bytes, rest.at(-1)!, middle));
    return rest[index] ?? -1;
  };
  const offsetIn = (scan: Scan, shift: number) => (line: number) => {
    const index = line - start;
    if (index <= scan.count) return scan.offsets[index]!;
    const offset = restOffset(index - scan.count);
    return offset < 0 ? offset : offset + shift;
  };
  const sameIn = (offset: (line: number) => number) => (one: number, other: number) => {
    const from = offset(other);
    const length = offset(other + 1) - from;
    return (
      from >= 0 && length > 0 && offset(one + 1) - offset(one) === length && sameBytes(words, offset(one), from, length)
    );
  };
  const oldOffset = offsetIn(old, 0);
  const newOffset = offsetIn(now, end - middle);
  return {
    bytes,
    plain,
    old: old.numbers.subarray(0, old.count),
    now: now.numbers.subarray(0, now.count),
    distinct,
    start,
    oldOffset,
    newOffset,
    sameOld: sameIn(oldOffset),
    sameNew: sameIn(newOffset),
  };
}

const encoder = new TextEncoder();
/** Room behind the texts, so that four bytes can be read from every place. */
const room = 4;

interface Both {
  bytes: Uint8Array;
  /** Where the first text ends and the second begins; where that ends. */
  middle: number;
  end: number;
  /** Every character is one byte. */
  plain: boolean;
}

function bothEncoded(before: string, after: string): Both | null {
  const length = before.length + after.length;
  // Most texts take one byte for nearly every character. None takes more than three.
  for (const size of [length + (length >> 4) + 64, length * 3]) {
    const bytes = new Uint8Array(size + room);
    const first = encoder.encodeInto(before, bytes.subarray(0, size));
    if (first.read < before.length) continue;
    const second = encoder.encodeInto(after, bytes.subarray(first.written, size));
    if (second.read < after.length) continue;
    const end = first.written + second.written;
    const plain = end === length;
    if (!plain && hasReplaced(bytes, end) && !(before.isWellFormed() && after.isWellFormed())) return null;
    return { bytes, middle: first.written, end, plain };
  }
  throw new Error("an encoded text is longer than it can be");
}

/** Whether the mark stands somewhere that half a character is encoded as. */
function hasReplaced(bytes: Uint8Array, end: number): boolean {
  for (let at = bytes.indexOf(0xef); at >= 0 && at < end; at = bytes.indexOf(0xef, at + 1))
    if (bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) return true;
  return false;
}

/** How many bytes both texts begin with, up to the last line that begins in both. */
function equalAbove(bytes: Uint8Array, words: DataView, middle: number, end: number): number {
  const shorter = Math.min(middle, end - middle);
  let above = 0;
  while (above + 4 <= shorter && words.getInt32(above, true) === words.getInt32(middle + above, true)) above += 4;
  while (above < shorter && bytes[above] === bytes[middle + above]) above++;
  while (!beginsLine(bytes, above, 0, middle) || !beginsLine(bytes, middle + above, middle, end)) above--;
  return above;
}

/** How many bytes both texts end with, from the first line that begins in both. */
function equalBelow(bytes: Uint8Array, words: DataView, middle: number, end: number, above: number): number {
  const most = Math.min(middle, end - middle) - above;
  let below = 0;
  while (below + 4 <= most && words.getInt32(middle - below - 4, true) === words.getInt32(end - below - 4, true))
    below += 4;
  while (below < most && bytes[middle - below - 1] === bytes[end - below - 1]) below++;
  const begins = () => beginsLine(bytes, middle - below, 0, middle) && beginsLine(bytes, end - below, middle, end);
  while (below > 0 && !begins()) below--;
  return below;
}

function beginsLine(bytes: Uint8Array, at: number, from: number, end: number): boolean {
  if (at === from || bytes[at - 1] === 10) return true;
  return bytes[at - 1] === 13 && !(at < end && bytes[at] === 10);
}

/** Where the line that begins at `at` ends, its terminator included. */
function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  for (; at < end; at++) {
    if (bytes[at] === 10) return at + 1;
    if (bytes[at] === 13) return at + 1 < end && bytes[at + 1] === 10 ? at + 2 : at + 1;
  }
  return end;
}

/** Lines in the first bytes, which end with a whole line. */
function lineCount(bytes: Uint8Array, end: number): number {
  let count = 0;
  for (let at = 0; at < end; at++) {
    const byte = bytes[at]!;
    if (byte <= 13 && (byte === 10 || (byte === 13 && (at + 1 === end || bytes[at + 1] !== 10)))) count++;
  }
  return count;
}

/** The lines of a range: where each begins, and a hash of it that `number` replaces. */
interface Scan {
  offsets: Int32Array;
  numbers: Int32Array;
  count: number;
}

function scanned(bytes: Uint8Array, words: DataView, from: number, to: number): Scan {
  let offsets = new Int32Array(((to - from) >> 5) + 16);
  let hashes = new Int32Array(offsets.length);
  let count = 0;
  let at = from;
  while (at < to) {
    if (count + 1 === offsets.length) {
      offsets = grown(offsets);
      hashes = grown(hashes);
    }
    const begin = at;
    let hash = 0;
    for (;;) {
      const word = words.getInt32(at, true);
      // A byte of these is zero where the text has a line feed or a carriage return. The lowest mark is never wrong.
      const feed = word ^ 0x0a0a0a0a;
      const carriage = word ^ 0x0d0d0d0d;
      const marks = (((feed - 0x01010101) & ~feed) | ((carriage - 0x01010101) & ~carriage)) & 0x80808080;
      if (marks === 0 && at + 4 <= to) {
        hash = Math.imul(hash ^ word, 0x9e3779b1);
        hash ^= hash >>> 15;
        at += 4;
        continue;
      }
      // The range may end within these bytes: in a line without an end, or in front of the other text.
      const left = (to - at) * 8;
      const bits = marks === 0 ? left : Math.min(left, (31 - Math.clz32(marks & -marks)) & 24);
      hash = Math.imul(hash ^ (word & ((1 << bits) - 1)), 0x85ebca6b);
      at += bits >> 3;
      if (at < to) at += bytes[at] === 13 && at + 1 < to && bytes[at + 1] === 10 ? 2 : 1;
      break;
    }
    hash = Math.imul(hash ^ (at - begin) ^ (hash >>> 13), 0xc2b2ae35);
    offsets[count] = begin;
    hashes[count++] = hash ^ (hash >>> 16);
  }
  offsets[count] = to;
  return { offsets, numbers: hashes, count };
}

function grown(list: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(list.length * 2);
  larger.set(list);
  return larger;
}

/** Turns the hashes into numbers, and gives how many there are. */
function number(words: DataView, old: Scan, now: Scan): number {
  let size = 64;
  while (size < 2 * (old.count + now.count)) size *= 2;
  const mask = size - 1;
  const table = new Int32Array(size);
  const hashes = new Int32Array(old.count + now.count);
  const froms = new Int32Array(old.count + now.count);
  const lengths = new Int32Array(old.count + now.count);
  let distinct = 0;
  for (const { offsets, numbers, count } of [old, now]) {
    for (let line = 0; line < count; line++) {
      const hash = numbers[line]!;
      const from = offsets[line]!;
      const length = offsets[line + 1]! - from;
      let slot = hash & mask;
      let known = table[slot]! - 1;
      while (known >= 0) {
        if (hashes[known] === hash && lengths[known] === length && sameBytes(words, froms[known]!, from, length)) break;
        slot = (slot + 1) & mask;
        known = table[slot]! - 1;
      }
      if (known < 0) {
        known = distinct++;
        table[slot] = distinct;
        hashes[known] = hash;
        froms[known] = from;
        lengths[known] = length;
      }
      numbers[line] = known;
    }
  }
  return distinct;
}

function sameBytes(words: DataView, one: number, other: number, length: number): boolean {
  let at = 0;
  for (; at + 4 <= length; at += 4)
    if (words.getInt32(one + at, true) !== words.getInt32(other + at, true)) return false;
  const left = (length - at) * 8;
  return left === 0 || ((words.getInt32(one + at, true) ^ words.getInt32(other + at, true)) & ((1 << left) - 1)) === 0;
}

/**
 * The lines of two whole texts as numbers, without cutting the texts into lines first.
 *
 * Pure. Both texts are encoded once, and lines are found and compared as bytes, four at a time: to cut a large file
 * into strings costs more than to compare it. Nothing here outlives the diff.
 *
 * Always: the lines are those of `linesOf`; two numbers are equal exactly if the lines are, byte for byte.
 */
import type { Numbered } from "./lines.ts";
import { bothEncoded } from "./linesEncoded.ts";
import {
  equalBytes,
  grown,
  holdsEnd,
  lineAt,
  lineTable,
  numberOf,
  onlyPlace,
  sameBytes,
  type Found,
  type LineTable,
} from "./linesTable.ts";

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
  const start = lineCount(bytes, words, above);
  const old = scanned(words, above, middle - below);
  const now = followed(words, middle + above, end - below, old);
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
    distinct: old.table.distinct,
    start,
    oldOffset,
    newOffset,
    sameOld: sameIn(oldOffset),
    sameNew: sameIn(newOffset),
  };
}

/** How many bytes both texts begin with, up to the last line that begins in both. */
function equalAbove(bytes: Uint8Array, words: DataView, middle: number, end: number): number {
  const shorter = Math.min(middle, end - middle);
  let above = equalBytes(words, 0, middle, shorter);
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
function lineCount(bytes: Uint8Array, words: DataView, end: number): number {
  let count = 0;
  for (let at = 0; at < end; at += 4) {
    if (!holdsEnd(words.getInt32(at, true))) continue;
    for (let place = at; place < at + 4 && place < end; place++) {
      const byte = bytes[place]!;
      if (byte === 10 || (byte === 13 && (place + 1 === end || bytes[place + 1] !== 10))) count++;
    }
  }
  return count;
}

/** The lines of a range: where each begins, where the last one ends, and their numbers. */
export interface Scan {
  offsets: Int32Array;
  numbers: Int32Array;
  count: number;
}

function roomFor(bytes: number): Int32Array<ArrayBuffer> {
  return new Int32Array((bytes >> 5) + 16);
}

/** The lines of a range, and the table they were numbered with. */
export function scanned(words: DataView, from: number, to: number): Scan & { table: LineTable } {
  let offsets = roomFor(to - from);
  let numbers = roomFor(to - from);
  let count = 0;
  const found: Found = { end: from, hash: 0 };
  for (let at = from; at < to; at = found.end) {
    if (count + 1 === offsets.length) {
      offsets = grown(offsets);
      numbers = grown(numbers);
    }
    lineAt(words, at, to, found);
    offsets[count] = at;
    numbers[count++] = found.hash;
  }
  offsets[count] = to;
  const table = lineTable(words, count);
  for (let line = 0; line < count; line++) {
    const begin = offsets[line]!;
    numbers[line] = numberOf(table, numbers[line]!, begin, offsets[line + 1]! - begin, line);
  }
  return { offsets, numbers, count, table };
}

/**
 * The lines of the other range. Most of them go on where the first range went on: those are compared, which costs less
 * than to look each of them up.
 */
function followed(words: DataView, from: number, to: number, old: Scan & { table: LineTable }): Scan {
  const { table } = old;
  const distinct = table.distinct;
  const oldEnd = old.offsets[old.count]!;
  let offsets = new Int32Array(Math.max(old.offsets.length, ((to - from) >> 5) + 16));
  let numbers = new Int32Array(offsets.length);
  let count = 0;
  /** The line of the first range that is expected next. */
  let next = 0;
  const found: Found = { end: from, hash: 0 };
  for (let at = from; at < to;) {
    if (next < old.count) {
      const begin = old.offsets[next]!;
      const equal = equalBytes(words, begin, at, Math.min(oldEnd - begin, to - at));
      const stop = begin + wholeLines(words, begin, equal, oldEnd, at, to);
      if (old.offsets[next + 1]! <= stop) {
        const shift = at - begin;
        for (; next < old.count && old.offsets[next + 1]! <= stop; next++) {
          if (count + 1 === offsets.length) [offsets, numbers] = [grown(offsets), grown(numbers)];
          offsets[count] = old.offsets[next]! + shift;
          numbers[count++] = old.numbers[next]!;
        }
        at = old.offsets[next]! + shift;
        continue;
      }
    }
    if (count + 1 === offsets.length) [offsets, numbers] = [grown(offsets), grown(numbers)];
    lineAt(words, at, to, found);
    const number = numberOf(table, found.hash, at, found.end - at, -1);
    offsets[count] = at;
    numbers[count++] = number;
    at = found.end;
    const only = number < distinct ? onlyPlace(table, number) : -1;
    if (only >= 0) next = only + 1;
  }
  offsets[count] = to;
  return { offsets, numbers, count };
}

/**
 * Of the equal bytes, those whose lines are sure to be lines on both sides: at the end of one of them more may belong to
 * the last line.
 */
export function wholeLines(
  words: DataView,
  begin: number,
  equal: number,
  oldEnd: number,
  at: number,
  to: number,
): number {
  if (equal === 0 || (begin + equal === oldEnd && at + equal === to)) return equal;
  return words.getInt8(begin + equal - 1) === 10 ? equal : equal - 1;
}

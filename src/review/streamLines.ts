/**
 * The lines of a text that is arriving, as numbers beside those of the text it is held against.
 *
 * Pure but for what it remembers. The known text is encoded and numbered once. What arrives is compared with the lines
 * that are expected next; only lines that are not those are encoded, hashed and looked up.
 *
 * Always: the lines are those of `linesOf`; two numbers are equal exactly if the lines are, character for character.
 */
import { scanned, wholeLines } from "./linesBytes.ts";
import { encodedAt, isOfOnes, newPieces, room, type Pieces } from "./linesEncoded.ts";
import { equalBytes, lineAt, numberOf, onlyPlace, sameBytes, type Found } from "./linesTable.ts";
import { isPlain, unitsIn } from "./linesTexts.ts";

export interface KnownLines {
  /** The number of each line of the known text. */
  readonly old: Int32Array;
  /** How many numbers there are by now. */
  distinct(): number;
  /**
   * How many whole lines the known text goes on with from `line` on, where all of `text` goes on like that; -1 where it
   * does not. The last line does not count while more could belong to it.
   */
  goesOn(line: number, text: string): number;
  /** How many characters so many lines of the known text have. */
  lengthOf(line: number, count: number): number;
  /** Takes whole lines. The last one counts whether it has an end or not. */
  take(lines: string, follow: Taking): void;
}

/** What is done with the lines of a text, in their order. */
export interface Taking {
  /** The line of the known text that would go on here; -1 where none would. */
  next(): number;
  /** So many lines go on there. */
  goOn(lines: number): void;
  /** A line that does not. */
  take(number: number): void;
}

const encoder = new TextEncoder();

export function openKnown(before: string): KnownLines {
  let bytes = new Uint8Array(before.length + (before.length >> 2) + 4096);
  let used = 0;
  let words = new DataView(bytes.buffer);
  const add = (text: string): Pieces | null => {
    const most = used + 3 * text.length + room;
    if (most > bytes.length) {
      // Most texts take one byte for nearly every character.
      const larger = new Uint8Array(Math.max(most, 2 * bytes.length));
      larger.set(bytes.subarray(0, used));
      bytes = larger;
      words = new DataView(bytes.buffer);
    }
    const pieces = newPieces();
    const end = encodedAt(text, bytes, used, pieces);
    const whole = !pieces.replaced || text.isWellFormed();
    used = whole ? end : withHalves(text, bytes, used);
    return whole ? pieces : null;
  };
  const pieces = add(before);
  const end = used;
  const { offsets, numbers, count, table } = scanned(words, 0, end);
  const old = numbers.subarray(0, count);
  const units = end === before.length ? offsets : unitOffsets(bytes, words, offsets, count, pieces);
  const oldDistinct = table.distinct;
  const found: Found = { end: 0, hash: 0 };
  /** Where lines go on that stand elsewhere: in a block that was moved. */
  let elsewhere = count;
  const isLine = (line: number, length: number, at: number): boolean =>
    length <= used - at &&
    sameBytes(words, offsets[line]!, at, length) &&
    wholeLines(words, offsets[line]!, length, end, at, used) === length;
  const goesOn = (line: number, text: string): number => {
    const from = units[line]!;
    if (before.slice(from, from + text.length) !== text) return -1;
    const stop = from + text.length;
    let to = line;
    while (to < count && units[to + 1]! <= stop) to++;
    if (to > line && units[to] === stop && text.charCodeAt(text.length - 1) !== 10) to--;
    return to - line;
  };
  const lengthOf = (line: number, lines: number): number => units[line + lines]! - units[line]!;
  /** Takes lines that all stand elsewhere, one behind the other. */
  const takeMoved = (lines: string, follow: Taking): boolean => {
    const all = elsewhere < count ? goesOn(elsewhere, lines) : -1;
    if (all <= 0 || lengthOf(elsewhere, all) !== lines.length) return false;
    for (const end = elsewhere + all; elsewhere < end; elsewhere++) {
      const next = follow.next();
      if (next >= 0 && old[next] === old[elsewhere]) follow.goOn(1);
      else follow.take(old[elsewhere]!);
    }
    return true;
  };
  return {
    old,
    distinct: () => table.distinct,
    goesOn,
    lengthOf,
    take(lines, follow) {
      if (takeMoved(lines, follow)) return;
      let at = used;
      add(lines);
      table.words = words;
      while (at < used) {
        const next = follow.next();
        if (next >= 0) {
          const begin = offsets[next]!;
          const equal = equalBytes(words, begin, at, Math.min(end - begin, used - at));
          const stop = begin + wholeLines(words, begin, equal, end, at, used);
          let last = next;
          while (last < count && offsets[last + 1]! <= stop) last++;
          if (last > next) {
            follow.goOn(last - next);
            at += offsets[last]! - begin;
            continue;
          }
        }
        const length = elsewhere < count ? offsets[elsewhere + 1]! - offsets[elsewhere]! : 0;
        if (length > 0 && isLine(elsewhere, length, at)) {
          at += length;
          follow.take(old[elsewhere++]!);
          continue;
        }
        lineAt(words, at, used, found);
        const number = numberOf(table, found.hash, at, found.end - at, -1);
        at = found.end;
        const only = number < oldDistinct ? onlyPlace(table, number) : -1;
        if (only >= 0) elsewhere = only + 1;
        follow.take(number);
      }
    },
  };
}

/** Where each line begins, in code units. */
function unitOffsets(
  bytes: Uint8Array,
  words: DataView,
  offsets: Int32Array,
  count: number,
  pieces: Pieces | null,
): Int32Array {
  const units = new Int32Array(count + 1);
  let piece = 0;
  for (let line = 0; line < count; line++) {
    const [from, to] = [offsets[line]!, offsets[line + 1]!];
    if (pieces !== null) while (pieces.bytes[piece + 1]! < to) piece++;
    const begin = pieces === null ? to : pieces.bytes[piece]!;
    // Most pieces are of one-byte characters alone.
    if (pieces !== null && begin <= from && isOfOnes(pieces, piece))
      units[line + 1] = pieces.units[piece]! + to - begin;
    else units[line + 1] = units[line]! + (isPlain(words, from, to) ? to - from : unitsIn(bytes, from, to));
  }
  return units;
}

/** Encodes a text that holds halves of characters: each half by itself, so that no two texts are encoded alike. */
function withHalves(text: string, bytes: Uint8Array, from: number): number {
  let at = from;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code >= 0xd800 && code < 0xe000) {
      bytes[at++] = 0xe0 | (code >> 12);
      bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[at++] = 0x80 | (code & 0x3f);
    } else at += encoder.encodeInto(character, bytes.subarray(at)).written;
  }
  return at;
}

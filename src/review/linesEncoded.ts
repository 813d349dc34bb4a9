/**
 * Two texts as UTF-8, one behind the other.
 *
 * Pure. A text is encoded piece by piece: a piece of nothing but one-byte characters costs a fraction of any other, and
 * what the second text has in common with the first is copied, which costs less still.
 *
 * Always: the bytes are those of the texts; no two texts have the same.
 */

/** Both texts, encoded one behind the other. */
export interface Both {
  bytes: Uint8Array;
  /** Where the first text ends and the second begins; where that ends. */
  middle: number;
  end: number;
  /** Every character is one byte. */
  plain: boolean;
}

/** Room behind the texts, so that four bytes can be read from every place. */
export const room = 8;
/** Code units in a piece. */
const piece = 4096;
/** Code units that are searched for where the second text goes on in the first, and how far to either side. */
const probe = 32;
const aside = 1024;
const encoder = new TextEncoder();

/** Null where a text is not well-formed: half a character has no encoding. */
export function bothEncoded(before: string, after: string): Both | null {
  const length = before.length + after.length;
  // Most texts take one byte for nearly every character. None takes more than three.
  for (const size of [length + (length >> 4) + 64, length * 3]) {
    const bytes = new Uint8Array(size + room);
    const limited = bytes.subarray(0, size);
    const pieces = newPieces();
    const middle = encodedAt(before, limited, 0, pieces);
    if (middle < 0) continue;
    const alike = middle > before.length;
    const end = alike
      ? encodedBeside(before, pieces, after, limited, middle)
      : encodedAt(after, limited, middle, pieces);
    if (end < 0) continue;
    if (pieces.replaced && !(before.isWellFormed() && after.isWellFormed())) return null;
    return { bytes, middle, end, plain: end === length };
  }
  throw new Error("an encoded text is longer than it can be");
}

/** Where the pieces of an encoded text begin: in code units, and in bytes. */
export interface Pieces {
  units: number[];
  bytes: number[];
  /** The mark stands somewhere that half a character is encoded as. */
  replaced: boolean;
}

export function newPieces(): Pieces {
  return { units: [], bytes: [], replaced: false };
}

/** Encodes a text from a place on. Where the bytes end, or -1 where there are more than there is room for. */
export function encodedAt(text: string, bytes: Uint8Array, at: number, pieces: Pieces): number {
  for (let from = 0; from < text.length;) {
    const end = pieceEnd(text, from);
    const { read, written } = encoder.encodeInto(text.slice(from, end), bytes.subarray(at));
    if (read < end - from) return -1;
    if (written > read) pieces.replaced ||= hasReplaced(bytes, at, at + written);
    pieces.units.push(from);
    pieces.bytes.push(at);
    at += written;
    from = end;
  }
  pieces.units.push(text.length);
  pieces.bytes.push(at);
  return at;
}

/** The same for a text that is much like the one that the bytes begin with. */
function encodedBeside(before: string, pieces: Pieces, after: string, bytes: Uint8Array, at: number): number {
  /** How much further on the same text stands in the first one. */
  let shift = 0;
  for (let from = 0; from < after.length;) {
    const end = pieceEnd(after, from);
    const text = after.slice(from, end);
    const place = from + shift;
    if (place >= 0 && before.slice(place, place + text.length) === text) {
      const begin = byteAt(pieces, bytes, place);
      const stop = byteAt(pieces, bytes, place + text.length);
      if (at + stop - begin > bytes.length) return -1;
      bytes.copyWithin(at, begin, stop);
      at += stop - begin;
    } else {
      const { read, written } = encoder.encodeInto(text, bytes.subarray(at));
      if (read < text.length) return -1;
      if (written > read) pieces.replaced ||= hasReplaced(bytes, at, at + written);
      at += written;
      const last = text.slice(-probe);
      const nearby = Math.max(0, place + text.length - last.length - aside);
      const found = before.slice(nearby, nearby + 2 * aside).indexOf(last);
      if (found >= 0) shift = nearby + found + last.length - end;
    }
    from = end;
  }
  return at;
}

/** Where a piece ends: never between the halves of a character. */
function pieceEnd(text: string, from: number): number {
  const end = from + piece;
  if (end >= text.length) return text.length;
  return (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end + 1 : end;
}

/** Whether every character of a piece is one byte. */
export function isOfOnes({ units, bytes }: Pieces, index: number): boolean {
  return bytes[index + 1]! - bytes[index]! === units[index + 1]! - units[index]!;
}

/** Where the character begins that begins at a code unit of the first text. */
function byteAt(pieces: Pieces, bytes: Uint8Array, unit: number): number {
  const { units, bytes: offsets } = pieces;
  let index = Math.min(Math.floor(unit / piece), units.length - 1);
  while (units[index]! > unit) index--;
  let left = unit - units[index]!;
  let at = offsets[index]!;
  if (left === 0) return at;
  if (isOfOnes(pieces, index)) return at + left;
  while (left > 0) {
    const byte = bytes[at]!;
    at += byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    left -= byte < 0xf0 ? 1 : 2;
  }
  return at;
}

/** Whether the mark stands somewhere in a range that half a character is encoded as. */
function hasReplaced(bytes: Uint8Array, from: number, end: number): boolean {
  const range = bytes.subarray(from, end);
  for (let at = range.indexOf(0xef); at >= 0; at = range.indexOf(0xef, at + 1))
    if (range[at + 1] === 0xbf && range[at + 2] === 0xbd) return true;
  return false;
}

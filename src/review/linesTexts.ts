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
  const places = new Int32Array(4 * changes.length);
  let size = 0;
  changes.forEach((change, index) => {
    const at = 4 * index;
    places[at] = change.from === change.to ? 0 : oldOffset(change.from);
    places[at + 1] = change.from === change.to ? 0 : oldOffset(change.to);
    places[at + 2] = change.newFrom === change.newTo ? 0 : newOffset(change.newFrom);
    places[at + 3] = change.newFrom === change.newTo ? 0 : newOffset(change.newTo);
    size += places[at + 1]! - places[at] + places[at + 3]! - places[at + 2]!;
  });
  const changed = new Uint8Array(size + 4);
  const lengths = new Int32Array(2 * changes.length);
  let end = 0;
  for (let at = 0; at < places.length; at += 2) {
    const [from, to] = [places[at]!, places[at + 1]!];
    changed.set(bytes.subarray(from, to), end);
    lengths[at >> 1] = plain ? to - from : unitsIn(bytes, from, to);
    end += to - from;
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(changed.subarray(0, end));
  const words = new DataView(changed.buffer);
  let byte = 0;
  let unit = 0;
  return changes.map((_, index) => {
    const [old, now] = [lengths[2 * index]!, lengths[2 * index + 1]!];
    const oldBytes = places[4 * index + 1]! - places[4 * index]!;
    const newBytes = places[4 * index + 3]! - places[4 * index + 2]!;
    const cut = {
      old: text.slice(unit, unit + old),
      new: text.slice(unit + old, unit + old + now),
      hash: hash(words, byte, oldBytes, newBytes),
    };
    byte += oldBytes + newBytes;
    unit += old + now;
    return cut;
  });
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
    return { old, new: now, hash: hash(new DataView(bytes.buffer), 0, oldBytes, bytes.length - 4 - oldBytes) };
  });
}

/** UTF-16 code units in a range of UTF-8. */
function unitsIn(bytes: Uint8Array, from: number, to: number): number {
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
function hash(words: DataView, from: number, oldBytes: number, newBytes: number): string {
  let a = Math.imul(oldBytes + 1, 0x9e3779b1);
  let b = Math.imul(newBytes + 1, 0x85ebca6b);
  const to = from + oldBytes + newBytes;
  let at = from;
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

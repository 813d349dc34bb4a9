/**
 * Lines of bytes as numbers: found, hashed, and looked up in one table.
 *
 * Pure but for the table that a caller has made. Bytes are read four at a time, so that four of them must be readable
 * behind every range.
 *
 * Always: two lines get the same number exactly if they are the same, byte for byte.
 */

/** The lines seen so far. `slots` leads from a hash to a number, `known` has four entries a number. */
export interface LineTable {
  words: DataView;
  slots: Int32Array<ArrayBuffer>;
  /** Of each number: its hash, where its bytes begin, how many they are, and `onlyPlace` of it. */
  known: Int32Array<ArrayBuffer>;
  distinct: number;
}

/** `lines` is how many are expected. More are taken as well. */
export function lineTable(words: DataView, lines: number): LineTable {
  let size = 64;
  while (size < 2 * lines) size *= 2;
  return { words, slots: new Int32Array(size), known: new Int32Array(4 * lines + 64), distinct: 0 };
}

/**
 * The number of a line. A new one is the count of those before it. `place` is remembered for `onlyPlace`; a negative one
 * is not.
 */
export function numberOf(table: LineTable, hash: number, from: number, length: number, place: number): number {
  const { words, slots, known } = table;
  const mask = slots.length - 1;
  let slot = hash & mask;
  for (let number = slots[slot]!; number > 0; number = slots[slot]!) {
    const at = 4 * number - 4;
    if (known[at] === hash && known[at + 2] === length && sameBytes(words, known[at + 1]!, from, length)) {
      if (place >= 0) known[at + 3] = -1;
      return number - 1;
    }
    slot = (slot + 1) & mask;
  }
  const number = table.distinct++;
  slots[slot] = number + 1;
  const at = 4 * number;
  known[at] = hash;
  known[at + 1] = from;
  known[at + 2] = length;
  known[at + 3] = place;
  if (at + 8 > known.length) table.known = grown(known);
  if (2 * number > slots.length) respread(table);
  return number;
}

/** The only place that was told of a line; negative where there is none, or more than one. */
export function onlyPlace(table: LineTable, number: number): number {
  return table.known[4 * number + 3]!;
}

function respread(table: LineTable): void {
  const slots = new Int32Array(2 * table.slots.length);
  const mask = slots.length - 1;
  for (let number = 0; number < table.distinct; number++) {
    let slot = table.known[4 * number]! & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = number + 1;
  }
  table.slots = slots;
}

export function grown(list: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(list.length * 2);
  larger.set(list);
  return larger;
}

/** A byte of the result is not zero where the word has a line feed or a carriage return. The lowest one is never wrong. */
function endsIn(word: number): number {
  const feed = word ^ 0x0a0a0a0a;
  const carriage = word ^ 0x0d0d0d0d;
  return (((feed - 0x01010101) & ~feed) | ((carriage - 0x01010101) & ~carriage)) & 0x80808080;
}

/** Whether four bytes have a line feed or a carriage return among them. */
export function holdsEnd(word: number): boolean {
  return endsIn(word) !== 0;
}

/** What `lineAt` found: where the line ends, its terminator included, and its hash. */
export interface Found {
  end: number;
  hash: number;
}

/** The line that begins at `from`, in a range that ends at `to`. */
export function lineAt(words: DataView, from: number, to: number, found: Found): void {
  let at = from;
  let hash = 0;
  let other = 0;
  // Two hashes side by side, for every other word: neither waits for the other.
  for (; at + 8 <= to; at += 8) {
    const one = words.getInt32(at, true);
    const two = words.getInt32(at + 4, true);
    // Nearly all text is above the control characters; only below 14 is it worth a closer look.
    const low = (((one - 0x0e0e0e0e) & ~one) | ((two - 0x0e0e0e0e) & ~two)) & 0x80808080;
    if (low !== 0 && (endsIn(one) | endsIn(two)) !== 0) break;
    hash = Math.imul(hash ^ one, 0x9e3779b1);
    hash ^= hash >>> 15;
    other = Math.imul(other ^ two, 0x85ebca6b);
    other ^= other >>> 13;
  }
  let word = words.getInt32(at, true);
  let ends = endsIn(word);
  if (ends === 0 && at + 4 <= to) {
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
    at += 4;
    word = words.getInt32(at, true);
    ends = endsIn(word);
  }
  // The range may end within these bytes: in a line without an end, or in front of other text.
  const left = (to - at) * 8;
  const bits = ends === 0 ? left : Math.min(left, (31 - Math.clz32(ends & -ends)) & 24);
  hash = Math.imul(hash ^ (word & ((1 << bits) - 1)), 0x85ebca6b);
  at += bits >> 3;
  if (at < to) at += words.getInt16(at, true) === 0x0a0d && at + 1 < to ? 2 : 1;
  hash = Math.imul(hash ^ (at - from) ^ (hash >>> 13) ^ Math.imul(other, 0x27d4eb2f), 0xc2b2ae35);
  found.end = at;
  found.hash = hash ^ (hash >>> 16);
}

/** How many bytes from `one` and from `other` on are equal, of at most `most`. */
export function equalBytes(words: DataView, one: number, other: number, most: number): number {
  let equal = 0;
  while (equal + 16 <= most) {
    const a = one + equal;
    const b = other + equal;
    const differs =
      (words.getInt32(a, true) ^ words.getInt32(b, true)) |
      (words.getInt32(a + 4, true) ^ words.getInt32(b + 4, true)) |
      (words.getInt32(a + 8, true) ^ words.getInt32(b + 8, true)) |
      (words.getInt32(a + 12, true) ^ words.getInt32(b + 12, true));
    if (differs !== 0) break;
    equal += 16;
  }
  while (equal + 4 <= most && words.getInt32(one + equal, true) === words.getInt32(other + equal, true)) equal += 4;
  while (equal < most && words.getInt8(one + equal) === words.getInt8(other + equal)) equal++;
  return equal;
}

export function sameBytes(words: DataView, one: number, other: number, length: number): boolean {
  let at = 0;
  for (; at + 4 <= length; at += 4)
    if (words.getInt32(one + at, true) !== words.getInt32(other + at, true)) return false;
  const left = (length - at) * 8;
  return left === 0 || ((words.getInt32(one + at, true) ^ words.getInt32(other + at, true)) & ((1 << left) - 1)) === 0;
}

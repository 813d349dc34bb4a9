/**
 * Where each body of a session lies, by its SHA-256: a table of bytes, because hundreds of thousands of them as objects would be most of what a
 * long session holds in memory, and most of the time that it takes to open.
 *
 * Entries of 44 bytes stand in the order in which they came: the hash, then offset and length (6 bytes each, big-endian). Places of entries lie in
 * an open table by the first four bytes of the hash.
 */
import type { ContentId } from "../protocol/index.ts";

/** Offset and length of a body's bytes in the file. */
export interface BodyPlace {
  at: number;
  length: number;
}

export interface BodyIndex {
  get(id: ContentId): BodyPlace | undefined;
  has(id: ContentId): boolean;
  /** A body that is known already is at this place from now on. */
  set(id: ContentId, place: BodyPlace): void;
  /** The entries of bodies that lie before an offset, as bytes, a run at a time. */
  runs(before: number): Iterable<Buffer>;
  /** Adds such a run. */
  add(run: Buffer): void;
}

const entrySize = 32 + 6 + 6;
const inRun = 1_000;

export function bodyIndex(): BodyIndex {
  let entries = Buffer.alloc(0);
  let count = 0;
  let table = new Int32Array(16); // place of an entry + 1; 0 where there is none

  /** The slot where a hash stands, or where it would. `key` holds it from `from` on. */
  function slotOf(key: Buffer, from: number): number {
    let slot = key.readUInt32LE(from) & (table.length - 1);
    for (let entry = table[slot]!; entry > 0; entry = table[slot]!) {
      const at = (entry - 1) * entrySize;
      if (entries.compare(key, from, from + 32, at, at + 32) === 0) return slot;
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  function makeRoom(more: number): void {
    const needed = (count + more) * entrySize;
    if (needed > entries.length) {
      const larger = Buffer.alloc(Math.max(needed, 2 * entries.length, inRun * entrySize));
      entries.copy(larger);
      entries = larger;
    }
    if (2 * (count + more) <= table.length) return;
    table = new Int32Array(2 ** Math.ceil(Math.log2(4 * (count + more))));
    for (let entry = 0; entry < count; entry += 1) table[slotOf(entries, entry * entrySize)] = entry + 1;
  }

  function put(from: Buffer, at: number): void {
    const slot = slotOf(from, at);
    const known = table[slot]! - 1;
    const entry = known >= 0 ? known : count;
    from.copy(entries, entry * entrySize, at, at + entrySize);
    if (known >= 0) return;
    table[slot] = entry + 1;
    count += 1;
  }

  function find(id: ContentId): number {
    const key = Buffer.from(id, "hex");
    return key.length === 32 ? table[slotOf(key, 0)]! - 1 : -1;
  }

  return {
    get(id) {
      const at = find(id) * entrySize;
      if (at < 0) return undefined;
      return { at: entries.readUIntBE(at + 32, 6), length: entries.readUIntBE(at + 38, 6) };
    },
    has: (id) => find(id) >= 0,
    set(id, { at, length }) {
      const entry = Buffer.alloc(entrySize);
      entry.write(id, 0, "hex");
      entry.writeUIntBE(at, 32, 6);
      entry.writeUIntBE(length, 38, 6);
      makeRoom(1);
      put(entry, 0);
    },
    *runs(before) {
      const isIn = (entry: number): boolean => {
        const at = entry * entrySize;
        return entries.readUIntBE(at + 32, 6) + entries.readUIntBE(at + 38, 6) < before;
      };
      for (let first = 0, next = 0; first < count; first = next) {
        while (next < count && next - first < inRun && isIn(next)) next += 1;
        if (next > first) yield Buffer.from(entries.subarray(first * entrySize, next * entrySize));
        else next += 1;
      }
    },
    add(run) {
      if (run.length % entrySize !== 0) throw new Error("no whole entries");
      makeRoom(run.length / entrySize);
      for (let at = 0; at < run.length; at += entrySize) put(run, at);
    },
  };
}

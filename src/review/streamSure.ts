/**
 * Sure hunks: those that stand where they do whatever is still to come.
 *
 * Pure but for what it remembers. Of equal lines often one or another can be kept, and the way from the old text to the
 * new one is as short; which of them the exact diff of the whole keeps depends on all of it. A hunk is sure where no
 * changed line has its like on the other side nearby, and one of lines that only come, or only go, where it cannot fall
 * into two.
 */
import type { Change } from "./diff.ts";

export interface Sure {
  /** For each number of the old text its last place in the new one, and -1: kept by whoever takes the lines. */
  readonly latest: Int32Array;
  /** `changes` are those of its part. */
  isSure(now: Int32Array, change: Change, changes: readonly Change[]): boolean;
}

/** Lines to either side of a hunk that are looked at: a like further off could be kept only with all between them lost. */
const around = 60;

/** Numbers from `known` on stand in the new text alone. `isRare`: stands in a few places of the old one. */
export function openSure(old: Int32Array, known: number, isRare: (number: number) => boolean): Sure {
  const latest = new Int32Array(known).fill(-1);
  // Which part a number has gone in last, and come in.
  const gone = new Int32Array(known);
  const come = new Int32Array(known);
  let marked: readonly Change[] | null = null;
  let part = 0;

  const mark = (now: Int32Array, changes: readonly Change[]): void => {
    if (changes === marked) return;
    marked = changes;
    part++;
    for (const { from, to, newFrom, newTo } of changes) {
      for (let line = from; line < to; line++) gone[old[line]!] = part;
      for (let line = newFrom; line < newTo; line++) if (now[line]! < known) come[now[line]!] = part;
    }
  };

  /** Old lines in the place of others: the exact diff may keep a like of one that stands around, or see a block that was moved. */
  const isReplaced = (now: Int32Array, { from, to, newFrom, newTo }: Change): boolean => {
    const since = Math.max(0, newFrom - around);
    for (let line = from; line < to; line++) if (latest[old[line]!]! >= since) return false;
    for (let line = newFrom; line < newTo; line++) {
      const number = now[line]!;
      if (number < known && (isRare(number) || meet(now, line, line + 1, old, from - around, to + around)))
        return false;
    }
    return true;
  };

  return {
    latest,
    isSure(now, change, changes) {
      const { from, to, newFrom, newTo } = change;
      if (from < to && newFrom < newTo) return isReplaced(now, change);
      mark(now, changes);
      for (let line = from; line < to; line++) if (come[old[line]!] === part) return false;
      for (let line = newFrom; line < newTo; line++) if (now[line]! < known && gone[now[line]!] === part) return false;
      const lines = from === to ? now : old;
      let [start, end] = from === to ? [newFrom, newTo] : [from, to];
      if (meet(lines, end, end + 1, lines, start, end)) return false;
      // It may stand further up as well. That alone is one hunk in every diff.
      for (; start > 0; start--, end--) {
        if (meet(lines, start - 1, start, lines, start, end - 1)) return false;
        if (lines[start - 1] !== lines[end - 1]) break;
      }
      return true;
    },
  };
}

/** Whether a line of the first range has its like in the second. */
export function meet(a: Int32Array, from: number, to: number, b: Int32Array, start: number, end: number): boolean {
  for (let at = from; at < to; at++)
    for (let other = Math.max(0, start); other < end; other++) if (b[other] === a[at]) return true;
  return false;
}

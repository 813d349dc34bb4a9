/**
 * The line diff: which runs of lines of one text have to be replaced to get another.
 *
 * Pure and deterministic: one result for two texts, for every use in the product. Myers' greedy search from both
 * ends with linear memory; past a bounded cost a part is cut where the search got furthest, so that the result is
 * still exact, only longer than it could be. A run that can reach the one above over equal lines joins it; any other
 * that could stand in several places stands as late as it can: of equal lines, the first is the one that is matched.
 *
 * Always: replacing each change's range gives `after`; changes are in order and never touch.
 *
 * Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986, section 4b.
 */
import type { Lines } from "./text.ts";

/** Half-open ranges, counted from 0: lines [from, to) of the old text become lines [newFrom, newTo) of the new. */
export interface Change {
  from: number;
  to: number;
  newFrom: number;
  newTo: number;
}

/** Steps of one search before it settles for the furthest point reached. Bounds the whole to about n × this. */
const searchLimit = 1024;

export function diffLines(before: Lines, after: Lines): Change[] {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const oldEnd = before.length - end;
  const newEnd = after.length - end;
  if (start === oldEnd && start === newEnd) return [];

  const numbers = new Map<string, number>();
  const intern = (line: string) => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  };
  const old = Int32Array.from({ length: oldEnd - start }, (_, index) => intern(before[start + index]!));
  const distinctOld = numbers.size;
  const now = Int32Array.from({ length: newEnd - start }, (_, index) => intern(after[start + index]!));

  // Lines that only one side has can match nothing: the search runs on the others alone.
  const inNew = new Uint8Array(numbers.size);
  for (const line of now) inNew[line] = 1;
  const oldKept = Int32Array.from(positions(old, (line) => inNew[line] === 1));
  const newKept = Int32Array.from(positions(now, (line) => line < distinctOld));
  const oldChanged = new Uint8Array(old.length).fill(1);
  const newChanged = new Uint8Array(now.length).fill(1);
  const matches = matchesOf(
    oldKept.map((index) => old[index]!),
    newKept.map((index) => now[index]!),
  );
  for (const [a, b] of matches) {
    oldChanged[oldKept[a]!] = 0;
    newChanged[newKept[b]!] = 0;
  }
  return settle(runs(oldChanged, newChanged, start), before, after);
}

function* positions(lines: Int32Array, keep: (line: number) => boolean): Generator<number> {
  for (let index = 0; index < lines.length; index++) if (keep(lines[index]!)) yield index;
}

/** Index pairs of an alignment of two number sequences, in order. */
function matchesOf(a: Int32Array, b: Int32Array): [number, number][] {
  const matches: [number, number][] = [];
  const size = 2 * (Math.ceil((a.length + b.length) / 2) + 2) + 1;
  const forward = new Int32Array(size);
  const backward = new Int32Array(size);
  // A stack of parts instead of recursion: a long file must not exhaust the call stack.
  const parts: [number, number, number, number][] = [[0, a.length, 0, b.length]];
  while (parts.length > 0) {
    let [aFrom, aTo, bFrom, bTo] = parts.pop()!;
    while (aFrom < aTo && bFrom < bTo && a[aFrom] === b[bFrom]) matches.push([aFrom++, bFrom++]);
    while (aFrom < aTo && bFrom < bTo && a[aTo - 1] === b[bTo - 1]) matches.push([--aTo, --bTo]);
    if (aFrom === aTo || bFrom === bTo) continue;
    const [x, y] = middle(a, b, aFrom, aTo, bFrom, bTo, forward, backward);
    parts.push([x, aTo, y, bTo], [aFrom, x, bFrom, y]);
  }
  return matches;
}

/** A point that divides the part into two smaller ones; on a shortest path unless the search limit was reached. */
function middle(
  a: Int32Array,
  b: Int32Array,
  aFrom: number,
  aTo: number,
  bFrom: number,
  bTo: number,
  forward: Int32Array,
  backward: Int32Array,
): [number, number] {
  const n = aTo - aFrom;
  const m = bTo - bFrom;
  const delta = n - m;
  const odd = (delta & 1) !== 0;
  const limit = Math.ceil((n + m) / 2);
  const centre = Math.ceil((a.length + b.length) / 2) + 2;
  forward[centre + 1] = 0;
  backward[centre + 1] = 0;
  // Diagonals that have left the part on one side are not followed further: [start, end] shrink for each search.
  const ahead = { start: 0, end: 0 };
  const back = { start: 0, end: 0 };
  for (let d = 0; d <= limit; d++) {
    for (let k = -d + ahead.start; k <= d - ahead.end; k += 2) {
      const down = k === -d || (k !== d && forward[centre + k - 1]! < forward[centre + k + 1]!);
      let x = down ? forward[centre + k + 1]! : forward[centre + k - 1]! + 1;
      let y = x - k;
      while (x < n && y < m && a[aFrom + x] === b[bFrom + y]) {
        x++;
        y++;
      }
      forward[centre + k] = x;
      if (x > n) ahead.end += 2;
      else if (y > m) ahead.start += 2;
      else if (odd && Math.abs(delta - k) <= d - 1) {
        const other = backward[centre + delta - k]!;
        const within = other <= n && other - (delta - k) <= m;
        if (within && x + other >= n) return inside(aFrom + x, bFrom + y, aFrom, aTo, bFrom, bTo);
      }
    }
    for (let k = -d + back.start; k <= d - back.end; k += 2) {
      const down = k === -d || (k !== d && backward[centre + k - 1]! < backward[centre + k + 1]!);
      let x = down ? backward[centre + k + 1]! : backward[centre + k - 1]! + 1;
      let y = x - k;
      while (x < n && y < m && a[aTo - 1 - x] === b[bTo - 1 - y]) {
        x++;
        y++;
      }
      backward[centre + k] = x;
      if (x > n) back.end += 2;
      else if (y > m) back.start += 2;
      else if (!odd && Math.abs(delta - k) <= d) {
        const other = forward[centre + delta - k]!;
        const within = other <= n && other - (delta - k) <= m;
        if (within && x + other >= n) return inside(aTo - x, bTo - y, aFrom, aTo, bFrom, bTo);
      }
    }
    if (d >= searchLimit) break;
  }
  return furthest(n, m, aFrom, bFrom, forward, centre);
}

/** Keeps the dividing point from being a corner, where it would divide nothing. */
function inside(x: number, y: number, aFrom: number, aTo: number, bFrom: number, bTo: number): [number, number] {
  if (x === aFrom && y === bFrom) return [aFrom + 1, bFrom];
  if (x === aTo && y === bTo) return [aTo - 1, bTo];
  return [x, y];
}

/** Where the forward search got furthest: the cut for a part that costs too much to align best. */
function furthest(
  n: number,
  m: number,
  aFrom: number,
  bFrom: number,
  forward: Int32Array,
  centre: number,
): [number, number] {
  let best: [number, number] = [0, 0];
  for (let k = -searchLimit; k <= searchLimit; k += 2) {
    const x = Math.min(forward[centre + k]!, n);
    const y = x - k;
    if (y < 0 || y > m) continue;
    if (x + y > best[0] + best[1] && x + y < n + m) best = [x, y];
  }
  if (best[0] + best[1] === 0) best = [Math.ceil(n / 2), Math.floor(m / 2)];
  return [aFrom + best[0], bFrom + best[1]];
}

/** Runs of changed lines on both sides, at full-text positions. */
function runs(oldChanged: Uint8Array, newChanged: Uint8Array, offset: number): Change[] {
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < oldChanged.length || j < newChanged.length) {
    const from = i;
    const newFrom = j;
    while (i < oldChanged.length && oldChanged[i] === 1) i++;
    while (j < newChanged.length && newChanged[j] === 1) j++;
    if (i > from || j > newFrom) {
      changes.push({ from: from + offset, to: i + offset, newFrom: newFrom + offset, newTo: j + offset });
    }
    if (i < oldChanged.length) {
      i++;
      j++;
    }
  }
  return changes;
}

/**
 * Gives every run its place: a pure insertion or deletion that can reach the run above over equal lines joins it, so
 * that one change is not shown as two; every other one moves down as far as it can.
 */
function settle(changes: Change[], before: Lines, after: Lines): Change[] {
  const joined: Change[] = [];
  for (const each of changes) {
    const change = { ...each };
    const above = joined.at(-1);
    while (above && change.from > above.to && rises(change, before, after)) move(change, -1);
    if (above && change.from === above.to) joined[joined.length - 1] = { ...above, to: change.to, newTo: change.newTo };
    else joined.push({ ...each });
  }
  const settled: Change[] = [];
  for (let index = joined.length - 1; index >= 0; index--) {
    const change = { ...joined[index]! };
    const next = settled.at(-1);
    const stop = next ? next.from : before.length;
    while (change.to < stop && slides(change, before, after)) move(change, 1);
    if (next && change.to === next.from) {
      settled[settled.length - 1] = { from: change.from, to: next.to, newFrom: change.newFrom, newTo: next.newTo };
    } else {
      settled.push(change);
    }
  }
  return settled.reverse();
}

function move(change: Change, by: number): void {
  change.from += by;
  change.to += by;
  change.newFrom += by;
  change.newTo += by;
}

function rises(change: Change, before: Lines, after: Lines): boolean {
  if (change.from === change.to) return after[change.newFrom - 1] === after[change.newTo - 1];
  if (change.newFrom === change.newTo) return before[change.from - 1] === before[change.to - 1];
  return false;
}

function slides(change: Change, before: Lines, after: Lines): boolean {
  if (change.from === change.to) return after[change.newFrom] === after[change.newTo];
  if (change.newFrom === change.newTo) return before[change.from] === before[change.to];
  return false;
}

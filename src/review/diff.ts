/**
 * The line diff: which runs of lines of one text have to be replaced to get another.
 *
 * Pure and deterministic: one result for two texts, for every use in the product. Lines that only one side has are
 * set apart; what is left is searched for the shortest way as long as that is cheap, else divided at lines that are
 * rare on both sides, else where the search got furthest. A run that can reach the one above over equal lines joins
 * it; any other that could stand in several places stands as late as it can: of equal lines, the first is the one
 * that is matched.
 *
 * Always: replacing each change's range gives `after`; changes are in order and never touch; the cost is bounded by
 * the number of lines, whatever they are, and never is a text given up as one change.
 */
import { anchorsOf, countsFor, type Counts } from "./diffAnchors.ts";
import { cutOf, reachFor, unknown, type Part } from "./diffSearch.ts";
import { numberedSlices, type Numbered } from "./lines.ts";
import { slice, turn, whole, type Pace, type Slices } from "./slices.ts";
import type { Lines } from "./text.ts";

/** Half-open ranges, counted from 0: lines [from, to) of the old text become lines [newFrom, newTo) of the new. */
export interface Change {
  from: number;
  to: number;
  newFrom: number;
  newTo: number;
}

/** The runs of lines that have to be replaced to get the one text from the other, in order. They never touch. */
export function diffLines(before: Lines, after: Lines): Change[] {
  return whole(diffSlices(before, after));
}

/** The same, piece by piece: who has other things to do besides goes on when it suits. Each piece takes a few milliseconds. */
export function* diffSlices(before: Lines, after: Lines): Slices<Change[]> {
  return yield* changesSlices(yield* numberedSlices(before, after));
}

/** The same for lines that are numbers already. */
export function changesOf(numbers: Numbered): Change[] {
  return whole(changesSlices(numbers));
}

function* changesSlices(numbers: Numbered): Slices<Change[]> {
  const { distinct } = numbers;
  let { old, now } = numbers;
  const shorter = Math.min(old.length, now.length);
  let above = 0;
  while (above < shorter && old[above] === now[above]) above++;
  let below = 0;
  while (below < shorter - above && old[old.length - 1 - below] === now[now.length - 1 - below]) below++;
  old = old.subarray(above, old.length - below);
  now = now.subarray(above, now.length - below);
  if (old.length === 0 && now.length === 0) return [];
  const long = old.length + now.length > many;
  if (long) yield;
  const oldChanged = new Uint8Array(old.length).fill(1);
  const newChanged = new Uint8Array(now.length).fill(1);
  if (old.length > 0 && now.length > 0) yield* align(old, now, distinct, oldChanged, newChanged);
  if (long) yield;
  const changes = runs(oldChanged, newChanged, numbers.start + above);
  if (long) yield;
  return yield* settled(changes, numbers);
}

/** Marks the lines that are kept with 0. */
function* align(
  old: Int32Array,
  now: Int32Array,
  distinct: number,
  oldChanged: Uint8Array,
  newChanged: Uint8Array,
): Slices<void> {
  // Lines that only one side has can match nothing: the search runs on the others alone.
  const sides = new Uint8Array(distinct);
  for (let index = 0; index < old.length; index++) sides[old[index]!] = 1;
  for (let index = 0; index < now.length; index++) sides[now[index]!]! |= 2;
  const long = old.length + now.length > many;
  if (long) yield;
  const oldPlaces = placesOfShared(old, sides);
  const newPlaces = placesOfShared(now, sides);
  if (long) yield;
  const a = linesAt(oldPlaces, old);
  const b = linesAt(newPlaces, now);
  if (long) yield;
  if (a.length === 0 || b.length === 0) return;
  const reach = reachFor(a.length, b.length);
  let counts: Counts | null = null;
  let narrow = 0;
  const pace: Pace = { left: slice };
  const keep = (x: number, y: number) => {
    oldChanged[oldPlaces[x]!] = 0;
    newChanged[newPlaces[y]!] = 0;
    pace.left -= few;
  };
  // A stack of parts instead of recursion: a long file must not exhaust the call stack.
  const parts: Waiting[] = [{ aFrom: 0, aTo: a.length, bFrom: 0, bTo: b.length, length: unknown, weak: Infinity }];
  for (let part = parts.pop(); part; part = parts.pop()) {
    while (part.aFrom < part.aTo && part.bFrom < part.bTo && a[part.aFrom] === b[part.bFrom])
      keep(part.aFrom++, part.bFrom++);
    while (part.aFrom < part.aTo && part.bFrom < part.bTo && a[part.aTo - 1] === b[part.bTo - 1])
      keep(--part.aTo, --part.bTo);
    if (pace.left < 0) yield* turn(pace, 0);
    const size = part.aTo - part.aFrom + part.bTo - part.bFrom;
    if (part.aFrom === part.aTo || part.bFrom === part.bTo) continue;
    const bound = part.weak === Infinity ? boundFor(size) : narrow;
    let cut = cutOf(a, b, part, reach, bound, pace);
    for (; cut === null; cut = cutOf(a, b, part, reach, bound, pace)) yield* turn(pace, 0);
    const far = cut.above === unknown;
    if (far) narrow = narrowFor(a.length + b.length, (size - (cut.toA - cut.a) - (cut.toB - cut.b)) / bound);
    const search = far && size * 2 <= part.weak;
    const anchors = search ? yield* anchorsOf(a, b, part, (counts ??= countsFor(distinct, b.length)), pace) : nothing;
    const weak = search && anchors.length === 0 ? size : part.weak;
    let { aFrom, bFrom } = part;
    const push = (x: number, y: number, length = unknown) => {
      if (x > aFrom && y > bFrom) parts.push({ aFrom, aTo: x, bFrom, bTo: y, length, weak });
    };
    for (let at = 0; at < anchors.length; at += 2) {
      const x = anchors[at]!;
      const y = anchors[at + 1]!;
      keep(x, y);
      push(x, y);
      if (pace.left < 0) yield* turn(pace, 0);
      aFrom = x + 1;
      bFrom = y + 1;
    }
    if (anchors.length === 0) {
      push(cut.a, cut.b, cut.above);
      [aFrom, bFrom] = [cut.a, cut.b];
      push(cut.toA, cut.toB);
      [aFrom, bFrom] = [cut.toA, cut.toB];
    }
    push(part.aTo, part.bTo, cut.below);
  }
}

/** What a line costs that is kept. */
const few = 4;
/** Lines that are not passed through twice in one piece. */
const many = 50_000;
/** Changes that are given their place in one piece. */
const some = 20_000;

/** `weak`: how large the part was in which no good anchors were found, this one or one that it came from. */
interface Waiting extends Part {
  weak: number;
}

const nothing = new Int32Array(0);

/** Steps of a search from either end. Its cost is about the square of it, so that the whole stays about linear. */
function boundFor(lines: number): number {
  return Math.max(128, Math.floor(2 * Math.sqrt(lines)));
}

/**
 * The same where anchors were of no use and many searches follow. `pace` is how many lines the last one got on with
 * each step: where it was few, longer searches cost much and find little.
 */
function narrowFor(lines: number, pace: number): number {
  return Math.floor(Math.min(192, Math.max(64, 4e6 / lines), Math.max(80, pace * 30)));
}

function placesOfShared(lines: Int32Array, sides: Uint8Array): Int32Array {
  const places = new Int32Array(lines.length);
  let count = 0;
  for (let index = 0; index < lines.length; index++) if (sides[lines[index]!] === 3) places[count++] = index;
  return places.subarray(0, count);
}

function linesAt(places: Int32Array, lines: Int32Array): Int32Array {
  const result = new Int32Array(places.length);
  for (let index = 0; index < result.length; index++) result[index] = lines[places[index]!]!;
  return result;
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
    while (i < oldChanged.length && j < newChanged.length && oldChanged[i] === 0 && newChanged[j] === 0) {
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
function* settled(changes: Change[], numbers: Numbered): Slices<Change[]> {
  const joined: Change[] = [];
  let passed = 0;
  for (const change of changes) {
    if (++passed % some === 0) yield;
    const above = joined.at(-1);
    const rise = above ? roomAbove(change, above.to, numbers) : null;
    if (above && rise !== null) {
      above.to = change.to - rise;
      above.newTo = change.newTo - rise;
    } else joined.push(change);
  }
  const result: Change[] = [];
  for (let index = joined.length - 1; index >= 0; index--) {
    const change = joined[index]!;
    if (++passed % some === 0) yield;
    const next = result.at(-1);
    const stop = next ? next.from : Infinity;
    while (change.to < stop && slides(change, numbers)) move(change, 1);
    if (next && change.to === next.from) {
      next.from = change.from;
      next.newFrom = change.newFrom;
    } else result.push(change);
  }
  return result.reverse();
}

/** By how many lines a change has to rise to reach the one that ends at `stop`; null where it cannot. */
function roomAbove(change: Change, stop: number, numbers: Numbered): number | null {
  const { from, to, newFrom, newTo } = change;
  for (let rise = 0; ; rise++) {
    if (from - rise === stop) return rise;
    if (from === to) {
      if (!numbers.sameNew(newFrom - rise - 1, newTo - rise - 1)) return null;
    } else if (newFrom === newTo) {
      if (!numbers.sameOld(from - rise - 1, to - rise - 1)) return null;
    } else return null;
  }
}

/** Takes a change so many lines further down on both sides. */
export function move(change: Change, by: number): void {
  change.from += by;
  change.to += by;
  change.newFrom += by;
  change.newTo += by;
}

function slides(change: Change, numbers: Numbered): boolean {
  if (change.from === change.to) return numbers.sameNew(change.newFrom, change.newTo);
  if (change.newFrom === change.newTo) return numbers.sameOld(change.from, change.to);
  return false;
}

/**
 * The search for a shortest way from one number sequence to another, under a bound.
 *
 * Pure. Myers' search from both ends at once: it finds a point on a shortest way, which divides the problem into two
 * smaller ones. Past the bound it names the point that one of the two ends got furthest to, so that what follows is
 * still exact, only longer than it could be. Where the length of the shortest way is known, nothing is followed from
 * where the other end is too far away for it.
 *
 * Always: the point lies inside the part and is none of its two outer corners.
 *
 * Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986, section 4b.
 */
import type { Pace } from "./slices.ts";

/** A part of two sequences: [aFrom, aTo) of the one beside [bFrom, bTo) of the other. */
export interface Part {
  aFrom: number;
  aTo: number;
  bFrom: number;
  bTo: number;
  /** Numbers that a shortest way leaves out on both sides together; `unknown` where it was not found yet. */
  length: number;
}

export const unknown = 0x3fffffff;

/** How far each diagonal was followed, from either end. One for a whole diff: making it is dear, sharing it is not. */
export interface Reach {
  ahead: Int32Array;
  back: Int32Array;
  /** Where diagonal 0 stands in both. */
  zero: number;
  /** Where a search stopped in between: its steps, and the lowest and highest diagonal that either end was at. */
  stopped: [number, number, number, number, number] | null;
}

export function reachFor(a: number, b: number): Reach {
  return { ahead: new Int32Array(a + b + 3), back: new Int32Array(a + b + 3), zero: b + 1, stopped: null };
}

/**
 * Where to divide: at (a, b) and at (toA, toB), which are one point on a shortest way, and how long that is above and
 * below it. Where the bound was met they are how far either end got, and both lengths are `unknown`.
 */
export interface Cut {
  a: number;
  b: number;
  toA: number;
  toB: number;
  above: number;
  below: number;
}

const beyond = 0x7fffffff;

/**
 * Both sides of the part hold something, and neither their first nor their last numbers are equal. Null where the pace
 * left no more: then it has to be called again with the same, and goes on where it stopped.
 */
export function cutOf(a: Int32Array, b: Int32Array, part: Part, reach: Reach, bound: number, pace: Pace): Cut | null {
  const { aFrom, aTo, bFrom, bTo } = part;
  const { ahead, back, zero } = reach;
  const lowest = aFrom - bTo + zero;
  const highest = aTo - bFrom + zero;
  const start = aFrom - bFrom + zero;
  const end = aTo - bTo + zero;
  const odd = ((start ^ end) & 1) === 1;
  // Past the bound it is asked who got furthest: then all have to be followed.
  const length = part.length <= 2 * bound ? part.length : unknown;
  const least = length === unknown ? Math.abs(end - start) : length;
  let [steps, aheadLow, aheadHigh, backLow, backHigh] = reach.stopped ?? [0, start, start, end, end];
  if (steps === 0) {
    ahead[start] = aFrom;
    back[end] = aTo;
  }
  reach.stopped = null;
  while (steps++ < bound) {
    const rest = length - steps;
    let passed = 0;
    // Before that the two cannot meet.
    const meets = 2 * steps >= least;
    if (aheadLow > lowest && aheadLow > end - rest) ahead[--aheadLow - 1] = -1;
    else aheadLow++;
    if (aheadHigh < highest && aheadHigh < end + rest) ahead[++aheadHigh + 1] = -1;
    else aheadHigh--;
    let meetLow = meets && odd ? backLow : beyond;
    for (let k = aheadLow; k <= aheadHigh; k += 2) {
      const right = ahead[k - 1]! + 1;
      const down = ahead[k + 1]!;
      let x = right > down ? right : down;
      let y = x - k + zero;
      if (x < aTo && y < bTo && a[x] === b[y]) {
        passed -= x;
        do {
          x++;
          y++;
        } while (x < aTo && y < bTo && a[x] === b[y]);
        passed += x;
      }
      ahead[k] = x;
      if (k >= meetLow && k <= backHigh && back[k]! <= x && x <= aTo && y <= bTo)
        return { a: x, b: y, toA: x, toB: y, above: steps, below: steps - 1 };
    }
    if (backLow > lowest && backLow > start - rest) back[--backLow - 1] = beyond;
    else backLow++;
    if (backHigh < highest && backHigh < start + rest) back[++backHigh + 1] = beyond;
    else backHigh--;
    meetLow = odd || !meets ? beyond : aheadLow;
    for (let k = backLow; k <= backHigh; k += 2) {
      const up = back[k - 1]!;
      const left = back[k + 1]! - 1;
      let x = up < left ? up : left;
      let y = x - k + zero;
      if (x > aFrom && y > bFrom && a[x - 1] === b[y - 1]) {
        passed += x;
        do {
          x--;
          y--;
        } while (x > aFrom && y > bFrom && a[x - 1] === b[y - 1]);
        passed -= x;
      }
      back[k] = x;
      if (k >= meetLow && k <= aheadHigh && ahead[k]! >= x && x >= aFrom && y >= bFrom)
        return { a: x, b: y, toA: x, toB: y, above: steps, below: steps };
    }
    pace.left -= passed + aheadHigh - aheadLow + backHigh - backLow;
    if (pace.left < 0 && steps < bound) {
      reach.stopped = [steps, aheadLow, aheadHigh, backLow, backHigh];
      return null;
    }
  }
  let from = furthest(ahead, aheadLow, aheadHigh, part, zero, 1);
  let to = furthest(back, backLow, backHigh, part, zero, -1);
  // Where the two overlap in only one of the sequences, the one that got further stands.
  if (from.a > to.a || from.b > to.b) {
    if (from.a - aFrom + from.b - bFrom >= aTo - to.a + bTo - to.b) to = from;
    else from = to;
  }
  return { ...from, toA: to.a, toB: to.b, above: unknown, below: unknown };
}

/** The point with most lines behind it, seen from the end that the search came from. */
function furthest(
  reached: Int32Array,
  low: number,
  high: number,
  part: Part,
  zero: number,
  way: 1 | -1,
): { a: number; b: number } {
  let best = way > 0 ? { a: part.aFrom, b: part.bFrom } : { a: part.aTo, b: part.bTo };
  let most = -Infinity;
  for (let k = low; k <= high; k += 2) {
    const a = reached[k]!;
    const b = a - k + zero;
    if (a > part.aTo || b > part.bTo || a < part.aFrom || b < part.bFrom) continue;
    const done = way * (a + b);
    if (done > most) [best, most] = [{ a, b }, done];
  }
  return best;
}

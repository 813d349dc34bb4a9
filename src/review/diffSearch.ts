/**
 * The search for a shortest way from one number sequence to another, under a bound.
 *
 * Pure. Myers' search from both ends at once: it finds a point on a shortest way, which divides the problem into two
 * smaller ones. Past the bound it names the point that one of the two ends got furthest to, so that what follows is
 * still exact, only longer than it could be.
 *
 * Always: the point lies inside the part and is none of its two outer corners.
 *
 * Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986, section 4b.
 */

/** A part of two sequences: [aFrom, aTo) of the one beside [bFrom, bTo) of the other. */
export interface Part {
  aFrom: number;
  aTo: number;
  bFrom: number;
  bTo: number;
}

/** How far each diagonal was followed, from either end. One for a whole diff: making it is dear, sharing it is not. */
export interface Reach {
  ahead: Int32Array;
  back: Int32Array;
  /** Where diagonal 0 stands in both. */
  zero: number;
}

export function reachFor(a: number, b: number): Reach {
  return { ahead: new Int32Array(a + b + 3), back: new Int32Array(a + b + 3), zero: b + 1 };
}

/**
 * Where to divide: at (a, b) and at (toA, toB), which are one point on a shortest way. Where the bound was met they
 * are how far either end got, and `shortest` is false.
 */
export interface Cut {
  a: number;
  b: number;
  toA: number;
  toB: number;
  shortest: boolean;
}

const beyond = 0x7fffffff;

/** Both sides of the part hold something, and neither their first nor their last numbers are equal. */
export function cutOf(a: Int32Array, b: Int32Array, part: Part, reach: Reach, bound: number): Cut {
  const { aFrom, aTo, bFrom, bTo } = part;
  const { ahead, back, zero } = reach;
  const lowest = aFrom - bTo + zero;
  const highest = aTo - bFrom + zero;
  const start = aFrom - bFrom + zero;
  const end = aTo - bTo + zero;
  const odd = ((start ^ end) & 1) === 1;
  let aheadLow = start;
  let aheadHigh = start;
  let backLow = end;
  let backHigh = end;
  ahead[start] = aFrom;
  back[end] = aTo;
  for (let steps = 1; ; steps++) {
    if (aheadLow > lowest) ahead[--aheadLow - 1] = -1;
    else aheadLow++;
    if (aheadHigh < highest) ahead[++aheadHigh + 1] = -1;
    else aheadHigh--;
    for (let k = aheadLow; k <= aheadHigh; k += 2) {
      const right = ahead[k - 1]! + 1;
      const down = ahead[k + 1]!;
      let x = right > down ? right : down;
      let y = x - k + zero;
      while (x < aTo && y < bTo && a[x] === b[y]) {
        x++;
        y++;
      }
      ahead[k] = x;
      if (odd && k >= backLow && k <= backHigh && back[k]! <= x && x <= aTo && y <= bTo)
        return { a: x, b: y, toA: x, toB: y, shortest: true };
    }
    if (backLow > lowest) back[--backLow - 1] = beyond;
    else backLow++;
    if (backHigh < highest) back[++backHigh + 1] = beyond;
    else backHigh--;
    for (let k = backLow; k <= backHigh; k += 2) {
      const up = back[k - 1]!;
      const left = back[k + 1]! - 1;
      let x = up < left ? up : left;
      let y = x - k + zero;
      while (x > aFrom && y > bFrom && a[x - 1] === b[y - 1]) {
        x--;
        y--;
      }
      back[k] = x;
      if (!odd && k >= aheadLow && k <= aheadHigh && ahead[k]! >= x && x >= aFrom && y >= bFrom)
        return { a: x, b: y, toA: x, toB: y, shortest: true };
    }
    if (steps >= bound) break;
  }
  const from = furthest(ahead, aheadLow, aheadHigh, part, zero, 1);
  const to = furthest(back, backLow, backHigh, part, zero, -1);
  // Where the two overlap in only one of the sequences, the one that got further stands.
  if (from.a > to.a || from.b > to.b) {
    if (from.a - aFrom + from.b - bFrom >= aTo - to.a + bTo - to.b)
      return { ...from, toA: from.a, toB: from.b, shortest: false };
    return { ...to, toA: to.a, toB: to.b, shortest: false };
  }
  return { ...from, toA: to.a, toB: to.b, shortest: false };
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

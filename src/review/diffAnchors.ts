/**
 * Anchors: lines that are rare on both sides and stand in the same order on both.
 *
 * Pure. A large part that is far from equal is divided at them, because a search for the shortest way would cost too
 * much there. Of all chains of pairs that run forward on both sides the heaviest is taken: a pair weighs as many lines as
 * it brings with it, so that a moved line does not outweigh the block it was moved across.
 *
 * Always: anchors are in order on both sides.
 */
import type { Part } from "./diffSearch.ts";
import { turn, type Pace, type Slices } from "./slices.ts";

/**
 * Room for one diff's counts, by line number: how many there are in `a` and in `b`, and the last place in `b`, plus one;
 * all zero between two uses. From each place in `b` the fourth leads to the one above.
 */
export type Counts = readonly [inA: Int32Array, inB: Int32Array, last: Int32Array, before: Int32Array];

export function countsFor(distinct: number, b: number): Counts {
  return [new Int32Array(distinct), new Int32Array(distinct), new Int32Array(distinct), new Int32Array(b)];
}

/** A line is rare while its count on the one side times that on the other is at most this. The first that has any is used. */
const rarities = [1, 8, 64];

/** Lines that make a chain worth taking, also where it is short beside the part. */
const enough = 400;

/** Index pairs, flat: a0, b0, a1, b1, … Empty where no line is rare enough, or too few of them are in order. */
export function* anchorsOf(a: Int32Array, b: Int32Array, part: Part, counts: Counts, pace: Pace): Slices<Int32Array> {
  const { aFrom, aTo, bFrom, bTo } = part;
  const [inA, inB, last, before] = counts;
  const size = aTo - aFrom + bTo - bFrom;
  yield* turn(pace, size);
  for (let i = aFrom; i < aTo; i++) inA[a[i]!]! += 1;
  for (let j = bFrom; j < bTo; j++) {
    const line = b[j]!;
    inB[line]! += 1;
    before[j] = last[line]!;
    last[line] = j + 1;
  }
  let pairs = 0;
  let rarity = 0;
  for (const most of rarities) {
    rarity = most;
    yield* turn(pace, size);
    for (let i = aFrom; i < aTo; i++) {
      const both = inA[a[i]!]! * inB[a[i]!]!;
      if (both > 0 && both <= most) pairs += inB[a[i]!]!;
    }
    if (pairs > 0) break;
  }
  const chain = pairs === 0 ? new Int32Array(0) : yield* heaviestChain(a, b, part, counts, rarity, pairs, pace);
  yield* turn(pace, size);
  for (let i = aFrom; i < aTo; i++) inA[a[i]!] = 0;
  for (let j = bFrom; j < bTo; j++) {
    inB[b[j]!] = 0;
    last[b[j]!] = 0;
  }
  return chain;
}

/** What it costs to find a pair's place among the others, in lines looked at. */
const placing = 20;

/**
 * The heaviest chain of pairs. A pair weighs as many lines as it brings with it: itself and the equal lines below it,
 * down to the next pair of rare lines.
 */
function* heaviestChain(
  a: Int32Array,
  b: Int32Array,
  part: Part,
  counts: Counts,
  rarity: number,
  pairs: number,
  pace: Pace,
): Slices<Int32Array> {
  const { aFrom, aTo, bFrom, bTo } = part;
  const [inA, inB, last, before] = counts;
  const ofA = new Int32Array(pairs);
  const ofB = new Int32Array(pairs);
  const weights = new Int32Array(pairs);
  const previous = new Int32Array(pairs);
  // For every place in b the heaviest chain that ends in the places a binary tree of prefixes puts there.
  const height = bTo - bFrom;
  const tree = new Int32Array(height + 1).fill(-1);
  let heaviest = -1;
  let made = 0;
  for (let i = aFrom; i < aTo; i++) {
    const line = a[i]!;
    const both = inA[line]! * inB[line]!;
    if (both === 0 || both > rarity) continue;
    for (let at = last[line]!; at > 0; at = before[at - 1]!) {
      const j = at - 1;
      let weight = 1;
      for (let x = i + 1, y = j + 1; x < aTo && y < bTo && a[x] === b[y]; x++, y++) {
        const common = inA[a[x]!]! * inB[a[x]!]!;
        if (common <= rarity) break;
        weight++;
      }
      let best = -1;
      for (let place = j - bFrom; place > 0; place &= place - 1) {
        const end = tree[place]!;
        if (end >= 0 && (best < 0 || weights[end]! > weights[best]!)) best = end;
      }
      ofA[made] = i;
      ofB[made] = j;
      previous[made] = best;
      weights[made] = weight + (best < 0 ? 0 : weights[best]!);
      if (heaviest < 0 || weights[made]! > weights[heaviest]!) heaviest = made;
      for (let place = j - bFrom + 1; place <= height; place += place & -place) {
        const end = tree[place]!;
        if (end < 0 || weights[made]! > weights[end]!) tree[place] = made;
        else if (weights[made]! < weights[end]!) break;
      }
      made++;
      pace.left -= weight + placing;
      if (pace.left < 0) yield* turn(pace, 0);
    }
  }
  if (weights[heaviest]! < Math.min(enough, Math.min(aTo - aFrom, height) / 8)) return new Int32Array(0);
  let length = 0;
  for (let at = heaviest; at >= 0; at = previous[at]!) length++;
  const chain = new Int32Array(2 * length);
  for (let at = heaviest, place = length - 1; place >= 0; place--) {
    chain[2 * place] = ofA[at]!;
    chain[2 * place + 1] = ofB[at]!;
    at = previous[at]!;
  }
  return chain;
}

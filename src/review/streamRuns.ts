/**
 * Runs: where lines that arrive one by one are found in a known text.
 *
 * Pure but for what it remembers. Up to the frontier everything is settled. Behind it, stretches of new lines that
 * equal stretches of old ones are kept as runs; a line that is found in too many places begins no run by itself, but
 * is taken into one that begins behind it.
 *
 * Always: a run's lines are equal on both sides and lie behind the frontier; a line costs about the same whatever
 * came before it.
 */
import type { Numbered } from "./lines.ts";
import type { Lines } from "./text.ts";

/** `length` lines from `new` on equal those from `old` on. */
export interface Run {
  old: number;
  new: number;
  length: number;
  /** How much the run says: its lines, those that stand in many places counted as little. */
  weight: number;
}

export interface Followed {
  /** Lines that have arrived. */
  count(): number;
  /** The frontier: the first lines that are not settled. */
  readonly old: number;
  readonly new: number;
  take(line: string): void;
  /** The heaviest list of runs that go forward on both sides. */
  chain(): Run[];
  /** A part of both texts for an exact diff, lines counted from its beginning. */
  part(from: number, to: number, newFrom: number, newTo: number): Numbered;
  /** Moves the frontier behind a run. */
  advance(run: Run): void;
}

/** Places of one line that may begin a run anywhere. */
const rare = 8;
/** A line of any kind may begin a run within so many lines of where the new text was last found. */
const near = 60;
/** Runs kept behind the frontier; of more, the shortest old ones go. */
const kept = 48;
/** What a line weighs that stands in more than `rare` places, beside one that does not: a brace follows any text. */
const common = 0.1;

export function openFollowed(before: Lines): Followed {
  const numbers = new Map<string, number>();
  const oldNumbers = new Int32Array(before.length);
  for (let index = 0; index < before.length; index++) {
    let number = numbers.get(before[index]!);
    if (number === undefined) numbers.set(before[index]!, (number = numbers.size));
    oldNumbers[index] = number;
  }
  const oldDistinct = numbers.size;
  const { starts, places } = placesByNumber(oldNumbers, oldDistinct);
  let now = new Int32Array(Math.max(64, before.length + 1024));
  let count = 0;
  let frontOld = 0;
  let frontNew = 0;
  let runs: Run[] = [];
  /** The chain, until a run changes. */
  let known: Run[] | null = null;
  let local = new Int32Array(0);
  let current: Run | null = null;

  /** The first place of a line at or behind `from`, and -1 where there is none. */
  const placeFrom = (number: number, from: number): number => {
    let low = starts[number]!;
    let high = starts[number + 1]!;
    while (low < high) {
      const half = (low + high) >> 1;
      if (places[half]! < from) low = half + 1;
      else high = half;
    }
    return low < starts[number + 1]! ? places[low]! : -1;
  };

  const weigh = (number: number): number => (starts[number + 1]! - starts[number]! > rare ? common : 1);

  const begin = (number: number): Run | null => {
    if (number >= oldDistinct) return null;
    const last = runs.at(-1);
    const expected = last ? last.old + last.length : frontOld;
    const often = starts[number + 1]! - starts[number]! > rare;
    for (const from of last ? [expected, frontOld] : [expected]) {
      const place = placeFrom(number, from);
      if (place < 0 || (often && place - from > near)) continue;
      const run = { old: place, new: count - 1, length: 1, weight: weigh(number) };
      while (run.old > frontOld && run.new > frontNew && oldNumbers[run.old - 1] === now[run.new - 1]) {
        run.old--;
        run.new--;
        run.length++;
        run.weight += weigh(oldNumbers[run.old]!);
      }
      return run;
    }
    return null;
  };

  return {
    count: () => count,
    get old() {
      return frontOld;
    },
    get new() {
      return frontNew;
    },
    take(line) {
      if (count === now.length) {
        const larger = new Int32Array(count * 2);
        larger.set(now);
        now = larger;
      }
      // Most lines are the next one of the old text: comparing is cheaper than looking up.
      const next = current === null ? frontOld : current.old + current.length;
      if ((current !== null || frontNew === count) && next < before.length && before[next] === line) {
        now[count++] = oldNumbers[next]!;
        if (current !== null) {
          known = null;
          current.length++;
          current.weight += weigh(oldNumbers[next]!);
        } else {
          frontOld++;
          frontNew++;
        }
        return;
      }
      let number = numbers.get(line);
      if (number === undefined) numbers.set(line, (number = numbers.size));
      now[count++] = number;
      current = begin(number);
      if (current !== null) known = null;
      if (current === null) return;
      // What the new run has taken over at its beginning is no longer another's.
      while (runs.length > 0 && runs.at(-1)!.new >= current.new) runs.pop();
      runs.push(current);
      if (runs.length > kept) {
        const shortest = runs.slice(0, -1).reduce((a, b) => (b.length < a.length ? b : a));
        runs = runs.filter((run) => run !== shortest);
      }
    },
    chain: () => (known ??= heaviest(runs)),
    part(from, to, newFrom, newTo) {
      // Numbers of its own: a small part must not cost what the whole does.
      if (local.length < numbers.size) local = new Int32Array(2 * numbers.size);
      let distinct = 0;
      const renumbered = (list: Int32Array, start: number, end: number): Int32Array => {
        const result = new Int32Array(end - start);
        for (let index = start; index < end; index++) result[index - start] = (local[list[index]!] ||= ++distinct) - 1;
        return result;
      };
      const large = to - from > before.length / 2;
      const old = large ? oldNumbers.subarray(from, to) : renumbered(oldNumbers, from, to);
      const fresh = large ? now.subarray(newFrom, newTo) : renumbered(now, newFrom, newTo);
      if (large) distinct = numbers.size;
      else {
        for (let index = from; index < to; index++) local[oldNumbers[index]!] = 0;
        for (let index = newFrom; index < newTo; index++) local[now[index]!] = 0;
      }
      return {
        old,
        now: fresh,
        distinct,
        start: 0,
        sameOld: (one, other) => other < old.length && old[one] === old[other],
        sameNew: (one, other) => other < fresh.length && fresh[one] === fresh[other],
      };
    },
    advance(run) {
      frontOld = run.old + run.length;
      frontNew = run.new + run.length;
      known = null;
      runs = runs.filter((one) => one.old >= frontOld && one.new >= frontNew);
      if (current !== null && !runs.includes(current)) current = null;
    },
  };
}

/** For each number the places it stands in, in order: `places` from `starts[n]` up to `starts[n + 1]`. */
function placesByNumber(lines: Int32Array, distinct: number): { starts: Int32Array; places: Int32Array } {
  const starts = new Int32Array(distinct + 1);
  for (let index = 0; index < lines.length; index++) starts[lines[index]! + 1]!++;
  for (let number = 0; number < distinct; number++) starts[number + 1]! += starts[number]!;
  const next = starts.slice();
  const places = new Int32Array(lines.length);
  for (let index = 0; index < lines.length; index++) places[next[lines[index]!]!++] = index;
  return { starts, places };
}

/** Runs are in the order of the new text. Of those that cannot stand together the lighter ones are left out. */
function heaviest(runs: readonly Run[]): Run[] {
  const weights: number[] = [];
  const previous: number[] = [];
  let best = -1;
  runs.forEach((run, index) => {
    let before = -1;
    for (let other = 0; other < index; other++) {
      const one = runs[other]!;
      const fits = one.old + one.length <= run.old && one.new + one.length <= run.new;
      if (fits && (before < 0 || weights[other]! > weights[before]!)) before = other;
    }
    weights.push(run.length + (before < 0 ? 0 : weights[before]!));
    previous.push(before);
    if (best < 0 || weights[index]! > weights[best]!) best = index;
  });
  const chain: Run[] = [];
  for (let at = best; at >= 0; at = previous[at]!) chain.push(runs[at]!);
  return chain.reverse();
}

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
import { changesOf, type Change } from "./diff.ts";
import { grown } from "./linesTable.ts";
import { meet, openSure } from "./streamSure.ts";
import type { KnownLines, Taking } from "./streamLines.ts";

/** `length` lines from `new` on equal those from `old` on. */
export interface Run {
  old: number;
  new: number;
  length: number;
  /** How much the run says, in tenths of a line: a line that stands in many places counts as little. */
  weight: number;
  /** The run before it in the longest list that ends with it, and how many lines that list has up to there. */
  before: Run | null;
  reach: number;
}

export interface Followed extends Taking {
  /** Lines that have arrived. */
  count(): number;
  /** The frontier: the first lines that are not settled. */
  readonly old: number;
  readonly new: number;
  /** The longest list of runs that go forward on both sides. */
  chain(): readonly Run[];
  /** The exact changes of a part of both texts. */
  window(from: number, to: number, newFrom: number, newTo: number): Change[];
  /** Whether a change stays whatever comes; `changes` are those of its part. */
  isSure(change: Change, changes: readonly Change[]): boolean;
  /** Moves the frontier behind a run. */
  advance(run: Run): void;
}

/** Places of one line that may begin a run anywhere. */
const rare = 8;
/** A line of any kind may begin a run within so many lines of where the new text was last found. */
const near = 60;
/** Runs kept behind the frontier; of more, the shortest old ones go. */
const kept = 48;
/** What a line weighs that stands in one place. In several it weighs as many times less: a brace follows any text. */
export const plain = 10;
/** By the number of places. */
const weights = [plain, plain, plain / 2, 3, 2, 2];
/** Lines of either side up to which a part is looked through without preparation. */
const few = 8;

export function openFollowed(known: KnownLines): Followed {
  const oldNumbers = known.old;
  const oldDistinct = known.distinct();
  // For each number its first place and how many it has; for each line the next place of its like.
  const first = new Int32Array(oldDistinct).fill(-1);
  const times = new Int32Array(oldDistinct);
  const following = new Int32Array(oldNumbers.length);
  for (let line = oldNumbers.length - 1; line >= 0; line--) {
    const number = oldNumbers[line]!;
    following[line] = first[number]!;
    first[number] = line;
    times[number]!++;
  }
  const weigh = (number: number): number => weights[times[number]!] ?? 1;
  const sure = openSure(oldNumbers, oldDistinct, (number) => weigh(number) > 1);
  const { latest } = sure;
  let now = new Int32Array(oldNumbers.length + 1024);
  let count = 0;
  let frontOld = 0;
  let frontNew = 0;
  const runs: Run[] = [];
  /** So many of them know what stands before them. */
  let linked = 0;
  /** The chain, until a run changes. */
  let chain: readonly Run[] | null = none;
  let local = new Int32Array(0);
  let current: Run | null = null;

  /** The first place of a line at or behind `from`, and -1 where there is none; of a frequent line, where none is near. */
  const placeFrom = (number: number, from: number): number => {
    if (times[number]! > rare) {
      const end = Math.min(from + near + 1, oldNumbers.length);
      for (let line = from; line < end; line++) if (oldNumbers[line] === number) return line;
      return -1;
    }
    let place = first[number]!;
    while (place >= 0 && place < from) place = following[place]!;
    return place;
  };

  const begin = (number: number): Run | null => {
    if (number >= oldDistinct) return null;
    const last = runs.at(-1);
    let place = placeFrom(number, last ? last.old + last.length : frontOld);
    if (place < 0 && last) place = placeFrom(number, frontOld);
    if (place < 0) return null;
    let length = 1;
    let weight = weigh(number);
    while (
      place - length >= frontOld &&
      count - 1 - length >= frontNew &&
      oldNumbers[place - length] === now[count - 1 - length]
    )
      weight += weigh(oldNumbers[place - length++]!);
    return { old: place + 1 - length, new: count - length, length, weight, before: null, reach: 0 };
  };

  const part = (from: number, to: number, newFrom: number, newTo: number): Change[] => {
    // Numbers of its own: a small part must not cost what the whole does.
    const large = to - from > oldNumbers.length / 2;
    if (!large && local.length < known.distinct()) local = new Int32Array(2 * known.distinct());
    let distinct = 0;
    const renumbered = (list: Int32Array, start: number, end: number): Int32Array => {
      const result = new Int32Array(end - start);
      for (let index = start; index < end; index++) result[index - start] = (local[list[index]!] ||= ++distinct) - 1;
      return result;
    };
    const old = large ? oldNumbers.subarray(from, to) : renumbered(oldNumbers, from, to);
    const fresh = large ? now.subarray(newFrom, newTo) : renumbered(now, newFrom, newTo);
    if (large) distinct = known.distinct();
    else {
      for (let index = from; index < to; index++) local[oldNumbers[index]!] = 0;
      for (let index = newFrom; index < newTo; index++) local[now[index]!] = 0;
    }
    const changes = changesOf({
      old,
      now: fresh,
      distinct,
      start: 0,
      sameOld: (one, other) => other < old.length && old[one] === old[other],
      sameNew: (one, other) => other < fresh.length && fresh[one] === fresh[other],
    });
    for (const change of changes) {
      change.from += from;
      change.to += from;
      change.newFrom += newFrom;
      change.newTo += newFrom;
    }
    return changes;
  };

  return {
    count: () => count,
    get old() {
      return frontOld;
    },
    get new() {
      return frontNew;
    },
    next() {
      const next = current !== null ? current.old + current.length : frontNew === count ? frontOld : -1;
      return next < oldNumbers.length ? next : -1;
    },
    goOn(lines) {
      const next = current === null ? frontOld : current.old + current.length;
      while (count + lines > now.length) now = grown(now);
      for (let line = next; line < next + lines; line++) {
        const number = oldNumbers[line]!;
        latest[number] = count;
        now[count++] = number;
      }
      if (current === null) {
        frontOld += lines;
        frontNew += lines;
        return;
      }
      chain = null;
      current.length += lines;
      for (let line = next; line < next + lines; line++) current.weight += weigh(oldNumbers[line]!);
    },
    take(number) {
      if (count === now.length) now = grown(now);
      if (number < oldDistinct) latest[number] = count;
      now[count++] = number;
      current = begin(number);
      if (current === null) return;
      chain = null;
      // What the new run has taken over at its beginning is no longer another's.
      while (runs.length > 0 && runs.at(-1)!.new >= current.new) runs.pop();
      linked = Math.min(linked, runs.length);
      runs.push(current);
      if (runs.length > kept) {
        let shortest = 0;
        for (let index = 1; index < kept; index++) if (runs[index]!.length < runs[shortest]!.length) shortest = index;
        runs.splice(shortest, 1);
        linked = Math.min(linked, shortest);
      }
    },
    chain() {
      if (chain !== null) return chain;
      for (; linked < runs.length; linked++) link(runs[linked]!, runs, linked);
      return (chain = longest(runs));
    },
    window(from, to, newFrom, newTo) {
      // Nearly every part is one change of a few lines between equal ones.
      let [top, newTop] = [from, newFrom];
      while (top < to && newTop < newTo && oldNumbers[top] === now[newTop]) {
        top++;
        newTop++;
      }
      let [bottom, newBottom] = [to, newTo];
      while (bottom > top && newBottom > newTop && oldNumbers[bottom - 1] === now[newBottom - 1]) {
        bottom--;
        newBottom--;
      }
      if (top === bottom && newTop === newBottom) return [];
      const large = bottom - top > few || newBottom - newTop > few;
      if (top < bottom && newTop < newBottom && (large || meet(oldNumbers, top, bottom, now, newTop, newBottom)))
        return part(from, to, newFrom, newTo);
      // What was only put in, or only taken out, stands as late as it can.
      if (top === bottom)
        while (newBottom < newTo && now[newTop] === now[newBottom]) {
          top = ++bottom;
          newTop++;
          newBottom++;
        }
      else if (newTop === newBottom)
        while (bottom < to && oldNumbers[top] === oldNumbers[bottom]) {
          newTop = ++newBottom;
          top++;
          bottom++;
        }
      return [{ from: top, to: bottom, newFrom: newTop, newTo: newBottom }];
    },
    isSure: (change, changes) => sure.isSure(now.subarray(0, count), change, changes),
    advance(run) {
      frontOld = run.old + run.length;
      frontNew = run.new + run.length;
      let left = 0;
      for (const one of runs) if (one.old >= frontOld && one.new >= frontNew) runs[left++] = one;
      runs.length = left;
      linked = 0;
      // What is left of the longest list is the longest of what is left: all of it stood behind the run.
      chain = left === 0 ? none : chain && chain.slice(chain.indexOf(run) + 1);
      // The newest run is the current one, where there is one.
      if (current !== null && (left === 0 || runs[left - 1] !== current)) current = null;
    },
  };
}

const none: readonly Run[] = [];

/** Finds what stands before a run, among the first `count` runs. They are in the order of the new text. */
function link(run: Run, runs: readonly Run[], count: number): void {
  run.before = null;
  run.reach = 0;
  for (let index = 0; index < count; index++) {
    const one = runs[index]!;
    const reach = one.reach + one.length;
    if (reach <= run.reach || one.old + one.length > run.old || one.new + one.length > run.new) continue;
    run.before = one;
    run.reach = reach;
  }
}

/** Of the runs that cannot stand together the shorter ones are left out. */
function longest(runs: readonly Run[]): readonly Run[] {
  let last: Run | null = null;
  for (const run of runs) if (last === null || run.reach + run.length > last.reach + last.length) last = run;
  const chain: Run[] = [];
  for (let run = last; run !== null; run = run.before) chain.push(run);
  return chain.reverse();
}

/**
 * Lines as numbers: equal lines of two texts get equal numbers, so that the diff compares integers.
 *
 * Pure. What both texts begin and end with is left out: it is equal whatever the rest is.
 *
 * Always: two numbers are equal exactly if the lines are, character for character.
 */
import type { Slices } from "./slices.ts";
import type { Lines } from "./text.ts";

/** The middle of two texts, as numbers from 0 to `distinct`. */
export interface Numbered {
  old: Int32Array;
  now: Int32Array;
  distinct: number;
  /** Equal lines above, on both sides. */
  start: number;
  /** Whether two lines of the same side are equal, by their places in the whole text; false where there is no such line. */
  sameOld: (one: number, other: number) => boolean;
  sameNew: (one: number, other: number) => boolean;
}

/** Lines between two pieces. */
const slice = 8_000;

export function* numberedSlices(before: Lines, after: Lines): Slices<Numbered> {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const numbers = new Map<string, number>();
  const number = (lines: Lines, result: Int32Array, from: number): void => {
    for (let index = from; index < Math.min(from + slice, result.length); index++) {
      const line = lines[start + index]!;
      let known = numbers.get(line);
      if (known === undefined) numbers.set(line, (known = numbers.size));
      result[index] = known;
    }
  };
  const old = new Int32Array(before.length - end - start);
  const now = new Int32Array(after.length - end - start);
  for (let from = 0; from < old.length; from += slice) {
    number(before, old, from);
    if (from + slice < old.length) yield;
  }
  for (let from = 0; from < now.length; from += slice) {
    if (old.length + from > slice) yield;
    number(after, now, from);
  }
  return {
    old,
    now,
    distinct: numbers.size,
    start,
    sameOld: (one, other) => before[one] === before[other] && other < before.length,
    sameNew: (one, other) => after[one] === after[other] && other < after.length,
  };
}

/**
 * Lines as numbers: equal lines of two texts get equal numbers, so that the diff compares integers.
 *
 * Pure. What both texts begin and end with is left out: it is equal whatever the rest is.
 *
 * Always: two numbers are equal exactly if the lines are, character for character.
 */
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

export function numbered(before: Lines, after: Lines): Numbered {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const numbers = new Map<string, number>();
  const numbersOf = (lines: Lines, to: number): Int32Array => {
    const result = new Int32Array(to - start);
    for (let index = 0; index < result.length; index++) {
      const line = lines[start + index]!;
      let number = numbers.get(line);
      if (number === undefined) numbers.set(line, (number = numbers.size));
      result[index] = number;
    }
    return result;
  };
  const old = numbersOf(before, before.length - end);
  const now = numbersOf(after, after.length - end);
  return {
    old,
    now,
    distinct: numbers.size,
    start,
    sameOld: (one, other) => before[one] === before[other] && other < before.length,
    sameNew: (one, other) => after[one] === after[other] && other < after.length,
  };
}

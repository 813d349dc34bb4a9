/**
 * Words: the pieces of a line that a person reads as one, and how much of them two lines share.
 *
 * Pure. A word is a run of letters, digits and underscores, or of blanks, or one other character.
 *
 * Always: joining the words gives the line; no character outside the basic plane is cut in two.
 */
import type { Lines } from "./text.ts";

const pattern = /[\p{L}\p{N}\p{M}_]+|\s+|./gsu;

export function wordsIn(line: string): string[] {
  return line.match(pattern) ?? [];
}

/** Characters of a line that count: a longer one is told from others by its beginning well enough. */
export const enough = 2_000;

/**
 * How alike lines are, all old ones with all new ones: from 0 (nothing in common) to 1 (the same words). Dice's
 * coefficient, words weighed by their length, blanks left out. Old line `i` and new line `j` stand at `i * now.length + j`;
 * of each line the first `read` characters count.
 */
export function likenesses(old: Lines, now: Lines, read: number): Float64Array {
  const visible = (line: string) => wordsIn(line.slice(0, read)).filter((word) => word.trim() !== "");
  // For each word the new lines that have it, each followed by how often: nothing is done for words that only one side has.
  const places = new Map<string, number[]>();
  const weights = now.map((line, at) => {
    let weight = 0;
    for (const word of visible(line)) {
      weight += word.length;
      const list = places.get(word);
      if (!list) places.set(word, [at, 1]);
      else if (list.at(-2) === at) list[list.length - 1]! += 1;
      else list.push(at, 1);
    }
    return weight;
  });
  const result = new Float64Array(old.length * now.length);
  old.forEach((line, at) => {
    const row = result.subarray(at * now.length, (at + 1) * now.length);
    const times = new Map<string, number>();
    let weight = 0;
    for (const word of visible(line)) {
      weight += word.length;
      const list = places.get(word) ?? [];
      const time = (times.get(word) ?? 0) + 1;
      times.set(word, time);
      for (let place = 0; place < list.length; place += 2)
        if (list[place + 1]! >= time) row[list[place]!]! += word.length;
    }
    for (let other = 0; other < row.length; other++) {
      const both = weight + weights[other]!;
      row[other] = both === 0 ? 1 : (2 * row[other]!) / both;
    }
  });
  return result;
}

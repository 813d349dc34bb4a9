/**
 * Words: the pieces of a line that a person reads as one, and how much of them two lines share.
 *
 * Pure. A word is a run of letters, digits and underscores, or of blanks, or one other character.
 *
 * Always: joining the words gives the line; no character outside the basic plane is cut in two.
 */

const pattern = /[\p{L}\p{N}\p{M}_]+|\s+|./gsu;

export function wordsIn(line: string): string[] {
  return line.match(pattern) ?? [];
}

/** A line as a bag of words, to be held against others. */
export interface Shares {
  /** From 0 (nothing in common) to 1 (the same words): Dice's coefficient, words weighed by their length. */
  likeness(other: Shares): number;
  bag: ReadonlyMap<string, number>;
  weight: number;
}

/** Characters of a line that count: a longer one is told from others by its beginning well enough. */
const enough = 2_000;

export function sharesOf(line: string): Shares {
  const bag = new Map<string, number>();
  let weight = 0;
  for (const word of wordsIn(line.slice(0, enough))) {
    if (word.trim() === "") continue;
    bag.set(word, (bag.get(word) ?? 0) + 1);
    weight += word.length;
  }
  return {
    bag,
    weight,
    likeness(other) {
      if (weight + other.weight === 0) return 1;
      const [small, large] = bag.size <= other.bag.size ? [bag, other.bag] : [other.bag, bag];
      let shared = 0;
      for (const [word, count] of small) shared += Math.min(count, large.get(word) ?? 0) * word.length;
      return (2 * shared) / (weight + other.weight);
    },
  };
}

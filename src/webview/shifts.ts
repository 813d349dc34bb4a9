/**
 * Shifts: what a change of the page moved, and by how much to scroll so that what the person looks at stays where it is.
 *
 * Pure: positions in, numbers and names out. Whoever measures the page is `steady.ts`.
 * Always: a button that only kept its place has not moved; one that came where another stood has.
 */

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Pixels that nobody notices: rounding, a border. */
const unnoticed = 2;

/** How far down the first of `wanted` went that was there before and is there now; 0 where there is none. */
export function shiftOf<K>(
  before: ReadonlyMap<K, number>,
  now: (key: K) => number | null,
  wanted: readonly (K | null)[],
): number {
  for (const key of wanted) {
    const from = key === null ? undefined : before.get(key);
    const to = key === null || from === undefined ? null : now(key);
    if (from !== undefined && to !== null) return to - from;
  }
  return 0;
}

/** The buttons that are elsewhere than before, and the new ones that cover a place where another one was. */
export function slid<K>(before: ReadonlyMap<K, Box>, after: ReadonlyMap<K, Box>): K[] {
  const moved: K[] = [];
  for (const [key, box] of after) {
    const old = before.get(key);
    const others = () => [...before].filter(([other]) => other !== key).map(([, each]) => each);
    if (old !== undefined ? isElsewhere(old, box) : others().some((other) => overlaps(other, box))) moved.push(key);
  }
  return moved;
}

function isElsewhere(one: Box, other: Box): boolean {
  return Math.abs(one.top - other.top) > unnoticed || Math.abs(one.left - other.left) > unnoticed;
}

function overlaps(one: Box, other: Box): boolean {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

/** From where to where the parts of a list, which stand one below the other, are between `top` and `bottom`. */
export function within(
  count: number,
  edges: (index: number) => { top: number; bottom: number },
  top: number,
  bottom: number,
): [from: number, to: number] {
  let from = 0;
  let end = count;
  while (from < end) {
    const middle = (from + end) >> 1;
    if (edges(middle).bottom <= top) from = middle + 1;
    else end = middle;
  }
  let to = from;
  while (to < count && edges(to).top < bottom) to++;
  return [from, to];
}

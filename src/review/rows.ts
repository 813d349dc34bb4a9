/**
 * Rows: a hunk line by line, so that a person can take one line of it and leave another.
 *
 * Pure. A row has one old line, one new line, or one of each. Where both sides have as many lines they are paired in
 * order; else those are paired that are most alike, without crossing. A chosen row gives its new side, any other its
 * old side, in the order of the rows.
 *
 * Always: all rows chosen give the new lines, none chosen the old ones; a choice that would leave a line without an
 * end in front of another is widened until it does not.
 */
import { terminatorOf, type Lines } from "./text.ts";
import { enough, likenesses } from "./wordsShared.ts";

/** Places of lines in the hunk's own old and new lines, counted from 0. At least one of them is there. */
export interface Row {
  old: number | null;
  new: number | null;
}

/** Pairs looked at before similarity is given up: then lines are paired in order. */
const most = 40_000;
/** Characters that count: where there are many lines fewer of each, of all lines together and of all pairs. */
const mostRead = 200_000;
const mostCompared = 8_000_000;
/** With fewer than these lines cannot be told apart. */
const fewest = 40;
/** Lines less alike than this are not one line changed, but one gone and another come. */
const alike = 0.4;

/** The rows of a hunk: `old` and `now` are its own lines. */
export function rowsOf(old: Lines, now: Lines): Row[] {
  const rows: Row[] = [];
  let i = 0;
  let j = 0;
  for (const [x, y] of pairsOf(old, now)) {
    while (i < x) rows.push({ old: i++, new: null });
    while (j < y) rows.push({ old: null, new: j++ });
    rows.push({ old: i++, new: j++ });
  }
  while (i < old.length) rows.push({ old: i++, new: null });
  while (j < now.length) rows.push({ old: null, new: j++ });
  return rows;
}

function pairsOf(old: Lines, now: Lines): [number, number][] {
  const shorter = Math.min(old.length, now.length);
  const pairs = old.length * now.length;
  const read = Math.floor(Math.min(enough, mostRead / (old.length + now.length), mostCompared / pairs));
  if (old.length === now.length || pairs > most || read < fewest)
    return Array.from({ length: shorter }, (_, index) => [index, index]);
  return mostAlike(old.length, now.length, likenesses(old, now, read));
}

/** The pairs without crossings whose likenesses add up to most; of equal sums the one that pairs the first lines. */
function mostAlike(height: number, width: number, likeness: Float64Array): [number, number][] {
  // The most from each pair of lines on; one more column and row behind the last.
  const next = width + 1;
  const sums = new Float64Array((height + 1) * next);
  for (let i = height - 1; i >= 0; i--) {
    for (let j = width - 1; j >= 0; j--) {
      const like = likeness[i * width + j]!;
      const at = i * next + j;
      const below = sums[at + next]!;
      const beside = sums[at + 1]!;
      const best = below > beside ? below : beside;
      const paired = like < alike ? -1 : like + sums[at + next + 1]!;
      sums[at] = paired > best ? paired : best;
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < height && j < width;) {
    const at = i * next + j;
    const like = likeness[i * width + j]!;
    if (like >= alike && sums[at] === like + sums[at + next + 1]!) pairs.push([i++, j++]);
    else if (sums[at] === sums[at + next]) i++;
    else j++;
  }
  return pairs;
}

/** The rows that have to be taken when these are. */
export function closed(rows: readonly Row[], chosen: Iterable<number>, old: Lines, now: Lines): Set<number> {
  const taken = new Set(chosen);
  const open = (lines: Lines, at: number | null) => at !== null && terminatorOf(lines[at]!) === "";
  // A new line without an end: what stands behind it has to go, or come, with it.
  const openNew = rows.findIndex((row, index) => taken.has(index) && open(now, row.new));
  if (openNew >= 0) for (let index = openNew + 1; index < rows.length; index++) taken.add(index);
  // An old line without an end that would stand in front of a new one.
  const openOld = rows.findIndex((row, index) => !taken.has(index) && open(old, row.old));
  const behind = rows.some((row, index) => index > openOld && (taken.has(index) ? row.new : row.old) !== null);
  if (openOld >= 0 && behind) {
    taken.add(openOld);
    return closed(rows, taken, old, now);
  }
  return taken;
}

/** The hunk's lines when these rows are taken. The choice must be closed. */
export function withRows(rows: readonly Row[], chosen: ReadonlySet<number>, old: Lines, now: Lines): string[] {
  const lines: string[] = [];
  rows.forEach((row, index) => {
    if (chosen.has(index)) {
      if (row.new !== null) lines.push(now[row.new]!);
    } else if (row.old !== null) lines.push(old[row.old]!);
  });
  return lines;
}

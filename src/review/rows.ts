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
import { sharesOf, type Shares } from "./wordsShared.ts";

/** Places of lines in the hunk's own old and new lines, counted from 0. At least one of them is there. */
export interface Row {
  old: number | null;
  new: number | null;
}

/** Pairs looked at before similarity is given up: then lines are paired in order. */
const most = 40_000;
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
  if (old.length === now.length || old.length * now.length > most)
    return Array.from({ length: shorter }, (_, index) => [index, index]);
  return mostAlike(old.map(sharesOf), now.map(sharesOf));
}

/** The pairs without crossings whose likenesses add up to most; of equal sums the one that pairs the first lines. */
function mostAlike(old: Shares[], now: Shares[]): [number, number][] {
  const width = now.length + 1;
  const sums = new Float64Array((old.length + 1) * width);
  const likeness = new Float64Array(old.length * now.length);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const like = old[i]!.likeness(now[j]!);
      likeness[i * now.length + j] = like;
      const paired = like < alike ? -1 : like + sums[(i + 1) * width + j + 1]!;
      sums[i * width + j] = Math.max(paired, sums[(i + 1) * width + j]!, sums[i * width + j + 1]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < old.length && j < now.length;) {
    const sum = sums[i * width + j]!;
    const like = likeness[i * now.length + j]!;
    if (like >= alike && sum === like + sums[(i + 1) * width + j + 1]!) pairs.push([i++, j++]);
    else if (sum === sums[(i + 1) * width + j]!) i++;
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

/**
 * Words within a changed row: which parts of the old line went, and which of the new one came.
 *
 * Pure, and meant to be called for the rows that are shown only. Lines that share too little are not taken apart: then
 * all of both has changed. Of a very long line only the part between its equal ends is looked at, and that only up to
 * a budget.
 *
 * Always: the lines without their marked parts are equal; the parts are in order, never touch, and never cut a
 * character in two.
 */
import { diffLines } from "./diff.ts";
import { enough, likenesses, wordsIn } from "./wordsShared.ts";

/** Half-open ranges in UTF-16 code units. */
export interface Words {
  old: [number, number][];
  new: [number, number][];
}

/** Characters of both middles together that are taken apart; longer ones are marked as a whole. */
const budget = 20_000;
const alike = 0.25;

/** The parts of a row's two lines that differ. */
export function wordsOf(old: string, now: string): Words {
  let start = 0;
  const shorter = Math.min(old.length, now.length);
  while (start < shorter && old.charCodeAt(start) === now.charCodeAt(start)) start++;
  let end = 0;
  while (end < shorter - start && old.charCodeAt(old.length - 1 - end) === now.charCodeAt(now.length - 1 - end)) end++;
  start = atWord(old, now, start);
  end = old.length - atWordEnd(old, now, old.length - end, now.length - end);
  const oldMiddle = old.slice(start, old.length - end);
  const newMiddle = now.slice(start, now.length - end);
  const whole: Words = { old: partOf(start, oldMiddle), new: partOf(start, newMiddle) };
  if (oldMiddle === "" || newMiddle === "" || oldMiddle.length + newMiddle.length > budget) return whole;
  if (start + end === 0 && likenesses([old], [now], enough)[0]! < alike) return whole;
  const oldWords = wordsIn(oldMiddle);
  const newWords = wordsIn(newMiddle);
  const changes = diffLines(oldWords, newWords);
  return {
    old: ranges(
      oldWords,
      start,
      changes.map(({ from, to }) => [from, to]),
    ),
    new: ranges(
      newWords,
      start,
      changes.map(({ newFrom, newTo }) => [newFrom, newTo]),
    ),
  };
}

function partOf(start: number, text: string): [number, number][] {
  return text === "" ? [] : [[start, start + text.length]];
}

const inWord = /[\p{L}\p{N}\p{M}_\ud800-\udfff]/u;

/** Whether a place in a line is within a word. */
function cuts(line: string, place: number): boolean {
  return place > 0 && place < line.length && inWord.test(line[place]!) && inWord.test(line[place - 1]!);
}

/** The beginning of the word that both lines are in at this place: a word has changed as a whole. */
function atWord(old: string, now: string, at: number): number {
  while (cuts(old, at) || cuts(now, at)) at--;
  return at;
}

/** The end of the word, seen from behind, as a place in the old line. */
function atWordEnd(old: string, now: string, oldAt: number, newAt: number): number {
  while (oldAt < old.length && (cuts(old, oldAt) || cuts(now, newAt))) {
    oldAt++;
    newAt++;
  }
  return oldAt;
}

/** Ranges of words as ranges of characters; those that only blanks keep apart on this side stay apart. */
function ranges(words: readonly string[], start: number, of: readonly [number, number][]): [number, number][] {
  const offsets = [start];
  for (const word of words) offsets.push(offsets.at(-1)! + word.length);
  return of.filter(([from, to]) => from < to).map(([from, to]) => [offsets[from]!, offsets[to]!]);
}

/**
 * Moved blocks: lines that a change takes out in one place and puts in, the same, in another.
 *
 * Pure. A block is a run of lines that was removed by one change and added by one, with something in it that tells it
 * from others. Every line belongs to one block at most, and longer blocks come first.
 *
 * Always: the lines of a block are equal on both sides; blocks are given in the order of the old text.
 */
import type { Change } from "./diff.ts";
import { bareLine, type Lines } from "./text.ts";

/** Lines [from, to) of the old text stand at [newFrom, newTo) of the new one, each in a change of its own place. */
export type Moved = Change;

/** Letters and digits in all its lines that make a block worth a link: a few braces are everywhere. */
const telling = 20;
/** Places of one line that are tried as the beginning of a block. */
const tried = 32;

/** Blocks that these changes take out in one place and put in, the same, in another; in the order of the old text. */
export function movedBlocks(changes: readonly Change[], before: Lines, after: Lines): Moved[] {
  // Removed lines by their text, and where each removed run ends.
  const places = new Map<string, number[]>();
  const ends = new Map<number, number>();
  for (const { from, to } of changes) {
    for (let line = from; line < to; line++) {
      ends.set(line, to);
      const known = places.get(before[line]!);
      if (known === undefined) places.set(before[line]!, [line]);
      else if (known.length < tried) known.push(line);
    }
  }
  const found: Moved[] = [];
  for (const { newFrom, newTo } of changes) {
    for (let line = newFrom; line < newTo;) {
      let best: Moved | null = null;
      for (const from of places.get(after[line]!) ?? []) {
        const end = ends.get(from)!;
        let length = 1;
        while (from + length < end && line + length < newTo && before[from + length] === after[line + length]) length++;
        if (best === null || length > best.to - best.from)
          best = { from, to: from + length, newFrom: line, newTo: line + length };
      }
      if (best === null || !tells(after, best)) line++;
      else {
        found.push(best);
        line = best.newTo;
      }
    }
  }
  found.sort((a, b) => b.to - b.from - (a.to - a.from) || a.newFrom - b.newFrom);
  const taken = new Set<number>();
  const moved: Moved[] = [];
  for (const block of found) {
    let free = true;
    for (let line = block.from; line < block.to; line++) free &&= !taken.has(line);
    if (!free) continue;
    for (let line = block.from; line < block.to; line++) taken.add(line);
    moved.push(block);
  }
  return moved.sort((a, b) => a.from - b.from);
}

function tells(lines: Lines, { newFrom, newTo }: Moved): boolean {
  let count = 0;
  for (let line = newFrom; line < newTo && count < telling; line++)
    count += bareLine(lines[line]!).match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return count >= telling;
}

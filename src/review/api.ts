/**
 * The review core for other tools: hunks of two texts, applied by choice; three texts merged; rows, words, moved blocks
 * and hunks of a text that is still arriving.
 *
 * Pure: texts in, values out. No clock, no disk, nothing kept between calls. Lines end in LF, CRLF or a lone CR, and each
 * line keeps its own end.
 *
 * Always: `apply(before, hunks, all ids) === after`; `apply(before, hunks, []) === before`.
 */
import { changesOf, diffLines, type Change } from "./diff.ts";
import { encoded } from "./linesBytes.ts";
import { textsOf, textsOfLines, type Cut } from "./linesTexts.ts";
import { compose, editsOf, mergeEdits, type Edit } from "./merge.ts";
import { linesOf } from "./text.ts";

export type { Change } from "./diff.ts";
export type { Edit } from "./merge.ts";
export { diffLines, diffSlices } from "./diff.ts";
export { shownBorders } from "./diffBorders.ts";
export { editedChanges } from "./diffLocal.ts";
export { movedBlocks, type Moved } from "./linesMoved.ts";
export { closed, rowsOf, withRows, type Row } from "./rows.ts";
export { whole, type Slices } from "./slices.ts";
export { openStream, type Stream } from "./stream.ts";
export { linesOf, type Lines } from "./text.ts";
export { wordsOf, type Words } from "./words.ts";

/** A piece of a change that can be taken or left by itself. Lines are counted from 0, ranges are half-open. */
export interface Hunk extends Change {
  /** The same for the same old lines, new lines and place among equals; nothing else goes into it. */
  id: string;
  /** The text that goes. "" where lines are only put in. */
  old: string;
  /** The text that comes. "" where lines are only taken out. */
  new: string;
}

/** The hunks between two texts, in order. They never touch: between two of them at least one line stays. */
export function hunksOf(before: string, after: string): Hunk[] {
  const both = encoded(before, after);
  if (both !== null) {
    const changes = changesOf(both);
    return named(changes, textsOf(changes, both));
  }
  const [old, now] = [linesOf(before), linesOf(after)];
  const changes = diffLines(old, now);
  return named(changes, textsOfLines(changes, old, now));
}

function named(changes: readonly Change[], cuts: readonly Cut[]): Hunk[] {
  const seen = new Map<string, number>();
  return changes.map((change, index) => {
    const cut = cuts[index]!;
    const ordinal = (seen.get(cut.hash) ?? 0) + 1;
    seen.set(cut.hash, ordinal);
    return { id: ordinal === 1 ? cut.hash : `${cut.hash}-${ordinal}`, ...change, old: cut.old, new: cut.new };
  });
}

/**
 * The text with the chosen hunks in it and the others left out, in whatever order they are chosen.
 * Throws where an id is none of the hunks', or `before` is not the text that the hunks were made from.
 */
export function apply(before: string, hunks: readonly Hunk[], chosen: Iterable<string>): string {
  const wanted = new Set(chosen);
  const pieces: string[] = [];
  let position = 0;
  let line = 0;
  let kept = 0;
  for (const hunk of [...hunks].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (!wanted.delete(hunk.id)) continue;
    if (hunk.from < line) throw new RangeError(`hunk ${hunk.id} overlaps another`);
    for (; line < hunk.from; line++) position = endOfLine(before, position);
    if (!before.startsWith(hunk.old, position)) throw new RangeError(`hunk ${hunk.id} does not fit the text`);
    pieces.push(before.slice(kept, position), hunk.new);
    position += hunk.old.length;
    kept = position;
    line = hunk.to;
  }
  if (wanted.size > 0) throw new RangeError(`no hunk ${[...wanted][0]}`);
  pieces.push(before.slice(kept));
  return pieces.join("");
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 10) return at + 1;
    if (code === 13) return text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
  }
  return text.length;
}

/** Lines [from, to) of the common text, which both sides changed in ways that cannot both be had. */
export interface Conflict {
  from: number;
  to: number;
  ours: string;
  theirs: string;
}

/** Both sides' changes to `from` in one text. Where they clash the winner's lines stand, and the conflict is named. */
export function merge(
  from: string,
  ours: string,
  theirs: string,
  winner: "ours" | "theirs" = "ours",
): { text: string; conflicts: Conflict[] } {
  const common = linesOf(from);
  const merged = mergeEdits(common.length, editsOf(common, linesOf(ours)), editsOf(common, linesOf(theirs)), winner);
  const conflicts = merged.clashes.map((clash) => {
    const side = (edits: readonly Edit[]) =>
      compose(
        common.slice(clash.from, clash.to),
        edits.map((edit) => ({ ...edit, from: edit.from - clash.from, to: edit.to - clash.from })),
      ).join("");
    return { from: clash.from, to: clash.to, ours: side(clash.ours), theirs: side(clash.theirs) };
  });
  return { text: compose(common, merged.edits).join(""), conflicts };
}

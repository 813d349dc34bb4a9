/**
 * Merge: two sets of changes to one text, brought together by lines.
 *
 * Pure. Two changes clash when their ranges share a line, when one inserts strictly inside the other's range, or
 * when both insert at the same gap. Equal changes never clash: they are one. Changes that only touch do not clash,
 * but for two cases in which the result would not be what either side meant: both reach the end of the text and the
 * first would leave its last line open in front of the second; or the shorter new text, not empty, already stands at
 * the start or the end of the longer one ("you seem to have this already").
 *
 * Always: without a clash the order of the two sides does not matter; with one, the winning side's text stands for
 * the whole range of the clashing group and the losing side is reported, never dropped in silence.
 */
import { converted, formChange } from "./forms.ts";
import { diffSlices } from "./diff.ts";
import { whole, type Slices } from "./slices.ts";
import { sameLines, sameText, terminatorOf, type Lines, type Text } from "./text.ts";

/** Lines [from, to) of a text are replaced by `lines`. Half-open, counted from 0. */
export interface Edit {
  from: number;
  to: number;
  lines: Lines;
}

/** A group of changes that cannot all be made: their joint range in the common text, and each side's changes in it. */
export interface Clash {
  from: number;
  to: number;
  ours: Edit[];
  theirs: Edit[];
}

export interface Merged {
  /** The changes to make to the common text, in order. */
  edits: Edit[];
  clashes: Clash[];
}

export function editsOf(from: Lines, to: Lines): Edit[] {
  return whole(editsSlices(from, to));
}

/** The same, piece by piece. */
export function* editsSlices(from: Lines, to: Lines): Slices<Edit[]> {
  return (yield* diffSlices(from, to)).map((change) => ({
    from: change.from,
    to: change.to,
    lines: to.slice(change.newFrom, change.newTo),
  }));
}

/** An insertion at a gap stands after a range that ends there and before one that begins there. */
export function inOrder(a: Edit, b: Edit): number {
  return a.from - b.from || a.to - b.to;
}

/** The text with the edits made. They must not clash; equal ones are made once. */
export function compose(from: Lines, edits: readonly Edit[]): string[] {
  const result: string[] = [];
  let position = 0;
  let last: Edit | null = null;
  for (const edit of [...edits].sort(inOrder)) {
    if (last && sameEdit(last, edit)) continue;
    if (edit.from < position) throw new Error("edits overlap");
    for (let index = position; index < edit.from; index++) result.push(from[index]!);
    for (const line of edit.lines) result.push(line);
    position = edit.to;
    last = edit;
  }
  for (let index = position; index < from.length; index++) result.push(from[index]!);
  return result;
}

export function sameEdit(a: Edit, b: Edit): boolean {
  return a.from === b.from && a.to === b.to && sameLines(a.lines, b.lines);
}

/** Whether two changes of a text of `length` lines cannot both be made. */
export function clash(a: Edit, b: Edit, length: number): boolean {
  if (sameEdit(a, b)) return false;
  const [first, second] = inOrder(a, b) <= 0 ? [a, b] : [b, a];
  if (first.from === first.to && second.from === second.to) return first.from === second.from;
  // They share a line, or the second is put in strictly inside the first's range.
  if (second.from < first.to) return true;
  if (first.to !== second.from) return false;
  // They touch.
  const open = first.lines.length > 0 && terminatorOf(first.lines.at(-1)!) === "";
  if (first.to === length && open && second.lines.length > 0) return true;
  return standsWithin(first.lines, second.lines);
}

/** Whether the shorter of two texts is not empty and stands at the start or the end of the longer. */
function standsWithin(a: Lines, b: Lines): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length === 0) return false;
  return sameLines(short, long.slice(0, short.length)) || sameLines(short, long.slice(long.length - short.length));
}

/** Each side's changes are in order and never touch one another, as a diff has them. */
export function mergeEdits(
  length: number,
  ours: readonly Edit[],
  theirs: readonly Edit[],
  winner: "ours" | "theirs",
): Merged {
  const all = [...ours.map((edit) => ({ edit, side: 0 })), ...theirs.map((edit) => ({ edit, side: 1 }))];
  all.sort((a, b) => inOrder(a.edit, b.edit));
  const groups: (typeof all)[] = [];
  // In order, a change can clash with the other side's last one only, and then that is in the last group.
  const last: (Edit | null)[] = [null, null];
  for (const one of all) {
    const rival = last[1 - one.side]!;
    if (rival && clash(rival, one.edit, length)) groups.at(-1)!.push(one);
    else groups.push([one]);
    last[one.side] = one.edit;
  }
  const merged: Merged = { edits: [], clashes: [] };
  for (const group of groups) {
    const side = (which: number) => group.filter((member) => member.side === which).map((member) => member.edit);
    const places = group.map((member) => member.edit);
    if (group.length > 1) {
      const to = places.reduce((most, edit) => Math.max(most, edit.to), 0);
      merged.clashes.push({ from: places[0]!.from, to, ours: side(0), theirs: side(1) });
    }
    const chosen = group.length > 1 ? side(winner === "ours" ? 0 : 1) : places;
    for (const edit of chosen) {
      const last = merged.edits.at(-1);
      // Equal changes are one, and stand right behind one another.
      if (!last || !sameEdit(last, edit)) merged.edits.push(edit);
    }
  }
  return merged;
}

/** Where one side changed how the text is written and nothing else: the other side's text, written so. */
function inForm(from: Text, formed: Text, other: Text): Text | null {
  const form = formChange(from, formed);
  return form && converted(form, other);
}

/** Merges whole texts. A change of form alone meets no line of the other side. What cannot be read as lines is merged as a whole. */
export function merge(from: Text, ours: Text, theirs: Text, winner: "ours" | "theirs"): MergedText {
  return whole(mergeSlices(from, ours, theirs, winner));
}

/** `whole`: it was no merge by lines. */
export interface MergedText {
  text: Text;
  clashes: Clash[];
  whole: boolean;
}

/** The same, piece by piece. */
export function* mergeSlices(from: Text, ours: Text, theirs: Text, winner: "ours" | "theirs"): Slices<MergedText> {
  if (sameText(ours, theirs) || sameText(theirs, from)) return { text: ours, clashes: [], whole: false };
  if (sameText(ours, from)) return { text: theirs, clashes: [], whole: false };
  if (from.kind !== "lines" || ours.kind !== "lines" || theirs.kind !== "lines") {
    return { text: winner === "ours" ? ours : theirs, clashes: [], whole: true };
  }
  const form = inForm(from, ours, theirs) ?? inForm(from, theirs, ours);
  if (form) return { text: form, clashes: [], whole: false };
  const merged = mergeEdits(
    from.lines.length,
    yield* editsSlices(from.lines, ours.lines),
    yield* editsSlices(from.lines, theirs.lines),
    winner,
  );
  return { text: { kind: "lines", lines: compose(from.lines, merged.edits) }, clashes: merged.clashes, whole: false };
}

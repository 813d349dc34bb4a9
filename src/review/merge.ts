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
import { diffLines } from "./diff.ts";
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
  return diffLines(from, to).map((change) => ({
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
  if (Math.max(first.from, second.from) < Math.min(first.to, second.to)) return true;
  if (second.from === second.to && first.from < second.from && second.from < first.to) return true;
  if (first.to !== second.from) return false;
  // They touch.
  const open = first.lines.length > 0 && terminatorOf(first.lines.at(-1)!) === "";
  if (first.to === length && second.to === length && open && second.lines.length > 0) return true;
  return standsWithin(first.lines, second.lines);
}

/** Whether the shorter of two texts is not empty and stands at the start or the end of the longer. */
function standsWithin(a: Lines, b: Lines): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short.length === 0) return false;
  return sameLines(short, long.slice(0, short.length)) || sameLines(short, long.slice(long.length - short.length));
}

export function mergeEdits(
  length: number,
  ours: readonly Edit[],
  theirs: readonly Edit[],
  winner: "ours" | "theirs",
): Merged {
  const all = [...ours.map((edit) => ({ edit, side: 0 })), ...theirs.map((edit) => ({ edit, side: 1 }))];
  all.sort((a, b) => inOrder(a.edit, b.edit) || a.side - b.side);
  const groups: { from: number; to: number; members: typeof all; clashing: boolean }[] = [];
  for (const one of all) {
    const last = groups.at(-1);
    const joins =
      last !== undefined &&
      last.members.some((member) => member.side !== one.side && clash(member.edit, one.edit, length));
    const within = last !== undefined && last.clashing && one.edit.from < last.to;
    if (last && (joins || within)) {
      last.members.push(one);
      last.to = Math.max(last.to, one.edit.to);
      last.clashing = true;
    } else {
      groups.push({ from: one.edit.from, to: one.edit.to, members: [one], clashing: false });
    }
  }
  const merged: Merged = { edits: [], clashes: [] };
  for (const group of joinNeighbours(groups, length)) {
    const side = (which: number) =>
      group.members.filter((member) => member.side === which).map((member) => member.edit);
    if (!group.clashing) {
      merged.edits.push(...side(0), ...side(1));
      continue;
    }
    const found = { from: group.from, to: group.to, ours: side(0), theirs: side(1) };
    merged.clashes.push(found);
    merged.edits.push(...(winner === "ours" ? found.ours : found.theirs));
  }
  merged.edits.sort(inOrder);
  merged.edits = merged.edits.filter((edit, index) => index === 0 || !sameEdit(edit, merged.edits[index - 1]!));
  return merged;
}

interface Group {
  from: number;
  to: number;
  members: { edit: Edit; side: number }[];
  clashing: boolean;
}

/** A change may clash with one that is not its neighbour in order (a long range behind an insertion): join those too. */
function joinNeighbours(groups: Group[], length: number): Group[] {
  const joined: Group[] = [];
  for (const group of groups) {
    let current = group;
    for (let last = joined.at(-1); last && meets(last, current, length); last = joined.at(-1)) {
      joined.pop();
      current = {
        from: Math.min(last.from, current.from),
        to: Math.max(last.to, current.to),
        members: [...last.members, ...current.members],
        clashing: true,
      };
    }
    joined.push(current);
  }
  return joined;
}

function meets(a: Group, b: Group, length: number): boolean {
  if (b.from > a.to) return false;
  return a.members.some((x) => b.members.some((y) => x.side !== y.side && clash(x.edit, y.edit, length)));
}

/** Merges whole texts. What cannot be read as lines is merged as a whole. */
export function merge(
  from: Text,
  ours: Text,
  theirs: Text,
  winner: "ours" | "theirs",
): { text: Text; clashes: Clash[]; whole: boolean } {
  if (sameText(ours, theirs) || sameText(theirs, from)) return { text: ours, clashes: [], whole: false };
  if (sameText(ours, from)) return { text: theirs, clashes: [], whole: false };
  if (from.kind !== "lines" || ours.kind !== "lines" || theirs.kind !== "lines") {
    return { text: winner === "ours" ? ours : theirs, clashes: [], whole: true };
  }
  const merged = mergeEdits(
    from.lines.length,
    editsOf(from.lines, ours.lines),
    editsOf(from.lines, theirs.lines),
    winner,
  );
  return { text: { kind: "lines", lines: compose(from.lines, merged.edits) }, clashes: merged.clashes, whole: false };
}

/**
 * Looks and boundaries: how a proposal follows the draft, and how the person's own text enters it.
 *
 * Pure. At a look the agent's newest changes are merged into the proposal and win; what the person refused stays out
 * unless the agent has changed those very lines again. At a boundary the person's text is merged in and wins; what it
 * overtakes is handed back with all three sides, to be decided.
 *
 * Always: after a look the draft counts as seen; after a boundary the reviewed text is the person's text.
 */
import type { Refusal } from "../protocol/index.ts";
import { proposedNow, reviewedNow, type Sides, type Verdicts } from "./decide.ts";
import { diffSlices } from "./diff.ts";
import { carried } from "./hunks.ts";
import { compose, editsSlices, mergeSlices, sameEdit, type Clash, type Edit } from "./merge.ts";
import { whole, type Slices } from "./slices.ts";
import type { Lines, Text } from "./text.ts";

/** One file in one revision, with the decisions made on it and the draft as last looked at. */
export interface FileNow {
  sides: Sides;
  verdicts: Verdicts;
  draft: Text;
  refusals: readonly Refusal[];
  /** By what name a rejected hunk of this revision is remembered. */
  refusedAs: (hunk: string) => RefusalName;
}

/** The decision that refused a hunk, and the hunk in the revision in which it was refused. */
export type RefusalName = Pick<Refusal, "decision" | "revision" | "hunk">;

export interface Looked {
  reviewed: Text;
  proposed: Text;
  draft: Text;
  refusals: Refusal[];
}

export function lookAt(file: FileNow, draft: Text): Looked {
  return whole(lookSlices(file, draft));
}

/** The same, piece by piece. */
export function* lookSlices(file: FileNow, draft: Text): Slices<Looked> {
  const proposed = proposedNow(file.sides, file.verdicts);
  return {
    reviewed: reviewedNow(file.sides, file.verdicts),
    proposed: (yield* mergeSlices(file.draft, proposed, draft, "theirs")).text,
    draft,
    refusals: yield* refusalsAt(file, draft),
  };
}

/** All that stands refused in the draft, carried to its newest text. */
function* refusalsAt(file: FileNow, draft: Text): Slices<Refusal[]> {
  if (file.draft.kind !== "lines" || draft.kind !== "lines") return [];
  const refused = yield* refusedSlices(file);
  if (refused.length === 0) return refused;
  const changes = yield* diffSlices(file.draft.lines, draft.lines);
  return refused.map((refusal) => {
    const range = carried(changes, refusal.from, refusal.to);
    return { ...refusal, from: range.from, to: range.to, overtaken: refusal.overtaken || range.touched };
  });
}

/** Earlier refusals and those of this revision, as ranges of the draft as last looked at. */
export function refusedRanges(file: FileNow): Refusal[] {
  return whole(refusedSlices(file));
}

/** The same, piece by piece. */
export function* refusedSlices(file: FileNow): Slices<Refusal[]> {
  const rejected = file.sides.hunks.filter((hunk) => file.verdicts.get(hunk.id) === "rejected" && !hunk.whole);
  if (rejected.length === 0) return [...file.refusals];
  if (file.draft.kind !== "lines" || file.sides.proposed.kind !== "lines") return [...file.refusals];
  const toDraft = yield* diffSlices(file.sides.proposed.lines, file.draft.lines);
  const added = rejected.map((hunk) => {
    const range = carried(toDraft, hunk.newFrom, hunk.newTo);
    return { ...file.refusedAs(hunk.id), from: range.from, to: range.to, overtaken: false };
  });
  return [...file.refusals, ...added];
}

/**
 * What stands refused, at its place in a draft that we write ourselves at a boundary. Taking the refused lines out is
 * not the agent's change of them; what the agent puts there later is, and comes back marked.
 */
function* refusalsAcross(file: FileNow, draft: Text): Slices<Refusal[]> {
  if (file.draft.kind !== "lines" || draft.kind !== "lines") return [];
  const refused = yield* refusedSlices(file);
  if (refused.length === 0) return refused;
  const changes = yield* diffSlices(file.draft.lines, draft.lines);
  return refused.map((refusal) => {
    const { from, to } = carried(changes, refusal.from, refusal.to);
    return { ...refusal, from, to };
  });
}

/** An agent's change that the person's own text replaced: both sides changed `before`. */
export interface Lost {
  /** The person's lines, as a range of their text. */
  from: number;
  to: number;
  before: Lines;
  theirs: Lines;
}

export interface Bounded {
  reviewed: Text;
  proposed: Text;
  lost: Lost[];
  /** The file as a whole was overtaken: deleted or made unreadable on one side, changed on the other. */
  lostWhole: { before: Text; theirs: Text } | null;
  /** All that stands refused, at its place in the new draft. */
  refusals: Refusal[];
}

export function boundaryOf(file: FileNow, user: Text): Bounded {
  return whole(boundarySlices(file, user));
}

/** The same, piece by piece. */
export function* boundarySlices(file: FileNow, user: Text): Slices<Bounded> {
  const reviewed = reviewedNow(file.sides, file.verdicts);
  const proposed = proposedNow(file.sides, file.verdicts);
  const merged = yield* mergeSlices(reviewed, user, proposed, "ours");
  const refusals = yield* refusalsAcross(file, merged.text);
  const result: Bounded = { reviewed: user, proposed: merged.text, lost: [], lostWhole: null, refusals };
  if (merged.whole) result.lostWhole = { before: reviewed, theirs: proposed };
  if (reviewed.kind !== "lines" || user.kind !== "lines" || merged.clashes.length === 0) return result;
  const own = yield* editsSlices(reviewed.lines, user.lines);
  result.lost = merged.clashes.map((clash) => ({
    ...placeIn(own, clash),
    before: reviewed.lines.slice(clash.from, clash.to),
    theirs: compose(
      reviewed.lines.slice(clash.from, clash.to),
      clash.theirs.map((edit) => moved(edit, -clash.from)),
    ),
  }));
  return result;
}

function moved(edit: Edit, by: number): Edit {
  return { ...edit, from: edit.from + by, to: edit.to + by };
}

/** Where a clashing group's range stands in the person's text: their changes in the group, and none beside it. */
function placeIn(own: readonly Edit[], clash: Clash): { from: number; to: number } {
  const grown = (edits: readonly Edit[]) =>
    edits.reduce((sum, edit) => sum + edit.lines.length - (edit.to - edit.from), 0);
  const from =
    clash.from + grown(own.filter((edit) => edit.to <= clash.from && !clash.ours.some((one) => sameEdit(one, edit))));
  return { from, to: from + clash.to - clash.from + grown(clash.ours) };
}

/** Taking back what was done to one text since: `after` became `now`, and `after` is to be `before` again. */
export function takenBack(before: Text, after: Text, now: Text): Text | null {
  return whole(takenBackSlices(before, after, now));
}

/** The same, piece by piece. */
export function* takenBackSlices(before: Text, after: Text, now: Text): Slices<Text | null> {
  const merged = yield* mergeSlices(after, now, before, "ours");
  return merged.whole || merged.clashes.length > 0 ? null : merged.text;
}

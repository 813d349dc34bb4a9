/**
 * Editing: a hunk accepted with other lines, or some of its rows alone.
 *
 * Both are accepts that bring a new revision: the reviewed text gets the lines; what was edited stands in the proposal in the place
 * of the agent's, what was not chosen stays there to be decided. Undone like any accept of an earlier revision.
 *
 * Always: what is written to the person's file is their own text with exactly these lines; where theirs are in the way, nothing.
 */
import type { DecisionItem, HunkId, Refusal } from "../protocol/index.ts";
import {
  carried,
  chosenLines,
  diffSlices,
  edited,
  ended,
  endedWith,
  proposedNow,
  reviewedNow,
  sameText,
  sideForEdit,
  userWith,
  writtenLines,
  type Lines,
  type Sides,
} from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import { find, movedOn } from "./deciding.ts";
import { acceptedIn, type Desk, type FileTexts } from "./desk.ts";
import { changeWith, nextRevision, overtakenStill, refusalsNow } from "./revisions.ts";
import { inSlices } from "./slices.ts";
import type { Answer } from "./supervised.ts";
import { bytesOf, readable } from "./texts.ts";
import { refused, withVerdicts, write } from "./writing.ts";

/** Accepts one hunk with the person's own words in the place of its new lines. */
export async function edit(desk: Desk, item: DecisionItem, text: string, why: string): Promise<Answer> {
  return accepted(desk, item, why, "edited", ({ sides }, hunk) => {
    const stored = storedAs(sides, text);
    return stored === null ? null : writtenLines(sides, hunk, stored);
  });
}

/** Accepts the rows of one hunk in which these lines stand: numbers as shown, from 1. */
export async function acceptRows(
  desk: Desk,
  item: DecisionItem,
  lines: { old: readonly number[]; new: readonly number[] },
  why: string,
): Promise<Answer> {
  const from0 = (numbers: readonly number[]) => new Set(numbers.map((number) => number - 1));
  const chosen = { old: from0(lines.old), new: from0(lines.new) };
  return accepted(desk, item, why, "rows", ({ sides }, hunk) => chosenLines(sides, hunk, chosen));
}

async function accepted(
  desk: Desk,
  item: DecisionItem,
  why: string,
  how: "edited" | "rows",
  linesFor: (exact: FileTexts, hunk: HunkId) => Lines | null,
): Promise<Answer> {
  const found = await find(desk, [item]);
  const [one] = found ?? [];
  if (!one || one.hunks.length !== 1) return movedOn;
  const { file } = one;
  const hunk = one.hunks[0]!;
  const now = await desk.userOf(file);
  if (now.file.refusal) return refused(`${file.path}: ${now.file.refusal.reason} ${now.file.refusal.remedy}`);
  const exact = await desk.textsOf(file);
  const lines = linesFor(exact, hunk);
  const sides = lines && edited(exact.sides, hunk, lines);
  if (!sides) return refused("These lines cannot be taken by themselves: accept or reject the whole change.");
  const [reviewed, proposed] = [reviewedNow(exact.sides, exact.verdicts), proposedNow(exact.sides, exact.verdicts)];
  const verdicts = withVerdicts(exact, [hunk], "accepted");
  const after = reviewedNow(sides, verdicts);
  if (sameText(after, reviewed)) return refused("No line would change: reject it instead.");
  const held = now.file.dirty ? endedWith(now.file.dirty.eol, sides) : sides;
  const side = await inSlices(sideForEdit(now.sides, now, now.verdicts, hunk));
  const user = userWith(held, side, acceptedIn(verdicts));
  if (user.kind === "clash") return refused("A change no longer fits your text: take theirs, or keep yours.", "clash");
  const next = how === "edited" ? proposedNow(sides, verdicts) : proposed;
  const refusals = await refusalsNow(file, exact);
  if (how === "edited") refusals.push(...(await replaced(desk, file, exact, hunk)));
  const revision = await nextRevision(
    desk,
    file,
    { reviewed: after, proposed: next, draft: exact.draft, refusals },
    () => overtakenStill(desk, file, after),
  );
  const bytes = bytesOf(now.file.dirty ? ended(now.file.dirty.eol, user.text) : user.text);
  const theirs = { before: now.file.bytes, after: bytes };
  const texts = await changeWith(desk, file, revision, { reviewed, proposed }, theirs);
  const plan = { file, hunks: [hunk], before: now.file.bytes, after: bytes, texts };
  return (await write(desk, [plan], { why, take: false, revisions: [revision], how })).answer;
}

/** The agent's lines still stand in the draft until the next boundary: what it makes of them before that is marked. */
async function replaced(desk: Desk, file: FileState, exact: FileTexts, id: HunkId): Promise<Refusal[]> {
  const hunk = exact.sides.hunks.find((one) => one.id === id)!;
  if (exact.sides.proposed.kind !== "lines" || exact.draft.kind !== "lines") return [];
  const changes = await inSlices(diffSlices(exact.sides.proposed.lines, exact.draft.lines));
  const { from, to } = carried(changes, hunk.newFrom, hunk.newTo);
  const decision = desk.state.lastSeq + 1;
  return [{ decision, revision: file.revision.number, hunk: id, from, to, overtaken: false }];
}

/** The words as the file's bytes, one character a byte: as UTF-8 where the file is, else as Latin-1 if that has them all. */
function storedAs(sides: Sides, text: string): string | null {
  const all = sides.reviewed.kind === "lines" ? sides.reviewed.lines.join("") : "";
  const isUtf8 = !/[\x80-\xff]/.test(all) || readable(all) !== all;
  if (isUtf8) return Buffer.from(text.toWellFormed(), "utf8").toString("latin1");
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\xff]*$/.test(text) ? text : null;
}

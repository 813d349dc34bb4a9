/**
 * Marks: what a person has to know about a hunk before deciding it.
 *
 * From texts and verdicts to short sentences; what was refused or overtaken before is looked up by its lines.
 */
import type { HunkId, HunkPlace } from "../protocol/index.ts";
import {
  bareLine,
  carried,
  diffSlices,
  editOf,
  effectOfName,
  protectedHunks,
  protectedMark,
  type Lines,
  type Slices,
} from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import type { Desk, FileTexts } from "./desk.ts";
import { linkEffect } from "./links.ts";
import { refusalsSlices } from "./revisions.ts";
import { linesIn, readable } from "./texts.ts";

export const markedRefused = "refused before";
export const changedSinceRefused = "changed since you refused it";
export const otherHalf = "the other half is not in";
export const notInFile = "not in your file: accept to apply it, reject to drop it";

/**
 * Hunks that do more than change text, each with its mark: "protected: VS Code runs tasks from this file". No decision over several
 * hunks accepts them: they are decided one by one.
 */
export function protectedIn(file: FileState, now: FileTexts): Map<HunkId, string> {
  const found = protectedHunks(file.path, now.sides);
  // Under the name that the agent gives the file it may do what it does not do under its own.
  const effect = effectOfName(file.draftPath) ?? (file.attribute === "link" ? linkEffect : null);
  if (effect !== null) for (const hunk of now.sides.hunks) if (!found.has(hunk.id)) found.set(hunk.id, effect);
  return new Map([...found].map(([hunk, effect]) => [hunk, `${protectedMark} ${effect}`]));
}

/** The mark of an overtaken hunk of a file that is protected by its name, or is a link; null where it is neither. */
export function protectedByName({ path, attribute }: Pick<FileState, "path" | "attribute">): string | null {
  const effect = effectOfName(path) ?? (attribute === "link" ? linkEffect : null);
  return effect === null ? null : `${protectedMark} ${effect}`;
}

export function removedLines(now: FileTexts, hunk: HunkPlace): Lines {
  return now.sides.reviewed.kind === "lines" ? now.sides.reviewed.lines.slice(hunk.from, hunk.to) : [];
}

export function addedLines(now: FileTexts, hunk: HunkPlace): Lines {
  return editOf(hunk, now.sides.proposed).lines;
}

/**
 * Hunks that take lines away which a refused, stale or overtaken hunk of the file puts elsewhere: half of a move. A
 * bulk accept leaves them, so that a move is never accepted as a loss. Lines of punctuation alone do not count.
 */
export function halvesMissing(now: FileTexts, stale: ReadonlyMap<HunkId, unknown>, before: Lines): Set<HunkId> {
  const notIn = now.sides.hunks.filter(
    (hunk) => !isForm(hunk) && (now.verdicts.get(hunk.id) === "rejected" || stale.has(hunk.id)),
  );
  const elsewhere = new Set([...notIn.flatMap((hunk) => addedLines(now, hunk)), ...before].map(worded));
  elsewhere.delete("");
  const halves = new Set<HunkId>();
  if (elsewhere.size === 0) return halves;
  for (const hunk of now.sides.hunks) {
    if (isForm(hunk) || now.verdicts.has(hunk.id) || stale.has(hunk.id)) continue;
    const lines = removedLines(now, hunk)
      .map(worded)
      .filter((line) => line !== "");
    if (lines.length > 0 && lines.every((line) => elsewhere.has(line))) halves.add(hunk.id);
  }
  return halves;
}

/** Lines that hunks no longer among this revision's would have put in: overtaken ones, and those refused before. */
export async function linesNotIn(desk: Desk, file: FileState): Promise<Lines> {
  const lines: string[] = [];
  for (const one of file.revision.overtaken) {
    if (file.verdicts.get(one.id)?.verdict !== "accepted" && !one.whole)
      lines.push(...linesIn(await desk.log.bodies.get(one.theirs)));
  }
  for (const { after, form } of await refusedBefore(desk, file)) if (!form) lines.push(...after);
  return lines;
}

/** Every hunk of this file's earlier revisions whose refusal stands, by its lines. */
export async function refusedBefore(desk: Desk, file: FileState): Promise<HunkLines[]> {
  const found: HunkLines[] = [];
  for (const decision of desk.state.decisions.values()) {
    if (decision.kind !== "reject" || decision.undoneBy > 0) continue;
    for (const item of decision.items) {
      if (item.file === file.id && item.revision !== file.revision.number) {
        found.push(...(await linesOfHunks(desk, file, item.revision, item.hunks)));
      }
    }
  }
  return found;
}

export interface HunkLines {
  before: Lines;
  after: Lines;
  /** The lines say the same: only how they are written changes. */
  form: boolean;
}

function isForm({ whole }: HunkPlace): boolean {
  return whole === "ends" || whole === "mark" || whole === "encoding";
}

/** The lines of some hunks of an earlier revision. */
export async function linesOfHunks(
  desk: Desk,
  file: FileState,
  number: number,
  hunks: readonly HunkId[],
): Promise<HunkLines[]> {
  const revision = file.revisions.get(number);
  if (!revision) return [];
  const wanted = new Set(hunks);
  const [reviewed, proposed] = await desk.texts.read([revision.reviewed, revision.proposed]);
  return revision.hunks
    .filter((hunk) => wanted.has(hunk.id))
    .map((hunk) => ({
      before: reviewed!.kind === "lines" ? reviewed!.lines.slice(hunk.from, hunk.to) : [],
      after: editOf(hunk, proposed!).lines,
      form: isForm(hunk),
    }));
}

function worded(line: string): string {
  const bare = readable(bareLine(line)).trim();
  return /[\p{L}\p{N}]/u.test(bare) ? bare : "";
}

/** Refusals of this file that the agent has changed since, by the hunk that shows what became of them. */
export function* changedRefusals(
  now: FileTexts,
  file: FileState,
): Slices<Map<HunkId, { decision: number; revision: number; hunk: HunkId }>> {
  const found = new Map<HunkId, { decision: number; revision: number; hunk: HunkId }>();
  const overtaken = (yield* refusalsSlices(file, now)).filter((refusal) => refusal.overtaken);
  const proposed = now.sides.proposed;
  if (overtaken.length === 0 || now.draft.kind !== "lines" || proposed.kind !== "lines") return found;
  // Refusals are ranges of the draft, hunks of the proposal: other refusals may have moved one against the other.
  const changes = yield* diffSlices(now.draft.lines, proposed.lines);
  for (const refusal of overtaken) {
    const { from, to } = carried(changes, refusal.from, refusal.to);
    for (const hunk of now.sides.hunks) {
      if (file.verdicts.has(hunk.id)) continue;
      if (hunk.newFrom <= to && hunk.newTo >= from) found.set(hunk.id, refusal);
    }
  }
  return found;
}

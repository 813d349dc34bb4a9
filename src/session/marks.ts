/**
 * Marks: what a person has to know about a hunk before deciding it.
 *
 * Pure: from texts and verdicts to short sentences.
 */
import type { HunkId, HunkPlace } from "../protocol/index.ts";
import { bareLine, editOf, refusedRanges, staleHunks, type Lines, type UserSide } from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import type { FileTexts } from "./desk.ts";

export const refusedBefore = "refused before";
export const changedSinceRefused = "changed since you refused it";
export const otherHalf = "the other half is not in";
export const notInFile = "not in your file: accept to apply it, reject to drop it";

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
export function halvesMissing(now: FileTexts, file: FileState, side: UserSide | null): Set<HunkId> {
  const stale = side ? staleHunks(now.sides, side, now.verdicts) : new Map();
  const notIn = now.sides.hunks.filter((hunk) => now.verdicts.get(hunk.id) === "rejected" || stale.has(hunk.id));
  const elsewhere = new Set(notIn.flatMap((hunk) => addedLines(now, hunk)).map(worded));
  elsewhere.delete("");
  const halves = new Set<HunkId>();
  if (elsewhere.size === 0) return halves;
  for (const hunk of now.sides.hunks) {
    if (file.verdicts.has(hunk.id) || notIn.includes(hunk)) continue;
    const lines = removedLines(now, hunk)
      .map(worded)
      .filter((line) => line !== "");
    if (lines.length > 0 && lines.every((line) => elsewhere.has(line))) halves.add(hunk.id);
  }
  return halves;
}

function worded(line: string): string {
  const bare = bareLine(line).trim();
  return /[\p{L}\p{N}]/u.test(bare) ? bare : "";
}

/** Refusals of this file that the agent has changed since, by the hunk that shows what became of them. */
export function changedRefusals(
  now: FileTexts,
  file: FileState,
): Map<HunkId, { decision: number; revision: number; hunk: HunkId }> {
  const found = new Map<HunkId, { decision: number; revision: number; hunk: HunkId }>();
  const overtaken = refusedRanges({
    ...now,
    refusals: file.revision.refusals,
    refusedAs: (hunk) => ({ decision: file.verdicts.get(hunk)?.decision ?? 0, revision: file.revision.number, hunk }),
  }).filter((refusal) => refusal.overtaken);
  for (const refusal of overtaken) {
    for (const hunk of now.sides.hunks) {
      if (file.verdicts.has(hunk.id)) continue;
      if (hunk.newFrom <= refusal.to && hunk.newTo >= refusal.from) found.set(hunk.id, refusal);
    }
  }
  return found;
}

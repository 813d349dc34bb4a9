/**
 * Writing: the way of a decision into the person's files.
 *
 * Two events around every write: the intent, durable, with contents before and after; then, file by file, the write
 * and what was read back.
 *
 * Always: a result is what is so, not what was hoped for; nothing is written that the log does not announce.
 */
import type { DecisionItem, FileId, HunkId, Revision, TextsChange, WriteResult } from "../protocol/index.ts";
import type { Verdict } from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import type { Desk, FileTexts } from "./desk.ts";
import type { Answer } from "./supervised.ts";

/** Hunks of one file that were found as they were shown. */
export interface Found {
  file: FileState;
  hunks: HunkId[];
}

/** One file of a decision that writes: what it holds, and what it is to hold. */
export interface Plan {
  file: FileState;
  hunks: HunkId[];
  before: Uint8Array | null;
  after: Uint8Array | null;
  texts: TextsChange;
}

export function itemsOf(found: readonly Found[]): DecisionItem[] {
  return found.map(({ file, hunks }) => ({ file: file.id, revision: file.revision.number, hunks }));
}

export function withVerdicts(now: FileTexts, hunks: readonly HunkId[], verdict: Verdict): Map<HunkId, Verdict> {
  return new Map([...now.verdicts, ...hunks.map((hunk) => [hunk, verdict] as const)]);
}

/**
 * Logs the intent, writes, and logs the outcome. `revisions`: where the decision moves hunks. `moved` names the files
 * that the person changed in that very moment: they can be planned again.
 */
export async function write(
  desk: Desk,
  plans: readonly Plan[],
  how: { why: string; take: boolean; revisions?: Revision[] },
): Promise<{ answer: Answer; moved: FileId[] }> {
  const [intent] = await desk.append({
    kind: "accepting",
    items: itemsOf(plans),
    texts: plans.map((plan) => plan.texts),
    take: how.take,
    revisions: how.revisions ?? [],
    ...(how.why ? { why: how.why } : {}),
  });
  const results = await writeAll(desk, plans);
  await desk.append({ kind: "accepted", intent: intent!.seq, results, recovered: false });
  const moving = results.filter(({ result }) => result === moved).map(({ file }) => file);
  return { answer: answerOf(results, plans), moved: moving };
}

/** Writes file by file. Each result is what was read back, not what was hoped for. */
export async function writeAll(
  desk: Desk,
  plans: readonly Pick<Plan, "file" | "before" | "after">[],
): Promise<{ file: FileId; result: WriteResult }[]> {
  const results: { file: FileId; result: WriteResult }[] = [];
  for (const plan of plans) {
    const wrote = await desk.parts.files.write(plan.file.path, plan.before, plan.after);
    results.push({ file: plan.file.id, result: wrote.kind === "moved" ? moved : wrote });
  }
  return results;
}

const moved: WriteResult = {
  kind: "refused",
  reason: "The file changed at that very moment, so nothing was written.",
  remedy: "Look at the hunk again.",
};

function answerOf(results: readonly { file: FileId; result: WriteResult }[], plans: readonly Plan[]): Answer {
  const lines = results.flatMap(({ file, result }) => {
    if (result.kind !== "refused") return [];
    const path = plans.find((plan) => plan.file.id === file)!.file.path;
    return [`${path}: ${result.reason} ${result.remedy ?? ""}`.trim()];
  });
  return lines.length === 0 ? { kind: "done" } : refused(lines.join("\n"));
}

export function refused(text: string): Answer {
  return { kind: "refused", text };
}

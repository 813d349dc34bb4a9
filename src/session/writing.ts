/**
 * Writing: the way of a decision into the person's files.
 *
 * Two events around every write: the intent, durable, with contents before and after; then, file by file, the write
 * and what was read back. Between the intent and the first write every file is looked at once more.
 *
 * Always: a result is what is so, not what was hoped for; nothing is written that the log does not announce; where one file
 * of several is not as it was planned, none is written; what fails after that is told file by file.
 */
import type { DecisionItem, FileId, FileWrite, HunkId, Revision, TextsChange, WriteResult } from "../protocol/index.ts";
import type { Verdict } from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import { immovable, pathAfter, readUser, writeUser } from "./attributes.ts";
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

/** What became of one file. */
export interface Outcome {
  file: FileId;
  result: WriteResult;
}

/** One file to write: from what it must hold to what it is to hold. */
type Step = Pick<Plan, "before" | "after" | "texts"> & { file: Pick<FileState, "id" | "path" | "attribute"> };

/**
 * Logs the intent, writes, and logs the outcome. `revisions`: where the decision moves hunks. `moved`: nothing was
 * written, because the person changed a file in that very moment; it can be planned again.
 */
export async function write(
  desk: Desk,
  plans: readonly Plan[],
  how: { why: string; take: boolean; revisions?: Revision[]; how?: "edited" | "rows" },
): Promise<{ answer: Answer; moved: boolean }> {
  const [intent] = await desk.append({
    kind: "accepting",
    items: itemsOf(plans),
    texts: plans.map((plan) => plan.texts),
    take: how.take,
    revisions: how.revisions ?? [],
    ...(how.how ? { how: how.how } : {}),
    ...(how.why ? { why: how.why } : {}),
  });
  const steps = inOrder(plans);
  const way = await inTheWay(desk, steps);
  const { outcomes, notes } =
    way.length > 0 ? { outcomes: noneWritten(steps, way), notes: [] } : await each(desk, steps);
  await desk.append(
    { kind: "accepted", intent: intent!.seq, results: outcomes, recovered: false },
    ...notes.map((text) => ({ kind: "note" as const, text })),
  );
  const nothing = outcomes.every(({ result }) => result.kind === "refused");
  const failed = outcomes.filter(({ result }) => result.kind === "refused");
  const lateOrMoved = way.length > 0 ? way : failed;
  return {
    answer: answerOf(outcomes, steps, way),
    moved: nothing && lateOrMoved.every(({ result }) => result === moved),
  };
}

/**
 * Writes every file, or none: where one cannot be written, those before it get their old bytes back. `stuck` names what
 * could not be put back, which then stands in the file as if the person had typed it.
 */
export async function writeAllOrNone(
  desk: Desk,
  plans: readonly Step[],
): Promise<{ outcomes: Outcome[]; failed: string | null; stuck: string[] }> {
  const steps = inOrder(plans);
  const way = await inTheWay(desk, steps);
  if (way.length > 0) return { outcomes: noneWritten(steps, way), failed: lineOf(way[0]!, steps), stuck: [] };
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    outcomes.push(await writeOne(desk, step, []));
    if (outcomes.at(-1)!.result.kind === "refused") break;
  }
  const last = outcomes.at(-1);
  if (last?.result.kind !== "refused") return { outcomes, failed: null, stuck: [] };
  const stuck = await putBack(desk, steps.slice(0, outcomes.length - 1));
  return { outcomes: noneWritten(steps, [last]), failed: lineOf(last, steps), stuck };
}

/** Gives written files their old bytes again, the last one first. Gives the paths for which that was not possible. */
export async function putBack(desk: Desk, written: readonly Step[]): Promise<string[]> {
  const stuck: string[] = [];
  for (const { file, before, after, texts } of [...written].reverse()) {
    const back = await bring(desk, { file, before: after, after: before, texts });
    if (back.kind !== "written" && back.kind !== "buffer") stuck.push(file.path);
  }
  return stuck;
}

/**
 * Deletions come before creations: a file may stand where another one's folder is to be, or have the same name to a file
 * system that knows no case. A mode is changed while the file is there; renames come last, when all else of a file is written
 * at the path it had.
 */
function inOrder<T extends Step>(plans: readonly T[]): T[] {
  const leaving = new Set(plans.filter(({ after }) => after === null).map(({ file }) => file.path));
  const rank = ({ file, before, after }: Step) => {
    if (file.attribute === "mode") return leaving.has(file.path) ? -1 : 3;
    if (file.attribute === "path") return 4;
    return before === null ? 2 : after === null ? 1 : 0;
  };
  return [...plans].sort((one, other) => rank(one) - rank(other));
}

/** The files that are not as they were when they were planned, or cannot be written: looked at before the first write. */
async function inTheWay(desk: Desk, steps: readonly Step[]): Promise<Outcome[]> {
  const leaving = steps.filter(({ after }) => after === null).map(({ file }) => sameName(file.path));
  const coming = steps.filter(({ before }) => before === null).map(({ file }) => file.path);
  const way: Outcome[] = [];
  for (const { file, before, after } of steps) {
    const name = sameName(file.path);
    if (file.attribute === "mode" && coming.includes(file.path)) continue;
    if (before === null && leaving.some((one) => one === name || name.startsWith(`${one}/`))) continue;
    const { bytes, refusal: own } = await readUser(desk.parts.files, file);
    const to = pathAfter(file, after);
    const free = to !== undefined && leaving.includes(sameName(to));
    const refusal = own ?? (free ? null : await immovable(desk.parts.files, file, before, after));
    if (refusal) way.push({ file: file.id, result: { kind: "refused", ...refusal } });
    else if (!sameBytes(bytes, before)) way.push({ file: file.id, result: moved });
  }
  return way;
}

/** What every file system takes for the same name takes this form. */
function sameName(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other;
  return Buffer.compare(one, other) === 0;
}

async function each(desk: Desk, steps: readonly Step[]): Promise<{ outcomes: Outcome[]; notes: string[] }> {
  const outcomes: Outcome[] = [];
  const notes: string[] = [];
  for (const step of steps) outcomes.push(await writeOne(desk, step, notes));
  return { outcomes, notes };
}

async function writeOne(desk: Desk, step: Step, notes: string[]): Promise<Outcome> {
  const { file } = step;
  const wrote = await bring(desk, step);
  if (wrote.kind === "moved") return { file: file.id, result: moved };
  if (wrote.kind !== "written") return { file: file.id, result: wrote };
  if (wrote.note) notes.push(wrote.note);
  return { file: file.id, result: { kind: "written" } };
}

/** A file that came back with the mode with which it went has it already. */
async function bring(desk: Desk, { file, before, after, texts }: Step): Promise<FileWrite> {
  const { files } = desk.parts;
  const isThere = file.attribute === "mode" && (await files.executable(file.path)) !== null;
  if (isThere && sameBytes((await readUser(files, file)).bytes, after)) return { kind: "written" };
  return writeUser(files, file, before, after, texts.user.mode);
}

function noneWritten(steps: readonly Step[], way: readonly Outcome[]): Outcome[] {
  return steps.map(({ file }) => way.find((one) => one.file === file.id) ?? { file: file.id, result: held });
}

const moved: WriteResult = {
  kind: "refused",
  reason: "The file changed at that very moment, so nothing was written.",
  remedy: "Look at the hunk again.",
};

const held: WriteResult = {
  kind: "refused",
  reason: "Not written, because another file of the same decision could not be.",
};

/** What is in the files and what is not, by name. */
function answerOf(outcomes: readonly Outcome[], steps: readonly Step[], way: readonly Outcome[]): Answer {
  const failed = way.length > 0 ? way : outcomes.filter(({ result }) => result.kind === "refused");
  if (failed.length === 0) return { kind: "done" };
  const lines = failed.map((one) => lineOf(one, steps));
  if (outcomes.length === 1) return refused(lines.join("\n"));
  const written = outcomes.filter(({ result }) => result.kind !== "refused");
  const names = written.map((one) => pathOf(one, steps)).join(", ");
  lines.push(
    written.length === 0
      ? "No file was written."
      : `Written, and accepted: ${names}. Undo takes back what was written.`,
  );
  return refused(lines.join("\n"));
}

function lineOf(outcome: Outcome, steps: readonly Step[]): string {
  const { result } = outcome;
  const text = result.kind === "refused" ? `${result.reason} ${result.remedy ?? ""}` : "";
  return `${pathOf(outcome, steps)}: ${text}`.trim();
}

function pathOf(outcome: Outcome, steps: readonly Step[]): string {
  return steps.find(({ file }) => file.id === outcome.file)!.file.path;
}

export function refused(text: string, about?: "clash"): Answer {
  return about ? { kind: "refused", text, about } : { kind: "refused", text };
}

/**
 * Overtaken changes: what the person's own text replaced at a boundary, taken after all.
 *
 * The agent's lines go where the person's lines stand now, in the reviewed and the proposed text and in the file. If
 * the agent has worked on those lines again since, its newer hunk is what there is to decide.
 */
import type { HunkId, TextsChange } from "../protocol/index.ts";
import {
  clash,
  compose,
  editsOf,
  linesOf,
  mergeEdits,
  proposedNow,
  refusedRanges,
  reviewedNow,
  type Edit,
  type Text,
} from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import type { Desk } from "./desk.ts";
import { refused, write } from "./writing.ts";
import { nextRevision, overtakenStill } from "./revisions.ts";
import { bytesOf } from "./texts.ts";
import type { Answer } from "./supervised.ts";

export async function takeOvertaken(desk: Desk, file: FileState, id: HunkId): Promise<Answer> {
  const one = file.revision.overtaken.find((each) => each.id === id)!;
  const now = await desk.userOf(file);
  if (now.file.refusal) return refused(`${file.path}: ${now.file.refusal.reason} ${now.file.refusal.remedy}`);
  const exact = await desk.textsOf(file);
  const reviewed = reviewedNow(exact.sides, exact.verdicts);
  const proposed = proposedNow(exact.sides, exact.verdicts);
  const theirs = await theirSide(desk, one, exact.coding);
  let texts: { reviewed: Text; proposed: Text; user: Text };
  if (one.whole || reviewed.kind !== "lines" || proposed.kind !== "lines" || now.user.kind !== "lines") {
    if (!one.whole) return refused("The file is not there any more as lines: this change cannot be placed.");
    texts = { reviewed: theirs, proposed: theirs, user: theirs };
  } else {
    const shift = shiftOf(file, exact.verdicts, one.from);
    const lines = theirs.kind === "lines" ? theirs.lines : [];
    const edit: Edit = { from: one.from + shift, to: one.to + shift, lines };
    const agent = mergeEdits(reviewed.lines.length, [edit], editsOf(reviewed.lines, proposed.lines), "ours");
    if (agent.clashes.length > 0)
      return refused("The agent has changed these lines again: decide its newer hunk instead.");
    const own = editsOf(reviewed.lines, now.user.lines);
    if (own.some((each) => clash(each, edit, reviewed.lines.length))) {
      return refused("You have changed these lines again since: nothing was done.");
    }
    texts = {
      reviewed: { kind: "lines", lines: compose(reviewed.lines, [edit]) },
      proposed: { kind: "lines", lines: compose(reviewed.lines, agent.edits) },
      user: { kind: "lines", lines: compose(reviewed.lines, [...own, edit]) },
    };
  }
  const revision = await nextRevision(
    desk,
    file,
    { ...texts, draft: exact.draft, refusals: carriedRefusals(file, exact), coding: exact.coding },
    async () => (await overtakenStill(desk, file, texts.reviewed)).filter((each) => each.id !== id),
  );
  const after =
    texts.user.kind === "opaque" ? await desk.log.bodies.get(texts.user.id) : bytesOf(texts.user, exact.coding);
  const keep = async (bytes: Uint8Array | null) => (bytes === null ? null : desk.log.bodies.put(bytes));
  const change: TextsChange = {
    file: file.id,
    path: file.path,
    reviewed: { before: await desk.texts.keep(reviewed, exact.coding), after: revision.reviewed },
    proposed: { before: await desk.texts.keep(proposed, exact.coding), after: revision.proposed },
    user: { before: await keep(now.file.bytes), after: await keep(after) },
  };
  const plan = { file, hunks: [id], before: now.file.bytes, after, texts: change };
  return write(desk, [plan], { why: "", take: true, revisions: [revision] });
}

async function theirSide(
  desk: Desk,
  one: FileState["revision"]["overtaken"][number],
  coding: "utf8" | "bytes",
): Promise<Text> {
  if (one.whole) return (await desk.texts.read([one.whole.theirs])).texts[0]!;
  const bytes = await desk.log.bodies.get(one.theirs);
  const joined =
    coding === "utf8" ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) : String.fromCharCode(...bytes);
  return { kind: "lines", lines: linesOf(joined) };
}

/** How far the hunks accepted above have moved a line of the revision's reviewed text. */
function shiftOf(file: FileState, verdicts: ReadonlyMap<HunkId, string>, from: number): number {
  return file.revision.hunks
    .filter((hunk) => hunk.to <= from && verdicts.get(hunk.id) === "accepted")
    .reduce((sum, hunk) => sum + hunk.newTo - hunk.newFrom - (hunk.to - hunk.from), 0);
}

function carriedRefusals(file: FileState, exact: Awaited<ReturnType<Desk["textsOf"]>>) {
  return refusedRanges({
    ...exact,
    refusals: file.revision.refusals,
    refusedAs: (hunk) => ({ decision: file.verdicts.get(hunk)!.decision, revision: file.revision.number, hunk }),
  });
}

/**
 * Undoing and redoing: any decision, at any time, also after a restart.
 *
 * In the revision in which it was made, a decision's verdicts are simply taken back. Across a look, but since the last
 * boundary, the file is folded again as if the decision had never been made. Across a boundary its change is merged out
 * of the texts. Where the agent's later work, a later decision or the person's own lines stand in the way, nothing
 * changes and they are named. Redo is the undo of the undo.
 *
 * Always: all files of a decision, or none.
 */
import type { Overtaken, Revision, TextsChange } from "../protocol/index.ts";
import {
  carried,
  diffSlices,
  editOf,
  proposedNow,
  refoldSlices,
  reviewedNow,
  sameText,
  takenBackSlices,
  userWith,
  type Described,
  type Step,
  type Text,
} from "../review/index.ts";
import { fileAt, standing, stands, undone, type DecisionState, type FileState, type FileStep } from "../state/index.ts";
import { hiding, pathAfter } from "./attributes.ts";
import { acceptedIn, type Desk, type UserNow } from "./desk.ts";
import { refused, writeAllOrNone } from "./writing.ts";
import { nextRevision, overtakenStill, refusalsNow } from "./revisions.ts";
import { inSlices } from "./slices.ts";
import type { Answer } from "./supervised.ts";
import { bytesOf } from "./texts.ts";
import { composedWithout, userAfter } from "./user-after.ts";

/** Undoes this decision, or the last that stands. */
export async function undo(desk: Desk, seq?: number): Promise<Answer> {
  const decision = seq === undefined ? standing(desk.state).at(-1) : desk.state.decisions.get(seq);
  if (!decision) return refused("There is no decision to undo.");
  if (decision.kind === "undo" || !stands(decision)) return refused("That decision does not stand any more.");
  return takeBack(desk, decision, decision);
}

/** Does an undone decision again: by default the one undone last. */
export async function redo(desk: Desk, seq?: number): Promise<Answer> {
  const decision = seq === undefined ? undone(desk.state).at(-1) : desk.state.decisions.get(seq);
  if (!decision || decision.undoneBy === 0) return refused("There is no decision to redo.");
  return takeBack(desk, desk.state.decisions.get(decision.undoneBy)!, decision);
}

/** What becomes of one file. */
interface Change {
  file: FileState;
  texts: TextsChange;
  before: Uint8Array | null;
  after: Uint8Array | null;
  revision: Revision | null;
  refolded: boolean;
}

/** `still`: no text of this file would change. */
type Planned = { kind: "change" | "still"; change: Change } | { kind: "blocked"; text: string };

/** Takes back `target`: the decision itself, or the undo of it. */
async function takeBack(desk: Desk, target: DecisionState, original: DecisionState): Promise<Answer> {
  const changes: Change[] = [];
  let moving = false;
  for (const texts of target.texts) {
    const file = desk.state.files.get(texts.file);
    if (!file || (target === original && original.results.get(file.id)?.kind === "refused")) continue;
    const planned = await plan(desk, file, target === original ? texts : toDoAgain(texts, original), target, original);
    if (planned.kind === "blocked") return refused(`${file.path}: ${planned.text}`);
    const { to } = planned.change.texts;
    const way = to === undefined ? null : hiding(desk, to);
    if (way !== null) return refused(way);
    changes.push(planned.change);
    moving ||= planned.kind === "change";
  }
  if (!moving) return refused("No text would change: nothing was done.");
  const [intent] = await desk.append({
    kind: "undoing",
    target: target.seq,
    texts: changes.map((change) => change.texts),
    revisions: changes.flatMap((change) => (change.revision ? [change.revision] : [])),
    refolded: changes.filter((change) => change.refolded).map((change) => change.file.id),
  });
  const writing = changes.filter((change) => change.texts.user.before !== change.texts.user.after);
  const { outcomes, failed, stuck } = await writeAllOrNone(desk, writing);
  const others = changes.filter((change) => !writing.includes(change));
  const what = original === target ? "undone" : "done again";
  const half = `${stuck.join(", ")}: already ${what} when another file could not be, and could not be put back.`;
  await desk.append(
    {
      kind: "undone",
      intent: intent!.seq,
      results: [
        ...outcomes,
        ...others.map((change) => ({ file: change.file.id, result: { kind: "written" as const } })),
      ],
      recovered: false,
    },
    ...(stuck.length > 0 ? [{ kind: "note" as const, text: half }] : []),
  );
  if (failed === null) return { kind: "done" };
  return refused(stuck.length === 0 ? `${failed} Nothing was ${what}.` : `${failed}\n${half}`);
}

/**
 * An undo that found the person's text as it was before the decision wrote nothing. Doing the decision again then goes
 * by what the decision wrote.
 */
function toDoAgain(texts: TextsChange, original: DecisionState): TextsChange {
  const own = original.texts.find((one) => one.file === texts.file);
  if (!own || texts.user.before !== texts.user.after) return texts;
  return { ...texts, user: { ...own.user, before: own.user.after, after: own.user.before } };
}

async function plan(
  desk: Desk,
  file: FileState,
  texts: TextsChange,
  target: DecisionState,
  original: DecisionState,
): Promise<Planned> {
  if (fileAt(desk.state, file.path, file.attribute ?? undefined) !== file)
    return { kind: "blocked", text: "another file has this name by now." };
  const now = await desk.userOf(file);
  const exact = await desk.textsOf(file);
  const reviewed = reviewedNow(exact.sides, exact.verdicts);
  const proposed = proposedNow(exact.sides, exact.verdicts);
  const doing = target !== original;
  const here = original.items.filter((item) => item.file === file.id);
  const hunks = here.flatMap((item) => item.hunks);

  if (here.every((item) => item.revision === file.revision.number) && original.revisions.length === 0) {
    const other = hunks.map((hunk) => file.verdicts.get(hunk)).find((one) => one && one.decision !== original.seq);
    if (doing && other) return { kind: "blocked", text: `${named(desk, other.decision)} has decided it since.` };
    const verdicts = new Map(exact.verdicts);
    for (const hunk of hunks) {
      if (doing) verdicts.set(hunk, original.kind === "accept" ? "accepted" : "rejected");
      else verdicts.delete(hunk);
    }
    const after = { reviewed: reviewedNow(exact.sides, verdicts), proposed: proposedNow(exact.sides, verdicts) };
    if (original.kind === "reject")
      return { kind: "change", change: await changeOf(desk, file, now, after, null, texts) };
    const again = doing
      ? () => userWith(now.sides, now.side, acceptedIn(verdicts))
      : () => composedWithout(desk, file, now, texts, original, verdicts);
    const user = await userAfter(desk, now, texts, { reviewed, after: after.reviewed }, again);
    if (user === null) return { kind: "blocked", text: "your own lines are in the way." };
    return { kind: "change", change: await changeOf(desk, file, now, after, user, texts) };
  }

  let result: { reviewed: Text; proposed: Text };
  let refusals = (await refusalsNow(file, exact)).filter((one) => one.decision !== original.seq);
  const foldable = file.steps.some((step) => step.kind === "decision" && step.decision === original.seq);
  const refolded = foldable && original.seq > desk.state.boundary;
  if (refolded) {
    const folded = await foldAgain(desk, file, original, doing);
    if (folded.kind === "blocked") return { kind: "blocked", text: `${named(desk, folded.by)} builds on it.` };
    result = folded.result;
    refusals = folded.result.refusals;
  } else {
    const read = await desk.texts.read([
      texts.reviewed.before,
      texts.reviewed.after,
      texts.proposed.before,
      texts.proposed.after,
    ]);
    const back = await inSlices(takenBackSlices(read[0]!, read[1]!, reviewed));
    const backProposed = await inSlices(takenBackSlices(read[2]!, read[3]!, proposed));
    if (!back || !backProposed) return { kind: "blocked", text: `${inTheWay(desk, file, original)} in the way.` };
    result = { reviewed: back, proposed: backProposed };
  }
  const user =
    original.kind === "reject" ? null : await userAfter(desk, now, texts, { reviewed, after: result.reviewed });
  if (original.kind !== "reject" && user === null) return { kind: "blocked", text: "your own lines are in the way." };
  const own = overtakenOf(file, original);
  const still =
    sameText(result.reviewed, reviewed) &&
    sameText(result.proposed, proposed) &&
    (user === null || sameText(user, now.user)) &&
    own.length === 0;
  const change = await changeOf(desk, file, now, result, user, texts);
  if (still) return { kind: "still", change };
  const next = await nextRevision(desk, file, { ...result, draft: exact.draft, refusals }, async () => {
    const open = await overtakenStill(desk, file, result.reviewed);
    const others = open.filter((one) => own.every(({ overtaken }) => overtaken.id !== one.id));
    return doing ? others : [...others, ...(await offeredAgain(desk, own, result.reviewed))];
  });
  return { kind: "change", change: { ...change, revision: next, refolded } };
}

/** What the decision decided of what the person's own text had overtaken, each with the revision that lists it. */
function overtakenOf(file: FileState, original: DecisionState): { overtaken: Overtaken; revision: Revision }[] {
  return original.items
    .filter((item) => item.file === file.id)
    .flatMap((item) => {
      const revision = file.revisions.get(item.revision);
      const named = revision?.overtaken.filter((one) => item.hunks.includes(one.id)) ?? [];
      return named.map((overtaken) => ({ overtaken, revision: revision! }));
    });
}

/** Overtaken changes to be decided again, where their place is now. */
async function offeredAgain(desk: Desk, own: ReturnType<typeof overtakenOf>, now: Text): Promise<Overtaken[]> {
  return Promise.all(
    own.map(async ({ overtaken, revision }) => {
      const [then] = await desk.texts.read([revision.reviewed]);
      if (then!.kind !== "lines" || now.kind !== "lines") return overtaken;
      const changes = await inSlices(diffSlices(then!.lines, now.lines));
      const { from, to } = carried(changes, overtaken.from, overtaken.to);
      return { ...overtaken, from, to };
    }),
  );
}

async function changeOf(
  desk: Desk,
  file: FileState,
  now: UserNow,
  result: { reviewed: Text; proposed: Text },
  user: Text | null,
  original: TextsChange,
): Promise<Change> {
  const exact = await desk.textsOf(file);
  const before = now.file.bytes;
  let after = before;
  if (user) after = user.kind === "opaque" ? await desk.log.bodies.get(user.id) : bytesOf(user);
  const keep = async (bytes: Uint8Array | null) => (bytes === null ? null : desk.log.bodies.put(bytes));
  // What comes back has the mode with which it went.
  const mode = after === null ? now.file.mode : before === null ? original.user.mode : undefined;
  const to = pathAfter(file, after);
  const texts: TextsChange = {
    file: file.id,
    path: file.path,
    ...(to === undefined ? {} : { to }),
    reviewed: {
      before: await desk.texts.keep(reviewedNow(exact.sides, exact.verdicts)),
      after: await desk.texts.keep(result.reviewed),
    },
    proposed: {
      before: await desk.texts.keep(proposedNow(exact.sides, exact.verdicts)),
      after: await desk.texts.keep(result.proposed),
    },
    user: { before: await keep(before), after: await keep(after), ...(mode === undefined ? {} : { mode }) },
  };
  return { file, texts, before, after, revision: null, refolded: false };
}

// ── Folding again ─────────────────────────────────────────────────────────────────────────────────────────────

async function foldAgain(desk: Desk, file: FileState, original: DecisionState, doing: boolean) {
  const { reviewed, proposed, draft, refusals } = file.start;
  const looks = file.steps.flatMap((step) => (step.kind === "look" ? [step.draft] : []));
  const texts = await desk.texts.read([reviewed, proposed, draft, ...looks]);
  const drafts = texts.slice(3);
  const steps: Step[] = [];
  for (const step of file.steps) {
    if (step.kind === "look") steps.push({ kind: "look", draft: drafts.shift()! });
    else
      steps.push({
        kind: "decision",
        decision: step.decision,
        verdict: step.verdict,
        hunks: await described(desk, file, step),
      });
  }
  const without = new Set([...desk.state.decisions.values()].filter((one) => !stands(one)).map((one) => one.seq));
  if (doing) without.delete(original.seq);
  else without.add(original.seq);
  const begun = { reviewed: texts[0]!, proposed: texts[1]!, draft: texts[2]!, refusals };
  return inSlices(refoldSlices(begun, steps, without));
}

async function described(desk: Desk, file: FileState, step: FileStep & { kind: "decision" }): Promise<Described[]> {
  const revision = file.revisions.get(step.revision);
  if (!revision) return [];
  const texts = await desk.texts.read([revision.reviewed, revision.proposed]);
  const [reviewed, proposed] = [texts[0]!, texts[1]!];
  return revision.hunks
    .filter((hunk) => step.hunks.includes(hunk.id))
    .map((hunk) => ({
      from: hunk.from,
      before: reviewed.kind === "lines" ? reviewed.lines.slice(hunk.from, hunk.to) : [],
      after: editOf(hunk, proposed).lines,
      whole: Boolean(hunk.whole),
      name: { decision: step.decision, revision: step.revision, hunk: hunk.id },
    }));
}

// ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────

function named(desk: Desk, seq: number): string {
  const decision = desk.state.decisions.get(seq);
  if (!decision) return "A later decision";
  const verb = decision.kind === "accept" ? "accepted" : decision.kind === "reject" ? "rejected" : "undid";
  return `Decision ${seq} (${verb} ${decision.texts.map((one) => one.path).join(", ")})`;
}

function inTheWay(desk: Desk, file: FileState, original: DecisionState): string {
  const later = standing(desk.state).filter(
    (one) => one.seq > original.seq && one.items.some((item) => item.file === file.id),
  );
  if (later.length === 0) return "later changes of these lines stand";
  return `${later.map((one) => named(desk, one.seq)).join(", ")} or later changes of these lines stand`;
}

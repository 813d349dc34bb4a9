/**
 * Recovering: what a window that went away in the middle of a write left behind, and accepts that never left an editor.
 *
 * The file itself says what happened. It holds what was to be written: then it was written. It holds what was there
 * before: then it was not, and the hunk is offered again. Anything else is the person's newer text: the hunk is offered
 * again and shows as stale where it does not fit. Never is any of it taken for a deletion by the person.
 */
import type { Content, FileId, TextsChange, WriteResult } from "../protocol/index.ts";
import { mergeSlices, reviewedNow, proposedNow, sameText, takenBackSlices, type MergedText } from "../review/index.ts";
import type { DecisionState, FileState } from "../state/index.ts";
import { contentsNow } from "./attributes.ts";
import type { Desk } from "./desk.ts";
import { putBack, writeAllOrNone } from "./writing.ts";
import { nextRevision, overtakenStill, refusalsNow } from "./revisions.ts";
import { inSlices } from "./slices.ts";

export async function recover(desk: Desk): Promise<void> {
  await settleOpen(desk);
  for (const { file, decision } of [...desk.state.unsaved]) await settleUnsaved(desk, file, decision, "opened");
}

/** Writes whose outcome never came into the log: the window went away, or the log could not be written just then. */
export async function settleOpen(desk: Desk): Promise<void> {
  for (const seq of [...desk.state.open]) {
    const decision = desk.state.decisions.get(seq)!;
    for (const { path } of decision.texts) await desk.parts.files.tidy(path);
    const results = decision.kind === "undo" ? await finishUndo(desk, decision) : await outcomes(desk, decision);
    await desk.append({
      kind: decision.kind === "undo" ? "undone" : "accepted",
      intent: seq,
      results,
      recovered: true,
    });
  }
}

async function contentOf(desk: Desk, path: string): Promise<Content> {
  const { bytes } = await desk.parts.files.read(path);
  return bytes === null ? null : desk.log.bodies.put(bytes);
}

async function outcomes(desk: Desk, decision: DecisionState): Promise<{ file: FileId; result: WriteResult }[]> {
  const now = await contentsNow(desk, decision.texts);
  return decision.texts.map(({ file, user }, index) => {
    const { content, dirty } = now[index]!;
    if (content === user.after) return { file, result: { kind: dirty ? "buffer" : "written" } };
    const reason =
      content === user.before ? "It was not written before the window closed." : "The file was changed meanwhile.";
    return { file, result: { kind: "refused", reason } };
  });
}

/** An undo that was begun is finished where that is still possible, else put back: never half of it. */
async function finishUndo(desk: Desk, decision: DecisionState): Promise<{ file: FileId; result: WriteResult }[]> {
  const changing = decision.texts.filter((texts) => texts.user.before !== texts.user.after);
  const contents = await contentsNow(desk, changing);
  const states = changing.map((texts, index) => ({ texts, now: contents[index]!.content }));
  const left = states.filter(({ texts, now }) => now !== texts.user.after);
  const done = states.filter(({ texts, now }) => now === texts.user.after);
  const forward = left.every(({ texts, now }) => now === texts.user.before) && done.length > 0;
  const plansOf = (which: typeof states) => Promise.all(which.map(({ texts }) => planOf(desk, texts)));
  const complete = left.length === 0 || (forward && (await writeAllOrNone(desk, await plansOf(left))).failed === null);
  if (!complete) await putBack(desk, await plansOf(done));
  return decision.texts.map(({ file }) => ({
    file,
    result: complete ? { kind: "written" } : { kind: "refused", reason: "The window closed before this was undone." },
  }));
}

async function planOf(desk: Desk, texts: TextsChange) {
  const bytes = async (content: Content) => (content === null ? null : desk.log.bodies.get(content));
  const [before, after] = [await bytes(texts.user.before), await bytes(texts.user.after)];
  const attribute = desk.state.files.get(texts.file)?.attribute ?? null;
  return { file: { id: texts.file, path: texts.path, attribute }, before, after, texts };
}

/**
 * An accept that went into an unsaved editor: is it in the file by now? Where the person's own lines make that impossible
 * to tell, a save is taken for one of the text that held it; on opening again the hunk is to be decided again.
 */
export async function settleUnsaved(desk: Desk, id: FileId, seq: number, how: "saved" | "opened"): Promise<void> {
  const file = desk.state.files.get(id);
  const decision = desk.state.decisions.get(seq);
  const texts = decision?.texts.find((one) => one.file === id);
  if (!file || !texts) return;
  const user = await desk.parts.files.read(file.path);
  const read = await desk.texts.read([texts.user.before, texts.user.after, user.bytes]);
  const [before, after, now] = [read[0]!, read[1]!, read[2]!];
  const merged = await inSlices(mergeSlices(before, now, after, "ours"));
  const without = await inSlices(mergeSlices(after, now, before, "ours"));
  const contained = sameText(now, after) || (mergedWhole(merged) && sameText(merged.text, now));
  const absent = mergedWhole(without) && sameText(without.text, now);
  if (contained || (how === "saved" && !absent)) {
    if (!user.dirty) await desk.append({ kind: "saved", file: id, decision: seq });
    return;
  }
  if (user.dirty) return;
  await withdraw(desk, file, decision!);
}

function mergedWhole(merged: MergedText): boolean {
  return !merged.whole && merged.clashes.length === 0;
}

/** The editor's unsaved text is gone, and the accepted hunk with it: it is to be decided again. */
async function withdraw(desk: Desk, file: FileState, decision: DecisionState): Promise<void> {
  const texts = decision.texts.find((one) => one.file === file.id)!;
  const here = decision.items.filter((item) => item.file === file.id);
  const exact = await desk.textsOf(file);
  const reviewed = reviewedNow(exact.sides, exact.verdicts);
  const proposed = await desk.texts.keep(proposedNow(exact.sides, exact.verdicts));
  const read = await desk.texts.read([texts.reviewed.before, texts.reviewed.after]);
  const back = (await inSlices(takenBackSlices(read[0]!, read[1]!, reviewed))) ?? reviewed;
  // An undo that never reached the file: its decision stays undone, and what the file still holds is reviewed text.
  const sameRevision =
    decision.kind !== "undo" &&
    here.every((item) => item.revision === file.revision.number) &&
    decision.revisions.length === 0;
  const revisions = sameRevision
    ? []
    : [
        await nextRevision(
          desk,
          file,
          {
            reviewed: back,
            proposed: proposedNow(exact.sides, exact.verdicts),
            draft: exact.draft,
            refusals: await refusalsNow(file, exact),
          },
          () => overtakenStill(desk, file, back),
        ),
      ];
  await desk.append({
    kind: "withdrawn",
    decision: decision.seq,
    file: file.id,
    revisions,
    why: "It was accepted into an editor that was never saved.",
    texts: {
      file: file.id,
      path: file.path,
      reviewed: {
        before: await desk.texts.keep(reviewed),
        after: await desk.texts.keep(back),
      },
      proposed: { before: proposed, after: proposed },
      user: { before: texts.user.after, after: await contentOf(desk, file.path) },
    },
  });
}

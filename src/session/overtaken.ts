/**
 * Overtaken changes: what the person's own text replaced at a boundary, taken after all.
 *
 * The agent's lines go where the person's lines stand now, in the reviewed and the proposed text and in the file. If
 * the agent has worked on those lines again since, its newer hunk is what there is to decide.
 */
import type { HunkId } from "../protocol/index.ts";
import {
  carried,
  clash,
  compose,
  diffSlices,
  editsSlices,
  ended,
  mergeEdits,
  proposedNow,
  reviewedNow,
  sameText,
  terminatorOf,
  withTerminator,
  type Edit,
  type Text,
} from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import type { Desk } from "./desk.ts";
import { refused, write } from "./writing.ts";
import { changeWith, nextRevision, overtakenStill, refusalsNow } from "./revisions.ts";
import { inSlices } from "./slices.ts";
import { bytesOf, linesIn } from "./texts.ts";
import type { Answer } from "./supervised.ts";

const agentAgain = "The agent has changed these lines again: decide its newer hunk instead.";
const youAgain = "You have changed these lines again since: nothing was done.";

export async function takeOvertaken(desk: Desk, file: FileState, id: HunkId): Promise<Answer> {
  const one = file.revision.overtaken.find((each) => each.id === id)!;
  const now = await desk.userOf(file);
  if (now.file.refusal) return refused(`${file.path}: ${now.file.refusal.reason} ${now.file.refusal.remedy}`);
  const exact = await desk.textsOf(file);
  const reviewed = reviewedNow(exact.sides, exact.verdicts);
  const proposed = proposedNow(exact.sides, exact.verdicts);
  // As an editor holds it, where one holds unsaved text: its line ends are all one.
  const held = (text: Text) => (now.file.dirty ? ended(now.file.dirty.eol, text) : text);
  const seen = held(reviewed);
  let texts: { reviewed: Text; proposed: Text; user: Text };
  if (one.whole) {
    const theirs = (await desk.texts.read([one.whole.theirs]))[0]!;
    if (!sameText(proposed, reviewed)) return refused(agentAgain);
    if (!sameText(now.user, seen)) return refused(youAgain);
    texts = { reviewed: theirs, proposed: theirs, user: held(theirs) };
  } else if (
    reviewed.kind !== "lines" ||
    proposed.kind !== "lines" ||
    now.user.kind !== "lines" ||
    seen.kind !== "lines"
  ) {
    return refused("The file is not there any more as lines: this change cannot be placed.");
  } else {
    const listed = exact.sides.reviewed.kind === "lines" ? exact.sides.reviewed.lines : [];
    // Hunks accepted in this revision may have moved the place, or be what stands there now.
    const place = carried(await inSlices(diffSlices(listed, reviewed.lines)), one.from, one.to);
    if (place.touched) return refused(agentAgain);
    const edit: Edit = { from: place.from, to: place.to, lines: linesIn(await desk.log.bodies.get(one.theirs)) };
    const waiting = await inSlices(editsSlices(reviewed.lines, proposed.lines));
    const agent = mergeEdits(reviewed.lines.length, [edit], waiting, "ours");
    if (agent.clashes.length > 0) return refused(agentAgain);
    const placed: Edit = now.file.dirty ? { ...edit, lines: withTerminator(edit.lines, now.file.dirty.eol) } : edit;
    const own = await inSlices(editsSlices(seen.lines, now.user.lines));
    if (own.some((each) => clash(each, placed, seen.lines.length))) return refused(youAgain);
    texts = {
      reviewed: { kind: "lines", lines: compose(reviewed.lines, [edit]) },
      proposed: { kind: "lines", lines: compose(reviewed.lines, agent.edits) },
      user: { kind: "lines", lines: compose(seen.lines, [...own, placed]) },
    };
    if (!Object.values(texts).every(closed))
      return refused("The end of the file has moved since: this change cannot be placed.");
  }
  const revision = await nextRevision(
    desk,
    file,
    { ...texts, draft: exact.draft, refusals: await refusalsNow(file, exact) },
    async () => (await overtakenStill(desk, file, texts.reviewed)).filter((each) => each.id !== id),
  );
  const after = texts.user.kind === "opaque" ? await desk.log.bodies.get(texts.user.id) : bytesOf(texts.user);
  const user = { before: now.file.bytes, after };
  const change = await changeWith(desk, file, revision, { reviewed, proposed }, user);
  const plan = { file, hunks: [id], before: now.file.bytes, after, texts: change };
  return (await write(desk, [plan], { why: "", take: true, revisions: [revision] })).answer;
}

/** Whether no line but the last is without a terminator. */
function closed(text: Text): boolean {
  return text.kind !== "lines" || text.lines.slice(0, -1).every((line) => terminatorOf(line) !== "");
}

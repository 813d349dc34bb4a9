/**
 * The boundary: the one moment at which anything of the person's reaches the draft.
 *
 * No turn runs and a prompt is about to be sent. The draft is looked at; the person's text of every file becomes what
 * is reviewed; refusals and their own typing are written into the draft, each file only if it is as it was last seen;
 * and what has to be told to the engine is put together, once.
 *
 * Always: one `boundary` event; after it reviewed text = the person's text, and draft = proposed text.
 */
import type { Content, HunkReference, Overtaken, Refusal, Revision, TreeChange } from "../protocol/index.ts";
import { boundaryOf, sameText, type Bounded } from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import { verdictsOf, type Desk } from "./desk.ts";
import { look } from "./looking.ts";
import { changedRefusals } from "./marks.ts";
import { reportOf } from "./report.ts";
import { firstRevision, nextRevision, overtakenStill } from "./revisions.ts";
import { bytesOf } from "./texts.ts";

/** How often a draft that moves under the boundary is looked at again. */
const attempts = 4;

/** Crosses the boundary before a turn. Returns what the engine is told before the person's words. */
export async function crossBoundary(desk: Desk, turn: number, signal: AbortSignal): Promise<string> {
  const draft = desk.draft!;
  for (let attempt = 0; attempt < attempts; attempt++) {
    signal.throwIfAborted();
    await look(desk, null, signal);
    const changes = remembered(desk, await draft.userChanges(await desk.parts.files.unsaved(), signal));
    const told = await reportOf(desk, changes);
    const { revisions, writes } = await revisionsOf(desk, changes);
    signal.throwIfAborted();
    const wrote = await draft.write(writes);
    // What holds its new text was written before, at a boundary that did not come to its end.
    if (wrote.some((one, index) => one.kind === "moved" && one.now !== writes[index]!.after)) continue;
    await desk.append({ kind: "boundary", turn, revisions, told });
    pendingUserChanges.delete(desk);
    return told;
  }
  throw new Error("The draft keeps changing although no agent is running. Start a new session.");
}

/** Changes of the person's that a boundary which did not come to its end was told of already, by path. */
const pendingUserChanges = new WeakMap<Desk, Map<string, TreeChange>>();

/** They are told once only: until the boundary is in the log they are kept, each with its first before and last now. */
function remembered(desk: Desk, fresh: readonly TreeChange[]): TreeChange[] {
  const pending = pendingUserChanges.get(desk) ?? new Map<string, TreeChange>();
  for (const change of fresh)
    pending.set(change.path, { ...change, before: pending.get(change.path)?.before ?? change.before });
  pendingUserChanges.set(desk, pending);
  return [...pending.values()].filter((change) => change.before !== change.now);
}

interface Write {
  path: string;
  before: Content;
  after: Content;
}

async function revisionsOf(
  desk: Desk,
  told: readonly TreeChange[],
): Promise<{ revisions: Revision[]; writes: Write[] }> {
  const changes = new Map(told.map((change) => [change.path, change]));
  const revisions: Revision[] = [];
  for (const file of desk.state.files.values()) {
    const change = changes.get(file.path);
    changes.delete(file.path);
    const revision = await crossed(desk, file, change);
    if (revision) revisions.push(revision);
  }
  const writes: Write[] = revisions.map((revision) => ({
    path: revision.path,
    before: desk.state.files.get(revision.file)!.revision.draft,
    after: revision.draft,
  }));
  for (const change of changes.values()) {
    const [now] = await desk.texts.read([change.now]);
    const same = { reviewed: now!, proposed: now!, draft: now!, refusals: [] };
    revisions.push(await firstRevision(desk, change.path, same));
    writes.push({ path: change.path, before: change.before, after: change.now });
  }
  // What goes makes room first: a folder may have become a file, or a file a folder.
  writes.sort((a, b) => Number(b.after === null) - Number(a.after === null));
  return { revisions, writes: writes.filter((one) => one.before !== one.after) };
}

async function crossed(desk: Desk, file: FileState, change: TreeChange | undefined): Promise<Revision | null> {
  const { reviewed, proposed, draft, hunks } = file.revision;
  const user = change ? change.now : await reviewedContent(desk, file);
  const texts = await desk.texts.read([reviewed, proposed, draft, user]);
  const verdicts = verdictsOf(file);
  const bounded = boundaryOf(
    {
      sides: { reviewed: texts[0]!, proposed: texts[1]!, hunks },
      verdicts,
      draft: texts[2]!,
      refusals: file.revision.refusals,
      refusedAs: (hunk) => ({ decision: file.verdicts.get(hunk)!.decision, revision: file.revision.number, hunk }),
    },
    texts[3]!,
  );
  const nothing =
    verdicts.size === 0 &&
    sameText(bounded.reviewed, texts[0]!) &&
    sameText(bounded.proposed, texts[1]!) &&
    sameText(bounded.proposed, texts[2]!);
  if (nothing) return null;
  const next = {
    reviewed: bounded.reviewed,
    proposed: bounded.proposed,
    draft: bounded.proposed,
    refusals: await refusalsLeft(desk, file, bounded),
  };
  return nextRevision(desk, file, next, (used) => overtakenBy(desk, file, bounded, used));
}

/** A refusal is remembered until what the agent made of it has been decided. */
async function refusalsLeft(desk: Desk, file: FileState, { refusals }: Bounded): Promise<Refusal[]> {
  const waiting = [...changedRefusals(await desk.textsOf(file), file).values()];
  const same = (a: HunkReference, b: HunkReference) => a.revision === b.revision && a.hunk === b.hunk;
  return refusals.filter((refusal) => !refusal.overtaken || waiting.some((one) => same(one, refusal)));
}

/** Where the person's folder reported no change, their text is what was reviewed: what we wrote ourselves. */
async function reviewedContent(desk: Desk, file: FileState): Promise<Content> {
  const { bytes } = await desk.parts.files.read(file.path);
  return bytes === null ? null : desk.log.bodies.put(bytes);
}

async function overtakenBy(desk: Desk, file: FileState, bounded: Bounded, used: number): Promise<Overtaken[]> {
  const before = await overtakenStill(desk, file, bounded.reviewed);
  let number = Math.max(used, ...before.map((one) => Number(one.id.slice(1))));
  const keep = async (lines: readonly string[]) => desk.log.bodies.put(bytesOf({ kind: "lines", lines })!);
  const added: Overtaken[] = [];
  for (const lost of bounded.lost) {
    const id = `h${++number}`;
    added.push({ id, from: lost.from, to: lost.to, before: await keep(lost.before), theirs: await keep(lost.theirs) });
  }
  if (bounded.lostWhole) {
    const whole = {
      before: await desk.texts.keep(bounded.lostWhole.before),
      theirs: await desk.texts.keep(bounded.lostWhole.theirs),
    };
    const empty = await keep([]);
    const to = bounded.reviewed.kind === "lines" ? bounded.reviewed.lines.length : 0;
    added.push({ id: `h${++number}`, from: 0, to, before: empty, theirs: empty, whole });
  }
  return [...before, ...added];
}

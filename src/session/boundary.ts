/**
 * The boundary: the one moment at which anything of the person's reaches the draft.
 *
 * No turn runs and a prompt is about to be sent. The draft is looked at; the person's text of every file becomes what
 * is reviewed; refusals and their own typing are written into the draft, each file only if it is as it was last seen;
 * and what has to be told to the engine is put together, once.
 *
 * Always: one `boundary` event; after it reviewed text = the person's text, and draft = proposed text.
 */
import type { Content, DraftFile, HunkReference, Overtaken, Refusal, Revision, TreeChange } from "../protocol/index.ts";
import { boundarySlices, sameText, type Bounded } from "../review/index.ts";
import { fileAt, fileInDraft, placeKey, type FileState } from "../state/index.ts";
import { keepValue, pathProposed, readUser, valueIn } from "./attributes.ts";
import { verdictsOf, type Desk } from "./desk.ts";
import { look } from "./looking.ts";
import { changedRefusals } from "./marks.ts";
import { reportOf } from "./report.ts";
import { firstRevision, nextRevision, overtakenStill } from "./revisions.ts";
import { inSlices, openTurns } from "./slices.ts";
import { bytesOf } from "./texts.ts";

/** How often a draft that moves under the boundary is looked at again. */
const attempts = 4;

/** Crosses the boundary before a turn. Returns what the engine is told before the person's words. */
export async function crossBoundary(desk: Desk, turn: number, signal: AbortSignal): Promise<string> {
  const draft = desk.draft!;
  for (let attempt = 0; attempt < attempts; attempt++) {
    signal.throwIfAborted();
    await look(desk, null, undefined, signal);
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
  for (const change of fresh) {
    const key = placeKey(change.path, change.attribute);
    pending.set(key, { ...change, before: pending.get(key)?.before ?? change.before });
  }
  pendingUserChanges.set(desk, pending);
  return [...pending.values()].filter((change) => change.before !== change.now);
}

async function revisionsOf(
  desk: Desk,
  told: readonly TreeChange[],
): Promise<{ revisions: Revision[]; writes: DraftFile[] }> {
  const changes = new Map(told.map((change) => [placeKey(change.path, change.attribute), change]));
  const revisions: Revision[] = [];
  const writes: DraftFile[] = [];
  const ways = new Map<string, Content>(); // where a rename stands after this boundary, by the person's path
  const gone = new Set<string>();
  const anew = new Map<string, string>(); // files that the draft gets again, by the person's path: where
  // Renames first: they say where the draft is to have the rest. Modes last: what is gone has none.
  const turns = openTurns();
  for (const file of [...desk.state.files.values()].sort((a, b) => rank(a) - rank(b))) {
    await turns.next();
    const key = placeKey(file.path, file.attribute);
    // Another file has this one's path by now.
    if (desk.state.byPath.get(key) !== file.id) continue;
    const change = changes.get(key);
    changes.delete(key);
    // A link is no part of a file: it goes nowhere with it.
    const isLink = file.attribute === "link";
    const draftPath = isLink ? file.path : await pathProposed(desk, file.path, ways.get(file.path));
    const revision = await crossed(desk, file, change, draftPath, file.attribute === "mode" && gone.has(file.path));
    if (file.attribute === "path") ways.set(file.path, (revision ?? file.revision).proposed);
    if (file.attribute === null && (revision ?? file.revision).proposed === null) gone.add(file.path);
    if (!revision) continue;
    revisions.push(revision);
    if (file.attribute === "path") continue;
    if (file.attribute === "mode" && (gone.has(file.path) || anew.has(file.path))) continue;
    if (file.attribute === null && file.revision.draft === null && revision.draft !== null)
      anew.set(file.path, draftPath);
    const from = file.attribute === null && draftPath !== file.draftPath ? { from: file.draftPath } : {};
    const beside = file.attribute === null ? {} : { attribute: file.attribute };
    writes.push({ path: draftPath, ...from, ...beside, before: file.revision.draft, after: revision.draft });
  }
  for (const change of await comeToLight(desk)) {
    if (changes.has(change.path)) continue;
    changes.set(change.path, change);
    anew.set(change.path, change.path);
  }
  for (const change of changes.values()) {
    const { path, attribute, now } = change;
    // The file went from there to another path, which is known; or the draft has another file there, under a new name.
    const left = attribute !== "link" && (desk.state.vacated.has(path) || fileInDraft(desk.state, path) !== undefined);
    if (left && now === null) continue;
    const [text] = await desk.texts.read([now]);
    const draftPath = attribute === "mode" ? await pathProposed(desk, path, ways.get(path)) : path;
    const same = { reviewed: text!, proposed: text!, draft: text!, refusals: [], draftPath };
    revisions.push(await firstRevision(desk, path, same, attribute ?? null));
    // The mode that is remembered there is another file's.
    const isOther = desk.state.vacated.has(path) && now !== null && !changes.has(placeKey(path, "mode"));
    if (!attribute && isOther) anew.set(path, path);
    if (attribute === "mode" && gone.has(path)) continue;
    const mode = attribute ? { attribute } : {};
    writes.push({ path: draftPath, ...mode, before: left && !attribute ? null : change.before, after: now });
  }
  for (const [path, draftPath] of anew) writes.push(await modeAnew(desk, path, draftPath, revisions));
  // What goes makes room first: a folder may have become a file, or a file a folder, or either a link. A mode is set on what is
  // there by then, and a link is made where nothing else stands.
  const order = ({ attribute, after }: DraftFile) =>
    attribute === "mode" ? 2 : after === null ? 0 : attribute === "link" ? 3 : 1;
  writes.sort((a, b) => order(a) - order(b));
  return { revisions, writes: writes.filter((one) => one.from !== undefined || one.before !== one.after) };
}

/** Files of the person's where one left for another path, or the draft had another one: it has none there, and they may be no news. */
async function comeToLight(desk: Desk): Promise<TreeChange[]> {
  const texts = [...desk.state.files.values()].filter(({ attribute }) => attribute === null);
  const covered = texts.filter(({ path, draftPath }) => path !== draftPath).map(({ draftPath }) => draftPath);
  const found: TreeChange[] = [];
  for (const path of new Set([...covered, ...desk.state.vacated])) {
    const { bytes } = fileAt(desk.state, path) ? { bytes: null } : await desk.parts.files.read(path);
    if (bytes !== null) found.push({ path, before: null, now: await desk.log.bodies.put(bytes) });
  }
  return found;
}

/** A file that is made anew cannot be executed: it gets the mode that is proposed for it, else the person's. */
async function modeAnew(
  desk: Desk,
  path: string,
  draftPath: string,
  revisions: readonly Revision[],
): Promise<DraftFile> {
  const mode = fileAt(desk.state, path, "mode");
  const next = mode && (revisions.find((one) => one.file === mode.id) ?? mode.revision);
  const { bytes } = await readUser(desk.parts.files, { path, attribute: "mode" });
  const after = next ? next.proposed : await desk.log.bodies.put(bytes!);
  const before = await keepValue(desk, { kind: "mode", executable: false });
  return { path: draftPath, attribute: "mode", before, after };
}

function rank({ attribute }: FileState): number {
  return attribute === "path" ? 0 : attribute === null ? 1 : 2;
}

async function crossed(
  desk: Desk,
  file: FileState,
  change: TreeChange | undefined,
  draftPath: string,
  ofNothing: boolean,
): Promise<Revision | null> {
  const { reviewed, proposed, draft, hunks } = file.revision;
  const user = change ? change.now : await reviewedContent(desk, file);
  const texts = await desk.texts.read([reviewed, proposed, draft, user]);
  const verdicts = verdictsOf(file);
  const bounded = await inSlices(
    boundarySlices(
      {
        sides: { reviewed: texts[0]!, proposed: texts[1]!, hunks },
        verdicts,
        draft: texts[2]!,
        refusals: file.revision.refusals,
        refusedAs: (hunk) => ({ decision: file.verdicts.get(hunk)!.decision, revision: file.revision.number, hunk }),
      },
      texts[3]!,
    ),
  );
  if (ofNothing) bounded.proposed = bounded.reviewed;
  if (await isTaken(desk, file, bounded)) {
    bounded.lostWhole = { before: bounded.reviewed, theirs: bounded.proposed };
    bounded.proposed = bounded.reviewed;
  }
  const nothing =
    verdicts.size === 0 &&
    draftPath === file.draftPath &&
    sameText(bounded.reviewed, texts[0]!) &&
    sameText(bounded.proposed, texts[1]!) &&
    sameText(bounded.proposed, texts[2]!);
  if (nothing) return null;
  const next = {
    reviewed: bounded.reviewed,
    proposed: bounded.proposed,
    draft: bounded.proposed,
    refusals: await refusalsLeft(desk, file, bounded),
    draftPath,
  };
  return nextRevision(desk, file, next, (used) => overtakenBy(desk, file, bounded, used));
}

/** Whether the person has a file of theirs at the path that is proposed for this one, or the draft another one. */
async function isTaken(desk: Desk, file: FileState, { proposed }: Bounded): Promise<boolean> {
  const value = file.attribute === "path" ? await valueIn(desk, await desk.texts.keep(proposed)) : null;
  if (value?.kind !== "path" || value.path === file.path) return false;
  const other = fileInDraft(desk.state, value.path);
  if (other && other.path !== file.path && other.revision.draft !== null) return true;
  return (await desk.parts.files.read(value.path)).bytes !== null;
}

/** A refusal is remembered until what the agent made of it has been decided. */
async function refusalsLeft(desk: Desk, file: FileState, { refusals }: Bounded): Promise<Refusal[]> {
  const waiting = [...(await inSlices(changedRefusals(await desk.textsOf(file), file))).values()];
  const same = (a: HunkReference, b: HunkReference) => a.revision === b.revision && a.hunk === b.hunk;
  return refusals.filter((refusal) => !refusal.overtaken || waiting.some((one) => same(one, refusal)));
}

/** Where the person's folder reported no change, their text is what was reviewed: what we wrote ourselves. */
async function reviewedContent(desk: Desk, file: FileState): Promise<Content> {
  const { bytes } = await readUser(desk.parts.files, file);
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

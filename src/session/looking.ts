/**
 * Looking: what changed in the draft becomes part of the proposal.
 *
 * The draft says which files are not as they were; who changed them does not matter. A first look after a window was
 * opened again reports against the draft's base, so what this session has seen already is passed by here.
 *
 * Always: one `looked` event per look that found something, with every file's whole new revision.
 */
import type { Content, Look, Revision } from "../protocol/index.ts";
import { lookAt, sameText } from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import { verdictsOf, type Desk } from "./desk.ts";
import { firstRevision, nextRevision, overtakenStill } from "./revisions.ts";

/** Looks at the draft and logs what is new. `call`: the tool call it follows, null at a turn's end. */
export async function look(desk: Desk, call: string | null, signal?: AbortSignal): Promise<void> {
  if (!desk.draft) return;
  await take(desk, await desk.draft.look(signal), call);
}

/** The first look after the draft was opened again: a file that is back as it was at first is not reported, but new. */
export async function lookAgain(desk: Desk, bases: ReadonlyMap<string, Content>): Promise<void> {
  if (!desk.draft) return;
  const found = await desk.draft.look();
  const reported = new Set(found.changes.map((change) => change.path));
  const changes = [...found.changes];
  for (const file of desk.state.files.values()) {
    if (reported.has(file.path)) continue;
    const base = bases.get(file.path) ?? file.revisions.get(0)?.draft ?? file.revision.draft;
    if (base !== file.revision.draft) changes.push({ path: file.path, before: file.revision.draft, now: base });
  }
  await take(desk, { ...found, changes }, null);
}

async function take(desk: Desk, found: Look, call: string | null): Promise<void> {
  const revisions: Revision[] = [];
  for (const change of found.changes) {
    const id = desk.state.byPath.get(change.path);
    const file = id === undefined ? undefined : desk.state.files.get(id);
    const revision = file
      ? await seen(desk, file, change.now)
      : await fresh(desk, change.path, change.before, change.now);
    if (revision) revisions.push(revision);
  }
  const unshown = JSON.stringify(found.unshown) === JSON.stringify(desk.state.unshown) ? null : found.unshown;
  if (revisions.length === 0 && unshown === null) return;
  await desk.append({ kind: "looked", turn: desk.state.turn, call, revisions, unshown: unshown ?? desk.state.unshown });
}

async function seen(desk: Desk, file: FileState, now: Content): Promise<Revision | null> {
  if (now === file.revision.draft) return null;
  const { reviewed, proposed, draft, hunks } = file.revision;
  const { texts, coding } = await desk.texts.read([reviewed, proposed, draft, now]);
  const result = lookAt(
    {
      sides: { reviewed: texts[0]!, proposed: texts[1]!, hunks },
      verdicts: verdictsOf(file),
      draft: texts[2]!,
      refusals: file.revision.refusals,
      refusedAs: (hunk) => ({ decision: file.verdicts.get(hunk)!.decision, revision: file.revision.number, hunk }),
    },
    texts[3]!,
  );
  return nextRevision(desk, file, { ...result, coding }, () => overtakenStill(desk, file, result.reviewed));
}

async function fresh(desk: Desk, path: string, before: Content, now: Content): Promise<Revision | null> {
  const { texts, coding } = await desk.texts.read([before, now]);
  const [base, draft] = [texts[0]!, texts[1]!];
  if (sameText(base, draft)) return null;
  return firstRevision(desk, path, { reviewed: base, proposed: draft, draft, refusals: [], coding });
}

/**
 * Looking: what changed in the draft becomes part of the proposal.
 *
 * The draft says which files are not as they were; who changed them does not matter. A first look after a window was
 * opened again reports against the draft's base, so what this session has seen already is passed by here, and what is
 * back at the base is asked for.
 *
 * Always: one `looked` event per look that found something, with every file's whole new revision.
 */
import type { AttributeKind, Content, Look, Revision } from "../protocol/index.ts";
import { lookSlices, sameText } from "../review/index.ts";
import { fileAt, fileInDraft, filesInDraft, placeKey, type FileState } from "../state/index.ts";
import { keepValue } from "./attributes.ts";
import { verdictsOf, type Desk } from "./desk.ts";
import { firstRevision, nextRevision, overtakenStill } from "./revisions.ts";
import { inSlices, openTurns } from "./slices.ts";

/** Looks at the draft and logs what is new. `call`: the tool call it follows, null at a turn's end. */
export async function look(desk: Desk, call: string | null, signal?: AbortSignal): Promise<void> {
  if (!desk.draft) return;
  await take(desk, await desk.draft.look(signal), call);
}

/** The first look after the draft was opened again: a file that is back as it was at first is not reported, but new. */
export async function lookAgain(desk: Desk): Promise<void> {
  if (!desk.draft) return;
  const found = await desk.draft.look();
  const reported = new Set(found.changes.map((change) => placeKey(change.path, change.attribute)));
  // The draft's base has a renamed file under its first path: that it is gone from there is known.
  const changes = found.changes.filter(
    ({ path, attribute, now }) =>
      now !== null ||
      fileInDraft(desk.state, path, attribute) ||
      !(fileAt(desk.state, path, attribute) || desk.state.vacated.has(path)),
  );
  const others = filesInDraft(desk.state).filter((file) => !reported.has(placeKey(file.draftPath, file.attribute)));
  // Writing what should be there already writes nothing, and says where something else is.
  const asked = await desk.draft.write(
    others.map(({ draftPath, attribute, revision }) => ({
      path: draftPath,
      ...(attribute === "mode" ? { attribute } : {}),
      before: revision.draft,
      after: revision.draft,
    })),
  );
  for (const [index, one] of asked.entries()) {
    if (one.kind === "written" || (one.now !== null && !desk.log.bodies.has(one.now))) continue;
    const { attribute, revision } = others[index]!;
    const mode = attribute === "mode" ? { attribute } : {};
    changes.push({ path: one.path, ...mode, before: revision.draft, now: one.now });
  }
  await take(desk, { ...found, changes }, null);
}

async function take(desk: Desk, found: Look, call: string | null): Promise<void> {
  const revisions: Revision[] = [];
  const turns = openTurns();
  for (const change of found.changes) {
    await turns.next();
    const file = fileInDraft(desk.state, change.path, change.attribute);
    const revision = file
      ? await seen(desk, file, change.now)
      : await fresh(desk, change.path, change.before, change.now, change.attribute ?? null);
    if (revision) revisions.push(revision);
    if (change.now === null && !change.attribute) revisions.push(...(await attributesGone(desk, change.path)));
  }
  const unshown = JSON.stringify(found.unshown) === JSON.stringify(desk.state.unshown) ? null : found.unshown;
  if (revisions.length === 0 && unshown === null) return;
  await desk.append({ kind: "looked", turn: desk.state.turn, call, revisions, unshown: unshown ?? desk.state.unshown });
}

/** Of a file that is gone from the draft nothing but that is proposed. */
async function attributesGone(desk: Desk, draftPath: string): Promise<Revision[]> {
  const mode = fileInDraft(desk.state, draftPath, "mode");
  const file = fileInDraft(desk.state, draftPath);
  const rename = file && fileAt(desk.state, file.path, "path");
  const revisions = [
    mode && (await seen(desk, mode, mode.revision.reviewed)),
    rename && (await seen(desk, rename, await keepValue(desk, { kind: "path", path: rename.path }))),
  ];
  return revisions.filter((one) => !!one);
}

/** The next revision of what the draft holds now; null where that is known. */
export async function seen(
  desk: Desk,
  file: FileState,
  now: Content,
  draftPath: string = file.draftPath,
): Promise<Revision | null> {
  if (now === file.revision.draft && draftPath === file.draftPath) return null;
  const { reviewed, proposed, draft, hunks } = file.revision;
  const texts = await desk.texts.read([reviewed, proposed, draft, now]);
  const result = await inSlices(
    lookSlices(
      {
        sides: { reviewed: texts[0]!, proposed: texts[1]!, hunks },
        verdicts: verdictsOf(file),
        draft: texts[2]!,
        refusals: file.revision.refusals,
        refusedAs: (hunk) => ({ decision: file.verdicts.get(hunk)!.decision, revision: file.revision.number, hunk }),
      },
      texts[3]!,
    ),
  );
  return nextRevision(desk, file, { ...result, draftPath }, () => overtakenStill(desk, file, result.reviewed));
}

async function fresh(
  desk: Desk,
  path: string,
  before: Content,
  now: Content,
  attribute: AttributeKind | null,
): Promise<Revision | null> {
  const texts = await desk.texts.read([before, now]);
  const [base, draft] = [texts[0]!, texts[1]!];
  if (sameText(base, draft)) return null;
  return firstRevision(desk, path, { reviewed: base, proposed: draft, draft, refusals: [] }, attribute);
}

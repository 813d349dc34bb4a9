/**
 * Looking: what changed in the draft becomes part of the proposal.
 *
 * The draft says which files are not as they were; who changed them does not matter. A first look after a window was
 * opened again reports against the draft's base, so what this session has seen already is passed by here, and what is
 * back at the base is asked for.
 *
 * Always: one `looked` event per look that found something, with every file's whole new revision.
 */
import type { AttributeKind, Content, Look, Revision, TreeAttribute, TreeChange } from "../protocol/index.ts";
import { lookSlices, reviewedNow, sameText } from "../review/index.ts";
import { fileAt, fileInDraft, filesInDraft, placeKey, type FileState } from "../state/index.ts";
import { keepValue } from "./attributes.ts";
import { verdictsOf, type Desk } from "./desk.ts";
import { firstRevision, nextRevision, overtakenStill } from "./revisions.ts";
import { inSlices, openTurns } from "./slices.ts";

/**
 * Looks at the draft and logs what is new. `call`: the tool call it follows, null at a turn's end. `touched`: all that it can have
 * changed. What else is not as it was is found at the turn's end.
 */
export async function look(
  desk: Desk,
  call: string | null,
  touched?: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  if (!desk.draft || touched?.length === 0) return;
  const found = await desk.draft.look(touched, signal);
  const modes = [...(await asked(desk, modesBack(desk, found.changes))), ...(await modesOfNew(desk, found.changes))];
  const changes = [...found.changes, ...modes];
  await take(desk, { ...found, changes }, call);
}

/** The modes of files that are there again, where they are not among the changes: a draft compares them with when it last saw the file. */
function modesBack(desk: Desk, changes: Look["changes"]): FileState[] {
  const reported = new Set(changes.filter(({ attribute }) => attribute === "mode").map(({ path }) => path));
  return changes.flatMap(({ path, attribute, now }) => {
    const back = !attribute && now !== null && fileInDraft(desk.state, path)?.revision.draft === null;
    const mode = back && !reported.has(path) ? fileInDraft(desk.state, path, "mode") : undefined;
    return mode ? [mode] : [];
  });
}

/** The modes of new files where there was another one before: a draft reports none if that one had the same. */
async function modesOfNew(desk: Desk, changes: Look["changes"]): Promise<Look["changes"]> {
  const { vacated } = desk.state;
  const reported = new Set(changes.filter(({ attribute }) => attribute === "mode").map(({ path }) => path));
  const isNew = async ({ path, attribute, before, now }: TreeChange) => {
    if (attribute || before !== null || now === null || reported.has(path)) return false;
    const text = fileInDraft(desk.state, path) ?? fileAt(desk.state, path);
    if (fileInDraft(desk.state, path, "mode") || !(text || vacated.has(path))) return false;
    return !text || (await reviewedOf(desk, text)) === null;
  };
  const plain = await keepValue(desk, { kind: "mode", executable: false });
  const found: Look["changes"] = [];
  for (const change of changes) {
    const now = (await isNew(change)) ? await modeIn(desk, change.path, plain) : plain;
    if (now !== plain) found.push({ path: change.path, attribute: "mode", before: plain, now });
  }
  return found;
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
      !(fileAt(desk.state, path, attribute) || (!attribute && desk.state.vacated.has(path))),
  );
  // A file that is gone keeps the mode that is known of it: there is none to ask for.
  const ofNothing = ({ attribute, draftPath }: FileState) =>
    attribute === "mode" && fileInDraft(desk.state, draftPath)?.revision.draft === null;
  const others = filesInDraft(desk.state).filter(
    (file) => !reported.has(placeKey(file.draftPath, file.attribute)) && !ofNothing(file),
  );
  await take(desk, { ...found, changes: [...changes, ...(await asked(desk, others))] }, null);
}

/** What the draft has of these that is not known: writing what should be there already writes nothing, and says where something else is. */
async function asked(desk: Desk, files: readonly FileState[]): Promise<Look["changes"]> {
  if (files.length === 0) return [];
  const wrote = await desk.draft!.write(
    files.map(({ draftPath, attribute, revision }) => ({
      path: draftPath,
      ...inTree(attribute),
      before: revision.draft,
      after: revision.draft,
    })),
  );
  return wrote.flatMap((one, index) => {
    if (one.kind === "written" || (one.now !== null && !desk.log.bodies.has(one.now))) return [];
    const { attribute, revision } = files[index]!;
    return [{ path: one.path, ...inTree(attribute), before: revision.draft, now: one.now }];
  });
}

/** As a tree names it: its files have no new path. */
export function inTree(attribute: AttributeKind | null): { attribute?: TreeAttribute } {
  return attribute === null || attribute === "path" ? {} : { attribute };
}

async function take(desk: Desk, found: Look, call: string | null): Promise<void> {
  const back = await renamedBack(desk, found.changes);
  const { revisions } = back;
  const turns = openTurns();
  const anew = new Set(
    back.left.filter(({ attribute, before }) => !attribute && before === null).map(({ path }) => path),
  );
  for (const change of back.left) {
    await turns.next();
    // A mode is of a file, under whatever name that is in the draft.
    const text = change.attribute === "mode" ? fileInDraft(desk.state, change.path) : undefined;
    const file =
      fileInDraft(desk.state, change.path, change.attribute) ?? (text && fileAt(desk.state, text.path, "mode"));
    const path = text?.path ?? change.path;
    // A draft remembers the mode of the file that stood there before: it is none of a new file's.
    const isNew = change.attribute === "mode" && anew.has(change.path) && !(text && (await reviewedOf(desk, text)));
    const before = isNew ? await keepValue(desk, { kind: "mode", executable: false }) : change.before;
    const revision = file
      ? await seen(desk, file, change.now, change.path)
      : await fresh(desk, path, before, change.now, change.attribute ?? null, change.path);
    if (revision) revisions.push(revision);
    if (revision && change.now === null && !change.attribute)
      revisions.push(...(await attributesGone(desk, change.path)));
  }
  const unshown = JSON.stringify(found.unshown) === JSON.stringify(desk.state.unshown) ? null : found.unshown;
  if (revisions.length === 0 && unshown === null) return;
  await desk.append({ kind: "looked", turn: desk.state.turn, call, revisions, unshown: unshown ?? desk.state.unshown });
}

/**
 * Files that the draft has at the person's path again, and had renamed: that is over, and what stands at the new path is a file of
 * its own. `left`: the changes that are of other files.
 */
async function renamedBack(
  desk: Desk,
  changes: Look["changes"],
): Promise<{ revisions: Revision[]; left: Look["changes"] }> {
  // One that came and went, and whose path another file has by now, is forgotten.
  const isKnown = (path: string) => {
    const there = fileInDraft(desk.state, path);
    return there && (there.revision.draft !== null || fileAt(desk.state, there.path) === there);
  };
  const back = changes.flatMap(({ path, attribute, now }) => {
    const file = attribute || now === null || isKnown(path) ? undefined : fileAt(desk.state, path);
    const rename = file && fileAt(desk.state, path, "path");
    return rename ? [{ file, rename, now }] : [];
  });
  const all: (Revision | null)[] = [];
  for (const { file, rename, now } of back) {
    const { path, draftPath: from } = file;
    const there = changes.find((one) => one.path === from && !one.attribute);
    const other = there ? there.now : file.revision.draft;
    const mode = fileAt(desk.state, path, "mode");
    const plain = await keepValue(desk, { kind: "mode", executable: false });
    all.push(await seen(desk, file, now, path));
    all.push(await seen(desk, rename, await keepValue(desk, { kind: "path", path }), path));
    if (mode) all.push(await seen(desk, mode, await modeIn(desk, path, plain), path));
    if (other === null) continue;
    all.push(await fresh(desk, from, null, other, null));
    all.push(await fresh(desk, from, plain, await modeIn(desk, from, plain), "mode"));
  }
  const known = new Set(back.flatMap(({ file }) => [placeKey(file.path), placeKey(file.draftPath)]));
  const modes = new Set(
    back.flatMap(({ file: { path, draftPath } }) => [draftPath, ...(fileAt(desk.state, path, "mode") ? [path] : [])]),
  );
  const left = changes.filter(({ path, attribute }) =>
    attribute === "mode" ? !modes.has(path) : attribute === "link" || !known.has(path),
  );
  return { revisions: all.filter((one) => one !== null), left };
}

/** The mode that a file of the draft has: asked for as the others are. */
export async function modeIn(desk: Desk, path: string, plain: Content): Promise<Content> {
  const [one] = await desk.draft!.write([{ path, attribute: "mode", before: plain, after: plain }]);
  return one?.kind === "moved" ? one.now : plain;
}

/** Of a file that is gone from the draft nothing but that is proposed. */
async function attributesGone(desk: Desk, draftPath: string): Promise<Revision[]> {
  const mode = fileInDraft(desk.state, draftPath, "mode");
  const file = fileInDraft(desk.state, draftPath);
  const rename = file && fileAt(desk.state, file.path, "path");
  const revisions = [
    mode && (await seen(desk, mode, await reviewedOf(desk, mode))),
    rename && (await seen(desk, rename, await pathReviewed(desk, rename))),
  ];
  return revisions.filter((one) => !!one);
}

/** The path that the person's file has; a file that is not there has none. */
async function pathReviewed(desk: Desk, rename: FileState): Promise<Content> {
  const reviewed = await reviewedOf(desk, rename);
  return reviewed === null ? null : keepValue(desk, { kind: "path", path: rename.path });
}

/** What of it is reviewed, as of now. */
async function reviewedOf(desk: Desk, file: FileState): Promise<Content> {
  const { sides, verdicts } = await desk.textsOf(file);
  return desk.texts.keep(reviewedNow(sides, verdicts));
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
  draftPath: string = path,
): Promise<Revision | null> {
  const texts = await desk.texts.read([before, now]);
  const [base, draft] = [texts[0]!, texts[1]!];
  if (sameText(base, draft)) return null;
  return firstRevision(desk, path, { reviewed: base, proposed: draft, draft, refusals: [], draftPath }, attribute);
}

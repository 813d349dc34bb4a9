/**
 * Revisions: a file's texts after a look, a boundary or an undo, made into the record the log keeps of them.
 */
import type { AttributeKind, Content, HunkId, Overtaken, Refusal, Revision, TextsChange } from "../protocol/index.ts";
import {
  carried,
  diffSlices,
  isTooLong,
  named,
  placesSlices,
  refusedSlices,
  type Slices,
  type Text,
} from "../review/index.ts";
import { undecidedPlaces, type FileState } from "../state/index.ts";
import type { Desk, FileTexts } from "./desk.ts";
import { inSlices } from "./slices.ts";

export interface NewTexts {
  reviewed: Text;
  proposed: Text;
  draft: Text;
  refusals: readonly Refusal[];
  /** Where the draft has the file from this revision on, where that changes. */
  draftPath?: string;
}

/** What a decision that makes a revision of its own does to a file's texts. `user`: bytes before and after, null where there is no file. */
export async function changeWith(
  desk: Desk,
  file: FileState,
  revision: Revision,
  before: Pick<NewTexts, "reviewed" | "proposed">,
  user: { before: Uint8Array | null; after: Uint8Array | null },
): Promise<TextsChange> {
  const keep = async (bytes: Uint8Array | null) => (bytes === null ? null : desk.log.bodies.put(bytes));
  return {
    file: file.id,
    path: file.path,
    reviewed: { before: await desk.texts.keep(before.reviewed), after: revision.reviewed },
    proposed: { before: await desk.texts.keep(before.proposed), after: revision.proposed },
    user: { before: await keep(user.before), after: await keep(user.after) },
  };
}

/** What a revision says of where its file stands, and what of it it is about. */
function placeOf(file: { path: string; draftPath: string; attribute: AttributeKind | null }) {
  return {
    path: file.path,
    ...(file.attribute === null ? {} : { attribute: file.attribute }),
    ...(file.draftPath === file.path ? {} : { draftPath: file.draftPath }),
  };
}

/** The next revision of a known file. Undecided hunks keep their ids where they still have their place. */
export async function nextRevision(
  desk: Desk,
  file: FileState,
  texts: NewTexts,
  overtaken: (used: number) => Promise<Overtaken[]>,
): Promise<Revision> {
  texts = await asReadAgain(desk, texts);
  const places = await inSlices(placesSlices(texts.reviewed, texts.proposed));
  const before = (await desk.textsOf(file)).sides.reviewed;
  const lines = (text: Text) => (text.kind === "lines" ? text.lines : []);
  const moved = await inSlices(diffSlices(lines(before), lines(texts.reviewed)));
  const { hunks, used } = named(places, undecidedPlaces(file), moved, file.used);
  return {
    ...(await contentsOf(desk, texts)),
    file: file.id,
    ...placeOf({ ...file, draftPath: texts.draftPath ?? file.draftPath }),
    number: file.revision.number + 1,
    hunks,
    refusals: [...texts.refusals],
    overtaken: await overtaken(used),
  };
}

/** The first revision of a file, or of an attribute, that this session has not spoken of. */
export async function firstRevision(
  desk: Desk,
  path: string,
  texts: NewTexts,
  attribute: AttributeKind | null = null,
): Promise<Revision> {
  texts = await asReadAgain(desk, texts);
  const { hunks } = named(await inSlices(placesSlices(texts.reviewed, texts.proposed)), [], [], 0);
  const contents = await contentsOf(desk, texts);
  const at = placeOf({ path, draftPath: texts.draftPath ?? path, attribute });
  return { ...contents, file: desk.nextFileId(), ...at, number: 1, hunks, refusals: [], overtaken: [] };
}

/** What has become too long for lines by now is a whole here already: hunks are of the texts that will be read. */
async function asReadAgain(desk: Desk, texts: NewTexts): Promise<NewTexts> {
  const sides = { reviewed: texts.reviewed, proposed: texts.proposed, draft: texts.draft };
  for (const side of ["reviewed", "proposed", "draft"] as const)
    if (isTooLong(sides[side])) sides[side] = { kind: "opaque", id: (await desk.texts.keep(sides[side]))! };
  return { ...texts, ...sides };
}

async function contentsOf(
  desk: Desk,
  texts: NewTexts,
): Promise<{ reviewed: Content; proposed: Content; draft: Content }> {
  return {
    reviewed: await desk.texts.keep(texts.reviewed),
    proposed: await desk.texts.keep(texts.proposed),
    draft: await desk.texts.keep(texts.draft),
  };
}

/** All that stands refused in the file's draft, this revision's refusals with it. */
export function refusalsNow(file: FileState, exact: FileTexts): Promise<Refusal[]> {
  return inSlices(refusalsSlices(file, exact));
}

/** The same, piece by piece. */
export function refusalsSlices(file: FileState, exact: FileTexts): Slices<Refusal[]> {
  const { refusals, number: revision } = file.revision;
  const refusedAs = (hunk: HunkId) => ({ decision: file.verdicts.get(hunk)?.decision ?? 0, revision, hunk });
  return refusedSlices({ ...exact, refusals, refusedAs });
}

/** What was overtaken and is still undecided, at its place in the new reviewed text. */
export async function overtakenStill(desk: Desk, file: FileState, reviewed: Text): Promise<Overtaken[]> {
  const open = file.revision.overtaken.filter((one) => !file.verdicts.has(one.id));
  if (open.length === 0) return [];
  const before = (await desk.textsOf(file)).sides.reviewed;
  if (before.kind !== "lines" || reviewed.kind !== "lines") return open;
  const changes = await inSlices(diffSlices(before.lines, reviewed.lines));
  return open.map((one) => {
    const { from, to } = carried(changes, one.from, one.to);
    return { ...one, from, to };
  });
}

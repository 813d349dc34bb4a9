/**
 * Revisions: a file's texts after a look, a boundary or an undo, made into the record the log keeps of them.
 */
import type { Content, Overtaken, Refusal, Revision } from "../protocol/index.ts";
import { carried, diffLines, named, placesOf, refusedRanges, type Text } from "../review/index.ts";
import { undecidedPlaces, type FileState } from "../state/index.ts";
import type { Desk, FileTexts } from "./desk.ts";

export interface NewTexts {
  reviewed: Text;
  proposed: Text;
  draft: Text;
  refusals: readonly Refusal[];
}

/** The next revision of a known file. Undecided hunks keep their ids where they still have their place. */
export async function nextRevision(
  desk: Desk,
  file: FileState,
  texts: NewTexts,
  overtaken: (used: number) => Promise<Overtaken[]>,
): Promise<Revision> {
  const places = placesOf(texts.reviewed, texts.proposed);
  const before = (await desk.textsOf(file)).sides.reviewed;
  const lines = (text: Text) => (text.kind === "lines" ? text.lines : []);
  const moved = diffLines(lines(before), lines(texts.reviewed));
  const { hunks, used } = named(places, undecidedPlaces(file), moved, file.used);
  return {
    ...(await contentsOf(desk, texts)),
    file: file.id,
    path: file.path,
    number: file.revision.number + 1,
    hunks,
    refusals: [...texts.refusals],
    overtaken: await overtaken(used),
  };
}

/** The first revision of a file this session has not spoken of. */
export async function firstRevision(desk: Desk, path: string, texts: NewTexts): Promise<Revision> {
  const { hunks } = named(placesOf(texts.reviewed, texts.proposed), [], [], 0);
  const contents = await contentsOf(desk, texts);
  return { ...contents, file: desk.nextFileId(), path, number: 1, hunks, refusals: [], overtaken: [] };
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
export function refusalsNow(file: FileState, exact: FileTexts): Refusal[] {
  return refusedRanges({
    ...exact,
    refusals: file.revision.refusals,
    refusedAs: (hunk) => ({ decision: file.verdicts.get(hunk)?.decision ?? 0, revision: file.revision.number, hunk }),
  });
}

/** What was overtaken and is still undecided, at its place in the new reviewed text. */
export async function overtakenStill(desk: Desk, file: FileState, reviewed: Text): Promise<Overtaken[]> {
  const open = file.revision.overtaken.filter((one) => !file.verdicts.has(one.id));
  if (open.length === 0) return [];
  const before = (await desk.textsOf(file)).sides.reviewed;
  if (before.kind !== "lines" || reviewed.kind !== "lines") return open;
  const changes = diffLines(before.lines, reviewed.lines);
  return open.map((one) => {
    const { from, to } = carried(changes, one.from, one.to);
    return { ...one, from, to };
  });
}

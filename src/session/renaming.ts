/**
 * Renaming: at a turn's end, a file that is gone from the draft and one that came may be one file under a new path.
 *
 * The file that was there stays, with its hunks against the text it had, and gets the new path in the draft; the one that
 * came is no file of its own any more. The change of the path is decided by itself.
 *
 * Always: only what nobody has decided is joined; a path that the person uses is no file's new name.
 */
import type { Content, FileId, Revision } from "../protocol/index.ts";
import { renamesOf, type Candidate } from "../review/index.ts";
import { fileAt, fileInDraft, type FileState } from "../state/index.ts";
import { keepValue, readUser } from "./attributes.ts";
import type { Desk } from "./desk.ts";
import { modeIn, seen } from "./looking.ts";
import { firstRevision } from "./revisions.ts";

export async function joinRenamed(desk: Desk): Promise<void> {
  const texts = [...desk.state.files.values()].filter((file) => file.attribute === null && file.verdicts.size === 0);
  const gone = texts.filter((file) => isWhole(file, "delete") && file.revision.draft === null);
  const come = gone.length === 0 ? [] : texts.filter((file) => isWhole(file, "create") && isNew(desk, file));
  if (come.length === 0) return;
  const found = renamesOf(await candidates(desk, gone, "reviewed"), await candidates(desk, come, "proposed"));
  const revisions: Revision[] = [];
  const joined: FileId[] = [];
  for (const { from, to } of found) {
    const file = gone.find((one) => one.draftPath === from)!;
    const other = come.find((one) => one.draftPath === to)!;
    if ((await desk.parts.files.read(to)).bytes !== null) continue;
    const own = await renamed(desk, file, other);
    revisions.push(...own.revisions);
    joined.push(...own.joined);
  }
  if (revisions.length === 0) return;
  const { turn, unshown } = desk.state;
  await desk.append({ kind: "looked", turn, call: null, revisions, unshown, joined });
}

function isWhole(file: FileState, what: "create" | "delete"): boolean {
  const [hunk] = file.revision.hunks;
  return hunk?.whole === what && file.revision.overtaken.length === 0;
}

/** Never decided, and never anything but a proposal. */
function isNew(desk: Desk, file: FileState): boolean {
  const decided = [...desk.state.decisions.values()].some((one) => one.items.some((item) => item.file === file.id));
  return !decided && [...file.revisions.values()].every((one) => one.reviewed === null);
}

async function candidates(
  desk: Desk,
  files: readonly FileState[],
  side: "reviewed" | "proposed",
): Promise<Candidate[]> {
  const texts = await desk.texts.read(files.map((file) => file.revision[side]));
  return files.map((file, index) => ({ path: file.draftPath, text: texts[index]! }));
}

async function renamed(
  desk: Desk,
  file: FileState,
  other: FileState,
): Promise<{ revisions: Revision[]; joined: FileId[] }> {
  const to = other.draftPath;
  const revisions = [await seen(desk, file, other.revision.draft, to)];
  const joined = [other.id];
  const named = { path: file.path };
  const [old, now] = [
    await keepValue(desk, { kind: "path", ...named }),
    await keepValue(desk, { kind: "path", path: to }),
  ];
  const rename = fileAt(desk.state, file.path, "path");
  revisions.push(rename ? await seen(desk, rename, now, to) : await attribute(desk, file.path, to, "path", [old, now]));
  const newMode = fileInDraft(desk.state, to, "mode");
  if (newMode) joined.push(newMode.id);
  const plain = await keepValue(desk, { kind: "mode", executable: false });
  const drafted = await modeIn(desk, to, plain);
  const mode = fileAt(desk.state, file.path, "mode");
  if (mode) revisions.push(await seen(desk, mode, drafted, to));
  else {
    const { bytes } = await readUser(desk.parts.files, { ...named, attribute: "mode" });
    const own = bytes === null ? plain : await desk.log.bodies.put(bytes);
    if (own !== drafted) revisions.push(await attribute(desk, file.path, to, "mode", [own, drafted]));
  }
  return { revisions: revisions.filter((one) => one !== null), joined };
}

async function attribute(
  desk: Desk,
  path: string,
  draftPath: string,
  kind: "mode" | "path",
  values: [reviewed: Content, drafted: Content],
): Promise<Revision> {
  const [reviewed, draft] = await desk.texts.read(values);
  const texts = { reviewed: reviewed!, proposed: draft!, draft: draft!, refusals: [], draftPath };
  return firstRevision(desk, path, texts, kind);
}

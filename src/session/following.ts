/**
 * Following: files that the person renamed while changes to them wait.
 *
 * The editor says which file was given which name; where it did not see it, a new file with the very bytes of one that is gone
 * is taken for it. That is only offered: what waits is applied under the new name when the person says so.
 *
 * Always: no path of the page is used; an offer holds while the file is gone from its old path and there is one at the new.
 */
import type { FileId } from "../protocol/index.ts";
import { fileAt, type FileState } from "../state/index.ts";
import type { Desk } from "./desk.ts";
import { refused } from "./writing.ts";
import type { Answer } from "./supervised.ts";

/** The editor has seen a file, or a folder, get another name. Gives the files that this concerns. */
export function renamedByHand(desk: Desk, from: string, to: string): FileId[] {
  const files = [...desk.state.files.values()].filter(
    ({ attribute, path }) => attribute === null && (path === from || path.startsWith(`${from}/`)),
  );
  for (const { path } of files) desk.renamed.set(path, to + path.slice(from.length));
  return files.map(({ id }) => id);
}

/** Whether a new file at this path may be a waiting one under another name: it lies in the same folder, or is called the same. */
export function mayBeWaiting(desk: Desk, path: string): boolean {
  return waitingNear(desk, path).length > 0;
}

function waitingNear(desk: Desk, path: string): FileState[] {
  const [folder, name] = parts(path);
  return [...desk.state.files.values()].filter((file) => {
    if (file.attribute !== null || file.path === path || fileAt(desk.state, path)) return false;
    const [ownFolder, ownName] = parts(file.path);
    return (ownFolder === folder || ownName === name) && file.revision.hunks.some(({ id }) => !file.verdicts.has(id));
  });
}

function parts(path: string): [folder: string, name: string] {
  const end = path.lastIndexOf("/") + 1;
  return [path.slice(0, end), path.slice(end)];
}

/** A file came whose bytes may be those of one that is gone. Gives the files that this concerns. */
export async function cameByHand(desk: Desk, path: string): Promise<FileId[]> {
  const files = waitingNear(desk, path);
  const gone: FileState[] = [];
  for (const file of files) if ((await desk.parts.files.read(file.path)).bytes === null) gone.push(file);
  if (gone.length === 0) return [];
  const { bytes } = await desk.parts.files.read(path);
  if (bytes === null || bytes.length === 0) return [];
  const content = await desk.log.bodies.put(bytes);
  const found = gone.filter((file) => file.revision.reviewed === content);
  for (const file of found) desk.renamed.set(file.path, path);
  return found.map(({ id }) => id);
}

/** From here on the file's changes apply under the name that the person gave it. */
export async function applyThere(desk: Desk, id: FileId): Promise<Answer> {
  const file = desk.state.files.get(id);
  const to = file && desk.renamed.get(file.path);
  if (!file || to === undefined) return { kind: "moved on", text: "This file was not renamed." };
  const { files } = desk.parts;
  if ((await files.read(file.path)).bytes !== null) return refused(`${file.path} is there again: decide it there.`);
  const there = await files.read(to);
  if (there.refusal) return refused(`${to}: ${there.refusal.reason} ${there.refusal.remedy}`);
  if (there.bytes === null) return refused(`${to} is not there any more.`);
  const other = fileAt(desk.state, to);
  if (other && other.revision.hunks.some((hunk) => !other.verdicts.has(hunk.id)))
    return refused(`${to} has changes of its own to decide: decide those first.`);
  await desk.append({ kind: "moved", file: file.id, from: file.path, to });
  await desk.userOf(file);
  return { kind: "done" };
}

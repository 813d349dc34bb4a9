/**
 * What changed in the person's own folder since it was last asked.
 *
 * Its listing against what is known, in the draft's worker thread; an editor's unsaved bytes stand for the disk's.
 * Always: the person's files are only read; no link is followed; a path that was never copied and is no file now is no change.
 */
import type { Rules } from "./ignoring.ts";
import { parentOf } from "./ignoring.ts";
import { realFolders } from "./copying.ts";
import { unsavedByPath, type Listed } from "./listing.ts";
import { nameProblem } from "../system/paths.ts";
import { compare, gone, type Found, type Known, type ModeFound, type Side } from "./sides.ts";

export function compareFolder(
  folder: string,
  side: Side,
  listed: Listed,
  rules: Rules,
  unsaved: readonly { path: string; bytes: Uint8Array<ArrayBuffer> }[],
  cancelled: () => void,
): { found: Found[]; modes: ModeFound[] } {
  const held = unsavedByPath(unsaved);
  const learned = new Map<string, Known>();
  const isReal = realFolders(folder, new Map());
  const paths = new Set(listed.paths);
  for (const [path, row] of side.known) if (row.content !== null) paths.add(path);
  for (const path of held.keys()) if (nameProblem(path) === null && !rules.ignores(path)) paths.add(path);

  const found: Found[] = [];
  const modes: ModeFound[] = [];
  for (const path of paths) {
    cancelled();
    const compared = isReal(parentOf(path))
      ? compare(side, path, `${folder}/${path}`, learned, held.get(path))
      : gone(side, path, learned);
    if (compared.kind === "changed") found.push(compared.found);
    if ((compared.kind === "changed" || compared.kind === "same") && compared.mode) modes.push(compared.mode);
  }
  side.pending = { known: learned, told: null };
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  return { found: found.sort(byPath), modes: modes.sort(byPath) };
}

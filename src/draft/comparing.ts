/**
 * What changed in the person's own folder since it was last asked.
 *
 * Its listing against what is known, in the draft's worker thread; an editor's unsaved bytes stand for the disk's.
 * Always: the person's files are only read; no link is followed; a path that was never copied and is no file now is no change.
 */
import type { Rules } from "./ignoring.ts";
import { parentOf } from "./ignoring.ts";
import { realFolders } from "./copying.ts";
import { isPassedBy, linkSearch } from "./links.ts";
import { unsavedByPath, type Listed } from "./listing.ts";
import { readLink } from "./reading.ts";
import { nameProblem } from "../system/paths.ts";
import {
  compare,
  gone,
  type Compared,
  type Found,
  type Known,
  type LinkFound,
  type ModeFound,
  type Side,
} from "./sides.ts";

export function compareFolder(
  folder: string,
  side: Side,
  listed: Listed,
  rules: Rules,
  unsaved: readonly { path: string; bytes: Uint8Array<ArrayBuffer> }[],
  cancelled: () => void,
): { found: Found[]; modes: ModeFound[]; links: LinkFound[] } {
  const held = unsavedByPath(unsaved);
  // An editor that was opened by a link's name holds the text of another file.
  for (const path of [...held.keys()]) if (readLink(`${folder}/${path}`).kind !== "none") held.delete(path);
  const learned = new Map<string, Known>();
  const isReal = realFolders(folder, new Map());
  const links = linkSearch(side);
  const paths = new Set([...listed.paths, ...(side.links?.keys() ?? [])]);
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
    if (side.links && isReal(parentOf(path)) && (side.links.has(path) || isNoFile(compared))) linkAt(path);
  }
  links.end();
  side.pending = { known: learned, links: links.learned, told: null };
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  return { found: found.sort(byPath), modes: modes.sort(byPath), links: links.found };

  function linkAt(path: string): void {
    if (!side.links!.has(path) && isPassedBy(path)) return;
    const read = readLink(`${folder}/${path}`);
    if (read.kind === "unreadable") links.passed(path);
    else if (read.kind === "link") links.saw(path, read.target);
  }
}

function isNoFile(compared: Compared): boolean {
  return compared.kind === "same" ? !compared.file : compared.kind === "changed" && compared.found.now === null;
}

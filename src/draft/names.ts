/**
 * The names of a side: its folders, and what some file systems take for the same name.
 *
 * Made once and added to: a known path stays known, and a walk asks for them at every look.
 * Always: a folder that a known path lies in counts, also one that was deleted.
 */
import { parentOf } from "./ignoring.ts";
import type { Side } from "./sides.ts";

/** Of the known files of a side, so many: their folders, and, once asked for, all names folded. A known path stays known. */
export interface Names {
  files: number;
  folders: Set<string>;
  folded: { files: number; names: Set<string> } | null;
}
const namesKnown = new WeakMap<Side, Names>();

export function namesOf(side: Side): Names {
  let names = namesKnown.get(side);
  if (!names) namesKnown.set(side, (names = { files: 0, folders: new Set(), folded: null }));
  return names;
}

/** The paths that came to be known after so many. */
function* knownAfter({ known }: Side, files: number): Iterable<string> {
  let at = 0;
  for (const path of known.keys()) if (at++ >= files) yield path;
}

/** Every folder that a known path lies in, also one that was deleted. */
export function foldersOf(side: Side, names: Names): ReadonlySet<string> {
  const { known, links } = side;
  if (names.files !== known.size) {
    withFolders(names.folders, knownAfter(side, names.files));
    names.files = known.size;
  }
  return links === null || links.size === 0 ? names.folders : withFolders(new Set(names.folders), links.keys());
}

/** Whether a folded name is one of those known, now or before: only then it is worth while to see what has it. */
export function mayBeTaken(side: Side, names: Names, name: string): boolean {
  const { known, links } = side;
  names.folded ??= { files: 0, names: new Set() };
  const { folded: all } = names;
  if (all.files !== known.size) {
    for (const path of knownAfter(side, all.files)) {
      all.names.add(folded(path));
      for (let folder = parentOf(path); folder !== "" && !all.names.has(folded(folder)); folder = parentOf(folder))
        all.names.add(folded(folder));
    }
    all.files = known.size;
  }
  return (links !== null && links.size > 0) || all.names.has(name);
}

export function withFolders(folders: Set<string>, paths: Iterable<string>): Set<string> {
  for (const path of paths) {
    for (let folder = parentOf(path); folder !== "" && !folders.has(folder); folder = parentOf(folder))
      folders.add(folder);
  }
  return folders;
}

/** Folded names of what is there, made when first asked for: most looks meet no new file. */
export function namesTaken({ known, links }: Side, folders: ReadonlySet<string>): () => Map<string, string> {
  let names: Map<string, string> | null = null;
  return () => {
    if (names) return names;
    const there = [...known].filter(([, row]) => row.content !== null).map(([path]) => path);
    return (names = new Map([...folders, ...there, ...(links?.keys() ?? [])].map((path) => [folded(path), path])));
  };
}

export function folded(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/**
 * The look: what in a draft is not as it was when last looked at, whoever changed it.
 *
 * A walk of the draft with one lstat for each file, in the draft's worker thread; where it is known which paths can have changed, a walk
 * of the ways to those. The base's ignore rules decide what can be a change; an ignore file that was written since decides nothing.
 * Always: a change is a regular file or a link reached through real folders, also while an agent swaps them, with a name that any file
 * system keeps apart; everything else that changed is told as unshown, once for each state. Where something else took a file's place,
 * the file is told as deleted.
 */
import { realpathSync } from "node:fs";
import { isRepositoryName, nameProblem } from "../system/paths.ts";
import { alwaysPassedBy, type Rules } from "./ignoring.ts";
import { isPassedBy, linkSearch } from "./links.ts";
import type { Left } from "./listing.ts";
import { folded, foldersOf, mayBeTaken, namesOf, namesTaken, withFolders } from "./names.ts";
import { isRepository, lstat, readFolder, readLink, type Entry } from "./reading.ts";
import { ownRepository } from "./repository.ts";
import {
  compare,
  gone,
  isUntouched,
  type Found,
  type Known,
  type LinkFound,
  type ModeFound,
  type Side,
} from "./sides.ts";

/** Ignored files are counted up to here. */
const countedAtMost = 10_000;

/** How many walks there were: what a walk met is marked with its number. */
let walks = 0;
export interface Looked {
  found: Found[];
  modes: ModeFound[];
  links: LinkFound[];
  unshown: Left[];
}

/** Looks. `cancelled` throws to end it; then nothing was learned. `named`: nothing else can have changed. */
export function look(
  tree: string,
  side: Side,
  rules: Rules,
  cancelled: () => void,
  named: readonly string[] | null = null,
): Looked {
  return (named && walked(tree, side, rules, cancelled, named)) ?? walked(tree, side, rules, cancelled, null)!;
}

/**
 * What a walk finds; null where the named paths are not what a few can be told of alone: links, what stands under no name of these, what
 * is not shown.
 */
function walked(
  tree: string,
  side: Side,
  rules: Rules,
  cancelled: () => void,
  named: readonly string[] | null,
): Looked | null {
  const real = realpathSync(tree);
  const ways = named && withFolders(new Set(named.map((path) => `${path}/`)), named);
  let apart = false;
  const found: Found[] = [];
  const modes: ModeFound[] = [];
  const strange = new Map<string, { why: string; mark: string }>();
  const learned = new Map<string, Known>();
  const links = linkSearch(side);
  const names = namesOf(side);
  const folders = foldersOf(side, names);
  const walk = ++walks;
  const taken = namesTaken(side, folders);
  const fresh = new Map<string, string>();

  function visit(at: string): void {
    cancelled();
    const before = lstat(tree + "/" + at);
    const entries = readFolder(tree + "/" + at);
    const after = lstat(tree + "/" + at);
    // A folder that was swapped for a link while it was read: what was listed lies elsewhere.
    if (!isSameFolder(before, after)) return void (apart = true);
    const ignored: Entry[] = [];
    for (const entry of entries) {
      const path = at + entry.name;
      if (ways && !ways.has(`${path}/`)) continue;
      // What is known by its name was named well enough when it came to be known.
      const row = entry.utf8 && entry.kind === "file" ? side.known.get(path) : undefined;
      if (row) {
        const stat = lstat(`${tree}/${path}`);
        if (typeof stat !== "string" && isUntouched(row, stat)) row.met = walk;
        else file(path, row, entry, ignored);
        continue;
      }
      if (entry.utf8 && entry.kind === "folder" && folders.has(`${path}/`)) {
        visit(`${path}/`);
        continue;
      }
      const problem = entry.utf8 ? nameProblem(path) : "its name is not UTF-8";
      // The repository that we made for the agent is the agent's.
      if (at === "" && entry.name === ".git" && ownRepository(tree) !== null) continue;
      if (isRepositoryName(entry.name)) tell(path, "a repository's own data");
      else if (problem !== null) tell(path, problem);
      else if (entry.kind === "folder") folder(path, entry.name);
      else if (entry.kind === "file") file(path, undefined, entry, ignored);
      else if (entry.kind === "link") link(path, entry, ignored);
      else tell(path, "a special file");
    }
    tellIgnored(at, ignored);
  }

  function folder(path: string, name: string): void {
    if (alwaysPassedBy(name) || rules.ignores(`${path}/`)) {
      const count = filesBelow(`${tree}/${path}`, countedAtMost);
      if (count > 0)
        tell(`${path}/`, `ignored: ${count >= countedAtMost ? `${countedAtMost} files or more` : files(count)}`);
    } else if (isRepository(`${tree}/${path}`)) tell(`${path}/`, "a repository of its own");
    else if (!isTwin(`${path}/`)) visit(`${path}/`);
  }

  function file(path: string, row: Known | undefined, entry: Entry, ignored: Entry[]): void {
    if (!row) {
      if (rules.ignores(path)) return void ignored.push(entry);
      if (isTwin(path)) return;
    }
    // What runs in the draft can swap a folder between the listing and this.
    const compared = compare(side, path, `${real}/${path}`, learned, undefined, true);
    switch (compared.kind) {
      case "changed":
        // Read as gone or replaced a moment after it was listed: the walk's end says so for known files.
        if (compared.found.now === null) return void learned.delete(path);
        found.push(compared.found);
        if (compared.mode) modes.push(compared.mode);
        break;
      case "mode":
      case "unreadable":
        tell(path, compared.why);
        break;
      case "same":
        if (!compared.file) return;
        if (compared.mode) modes.push(compared.mode);
    }
    if (row) row.met = walk;
  }

  function link(path: string, entry: Entry, ignored: Entry[]): void {
    apart = true;
    if (!side.links?.has(path)) {
      if (isPassedBy(path)) return tell(path, "a symbolic link");
      if (rules.ignores(path)) return void ignored.push(entry);
      if (isTwin(path)) return;
    }
    const read = readLink(`${tree}/${path}`);
    if (read.kind === "link") links.saw(path, read.target);
    else if (read.kind === "unreadable") {
      links.passed(path);
      tell(path, read.why);
    }
  }

  /** Whether a new name is one that some file systems take for another that is there. Takes the name if not. */
  function isTwin(path: string): boolean {
    const name = folded(path);
    const other = fresh.get(name) ?? (mayBeTaken(side, names, name) ? taken().get(name) : undefined);
    const stat = other === undefined || other === path ? null : lstat(`${tree}/${other}`);
    if (stat === null || typeof stat === "string") {
      fresh.set(name, path);
      return false;
    }
    tell(path, `its name differs from "${other}" only by case or form`);
    return true;
  }

  function tell(path: string, why: string, mark = why): void {
    strange.set(path, { why, mark });
  }

  /** One ignored file by its name, several of one folder as a count. */
  function tellIgnored(at: string, ignored: Entry[]): void {
    if (ignored.length === 0) return;
    const marks = ignored.map(({ name }) => {
      const stat = lstat(`${tree}/${at}${name}`);
      return stat === null || typeof stat === "string" ? name : `${name} ${stat.size} ${stat.mtimeNs}`;
    });
    if (ignored.length === 1) tell(at + ignored[0]!.name, "ignored", marks[0]);
    else tell(at === "" ? "./" : at, `ignored: ${files(ignored.length)}`, marks.join("\n"));
  }

  visit("");
  for (const [path, row] of named ? rowsOf(side, named) : side.known) {
    if (row?.met === walk || learned.has(path)) continue;
    // Nothing stands there that is known or seen: it may stand under another name.
    if (row === undefined || side.links?.has(path)) apart = true;
    else if (row.content !== null) {
      const compared = gone(side, path, learned);
      if (compared.kind === "changed") found.push(compared.found);
    }
  }
  if (named) {
    if (apart || strange.size > 0) return null;
    side.pending = { known: learned, links: links.learned, told: null };
    return { found: found.sort(byPath), modes: modes.sort(byPath), links: [], unshown: [] };
  }
  links.end();
  const told = new Map([...strange].map(([path, { mark }]) => [path, mark]));
  const unshown = [...strange]
    .filter(([path, { mark }]) => side.told.get(path) !== mark)
    .map(([path, { why }]) => ({ path, why }));
  side.pending = { known: learned, links: links.learned, told };
  return {
    found: found.sort(byPath),
    modes: modes.sort(byPath),
    links: links.found,
    unshown: unshown.sort(byPath),
  };
}

function byPath(a: { path: string }, b: { path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function isSameFolder(a: ReturnType<typeof lstat>, b: ReturnType<typeof lstat>): boolean {
  if (a === null || b === null || typeof a === "string" || typeof b === "string") return false;
  return a.isDirectory() && b.isDirectory() && a.ino === b.ino && a.dev === b.dev;
}

function rowsOf(side: Side, named: readonly string[]): [string, Known | undefined][] {
  return named.map((path) => [path, side.known.get(path)]);
}

function filesBelow(folder: string, atMost: number): number {
  let count = 0;
  for (const { name, kind } of readFolder(folder)) {
    count += kind === "folder" ? filesBelow(`${folder}/${name}`, atMost - count) : 1;
    if (count >= atMost) return count;
  }
  return count;
}

function files(count: number): string {
  return count === 1 ? "1 file" : `${count} files`;
}

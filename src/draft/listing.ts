/**
 * The listing: which paths of the person's folder are theirs to be copied and compared.
 *
 * From git's two lists where git could make them, else from a walk of our own with the ignore files met on the way. Runs in the
 * worker; git itself was asked before, by `asking.ts`.
 * Always: names only, nothing is opened but ignore files; no repository data, no nested repository, no link is entered.
 */
import { isUtf8 } from "node:buffer";
import { nameProblem, isRepositoryName } from "../system/paths.ts";
import { alwaysPassedBy, rulesOf, type RuleText } from "./ignoring.ts";
import { contentOf, isRepository, readFolder, readWhole } from "./reading.ts";

/** What git said of a folder, or that it said nothing. `outer`: ignore rules from above the folder, and the person's own. */
export type Listing =
  | { kind: "git"; index: Uint8Array<ArrayBuffer>; others: Uint8Array<ArrayBuffer>; outer: RuleText[] }
  | { kind: "walk" };

export interface Left {
  path: string;
  why: string;
}

export interface Listed {
  paths: string[];
  left: Left[];
}

/** The paths below `folder`. `avoid` is a path below it that is our own storage, or null. */
export function listed(folder: string, listing: Listing, avoid: string | null, cancelled: () => void): Listed {
  const found = listing.kind === "git" ? fromGit(listing) : fromWalk(folder, avoid, cancelled);
  if (avoid === null) return found;
  return { paths: found.paths.filter((path) => path !== avoid && !path.startsWith(`${avoid}/`)), left: found.left };
}

function fromGit(listing: Extract<Listing, { kind: "git" }>): Listed {
  const paths = new Set<string>();
  const left = new Map<string, string>();
  for (const record of recordsOf(listing.index, left)) {
    const tab = record.indexOf("\t");
    const path = record.slice(tab + 1);
    if (record.startsWith("160000 ")) left.set(path, "a submodule");
    else take(path);
  }
  for (const path of recordsOf(listing.others, left)) {
    const made = folderMadeByTools(path);
    if (made !== null) left.set(made, "made by tools");
    else if (path.endsWith("/")) left.set(path.slice(0, -1), "a repository of its own");
    else take(path);
  }
  return { paths: [...paths], left: [...left].map(([path, why]) => ({ path, why })) };

  function take(path: string): void {
    const problem = nameProblem(path);
    if (problem === null) paths.add(path);
    else left.set(path, problem);
  }
}

/** The NUL-ended records of one list. One that is not UTF-8 is left out and named. */
function recordsOf(list: Uint8Array, left: Map<string, string>): string[] {
  const buffer = Buffer.from(list.buffer, list.byteOffset, list.byteLength);
  if (isUtf8(buffer)) return buffer.toString("utf8").split("\0").slice(0, -1);
  const records: string[] = [];
  for (let from = 0; from < buffer.length;) {
    const to = buffer.indexOf(0, from);
    const record = buffer.subarray(from, to === -1 ? buffer.length : to);
    const text = record.toString("utf8");
    if (isUtf8(record)) records.push(text);
    else left.set(text.slice(text.indexOf("\t") + 1), "its name is not UTF-8");
    from = from + record.length + 1;
  }
  return records;
}

function folderMadeByTools(path: string): string | null {
  const components = path.split("/");
  const index = components.slice(0, -1).findIndex(alwaysPassedBy);
  return index === -1 ? null : components.slice(0, index + 1).join("/");
}

function fromWalk(folder: string, avoid: string | null, cancelled: () => void): Listed {
  const paths: string[] = [];
  const left: Left[] = [];
  const rules = rulesOf([]);
  visit("");
  return { paths, left };

  function visit(at: string): void {
    cancelled();
    const entries = readFolder(folder + "/" + at);
    if (entries.some((entry) => entry.name === ".gitignore" && entry.kind === "file")) {
      const read = readWhole(`${folder}/${at}.gitignore`);
      if (read.kind === "file") rules.add({ folder: at, above: "", text: Buffer.from(read.bytes).toString("utf8") });
    }
    for (const { name, kind, utf8 } of entries) {
      const path = at + name;
      if (isRepositoryName(name) || path === avoid) continue;
      const problem = utf8 ? nameProblem(path) : "its name is not UTF-8";
      if (problem !== null) left.push({ path, why: problem });
      else if (kind !== "folder") {
        if (!rules.ignores(path)) paths.push(path);
      } else if (rules.ignores(`${path}/`)) continue;
      else if (alwaysPassedBy(name)) left.push({ path, why: "made by tools" });
      else if (isRepository(`${folder}/${path}`)) left.push({ path, why: "a repository of its own" });
      else visit(`${path}/`);
    }
  }
}

/** Bytes an editor holds unsaved, by path, with their content id. */
export function unsavedByPath(
  unsaved: readonly { path: string; bytes: Uint8Array<ArrayBuffer> }[],
): Map<string, { bytes: Uint8Array<ArrayBuffer>; content: string }> {
  return new Map(unsaved.map(({ path, bytes }) => [path, { bytes, content: contentOf(bytes) }]));
}

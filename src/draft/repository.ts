/**
 * The draft's own `.git`, for the agent inside the sandbox: written by us from our own bytes, before the agent runs in it.
 *
 * Synchronous, for the draft's worker thread; git is not run. One commit holds the folder as it was copied and follows the person's
 * newest; its history is borrowed through a path that only the sandbox has. No remote, no hook, no filter: the files are bytes to it.
 * Always: it is made beside the draft and moved in whole; it is never made where something of that name stands; its loss loses nothing.
 */
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { indexOf, type IndexFile } from "./gitIndex.ts";
import type { RuleText } from "./ignoring.ts";
import type { LinkRow, Row } from "./manifest.ts";
import { commitOf, objectId, treesOf, writePack } from "./objects.ts";
import { lstat, readLink } from "./reading.ts";

export interface RepositoryJob {
  tree: string;
  /** A folder of ours on the draft's volume, for what is half made. */
  aside: string;
  rows: readonly Row[];
  /** The links that were made in the tree. */
  links: readonly LinkRow[];
  rules: readonly RuleText[];
  /** When the copy began, nanoseconds since 1970. */
  made: bigint;
  /** Bytes of a row's body. */
  bytesOf(row: Row): Uint8Array;
  parent: string | null;
  /** The path that names the borrowed objects; null without any. */
  alternates: string | null;
  shallow: string;
  /** What the person's index lists, as `git ls-files -z -s` says it. */
  blobs: Uint8Array;
  /** Folders that are passed by, as paths from the draft. */
  shared: readonly string[];
  cancelled: () => void;
}

/** Says that a repository is ours, and holds the id of its base commit. */
const markName = "countersign";
const branch = "refs/heads/draft";

/** The base commit of the repository that we made here, or null. */
export function ownRepository(tree: string): string | null {
  const mark = lstat(`${tree}/.git/${markName}`);
  if (mark === null || typeof mark === "string" || !mark.isFile() || mark.size !== 41n) return null;
  const folder = lstat(`${tree}/.git`);
  if (folder === null || typeof folder === "string" || !folder.isDirectory()) return null;
  const text = readFileSync(`${tree}/.git/${markName}`, "latin1").trim();
  return /^[0-9a-f]{40}$/.test(text) ? text : null;
}

/** Makes it and gives the id of its base commit; the one of an earlier time where it is still there. */
export function makeRepository(job: RepositoryJob): string {
  const before = ownRepository(job.tree);
  if (before !== null) return before;
  if (lstat(`${job.tree}/.git`) !== null) throw new Error("the draft holds a repository that is not ours");
  mkdirSync(job.aside, { recursive: true, mode: 0o700 });
  const place = `${job.aside}/repository-${randomBytes(8).toString("hex")}`;
  mkdirSync(place, { mode: 0o700 });
  try {
    const base = fill(place, job);
    renameSync(place, `${job.tree}/.git`);
    return base;
  } catch (problem) {
    rmSync(place, { recursive: true, force: true });
    throw problem;
  }
}

function fill(place: string, job: RepositoryJob): string {
  for (const folder of ["objects", "objects/info", "objects/pack", "refs", "refs/heads", "refs/tags", "info"])
    mkdirSync(`${place}/${folder}`, { mode: 0o755 });
  const borrowed = idsListed(job.blobs);
  const own = new Map<string, () => Uint8Array>();
  const ids = new Map<string, string>();
  const files: IndexFile[] = [];
  for (const row of job.rows) {
    job.cancelled();
    let id = ids.get(row.content);
    if (id === undefined) {
      id = objectId("blob", job.bytesOf(row));
      ids.set(row.content, id);
      if (!(job.alternates !== null && borrowed.has(id))) own.set(id, () => job.bytesOf(row));
    }
    const executable = (row.draft.mode & 0o100n) !== 0n;
    const stat = lstatSync(`${job.tree}/${row.path}`, { bigint: true, throwIfNoEntry: false });
    // What the agent has changed already is read by git itself, because nothing fits; what is gone counts as deleted.
    files.push({ path: row.path, id, executable, stat: stat && isUntouched(stat, row) ? stat : unlike(row.length) });
  }
  for (const { path, target } of job.links) {
    const bytes = Buffer.from(target);
    const id = objectId("blob", bytes);
    // Git reads it where it compares a link, and it is small: nothing is borrowed for it.
    own.set(id, () => bytes);
    const stat = lstatSync(`${job.tree}/${path}`, { bigint: true, throwIfNoEntry: false });
    const now = stat && readLink(`${job.tree}/${path}`);
    const isSame = now?.kind === "link" && now.target === target;
    files.push({ path, id, executable: false, link: true, stat: stat && isSame ? stat : unlike(bytes.length) });
  }
  const trees = treesOf(files);
  const commit = commitOf({
    tree: trees.at(-1)!.id,
    parent: job.parent,
    seconds: Number(job.made / 1_000_000_000n),
    message: "The folder as it was when the task began",
  });
  const base = objectId("commit", commit);
  // Two folders of the same files are one tree.
  const different = new Map(trees.map(({ id, bytes }) => [id, bytes]));
  function* objects(): Generator<{ id: string; kind: "commit" | "tree" | "blob"; bytes: Uint8Array }> {
    yield { id: base, kind: "commit", bytes: commit };
    for (const [id, bytes] of different) yield { id, kind: "tree", bytes };
    for (const [id, bytesOf] of own) {
      job.cancelled();
      yield { id, kind: "blob", bytes: bytesOf() };
    }
  }
  writePack(`${place}/objects/pack`, 1 + different.size + own.size, objects());
  const text = (name: string, content: string): void => writeFileSync(`${place}/${name}`, content, { mode: 0o644 });
  text("HEAD", `ref: ${branch}\n`);
  text(branch, `${base}\n`);
  text("config", config);
  text("description", "The agent's own copy of the folder\n");
  // Whatever the folder's own attributes say: a file is its bytes, and no filter is looked for.
  text("info/attributes", "* -text -filter -ident -working-tree-encoding\n");
  text("info/exclude", excluded(job.rules, job.shared));
  if (job.alternates !== null) text("objects/info/alternates", `${job.alternates}\n`);
  if (job.parent !== null && job.shallow !== "") text("shallow", job.shallow);
  text(markName, `${base}\n`);
  chmodSync(place, 0o755);
  // Last: a file that is not older than the index would be read again.
  writeFileSync(`${place}/index`, indexOf(files, { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }), {
    mode: 0o644,
  });
  return base;
}

const config = `[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
\tlogallrefupdates = true
\thooksPath = /dev/null
[user]
\tname = Agent
\temail = agent@localhost
[commit]
\tgpgSign = false
[gc]
\tauto = 0
[maintenance]
\tauto = false
`;

function isUntouched(
  stat: { size: bigint; mtimeNs: bigint; ctimeNs: bigint; ino: bigint; mode: bigint },
  row: Row,
): boolean {
  const { size, mtime, ctime, ino, mode } = row.draft;
  return (
    stat.size === size && stat.mtimeNs === mtime && stat.ctimeNs === ctime && stat.ino === ino && stat.mode === mode
  );
}

/** A stat that no file has: git then reads the file and compares the bytes. */
function unlike(length: number): IndexFile["stat"] {
  const none = { ctimeNs: 0n, mtimeNs: 0n, dev: 0n, ino: 0n, uid: 0n, gid: 0n, size: BigInt(length) };
  return none as unknown as IndexFile["stat"];
}

/** The ids in what `git ls-files -z -s` says: mode, space, id, space, stage, tab, path. */
function idsListed(listed: Uint8Array): Set<string> {
  const ids = new Set<string>();
  const bytes = Buffer.from(listed.buffer, listed.byteOffset, listed.byteLength);
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at);
    // A link to another repository's commit is no blob of this one.
    if (bytes.toString("latin1", at, at + 6) !== "160000") ids.add(bytes.toString("latin1", at + 7, at + 47));
    at = end < 0 ? bytes.length : end + 1;
  }
  // An empty file that was only announced is in the index and nowhere else.
  ids.delete("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  return ids;
}

/** The rules from around the folder, which git cannot read in a sandbox, and the folders that are only shown. */
function excluded(rules: readonly RuleText[], shared: readonly string[]): string {
  const lines = rules
    .filter(({ folder, text }) => folder === "" && text !== "")
    .flatMap(({ above, text }) => text.split(/\r?\n/).flatMap((line) => moved(line, above)));
  return [...lines, ...shared.map((path) => `/${path.replace(/[\\*?[\]!#]/g, "\\$&")}`), ""].join("\n");
}

/** A rule of a folder above ours, as it reads in ours; none where it speaks of another place. */
function moved(line: string, above: string): string[] {
  const bare = line.replace(/^!/, "");
  if (above === "" || bare === "" || bare.startsWith("#") || !bare.replace(/\/\s*$/, "").includes("/")) return [line];
  const anchored = bare.replace(/^\//, "");
  return anchored.startsWith(above) ? [`${line.startsWith("!") ? "!" : ""}/${anchored.slice(above.length)}`] : [];
}

/**
 * The copy: one pass over what the person sees, into the draft and into the base's bodies.
 *
 * Synchronous, for the draft's worker thread: each file is read once, hashed, written to the draft and, if its bytes are new, to the
 * bodies. Bytes an editor holds unsaved stand for the disk's.
 * A link is copied as a link where it leads to what is copied with it.
 * Always: no link is followed, on the way or at the end; what could not be copied is named with its reason; the person's files and
 * folders are only read.
 */
import {
  closeSync,
  fchmodSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  futimesSync,
  mkdirSync,
  openSync,
  writeSync,
} from "node:fs";
import { nameProblem } from "../system/paths.ts";
import { parentOf, rulesOf, type RuleText } from "./ignoring.ts";
import { heldBack, isPassedBy, makeLink } from "./links.ts";
import { unsavedByPath, type Left, type Listed } from "./listing.ts";
import type { LinkRow, Manifest, Row } from "./manifest.ts";
import { contentOf, lstat, readLink, readWhole, statOf, type Stat } from "./reading.ts";
import { topping, type Held } from "./topping.ts";

export interface Copied {
  rows: Row[];
  links: LinkRow[];
  bytes: number;
  left: Left[];
  rules: RuleText[];
}

export interface CopyJob {
  folder: string;
  tree: string;
  bodies: string;
  unsaved: readonly { path: string; bytes: Uint8Array<ArrayBuffer> }[];
  /** What tree and bodies hold already, of an earlier copy; null where there are none. */
  earlier: Manifest | null;
}

export interface Copying {
  /** Copies what is listed. `step` is called before every file and may throw to end it. */
  add(listed: Listed, step: (files: number, bytes: number) => void): void;
  /**
   * Copies what only an editor holds and writes out the bodies, by default durably. `outer`: the rules from around the folder, weakest
   * first.
   */
  finish(outer: readonly RuleText[], durable?: boolean): Copied;
  /** Lets go of the bodies file. What is half made is the caller's to remove. */
  close: () => void;
}

/** Begins a copy, into an empty tree or over an earlier one. */
export function beginCopy(job: CopyJob): Copying {
  const left = new Map<string, string>();
  const rules: RuleText[] = [];
  const rows: Row[] = [];
  const links: LinkRow[] = [];
  const unsaved = unsavedByPath(job.unsaved);
  const isReal = realFolders(job.folder, left);
  const earlier = job.earlier && topping(job.earlier, job.folder, job.tree);
  const makeFolder = foldersMade(job.tree, earlier?.folders ?? new Set([""]));
  const store = bodyStore(job.bodies, job.earlier);
  let total = 0;

  function copy(path: string): void {
    const parent = parentOf(path);
    if (!isReal(parent)) return;
    const held = unsaved.get(path);
    unsaved.delete(path);
    const there = earlier?.held(path, held !== undefined);
    if (there) return keep(there);
    const read = readWhole(`${job.folder}/${path}`, (size) => store.room(size));
    if (read.kind === "other" && copyLink(path)) return;
    if (read.kind === "other" || read.kind === "unreadable") return void left.set(path, read.why);
    if (read.kind === "gone" && !held) return;
    const source = read.kind === "file" ? read.stat : null;
    const bytes = held ? held.bytes : (read as { bytes: Uint8Array<ArrayBuffer> }).bytes;
    const content = held ? held.content : contentOf(bytes);
    makeFolder(parent);
    const draft = writeCopy(`${job.tree}/${path}`, bytes, source, !held);
    const { offset, length } = store.keep(content, bytes);
    rows.push({ path, content, offset, length, source: held ? null : source, draft });
    total += length;
    if (path === ".gitignore" || path.endsWith("/.gitignore"))
      rules.push({ folder: parent, above: "", text: Buffer.from(bytes).toString("utf8") });
  }

  /** Takes over what the earlier copy has. */
  function keep(there: Held): void {
    if (there.kind === "link") return void links.push(there.link);
    rows.push(there.row);
    total += there.row.length;
    if (there.rule !== null) rules.push({ folder: parentOf(there.row.path), above: "", text: there.rule });
  }

  /** Copies a link as one; false where none stands that could be told. One that is not made in the draft is known, and named. */
  function copyLink(path: string): boolean {
    const link = readLink(`${job.folder}/${path}`);
    if (link.kind === "unreadable") left.set(path, link.why);
    if (link.kind !== "link" || isPassedBy(path)) return link.kind === "unreadable";
    const { target } = link;
    let why = heldBack(path, target);
    if (why === null) {
      makeFolder(parentOf(path));
      if (!makeLink(`${job.tree}/${path}`, target)) why = "a symbolic link, which cannot be made here";
    }
    if (why !== null) left.set(path, why);
    links.push({ path, target, stands: why === null });
    return true;
  }

  return {
    add(listed, step) {
      for (const { path, why } of listed.left) left.set(path, why);
      for (const path of listed.paths) {
        step(rows.length, total);
        copy(path);
      }
    },
    finish(outer, durable = true) {
      const ignoring = rulesOf([...outer, ...rules]);
      for (const path of [...unsaved.keys()]) {
        const problem = nameProblem(path);
        if (problem !== null) left.set(path, problem);
        else if (!ignoring.ignores(path)) copy(path);
      }
      earlier?.removeOthers();
      store.flush(durable);
      const named = [...left].map(([path, why]) => ({ path, why }));
      return { rows, links, bytes: total, left: named, rules: [...outer, ...rules] };
    },
    close: () => store.close(),
  };
}

/** Writes one file of the draft. Its times are the source's where the bytes are. */
function writeCopy(path: string, bytes: Uint8Array, source: Stat | null, keepTimes: boolean): Stat {
  const mode = source ? Number(source.mode & 0o777n) : 0o644;
  const file = openSync(path, "wx", mode);
  try {
    writeAll(file, bytes);
    if (source && keepTimes) futimesSync(file, Number(source.mtime) / 1e9, Number(source.mtime) / 1e9);
    const stat = statOf(fstatSync(file, { bigint: true }));
    if (source === null || (stat.mode & 0o777n) === (source.mode & 0o777n)) return stat;
    fchmodSync(file, mode);
    return statOf(fstatSync(file, { bigint: true }));
  } finally {
    closeSync(file);
  }
}

export function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written, bytes.length - written);
}

/** Tells whether a folder of the source is reached through real folders only; a link met on the way is named once. */
export function realFolders(root: string, left: Map<string, string>): (folder: string) => boolean {
  const known = new Map<string, boolean>([["", true]]);
  return function isReal(folder: string): boolean {
    const before = known.get(folder);
    if (before !== undefined) return before;
    let answer = isReal(parentOf(folder));
    if (answer) {
      const stat = lstat(`${root}/${folder.slice(0, -1)}`);
      // Nothing there: only an unsaved file can lie below, in a folder that its save will make.
      answer = stat === null || (typeof stat !== "string" && stat.isDirectory());
      if (typeof stat === "string") left.set(folder.slice(0, -1), stat);
      else if (stat?.isSymbolicLink()) left.set(folder.slice(0, -1), "a symbolic link");
    }
    known.set(folder, answer);
    return answer;
  };
}

function foldersMade(root: string, made: Set<string>): (folder: string) => void {
  return function make(folder: string): void {
    if (made.has(folder)) return;
    make(parentOf(folder));
    mkdirSync(`${root}/${folder}`, { mode: 0o755 });
    made.add(folder);
  };
}

const arenaSize = 8 * 1024 * 1024;

/** The bodies file while it is made: one place that files are read into, written out when full, equal bytes once. */
function bodyStore(path: string, earlier: Manifest | null) {
  const file = openSync(path, earlier ? "a" : "wx", 0o600);
  const known = new Map(earlier?.rows.map(({ content, offset }) => [content, offset]));
  const arena = new Uint8Array(arenaSize);
  let written = fstatSync(file).size;
  let open = true;
  let filled = 0;

  function spill(): void {
    if (filled === 0) return;
    writeAll(file, arena.subarray(0, filled));
    written += filled;
    filled = 0;
    // Starts the disk while the copy goes on; the last word is the sync in `flush`.
    fdatasync(file, () => undefined);
  }

  return {
    room(size: number): Uint8Array<ArrayBuffer> {
      if (size > arenaSize) return new Uint8Array(size);
      if (filled + size > arenaSize) spill();
      return arena.subarray(filled, filled + size);
    },
    keep(content: string, bytes: Uint8Array): { offset: number; length: number } {
      const length = bytes.length;
      const before = known.get(content);
      if (before !== undefined) return { offset: before, length };
      const inArena = bytes.buffer === arena.buffer && bytes.byteOffset === filled;
      if (!inArena) {
        spill();
        writeAll(file, bytes);
      }
      const offset = written + filled;
      if (inArena) filled += length;
      else written += length;
      known.set(content, offset);
      return { offset, length };
    },
    flush(durable: boolean): void {
      spill();
      if (durable) fdatasyncSync(file);
    },
    close(): void {
      if (open) closeSync(file);
      open = false;
    },
  };
}

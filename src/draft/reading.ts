/**
 * Reading files and folders without ever following a link.
 *
 * Synchronous, for the draft's worker thread. A file is looked at before and after it is read; bytes that moved meanwhile are read again.
 * Always: the bytes of a `file` answer and its stat belong together; nothing but a regular file is opened.
 */
import { hash } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  type BigIntStats,
  type Dirent,
} from "node:fs";
import { isUtf8 } from "node:buffer";
import type { ContentId } from "../protocol/index.ts";

/** What tells two states of a file apart without reading it. Times in nanoseconds since 1970. */
export interface Stat {
  size: bigint;
  mtime: bigint;
  ctime: bigint;
  ino: bigint;
  mode: bigint;
}

export type Read =
  | { kind: "file"; bytes: Uint8Array<ArrayBuffer>; stat: Stat }
  | { kind: "gone" }
  /** Something else stands there: a link, a folder, a special file. */
  | { kind: "other"; why: string }
  /** A file that cannot be read now. */
  | { kind: "unreadable"; why: string };

export interface Entry {
  name: string;
  kind: "file" | "folder" | "link" | "special";
  /** The name's bytes are UTF-8; where not, `name` is for showing only. */
  utf8: boolean;
}

/** The largest file that is copied or shown, in bytes. */
export const largestFile = 1024 * 1024 * 1024;

const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** Gives the place for so many bytes; what it gave for an earlier try may be given again. */
export type Room = (size: number) => Uint8Array<ArrayBuffer>;

/**
 * Reads a regular file whole, by default into a buffer of its own. With `exact`, the path is real, and what is opened has to lie there:
 * a folder on the way may be swapped for a link at any moment while an agent runs.
 */
export function readWhole(path: string, room: Room = (size) => new Uint8Array(size), exact = false): Read {
  for (let attempt = 0; attempt < 4; attempt++) {
    const before = lstat(path);
    if (before === null) return { kind: "gone" };
    if (typeof before === "string") return { kind: "unreadable", why: before };
    if (!before.isFile()) return { kind: "other", why: kindOf(before) };
    if (before.size > largestFile) return { kind: "other", why: "larger than 1 GB" };
    let file: number;
    try {
      file = openSync(path, openFlags);
    } catch (problem) {
      const code = codeOf(problem);
      if (code === "ENOENT" || code === "ELOOP") continue;
      return { kind: "unreadable", why: `cannot be read (${code})` };
    }
    try {
      if (exact && placeOf(file, path) !== path) continue;
      const size = Number(before.size);
      const bytes = room(size);
      let filled = 0;
      while (filled < size) {
        const got = readSync(file, bytes, filled, size - filled, null);
        if (got === 0) break;
        filled += got;
      }
      const after = fstatSync(file, { bigint: true });
      const stat = statOf(after);
      if (filled === size && after.dev === before.dev && same(stat, statOf(before)))
        return { kind: "file", bytes, stat };
    } catch (problem) {
      return { kind: "unreadable", why: `cannot be read (${codeOf(problem)})` };
    } finally {
      closeSync(file);
    }
  }
  return { kind: "unreadable", why: "was changing while it was read" };
}

/** Where an open file lies. The kernel tells it of the descriptor; elsewhere it is asked of the path, a moment later. */
function placeOf(file: number, path: string): string {
  return process.platform === "linux" ? readlinkSync(`/proc/self/fd/${file}`) : realpathSync(path);
}

export type LinkRead =
  | { kind: "link"; target: string }
  | { kind: "none" }
  | /** A link whose target cannot be told as text. */ { kind: "unreadable"; why: string };

/** The target of the link at a path, as it is written in it; nothing is looked up behind it. */
export function readLink(path: string): LinkRead {
  const stat = lstat(path);
  if (stat === null || (typeof stat !== "string" && !stat.isSymbolicLink())) return { kind: "none" };
  if (typeof stat === "string") return { kind: "unreadable", why: stat };
  let bytes: Buffer;
  try {
    bytes = readlinkSync(path, { encoding: "buffer" });
  } catch (problem) {
    const code = codeOf(problem);
    // Something else came into its place.
    if (code === "ENOENT" || code === "EINVAL") return { kind: "none" };
    return { kind: "unreadable", why: `cannot be read (${code})` };
  }
  if (!isUtf8(bytes)) return { kind: "unreadable", why: "a symbolic link whose target is not UTF-8" };
  return { kind: "link", target: bytes.toString("utf8") };
}

/** lstat, as a value: null where nothing stands, a sentence where it cannot be told. */
export function lstat(path: string | Buffer): BigIntStats | null | string {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (problem) {
    const code = codeOf(problem);
    return code === "ENOENT" || code === "ENOTDIR" ? null : `cannot be read (${code})`;
  }
}

/** The entries of a folder; empty where it cannot be read or is not a folder any more. */
export function readFolder(path: string): Entry[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
  // A name that is not UTF-8 comes out with replacement characters; only then its bytes are asked for.
  const strange = entries.some((entry) => entry.name.includes("\ufffd"));
  const bytes = strange ? readdirSync(path, { withFileTypes: true, encoding: "buffer" }) : [];
  const broken = new Set(bytes.filter((entry) => !isUtf8(entry.name)).map((entry) => entry.name.toString("utf8")));
  return entries.map((entry) => ({
    name: entry.name,
    kind: entry.isFile() ? "file" : entry.isDirectory() ? "folder" : entry.isSymbolicLink() ? "link" : "special",
    utf8: !broken.has(entry.name),
  }));
}

/** Whether a folder is a repository of its own. */
export function isRepository(folder: string): boolean {
  return existsSync(`${folder}/.git`);
}

/** The content id of these bytes. */
export function contentOf(bytes: Uint8Array): ContentId {
  return hash("sha256", bytes, "hex");
}

export function statOf(stat: BigIntStats): Stat {
  return { size: stat.size, mtime: stat.mtimeNs, ctime: stat.ctimeNs, ino: stat.ino, mode: stat.mode };
}

/** Whether a stat is the one that was kept. */
export function isSame(stat: BigIntStats, kept: Stat): boolean {
  return (
    stat.mtimeNs === kept.mtime &&
    stat.ctimeNs === kept.ctime &&
    stat.size === kept.size &&
    stat.ino === kept.ino &&
    stat.mode === kept.mode
  );
}

export function same(a: Stat, b: Stat): boolean {
  return a.mtime === b.mtime && a.ctime === b.ctime && a.size === b.size && a.ino === b.ino && a.mode === b.mode;
}

/** What stands at a path that is no regular file, in words for people. */
export function kindOf(stat: BigIntStats): string {
  if (stat.isSymbolicLink()) return "a symbolic link";
  return stat.isDirectory() ? "a folder" : "a special file";
}

export function codeOf(problem: unknown): string {
  return (problem as NodeJS.ErrnoException).code ?? String(problem);
}

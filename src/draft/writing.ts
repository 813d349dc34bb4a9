/**
 * Writing into a draft at a boundary, and nowhere else.
 *
 * Each file is written only if it holds what the caller saw: by a temporary file beside it and a rename, so that nobody reads half a
 * file and no link is written through.
 * Always: what is written is known at once, so the next look is silent about it; a path with a link on its way is not written.
 */
import { closeSync, fchmodSync, mkdirSync, openSync, renameSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { randomBytes } from "node:crypto";
import type { Content, DraftWrite } from "../protocol/index.ts";
import { nameProblem } from "../system/paths.ts";
import { parentOf } from "./ignoring.ts";
import { writeAll } from "./copying.ts";
import { codeOf, contentOf, lstat, readWhole, type Stat } from "./reading.ts";
import { now, type Side } from "./sides.ts";

export interface FileToWrite {
  path: string;
  before: Content;
  after: Content;
  /** The bytes of `after`; null deletes. */
  bytes: Uint8Array<ArrayBuffer> | null;
}

export function writeFiles(tree: string, side: Side, files: readonly FileToWrite[]): DraftWrite[] {
  side.pending = null;
  return files.map((file) => writeOne(tree, side, file));
}

function writeOne(tree: string, side: Side, { path, before, after, bytes }: FileToWrite): DraftWrite {
  const problem = nameProblem(path);
  if (problem !== null) throw new Error(`cannot write ${JSON.stringify(path)} into the draft: ${problem}`);
  const absolute = `${tree}/${path}`;
  const way = wayTo(tree, parentOf(path));
  if (way === "blocked") return { kind: "moved", path, now: null };
  const read = way === "missing" ? ({ kind: "gone" } as const) : readWhole(absolute);
  if (read.kind === "unreadable") return { kind: "moved", path, now: side.known.get(path)?.content ?? null };
  const current = read.kind === "file" ? contentOf(read.bytes) : null;
  if (current !== before) return { kind: "moved", path, now: current };
  if (current !== after) {
    if (bytes === null) {
      unlinkSync(absolute);
      removeEmptyFolders(tree, parentOf(path));
    } else {
      if (way === "missing") mkdirSync(`${tree}/${parentOf(path)}`, { recursive: true });
      if (!replace(absolute, bytes, read.kind === "file" ? Number(read.stat.mode & 0o777n) : 0o644))
        return { kind: "moved", path, now: current };
    }
  }
  side.known.set(path, { content: after, stat: bytes === null ? null : statHeld(absolute, after), checked: now() });
  return { kind: "written", path };
}

/** Whether every folder down to here is a real one. */
function wayTo(tree: string, folder: string): "there" | "missing" | "blocked" {
  let at = tree;
  for (const name of folder.split("/").slice(0, -1)) {
    at += `/${name}`;
    const stat = lstat(at);
    if (stat === null) return "missing";
    if (typeof stat === "string" || !stat.isDirectory()) return "blocked";
  }
  return "there";
}

/** False where a folder stands in the way. */
function replace(absolute: string, bytes: Uint8Array, mode: number): boolean {
  const temporary = `${absolute.slice(0, absolute.lastIndexOf("/"))}/.countersign-${randomBytes(8).toString("hex")}`;
  const file = openSync(temporary, "wx", mode);
  try {
    writeAll(file, bytes);
    fchmodSync(file, mode);
    closeSync(file);
    renameSync(temporary, absolute);
    return true;
  } catch (problem) {
    rmSync(temporary, { force: true });
    if (codeOf(problem) === "EISDIR" || codeOf(problem) === "ENOTEMPTY" || codeOf(problem) === "EEXIST") return false;
    throw problem;
  }
}

/** The stat to remember, if the file still holds what was written. */
function statHeld(absolute: string, content: Content): Stat | null {
  const read = readWhole(absolute);
  return read.kind === "file" && contentOf(read.bytes) === content ? read.stat : null;
}

function removeEmptyFolders(tree: string, folder: string): void {
  for (let at = folder; at !== ""; at = parentOf(at)) {
    try {
      rmdirSync(`${tree}/${at}`);
    } catch {
      return;
    }
  }
}

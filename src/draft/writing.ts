/**
 * Writing into a draft at a boundary, and nowhere else.
 *
 * Each file is written only if it holds what the caller saw: by a temporary file beside it and a rename, so that nobody reads half a
 * file and no link is written through.
 * Always: what is written is known at once, so the next look is silent about it; a path with a link on its way is not written.
 */
import {
  closeSync,
  constants,
  fchmodSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { attributeBody, attributeOf, type Content, type DraftFile, type DraftWrite } from "../protocol/index.ts";
import { nameProblem } from "../system/paths.ts";
import { parentOf } from "./ignoring.ts";
import { writeAll } from "./copying.ts";
import { placeHeld, setTarget, targetNow } from "./links.ts";
import { codeOf, contentOf, lstat, readWhole, type Stat } from "./reading.ts";
import { isExecutable, now, type Side } from "./sides.ts";

export interface FileToWrite extends DraftFile {
  /** The bytes of `after`; null deletes. */
  bytes: Uint8Array<ArrayBuffer> | null;
}

/** `target`: of a link that was not as expected, the text that `now` names. */
export type Wrote = DraftWrite & { target?: string };

export function writeFiles(tree: string, side: Side, files: readonly FileToWrite[]): Wrote[] {
  side.pending = null;
  const wrote = files.map((file) => writeOne(tree, side, file));
  placeHeld(tree, side, (path) => wayTo(tree, parentOf(path)) !== "blocked");
  return wrote;
}

function writeOne(tree: string, side: Side, file: FileToWrite): Wrote {
  const { path, before, after, bytes } = file;
  const problem = nameProblem(path);
  if (problem !== null) throw new Error(`cannot write ${JSON.stringify(path)} into the draft: ${problem}`);
  if (file.attribute === "mode") return writeMode(tree, side, file);
  if (file.attribute === "link") return writeLink(tree, side, file);
  if (file.from !== undefined) moveFile(tree, side, file.from, path, before);
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
  const stat = bytes === null ? null : statHeld(absolute, after);
  const executable = stat ? isExecutable(stat) : (side.known.get(path)?.executable ?? false);
  side.known.set(path, { content: after, stat, executable, checked: now() });
  return { kind: "written", path };
}

/** Gives a file its new path if it holds what was seen and the path is free. Whether it did shows when it is written there. */
function moveFile(tree: string, side: Side, from: string, to: string, before: Content): void {
  const problem = nameProblem(from);
  if (problem !== null) throw new Error(`cannot move ${JSON.stringify(from)} in the draft: ${problem}`);
  const read = wayTo(tree, parentOf(from)) === "there" ? readWhole(`${tree}/${from}`) : null;
  if (read?.kind !== "file" || contentOf(read.bytes) !== before || wayTo(tree, parentOf(to)) === "blocked") return;
  if (lstat(`${tree}/${to}`) !== null) return;
  mkdirSync(`${tree}/${parentOf(to)}`, { recursive: true });
  renameSync(`${tree}/${from}`, `${tree}/${to}`);
  removeEmptyFolders(tree, parentOf(from));
  const executable = isExecutable(read.stat);
  side.known.set(from, { content: null, stat: null, executable, checked: now() });
  side.known.set(to, { content: before, stat: null, executable, checked: now() });
}

function writeLink(tree: string, side: Side, { path, before, after, bytes }: FileToWrite): Wrote {
  const isReachable = wayTo(tree, parentOf(path)) !== "blocked";
  const current = targetNow(tree, side, path, isReachable);
  if (linkContent(current) !== before)
    return { kind: "moved", path, now: linkContent(current), ...(current === null ? {} : { target: current }) };
  const wanted = bytes && attributeOf(bytes);
  if (wanted !== null && wanted.kind !== "link") throw new Error(`${JSON.stringify(path)} is to be no link`);
  setTarget(tree, side, path, isReachable, wanted?.target ?? null);
  if (after === null && isReachable) removeEmptyFolders(tree, parentOf(path));
  return { kind: "written", path };
}

function linkContent(target: string | null): Content {
  return target === null ? null : contentOf(attributeBody({ kind: "link", target }));
}

function writeMode(tree: string, side: Side, { path, before, after, bytes }: FileToWrite): Wrote {
  const way = wayTo(tree, parentOf(path));
  const read = way === "there" ? readWhole(`${tree}/${path}`) : null;
  const stat = read?.kind === "file" ? read.stat : null;
  const current = modeContent(stat !== null && isExecutable(stat));
  if (current !== before || stat === null) return { kind: "moved", path, now: current };
  if (current !== after) {
    const wanted = bytes && attributeOf(bytes);
    const mode = Number(stat.mode & 0o777n);
    const file = openSync(`${tree}/${path}`, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      const set = wanted?.kind === "mode" && wanted.executable;
      fchmodSync(file, set ? mode | ((mode & 0o444) >> 2) | 0o100 : mode & ~0o111);
    } finally {
      closeSync(file);
    }
  }
  const again = readWhole(`${tree}/${path}`);
  if (again.kind !== "file") return { kind: "moved", path, now: modeContent(false) };
  const executable = isExecutable(again.stat);
  const known = side.known.get(path);
  side.known.set(path, { content: known?.content ?? contentOf(again.bytes), stat: null, executable, checked: now() });
  return modeContent(executable) === after
    ? { kind: "written", path }
    : { kind: "moved", path, now: modeContent(executable) };
}

function modeContent(executable: boolean): Content {
  return contentOf(attributeBody({ kind: "mode", executable }));
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

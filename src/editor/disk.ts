/**
 * One file of the person's folder on the disk: where it is, what it holds, and how its bytes are exchanged.
 *
 * Node's file system only; knows nothing of editors. Every path is judged anew at each call, by the guard
 * that is passed in: nothing outside the folder, nothing of `.git`, no link on the way or at the end.
 * Always: a file is replaced as a whole (temporary file, then rename), and only while it holds exactly `before`, which is
 * checked in the same tick as the rename; its mode and owner stay. A refusal leaves the disk as it was.
 */
import { randomBytes } from "node:crypto";
import { constants, type BigIntStats } from "node:fs";
import * as sync from "node:fs";
import { access, lstat, mkdir, open, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface Refusal {
  kind: "refused";
  reason: string;
  remedy: string;
}

/** The path guard: where a relative path lies below `root`, or why it is not to be touched. Judges names and links, now. */
export type Guard = (
  root: string,
  path: string,
) => { kind: "inside"; absolute: string; exists: boolean } | { kind: "refused"; why: string };

/** A folder, and who guards the way into it. */
export interface Ground {
  root: string;
  guard: Guard;
}

/** What stands at a path. `shape` names one state of a file: it changes with every write. */
export type Found =
  { kind: "missing" } | { kind: "file"; bytes: Uint8Array; mode: number; links: number; shape: string } | Refusal;

/** `note`: something the person should know of this write. */
export type Exchange = { kind: "written"; note?: string } | { kind: "moved" } | Refusal;

/** Up to this size the bytes are read again in the tick of the rename; above it the file's identity and times are compared. */
const readAgain = 1 << 20;

/** Reads a file. `path` is relative, with `/`. What the file system refuses is a refusal of ours. */
export async function findFile(ground: Ground, path: string): Promise<Found> {
  const place = placeOf(ground, path);
  if (place.kind === "refused") return place;
  try {
    return await readAt(place.path, path);
  } catch (error) {
    return problem(error);
  }
}

async function readAt(target: string, path: string): Promise<Found> {
  const seen = await lstat(target).catch(missing);
  if (seen === null) return { kind: "missing" };
  if (!seen.isFile()) return refused(`${path} is no regular file`, "Rename what is in the way, then decide again.");
  // Never blocks on a pipe that came into this place meanwhile, and never follows a link.
  const file = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const opened = await file.stat({ bigint: true });
    if (!opened.isFile() || Number(opened.ino) !== seen.ino)
      return refused(`${path} was replaced while it was read`, "Try again.");
    const bytes = await file.readFile();
    const after = await file.stat({ bigint: true });
    if (shapeOf(opened) !== shapeOf(after))
      return refused(`${path} is being written by another program`, "Try again when it is done.");
    const mode = Number(opened.mode) & 0o7777;
    return { kind: "file", bytes, mode, links: Number(opened.nlink), shape: shapeOf(after) };
  } finally {
    await file.close();
  }
}

/** Says why a file could not be written, as far as that can be known before trying. Null: nothing speaks against it. */
export async function lockedReason(ground: Ground, path: string): Promise<Refusal | null> {
  const place = placeOf(ground, path);
  if (place.kind === "refused") return place;
  const target = place.path;
  try {
    const seen = await lstat(target).catch(missing);
    if (seen !== null && (seen.mode & 0o222) === 0) return readOnly(path);
    await access(await nearestFolder(dirname(target)), constants.W_OK);
    if (seen !== null) await access(target, constants.W_OK);
    return null;
  } catch {
    return readOnly(path);
  }
}

/** Puts `after` in the place of `before`. Null stands for "no such file", on either side. `mode`: permission bits of a file that is made. */
export async function exchange(
  ground: Ground,
  path: string,
  before: Uint8Array | null,
  after: Uint8Array | null,
  mode?: number,
): Promise<Exchange> {
  const now = await findFile(ground, path);
  if (now.kind === "refused") return now;
  if (!same(now.kind === "file" ? now.bytes : null, before)) return { kind: "moved" };
  if (before === null && after === null) return { kind: "written" };
  const locked = await lockedReason(ground, path);
  if (locked) return locked;
  try {
    const place = placeOf(ground, path);
    if (place.kind === "refused") return place;
    if (after === null)
      return now.kind === "file" && removed(place.path, now) ? { kind: "written" } : { kind: "moved" };
    await mkdir(dirname(place.path), { recursive: true });
    // A link may have come onto the way while folders were made.
    const again = placeOf(ground, path);
    if (again.kind === "refused") return again;
    const done = await replace(again.path, now, after, mode);
    if (done.kind !== "written") return done;
  } catch (error) {
    return problem(error);
  }
  const back = await findFile(ground, path);
  if (back.kind === "file" && same(back.bytes, after)) return writtenOver(now, path);
  return refused(
    `${path} was changed by another program right after it was written`,
    "Look at the file, then decide again.",
  );
}

/**
 * Removes what a write that was cut off left beside the file: our own temporary files whose process is gone. Never rejects:
 * what cannot be removed stays, and is no file of the project's.
 */
export async function tidy(ground: Ground, path: string): Promise<void> {
  const place = placeOf(ground, path);
  if (place.kind === "refused") return;
  const folder = dirname(place.path);
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = Number(/^\.countersign-([1-9]\d*)-[0-9a-f]{16}\.tmp$/.exec(name)?.[1]);
    const file = join(folder, name);
    if (Number.isNaN(pid) || temporaries.has(file)) continue;
    if (pid === process.pid || !isRunning(pid) || (await isOld(file))) await rm(file, { force: true }).catch(() => {});
  }
}

/** Whether two contents are the same bytes, or both no file. */
export function same(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other;
  return Buffer.compare(one, other) === 0;
}

/** The temporary files that this process is writing at this moment. */
const temporaries = new Set<string>();

async function replace(target: string, now: Found, after: Uint8Array, given?: number): Promise<Exchange> {
  // The name says whose it is, so that what a killed process leaves behind can be told from what another one writes.
  const temporary = join(dirname(target), `.countersign-${process.pid}-${randomBytes(8).toString("hex")}.tmp`);
  temporaries.add(temporary);
  try {
    return await replaceBy(temporary, target, now, after, given);
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
    temporaries.delete(temporary);
  }
}

async function replaceBy(
  temporary: string,
  target: string,
  now: Found,
  after: Uint8Array,
  given?: number,
): Promise<Exchange> {
  // Bits that make a program act as its owner are not brought back.
  const kept = now.kind === "file" ? now.mode : given === undefined ? undefined : given & 0o777;
  const mode = kept ?? 0o666;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(temporary, flags, mode);
  try {
    await file.writeFile(after);
    if (now.kind === "file") {
      const own = sync.lstatSync(target, { throwIfNoEntry: false });
      // Running as another user than the file's: keep its owner where that is allowed.
      if (own && (own.uid !== process.getuid?.() || own.gid !== process.getgid?.()))
        await file.chown(own.uid, own.gid).catch(() => {});
    }
    if (kept !== undefined) await file.chmod(mode);
    await file.datasync();
  } finally {
    await file.close();
  }
  // From here to the rename nothing waits: what was checked is what is replaced.
  if (now.kind !== "file") return createExclusively(temporary, target);
  if (!holds(target, now)) return { kind: "moved" };
  sync.renameSync(temporary, target);
  return { kind: "written" };
}

/** A file that has other names is replaced under this one alone: that is said. */
function writtenOver(now: Found, path: string): Exchange {
  if (now.kind !== "file" || now.links < 2) return { kind: "written" };
  return {
    kind: "written",
    note: `${path} had ${now.links - 1} other ${now.links === 2 ? "name" : "names"} (hard links). It was written by replacing it, so what the other ${now.links === 2 ? "name holds" : "names hold"} was not changed.`,
  };
}

/** Gives the finished file its name, unless that name is taken. */
function createExclusively(temporary: string, target: string): Exchange {
  try {
    sync.linkSync(temporary, target);
    return { kind: "written" };
  } catch (error) {
    if (codeOf(error) === "EEXIST") return { kind: "moved" };
    // No hard links on this file system: the check and the rename are two calls, in one tick.
    if (sync.lstatSync(target, { throwIfNoEntry: false })) return { kind: "moved" };
    sync.renameSync(temporary, target);
    return { kind: "written" };
  }
}

/** Removes the file if it is still the one that was read. Synchronous on purpose, as is `holds`. */
function removed(target: string, read: Found & { kind: "file" }): boolean {
  if (!holds(target, read)) return false;
  sync.unlinkSync(target);
  return true;
}

/** Whether the file is still the one that was read. */
function holds(target: string, read: Found & { kind: "file" }): boolean {
  const stat = sync.lstatSync(target, { bigint: true, throwIfNoEntry: false });
  if (!stat?.isFile()) return false;
  if (read.bytes.byteLength > readAgain) return shapeOf(stat) === read.shape;
  const file = sync.openSync(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return same(sync.readFileSync(file), read.bytes);
  } finally {
    sync.closeSync(file);
  }
}

/** Where a path lies, as the guard says now. */
export function placeOf({ root, guard }: Ground, path: string): { kind: "place"; path: string } | Refusal {
  const guarded = guard(root, path);
  if (guarded.kind === "inside") return { kind: "place", path: guarded.absolute };
  return refused(
    `${JSON.stringify(path)}: ${guarded.why}`,
    "Links, special files and the repository's own data are never written. Reject this change.",
  );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

/** Whether nothing was written to the file for so long that nobody is writing it: its process' id is another one's by now. */
async function isOld(file: string): Promise<boolean> {
  const stat = await lstat(file).catch(() => null);
  return stat !== null && Date.now() - stat.mtimeMs > 10 * 60_000;
}

async function nearestFolder(folder: string): Promise<string> {
  let at = folder;
  while ((await lstat(at).catch(missing)) === null && dirname(at) !== at) at = dirname(at);
  return at;
}

function shapeOf(stat: BigIntStats): string {
  return [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(":");
}

function missing(error: unknown): null {
  const code = codeOf(error);
  if (code === "ENOENT" || code === "ENOTDIR") return null;
  throw error;
}

/** What the file system refused, in words for people. */
export function problem(error: unknown): Refusal {
  const code = codeOf(error);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return refused("the file system does not allow it", "Give yourself the right to write here.");
  if (code === "ENOSPC" || code === "EDQUOT")
    return refused("the disk is full", "Make room on the disk, then decide again.");
  if (code === "ELOOP") return refused("a link came into this place", "Look at the file, then decide again.");
  if (code === undefined) throw error;
  return refused(`the file system says ${code}`, "Look at the file, then decide again.");
}

function readOnly(path: string): Refusal {
  return refused(`${path} is read-only`, "Make it writable, then decide again.");
}

export function refused(reason: string, remedy: string): Refusal {
  return { kind: "refused", reason, remedy };
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

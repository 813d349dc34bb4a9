/**
 * A file's mode and name on the disk: what is changed of it beside its bytes.
 *
 * Node's file system only; knows nothing of editors. Every path is judged anew at each call, as in `disk.ts`.
 * Always: no link is followed; a file never takes the place of another one; what was done is read back. Systems that keep no
 * executable bit are told from those that do by looking, not by their name, but for Windows, which pretends.
 */
import { randomBytes } from "node:crypto";
import { constants, type BigIntStats } from "node:fs";
import * as sync from "node:fs";
import { mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findFile, lockedReason, placeOf, problem, refused, type Exchange, type Ground, type Refusal } from "./disk.ts";

/** Whether the owner may execute the file; null where there is no regular file. */
export function executableAt(ground: Ground, path: string): boolean | null {
  const place = placeOf(ground, path);
  if (place.kind === "refused") return null;
  const stat = statAt(place.path);
  return stat?.isFile() ? isExecutable(stat) : null;
}

/** Whoever may read the file may execute it, or nobody. */
export async function setExecutable(ground: Ground, path: string, before: boolean, after: boolean): Promise<Exchange> {
  if (process.platform === "win32")
    return refused("this system keeps no executable bit", "Reject this change; git can record it on another system.");
  const place = placeOf(ground, path);
  if (place.kind === "refused") return place;
  try {
    const found = statAt(place.path);
    if (!found?.isFile()) return refused(`there is no file ${path}`, "Accept the file first.");
    const file = await open(place.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await file.stat({ bigint: true });
      if (!stat.isFile() || isExecutable(stat) !== before) return { kind: "moved" };
      const mode = Number(stat.mode) & 0o7777;
      await file.chmod(after ? mode | ((mode & 0o444) >> 2) | 0o100 : mode & ~0o111);
      if (isExecutable(await file.stat({ bigint: true })) === after) return { kind: "written" };
      return refused("this file system keeps no executable bit", "Reject this change.");
    } finally {
      await file.close();
    }
  } catch (error) {
    return problem(error);
  }
}

/** Why a file cannot get this path, as far as that shows before trying. */
export async function immovableReason(ground: Ground, from: string, to: string): Promise<Refusal | null> {
  const found = await findFile(ground, from);
  if (found.kind === "refused") return found;
  if (found.kind === "missing") return refused(`there is no file ${from}`, "Look at the change again.");
  const place = placeOf(ground, to);
  if (place.kind === "refused") return place;
  const [own, there] = [statAt(placed(ground, from)), statAt(place.path)];
  if (there && !isOneFile(own, there))
    return refused(`the name ${to} is taken`, "Rename or remove what is there, then decide again.");
  return (await lockedReason(ground, from)) ?? (there ? null : await lockedReason(ground, to));
}

/** Gives a file another path. A name that the disk takes for the same one is changed by way of a third. */
export async function moveFile(ground: Ground, from: string, to: string): Promise<Exchange> {
  const reason = await immovableReason(ground, from, to);
  if (reason) return reason;
  try {
    await mkdir(dirname(placed(ground, to)), { recursive: true });
    // A link may have come onto the way while folders were made.
    const again = placeOf(ground, to);
    if (again.kind === "refused") return again;
    const [old, target] = [placed(ground, from), again.path];
    const own = statAt(old);
    if (own === null) return { kind: "moved" };
    const there = statAt(target);
    if (there === null) return moveExclusively(old, target);
    if (!isOneFile(own, there)) return { kind: "moved" };
    const between = join(dirname(target), `.countersign-${process.pid}-${randomBytes(8).toString("hex")}.tmp`);
    await rename(old, between);
    await rename(between, target);
    return { kind: "written" };
  } catch (error) {
    return problem(error);
  }
}

/** A link of the new name, then the old one goes: nothing that comes in between is ever written over. */
function moveExclusively(old: string, target: string): Exchange {
  try {
    sync.linkSync(old, target);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "EEXIST") return { kind: "moved" };
    // No hard links on this file system: the check and the rename are two calls, in one tick.
    if (statAt(target)) return { kind: "moved" };
    sync.renameSync(old, target);
    return { kind: "written" };
  }
  sync.unlinkSync(old);
  return { kind: "written" };
}

/** Two names of one file that the disk takes for one name: not two hard links. */
function isOneFile(own: BigIntStats | null, there: BigIntStats): boolean {
  return own !== null && own.dev === there.dev && own.ino === there.ino && there.nlink === 1n;
}

function isExecutable(stat: BigIntStats): boolean {
  return process.platform !== "win32" && (stat.mode & 0o100n) !== 0n;
}

function statAt(path: string): BigIntStats | null {
  try {
    return sync.lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

function placed(ground: Ground, path: string): string {
  const place = placeOf(ground, path);
  if (place.kind === "refused") throw new Error(`${path} was let through and is refused now`);
  return place.path;
}

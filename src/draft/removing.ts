/**
 * Removing drafts: away at once by a rename into the trash, deleted later, in slices, by a walk of our own.
 *
 * Always: only what carries our mark is renamed; the walk looks at every entry with lstat, unlinks links, enters only real folders of
 * the trash's own device, and never leaves the trash.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { isDraftId, placesOf } from "./manifest.ts";
import { lstat, readFolder } from "./reading.ts";

/** Takes a draft away, made or half-made. Does nothing where there is no mark of ours. */
export function discard(storage: string, id: string): void {
  if (!isDraftId(id)) return;
  const places = placesOf(storage, id);
  if (!existsSync(places.mark)) return;
  rmSync(places.manifest, { force: true });
  discardCopy(storage, id);
  for (const { name } of readFolder(join(storage, "bases")))
    if (name.startsWith(`${id}.`)) rmSync(join(storage, "bases", name), { force: true });
  rmSync(places.mark, { force: true });
}

/** Takes away tree and bodies of a draft of ours. */
export function discardCopy(storage: string, id: string): void {
  const places = placesOf(storage, id);
  const trash = join(storage, "trash");
  mkdirSync(trash, { recursive: true, mode: 0o700 });
  if (lstat(places.tree) !== null) renameSync(places.tree, join(trash, `${id}-${randomBytes(4).toString("hex")}`));
  rmSync(places.bodies, { force: true });
}

const day = 24 * 60 * 60 * 1000;

/** Discards what a window that ended while copying left half-made: a mark older than a day without a manifest. A spare waits for a week. */
export function discardHalfMade(storage: string, now: number): void {
  const spares = new Set(
    readFolder(join(storage, "bases")).flatMap(({ name }) =>
      name.endsWith(".spare.json") ? [name.split(".")[0]] : [],
    ),
  );
  for (const entry of readFolder(join(storage, "drafts"))) {
    if (!entry.name.endsWith(".mark")) continue;
    const id = entry.name.slice(0, -".mark".length);
    const mark = lstat(join(storage, "drafts", entry.name));
    if (mark === null || typeof mark === "string" || !isDraftId(id) || existsSync(placesOf(storage, id).manifest))
      continue;
    if (now - Number(mark.mtimeMs) > (spares.has(id) ? 7 : 1) * day) discard(storage, id);
  }
}

/** Deletes what is in the trash, as a generator: each step is one entry, so that the caller can do other work between. */
export function* sweep(storage: string): Generator<void> {
  const trash = join(storage, "trash");
  const stat = lstat(trash);
  if (stat === null || typeof stat === "string" || !stat.isDirectory()) return;
  yield* empty(trash, stat.dev);
}

function* empty(folder: string, device: bigint): Generator<void> {
  for (const name of namesIn(folder)) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
    yield* removeEntry(path, device);
  }
}

function* removeEntry(path: Buffer, device: bigint): Generator<void> {
  yield;
  const stat = lstat(path);
  if (stat === null || typeof stat === "string" || stat.dev !== device) return;
  try {
    if (!stat.isDirectory()) return unlinkSync(path);
    // An agent may have taken our rights away; the folder is ours.
    if ((stat.mode & 0o700n) !== 0o700n) chmodSync(path, 0o700);
    for (const name of namesIn(path)) yield* removeEntry(Buffer.concat([path, Buffer.from("/"), name]), device);
    rmdirSync(path);
  } catch {
    // Open elsewhere, or in use: a later sweep takes it.
  }
}

function namesIn(folder: string | Buffer): Buffer[] {
  try {
    return readdirSync(folder, { encoding: "buffer" });
  } catch {
    return [];
  }
}

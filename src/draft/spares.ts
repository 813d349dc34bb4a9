/**
 * Spares: a copy of a folder that waits for the folder's next task, which then has only to bring it up to date.
 *
 * A spare is a draft that does not exist yet: it has the mark, the tree and the bodies of one, and its manifest under another name. Whoever
 * renames that has it, and nobody else; its files are then those of a draft that is being made.
 * Always: a spare is taken once; one that cannot be read whole is thrown away, and so is one of another folder's name.
 */
import { createHash } from "node:crypto";
import { existsSync, renameSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { isDraftId, placesOf, readManifestFile, writeManifest, type Manifest } from "./manifest.ts";
import { readFolder } from "./reading.ts";
import { discard } from "./removing.ts";

function keyOf(folder: string): string {
  return createHash("sha256").update(folder).digest("hex").slice(0, 16);
}

/** The ids of the spares of a folder. */
function idsOf(storage: string, folder: string): string[] {
  const end = `.${keyOf(folder)}.spare.json`;
  return readFolder(join(storage, "bases"))
    .filter(({ name }) => name.endsWith(end))
    .map(({ name }) => name.slice(0, -end.length))
    .filter(isDraftId);
}

function placeOf(storage: string, id: string, folder: string): string {
  return join(storage, "bases", `${id}.${keyOf(folder)}.spare.json`);
}

export function hasSpare(storage: string, folder: string): boolean {
  return idsOf(storage, folder).length > 0;
}

/** Free bytes below which none is made: the person's own work, and the log of it, come first. */
const enough = 2 * 1024 * 1024 * 1024;

/** Whether the disk has room for a spare. `free`: its free bytes. */
export function hasRoom(storage: string, free: number = freeBytes(storage)): boolean {
  return free >= enough;
}

function freeBytes(storage: string): number {
  const { bavail, bsize } = statfsSync(storage);
  return bavail * bsize;
}

/** From here on the copy waits for a task. */
export function keepSpare(storage: string, manifest: Manifest): void {
  writeManifest(placeOf(storage, manifest.id, manifest.folder), manifest);
}

/**
 * Takes the folder's spare for the draft `id`, which has a mark and no tree: tree and bodies are at that draft's places then. Gives the
 * manifest of what is there; null where there is no spare.
 */
export function takeSpare(storage: string, folder: string, id: string): Manifest | null {
  for (const spare of idsOf(storage, folder)) {
    const taken = join(storage, "bases", `${id}.taken.json`);
    try {
      renameSync(placeOf(storage, spare, folder), taken);
    } catch {
      continue; // Another window was faster.
    }
    const manifest = readManifestFile(taken, storage, spare);
    rmSync(taken, { force: true });
    const [from, to] = [placesOf(storage, spare), placesOf(storage, id)];
    if (manifest?.folder === folder && !existsSync(to.tree)) {
      renameSync(from.tree, to.tree);
      renameSync(from.bodies, to.bodies);
      rmSync(from.mark, { force: true });
      return manifest;
    }
    discard(storage, spare);
  }
  return null;
}

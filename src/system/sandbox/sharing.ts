/**
 * Which of the person's ignored folders a draft can be shown: what package managers fetched and no ignore rule lets into the copy.
 *
 * Found by walking the draft and the person's folder side by side, never through a link. A socket or pipe in such a folder would connect
 * to the outside even where it is mounted read-only, so a folder with one is left out, and named.
 * Always: the person's folder is only read; the walk waits between folders, so that the editor does not.
 */
import type { Dirent } from "node:fs";
import { readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { SharedFolder } from "../../protocol/index.ts";

/** By name: the folders below it that tools write into, and whether what is in it names itself by its absolute path. */
const known: Readonly<Record<string, { caches: readonly string[]; alsoAtHome: boolean }>> = {
  node_modules: { caches: [".cache", ".vite", ".vite-temp", ".vitest", ".tmp"], alsoAtHome: false },
  bower_components: { caches: [], alsoAtHome: false },
  ".venv": { caches: [], alsoAtHome: true },
  venv: { caches: [], alsoAtHome: true },
};

const atMost = 200;

export interface Sharing {
  shared: SharedFolder[];
  left: { path: string; why: string }[];
}

export async function sharing(tree: string, draft: string, signal?: AbortSignal): Promise<Sharing> {
  const from = await realpath(tree);
  const found: string[] = [];
  await beside("");
  const left: Sharing["left"] = [];
  const shared: SharedFolder[] = [];
  for (const path of found.sort()) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const why =
      shared.length >= atMost ? `more than ${atMost} folders of tools` : await openInside(join(from, path), signal);
    if (why !== null) {
      left.push({ path, why });
      continue;
    }
    const { caches, alsoAtHome } = known[name]!;
    const there = (await entriesOf(join(from, path))).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    shared.push({
      path,
      from: join(from, path),
      caches: caches.filter((cache) => there.includes(cache)),
      alsoAtHome,
    });
  }
  return { shared, left };

  async function beside(at: string): Promise<void> {
    signal?.throwIfAborted();
    const [theirs, ours] = await Promise.all([entriesOf(join(from, at)), entriesOf(join(draft, at))]);
    const folders = new Map(ours.map((entry) => [entry.name, entry]));
    for (const entry of theirs) {
      if (!entry.isDirectory() || entry.name === ".git") continue;
      const path = at === "" ? entry.name : `${at}/${entry.name}`;
      const own = folders.get(entry.name);
      if (Object.hasOwn(known, entry.name)) {
        // Tracked folders of these names were copied; the agent has its own.
        if (own === undefined || (own.isDirectory() && (await entriesOf(join(draft, path))).length === 0))
          found.push(path);
      } else if (own?.isDirectory()) await beside(path);
    }
  }
}

/** Why what is in this folder could reach the outside, or null. */
async function openInside(folder: string, signal?: AbortSignal): Promise<string | null> {
  const waiting = [folder];
  while (waiting.length > 0) {
    signal?.throwIfAborted();
    const some = waiting.splice(-16);
    for (const [index, entries] of (await Promise.all(some.map(entriesOf))).entries()) {
      for (const entry of entries) {
        const path = join(some[index]!, entry.name);
        if (entry.isDirectory()) waiting.push(path);
        else if (!entry.isFile() && !entry.isSymbolicLink())
          return `${path.slice(folder.length + 1)} in it is a socket, a pipe or a device`;
      }
    }
  }
  return null;
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

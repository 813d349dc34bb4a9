/**
 * What the person's repository can lend the draft's own: its commit, and where its objects lie.
 *
 * Git is asked for places only; nothing is written there, and what is borrowed is shown read-only inside the sandbox, at a path that is
 * nowhere else.
 * Always: without a word from git there is nothing to borrow, and why is said; only an abort rejects.
 */
import { readFile, realpath } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import type { BorrowedObjects } from "../protocol/index.ts";
import { git } from "../system/git.ts";
import { repositoryFacts } from "../system/repository.ts";

export interface History {
  /** Id of the commit that the base commit follows; null where there is none to follow. */
  parent: string | null;
  /** The first one is what the draft's repository names; the others are what that one names itself. */
  borrowed: BorrowedObjects[];
  /** Commits at which a shallow history ends, as git keeps them. */
  shallow: string;
  /** Ids of the blobs that are there: what the person's index holds. */
  blobs: Uint8Array<ArrayBuffer>;
  notes: string[];
}

/** Where the sandbox shows the person's objects. Outside a sandbox nothing is there. */
export const objectsInside = "/history/objects";

const nothing: History = { parent: null, borrowed: [], shallow: "", blobs: new Uint8Array(0), notes: [] };

export async function historyOf(
  folder: string,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<History> {
  const facts = await repositoryFacts(folder, signal, environment);
  if (facts.kind !== "repository" || facts.head === null) return nothing;
  const without = (why: string): History => ({ ...nothing, notes: [`The agent's repository has no history: ${why}.`] });
  if (facts.head.length !== 40) return without("yours names its commits by SHA-256");
  const at = { cwd: folder, environment };
  const [inside, places, index, partial] = await Promise.all([
    git(["rev-parse", "--show-prefix"], at, signal),
    git(["rev-parse", "--git-path", "objects", "--git-path", "shallow"], at, signal),
    git(["ls-files", "-z", "-s"], at, signal),
    git(["config", "--get", "extensions.partialClone"], at, signal),
  ]);
  if (inside.kind !== "done" || places.kind !== "done" || index.kind !== "done")
    return without("git did not say where it lies");
  if (textOf(inside.stdout).trim() !== "") return without("the folder is a part of a larger repository");
  const [objects = "", shallow = ""] = textOf(places.stdout).split("\n");
  const borrowed = await lenders(resolve(folder, objects));
  if (borrowed === null) return without("its objects cannot be read");
  const notes =
    partial.kind === "done"
      ? ["Your repository was cloned without all its objects; the agent's history has the same holes."]
      : [];
  const cut = await readFile(resolve(folder, shallow), "utf8").catch(() => "");
  return { parent: facts.head, borrowed, shallow: cut, blobs: new Uint8Array(index.stdout), notes };
}

/** The object folder and those that it borrows from itself, with the paths at which they are looked for inside. */
async function lenders(first: string): Promise<BorrowedObjects[] | null> {
  const found: BorrowedObjects[] = [];
  const waiting = [{ from: first, to: objectsInside }];
  for (const { from, to } of waiting) {
    if (found.length >= 10) break;
    try {
      found.push({ from: await realpath(from), to });
    } catch {
      if (from === first) return null;
      continue;
    }
    const named = await readFile(join(from, "info/alternates"), "utf8").catch(() => "");
    for (const line of named.split("\n")) {
      if (line === "" || line.startsWith("#") || line.startsWith('"')) continue;
      waiting.push(
        isAbsolute(line) ? { from: line, to: resolve(line) } : { from: resolve(from, line), to: resolve(to, line) },
      );
    }
  }
  return found;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8");
}

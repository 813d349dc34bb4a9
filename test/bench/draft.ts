/**
 * What making a draft costs beside `git worktree add --detach` of the same tree.
 *
 * Seeded trees, committed; both sides in turn, every round into a fresh folder of the same volume, all deleted
 * at the end (creating files just after deleting many is slow on ext4). A draft's time is that of the whole `make`: listing, copy,
 * stored bytes with their sync, manifest.
 * Always: medians; a rival that cannot run is said so and no ratio is made up.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openDrafts } from "../../src/draft/index.ts";
import type { Bodies } from "../../src/protocol/index.ts";

export interface Row {
  figure: string;
  value: number;
  unit: string;
  against: string;
  rival: number | null;
  ratio: number | null;
  goal: string;
  met: boolean | null;
  note: string;
}

const worker = fileURLToPath(new URL("../../src/draft/worker.ts", import.meta.url));
const clean = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };

/** A size of tree, how often it is copied, and the highest ratio that is aimed at. */
export interface Size {
  files: number;
  rounds: number;
  goal: number;
}

/** One row for each size of tree. */
export async function draftRows(seed: number, sizes: readonly Size[] = standard): Promise<Row[]> {
  const rows: Row[] = [];
  const place = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  try {
    for (const size of sizes) rows.push(await rowFor(join(place, String(size.files)), size, seed));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  return rows;
}

const standard: readonly Size[] = [
  { files: 4_000, rounds: 7, goal: 1 },
  { files: 10_000, rounds: 7, goal: 1 },
];

async function rowFor(place: string, { files, rounds, goal }: Size, seed: number): Promise<Row> {
  const folder = join(place, "tree");
  const bytes = makeTree(folder, files, seed);
  const git = (...args: string[]): void =>
    void execFileSync("git", ["-c", "core.hooksPath=/dev/null", ...args], { cwd: folder, env: clean, stdio: "ignore" });
  let rival = true;
  try {
    git("init", "-q");
    git("add", "-A");
    git("-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0", "commit", "-q", "-m", "tree");
  } catch {
    rival = false;
  }
  const cold: number[] = [];
  const warm: number[] = [];
  const theirs: number[] = [];
  await using standing = openDrafts({ storage: join(place, "storage-warm"), worker });
  await standing.survey(folder);
  for (let round = 0; round < rounds; round++) {
    const ours = async (): Promise<void> => {
      await using drafts = openDrafts({ storage: join(place, `storage-${round}`), worker });
      cold.push(await timed(() => drafts.make(folder, noBodies, [], () => undefined)));
      // The standing worker of the product: started long before a task is.
      warm.push(await timed(() => standing.make(folder, noBodies, [], () => undefined)));
    };
    const git_ = async (): Promise<void> => {
      if (rival)
        theirs.push(
          await timed(async () => git("worktree", "add", "-q", "--detach", join(place, `worktree-${round}`))),
        );
    };
    for (const side of round % 2 === 0 ? [git_, ours] : [ours, git_]) await side();
  }
  const value = median(warm);
  const against = rival ? median(theirs) : null;
  const ratio = against === null ? null : value / against;
  return {
    figure: `draft of ${files} files`,
    value,
    unit: "ms",
    against: rival ? "git worktree add --detach" : "git could not run",
    rival: against,
    ratio,
    goal: `<= ${goal.toFixed(1)}`,
    met: ratio === null ? null : ratio <= goal,
    note:
      `${(bytes / 1e6).toFixed(0)} MB, stored bytes included, ${rounds} rounds; with the worker's start ${median(cold).toFixed(0)} ms` +
      (against === null
        ? ""
        : ` (${(median(cold) / against).toFixed(2)}x); fastest ${Math.min(...warm).toFixed(0)} against ${Math.min(...theirs).toFixed(0)} ms`),
  };
}

/**
 * A tree like a source repository: folders of some twenty files, sizes spread around 5 KB (or `middle` bytes), text that packs like text.
 * Gives the sum of their bytes.
 */
export function makeTree(folder: string, files: number, seed: number, middle = 5_000): number {
  const random = seeded(seed);
  const words = Array.from({ length: 2_000 }, (_, index) =>
    createHash("md5")
      .update(`${seed} ${index}`)
      .digest("hex")
      .slice(0, 3 + (index % 9)),
  );
  let total = 0;
  for (let index = 0; index < files; index++) {
    const group = Math.floor(index / 20);
    const path = join(folder, `part${group % 17}`, `area${group % 29}`, `group${group}`, `file${index}.ts`);
    const size = Math.min(400_000, Math.round(middle * Math.exp(1.2 * (random() + random() + random() - 1.5) * 2)));
    let text = "";
    while (text.length < size) text += `${words[Math.floor(random() * words.length)]}${random() < 0.15 ? "\n" : " "}`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    total += text.length;
  }
  return total;
}

export const noBodies: Bodies = {
  put: () => Promise.reject(new Error("making a draft puts no bodies")),
  get: () => Promise.reject(new Error("making a draft gets no bodies")),
  has: () => false,
};

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

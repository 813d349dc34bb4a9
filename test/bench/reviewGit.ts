/**
 * git's own diff of a pair of texts: what it finds, and what it costs without the start of a process.
 *
 * Both texts are written several times over, so that one process compares them several times: the time of the process
 * on one copy is taken off. What stays in is git's reading and hashing of the files.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface GitDiff {
  hunks: number;
  /** Removed and added lines together. */
  changed: number;
}

const environment = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_DIR: "/dev/null",
};

/** A folder for the copies: in memory where the machine has such a place, so that no disk is measured. */
export function copiesFolder(): string {
  return mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "countersign-review-"));
}

export function gitVersion(): string | null {
  const { status, stdout } = spawnSync("git", ["--version"], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : null;
}

/** What git finds between the two texts. */
export function gitDiff(folder: string, before: string, after: string, algorithm: "histogram" | "myers"): GitDiff {
  writeFileSync(join(folder, "before"), before);
  writeFileSync(join(folder, "after"), after);
  const out = spawnSync("git", [...args(algorithm), "before", "after"], {
    cwd: folder,
    env: environment,
    encoding: "latin1",
    maxBuffer: 1 << 30,
  }).stdout;
  const diff = { hunks: 0, changed: 0 };
  for (const [, old = "1", now = "1"] of out.matchAll(/^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/gm)) {
    diff.hunks++;
    diff.changed += Number(old) + Number(now);
  }
  return diff;
}

/** Milliseconds for one pair, each round measured by itself. */
export function gitTimes(folder: string, before: string, after: string, rounds: number): number[] {
  const copies = Math.max(2, Math.min(200, Math.round(40e6 / (before.length + after.length))));
  const place = join(folder, "copies");
  const tree = (name: string, count: number) => {
    for (const [side, text] of [
      ["a", before],
      ["b", after],
    ] as const) {
      mkdirSync(join(place, name, side), { recursive: true });
      for (let copy = 0; copy < count; copy++) writeFileSync(join(place, name, side, `f${copy}`), text);
    }
  };
  tree("one", 1);
  tree("many", 1 + copies);
  const time = (name: string): number => {
    const start = performance.now();
    spawnSync("git", [...args("histogram"), "a", "b"], { cwd: join(place, name), env: environment, stdio: "ignore" });
    return performance.now() - start;
  };
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const one = Math.min(time("one"), time("one"));
    times.push(Math.max(0, time("many") - one) / copies);
  }
  rmSync(place, { recursive: true, force: true });
  return times;
}

function args(algorithm: string): string[] {
  return ["diff", "--no-index", "--no-color", "--no-ext-diff", "-U0", `--diff-algorithm=${algorithm}`];
}

/**
 * A window that runs a command which forks, for the tests that kill it.
 *
 * As a program: `MARK=… ROOT=… node window.ts` runs it in a draft below ROOT and says “asked” when the run was asked for. What it forks
 * carries the mark in its arguments, so that survivors can be counted from outside.
 * Always: the mark stands in no other process's arguments.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandProfile } from "../../../../src/protocol/index.ts";
import { openSandbox } from "../../../../src/system/sandbox/index.ts";

export const forks = 100;

/** Forks a hundred in four ways: plainly, in a session of their own, deaf to hang-ups, deaf to being asked to end. */
export function forking(mark: string): readonly [string, ...string[]] {
  const one = [
    `sleep 3600.${mark} &`,
    `setsid sleep 3600.${mark} </dev/null >/dev/null 2>&1 &`,
    `nohup sleep 3600.${mark} </dev/null >/dev/null 2>&1 &`,
    `(trap "" TERM INT HUP; sleep 3600.${mark} >/dev/null 2>&1) &`,
  ].join(" ");
  return ["/bin/sh", "-c", `i=0; while [ $i -lt ${forks / 4} ]; do ${one} i=$((i+1)); done; echo forked; wait`];
}

/** How many processes with this mark live. */
export function living(mark: string): number {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      if (!readFileSync(`/proc/${name}/cmdline`, "latin1").includes(`3600.${mark}`)) return false;
      return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${name}/stat`, "latin1"));
    } catch {
      return false;
    }
  }).length;
}

/** Resolves when none lives, with the milliseconds it took; Infinity after `atMost`. */
export async function untilNone(mark: string, atMost = 5_000): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < atMost) {
    if (living(mark) === 0) return performance.now() - began;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return Infinity;
}

/** A window of its own as a process; `said` resolves with its next line of output. */
export function openWindow(
  root: string,
  mark: string,
): { process: ChildProcess; said: (line: string) => Promise<void> } {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    env: { ...process.env, MARK: mark, ROOT: root },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  return {
    process: child,
    said: (line) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (text.includes(`${line}\n`)) resolve();
        };
        child.stdout.on("data", look);
        child.once("exit", () => reject(new Error(`the window ended before it said “${line}”`)));
        look();
      }),
  };
}

export function profileBelow(root: string): CommandProfile {
  const [tree, home, draft] = ["tree", "home", "draft"].map((name) => {
    mkdirSync(join(root, name), { recursive: true });
    return join(root, name);
  }) as [string, string, string];
  return { kind: "command", draft, tree, home, shared: [], history: [], masked: [], tools: [] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { MARK = "", ROOT = "" } = process.env;
  const sandbox = openSandbox({ records: join(ROOT, "running") });
  const profile = profileBelow(ROOT);
  await sandbox.probe();
  console.log("asked");
  const began = sandbox.run({ argv: forking(MARK), folder: "" }, profile, {
    time: 600_000,
    output: 1e6,
    memory: 4e9,
    processes: 1_000,
    whole: 0,
    head: 1_000,
    tail: 1_000,
  });
  const told = setInterval(() => {
    if (living(MARK) < forks) return;
    clearInterval(told);
    console.log("forked");
  }, 10);
  await began;
}

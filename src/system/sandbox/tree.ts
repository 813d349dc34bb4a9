/**
 * The processes of a sandbox, seen from outside through /proc.
 *
 * Everything in a sandbox descends from its first process, also what its parent left behind, so a walk from there misses nothing that
 * lives. A process is named by its id and the time it started at: ids are used again.
 * Always: what cannot be read is not there any more; a walk ends at the number it was given.
 */
import { readdirSync, readFileSync } from "node:fs";

/** One process, so that no other is ever taken for it. `start` is in clock ticks since the machine was started. */
export interface ProcessMark {
  pid: number;
  start: string;
}

/** The process with this id, or null where there is none. */
export function markOf(pid: number): ProcessMark | null {
  const fields = statOf(pid);
  return fields && { pid, start: fields[19]! };
}

/** Whether this very process still lives; one that only waits to be buried does not. */
export function isAlive({ pid, start }: ProcessMark): boolean {
  const fields = statOf(pid);
  return fields !== null && fields[19] === start && fields[0] !== "Z" && fields[0] !== "X";
}

/** Whether a process sleeps: the sandbox's first one does once it only waits for the others. */
export function isAsleep(pid: number): boolean {
  return statOf(pid)?.[0] === "S";
}

/** Ends a process at once, if it is still this one. */
export function killMarked(mark: ProcessMark): void {
  tell(mark, "SIGKILL");
}

/** Whether a process was halted, or is no more: one that was only told to may still be in the middle of starting another. */
export function isHalted(mark: ProcessMark): boolean {
  return !isAlive(mark) || statOf(mark.pid)?.[0] === "T";
}

/** Tells a process to halt. Once it has, it starts no other one, and can still be ended. */
export function haltMarked(mark: ProcessMark): void {
  tell(mark, "SIGSTOP");
}

function tell(mark: ProcessMark, signal: NodeJS.Signals): void {
  if (!isAlive(mark)) return;
  try {
    process.kill(mark.pid, signal);
  } catch {
    // It went by itself meanwhile.
  }
}

/** The children of every thread of a process. */
export function childrenOf(pid: number): number[] {
  return threadsOf(pid).flatMap((thread) =>
    (textOf(`/proc/${pid}/task/${thread}/children`) ?? "").split(" ").filter(Boolean).map(Number),
  );
}

/** Ids of everything below a process and of itself, up to so many; and how many threads they have. */
export function treeOf(pid: number, atMost: number): { pids: number[]; threads: number } {
  const pids = [pid];
  let threads = 0;
  for (let index = 0; index < pids.length && pids.length <= atMost; index++) {
    const at = pids[index]!;
    for (const thread of threadsOf(at)) {
      threads++;
      for (const child of (textOf(`/proc/${at}/task/${thread}/children`) ?? "").split(" "))
        if (child !== "") pids.push(Number(child));
    }
  }
  return { pids, threads };
}

/** Bytes that these processes hold for themselves. Quick; what forks share is counted for each. */
export function quickMemoryOf(pids: readonly number[]): number {
  let pages = 0;
  for (const pid of pids) {
    const [, resident = 0, shared = 0] = (textOf(`/proc/${pid}/statm`) ?? "").split(" ").map(Number);
    pages += Math.max(0, resident - shared);
  }
  return pages * pageSize;
}

/** The same with shared pages divided among those who share them. Slow; falls back to the quick one where it may not look. */
export function exactMemoryOf(pids: readonly number[]): number {
  let bytes = 0;
  for (const pid of pids) {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/smaps_rollup`) ?? "")?.[1];
    bytes += kilobytes === undefined ? quickMemoryOf([pid]) : Number(kilobytes) * 1024;
  }
  return bytes;
}

// Where pages are larger (some arm64), this counts too little by their ratio; `exactMemoryOf` is then asked too late, never too early.
const pageSize = 4096;

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** The fields of /proc/…/stat behind the name: the state is number 0. */
function statOf(pid: number): string[] | null {
  const text = textOf(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

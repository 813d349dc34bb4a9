/**
 * Records of what runs in a sandbox, so that the next window can end what a window that went away has left.
 *
 * One small file for each, in a folder given. The kernel ends a sandbox with the process that started it; the records are for the day
 * on which it does not. A record is written before anything of the command runs.
 * Always: only the very processes recorded are ended: same machine start, same id, same start time; a window that lives keeps its own.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive, killMarked, markOf, type ProcessMark } from "./tree.ts";

interface Recorded {
  boot: string;
  owner: ProcessMark;
  processes: ProcessMark[];
}

/** Writes a record of these processes; what it returns takes it away again. */
export function record(folder: string, processes: readonly ProcessMark[]): () => void {
  const owner = markOf(process.pid);
  if (owner === null || processes.length === 0) return () => undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${owner.pid}-${owner.start}-${processes[0]!.pid}-${processes[0]!.start}.json`);
  const recorded: Recorded = { boot: bootId(), owner, processes: [...processes] };
  writeFileSync(file, JSON.stringify(recorded), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** Where this window keeps its copy of the system's settings: beside the records, and gone with the window. */
export function settingsFolder(folder: string): string {
  const own = markOf(process.pid);
  return join(folder, `etc-${process.pid}-${own?.start ?? "0"}`);
}

/** Ends what is recorded of windows that are gone, and takes those records away. Resolves with the number of processes ended. */
export async function endRecorded(folder: string): Promise<number> {
  let ended = 0;
  for (const name of namesIn(folder)) {
    const kept = /^etc-(\d+)-(\d+)$/.exec(name);
    if (kept && !isAlive({ pid: Number(kept[1]), start: kept[2]! }))
      rmSync(join(folder, name), { recursive: true, force: true });
    if (!name.endsWith(".json")) continue;
    const file = join(folder, name);
    const recorded = readRecord(file);
    if (recorded !== null && recorded.boot === bootId()) {
      if (isAlive(recorded.owner)) continue;
      for (const mark of recorded.processes) {
        if (!isAlive(mark)) continue;
        killMarked(mark);
        ended++;
      }
      for (let turn = 0; turn < 400 && recorded.processes.some(isAlive); turn++)
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
    rmSync(file, { force: true });
  }
  return ended;
}

function readRecord(file: string): Recorded | null {
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as Partial<Recorded>;
    const marks = [value.owner, ...(value.processes ?? [])];
    const sound = marks.every(
      (mark) =>
        typeof mark?.pid === "number" && mark.pid > 1 && Number.isInteger(mark.pid) && typeof mark.start === "string",
    );
    return sound && typeof value.boot === "string" ? (value as Recorded) : null;
  } catch {
    return null;
  }
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

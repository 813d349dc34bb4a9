/**
 * Opens one session's log once, in a process of its own, and says what it cost: `node --expose-gc openingOnce.ts STORAGE SESSION HOW`.
 *
 * HOW: "anew" folds the log from its first event, "again" opens it as it stands, "keep" opens it and waits until what it came to is kept,
 * "raw" reads the file and parses the JSON of each line, as the least that anybody must do who has nothing kept.
 * Times are of the processor in this thread, because others work on the same machine; `elapsed` is by the clock. A stall is the
 * longest time that the thread worked between two turns of its loop.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { openMemory } from "../../src/memory/index.ts";
import { sessionFold } from "../../src/state/index.ts";

/** Milliseconds and bytes. */
export interface Once {
  open: number;
  elapsed: number;
  stall: number;
  /** The longest one after opening, while the log is verified and what it came to is kept. */
  behind: number;
  heap: number;
}

const [storage = "", session = "", how = ""] = process.argv.slice(2);
let last = worked();
let stall = 0;
let watching = true;
(function watch(): void {
  const now = worked();
  stall = Math.max(stall, now - last);
  last = now;
  if (watching) setImmediate(watch);
})();

const once = how === "raw" ? raw() : await opening();
watching = false;
process.stdout.write(JSON.stringify(once));

async function opening(): Promise<Once> {
  const fold = how === "anew" ? { ...sessionFold, version: "anew" } : sessionFold;
  const memory = openMemory(storage);
  global.gc?.();
  const before = process.memoryUsage().heapUsed;
  await new Promise((done) => setImmediate(done));
  stall = 0;
  const [from, at] = [worked(), performance.now()];
  const log = await memory.open(session, how === "keep" ? "write" : "read", fold);
  const [open, elapsed] = [worked() - from, performance.now() - at];
  await new Promise((done) => setImmediate(done));
  const during = stall;
  stall = 0;
  await log.kept;
  await new Promise((done) => setImmediate(done));
  const behind = stall;
  global.gc?.();
  const heap = process.memoryUsage().heapUsed - before;
  if (log.folded.lastSeq === 0) throw new Error("nothing was folded");
  await log.close();
  return { open, elapsed, stall: during, behind, heap };
}

function raw(): Once {
  const [from, at] = [worked(), performance.now()];
  let events = 0;
  for (const line of readFileSync(join(storage, "sessions", session, "log"), "utf8").split("\n"))
    if (line !== "" && !line.startsWith("=")) events += JSON.parse(line.slice(9)) ? 1 : 0;
  const open = worked() - from;
  if (events === 0) throw new Error("nothing was parsed");
  return { open, elapsed: performance.now() - at, stall: open, behind: 0, heap: 0 };
}

function worked(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

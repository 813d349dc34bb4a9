/**
 * Opening a long session: how long until it can be resumed, and how long the host's thread is held up, with 10,000 to a million events.
 *
 * The rival reads the same file and parses the JSON of each line, in the same run. Each opening has a process of its own
 * (`openingOnce.ts`); times are of its thread's processor: the fastest of three, and the longest stall of them.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "../../scripts/bench.ts";
import { writeLongLog } from "./longLog.ts";
import type { Once } from "./openingOnce.ts";

const sizes = [10_000, 100_000, 1_000_000];
const rounds = 3;
/** Milliseconds. */
const openGoal = 1000;
const stallGoal = 50;

export function openingRows(): Row[] {
  const storage = mkdtempSync(join(tmpdir(), "countersign-opening-"));
  try {
    return sizes.flatMap((events) => rowsOf(storage, writeLongLog(storage, events), events));
  } finally {
    rmSync(storage, { recursive: true });
  }
}

function rowsOf(storage: string, session: string, events: number): Row[] {
  /** The fastest of some, with the longest stall of all. */
  const best = (how: string, times = rounds): Once => {
    const all = Array.from({ length: times }, () => once(storage, session, how));
    const fastest = all.reduce((a, b) => (b.open < a.open ? b : a));
    return { ...fastest, stall: Math.max(...all.map(({ stall }) => stall)) };
  };
  const anew = best("anew");
  const kept = best("keep", 1);
  const again = best("again");
  const raw = best("raw");
  const named = `${events.toLocaleString("en")} events`;
  const stall = Math.max(anew.stall, again.stall);
  const rival = { against: "read the file, parse each line", rival: raw.open };
  return [
    {
      figure: `open a session of ${named}`,
      value: again.open,
      unit: "ms",
      ...rival,
      ratio: again.open / raw.open,
      goal: `≤ ${openGoal}`,
      met: again.open <= openGoal,
      note: `by the clock ${again.elapsed.toFixed(0)}; holds ${megabytes(again.heap)}`,
    },
    {
      figure: `the same with nothing kept beside it`,
      value: anew.open,
      unit: "ms",
      ...rival,
      ratio: anew.open / raw.open,
      met: null,
      note: `by the clock ${anew.elapsed.toFixed(0)}; holds ${megabytes(anew.heap)}`,
    },
    {
      figure: `longest stall while ${named} are opened`,
      value: stall,
      unit: "ms",
      goal: `≤ ${stallGoal}`,
      met: stall <= stallGoal,
      note: `afterwards, while all is verified ${again.behind.toFixed(1)}, and kept ${kept.behind.toFixed(1)}`,
    },
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function once(storage: string, session: string, how: string): Once {
  const program = join(import.meta.dirname, "openingOnce.ts");
  const args = ["--no-warnings", "--expose-gc", program, storage, session, how];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as Once;
}

/**
 * Stalls of this thread, and what it holds at rest.
 *
 * Always: a stall is a gap between two ticks of a timer, told by the processor time that this very thread used in it, so that what
 * other threads and processes took from a busy machine is not counted.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Milliseconds of this thread's own time, and of the clock. */
export interface Gap {
  own: number;
  wall: number;
  during: string;
}

export interface StallWatch {
  /** Names what goes on from now. */
  at(during: string): void;
  /** Nothing is counted until `on`. */
  off(): void;
  on(): void;
  /** The longest gaps so far, the longest first, and ends. */
  end(): Gap[];
}

export function watchStalls(keep = 5): StallWatch {
  let during = "the start";
  let last = now();
  let longest: Gap[] = [];
  let on = true;
  const timer = setInterval(() => {
    const here = now();
    const gap = { own: here.own - last.own, wall: here.wall - last.wall, during };
    last = here;
    if (!on || (longest.length === keep && gap.own <= longest.at(-1)!.own)) return;
    longest = [...longest, gap].toSorted((a, b) => b.own - a.own).slice(0, keep);
  }, 1);
  return {
    at: (name) => void (during = name),
    off: () => void (on = false),
    on: () => {
      last = now();
      on = true;
    },
    end: () => {
      clearInterval(timer);
      return longest;
    },
  };
}

function now(): { own: number; wall: number } {
  const { user, system } = (process as unknown as { threadCpuUsage(): NodeJS.CpuUsage }).threadCpuUsage();
  return { own: (user + system) / 1_000, wall: performance.now() };
}

/** Bytes that this thread's heap holds, and buffers outside it, once nothing more can be collected; looked at each `pause` milliseconds. */
export async function atRest(pause: number): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (how: object) => void;
  let least = Infinity;
  for (let quiet = 0; quiet < 3;) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
    const { heapUsed, external } = process.memoryUsage();
    quiet = heapUsed + external < least - 50_000 ? 0 : quiet + 1;
    least = Math.min(least, heapUsed + external);
  }
  return least;
}

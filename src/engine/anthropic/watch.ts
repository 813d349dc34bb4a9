/**
 * Watch: tells a stream that went silent from a machine that slept.
 *
 * Judged on the monotonic clock. A gap between two of its own ticks means that the whole process stood still (a laptop
 * asleep, a debugger): the silence is then not the stream's, and it is counted anew.
 */

export interface Watch {
  /** Aborted when nothing arrived for so long. */
  readonly signal: AbortSignal;
  alive(): void;
  close(): void;
}

const longestGap = 30_000;

/** Watches from now on; `milliseconds` of silence are too long. */
export function watchSilence(milliseconds: number): Watch {
  const controller = new AbortController();
  let last = performance.now();
  let tick = last;
  const timer = setInterval(
    () => {
      const now = performance.now();
      if (now - tick > longestGap) last = now;
      tick = now;
      if (now - last > milliseconds) controller.abort();
    },
    Math.min(5_000, Math.max(10, milliseconds / 4)),
  );
  return {
    signal: controller.signal,
    alive: () => {
      last = performance.now();
    },
    close: () => clearInterval(timer),
  };
}

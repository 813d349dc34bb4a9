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

/** Silence in milliseconds of the monotonic clock. Pure apart from its own memory. */
export interface Silence {
  alive(now: number): void;
  /** Looks at the clock, often; true when nothing arrived for too long. */
  tick(now: number): boolean;
}

const longestGap = 30_000;

/** Counts silence from `now` on; `longest` is too long. */
export function silence(longest: number, now: number): Silence {
  let last = now;
  let ticked = now;
  return {
    alive: (at) => {
      last = at;
    },
    tick: (at) => {
      if (at - ticked > longestGap) last = at;
      ticked = at;
      return at - last > longest;
    },
  };
}

/** Watches from now on; `milliseconds` of silence are too long. */
export function watchSilence(milliseconds: number): Watch {
  const controller = new AbortController();
  const counted = silence(milliseconds, performance.now());
  const timer = setInterval(
    () => {
      if (counted.tick(performance.now())) controller.abort();
    },
    Math.min(5_000, Math.max(10, milliseconds / 4)),
  );
  return {
    signal: controller.signal,
    alive: () => counted.alive(performance.now()),
    close: () => clearInterval(timer),
  };
}

/**
 * Long work in slices: the extensions of a window share one process, and a diff of a very large file must not hold up the others.
 *
 * Always: what fits into a few milliseconds is done at once; the result is the same either way.
 */
import type { Slices } from "../review/index.ts";

/** Milliseconds after which the others have their turn. */
const turn = 8;

/** Work on one thing after the other: between two of them others have their turn, where the last one is long ago. */
export function openTurns(): { next(): Promise<void> } {
  let begun = performance.now();
  return {
    async next() {
      if (performance.now() - begun < turn) return;
      await breath();
      begun = performance.now();
    },
  };
}

function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

export async function inSlices<Result>(slices: Slices<Result>): Promise<Result> {
  let begun = performance.now();
  for (;;) {
    const step = slices.next();
    if (step.done === true) return step.value;
    if (performance.now() - begun < turn) continue;
    await breath();
    begun = performance.now();
  }
}

/**
 * Slices: work that is done piece by piece, so that whoever runs it can let others have their turn in between.
 *
 * Pure. A slice is what happens between two calls of `next`; what comes of it depends on nothing that happens in between.
 *
 * Always: the result is the same however the slices are run.
 */

/** Each `next` does a piece of the work; the last one gives the result. */
export type Slices<Result> = Generator<undefined, Result, void>;

/** What may still be done in this piece: lines looked at, or steps of a search. Below 0 it is time for the next one. */
export interface Pace {
  left: number;
}

/** What is done in one piece: some milliseconds. */
export const slice = 400_000;

/** Takes work off what is left. Where nothing is, others have their turn. */
export function* turn(pace: Pace, work: number): Slices<void> {
  pace.left -= work;
  if (pace.left >= 0) return;
  yield;
  pace.left = slice;
}

/** Runs all slices at once. */
export function whole<Result>(slices: Slices<Result>): Result {
  for (;;) {
    const step = slices.next();
    if (step.done === true) return step.value;
  }
}

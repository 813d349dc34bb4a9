/**
 * Making a draft: a copy into its places, over the folder's spare where one waits.
 *
 * Runs in the draft's worker. Where a spare cannot be brought up to date, whatever the reason, the copy is made whole.
 * Always: what comes out is the same either way; a question that was cancelled ends it.
 */
import { mkdirSync } from "node:fs";
import { beginCopy, type Copied } from "./copying.ts";
import type { RuleText } from "./ignoring.ts";
import type { Listed } from "./listing.ts";
import { placesOf, type Manifest } from "./manifest.ts";
import { discardCopy } from "./removing.ts";
import { now } from "./sides.ts";
import { takeSpare } from "./spares.ts";
import type { Unsaved } from "./wire.ts";

/** Thrown where a question was cancelled. */
export const cancelledMark = new Error("cancelled");

export interface Making {
  add(listed: Listed, step: (files: number, bytes: number) => void): void;
  /** All of it. What is not `durable` is to be written out before it is believed to be there. */
  finish(outer: readonly RuleText[], step: (files: number, bytes: number) => void, durable?: boolean): Manifest;
  /** Lets go of what is open. What is half made is the caller's to remove. */
  close(): void;
}

/** Begins. The draft has its mark, and nothing else. */
export function beginMaking(
  { storage, id, folder, unsaved }: { storage: string; id: string; folder: string; unsaved: Unsaved },
  spares: boolean,
): Making {
  const { tree, bodies } = placesOf(storage, id);
  const made = now();
  const before: Listed[] = [];
  let earlier = spares ? takeSpare(storage, folder, id) : null;
  if (earlier === null) mkdirSync(tree, { mode: 0o700 });
  let copy = begun();

  function begun(): ReturnType<typeof beginCopy> {
    return beginCopy({ folder, tree, bodies, unsaved, earlier });
  }

  /** Does it with the earlier copy, or else without: all that was added is then added again. */
  function orWhole<T>(work: () => T, again: () => T, step: (files: number, bytes: number) => void): T {
    try {
      return work();
    } catch (problem) {
      if (earlier === null || problem === cancelledMark) throw problem;
      copy.close();
      discardCopy(storage, id);
      earlier = null;
      mkdirSync(tree, { mode: 0o700 });
      copy = begun();
      for (const listed of before) copy.add(listed, step);
      return again();
    }
  }

  return {
    add(listed, step) {
      before.push(listed);
      orWhole(
        () => copy.add(listed, step),
        () => undefined,
        step,
      );
    },
    finish(outer, step, durable = true) {
      const work = (): Copied => copy.finish(outer, durable);
      const copied = orWhole(work, work, step);
      copy.close();
      return { version: 1, id, folder, made, ...copied };
    },
    close: () => copy.close(),
  };
}

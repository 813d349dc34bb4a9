/**
 * Choosing: some lines of a hunk, picked by the person, and all that is taken with them.
 *
 * Pure. What stands together, and what has to go along, comes from the host; nothing is worked out here but the sum of it.
 * Always: what is taken holds what was picked; a choice is about the lines that were shown when it was made, and no others.
 */
import type { HunkView, PairView } from "../protocol/view.ts";
import type { Place } from "./places.ts";

export interface Choice {
  place: Place;
  /** The pairs that the choice is about. */
  pairs: readonly PairView[];
  /** Picked before the run that is being picked now. */
  kept: ReadonlySet<number>;
  /** The run: from where it began to where it has come; null where the last thing was to let go of a pair. */
  run: { from: number; to: number } | null;
}

/** The pair in which a line stands; -1 where there is none. */
export function pairAt(pairs: readonly PairView[], side: "old" | "new", line: number): number {
  return pairs.findIndex((pair) => pair[side] === line);
}

/** What the person picked. */
export function picked({ kept, run }: Choice): ReadonlySet<number> {
  const all = new Set(kept);
  if (run !== null) for (let at = Math.min(run.from, run.to); at <= Math.max(run.from, run.to); at++) all.add(at);
  return all;
}

/** What is taken: what was picked, and what has to go along. */
export function taken(choice: Choice): ReadonlySet<number> {
  const all = new Set(picked(choice));
  for (const at of all) for (const other of choice.pairs[at]?.along ?? []) all.add(other);
  return all;
}

/** The lines that are taken, by their numbers. */
export function linesTaken(choice: Choice): { old: number[]; new: number[] } {
  const pairs = [...taken(choice)].sort((a, b) => a - b).flatMap((at) => choice.pairs[at] ?? []);
  return { old: pairs.flatMap((pair) => pair.old ?? []), new: pairs.flatMap((pair) => pair.new ?? []) };
}

/** One more pair, or one fewer where it is picked already. Null: nothing is picked any more. */
export function toggled(choice: Choice, at: number): Choice | null {
  const kept = new Set(picked(choice));
  if (!kept.delete(at)) return { ...choice, kept, run: { from: at, to: at } };
  return kept.size === 0 ? null : { ...choice, kept, run: null };
}

/** The run, drawn out as far as this pair. */
export function drawnTo(choice: Choice, at: number): Choice {
  return { ...choice, run: { from: choice.run?.from ?? at, to: at } };
}

/** The run, one pair longer or shorter; it stays inside the hunk. */
export function stretched(choice: Choice, step: 1 | -1): Choice {
  const last = choice.run?.to ?? (step > 0 ? -1 : choice.pairs.length);
  return drawnTo(choice, Math.max(0, Math.min(choice.pairs.length - 1, last + step)));
}

/** A choice of one pair. */
export function chosen(place: Place, pairs: readonly PairView[], at: number): Choice {
  return { place, pairs, kept: new Set(), run: { from: at, to: at } };
}

/** What a row of the hunk is, as far as choosing goes. */
export type Standing = "picked" | "along" | null;

/** By a row's side and number: whether it is picked, or goes along. */
export function standings(choice: Choice): (row: HunkView["rows"][number]) => Standing {
  const own = picked(choice);
  const lines = new Map<string, Standing>();
  for (const at of taken(choice)) {
    const pair = choice.pairs[at];
    const standing = own.has(at) ? "picked" : "along";
    if (pair?.old !== undefined) lines.set(`removed${pair.old}`, standing);
    if (pair?.new !== undefined) lines.set(`added${pair.new}`, standing);
  }
  return (row) => lines.get(`${row.kind}${row.kind === "removed" ? row.old : row.new}`) ?? null;
}

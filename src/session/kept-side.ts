/**
 * The person's side of a file, as it is remembered between two readings: without the texts that the log has.
 *
 * Pure. A file nobody typed in is remembered by the names of its accepted hunks; one that was typed in, by the changed lines.
 *
 * Always: with the sides it was made of, the side comes back as it was; what is kept holds no other text in memory.
 */
import type { HunkId } from "../protocol/index.ts";
import { compose, reviewedNow, sameText, type Edit, type Sides, type Text, type UserSide } from "../review/index.ts";

export interface KeptSide {
  accepted: readonly HunkId[];
  edits: readonly Edit[];
  /** Set where the person's text cannot be told by its changes: one of the two is not there, or no lines. */
  user: Text | null;
}

export function keptSide(side: UserSide): KeptSide {
  const accepted = [...side.accepted];
  const { base, user } = side;
  if (sameText(base, user)) return { accepted, edits: [], user: null };
  const edits = side.edits.map((edit) => ({ ...edit, lines: edit.lines.map(alone) }));
  if (base.kind === "lines" && user.kind === "lines") return { accepted, edits, user: null };
  const text: Text = user.kind === "lines" ? { kind: "lines", lines: edits[0]?.lines ?? [] } : user;
  return { accepted, edits, user: text };
}

/** The side again; `sides` as they were when it was made. */
export function sideFrom(sides: Sides, kept: KeptSide): UserSide {
  const accepted = new Set(kept.accepted);
  const base = reviewedNow(sides, new Map(kept.accepted.map((hunk) => [hunk, "accepted"])));
  return { user: kept.user ?? userFrom(base, kept.edits), base, accepted, edits: kept.edits };
}

function userFrom(base: Text, edits: readonly Edit[]): Text {
  return base.kind === "lines" && edits.length > 0 ? { kind: "lines", lines: compose(base.lines, edits) } : base;
}

/** A copy of its own: a line is a slice, and would keep the whole text that it was cut from. */
function alone(line: string): string {
  return Buffer.from(line, "latin1").toString("latin1");
}

/**
 * Decisions: what yes and no do to a file's texts.
 *
 * Pure. Within one revision every decision works on the same two lists: the hunks between reviewed and proposed text,
 * and the person's own changes to the reviewed text. The texts are composed from the lists, so that nothing that was
 * not touched ever moves, and the result depends on which decisions stand, not on their order.
 *
 * Always: what is written to the person's file is their own text plus whole accepted hunks; a hunk whose place the
 * person's own change overlaps is not written at all.
 */
import type { HunkId, HunkPlace } from "../protocol/index.ts";
import { editOf } from "./hunks.ts";
import { clash, compose, editsOf, inOrder, type Edit } from "./merge.ts";
import { none, sameText, withTerminator, type Text } from "./text.ts";

/** The two texts of a revision and the hunks between them. */
export interface Sides {
  reviewed: Text;
  proposed: Text;
  hunks: readonly HunkPlace[];
}

export type Verdict = "accepted" | "rejected";
export type Verdicts = ReadonlyMap<HunkId, Verdict>;

function chosen(sides: Sides, verdicts: Verdicts, verdict: Verdict): HunkPlace[] {
  return sides.hunks.filter((hunk) => verdicts.get(hunk.id) === verdict);
}

/** The reviewed text as of now: with every accepted hunk. */
export function reviewedNow(sides: Sides, verdicts: Verdicts): Text {
  const accepted = chosen(sides, verdicts, "accepted");
  if (accepted.length === 0) return sides.reviewed;
  return withHunks(sides, accepted);
}

/** The proposed text as of now: without the rejected hunks. */
export function proposedNow(sides: Sides, verdicts: Verdicts): Text {
  const rejected = chosen(sides, verdicts, "rejected");
  if (rejected.length === 0) return sides.proposed;
  return withHunks(
    sides,
    sides.hunks.filter((hunk) => !rejected.includes(hunk)),
  );
}

function withHunks(sides: Sides, hunks: readonly HunkPlace[]): Text {
  if (hunks.length === 0) return sides.reviewed;
  if (hunks[0]!.whole) return sides.proposed;
  if (sides.reviewed.kind !== "lines") return sides.proposed;
  return {
    kind: "lines",
    lines: compose(
      sides.reviewed.lines,
      hunks.map((hunk) => editOf(hunk, sides.proposed)),
    ),
  };
}

/** The same sides with every line ended as an editor's document ends it. */
export function endedWith(terminator: "\n" | "\r\n", sides: Sides): Sides {
  return { ...sides, reviewed: ended(terminator, sides.reviewed), proposed: ended(terminator, sides.proposed) };
}

export function ended(terminator: "\n" | "\r\n", text: Text): Text {
  return text.kind === "lines" ? { kind: "lines", lines: withTerminator(text.lines, terminator) } : text;
}

/**
 * The person's side of a file, as it was when it was last looked at: their text and what they changed in it. It stays
 * the base of every later composition until they type again.
 */
export interface UserSide {
  user: Text;
  /** The reviewed text of that moment, and which hunks were in it. */
  base: Text;
  accepted: ReadonlySet<HunkId>;
  /** The person's changes to `base`. */
  edits: readonly Edit[];
}

export function userSideOf(sides: Sides, verdicts: Verdicts, user: Text): UserSide {
  const base = reviewedNow(sides, verdicts);
  const accepted = new Set(chosen(sides, verdicts, "accepted").map((hunk) => hunk.id));
  const edits = base.kind === "lines" && user.kind === "lines" ? editsOf(base.lines, user.lines) : [];
  return { user, base, accepted, edits };
}

/** A hunk in the way, with the person's changes that stand there. */
export interface InTheWay {
  hunk: HunkId;
  edits: Edit[];
}

export type Composed = { kind: "text"; text: Text } | { kind: "clash"; hunks: InTheWay[] };

/** The person's text when exactly `accepted` is in it. */
export function userWith(sides: Sides, side: UserSide, accepted: ReadonlySet<HunkId>): Composed {
  const toggled = sides.hunks.filter((hunk) => accepted.has(hunk.id) !== side.accepted.has(hunk.id));
  if (toggled.length === 0) return { kind: "text", text: side.user };
  const whole = toggled[0]!;
  if (whole.whole || side.base.kind !== "lines" || side.user.kind !== "lines") {
    const target = accepted.has(whole.id) ? sides.proposed : sides.reviewed;
    if (sameText(side.user, side.base) || sameText(side.user, target)) return { kind: "text", text: target };
    return { kind: "clash", hunks: [{ hunk: whole.id, edits: [] }] };
  }
  const length = side.base.lines.length;
  const ways = toggled.map((hunk) => {
    const edit = toggleEdit(sides, side, hunk);
    return { hunk: hunk.id, edit, edits: near(side.edits, edit).filter((own) => clash(own, edit, length)) };
  });
  const inTheWay = ways.filter((way) => way.edits.length > 0);
  if (inTheWay.length > 0) return { kind: "clash", hunks: inTheWay.map(({ hunk, edits }) => ({ hunk, edits })) };
  const lines = compose(side.base.lines, [...side.edits, ...ways.map((way) => way.edit)]);
  return { kind: "text", text: lines.length === 0 && side.user.kind !== "lines" ? none : { kind: "lines", lines } };
}

/** The hunk as a change of the base: put in, or, where it was in already, taken out. */
function toggleEdit(sides: Sides, side: UserSide, hunk: HunkPlace): Edit {
  const from = hunk.from + shiftBefore(sides, side, hunk);
  if (!side.accepted.has(hunk.id)) return { ...editOf(hunk, sides.proposed), from, to: from + hunk.to - hunk.from };
  const lines = sides.reviewed.kind === "lines" ? sides.reviewed.lines.slice(hunk.from, hunk.to) : [];
  return { from, to: from + hunk.newTo - hunk.newFrom, lines };
}

/** How far the accepted hunks above have moved this one. */
function shiftBefore(sides: Sides, side: UserSide, hunk: HunkPlace): number {
  let shift = 0;
  for (const other of sides.hunks) {
    if (other.from >= hunk.from) break;
    if (side.accepted.has(other.id)) shift += other.newTo - other.newFrom - (other.to - other.from);
  }
  return shift;
}

/** The edits of an ordered list that could reach the range of `edit`. */
function near(edits: readonly Edit[], edit: Edit): Edit[] {
  return edits.filter((own) => own.to >= edit.from && own.from <= edit.to);
}

/** The undecided hunks that no longer fit the person's text. */
export function staleHunks(sides: Sides, side: UserSide, verdicts: Verdicts): Map<HunkId, Edit[]> {
  const stale = new Map<HunkId, Edit[]>();
  if (side.edits.length === 0 && sameText(side.user, side.base)) return stale;
  for (const hunk of sides.hunks) {
    if (verdicts.has(hunk.id)) continue;
    const result = userWith(sides, side, new Set([...side.accepted, hunk.id]));
    if (result.kind === "clash")
      stale.set(
        hunk.id,
        result.hunks.flatMap((way) => way.edits),
      );
  }
  return stale;
}

/** What *take theirs* does to the person's text: the agent's hunks of the clashing group replace the person's lines there. */
export function taken(sides: Sides, side: UserSide, verdicts: Verdicts, hunk: HunkId): { user: Text; hunks: HunkId[] } {
  const first = sides.hunks.find((one) => one.id === hunk)!;
  if (first.whole || side.base.kind !== "lines") return { user: sides.proposed, hunks: [hunk] };
  const length = side.base.lines.length;
  const open = sides.hunks
    .filter((one) => !verdicts.has(one.id))
    .map((one) => ({ id: one.id, edit: toggleEdit(sides, side, one) }));
  const group = new Set(open.filter((one) => one.id === hunk));
  const theirs = new Set<Edit>();
  for (let size = -1; size !== group.size + theirs.size;) {
    size = group.size + theirs.size;
    for (const own of side.edits) if ([...group].some((one) => clash(own, one.edit, length))) theirs.add(own);
    for (const one of open) if ([...theirs].some((own) => clash(own, one.edit, length))) group.add(one);
  }
  const kept = side.edits.filter((own) => !theirs.has(own));
  const edits = [...kept, ...[...group].map((one) => one.edit)].sort(inOrder);
  const hunks = [...group].map((one) => one.id);
  return { user: { kind: "lines", lines: compose(side.base.lines, edits) }, hunks };
}

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
import { converted, formChange } from "./forms.ts";
import { editOf } from "./hunks.ts";
import { clash, compose, editsSlices, sameEdit, type Edit } from "./merge.ts";
import { whole, type Slices } from "./slices.ts";
import { sameText, withTerminator, type Text } from "./text.ts";

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
  return withHunks(sides, chosen(sides, verdicts, "accepted"));
}

/** The proposed text as of now: without the rejected hunks. */
export function proposedNow(sides: Sides, verdicts: Verdicts): Text {
  const left = sides.hunks.filter((hunk) => verdicts.get(hunk.id) !== "rejected");
  return left.length === sides.hunks.length ? sides.proposed : withHunks(sides, left);
}

/** A log of an earlier version may have hunks of a text that is too long for them now: better nothing than other lines. */
const noLines = "a hunk of lines in a text that is decided as a whole: ask the agent to make this change again";

function withHunks(sides: Sides, hunks: readonly HunkPlace[]): Text {
  if (hunks.length === 0) return sides.reviewed;
  if (hunks[0]!.whole) return sides.proposed;
  if (sides.reviewed.kind !== "lines" || sides.proposed.kind !== "lines") throw new Error(noLines);
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
  return whole(userSideSlices(sides, verdicts, user));
}

/** The same, piece by piece. */
export function* userSideSlices(sides: Sides, verdicts: Verdicts, user: Text): Slices<UserSide> {
  const base = reviewedNow(sides, verdicts);
  const accepted = new Set(chosen(sides, verdicts, "accepted").map((hunk) => hunk.id));
  return { user, base, accepted, edits: yield* ownEdits(base, user) };
}

/** What the person changed. Where there is no common text of lines, all lines of theirs count as put in. */
function* ownEdits(base: Text, user: Text): Slices<Edit[]> {
  if (user.kind !== "lines" || sameText(base, user)) return [];
  return base.kind === "lines" ? yield* editsSlices(base.lines, user.lines) : [{ from: 0, to: 0, lines: user.lines }];
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
  const first = toggled[0]!;
  if (first.whole || side.base.kind !== "lines" || side.user.kind !== "lines") {
    const target = accepted.has(first.id) ? sides.proposed : sides.reviewed;
    if (sameText(side.user, side.base)) return { kind: "text", text: target };
    // As an editor holds them, two texts that differ in their line ends are one.
    if (sameText(side.base, target)) return { kind: "text", text: side.user };
    if (sameText(side.user, target)) return { kind: "text", text: target };
    const form = formChange(side.base, target);
    const written = form && converted(form, side.user);
    if (written) return { kind: "text", text: written };
    return { kind: "clash", hunks: toggled.map((hunk) => ({ hunk: hunk.id, edits: [...side.edits] })) };
  }
  const ways = againstOwn(
    side,
    side.base.lines.length,
    togglesOf(sides, side, (hunk) => accepted.has(hunk.id) !== side.accepted.has(hunk.id)),
  );
  const inTheWay = ways.filter((way) => way.edits.length > 0);
  if (inTheWay.length > 0) return { kind: "clash", hunks: inTheWay.map(({ hunk, edits }) => ({ hunk, edits })) };
  const lines = compose(side.base.lines, [...side.edits, ...ways.map((way) => way.edit)]);
  return { kind: "text", text: { kind: "lines", lines } };
}

/**
 * The side while nobody has typed since, as those decisions leave it; null where it is to be made anew.
 *
 * It is kept as long as possible: a diff made after a decision could pair other lines, and what is stale would depend on the order of
 * decisions. Only what the person had taken out by their own hand, and a decision has taken out now, is not their change any more: when the
 * hunk is decided again it is put in.
 */
export function sideStill(sides: Sides, side: UserSide, accepted: ReadonlySet<HunkId>, user: Text): UserSide | null {
  const expected = userWith(sides, side, accepted);
  if (expected.kind === "clash" || !sameText(expected.text, user)) return null;
  const isOut = ({ id }: HunkPlace) => side.accepted.has(id) && !accepted.has(id);
  if (!sides.hunks.some(isOut)) return side;
  if (sides.hunks[0]!.whole || side.base.kind !== "lines" || user.kind !== "lines")
    return sameText(user, side.user) ? null : side;
  const { length } = side.base.lines;
  const byHand = againstOwn(side, length, togglesOf(sides, side, isOut)).filter(({ already }) => already);
  if (byHand.length === 0) return side;
  const out = byHand.map(({ edit }) => edit);
  const edits: Edit[] = [];
  let [next, shift] = [0, 0];
  for (const own of side.edits) {
    const one = out[next];
    if (!one || !sameEdit(own, one)) {
      edits.push({ ...own, from: own.from + shift, to: own.to + shift });
      continue;
    }
    shift += one.lines.length - (one.to - one.from);
    next += 1;
  }
  const gone = new Set(byHand.map(({ hunk }) => hunk));
  const base: Text = { kind: "lines", lines: compose(side.base.lines, out) };
  return { user: side.user, base, accepted: new Set([...side.accepted].filter((hunk) => !gone.has(hunk))), edits };
}

interface Toggle {
  hunk: HunkId;
  edit: Edit;
}

/** Hunks as changes of the base, in order: put in, or, where they were in already, taken out. */
function togglesOf(sides: Sides, side: UserSide, wanted: (hunk: HunkPlace) => boolean): Toggle[] {
  if (sides.hunks.length > 0 && !sides.hunks[0]!.whole && sides.proposed.kind !== "lines") throw new Error(noLines);
  const toggles: Toggle[] = [];
  const old = sides.reviewed.kind === "lines" ? sides.reviewed.lines : [];
  // How far the hunks above that are in the base have moved this one.
  let shift = 0;
  for (const hunk of sides.hunks) {
    const inBase = side.accepted.has(hunk.id);
    const from = hunk.from + shift;
    const [height, newHeight] = [hunk.to - hunk.from, hunk.newTo - hunk.newFrom];
    if (inBase) shift += newHeight - height;
    if (!wanted(hunk)) continue;
    const lines = inBase ? old.slice(hunk.from, hunk.to) : editOf(hunk, sides.proposed).lines;
    toggles.push({ hunk: hunk.id, edit: { from, to: from + (inBase ? newHeight : height), lines } });
  }
  return toggles;
}

/** Each toggle with the person's changes that it clashes with, or equals. Both lists are in order: one walk along them. */
function againstOwn(
  side: UserSide,
  length: number,
  toggles: readonly Toggle[],
): (Toggle & { edits: Edit[]; already: boolean })[] {
  let first = 0;
  return toggles.map(({ hunk, edit }) => {
    while (first < side.edits.length && side.edits[first]!.to < edit.from) first++;
    const edits: Edit[] = [];
    let already = false;
    for (let at = first; at < side.edits.length && side.edits[at]!.from <= edit.to; at++) {
      if (clash(side.edits[at]!, edit, length)) edits.push(side.edits[at]!);
      already ||= sameEdit(side.edits[at]!, edit);
    }
    return { hunk, edit, edits, already };
  });
}

/** The undecided hunks that no longer fit the person's text. */
export function staleHunks(sides: Sides, side: UserSide, verdicts: Verdicts): Map<HunkId, Edit[]> {
  const stale = new Map<HunkId, Edit[]>();
  if (sameText(side.user, side.base)) return stale;
  const open = sides.hunks.filter((hunk) => !verdicts.has(hunk.id));
  if (open[0]?.whole || side.base.kind !== "lines" || side.user.kind !== "lines") {
    for (const { id } of open) {
      const result = userWith(sides, side, new Set([...side.accepted, id]));
      if (result.kind === "clash") stale.set(id, [...side.edits]);
    }
    return stale;
  }
  // A hunk that is in the base and undecided again is taken out before it could be put in: it fits as it stands.
  const toggles = togglesOf(sides, side, (hunk) => !verdicts.has(hunk.id) && !side.accepted.has(hunk.id));
  for (const { hunk, edits } of againstOwn(side, side.base.lines.length, toggles))
    if (edits.length > 0) stale.set(hunk, edits);
  return stale;
}

/** What *take theirs* does to the person's text. What fits is accepted; else the agent's hunks of the clashing group replace the person's lines there. */
export function taken(sides: Sides, side: UserSide, verdicts: Verdicts, hunk: HunkId): { user: Text; hunks: HunkId[] } {
  const first = sides.hunks.find((one) => one.id === hunk)!;
  const wanted = sides.hunks.filter((one) => one.id === hunk || verdicts.get(one.id) === "accepted");
  const fitting = userWith(sides, side, new Set(wanted.map((one) => one.id)));
  if (fitting.kind === "text") return { user: fitting.text, hunks: [hunk] };
  if (first.whole || side.base.kind !== "lines") return { user: sides.proposed, hunks: [hunk] };
  const length = side.base.lines.length;
  // What is in the base and undecided again is no part of it: it fits as it stands.
  const open = togglesOf(sides, side, (one) => !verdicts.has(one.id) && !side.accepted.has(one.id));
  const group = new Set([hunk]);
  const theirs = new Set<Edit>();
  for (let size = -1; size !== group.size + theirs.size;) {
    size = group.size + theirs.size;
    for (const own of side.edits)
      if (open.some((one) => group.has(one.hunk) && clash(own, one.edit, length))) theirs.add(own);
    for (const one of open) if ([...theirs].some((own) => clash(own, one.edit, length))) group.add(one.hunk);
  }
  const kept = side.edits.filter((own) => !theirs.has(own));
  // The side may be older than the last decisions: what they did since is in the text too.
  const accepted = (one: HunkPlace) => group.has(one.id) || verdicts.get(one.id) === "accepted";
  const toggles = togglesOf(sides, side, (one) => accepted(one) !== side.accepted.has(one.id));
  const edits = [...kept, ...toggles.map((one) => one.edit)];
  return { user: { kind: "lines", lines: compose(side.base.lines, edits) }, hunks: [...group] };
}

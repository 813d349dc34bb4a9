/**
 * Edits: one hunk with other new lines than the agent's, whether a person wrote them or chose some of its rows.
 *
 * Pure. The other hunks stay as they are, at their places; so the edited sides can be composed, and compared with what the person
 * has typed, like any others.
 *
 * Always: with the hunk's own new lines the sides are what they were; no line but the last of a text is without an end.
 */
import type { HunkId } from "../protocol/index.ts";
import { userSideSlices, type Sides, type UserSide, type Verdicts } from "./decide.ts";
import { editOf } from "./hunks.ts";
import { compose } from "./merge.ts";
import { closed, rowsOf, withRows } from "./rows.ts";
import type { Slices } from "./slices.ts";
import { linesOf, terminatorOf, type Lines, type Text } from "./text.ts";

/** The sides with `lines` as the new lines of the hunk; null where it is no hunk of lines. */
export function edited(sides: Sides, id: HunkId, lines: Lines): Sides | null {
  const { reviewed, proposed } = sides;
  const place = sides.hunks.find((hunk) => hunk.id === id);
  if (!place || place.whole || reviewed.kind !== "lines" || proposed.kind !== "lines") return null;
  let shift = 0;
  const edits = sides.hunks.map((hunk) =>
    hunk === place ? { ...editOf(hunk, proposed), lines } : editOf(hunk, proposed),
  );
  const hunks = sides.hunks.map((hunk, index) => {
    const newFrom = hunk.from + shift;
    shift += edits[index]!.lines.length - (hunk.to - hunk.from);
    return { ...hunk, newFrom, newTo: newFrom + edits[index]!.lines.length };
  });
  const composed = compose(reviewed.lines, edits);
  if (composed.slice(0, -1).some((line) => terminatorOf(line) === "")) return null;
  return { reviewed, proposed: { kind: "lines", lines: composed }, hunks };
}

/**
 * The person's side for an edit of the hunk. One that was told from a text with the agent's lines in it (they were accepted then,
 * and are not any more) says nothing of a text with other lines: it is made anew.
 */
export function* sideForEdit(
  sides: Sides,
  { side, user }: { side: UserSide; user: Text },
  verdicts: Verdicts,
  hunk: HunkId,
): Slices<UserSide> {
  return side.accepted.has(hunk) ? yield* userSideSlices(sides, verdicts, user) : side;
}

/**
 * What a person wrote as the hunk's new lines: each with the end that its neighbours have, and none at the very end of a text
 * that has none there.
 */
export function writtenLines(sides: Sides, id: HunkId, text: string): string[] {
  const place = sides.hunks.find((hunk) => hunk.id === id);
  if (!place || sides.reviewed.kind !== "lines" || sides.proposed.kind !== "lines") return [];
  const own = sides.proposed.lines.slice(place.newFrom, place.newTo);
  const old = sides.reviewed.lines.slice(place.from, place.to);
  const around = [...own, ...old, ...sides.reviewed.lines.slice(Math.max(0, place.from - 1)), ...sides.reviewed.lines];
  const end = around.map(terminatorOf).find((one) => one !== "") ?? "\n";
  const lines = linesOf(text).map((line) => line.slice(0, line.length - terminatorOf(line).length) + end);
  const last = own.length > 0 ? own.at(-1)! : (old.at(-1) ?? "\n");
  if (lines.length > 0 && place.to === sides.reviewed.lines.length && terminatorOf(last) === "")
    lines[lines.length - 1] = lines.at(-1)!.slice(0, lines.at(-1)!.length - end.length);
  return lines;
}

/** The hunk's new lines when only some of its rows are taken: those that the chosen old and new lines stand in, and what has to go with them. */
export function chosenLines(
  sides: Sides,
  id: HunkId,
  chosen: { old: ReadonlySet<number>; new: ReadonlySet<number> },
): Lines | null {
  const place = sides.hunks.find((hunk) => hunk.id === id);
  if (!place || place.whole || sides.reviewed.kind !== "lines" || sides.proposed.kind !== "lines") return null;
  const old = sides.reviewed.lines.slice(place.from, place.to);
  const now = sides.proposed.lines.slice(place.newFrom, place.newTo);
  const rows = rowsOf(old, now);
  const wanted = rows.flatMap((row, index) =>
    (row.old !== null && chosen.old.has(place.from + row.old)) ||
    (row.new !== null && chosen.new.has(place.newFrom + row.new))
      ? [index]
      : [],
  );
  return wanted.length === 0 ? null : withRows(rows, closed(rows, wanted, old, now), old, now);
}

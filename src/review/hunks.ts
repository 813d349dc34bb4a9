/**
 * Hunks: the pieces of a change that a person can say yes or no to.
 *
 * Pure: texts in, places out. A hunk is a maximal run of changed lines; a file that comes to exist, ceases to, or
 * cannot be read as lines is one hunk as a whole. In a session a hunk's id follows its place: an undecided hunk keeps
 * its id in the next revision when its lines are still where they were or overlap what is there now.
 *
 * Always: accepting every hunk gives the proposed text; accepting none gives the reviewed text.
 */
import type { HunkPlace } from "../protocol/index.ts";
import { diffSlices, type Change } from "./diff.ts";
import { formChange } from "./forms.ts";
import type { Edit } from "./merge.ts";
import { whole, type Slices } from "./slices.ts";
import { sameText, type Text } from "./text.ts";

export type Place = Omit<HunkPlace, "id">;

export function placesOf(reviewed: Text, proposed: Text): Place[] {
  return whole(placesSlices(reviewed, proposed));
}

/** The same, piece by piece. */
export function* placesSlices(reviewed: Text, proposed: Text): Slices<Place[]> {
  if (sameText(reviewed, proposed)) return [];
  const form = formChange(reviewed, proposed);
  if (form === null && reviewed.kind === "lines" && proposed.kind === "lines")
    return yield* diffSlices(reviewed.lines, proposed.lines);
  const height = (text: Text) => (text.kind === "lines" ? text.lines.length : 0);
  const all = form?.kind ?? (reviewed.kind === "none" ? "create" : proposed.kind === "none" ? "delete" : "replace");
  return [{ from: 0, to: height(reviewed), newFrom: 0, newTo: height(proposed), whole: all }];
}

/** A hunk as a change of the reviewed lines. Not for whole files. */
export function editOf(place: Place, proposed: Text): Edit {
  const lines = proposed.kind === "lines" ? proposed.lines.slice(place.newFrom, place.newTo) : [];
  return { from: place.from, to: place.to, lines };
}

/** Where a range of lines stands after the changes; `touched` when one of them reaches into it. */
export function carried(
  changes: readonly Change[],
  from: number,
  to: number,
): { from: number; to: number; touched: boolean } {
  let shift = 0;
  let start: number | null = null;
  let end: number | null = null;
  let touched = false;
  for (const change of changes) {
    // What is put in where a range of no lines stands reaches into it.
    const into = from === to && change.from === from && change.to === from;
    if (change.to <= from && !into) {
      shift = change.newTo - change.to;
      continue;
    }
    if (change.from >= to && !into) break;
    touched = true;
    start ??= Math.min(from, change.from) + shift;
    shift = change.newTo - change.to;
    end = Math.max(to, change.to) + shift;
  }
  return { from: start ?? from + shift, to: end ?? to + shift, touched };
}

/**
 * Gives ids to the hunks of a new revision. `previous` are the undecided hunks before it, `moved` the changes from
 * their reviewed text to the new one, `used` the highest number of a hunk of this file so far.
 */
export function named(
  places: readonly Place[],
  previous: readonly HunkPlace[],
  moved: readonly Change[],
  used: number,
): { hunks: HunkPlace[]; used: number } {
  const old = previous.map((place) => ({ place, ...carried(moved, place.from, place.to), taken: false }));
  const ids: (string | null)[] = places.map(() => null);
  const claim = (fits: (place: Place, one: (typeof old)[number]) => boolean) => {
    let first = 0;
    places.forEach((place, index) => {
      if (ids[index] !== null) return;
      while (first < old.length && (old[first]!.taken || old[first]!.to < place.from)) first++;
      for (let at = first; at < old.length && old[at]!.from <= place.to; at++) {
        const one = old[at]!;
        if (one.taken || !fits(place, one)) continue;
        one.taken = true;
        ids[index] = one.place.id;
        return;
      }
    });
  };
  claim((place, one) => place.from === one.from && place.to === one.to && place.whole === one.place.whole);
  claim((place, one) => Math.max(place.from, one.from) < Math.min(place.to, one.to));
  let number = used;
  const hunks = places.map((place, index) => ({ id: ids[index] ?? `h${++number}`, ...place }));
  return { hunks, used: number };
}

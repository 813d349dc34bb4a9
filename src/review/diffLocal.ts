/**
 * Local diff: the changes between two texts after one more edit of the newer one, from the changes before it.
 *
 * Pure. Only what lies between the nearest changes that the edit does not reach is compared again, so that the cost is
 * that of the edit's surroundings. For showing what is being typed or put in by a tool: the result is exact, but where
 * lines are alike it may stand elsewhere than what `diffLines` gives for the whole, which decisions work on.
 *
 * Always: the changes turn the old text into the edited one, are in order and never touch.
 */
import { diffLines, type Change } from "./diff.ts";
import type { Edit } from "./merge.ts";
import type { Lines } from "./text.ts";

/** `edit` replaces lines of `after`; `changes` are those from `before` to `after` as it was. */
export function editedChanges(changes: readonly Change[], before: Lines, after: Lines, edit: Edit): Change[] {
  const first = changes.findIndex((change) => change.newTo >= edit.from);
  const start = first < 0 ? changes.length : first;
  let end = start;
  while (end < changes.length && changes[end]!.newFrom <= edit.to) end++;
  const above = changes.slice(0, start);
  const grown = edit.lines.length - (edit.to - edit.from);
  const below = changes.slice(end).map((one) => ({ ...one, newFrom: one.newFrom + grown, newTo: one.newTo + grown }));
  const from = above.at(-1)?.to ?? 0;
  const newFrom = above.at(-1)?.newTo ?? 0;
  const old = before.slice(from, below[0]?.from ?? before.length);
  const now = [
    ...after.slice(newFrom, edit.from),
    ...edit.lines,
    ...after.slice(edit.to, changes[end]?.newFrom ?? after.length),
  ];
  const between = diffLines(old, now).map((one) => ({
    from: one.from + from,
    to: one.to + from,
    newFrom: one.newFrom + newFrom,
    newTo: one.newTo + newFrom,
  }));
  const joined: Change[] = [];
  for (const one of [...above, ...between, ...below]) {
    const last = joined.at(-1);
    if (last && last.to === one.from && last.newTo === one.newFrom)
      joined[joined.length - 1] = { ...last, to: one.to, newTo: one.newTo };
    else joined.push(one);
  }
  return joined;
}

/**
 * Shown borders: where a person would say that a change begins and ends.
 *
 * Pure. Lines that were only put in, or only taken out, can often be shown in several places, because the line above
 * them equals their last one, or the line below their first. The place is shown whose two borders look most like the
 * borders of a block: after an empty line, and where the text is least indented. Laws and decisions work on the
 * changes as `diffLines` gives them; this is for the eye alone.
 *
 * Always: the shown changes turn the same text into the same text, are in order and never touch.
 */
import { move, type Change } from "./diff.ts";
import { bareLine, type Lines } from "./text.ts";

/** A change is looked at in at most this many places: a person does not look further either. */
const furthest = 100;

/** The same changes at the places where a person would say that they begin and end. */
export function shownBorders(changes: readonly Change[], before: Lines, after: Lines): Change[] {
  const shown: Change[] = [];
  changes.forEach((change, index) => {
    const above = shown.at(-1);
    const below = changes[index + 1];
    const room = change.from - (above ? above.to + 1 : 0);
    const roomBelow = (below ? below.from - 1 : before.length) - change.to;
    const place = { ...change };
    move(place, shiftOf(change, before, after, room, roomBelow));
    shown.push(place);
  });
  return shown;
}

function shiftOf(change: Change, before: Lines, after: Lines, room: number, roomBelow: number): number {
  const added = change.from === change.to;
  if (!added && change.newFrom !== change.newTo) return 0;
  const lines = added ? after : before;
  const from = added ? change.newFrom : change.from;
  const to = added ? change.newTo : change.to;
  let up = 0;
  while (up < Math.min(room, furthest) && lines[from - up - 1] === lines[to - up - 1]) up++;
  let down = 0;
  while (down < Math.min(roomBelow, furthest) && lines[from + down] === lines[to + down]) down++;
  let best = 0;
  let least = Infinity;
  for (let shift = -up; shift <= down; shift++) {
    const cost = borderCost(lines, from + shift) + borderCost(lines, to + shift);
    if (cost <= least) [best, least] = [shift, cost];
  }
  return best;
}

/** How little the gap above line `at` looks like the border of a block. Weighed by hand on published sources. */
function borderCost(lines: Lines, at: number): number {
  if (at <= 0 || at >= lines.length) return 0;
  let next = at;
  while (next < lines.length - 1 && next < at + furthest && isBlank(lines[next]!)) next++;
  let previous = at - 1;
  while (previous > 0 && previous > at - furthest && isBlank(lines[previous]!)) previous--;
  const indent = indentOf(lines[next]!);
  const indentAbove = indentOf(lines[previous]!);
  let cost = 8 * indent;
  if (!isBlank(lines[at - 1]!)) cost += 6;
  if (isBlank(lines[at]!)) cost += 7;
  // Into a block, or in front of what closes one.
  if (indent > indentAbove) cost += 4;
  if (indent < indentAbove) cost += 5;
  if (/^\s*[)\]}]/.test(lines[next]!)) cost += 6;
  return cost;
}

function isBlank(line: string): boolean {
  return bareLine(line).trim() === "";
}

/** Columns in front of the first character that is none, a tab to the next multiple of eight. */
function indentOf(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === " ") columns++;
    else if (character === "\t") columns += 8 - (columns % 8);
    else break;
  }
  return Math.min(columns, 200);
}

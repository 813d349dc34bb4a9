/**
 * The model of an edit: a hunk that is accepted with other lines than the agent's, a person's own or those of some of its rows.
 *
 * How old and new lines are paired is given to it, as the line diff is; which rows have to go together is asked of what they say.
 */
import { withHunks, type Revision } from "./model.ts";

/** The pairs of a hunk's old and new lines, in order: places in each, or null where there is none. */
export type Rows = (old: readonly string[], now: readonly string[]) => { old: number | null; new: number | null }[];

const ends = /\r\n|\n|\r|$/;
const endOf = (line: string) => ends.exec(line)![0];
const isOpen = (line: string) => endOf(line) === "";

/** The revision with these as the hunk's lines; null where the hunk has none, or one line would stand open before another. */
export function editedAs(of: Revision, hunk: number, lines: readonly string[]): Revision | null {
  if (of.whole) return null;
  const edited = { ...of, hunks: of.hunks.map((one, at) => (at === hunk ? { ...one, lines } : one)) };
  const proposed = withHunks(edited, new Set(of.hunks.keys())) as readonly string[];
  return proposed.slice(0, -1).some(isOpen) ? null : { ...edited, proposed };
}

/** A person's words as lines: ended as those around, and open at the end of a text that is. */
export function asLines(of: Revision, hunk: number, words: string): string[] {
  if (of.whole) return [];
  const old = of.reviewed as readonly string[];
  const { from, to, lines } = of.hunks[hunk]!;
  const [near, above] = [[...lines, ...old.slice(from, to)], old.slice(Math.max(0, from - 1))];
  const end = [...near, ...above, ...old].map(endOf).find((one) => one !== "") ?? "\n";
  const said = words.split(/\r\n|\n|\r/);
  if (said.at(-1) === "") said.pop();
  const last = lines.length > 0 ? lines.at(-1)! : to > from ? old[to - 1]! : end;
  return said.map((line, at) => (to === old.length && at === said.length - 1 && isOpen(last) ? line : line + end));
}

/** The hunk's lines with the rows that the chosen lines stand in; null where none does. */
export function withChosen(
  rows: Rows,
  old: readonly string[],
  now: readonly string[],
  chosen: { old: readonly number[]; new: readonly number[] },
): string[] | null {
  const all = rows(old, now);
  const taken = all.map((row) => chosen.old.includes(row.old ?? -1) || chosen.new.includes(row.new ?? -1));
  if (!taken.includes(true)) return null;
  for (;;) {
    const made = all.flatMap((row, at) => {
      const line = taken[at] ? row.new : row.old;
      return line === null ? [] : [{ at, line: (taken[at] ? now : old)[line]! }];
    });
    const open = made.slice(0, -1).find(({ line }) => isOpen(line));
    if (!open) return made.map(({ line }) => line);
    // What is new and open stands last: all behind goes with it. What is old and open has to go.
    if (taken[open.at]) taken.fill(true, open.at);
    else taken[open.at] = true;
  }
}

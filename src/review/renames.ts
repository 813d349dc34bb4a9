/**
 * Renames: which file that is gone and which one that came are one file under a new path.
 *
 * Pure. They are one if their bytes are the same, or if at least half of the lines of the longer one are the other's too,
 * counted as often as they stand there. Every file is part of one rename at most, the likest pairs first.
 *
 * Always: an empty file is nobody's rename; the answer does not depend on the order of the files.
 */
import { sameText, type Lines, type Text } from "./text.ts";

/** A file by its path, with its text. */
export interface Candidate {
  path: string;
  text: Text;
}

export interface Rename {
  from: string;
  to: string;
  /** Share of equal lines, from a half to 1; 1 with equal bytes. */
  likeness: number;
}

/** Pairs that are compared by their lines; beyond it only equal bytes count. */
const most = 4_000;
/** Lines of files that are compared: a longer one is renamed only with equal bytes. */
const longest = 50_000;

export function renamesOf(gone: readonly Candidate[], come: readonly Candidate[]): Rename[] {
  const pairs: Rename[] = [];
  const byLines = gone.length * come.length <= most;
  const counted = new Map<Text, Map<string, number>>();
  for (const { path: from, text: old } of gone) {
    for (const { path: to, text: now } of come) {
      const likeness = sameText(old, now) ? 1 : byLines ? likenessOf(old, now, counted) : 0;
      if (likeness >= 0.5 && !isEmpty(old)) pairs.push({ from, to, likeness });
    }
  }
  pairs.sort((a, b) => b.likeness - a.likeness || shared(b) - shared(a) || order(a.from, b.from) || order(a.to, b.to));
  const [left, found] = [new Set<string>(), new Set<string>()];
  return pairs.filter(({ from, to }) => {
    if (left.has(from) || found.has(to)) return false;
    left.add(from);
    found.add(to);
    return true;
  });
}

function isEmpty(text: Text): boolean {
  return text.kind === "none" || (text.kind === "lines" && text.lines.length === 0);
}

function likenessOf(old: Text, now: Text, counted: Map<Text, Map<string, number>>): number {
  if (old.kind !== "lines" || now.kind !== "lines") return 0;
  const [shorter, longer] = [old.lines.length, now.lines.length].sort((a, b) => a - b) as [number, number];
  if (longer > longest || shorter * 2 < longer) return 0;
  const counts = counted.get(old) ?? countsOf(old.lines);
  counted.set(old, counts);
  const used = new Map<string, number>();
  let equal = 0;
  for (const line of now.lines) {
    const before = used.get(line) ?? 0;
    if (before >= (counts.get(line) ?? 0)) continue;
    used.set(line, before + 1);
    equal += 1;
  }
  return longer === 0 ? 0 : equal / longer;
}

function countsOf(lines: Lines): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

/** How many names, from the last backwards, two paths share: of equals the one that moved least is meant. */
function shared({ from, to }: Rename): number {
  const [old, now] = [from.split("/").reverse(), to.split("/").reverse()];
  const first = old.findIndex((name, index) => name !== now[index]);
  return first < 0 ? old.length : first;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Texts of documents: the few edits that lead from one to another, and line ends.
 *
 * Pure. Offsets count UTF-16 units, as the editor does.
 * Always: applying the edits to `before` gives `after`; no edit starts or ends inside a line.
 */

export interface TextEditAt {
  from: number;
  to: number;
  text: string;
}

/** Edits by whole lines, in order and apart. Lines that occur once on both sides hold the rest in place. */
export function editsBetween(before: string, after: string): TextEditAt[] {
  const old = linesOf(before);
  const fresh = linesOf(after);
  const offsets = [0];
  for (const line of old) offsets.push((offsets.at(-1) ?? 0) + line.length);
  const edits: TextEditAt[] = [];
  for (const part of changedParts(old, fresh)) {
    edits.push({
      from: offsets[part.from] ?? 0,
      to: offsets[part.to] ?? 0,
      text: fresh.slice(part.newFrom, part.newTo).join(""),
    });
  }
  return edits;
}

/** The text with every line ending in `eol`. */
export function withEol(text: string, eol: "\n" | "\r\n"): string {
  return text.replace(/\r\n|\r|\n/g, eol);
}

/** Whether two texts are equal line by line, whatever ends the lines. */
export function sameLines(one: string, other: string): boolean {
  return withEol(one, "\n") === withEol(other, "\n");
}

interface Part {
  from: number;
  to: number;
  newFrom: number;
  newTo: number;
}

function changedParts(old: string[], fresh: string[]): Part[] {
  const parts: Part[] = [];
  const open: Part[] = [{ from: 0, to: old.length, newFrom: 0, newTo: fresh.length }];
  while (open.length > 0) {
    const part = trimmed(old, fresh, open.pop()!);
    if (part.from === part.to && part.newFrom === part.newTo) continue;
    const anchors = anchorsIn(old, fresh, part);
    if (anchors.length === 0) {
      parts.push(part);
      continue;
    }
    let { from, newFrom } = part;
    const inner: Part[] = [];
    for (const [at, newAt] of anchors) {
      inner.push({ from, to: at, newFrom, newTo: newAt });
      from = at + 1;
      newFrom = newAt + 1;
    }
    inner.push({ from, to: part.to, newFrom, newTo: part.newTo });
    open.push(...inner.reverse());
  }
  return parts;
}

function trimmed(old: string[], fresh: string[], part: Part): Part {
  let { from, to, newFrom, newTo } = part;
  while (from < to && newFrom < newTo && old[from] === fresh[newFrom]) {
    from += 1;
    newFrom += 1;
  }
  while (from < to && newFrom < newTo && old[to - 1] === fresh[newTo - 1]) {
    to -= 1;
    newTo -= 1;
  }
  return { from, to, newFrom, newTo };
}

/** Places of lines that occur once on each side, in the longest order both sides share. */
function anchorsIn(old: string[], fresh: string[], part: Part): [number, number][] {
  const seen = new Map<string, { at: number; count: number; newAt: number; newCount: number }>();
  for (let at = part.from; at < part.to; at += 1) {
    const line = old[at]!;
    const entry = seen.get(line);
    if (entry) entry.count += 1;
    else seen.set(line, { at, count: 1, newAt: -1, newCount: 0 });
  }
  for (let at = part.newFrom; at < part.newTo; at += 1) {
    const entry = seen.get(fresh[at]!);
    if (!entry) continue;
    entry.newAt = at;
    entry.newCount += 1;
  }
  const pairs = [...seen.values()].filter((entry) => entry.count === 1 && entry.newCount === 1);
  return longestRising(pairs.map(({ at, newAt }) => [at, newAt]));
}

/** Longest subsequence with rising second members (patience sorting); the first members rise already. */
function longestRising(pairs: [number, number][]): [number, number][] {
  const tops: number[] = [];
  const previous: number[] = [];
  pairs.forEach(([, value], index) => {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tops[middle]!]![1] < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? tops[low - 1]! : -1;
    tops[low] = index;
  });
  const chain: [number, number][] = [];
  for (let index = tops.at(-1) ?? -1; index >= 0; index = previous[index]!) chain.push(pairs[index]!);
  return chain.reverse();
}

function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

/**
 * Marked: the runs of a line, cut where the words that changed begin and end.
 *
 * Pure. Always: the pieces' texts put together are the runs' texts; what is drawn as one, a mark or a character of several code
 * points, is not cut, and is changed as a whole where a part of it is.
 */
import type { Parts } from "../protocol/view.ts";
import type { Run } from "./visible.ts";

export interface Piece {
  runs: Run[];
  changed: boolean;
}

/** Runs that stand beside each other and are changed alike come as one piece. */
export function marked(runs: readonly Run[], parts: Parts): Piece[] {
  const pieces: Piece[] = [];
  const add = (run: Run, changed: boolean) => {
    const last = pieces.at(-1);
    if (last?.changed === changed) last.runs.push(run);
    else pieces.push({ runs: [run], changed });
  };
  let at = 0;
  for (const run of runs) {
    const end = at + run.text.length;
    const own = parts.filter(([from, to]) => from < end && to > at);
    if (run.kind === "text") {
      let done = 0;
      for (const [from, to] of whole(run.text, own, at)) {
        if (from > done) add({ ...run, text: run.text.slice(done, from) }, false);
        add({ ...run, text: run.text.slice(Math.max(from, done), to) }, true);
        done = to;
      }
      if (done < run.text.length) add({ ...run, text: run.text.slice(done) }, false);
    } else add(run, own.length > 0);
    at = end;
  }
  return pieces;
}

const plain = /^[\x20-\x7e]*$/;

/** The parts as they lie in the text, made as wide as the characters that they begin and end in. */
function whole(text: string, parts: Parts, start: number): [number, number][] {
  const inside = parts.map(([from, to]): [number, number] => [
    Math.max(0, from - start),
    Math.min(text.length, to - start),
  ]);
  if (inside.length === 0 || plain.test(text)) return inside;
  const ends = [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].map(({ index }) => index);
  ends.push(text.length);
  const wide: [number, number][] = [];
  for (const [from, to] of inside) {
    const first = ends.findLast((each) => each <= from) ?? 0;
    const last = ends.find((each) => each >= to) ?? text.length;
    const before = wide.at(-1);
    if (before !== undefined && first <= before[1]) before[1] = Math.max(before[1], last);
    else wide.push([first, last]);
  }
  return wide;
}

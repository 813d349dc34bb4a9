/**
 * What it costs to follow a text while it arrives, beside one diff of the whole at its end.
 *
 * In chunks of 20 lines, hunks asked for after each; the exact pass at the end is in the total. Blocks that were moved
 * are a suite of their own: there a settled hunk is easily wrong.
 * Always: at every 50th chunk the shown hunks are checked against what has arrived.
 */
import type { Row } from "../../scripts/bench.ts";
import { hunksOf, openStream, type Change, type Stream } from "../../src/review/api.ts";
import { linesOf } from "../../src/review/text.ts";
import { shownIn } from "../unit/review/streamChecks.ts";
import { seeded, type Pair } from "./reviewPairs.ts";

const chunkLines = 20;
const rounds = 7;

export function streamingRows(pairs: readonly Pair[], source: string, seed: number): Row[] {
  const usable = pairs.filter(({ kind, before }) => kind !== "hard" && before.split("\n").length >= 1_000);
  const all = [...usable, ...movedPairs(source, seed), ...editedPairs(source, seed)];
  let settled = 0;
  let changed = 0;
  const rows: Row[] = [];
  for (const pair of all) {
    const one = streamed(pair);
    settled += one.settled;
    changed += one.changed;
    rows.push({
      figure: `streaming ${pair.name}`,
      value: one.total,
      unit: "ms",
      against: "one diff at the end",
      rival: one.final,
      ratio: one.total / one.final,
      goal: "<= 1.3",
      met: one.total / one.final <= 1.3,
      note:
        `opening ${one.opening.toPrecision(3)}, pieces ${one.following.toPrecision(3)}, end ${one.ending.toPrecision(3)} ms; ` +
        `longest step ${one.longest.toFixed(3)} ms; ${one.changed} of ${one.settled} settled hunks changed later`,
    });
    if (pair.name.startsWith("10,000 lines"))
      rows.push({
        figure: `longest step, ${pair.name}`,
        value: one.longest,
        unit: "ms",
        goal: "<= 1",
        met: one.longest <= 1,
      });
  }
  const share = settled === 0 ? 0 : (100 * changed) / settled;
  rows.push({ figure: "settled hunks that change later", value: share, unit: "%", goal: "<= 1", met: share <= 1 });
  return rows;
}

/** The least that each part took: opening, all pieces together, and the exact pass at the end. */
function streamed({ name, before, after }: Pair) {
  const old = linesOf(before);
  const now = linesOf(after);
  const chunks: string[] = [];
  for (let line = 0; line < now.length; line += chunkLines) chunks.push(now.slice(line, line + chunkLines).join(""));
  const best = { opening: Infinity, following: Infinity, ending: Infinity, final: Infinity, longest: Infinity };
  const counts = { settled: 0, changed: 0 };
  const begun = performance.now();
  for (let round = 0; round < rounds || (round < 200 && performance.now() - begun < 1000); round++) {
    const least = (part: keyof typeof best, since: number): void => {
      best[part] = Math.min(best[part], performance.now() - since);
    };
    const whole = performance.now();
    hunksOf(before, after);
    least("final", whole);
    const opening = performance.now();
    const stream = openStream(before);
    least("opening", opening);
    const following = performance.now();
    for (const chunk of chunks) {
      stream.push(chunk);
      stream.tentative();
    }
    least("following", following);
    const ending = performance.now();
    const end = stream.end();
    least("ending", ending);
    const exact = new Set(end.map(keyOf));
    counts.settled = stream.settled().length;
    counts.changed = stream.settled().filter((change) => !exact.has(keyOf(change))).length;
  }
  for (let round = 0; round < rounds; round++) best.longest = Math.min(best.longest, longestStep(before, chunks));
  const stream = openStream(before);
  chunks.forEach((chunk, index) => {
    stream.push(chunk);
    if (index % 50 === 0) check(name, stream, old, now, (index + 1) * chunkLines);
  });
  return { ...best, ...counts, total: best.opening + best.following + best.ending };
}

/** By itself: to look at the clock at each step costs as much as a step does. */
function longestStep(before: string, chunks: readonly string[]): number {
  const stream = openStream(before);
  let longest = 0;
  for (const chunk of chunks) {
    const step = performance.now();
    stream.push(chunk);
    stream.tentative();
    longest = Math.max(longest, performance.now() - step);
  }
  return longest;
}

/** The shown hunks must turn the old text into what has arrived and the old lines behind it. */
function check(name: string, stream: Stream, old: readonly string[], now: readonly string[], arrived: number): void {
  const result: string[] = [];
  let at = 0;
  for (const { from, to, newFrom, newTo } of shownIn(stream)) {
    for (; at < from; at++) result.push(old[at]!);
    for (let line = newFrom; line < newTo; line++) result.push(now[line]!);
    at = to;
  }
  const resume = stream.resume();
  for (; at < resume; at++) result.push(old[at]!);
  const known = now.slice(0, arrived);
  if (result.length !== known.length || result.some((line, index) => line !== known[index]))
    throw new Error(`${name}: after ${arrived} lines the shown hunks are not those of what has arrived`);
}

function keyOf(change: Change): string {
  return `${change.from} ${change.to} ${change.newFrom} ${change.newTo}`;
}

/** Blocks of one file moved up or down, the rest as it was. */
export function movedPairs(source: string, seed: number): Pair[] {
  const base = linesOf(source).slice(0, 10_000);
  const random = seeded(seed);
  const cases: [number, number, "up" | "down"][] = [
    [5, 60, "up"],
    [5, 60, "down"],
    [20, 10, "up"],
    [20, 10, "down"],
    [3, 300, "up"],
    [3, 300, "down"],
    [1, 1500, "up"],
    [1, 1500, "down"],
  ];
  return cases.map(([blocks, length, way]) => {
    const lines = [...base];
    const span = Math.floor(lines.length / blocks);
    for (let block = 0; block < blocks; block++) {
      const high = block * span + Math.floor(random() * span * 0.3);
      const low = block * span + Math.floor(span * (0.6 + random() * 0.2));
      if (way === "up") lines.splice(high, 0, ...lines.splice(low, length));
      else lines.splice(low - length, 0, ...lines.splice(high, length));
    }
    const name = `10,000 lines, ${blocks} x ${length} lines moved ${way}`;
    return { name, kind: "made", before: base.join(""), after: lines.join("") };
  });
}

/** The same share of edits at several sizes. */
function editedPairs(source: string, seed: number): Pair[] {
  const base = linesOf(source).slice(0, 10_000);
  return [1_000, 10_000, 100_000].map((size) => {
    const random = seeded(seed);
    const lines = Array.from({ length: size }, (_, line) =>
      line < base.length
        ? base[line]!
        : base[line % base.length]!.replace("\n", ` ${Math.floor(line / base.length)}\n`),
    );
    const after = lines.flatMap((line, index) => {
      if (random() > 0.02) return [line];
      const kind = random();
      return kind < 0.3 ? [] : kind < 0.6 ? [line, `  added(${index});\n`] : [`${line.trimEnd()} // ${index}\n`];
    });
    const name = `${size.toLocaleString("en")} lines, every 50th edited`;
    return { name, kind: "made", before: lines.join(""), after: after.join("") };
  });
}

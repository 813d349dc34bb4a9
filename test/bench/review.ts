/**
 * `npm run bench -- review`: what the review core costs beside git and the diff libraries on npm, in one run.
 *
 * `--only=git,growth,rivals,streaming,memory,size` takes some of the parts; `--pairs=TEXT` the pairs whose names hold it;
 * `--rounds=N` and `--limit=SECONDS` set how often each is measured and when a rival is given up.
 * Always: a diff that does not turn the one text into the other counts as failed, whatever it cost.
 */
import { spawnSync } from "node:child_process";
import { build } from "esbuild";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reviewModule } from "../../scripts/review-module.mjs";
import { root } from "../../scripts/setup.mjs";
import type { Bench, Row } from "../../scripts/bench.ts";
import { apply, hunksOf } from "../../src/review/api.ts";
import { partsOf, type Part } from "./parts.ts";
import type { Grown } from "./reviewGrowth.ts";
import { copiesFolder, gitDiff, gitTimes, gitVersion } from "./reviewGit.ts";
import { installedReady, packagesReady } from "./reviewPackages.ts";
import { madePairs, realPairs, specs, type Pair } from "./reviewPairs.ts";
import { streamingRows } from "./reviewStreaming.ts";
import { memoryRow, sizeRow } from "./reviewWeight.ts";

const rivals = ["jsdiff", "fast-myers-diff", "@codemirror/merge", "vscode-diff"] as const;
const rivalSpecs = ["diff@9.0.0", "fast-myers-diff@3.2.0", "@codemirror/merge@6.12.3", "vscode-diff@3.0.1"];

const bench: Bench = async ({ seed, args }) => {
  const value = (name: string) => args.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
  const rounds = Number(value("rounds") ?? "9");
  const limit = Number(value("limit") ?? "10");
  const fetched = await packagesReady(specs);
  const rows: Row[] = [];
  if (fetched.kind === "missing") rows.push(notRun("real pairs", `the packages cannot be had: ${fetched.cause}`));
  const real = fetched.kind === "ready" ? realPairs(fetched.folder) : [];
  const source = real.find((pair) => pair.name.startsWith("lodash.js"))?.before ?? counted(12_000);
  const named = (pair: Pair) => pair.name.includes(value("pairs") ?? "");
  const pairs = [...real, ...madePairs(source, seed)].filter(named);
  const folder = copiesFolder();
  try {
    const parts: Part[] = [
      ["git", () => gitRows(pairs, folder, rounds)],
      ["growth", () => [growthRow(source, seed), ...countedRows()]],
      ["rivals", () => rivalRows(pairs, folder, limit)],
      ["streaming", () => streamingRows(pairs, source, seed)],
      ["memory", () => [memoryRow(seed)]],
      ["size", sizeRows],
    ];
    rows.push(...(await partsOf(parts, args)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
};

export default bench;

interface Measured {
  minimum: number;
  median: number;
  hunks: number;
  changed: number;
}

/** Each round is one call, as the product makes it; the first rounds, in which the code is still being compiled, count too. */
function measured({ name, before, after }: Pair, rounds: number): Measured {
  const times: number[] = [];
  let hunks = hunksOf(before, after);
  for (let round = 0; round < rounds || (times.length < 200 && sum(times) < 100); round++) {
    const start = performance.now();
    hunks = hunksOf(before, after);
    times.push(performance.now() - start);
  }
  const all = hunks.map(({ id }) => id);
  if (apply(before, hunks, all) !== after || apply(before, hunks, []) !== before)
    throw new Error(`${name}: the hunks do not turn the one text into the other`);
  const changed = hunks.reduce((total, { from, to, newFrom, newTo }) => total + to - from + newTo - newFrom, 0);
  return { minimum: Math.min(...times), median: median(times), hunks: hunks.length, changed };
}

function gitRows(pairs: readonly Pair[], folder: string, rounds: number): Row[] {
  const version = gitVersion();
  const rows: Row[] = [];
  const ratios: { pair: Pair; ratio: number; quality: number; hunks: number }[] = [];
  for (const pair of pairs) {
    const own = measured(pair, rounds);
    if (version === null) {
      rows.push({ figure: pair.name, value: own.minimum, unit: "ms", met: "not run", note: "git could not run" });
      continue;
    }
    const times = gitTimes(folder, pair.before, pair.after, Math.min(rounds, 5));
    // Ours again, so that both have had the machine at the same times.
    const again = measured(pair, rounds);
    const ours = Math.min(own.minimum, again.minimum);
    const theirs = Math.min(...times);
    const histogram = gitDiff(folder, pair.before, pair.after, "histogram");
    const myers = gitDiff(folder, pair.before, pair.after, "myers");
    const quality = own.changed === 0 ? 1 : own.changed / Math.min(histogram.changed, myers.changed);
    ratios.push({ pair, ratio: ours / theirs, quality, hunks: own.hunks });
    const most = pair.kind === "hard" ? 3 : 1.5;
    rows.push({
      figure: pair.name,
      value: ours,
      unit: "ms",
      against: "git histogram",
      rival: theirs,
      ratio: ours / theirs,
      goal: `<= ${most}`,
      met: ours / theirs <= most,
      note:
        `medians ${Math.min(own.median, again.median).toPrecision(3)} and ${median(times).toPrecision(3)}; ` +
        `${own.hunks} hunks, git ${histogram.hunks}; changed lines ${own.changed}, ` +
        `git histogram ${histogram.changed}, Myers ${myers.changed} (${quality.toFixed(4)})`,
    });
  }
  if (ratios.length === 0) return rows;
  const real = ratios.filter(({ pair }) => pair.kind === "real");
  const made = ratios.filter(({ pair }) => pair.kind === "hard");
  const share = (
    figure: string,
    among: typeof ratios,
    valueOf: (all: typeof ratios) => number,
    goal: number,
  ): Row[] => {
    if (among.length === 0) return [];
    const value = valueOf(among);
    return [{ figure, value, unit: "x", goal: `<= ${goal}`, met: value <= goal, note: version ?? "" }];
  };
  const worst = (all: typeof ratios) => Math.max(...all.map(({ ratio }) => ratio));
  rows.push(
    ...share("real pairs against git, geometric mean", real, (all) => geometric(all.map(({ ratio }) => ratio)), 0.9),
    ...share("real pairs against git, worst", real, worst, 1.5),
    ...share("hard pairs against git, worst", made, worst, 3),
    ...share(
      "changed lines against the better of git's two, worst",
      ratios,
      (all) => Math.max(...all.map((one) => one.quality)),
      1.02,
    ),
  );
  const whole = ratios.filter(({ pair, hunks }) => pair.kind === "real" && hunks <= 1 && pair.before.length > 20_000);
  rows.push({
    figure: "real pairs given up as one hunk",
    value: whole.length,
    unit: "pairs",
    goal: "0",
    met: whole.length === 0,
  });
  return rows;
}

/** How the time grows with four times the lines, at the same share of edits. */
function growthRow(source: string, seed: number): Row {
  const lines = source.split("\n").slice(0, 10_000);
  const sized = (times: number) =>
    Array.from({ length: times }, (_, copy) => lines.map((line) => `${line} ${copy}`)).flat();
  const time = (all: readonly string[]): number => {
    const after = all.map((line, index) => ((index * 7919 + seed) % 20 === 0 ? `${line} changed` : line)).join("\n");
    return measured({ name: "growth", kind: "made", before: all.join("\n"), after }, 15).minimum;
  };
  const [small, large] = [time(sized(1)), time(sized(4))];
  return {
    figure: "growth from 10,000 to 40,000 lines, every 20th changed",
    value: large,
    unit: "ms",
    against: "10,000 lines",
    rival: small,
    ratio: large / small,
    goal: "<= 5",
    met: large / small <= 5,
  };
}

/** The same in work done, which no other program on the machine adds to. */
function countedRows(): Row[] {
  const program = fileURLToPath(new URL("reviewGrowth.ts", import.meta.url));
  const child = spawnSync(process.execPath, [program], { encoding: "utf8" });
  if (child.status !== 0) return [notRun("growth, counted", child.stderr.slice(0, 200))];
  return (JSON.parse(child.stdout) as Grown[]).map(({ kind, what, lines, small, large }) => ({
    figure: `growth, counted: ${what}, ${kind}`,
    value: large,
    unit: "runs",
    against: `${lines.toLocaleString("en")} lines`,
    rival: small,
    ratio: large / small,
    goal: "<= 5",
    met: large / small <= 5,
  }));
}

async function rivalRows(pairs: readonly Pair[], folder: string, limit: number): Promise<Row[]> {
  const there = await installedReady("review-rivals", rivalSpecs, "Fetching other diff libraries from npm");
  if ("cause" in there) return rivals.map((name) => notRun(name, there.cause));
  const rows: Row[] = [];
  const program = fileURLToPath(new URL("reviewRival.ts", import.meta.url));
  for (const pair of pairs.filter(({ before }) => before.split("\n").length >= 1_000)) {
    const own = measured(pair, 5);
    const place = join(folder, "rival");
    mkdirSync(place, { recursive: true });
    const [before, after] = [join(place, "before"), join(place, "after")];
    writeFileSync(before, pair.before);
    writeFileSync(after, pair.after);
    for (const rival of rivals) {
      const asked = (rounds: number) =>
        spawnSync(process.execPath, [program, there.folder, rival, before, after, String(rounds)], {
          encoding: "utf8",
          timeout: limit * 1000,
        });
      let child = asked(5);
      if (child.error !== undefined) child = asked(1);
      // Ours again, so that both have had the machine at the same times.
      own.minimum = Math.min(own.minimum, measured(pair, 5).minimum);
      const figure = `${pair.name}: ours and ${rival}`;
      if (child.error !== undefined) {
        rows.push({ ...against(figure, own.minimum, rival), rival: `> ${limit * 1000}`, met: true });
        continue;
      }
      if (child.status !== 0) {
        const cause = /^\w*Error.*$/m.exec(child.stderr)?.[0] ?? `exit ${child.status}`;
        rows.push({ ...against(figure, own.minimum, rival), rival: cause, met: null });
        continue;
      }
      const found = JSON.parse(child.stdout) as { ms: number; hunks: number; changed: number; exact: boolean };
      // One that gives up is fast: it is no rival where it shows far fewer hunks or far more changed lines.
      const finds = found.exact && found.changed <= 1.1 * own.changed + 2;
      rows.push({
        ...against(figure, own.minimum, rival),
        rival: found.ms,
        ratio: own.minimum / found.ms,
        met: finds ? own.minimum <= found.ms : null,
        note: `${own.hunks} hunks, ${own.changed} lines; theirs ${found.hunks}, ${found.changed}${found.exact ? "" : ", not exact"}${finds ? "" : ": does not find the hunks"}`,
      });
    }
  }
  return rows;
}

function against(figure: string, value: number, rival: string): Row {
  return { figure, value, unit: "ms", against: rival, goal: "ahead", met: null };
}

async function sizeRows(): Promise<Row[]> {
  const file = join(root, "out/bench/review.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["src/review/api.ts"],
    outfile: file,
    bundle: true,
    minify: true,
    format: "esm",
    target: "node22",
    ...reviewModule,
  });
  return [sizeRow(file)];
}

function notRun(figure: string, note: string): Row {
  return { figure, value: null, unit: "", met: "not run", note };
}

/** Lines for the made pairs where no real file can be had. */
function counted(lines: number): string {
  return Array.from({ length: lines }, (_, line) => (line % 9 === 0 ? "" : `  line(${line % 3000});`)).join("\n");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

function geometric(values: readonly number[]): number {
  return Math.exp(sum(values.map(Math.log)) / values.length);
}

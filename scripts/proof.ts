/**
 * `npm run proof -- NAME [--seed N] [--slice k/n] [--only=PART,…] [--minutes=N]`: runs `test/proof/NAME.ts` at full size, or one slice of it.
 *
 * What was tried and what failed goes to `out/proof/NAME.json`; slices of the same seed add up there, in any order. A proof that has
 * parts, or lasts as long as it is given, takes `--only` and `--minutes`; parts go to a file of their own. It ends with 1 when anything failed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { giveUp, root } from "./setup.mjs";

/** Slice `k` of `n`, k from 1. */
export type Slice = { k: number; n: number };

/** What a slice tried, how much of it failed, and the failing cases. */
export type Tried = { tried: number; failed: number; cases?: unknown[] };

/** What a proof file exports by default. */
export type Proof = (options: { seed: number; slice: Slice; only?: string[]; minutes?: number }) => Promise<Tried>;

type Report = {
  name: string;
  seed: number;
  of: number;
  slices: Record<string, Tried & { seconds: number }>;
  complete: boolean;
  tried: number;
  failed: number;
};

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: "string", default: "1" },
      slice: { type: "string", default: "1/1" },
      only: { type: "string" },
      minutes: { type: "string" },
    },
  });
  const name = positionals[0];
  const file = join(root, "test/proof", `${name}.ts`);
  if (name === undefined || !existsSync(file))
    throw new Error(
      `Usage: npm run proof -- NAME [--seed N] [--slice k/n] [--only=PART,…] [--minutes=N]. Names: ${known().join(", ") || "none yet"}.`,
    );
  const seed = Number(values.seed);
  const slice = sliceOf(values.slice);
  const proof = ((await import(file)) as { default: Proof }).default;

  const only = values.only?.split(",");
  const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
  if (minutes !== undefined && !(minutes > 0)) throw new Error(`--minutes is a number above 0, not ${values.minutes}.`);
  const called = [name, ...(only ?? [])].join("-");
  const started = performance.now();
  const outcome = await proof({ seed, slice, ...(only && { only }), ...(minutes && { minutes }) });
  const seconds = (performance.now() - started) / 1000;
  const report = added(readReport(called, seed, slice.n), slice, { ...outcome, seconds });
  mkdirSync(join(root, "out/proof"), { recursive: true });
  writeFileSync(reportFile(called), JSON.stringify(report, null, 2) + "\n");

  console.log(
    `${name}, slice ${slice.k}/${slice.n}: ${outcome.tried} tried, ${outcome.failed} failed (${seconds.toFixed(1)} s)`,
  );
  const slices = Object.keys(report.slices).length;
  console.log(
    `${name}, ${slices} of ${report.of} slices: ${report.tried} tried, ${report.failed} failed. Written to out/proof/${called}.json.`,
  );
  for (const each of (outcome.cases ?? []).slice(0, 10)) console.log(JSON.stringify(each));
  process.exit(outcome.failed === 0 ? 0 : 1);
} catch (problem) {
  giveUp(problem);
}

function sliceOf(text: string): Slice {
  const [k = NaN, n = NaN] = text.split("/").map(Number);
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 1 || k > n)
    throw new Error(`--slice is k/n with 1 ≤ k ≤ n, not ${text}.`);
  return { k, n };
}

/** What earlier slices of the same proof, seed and division left, or an empty report. */
function readReport(name: string, seed: number, of: number): Report {
  const empty: Report = { name, seed, of, slices: {}, complete: false, tried: 0, failed: 0 };
  if (!existsSync(reportFile(name))) return empty;
  const earlier = JSON.parse(readFileSync(reportFile(name), "utf8")) as Report;
  return earlier.seed === seed && earlier.of === of ? earlier : empty;
}

function added(report: Report, slice: Slice, outcome: Tried & { seconds: number }): Report {
  const slices: Report["slices"] = { ...report.slices, [slice.k]: outcome };
  const all = Object.values(slices);
  return {
    ...report,
    slices,
    complete: all.length === report.of,
    tried: all.reduce((sum, each) => sum + each.tried, 0),
    failed: all.reduce((sum, each) => sum + each.failed, 0),
  };
}

function reportFile(name: string): string {
  return join(root, "out/proof", `${name}.json`);
}

function known(): string[] {
  const folder = join(root, "test/proof");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((each) => each.endsWith(".ts"))
    .map((each) => each.slice(0, -3));
}

/**
 * Mutation testing of the review room: every small change of its sources has to be noticed by its unit tests.
 *
 * Stryker changes the sources in a copy of the project, one change switched on at a time; `mutantsRunner.ts` runs the tests. A change
 * that is no other program, or only a slower one, stands in `equivalent-mutants.json` with the reason, one by one: by its file, the line
 * it is in, and what it makes of which part of it. Of all others at least 95 in 100 have to be noticed.
 *
 * Stryker is fetched from npm into the cache; where it cannot be had, the proof ends with the cause. `--only=lines,merge` takes these
 * files, a slice its share of them. Runs at the lowest priority; the table of files goes to the output, and what was not noticed into
 * the report.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { setPriority, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import type { Proof, Tried } from "../../scripts/proof.ts";
import { root } from "../../scripts/setup.mjs";
import { installedReady } from "../bench/reviewPackages.ts";

const stryker = "@stryker-mutator/core";
const strykerVersion = "10.0.0";
const room = "src/review";
const least = 0.95;

interface Place {
  line: number;
  column: number;
}
/** What Stryker tells of a mutant, as far as it is looked at. */
interface Mutant {
  fileName: string;
  location: { start: Place; end: Place };
  mutatorName: string;
  replacement: string;
  status: "Killed" | "Survived" | "NoCoverage" | "Timeout" | "CompileError" | "RuntimeError" | "Ignored" | "Pending";
}
interface Core {
  Stryker: new (options: Record<string, unknown>) => { runMutationTest(): Promise<Mutant[]> };
}

/** A mutant that is no other program. */
interface Equivalent {
  file: string;
  /** The line it begins in, without blanks around it. */
  line: string;
  original: string;
  replacement: string;
  why: string;
}
type Named = Omit<Equivalent, "why">;

/** What came of a file's mutants. Those that are listed count for nothing else. */
interface Row {
  killed: number;
  listed: number;
  survived: Named[];
}

const proof: Proof = async ({ slice, only }) => {
  const found = await installedReady("stryker", [`${stryker}@${strykerVersion}`], "Fetching Stryker from npm");
  if ("cause" in found) throw new Error(`Stryker ${strykerVersion} cannot be had: ${found.cause}`);
  const entry = createRequire(join(found.folder, "package.json")).resolve(stryker);
  // Its type declarations do not say more than is said above, and it is loaded only here.
  const { Stryker } = (await import(pathToFileURL(entry).href)) as Core;
  const listed = JSON.parse(readFileSync(join(root, "test/proof/equivalent-mutants.json"), "utf8")) as Equivalent[];
  setPriority(19);
  const files = filesOf(only);
  const own = files.filter((_, index) => index % slice.n === slice.k - 1).map((file) => `${room}/${file}`);
  const copy = realpathSync(mkdtempSync(join(tmpdir(), "countersign-mutants-")));
  const here = process.cwd();
  try {
    for (const part of ["src", "test", "scripts", "media", "package.json", "tsconfig.json"])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    process.chdir(copy);
    const mutants = await new Stryker({
      plugins: [join(root, "test/proof/mutantsRunner.ts")],
      testRunner: "in-process",
      mutate: own,
      concurrency: 2,
      coverageAnalysis: "perTest",
      reporters: ["progress-append-only"],
      checkers: [],
      timeoutMS: 20_000,
      dryRunTimeoutMinutes: 20,
    }).runMutationTest();
    return judged(mutants, copy, own, listed);
  } finally {
    process.chdir(here);
    rmSync(copy, { recursive: true, force: true });
  }
};

/** The room's sources, or those of them that are named. */
function filesOf(only: readonly string[] | undefined): string[] {
  const all = readdirSync(join(root, room)).filter((file) => file.endsWith(".ts") && file !== "index.ts");
  const unknown = only?.filter((name) => !all.includes(`${name}.ts`)) ?? [];
  if (unknown.length > 0) throw new Error(`No sources of these names in ${room}: ${unknown.join(", ")}.`);
  return all.filter((file) => only?.includes(file.slice(0, -3)) ?? true);
}

function judged(mutants: readonly Mutant[], copy: string, files: readonly string[], listed: readonly Equivalent[]) {
  const sources = new Map(files.map((file) => [file, readFileSync(join(copy, file), "utf8").split("\n")]));
  const rows = new Map(files.map((file): [string, Row] => [file, { killed: 0, listed: 0, survived: [] }]));
  const silent = new Set<Equivalent>();
  for (const mutant of mutants) {
    if (!["Killed", "Timeout", "Survived", "NoCoverage"].includes(mutant.status)) continue;
    const file = relative(copy, mutant.fileName);
    const row = rows.get(file)!;
    const named = nameOf(mutant, file, sources.get(file)!);
    const known = listed.find((one) => same(one, named));
    if (mutant.status === "Killed" || mutant.status === "Timeout") row.killed++;
    else if (known) row.listed++;
    else row.survived.push(named);
    // A run that only took too long says nothing.
    if (known && mutant.status !== "Killed") silent.add(known);
  }
  const wrong = listed.filter((one) => files.includes(one.file) && !silent.has(one));
  return told(rows, wrong);
}

/** Prints the table, and says what of it fails: too few noticed, or something listed that is not there or is noticed. */
function told(rows: ReadonlyMap<string, Row>, wrong: readonly Equivalent[]): Tried {
  const line = (file: string, killed: number, known: number, survived: number) => {
    const share = ((100 * killed) / Math.max(1, killed + survived)).toFixed(1);
    const figures = [killed + known + survived, killed, known, survived, share];
    console.log(file.padEnd(32) + figures.map((figure) => String(figure).padStart(10)).join(""));
  };
  console.log(`${"".padEnd(32)}   mutants    killed    listed  survived         %`);
  let [killed, known, survived] = [0, 0, 0];
  for (const [file, row] of rows) {
    line(file, row.killed, row.listed, row.survived.length);
    killed += row.killed;
    known += row.listed;
    survived += row.survived.length;
  }
  line("all", killed, known, survived);
  const enough = killed >= least * (killed + survived);
  const problem = "listed as equivalent, but there is no such mutant, or a test notices it";
  return {
    tried: killed + survived,
    failed: wrong.length + (enough ? 0 : survived),
    cases: [...wrong.map((one) => ({ ...one, problem })), ...[...rows.values()].flatMap((row) => row.survived)],
  };
}

function nameOf({ location: { start, end }, replacement }: Mutant, file: string, lines: readonly string[]): Named {
  const line = lines[start.line - 1]!;
  const part = lines.slice(start.line - 1, end.line);
  part[part.length - 1] = part.at(-1)!.slice(0, end.column - 1);
  part[0] = part[0]!.slice(start.column - 1);
  return { file, line: line.trim(), original: plain(part.join("\n")), replacement: plain(replacement) };
}

const plain = (text: string) => text.replace(/\s+/g, " ").trim();

function same(one: Named, other: Named): boolean {
  return (
    one.file === other.file &&
    one.line === other.line &&
    one.original === other.original &&
    one.replacement === other.replacement
  );
}

export default proof;

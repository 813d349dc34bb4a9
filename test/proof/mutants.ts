/**
 * Mutation testing of the review room: every small change of its sources has to be noticed by its unit tests.
 *
 * Stryker changes the sources in a copy of the project, one change switched on at a time; `mutantsRunner.ts` runs the tests. A change
 * that is no other program, or only a slower one, stands in `equivalent-mutants.json` with the reason, one by one: by its file, the line
 * it is in, and what it makes of which part of it. Of all others at least 95 in 100 have to be noticed.
 *
 * A slice takes its share of the files. Runs at the lowest priority; the table of files goes to the output.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Proof } from "../../scripts/proof.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
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

const proof: Proof = async ({ slice }) => {
  const listed = JSON.parse(readFileSync(join(root, "test/proof/equivalent-mutants.json"), "utf8")) as Equivalent[];
  // The type declarations of Stryker do not say more than is said above, and it is loaded only here.
  const name = "@stryker-mutator/core";
  const { Stryker } = (await import(name)) as Core;
  setPriority(19);
  const files = readdirSync(join(root, room)).filter((file) => file.endsWith(".ts") && file !== "index.ts");
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

function judged(mutants: readonly Mutant[], copy: string, files: readonly string[], listed: readonly Equivalent[]) {
  const sources = new Map(files.map((file) => [file, readFileSync(join(copy, file), "utf8").split("\n")]));
  const of = new Map<string, { caught: number; left: Named[]; listed: number }>();
  const used = new Set<Equivalent>();
  for (const mutant of mutants) {
    if (!["Killed", "Timeout", "Survived", "NoCoverage"].includes(mutant.status)) continue;
    const file = relative(copy, mutant.fileName);
    const row = of.get(file) ?? { caught: 0, left: [], listed: 0 };
    of.set(file, row);
    const named = nameOf(mutant, file, sources.get(file)!);
    const known = listed.find((one) => same(one, named));
    if (mutant.status === "Killed" || mutant.status === "Timeout") row.caught++;
    else if (known) row.listed++;
    else row.left.push(named);
    if (known) used.add(known);
  }
  const cases: unknown[] = [];
  let [caught, left] = [0, 0];
  for (const [file, row] of [...of].sort()) {
    const all = row.caught + row.left.length;
    const share = ((100 * row.caught) / Math.max(1, all)).toFixed(1);
    console.log(
      `${file.padEnd(32)} ${String(all).padStart(5)} mutants, ${share.padStart(5)} % noticed, ${row.listed} listed`,
    );
    caught += row.caught;
    left += row.left.length;
    cases.push(...row.left);
  }
  const gone = listed.filter((one) => files.includes(one.file) && !used.has(one));
  for (const one of gone) cases.unshift({ ...one, problem: "listed as equivalent, but there is no such mutant" });
  const enough = caught >= least * (caught + left);
  return { tried: caught + left, failed: gone.length + (enough ? 0 : left), cases };
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

/**
 * How the mutation tests run a room's unit tests: mocha in one process, the sources as they are, one mutant switched on at a time.
 *
 * Loaded by Stryker in each of its worker processes, in a copy of the project. The tests are loaded once; the slow ones run last, and
 * the first that fails ends the run. A mutant of what is computed on loading takes a process of its own: it is held against the tests
 * whose names begin as its file's, or all but the slow ones. Properties are tried with one seed and not shrunk: that a mutant is noticed
 * is enough. A test that takes many times the steps that it takes of the sources goes round for ever: steps are counted, so that the
 * answer does not depend on what else the machine does.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as fc from "fast-check";
import Mocha from "mocha";

/** What the switched code reads and counts. */
interface Switches {
  activeMutant?: string;
  mutantCoverage?: { static: Record<string, number>; perTest: unknown };
  hitCount?: number;
  hitLimit?: number;
}

interface TestResult {
  id: string;
  name: string;
  timeSpentMs: number;
  /** 0 passed, 1 failed. */
  status: 0 | 1;
  failureMessage?: string;
}

interface MutantRun {
  activeMutant: { id: string; fileName: string };
  testFilter?: string[];
  hitLimit?: number;
  mutantActivation: "runtime" | "static";
}

/** Whole files that are not for this: real packages need a network, and what is built holds no switches. */
const left = ["diffRealPairs.test.ts", "module.test.ts"];
const slow = ["model.test.ts"];
/** Tests of time, since code that counts what it runs is slower; and of other rooms. */
const beside = /costs the same|on the page and in the palette/;

/** Numbers in a list of numbers: a mutant that takes more than this would take all of the machine's memory. */
const longest = 1 << 26;
globalThis.Int32Array = new Proxy(Int32Array, {
  construct(list, [first, ...rest]: [unknown, ...unknown[]]) {
    if (typeof first === "number" && first > longest) throw new RangeError("takes too much memory");
    return Reflect.construct(list, [first, ...rest]) as object;
  },
});

/** Where the first run, which changes nothing, leaves the steps of each test for all processes. */
const stepsFile = "mutants-steps.json";
/** How many more than these a test may take with a mutant. */
const times = 10;
const more = 1_000_000;

function runner() {
  const switches = ((globalThis as unknown as { __stryker__?: Switches }).__stryker__ ??= {});
  let mocha: Mocha | null = null;
  const steps = { test: undefined as string | undefined, taken: 0, most: Infinity, known: new Map<string, number>() };
  // The switched code asks for the test at every place that has a mutant: three times where it is told, once where it is not. It is told
  // in the first run only.
  Object.defineProperty(switches, "currentTestId", {
    get() {
      if (++steps.taken > steps.most) throw new Error("goes round for ever");
      return switches.activeMutant === undefined ? steps.test : undefined;
    },
  });

  async function load(mutant?: MutantRun["activeMutant"]): Promise<Mocha> {
    if (mocha) return mocha;
    switches.activeMutant = mutant?.id;
    fc.configureGlobal({ seed: 1, endOnFailure: true });
    mocha = new Mocha({ timeout: 0, reporter: Silent as unknown as Mocha.ReporterConstructor });
    mocha.cleanReferencesAfterRun(false);
    const folder = join(process.cwd(), process.env.COUNTERSIGN_MUTANTS_TESTS ?? "test/unit/review");
    const names = readdirSync(folder).filter((name) => name.endsWith(".test.ts") && !left.includes(name));
    for (const name of mutant ? near(names, mutant.fileName) : inOrder(names)) mocha.addFile(join(folder, name));
    const sources = join(process.cwd(), "src/review");
    for (const name of readdirSync(sources)) await import(join(sources, name));
    // What the tests' tables are made of is no part of what the sources compute on loading.
    const computed = structuredClone(switches.mutantCoverage?.static);
    await mocha.loadFilesAsync();
    if (switches.mutantCoverage && computed) switches.mutantCoverage.static = computed;
    mocha.suite.beforeEach(function () {
      steps.test = this.currentTest!.fullTitle();
      steps.taken = 0;
      const known = steps.known.get(steps.test);
      steps.most = known === undefined ? Infinity : times * known + more;
    });
    return mocha;
  }

  /** What the tests took of the sources as they are, kept by the first run. */
  function stepsRead(): void {
    const file = join(process.cwd(), stepsFile);
    if (steps.known.size === 0 && existsSync(file))
      steps.known = new Map(JSON.parse(readFileSync(file, "utf8")) as [string, number][]);
  }

  async function run(all: Mocha, ids: readonly string[] | null): Promise<TestResult[]> {
    const wanted = ids && new Set(ids);
    const results: TestResult[] = [];
    const taken: [string, number][] = [];
    all.grep(only(wanted ?? new Set()));
    setBail(all.suite, wanted !== null);
    await new Promise<void>((resolve) => {
      all
        .run(() => resolve())
        .on("test end", () => taken.push([steps.test!, steps.taken / 3]))
        .on("pass", (test) => results.push(resultOf(test)))
        .on("fail", (test, error: Error) =>
          results.push({ ...resultOf(test), status: 1, failureMessage: String(error?.message ?? error) }),
        );
    });
    if (wanted === null) writeFileSync(join(process.cwd(), stepsFile), JSON.stringify(taken));
    return results;
  }

  return {
    capabilities: () => ({ reloadEnvironment: false }),
    async dryRun() {
      try {
        const tests = await run(await load(), null);
        return { status: "complete", tests, mutantCoverage: switches.mutantCoverage };
      } catch (error) {
        return { status: "error", errorMessage: String((error as Error).stack) };
      }
    },
    async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation }: MutantRun) {
      try {
        // The limit given is a hundred times what the sources do: to count that far takes many seconds, for each loop without an end.
        const limit = hitLimit === undefined ? undefined : hitLimit / 10;
        switches.hitLimit = limit;
        switches.hitCount = limit === undefined ? undefined : 0;
        [steps.taken, steps.most] = [0, Infinity];
        stepsRead();
        const all = await load(mutantActivation === "static" ? activeMutant : undefined);
        switches.activeMutant = activeMutant.id;
        const tests = await run(all, testFilter ?? []);
        if (limit !== undefined && switches.hitCount! > limit) return { status: "timeout", reason: "hit limit" };
        if (steps.taken > steps.most) return { status: "timeout", reason: "steps" };
        const failed = tests.filter((test) => test.status === 1);
        if (failed.length === 0) return { status: "survived", nrOfTests: tests.length };
        const killedBy = failed.map((test) => test.id);
        return { status: "killed", killedBy, failureMessage: failed[0]!.failureMessage, nrOfTests: tests.length };
      } catch (error) {
        // What cannot even be loaded with the mutant was noticed.
        return { status: "killed", killedBy: [], failureMessage: String((error as Error).message), nrOfTests: 0 };
      }
    },
  };
}

function inOrder(names: readonly string[]): string[] {
  return [...names].sort((a, b) => Number(slow.includes(a)) - Number(slow.includes(b)));
}

function near(names: readonly string[], source: string): string[] {
  const own = names.filter((name) => name.startsWith(basename(source, ".ts")));
  return own.length > 0 ? own : names.filter((name) => !slow.includes(name));
}

/** No filter means that no test is known to reach the mutant: all are run. */
function only(wanted: ReadonlySet<string>): RegExp {
  const test = (title: string) => !beside.test(title) && (wanted.size === 0 || wanted.has(title));
  return Object.assign(/(?:)/, { test });
}

function setBail(suite: Mocha.Suite, bail: boolean): void {
  suite.bail(bail);
  for (const each of suite.suites) setBail(each, bail);
}

function resultOf(test: Mocha.Test): TestResult {
  const name = test.fullTitle();
  return { id: name, name, timeSpentMs: test.duration ?? 0, status: 0 };
}

/** Mocha wants a reporter. */
function Silent(): void {}

const factory = Object.assign(runner, { inject: [] });

export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", factory }];

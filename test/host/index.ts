/**
 * The in-host suite's entry: VS Code loads this module in its extension host and calls `run`.
 *
 * It runs every `*.test.cjs` beside it with mocha, prints a line per test to the console, and writes the outcome as JSON to the
 * file named by `COUNTERSIGN_HOST_RESULTS`. `COUNTERSIGN_HOST_GREP` picks tests by their title.
 */
import Mocha from "mocha";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The counts that the test command adds up, and what failed. */
export type HostResults = { passed: number; failed: number; skipped: number; failures: string[] };

/** Resolves when every test passed; rejects with the number of failures otherwise. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, reporter: "base", forbidOnly: Boolean(process.env["CI"]) });
  const pick = process.env["COUNTERSIGN_HOST_GREP"];
  if (pick) mocha.grep(pick);
  const names = readdirSync(__dirname).filter((name) => name.endsWith(".test.cjs"));
  for (const name of names.sort()) mocha.addFile(join(__dirname, name));

  const results: HostResults = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const failed = await new Promise<number>((done) => {
    const runner = mocha.run(done);
    runner.on("pass", (test) => {
      results.passed += 1;
      console.log(`✔ ${test.fullTitle()} (${test.duration ?? 0} ms)`);
    });
    runner.on("pending", (test) => {
      results.skipped += 1;
      console.log(`- ${test.fullTitle()}`);
    });
    runner.on("fail", (test, problem: Error) => {
      results.failed += 1;
      results.failures.push(`${test.fullTitle()}\n${problem.stack ?? problem.message}`);
      console.log(`✖ ${test.fullTitle()}\n${problem.stack ?? problem.message}`);
    });
  });
  const file = process.env["COUNTERSIGN_HOST_RESULTS"];
  if (file) writeFileSync(file, JSON.stringify(results, null, 2));
  if (failed > 0) throw new Error(`${failed} in-host tests failed`);
}

/**
 * Mocha's spec reporter, which at the end also writes how many tests passed, failed and were skipped, and the titles and
 * problems of those that failed, as JSON, to the file named by the reporter option `file`.
 */
import Mocha from "mocha";
import { writeFileSync } from "node:fs";

export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    runner.on("fail", (test, problem) => failed.push(`${test.fullTitle()}\n${problem.message ?? problem}`));
    runner.once("end", () => {
      const { passes, failures, pending } = runner.stats;
      writeFileSync(
        options.reporterOptions.file,
        JSON.stringify({ passed: passes, failed: failures, skipped: pending, failures: failed }),
      );
    });
  }
}

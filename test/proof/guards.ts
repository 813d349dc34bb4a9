/**
 * The guards: each is switched off by a small change of its source, in a copy of the project, and at least one test has to fail.
 *
 * The table is in `test/table/guards.ts`. What was changed, and which tests noticed, goes to the console. A change that does not fit
 * its source, and one that no test notices, is a failure; so is a test that fails without a change.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { guards, type Guard } from "../table/guards.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Tries this slice's share of the guards. */
export default async function guardsProof(options: {
  slice: { k: number; n: number };
}): Promise<{ tried: number; failed: number; cases: unknown[] }> {
  const { slice } = options;
  const copy = realpathSync(mkdtempSync(join(tmpdir(), "countersign-guards-")));
  const cases: unknown[] = [];
  let tried = 0;
  try {
    for (const name of [
      "src",
      "test",
      "media",
      "package.json",
      "package-lock.json",
      "package.nls.json",
      "tsconfig.json",
    ])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    mkdirSync(join(copy, "out"));
    const own = guards.filter((_, index) => index % slice.n === slice.k - 1);
    const sound = new Map<string, string[]>();
    for (const guard of own) {
      tried += 1;
      const tests = `${guard.tests} ${guard.grep ?? ""}`;
      if (!sound.has(tests)) sound.set(tests, await failing(copy, guard));
      const problem =
        sound.get(tests)!.length > 0
          ? `fails without a change: ${sound.get(tests)!.join("; ")}`
          : await tryGuard(copy, guard);
      if (problem !== null) cases.push({ guard: guard.guard, problem });
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return { tried, failed: cases.length, cases };
}

/** Switches one guard off, runs its tests, and switches it on again. Null: a test noticed. */
async function tryGuard(copy: string, guard: Guard): Promise<string | null> {
  const file = join(copy, guard.file);
  const source = readFileSync(file, "utf8");
  if (source.split(guard.replace).length !== 2) return `“${guard.replace}” does not stand once in ${guard.file}`;
  writeFileSync(
    file,
    source.replace(guard.replace, () => guard.by),
  );
  try {
    const failed = await failing(copy, guard);
    console.log(`${failed.length > 0 ? "caught" : "MISSED"}  ${guard.guard} (${guard.file})`);
    for (const title of failed.slice(0, 3)) console.log(`          by: ${title}`);
    return failed.length > 0 ? null : "no test noticed";
  } finally {
    writeFileSync(file, source);
  }
}

/** The titles of the tests that fail; a run that cannot begin or does not end counts as one. */
async function failing(copy: string, { tests, grep }: Guard): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [
      join(copy, "node_modules/mocha/bin/mocha.js"),
      tests,
      ...(grep === undefined ? [] : ["--grep", grep]),
      "--timeout=30000",
      "--exit",
      "--reporter=json",
      `--reporter-option=output=${join(copy, "out/results.json")}`,
    ],
    { cwd: copy, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-300)));
  rmSync(join(copy, "out/results.json"), { force: true });
  const limit = setTimeout(() => child.kill("SIGKILL"), 120_000);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(limit);
  if (code === 0) return [];
  try {
    const results = JSON.parse(readFileSync(join(copy, "out/results.json"), "utf8")) as {
      failures: { fullTitle: string }[];
    };
    return results.failures.map(({ fullTitle }) => fullTitle);
  } catch {
    return [`the run itself: ${said.trim()}`];
  }
}

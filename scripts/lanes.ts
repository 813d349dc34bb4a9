/**
 * The lanes of `npm test`: each is a name, what it needs, and how it is run.
 *
 * A lane gives its counts, or says why it cannot run here; it prints what a person needs to see while it runs.
 * To add one, add a row.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { openSandbox } from "../src/system/sandbox/index.ts";
import { agentReady, realAgents } from "./hosts/agents.ts";
import { browserReady, takenAsYes } from "./hosts/browser.ts";
import { bubblewrapReady } from "./hosts/bubblewrap.ts";
import { makeCertificates } from "./hosts/certificates.ts";
import { realPackageReady } from "./hosts/fixture.ts";
import { downloadedDesktop, runInDesktop, type DesktopSuite } from "./hosts/desktop.ts";
import { runInHost } from "./hosts/in-host.ts";
import { trustSettings } from "./hosts/profile.ts";
import { serverInstalled } from "./hosts/server.ts";
import { copySample, temporaryFolder } from "./hosts/workspace.ts";
import { childEnvironment, lastLines, root } from "./setup.mjs";

/** What a lane counted. */
export type Counts = { passed: number; failed: number; skipped: number };

/** How a lane went; `failures` are what failed in it, each a title and its problem, where the lane has titles. */
export type LaneOutcome = ({ kind: "ran"; failures?: string[] } & Counts) | { kind: "cannot run"; cause: string };

/** A lane: `host` marks those that run in a real VS Code, `needsBuild` those that run what esbuild made. */
export type Lane = { name: string; host: boolean; needsBuild: boolean; run(): Promise<LaneOutcome> };

const bin = (path: string): string => join(root, "node_modules", path);

export const lanes: readonly Lane[] = [
  {
    name: "lint",
    host: false,
    needsBuild: false,
    run: () => oneTool([bin("eslint/bin/eslint.js"), ".", "--max-warnings=0"]),
  },
  {
    name: "types",
    host: false,
    needsBuild: false,
    run: () => oneTool([bin("typescript/bin/tsc"), "-p", "."], [bin("typescript/bin/tsc"), "-p", "scripts"]),
  },
  {
    name: "format",
    host: false,
    needsBuild: false,
    run: () => oneTool([bin("prettier/bin/prettier.cjs"), "--check", "--log-level=warn", "."]),
  },
  { name: "unit", host: false, needsBuild: false, run: unitTests },
  { name: "host", host: true, needsBuild: true, run: hostTests },
  { name: "desktop", host: true, needsBuild: true, run: desktopTests },
  { name: "vsix", host: true, needsBuild: false, run: asAStranger },
  { name: "kill", host: true, needsBuild: false, run: kills },
  { name: "trust", host: true, needsBuild: true, run: hostileFolder },
  { name: "agents", host: false, needsBuild: false, run: withRealAgents },
];

/** Tools that have one answer each: together they count as one. */
async function oneTool(...commands: string[][]): Promise<LaneOutcome> {
  let failed = 0;
  for (const args of commands) if ((await shown(args)) !== 0) failed = 1;
  return { kind: "ran", passed: 1 - failed, failed, skipped: 0 };
}

async function unitTests(): Promise<LaneOutcome> {
  await bubblewrapReady();
  const file = resultsFile("unit");
  const code = await shown([
    bin("mocha/bin/mocha.js"),
    "test/unit/**/*.test.ts",
    "--timeout=20000",
    "--forbid-only",
    `--reporter=${join(root, "scripts/counting-reporter.mjs")}`,
    `--reporter-option=file=${file}`,
  ]);
  return counted(file, code);
}

/** The package, installed and driven as a stranger would. */
async function asAStranger(): Promise<LaneOutcome> {
  const browser = await browserReady(takenAsYes({}));
  if (browser.kind === "missing") return { kind: "cannot run", cause: browser.cause };
  const vsix = await import("../test/ui/vsix.ts");
  const counts = await vsix.asAStranger({ browser: browser.path, print: (line) => console.log(`  ${line}`) });
  return { kind: "ran", ...counts, skipped: 0 };
}

/** A hostile folder, first without trust and then with it. */
async function hostileFolder(): Promise<LaneOutcome> {
  const browser = await browserReady(takenAsYes({}));
  if (browser.kind === "missing") return { kind: "cannot run", cause: browser.cause };
  const { restricted } = await import("../test/ui/restricted.ts");
  const { tried, problems } = await restricted({ browser: browser.path, out: join(root, "out/trust") });
  for (const problem of problems) console.log(`  ✖ ${problem}`);
  const passed = Math.max(0, tried - problems.length);
  return { kind: "ran", passed, failed: problems.length, skipped: 0, failures: problems };
}

/** The same suite in desktop VS Code, where there is a display and the download can be reached. */
async function desktopTests(): Promise<LaneOutcome> {
  const desktop = await downloadedDesktop();
  if (desktop.kind === "none") return { kind: "cannot run", cause: desktop.cause };
  const suite = await hostSuite("desktop");
  const code = await runInDesktop(desktop.command, suite);
  return counted(suite.file, code);
}

/** What the in-host suite is given in any host: a copy of the sample project, a profile, and where it tells its outcome. */
async function hostSuite(name: string): Promise<DesktopSuite & { file: string }> {
  const fixture = await realPackageReady();
  if (fixture.kind === "missing")
    console.log(`SKIPPED ${name}, the tests on a real published package: ${fixture.cause}`);
  const file = resultsFile(name);
  const folder = temporaryFolder(name);
  const [workspace, dataDir] = [join(folder, "sample"), join(folder, "profile")];
  await copySample(workspace);
  return {
    file,
    workspace,
    dataDir,
    // VS Code's own git is off: whatever happens to a repository is then of our doing.
    settings: { ...trustSettings, "git.enabled": false },
    extensionTestsPath: join(root, "out/test/host/index.cjs"),
    env: {
      COUNTERSIGN_HOST_RESULTS: file,
      COUNTERSIGN_HOST_DATA: dataDir,
      COUNTERSIGN_REAL_PACKAGE: fixture.kind === "ready" ? fixture.folder : "missing",
      COUNTERSIGN_CERTIFICATES: "missing",
      COUNTERSIGN_ROOT: root,
    },
  };
}

/** The in-host suite in the server host, on a copy of the sample project. */
async function hostTests(): Promise<LaneOutcome> {
  const browser = await browserReady(takenAsYes({}));
  if (browser.kind === "missing") return { kind: "cannot run", cause: browser.cause };
  try {
    await serverInstalled();
  } catch (problem) {
    return { kind: "cannot run", cause: `VS Code's server cannot be fetched: ${(problem as Error).message}` };
  }
  const suite = await hostSuite("host");
  const { file } = suite;
  const certificates = await makeCertificates(join(temporaryFolder("certificates"), "made"));
  if (certificates.kind === "missing") console.log(`SKIPPED host, the tests behind a proxy: ${certificates.cause}`);
  else Object.assign(suite.env, certificates.env, { COUNTERSIGN_CERTIFICATES: certificates.folder });
  const outcome = await runInHost(
    {
      ...suite,
      extensionDevelopmentPath: root,
      browser: browser.path,
      // The rest of what a workbench writes to its console is its own.
      print: (line) => /^[✔✖-] /u.test(line) && console.log(`  ${line}`),
    },
    AbortSignal.timeout(10 * 60_000),
  );
  if (outcome.kind === "no answer") console.log(`The host gave no answer: ${outcome.cause}.`);
  const code = outcome.kind === "ended" ? outcome.code : 1;
  if (!existsSync(file)) console.log(lastLines(outcome.lines.join("\n"), 40));
  return counted(file, code);
}

/** The same job by the built-in loop and by every real agent that can be had here. */
async function withRealAgents(): Promise<LaneOutcome> {
  const found = await Promise.all(realAgents.map(agentReady));
  const causes = found.flatMap((one) => (one.kind === "missing" ? [one.cause] : []));
  const sandbox = await openSandbox({ records: temporaryFolder("agents") }).probe();
  if (sandbox.kind === "none") return { kind: "cannot run", cause: sandbox.why };
  if (causes.length === found.length) return { kind: "cannot run", cause: causes.join("; ") };
  for (const cause of causes) console.log(`SKIPPED agents, the tests with one of them: ${cause}`);
  const file = resultsFile("agents");
  const code = await shown([
    bin("mocha/bin/mocha.js"),
    "test/agents/**/*.test.ts",
    "--timeout=180000",
    "--forbid-only",
    "--exit",
    `--reporter=${join(root, "scripts/counting-reporter.mjs")}`,
    `--reporter-option=file=${file}`,
  ]);
  return counted(file, code);
}

/** Six kills of a running extension that is installed as a stranger has it; all of them: `npm run proof -- kills`. */
async function kills(): Promise<LaneOutcome> {
  if (process.platform !== "linux") return { kind: "cannot run", cause: "processes are found in /proc, on Linux" };
  const browser = await browserReady(takenAsYes({}));
  if (browser.kind === "missing") return { kind: "cannot run", cause: browser.cause };
  const { liveThrough } = await import("../test/ui/kill.ts");
  const { sampleOf } = await import("../test/ui/killSteps.ts");
  const seed = Number(process.env["COUNTERSIGN_SEED"] ?? 1);
  const print = (line: string): void => console.log(`  ${line}`);
  const { tried, failed } = await liveThrough(sampleOf(seed), { browser: browser.path, print });
  return { kind: "ran", passed: tried - failed, failed, skipped: 0 };
}

/** Runs a Node program with its output shown, and gives its exit code. */
async function shown(args: string[]): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: childEnvironment(),
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(child, "close")) as [number | null];
  return code ?? 1;
}

function resultsFile(name: string): string {
  const file = join(root, "out/test-results", `${name}.json`);
  mkdirSync(join(root, "out/test-results"), { recursive: true });
  rmSync(file, { force: true });
  return file;
}

/** What a suite wrote at its end. One that ended badly without a failing test counts as one failure. */
function counted(file: string, code: number): LaneOutcome {
  if (!existsSync(file)) return { kind: "ran", passed: 0, failed: 1, skipped: 0 };
  type Written = Counts & { failures: string[] };
  const { passed, failed, skipped, failures } = JSON.parse(readFileSync(file, "utf8")) as Written;
  return { kind: "ran", passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped, failures };
}

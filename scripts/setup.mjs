/**
 * What every script shares before any package is installed: a line of progress, and a tool run quietly.
 *
 * Node built-ins only, in syntax that Node 18 reads, because it runs before Node 24 is there.
 * Always: a tool's output is shown when the tool fails, and only then.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Where downloaded hosts and tools are kept, each in a folder named for its version. */
export const cache = join(root, ".vscode-test");

/** What the run that started us leaves in the environment and would mislead what we start: npm's, an editor's, a git hook's. */
const notPassedOn =
  /^(npm_(package|lifecycle)_.*|npm_(command|config_(local_prefix|prefix|global))|VSCODE_.*|ELECTRON_RUN_AS_NODE|GIT_(DIR|COMMON_DIR|WORK_TREE|INDEX_FILE|PREFIX|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES))$/;

/** The environment for child processes, with the running Node first on PATH. */
export function childEnvironment(nodeBinary = process.execPath) {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !notPassedOn.test(name)));
  const path = Object.keys(environment).find((name) => name.toUpperCase() === "PATH") || "PATH";
  environment[path] = dirname(nodeBinary) + delimiter + (environment[path] || "");
  return environment;
}

/** Prints `name … 1.2 s` around a piece of work, and gives what the work gives. */
export async function step(name, work) {
  const started = performance.now();
  process.stdout.write(`${name} … `);
  try {
    const result = await work();
    process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (problem) {
    process.stdout.write("failed\n");
    throw problem;
  }
}

/** Runs a tool to its end and gives its output; throws an Error that carries the output when it does not end with 0. */
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: options.cwd || root,
      env: Object.assign(childEnvironment(), options.env),
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      shell: options.shell || false,
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    if (options.input !== undefined) child.stdin.end(options.input);
    child.on("error", (problem) => fail(toolFailed(command, args, problem.message, output)));
    child.on("close", (code, signal) => {
      if (code === 0) done(output);
      else fail(toolFailed(command, args, signal ? `ended by ${signal}` : `exit code ${code}`, output));
    });
  });
}

/** Runs npm in `cwd`: the npm that started us where there is one, else the one on PATH. */
export function npm(args, cwd) {
  const started = process.env.npm_execpath;
  const quiet = [...args, "--no-fund", "--no-audit", "--no-update-notifier"];
  if (started && /npm-cli\.[cm]?js$/.test(started) && existsSync(started)) {
    return run(process.execPath, [started, ...quiet], { cwd });
  }
  return process.platform === "win32" ? run("npm.cmd", quiet, { cwd, shell: true }) : run("npm", quiet, { cwd });
}

/** Prints what went wrong, with the last lines of the tool's output where there is one, and ends with 1. */
export function giveUp(problem) {
  console.error(`\n${problem && problem.message ? problem.message : problem}`);
  if (problem && problem.output) console.error(lastLines(problem.output, 60));
  else if (problem && problem.stack && process.env.COUNTERSIGN_TRACE) console.error(problem.stack);
  process.exit(1);
}

export function lastLines(text, count) {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

function toolFailed(command, args, cause, output) {
  const problem = new Error(`${[command, ...args].join(" ")}: ${cause}`);
  problem.output = output;
  return problem;
}

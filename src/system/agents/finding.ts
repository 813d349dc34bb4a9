/**
 * Finding: which agents this machine has, and how each is started.
 *
 * Looks along the PATH that the editor was started with, and at what the person configured. Nothing is run; the version is the one that the
 * program's own package names. A command is found anew for each start: an old log names an agent, never a command.
 * Always: a program that lies in the folder that is open is none of the person's, and is refused.
 */
import { accessSync, closeSync, constants, openSync, readFileSync, readSync, realpathSync, statSync } from "node:fs";
import { basename, delimiter, dirname, isAbsolute, join, sep } from "node:path";
import type { ConfiguredAgent, FoundAgent, MissingAgent } from "../../protocol/index.ts";
import { isUnder } from "../paths.ts";
import { knownAgents, type KnownAgent } from "./known.ts";

export interface FindOptions {
  configured: readonly ConfiguredAgent[];
  /** The person's PATH. */
  path: string;
  /** The folder that is open. */
  tree: string;
}

/** All that are there, configured ones first; configured ones that are not there are named. */
export function findAgents(options: FindOptions): (FoundAgent | MissingAgent)[] {
  const own = options.configured.map((agent) => configuredAgent(agent, options));
  const names = new Set(own.map(({ name }) => name));
  const known = knownAgents.filter(({ name }) => !names.has(name)).map((agent) => knownAgent(agent, options));
  return [...own, ...known.filter(({ kind }) => kind === "found")];
}

function configuredAgent(agent: ConfiguredAgent, options: FindOptions): FoundAgent | MissingAgent {
  const known = knownAgents.find(
    ({ name, commands }) => name === agent.name || commands.some(([command]) => command === basename(agent.command)),
  );
  return found(
    agent.name,
    [agent.command, ...agent.args],
    { ...known?.environment, ...agent.env },
    known,
    options,
    true,
  );
}

function knownAgent(agent: KnownAgent, options: FindOptions): FoundAgent | MissingAgent {
  let first: MissingAgent | null = null;
  for (const argv of agent.commands) {
    const one = found(agent.name, argv, agent.environment, agent, options, false);
    if (one.kind === "found") return one;
    first ??= one;
  }
  return first!;
}

function found(
  name: string,
  [command, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  known: KnownAgent | undefined,
  options: FindOptions,
  configured: boolean,
): FoundAgent | MissingAgent {
  const file = isAbsolute(command) ? runnable(command) : onPath(command, options);
  if (file === null) return missing(name, `The command “${command}” of ${name} is not there.`);
  if (isUnder(options.tree, file))
    return missing(name, `The command of ${name} lies in the folder that is open, so it is not used.`);
  const interpreter = interpreterOf(file, options);
  if (interpreter === "missing")
    return missing(name, `The command of ${name} needs a program that is not on your PATH.`);
  const program = programFolder(file);
  const scripts = args.flatMap((arg) => scriptIn(arg, options));
  const [script] = scripts;
  return {
    kind: "found",
    name,
    argv: interpreter === null ? [file, ...args] : [interpreter, file, ...args],
    env,
    program,
    tools: [
      ...(interpreter === null || isSystems(interpreter)
        ? []
        : [{ folder: dirname(interpreter), programs: [dirname(interpreter)] }]),
      ...scripts.map((one) => ({ folder: programFolder(one), programs: [] })),
    ],
    version: versionOf(script ?? file),
    credentials: known?.credentials ?? [],
    variables: known?.variables ?? [],
    configured,
  };
}

function missing(name: string, why: string): MissingAgent {
  return {
    kind: "missing",
    name,
    why,
    remedy: "Install it, or correct the setting “countersign.agents”, then try again.",
  };
}

function onPath(command: string, { path, tree }: FindOptions): string | null {
  if (command.includes("/") || command.includes("\\")) return null;
  const names = process.platform === "win32" ? [`${command}.cmd`, `${command}.exe`, command] : [command];
  for (const folder of path.split(delimiter)) {
    if (!isAbsolute(folder) || isUnder(tree, folder)) continue;
    for (const name of names) {
      const file = runnable(join(folder, name));
      if (file !== null) return file;
    }
  }
  return null;
}

/** The real path of a file that may be executed. */
function runnable(path: string): string | null {
  try {
    const real = realpathSync(path);
    if (!statSync(real).isFile()) return null;
    accessSync(real, constants.X_OK);
    return real;
  } catch {
    return null;
  }
}

/** The program of a script that names one by way of `env`; null where the file starts by itself. */
function interpreterOf(file: string, options: FindOptions): string | null {
  const name = /^#!\s*\/usr\/bin\/env\s+(?:-S\s+)?([\w.-]+)/.exec(firstLine(file))?.[1];
  return name === undefined ? null : (onPath(name, options) ?? "missing");
}

function firstLine(file: string): string {
  const bytes = Buffer.alloc(200);
  const open = openSync(file, "r");
  try {
    return bytes
      .subarray(0, readSync(open, bytes, 0, bytes.length, 0))
      .toString("latin1")
      .split("\n")[0]!;
  } finally {
    closeSync(open);
  }
}

/** What has to be there for it to run: its packages where it came from npm, else its own folder. */
function programFolder(file: string): string {
  const mark = `${sep}node_modules${sep}`;
  const at = file.indexOf(mark);
  return at < 0 ? dirname(file) : file.slice(0, at + mark.length - 1);
}

/** A script that a program is given, as in `node /opt/agent/index.js`. */
function scriptIn(arg: string, { tree }: FindOptions): string[] {
  if (!isAbsolute(arg)) return [];
  try {
    const file = realpathSync(arg);
    const folder = programFolder(file);
    const clear = statSync(file).isFile() && !isUnder(tree, folder) && !isUnder(folder, tree) && !isSystems(file);
    return clear ? [file] : [];
  } catch {
    return [];
  }
}

function isSystems(file: string): boolean {
  return ["/usr/", "/bin/", "/sbin/", "/nix/store/", "/gnu/store/"].some((folder) => file.startsWith(folder));
}

/** The version in the nearest package that the file belongs to. */
function versionOf(file: string): string {
  for (
    let folder = dirname(file);
    dirname(folder) !== folder && basename(folder) !== "node_modules";
    folder = dirname(folder)
  ) {
    try {
      const value: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const version = (value as { version?: unknown } | null)?.version;
      return typeof version === "string" && /^[\w.+-]{1,60}$/.test(version) ? version : "";
    } catch {
      // Not here, or none: the next folder up.
    }
  }
  return "";
}

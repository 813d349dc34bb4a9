/**
 * Published packages at exact versions, for the bench and the proof of the review room: fetched from npm once, and kept
 * in the cache.
 *
 * Always: what cannot be had is a value with its cause; a folder in the cache is there whole or not at all.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, npm, step } from "../../scripts/setup.mjs";

export type Fetched = { kind: "ready"; folder: (spec: string) => string } | { kind: "missing"; cause: string };

const store = join(cache, "fixtures", "packages");

/** The folder of `name@version` in the cache, whether it is there or not. */
function folderOf(spec: string): string {
  return join(store, spec.replace(/[^A-Za-z0-9.@-]/g, "_"));
}

/** Which of the packages are in the cache. */
export function packagesKept(specs: readonly string[]): boolean {
  return specs.every((spec) => existsSync(folderOf(spec)));
}

/** Fetches what is not in the cache. `specs` are `name@1.2.3`. */
export async function packagesReady(specs: readonly string[]): Promise<Fetched> {
  const missing = specs.filter((spec) => !existsSync(folderOf(spec)));
  const partial = `${store}.partial-${process.pid}`;
  try {
    if (missing.length > 0) await step(`Fetching ${missing.length} package versions from npm`, fetched);
    return { kind: "ready", folder: folderOf };
  } catch (problem) {
    return { kind: "missing", cause: causeOf(problem) };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }

  async function fetched(): Promise<void> {
    mkdirSync(store, { recursive: true });
    for (const spec of missing) {
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(join(partial, "unpacked"), { recursive: true });
      writeFileSync(join(partial, "package.json"), '{ "private": true }\n');
      await npm(["pack", spec, "--ignore-scripts", "--fetch-retries=1"], partial);
      const archive = readdirSync(partial).find((name) => name.endsWith(".tgz"))!;
      // Relative names: tar takes a colon in a path for another machine's.
      execFileSync("tar", ["-xzf", archive, "-C", "unpacked", "--no-same-owner"], { cwd: partial });
      const [top] = readdirSync(join(partial, "unpacked"));
      renameSync(join(partial, "unpacked", top!), folderOf(spec));
    }
  }
}

/**
 * Installs packages with what they need in a folder of the cache, named `name`: what a bench or a proof is held against or run by, and
 * no part of the project. `saying` is shown while they are fetched.
 */
export async function installedReady(
  name: string,
  specs: readonly string[],
  saying: string,
): Promise<{ folder: string } | { cause: string }> {
  const folder = join(cache, "fixtures", name);
  const complete = `complete ${specs.join(" ")}`.replaceAll("/", "_");
  if (existsSync(join(folder, complete))) return { folder };
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await step(saying, async () => {
      mkdirSync(partial, { recursive: true });
      writeFileSync(join(partial, "package.json"), '{ "private": true }\n');
      await npm(["install", ...specs, "--no-save", "--ignore-scripts", "--fetch-retries=1"], partial);
      writeFileSync(join(partial, complete), "");
      rmSync(folder, { recursive: true, force: true });
      renameSync(partial, folder);
    });
    return { folder };
  } catch (problem) {
    rmSync(partial, { recursive: true, force: true });
    return { cause: causeOf(problem) };
  }
}

/** What npm said of it, in one line. */
function causeOf(problem: unknown): string {
  const { output = "", message } = problem as { output?: string; message: string };
  const codes = [...output.matchAll(/^npm (?:error|ERR!) (code \S+|\d+ .*)$/gm)].map(([, code]) => code!);
  return [message.slice(0, 200), ...codes].join(", ");
}

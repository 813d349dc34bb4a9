/**
 * A real published package for the tests that work on real input: fetched from npm once, and kept in the cache.
 *
 * Always: the version is exact and the archive's SHA-512 is the one below; what cannot be had is a value with its cause.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cache, npm, step } from "../setup.mjs";

/** MIT, about 27,000 lines of source text, no dependencies. */
const realPackage = {
  name: "jquery",
  version: "3.7.1",
  sha512: "m4avr8yL8kmFN8psrbFFFmB/If14iN5o9nw/NgnnM+kybDJpRsAynV2BsfpTYrTRysYUdADVD7CkUUizgkpLfg==",
};

/** The unpacked package's folder, or why there is none. */
export type Fixture = { kind: "ready"; folder: string } | { kind: "missing"; cause: string };

/** Fetches the package where it is not in the cache. */
export async function realPackageReady(): Promise<Fixture> {
  const { name, version, sha512 } = realPackage;
  const folder = join(cache, "fixtures", `${name}-${version}`);
  const unpacked = join(folder, "node_modules", name);
  if (existsSync(join(folder, "complete"))) return { kind: "ready", folder: unpacked };
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await step(`Fetching ${name} ${version} from npm, for the tests on real input`, async () => {
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial, { recursive: true });
      writeFileSync(join(partial, "package.json"), '{ "private": true }\n');
      await npm(["pack", `${name}@${version}`, "--ignore-scripts", "--fetch-retries=1"], partial);
      const archive = `${name}-${version}.tgz`;
      const found = createHash("sha512")
        .update(readFileSync(join(partial, archive)))
        .digest("base64");
      if (found !== sha512) throw new Error(`${archive} has other bytes than expected (SHA-512 ${found})`);
      await npm(["install", `./${archive}`, "--no-save", "--ignore-scripts", "--offline"], partial);
      writeFileSync(join(partial, "complete"), version);
      rmSync(folder, { recursive: true, force: true });
      renameSync(partial, folder);
    });
    return { kind: "ready", folder: unpacked };
  } catch (problem) {
    rmSync(partial, { recursive: true, force: true });
    return { kind: "missing", cause: [(problem as Error).message, ...codesIn(problem)].join(", ") };
  }
}

/** What npm says went wrong, where it was npm: "code ECONNREFUSED" and the like. */
function codesIn(problem: unknown): string[] {
  const { output = "" } = problem as { output?: string };
  return [...output.matchAll(/^npm (?:error|ERR!) (code \S+)$/gm)].map(([, code]) => code!);
}

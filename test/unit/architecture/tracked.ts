/**
 * The project's own text files, and what must stand in none of them.
 *
 * `forbiddenIn` is pure, so that a test can show it a made-up file.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every file that git tracks or would add, with its text; files with NUL bytes are no text. Null without git. */
export function trackedTexts(root: string): Map<string, string> | null {
  let listed: string;
  try {
    const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: "0" };
    listed = execFileSync("git", args, { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return null;
  }
  const texts = new Map<string, string>();
  for (const path of new Set(listed.split("\0"))) {
    if (path === "" || !existsSync(join(root, path))) continue;
    const text = readFileSync(join(root, path), "utf8");
    if (!text.includes("\0")) texts.set(path, text);
  }
  return texts;
}

// Put together here, so that this file does not hold what it looks for.
const word = (...parts: string[]) => parts.join("");

/** `except`: the one file that has to name the word in order to forbid it. */
const forbidden: readonly { what: string; pattern: RegExp; except?: string }[] = [
  {
    what: "a path of somebody's machine",
    pattern: /(?<![\w.$}~-])(?:\/(?:home|tmp|root|Users|var\/folders)\/|[A-Za-z]:\\+Users\\+)[\w.-]+/,
  },
  { what: "text set as markup", pattern: new RegExp(word("inner", "HTML")), except: "eslint.config.mjs" },
  { what: "an inline script or style allowed", pattern: new RegExp(word("unsafe", "-inline")) },
  { what: "a proposed interface asked for", pattern: new RegExp(word("enabled", "ApiProposals")) },
];

/** A sentence for everything in the file that must not be there. */
export function forbiddenIn(path: string, text: string): string[] {
  return forbidden.flatMap(({ what, pattern, except }) => {
    const found = path === except ? null : pattern.exec(text);
    return found ? [`${path}: ${what} (${found[0]})`] : [];
  });
}

/** A sentence for every package of a lock file that names where it was fetched, or whose bytes are not fixed. */
export function lockFaults(lock: {
  packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
}): string[] {
  return Object.entries(lock.packages).flatMap(([path, entry]) => {
    if (path === "") return [];
    if (entry.resolved !== undefined) return [`${path} names where it was fetched: ${entry.resolved}`];
    return entry.integrity === undefined ? [`${path} has no integrity`] : [];
  });
}

/** A sentence for every dependency that is not one exact version. */
export function versionFaults(manifest: Record<string, unknown>): string[] {
  return ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies", "overrides"].flatMap((group) =>
    Object.entries((manifest[group] ?? {}) as Record<string, string>)
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${name} in ${group} is “${version}”, not one version`),
  );
}

/**
 * Guard: whether a path or pattern that the model named may be used.
 *
 * Reads names only, never contents. It stands before the toolset's own confinement and is stricter: a path is relative
 * to the draft or absolute inside it, has no `..`, names no `.git` in any spelling, no file that keeps secrets, and
 * passes no link.
 * Always: what it lets through is relative, with `/`. A verdict is for the one call it was asked for; it is never kept.
 */
import { isAbsolute } from "node:path";
import { guardPath, isRepositoryName, isUnder } from "../system/paths.ts";

export type Verdict = { kind: "ok"; path: string } | { kind: "refused"; why: string };

/** Judges one path against the draft's real root. The verdict's path is "" for the root itself. */
export function guard(root: string, given: string): Verdict {
  const refused = (why: string): Verdict => ({ kind: "refused", why: `${quoted(given)}: ${why}` });
  if (given.length > 4096) return refused("the path is too long");
  // Checked before anything is resolved, so that `..` cannot be resolved away.
  if (parts(given).includes("..")) return refused("the path leads upwards");
  if (isAbsolute(given) && !isUnder(root, given)) return refused("the path is outside the project");
  const inside = isAbsolute(given) ? given.slice(root.length) : given;
  const path = inside
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
  if (path === "") return given.includes("\0") ? refused("the path holds a NUL") : { kind: "ok", path };
  if (keepsSecrets(path)) return refused("a file of this name keeps secrets: the model neither reads nor writes it");
  const guarded = guardPath(root, path);
  return guarded.kind === "inside" ? { kind: "ok", path } : refused(guarded.why);
}

/** Judges a pattern for file names. */
export function guardPattern(pattern: string): Verdict {
  const named = pattern.split(/[\\/{},()|!@+?*]/);
  const refused = (why: string): Verdict => ({ kind: "refused", why: `${quoted(pattern)}: ${why}` });
  if (pattern.includes("\0")) return refused("the pattern holds a NUL");
  if (isAbsolute(pattern) || named.includes("..")) return refused("the pattern leads outside the project");
  if (named.some(isRepositoryName)) return refused("the pattern names a repository's own data");
  return { kind: "ok", path: pattern };
}

/** Whether a path has a part that stands for `.git`. */
export function leadsIntoRepository(path: string): boolean {
  return parts(path).some(isRepositoryName);
}

/**
 * Whether a path's last part is the usual name of environment settings, a private key or stored credentials. Samples
 * of them, made to be shown (".env.example"), are not meant.
 */
export function keepsSecrets(path: string): boolean {
  const name = (parts(path).at(-1) ?? "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[. ]+$/u, "");
  if (/^\.env(\..*)?$/u.test(name)) return !/\.(example|sample|template|dist|defaults)$/u.test(name);
  return secretNames.has(name) || /\.(pem|key|p12|pfx|jks|keystore|kdbx)$/u.test(name);
}

const secretNames = new Set([
  ".netrc",
  "_netrc",
  ".pypirc",
  ".pgpass",
  ".git-credentials",
  "id_rsa",
  "id_dsa",
  "id_ecdsa",
  "id_ed25519",
]);

function parts(path: string): string[] {
  return path.split(/[\\/]/);
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

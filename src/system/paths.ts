/**
 * The path guard: from a relative name to a place under a root, or a refusal.
 *
 * Edges: it answers for the moment it is asked; a command may plant a link a moment later, so a verdict is never kept.
 * Always: what is let through has no link on its way and is none itself, lies under the root by whole segments after every link of
 * the root was resolved, names no part of a repository's own data, however that name is spelled, and does not lead into a
 * repository inside the root: a submodule is another project's.
 */
import { lstatSync, realpathSync, type Stats } from "node:fs";
import { dirname, isAbsolute, relative, sep } from "node:path";

export type Guarded =
  /** `exists`: a regular file or a folder stands there now. */
  { kind: "inside"; absolute: string; exists: boolean } | { kind: "refused"; why: string };

// What file systems drop or ignore inside a name: zero-width joiners, direction marks, the byte order mark.
const ignorable = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** Whether one component stands for `.git` on some file system: any case, normal form, trailing dot or space, short name, stream. */
export function isRepositoryName(component: string): boolean {
  const plain = component
    .replace(ignorable, "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/:.*$/s, "")
    .replace(/[. ]+$/, "");
  return plain === ".git" || /^git~\d+$/.test(plain);
}

/** Why this relative path cannot be ours, or null. Looks at the name alone. */
export function nameProblem(path: string): string | null {
  if (path === "") return "the path is empty";
  if (path.includes("\0")) return "the path holds a NUL";
  if (path.includes("\\")) return "the path holds a backslash";
  if (isAbsolute(path) || path.startsWith("/") || /^[a-zA-Z]:($|\/)/.test(path)) return "the path is absolute";
  for (const component of path.split("/")) {
    if (component === "..") return "the path leads upwards";
    if (component === "" || component === ".") return "the path has an empty part";
    if (isRepositoryName(component)) return "the path names a repository's own data";
    if (
      process.platform === "win32" &&
      (/[:]|[. ]$/.test(component) || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(component))
    ) {
      return "the path has a name that Windows reads as another";
    }
  }
  return null;
}

/** The place of `path` under `root`, which must exist. */
export function guardPath(root: string, path: string): Guarded {
  const problem = nameProblem(path);
  if (problem !== null) return { kind: "refused", why: problem };
  const real = realpathSync(root);
  const components = path.split("/");
  let absolute = real;
  for (const [index, component] of components.entries()) {
    absolute += (absolute.endsWith(sep) ? "" : sep) + component;
    const last = index === components.length - 1;
    const stat = statOf(absolute);
    if (typeof stat === "string") return { kind: "refused", why: stat };
    if (stat === null) {
      const rest = components.slice(index + 1);
      return isUnder(real, realpathSync(dirname(absolute)))
        ? { kind: "inside", absolute: [absolute, ...rest].join(sep), exists: false }
        : { kind: "refused", why: "the path leads out of the folder" };
    }
    if (stat.isSymbolicLink())
      return { kind: "refused", why: last ? "the path is a link" : "the path leads through a link" };
    if (!last && !stat.isDirectory()) return { kind: "refused", why: "a part of the path is a file" };
    if (!last && statOf(absolute + sep + ".git") !== null)
      return { kind: "refused", why: "the path leads into a repository of its own" };
    if (last && !stat.isDirectory() && !stat.isFile()) return { kind: "refused", why: "the path is a special file" };
  }
  return isUnder(real, realpathSync(absolute))
    ? { kind: "inside", absolute, exists: true }
    : { kind: "refused", why: "the path leads out of the folder" };
}

/** Whether `path` is `root` or below it, by segments; both absolute and resolved. */
export function isUnder(root: string, path: string): boolean {
  const between = relative(root, path);
  return between === "" || (between !== ".." && !between.startsWith(`..${sep}`) && !isAbsolute(between));
}

/** Null where nothing stands there; a sentence where it cannot be told. */
function statOf(path: string): Stats | null | string {
  try {
    return lstatSync(path);
  } catch (problem) {
    const code = (problem as NodeJS.ErrnoException).code;
    return code === "ENOENT" ? null : `the path cannot be read (${code ?? "unknown"})`;
  }
}

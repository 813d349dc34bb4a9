/**
 * Ignore rules: which paths a listing or a proposal passes by.
 *
 * Built from texts of ignore files, each with the folder it stands in, so that the rules of the base stay what they were whatever an
 * agent writes into an ignore file. Rules of folders above the opened one count too.
 * Always: what lies in an ignored folder is ignored; the deepest rule file that has a word on a path decides.
 */
import ignore, { type Ignore } from "ignore";

/** One ignore file. `above` leads from its folder down to ours ("packages/a/"); "" for files of our own folder. */
export interface RuleText {
  folder: string;
  above: string;
  text: string;
}

export interface Rules {
  /** Whether a path is passed by; a folder's path ends with `/`. */
  ignores(path: string): boolean;
  /** Adds the ignore file of a folder on the way down. */
  add(rule: RuleText): void;
}

/** Folders that hold what tools make or fetch: never copied unless tracked, whatever the ignore files say. */
const madeByTools = new Set([
  "node_modules",
  "bower_components",
  ".venv",
  "__pycache__",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".tox",
  ".nox",
  ".gradle",
  ".terraform",
  ".next",
  ".nuxt",
  ".svelte-kit",
  ".turbo",
  ".parcel-cache",
  ".hg",
  ".svn",
  ".jj",
]);

/** Whether a folder of this name is always passed by, and why. */
export function alwaysPassedBy(name: string): boolean {
  return madeByTools.has(name);
}

export function rulesOf(texts: readonly RuleText[]): Rules {
  // Git compares names as the file system does; these are what the common ones do.
  const ignorecase = process.platform === "win32" || process.platform === "darwin";
  const above: { prefix: string; rules: Ignore }[] = [];
  const inside = new Map<string, Ignore>();
  const folders = new Map<string, boolean>();

  function add({ folder, above: prefix, text }: RuleText): void {
    const rules = ignore({ ignorecase, allowRelativePaths: true }).add(text);
    if (prefix !== "") above.push({ prefix, rules });
    else if (inside.has(folder)) inside.get(folder)!.add(text);
    else inside.set(folder, rules);
    folders.clear();
  }

  function ignores(path: string): boolean {
    const isFolder = path.endsWith("/");
    const known = isFolder ? folders.get(path) : undefined;
    if (known !== undefined) return known;
    const parent = parentOf(path);
    const answer = (parent !== "" && ignores(parent)) || decided(path, parent);
    if (isFolder) folders.set(path, answer);
    return answer;
  }

  /** From the deepest rule file upwards; none says anything: not ignored. */
  function decided(path: string, parent: string): boolean {
    for (let folder = parent; ; folder = parentOf(folder)) {
      const verdict = inside.get(folder)?.test(path.slice(folder.length));
      if (verdict?.ignored) return true;
      if (verdict?.unignored) return false;
      if (folder === "") break;
    }
    for (let index = above.length - 1; index >= 0; index--) {
      const { prefix, rules } = above[index]!;
      const verdict = rules.test(prefix + path);
      if (verdict.ignored) return true;
      if (verdict.unignored) return false;
    }
    return false;
  }

  for (const text of texts) add(text);
  return { ignores, add };
}

/** The folder of a path with its `/`; "" at the top. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/", path.length - 2) + 1);
}

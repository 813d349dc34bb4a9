/**
 * The project's own text files, and what must stand in none of them.
 *
 * `forbiddenIn` is pure, so that a test can show it a made-up file.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every file that git tracks or would add, with its bytes. Null without git. */
export function trackedFiles(root: string): Map<string, Buffer> | null {
  let listed: string;
  try {
    const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const env = { ...process.env, GIT_OPTIONAL_LOCKS: "0" };
    listed = execFileSync("git", args, { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return null;
  }
  const paths = [...new Set(listed.split("\0"))].filter((path) => path !== "" && existsSync(join(root, path)));
  return new Map(paths.map((path) => [path, readFileSync(join(root, path))]));
}

/** Those that are text: files with NUL bytes are none. */
export function textsOf(files: ReadonlyMap<string, Buffer>): Map<string, string> {
  const texts = [...files].filter(([, bytes]) => !bytes.includes(0));
  return new Map(texts.map(([path, bytes]) => [path, bytes.toString("utf8")]));
}

// Put together here, so that this file does not hold what it looks for.
const word = (...parts: string[]) => parts.join("");

/** `except`: the files that have to name the word in order to forbid it. */
const forbidden: readonly { what: string; pattern: RegExp; except?: readonly string[] }[] = [
  {
    what: "a path of somebody's machine",
    pattern: /(?<![\w.$}~-])(?:\/(?:home|tmp|root|Users|var\/folders)\/|[A-Za-z]:\\+Users\\+)[\w.-]+/,
  },
  {
    what: "text set as markup",
    pattern: new RegExp(word("inner", "HTML")),
    except: ["eslint.config.mjs", "test/unit/hostile/sources.test.ts"],
  },
  { what: "an inline script or style allowed", pattern: new RegExp(word("unsafe", "-inline")) },
  {
    what: "a proposed interface asked for",
    pattern: new RegExp(
      `${word("enabled", "ApiProposals")}|${word("enable-proposed", "-api")}|${word("vscode\\.pro", "posed\\.")}`,
    ),
  },
];

/** A sentence for everything in the file that must not be there. */
export function forbiddenIn(path: string, text: string): string[] {
  return forbidden.flatMap(({ what, pattern, except }) => {
    const found = except?.includes(path) ? null : pattern.exec(text);
    return found ? [`${path}: ${what} (${found[0]})`] : [];
  });
}

/** A sentence for a file that holds code for a machine, by its name or by its first bytes. */
export function nativeIn(path: string, bytes: Uint8Array): string[] {
  const start = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  const known = ["7f454c46", "feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe", "0061736d"];
  const native =
    /\.(node|so|dll|dylib|exe|wasm|a|o|lib)$/i.test(path) || known.includes(start) || start.startsWith("4d5a");
  return native ? [`${path}: a native file`] : [];
}

const inPage = new RegExp(
  [
    word("inner", "HTML"),
    word("outer", "HTML"),
    word("insertAdjacent", "HTML"),
    word("dangerously", "Set"),
    word("document", "\\.write"),
    word("create", "ContextualFragment"),
    word("parse", "FromString"),
    word("\\bev", "al\\("),
    word("new Func", "tion\\("),
    word("java", "script:"),
    word("src", "doc"),
  ].join("|"),
  "i",
);

/** A sentence for what would set markup or run a text in the page; `path` decides whether the file is the page's. */
export function inlineIn(path: string, text: string): string[] {
  const page = path.startsWith("src/webview/") || path === "src/protocol/page.ts" || path === "src/editor/panel.ts";
  const found = page ? inPage.exec(text) : null;
  return found ? [`${path}: markup or code from a text (${found[0]})`] : [];
}

/** A sentence for every test that is left out, or runs alone, that does not say why: a comment, or a title, in the line above. */
export function skippedIn(path: string, text: string): string[] {
  if (!path.startsWith("test/") || !path.endsWith(".ts")) return [];
  const left = new RegExp(
    word("\\b(?:it|describe|context|suite|test)\\.(?:sk", "ip|on", "ly)\\b|\\bx(?:it|describe)\\(|this\\.sk", "ip\\("),
  );
  const lines = text.split("\n");
  return lines.flatMap((line, index) =>
    left.test(line) && !/^\s*\/\/ \S|\.title \+=/.test(lines[index - 1] ?? "")
      ? [`${path}:${index + 1} leaves a test out and does not say why`]
      : [],
  );
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

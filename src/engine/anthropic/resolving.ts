/**
 * Resolving: what a command is known to lead to in the draft, by content, so that an approval ends when that changes.
 *
 * Reads the draft only. It is no boundary: a shell can be led anywhere, and whatever runs, runs in the sandbox. It finds what a person
 * means by a command: the scripts of a package file, the file of a build tool, the script files that are named.
 * Always: no link is followed; the same line and the same contents give the same key; one that cannot be read counts as changed.
 */
import { createHash, randomBytes } from "node:crypto";
import { lstat, readFile, realpath } from "node:fs/promises";
import { join, posix } from "node:path";
import { isUnder } from "../../system/paths.ts";
import { guard } from "../guard.ts";

/** One thing that the command leads to: what a person is told of it, and the hash of its content. */
export interface Resolved {
  /** A sentence, or a path. */
  name: string;
  kind: "script" | "file";
  /** The path in the draft. */
  path: string;
  /** For a script: its text. */
  text: string;
  hash: string;
}

/** Programs that run scripts of a package file, and those that read a file of their own. */
const packageRunners = new Set(["npm", "npx", "pnpm", "yarn", "bun", "bunx", "corepack", "nub", "wireit"]);
const ownFiles: Readonly<Record<string, readonly string[]>> = {
  make: ["GNUmakefile", "makefile", "Makefile"],
  gmake: ["GNUmakefile", "makefile", "Makefile"],
  just: ["justfile", "Justfile", ".justfile"],
  rake: ["Rakefile", "rakefile"],
  task: ["Taskfile.yml", "Taskfile.yaml"],
  tox: ["tox.ini"],
  nox: ["noxfile.py"],
  invoke: ["tasks.py"],
  deno: ["deno.json", "deno.jsonc"],
  composer: ["composer.json"],
  gradle: ["build.gradle", "build.gradle.kts"],
  mvn: ["pom.xml"],
  ant: ["build.xml"],
  cargo: [".cargo/config.toml", "build.rs"],
  docker: ["Dockerfile"],
};

const aliases: Readonly<Record<string, string>> = {
  t: "test",
  tst: "test",
  i: "install",
  ci: "install",
  add: "install",
};
const [deepest, mostWords, largest] = [4, 400, 8 * 1024 * 1024];

/** What this line leads to, in a fixed order. `folder`: where it is run, as a path from the root. */
export async function resolve(root: string, folder: string, line: string): Promise<Resolved[]> {
  const found = new Map<string, Resolved>();
  await follow(line, 0);
  return [...found.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));

  async function follow(text: string, depth: number): Promise<void> {
    const words = wordsOf(text);
    const folders = [folder, ...(await foldersIn(root, folder, words))];
    for (const at of folders) {
      const programs = new Set(words.map((word) => posix.basename(word)));
      if ([...programs].some((program) => packageRunners.has(program))) await scripts(at, words, depth);
      for (const program of programs)
        for (const name of Object.hasOwn(ownFiles, program) ? ownFiles[program]! : [])
          await file(at, name, false, depth);
      for (const word of words) await file(at, word, true, depth);
    }
  }

  /** A file that is named. Its own words are followed where it is a script: what it runs counts too. */
  async function file(at: string, word: string, named: boolean, depth: number): Promise<void> {
    const path = pathOf(root, at, word);
    if (path === null || found.has(`file ${path}`)) return;
    const bytes = await contentOf(root, path);
    if (bytes === null || (named && !(await isScript(root, path, bytes)))) return;
    found.set(`file ${path}`, { name: path, kind: "file", path, text: "", hash: hashOf(bytes) });
    if (named && depth < deepest && /\.(sh|bash|zsh)$/.test(path)) await follow(bytes.toString("utf8"), depth + 1);
  }

  /** The scripts of a package file that the words name, with what runs before and after them; all of them where none is named. */
  async function scripts(at: string, words: readonly string[], depth: number): Promise<void> {
    const path = pathOf(root, at, "package.json");
    const bytes = path === null ? null : await contentOf(root, path);
    if (path === null || bytes === null) return;
    const all = scriptsOf(bytes);
    if (all === null) {
      found.set(`file ${path}`, { name: path, kind: "file", path, text: "", hash: hashOf(bytes) });
      return;
    }
    const named = new Set(words.map((word) => (Object.hasOwn(aliases, word) ? aliases[word]! : word)));
    const meant = [...all.keys()].filter((name) => named.has(name));
    const lifecycle = named.has("install")
      ? ["preinstall", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"]
      : [];
    const names =
      meant.length + lifecycle.length === 0
        ? [...all.keys()]
        : meant.flatMap((name) => [`pre${name}`, name, `post${name}`]);
    for (const name of [...names, ...lifecycle]) {
      const text = all.get(name);
      const id = `script ${path} ${name}`;
      if (text === undefined || found.has(id)) continue;
      found.set(id, { name, kind: "script", path, text, hash: hashOf(Buffer.from(text)) });
      if (depth < deepest) await follow(text, depth + 1);
    }
  }
}

/** The key of an answer: the line, its folder and what it leads to. */
export function approvalKey(folder: string, line: string, resolved: readonly Resolved[]): string {
  const parts = ["1", folder, line, ...resolved.map((one) => `${key(one)} ${one.hash}`)];
  return hashOf(Buffer.from(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join("")));
}

function key({ kind, path, name }: Resolved): string {
  return `${kind} ${path} ${name}`;
}

/** The words of a line, with quotes and what a shell sets apart taken away. More than enough, never fewer. */
export function wordsOf(line: string): string[] {
  const parts = line.split(/[\s"'`;&|<>(){}[\]$=,\\]+/u).filter((word) => word !== "");
  return [...new Set(parts)].slice(0, mostWords);
}

async function foldersIn(root: string, folder: string, words: readonly string[]): Promise<string[]> {
  const folders: string[] = [];
  for (const word of words) {
    const path = pathOf(root, folder, word);
    if (path === null || path === folder) continue;
    const stat = await lstat(join(root, path)).catch(() => null);
    if (stat?.isDirectory()) folders.push(path);
  }
  return [...new Set(folders)];
}

/** The path from the root that a word names, or null where it names none in the draft. */
function pathOf(root: string, at: string, word: string): string | null {
  const inside = word.startsWith(`${root}/`) ? word.slice(root.length + 1) : posix.join(at, word);
  if (word.startsWith("/") && !word.startsWith(`${root}/`)) return null;
  const path = posix.normalize(inside).replace(/\/$/, "");
  if (path === "." || path.startsWith("..")) return null;
  return guard(root, path).kind === "ok" ? path : null;
}

/** The bytes of a plain file; null where there is none. A content of its own where it cannot be read: it never equals another. */
async function contentOf(root: string, path: string): Promise<Buffer | null> {
  const full = join(root, path);
  const stat = await lstat(full).catch(() => null);
  if (!stat?.isFile()) return null;
  try {
    if (stat.size > largest || !isUnder(root, await realpath(full))) return randomBytes(32);
    return await readFile(full);
  } catch {
    return randomBytes(32);
  }
}

const scriptNames =
  /\.(sh|bash|zsh|fish|[cm]?[jt]sx?|py|rb|pl|php|lua|r|jl|tcl|awk|ps1|bat|cmd|mk|gradle|groovy|exs?)$/i;

/** What is run rather than read: by its name, its mode, or how it begins. */
async function isScript(root: string, path: string, bytes: Buffer): Promise<boolean> {
  if (scriptNames.test(path) || bytes.subarray(0, 2).toString("latin1") === "#!") return true;
  const stat = await lstat(join(root, path)).catch(() => null);
  return stat === null || (stat.mode & 0o111) !== 0;
}

function scriptsOf(bytes: Buffer): Map<string, string> | null {
  try {
    const { scripts } = JSON.parse(bytes.toString("utf8")) as { scripts?: unknown };
    if (scripts === undefined) return new Map();
    if (typeof scripts !== "object" || scripts === null) return null;
    return new Map(Object.entries(scripts).map(([name, text]) => [name, String(text)]));
  } catch {
    return null;
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

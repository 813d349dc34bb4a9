/**
 * Masking: what of the draft an agent does not get to read.
 *
 * Files that keep secrets, always. And what configures agents: it comes from whoever wrote the workspace, or from the agent itself in an
 * earlier turn, and may start programs or allow everything. It reads as nothing until the person allowed it, by its content.
 * Instructions in prose (AGENTS.md and the like) are data, and stay.
 * Always: no link is followed; a folder of configuration counts as a whole; what is too large to be looked at is masked.
 */
import { createHash } from "node:crypto";
import { lstat, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { AgentConfiguration, EngineProfile } from "../../protocol/index.ts";
import { keepsSecrets } from "../guard.ts";

export interface Masks {
  masked: EngineProfile["masked"];
  /** AgentConfiguration among them that the person could allow. */
  configuration: readonly AgentConfiguration[];
  /** Files among them whose names say that they keep secrets. */
  secrets: readonly string[];
}

const configurationFiles = [
  ".mcp.json",
  ".claude/settings.json",
  ".claude/settings.local.json",
  "opencode.json",
  "opencode.jsonc",
  ".codex/config.toml",
  ".gemini/settings.json",
  ".qwen/settings.json",
  ".kilocode/mcp.json",
];
const configurationFolders = [
  ".claude/agents",
  ".claude/commands",
  ".claude/hooks",
  ".claude/plugins",
  ".claude/skills",
  ".claude/workflows",
  ".codex/hooks",
  ".gemini/commands",
  ".gemini/extensions",
  ".opencode",
  ".clinerules/hooks",
  ".goose",
];

const mostFiles = 500;
const mostBytes = 5_000_000;
const mostEntries = 200_000;

export async function masksOf(root: string, mayRead: (configuration: AgentConfiguration) => boolean): Promise<Masks> {
  const found = await configurationIn(root);
  const configuration = found.filter((one) => one.hash === null || !mayRead(one));
  const secrets = (await secretsIn(root)).filter(
    (path) => !configuration.some((one) => path.startsWith(`${one.path}/`)),
  );
  return {
    masked: [
      ...secrets.map((path) => ({ path, kind: "file" as const })),
      ...configuration.map(({ path, kind }) => ({ path, kind })),
    ],
    configuration,
    secrets,
  };
}

/** What the person is told of what is masked, or cannot be, and was not told before. */
export function hiddenNotes(confined: boolean, masks: Masks, name: string, told: ReadonlySet<string>): string[] {
  const configuration = masks.configuration.map(({ path }) => path).filter((path) => !told.has(path));
  const secrets = confined ? masks.secrets.filter((path) => !told.has(path)) : [];
  const notes: string[] = [];
  if (configuration.length > 0)
    notes.push(
      confined
        ? `Hidden from ${name}, because it configures agents: ${listed(configuration)}. “Countersign: Choose Agent…” can allow it.`
        : `${name} reads what configures agents here, because there is no sandbox to hide it: ${listed(configuration)}.`,
    );
  if (secrets.length > 0)
    notes.push(`Hidden from ${name}, because files of these names keep secrets: ${listed(secrets)}.`);
  return notes;
}

/** Everything that `hiddenNotes` has told once it was asked. */
export function hiddenIn({ masked }: Masks): string[] {
  return masked.map(({ path }) => path);
}

const mostListed = 50;

function listed(paths: readonly string[]): string {
  const more = paths.length - mostListed;
  return [...paths.slice(0, mostListed), ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}

/** Everything in the draft that configures agents. */
export async function configurationIn(root: string): Promise<AgentConfiguration[]> {
  const found: AgentConfiguration[] = [];
  for (const path of configurationFiles) {
    const stat = await plainAt(root, path);
    if (!stat?.isFile()) continue;
    const hash = stat.size > mostBytes ? null : hashOf(path, [["", await readFile(join(root, path))]]);
    found.push({ path, kind: "file", hash });
  }
  for (const path of configurationFolders) {
    if ((await plainAt(root, path))?.isDirectory())
      found.push({ path, kind: "folder", hash: await folderHash(root, path) });
  }
  return found;
}

/** What stands at a path, if no part of the way is a link. */
async function plainAt(root: string, path: string) {
  let at = root;
  let stat = null;
  for (const part of path.split("/")) {
    at = join(at, part);
    stat = await lstat(at).catch(() => null);
    if (stat === null || stat.isSymbolicLink()) return null;
  }
  return stat;
}

async function folderHash(root: string, folder: string): Promise<string | null> {
  const files: [string, Uint8Array][] = [];
  let bytes = 0;
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  for (const entry of entries.sort((a, b) => order(join(a.parentPath, a.name), join(b.parentPath, b.name)))) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const stat = await lstat(path);
    bytes += stat.size;
    if (!stat.isFile() || files.length >= mostFiles || bytes > mostBytes) return null;
    files.push([path.slice(root.length), await readFile(path)]);
  }
  return hashOf(folder, files);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hashOf(path: string, files: readonly [string, Uint8Array][]): string {
  const hash = createHash("sha256").update(path);
  for (const [name, bytes] of files) hash.update(`\0${name}\0${bytes.length}\0`).update(bytes);
  return hash.digest("hex");
}

/** Paths of files whose names say that they keep secrets; the draft's own repository is passed by. */
async function secretsIn(root: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [""];
  let seen = 0;
  while (folders.length > 0 && seen < mostEntries) {
    const folder = folders.pop()!;
    for (const entry of await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])) {
      seen++;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && entry.name !== ".git") folders.push(path);
      else if (entry.isFile() && keepsSecrets(path)) found.push(path);
    }
  }
  return found;
}

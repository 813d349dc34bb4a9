/**
 * The manifest: what the base of a draft is, file by file, and where a draft's files lie.
 *
 * Written once, by temporary file and rename, after every body is durable: a draft exists from that moment. Everything later is
 * compared with it, so nothing about looks has to be kept on disk.
 * Always: a manifest that cannot be read whole is no manifest; the row's content is the hash of the body and of the draft's first bytes.
 */
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ContentId } from "../protocol/index.ts";
import type { RuleText } from "./ignoring.ts";
import type { Left } from "./listing.ts";
import type { Stat } from "./reading.ts";

/** One file of the base. `source` is null where an editor's unsaved bytes stood for the disk's. */
export interface Row {
  path: string;
  content: ContentId;
  /** Where the body begins in the bodies file, and its length, in bytes. */
  offset: number;
  length: number;
  source: Stat | null;
  draft: Stat;
}

/** One symbolic link of the base. `stands`: it was made in the draft too. */
export interface LinkRow {
  path: string;
  target: string;
  stands: boolean;
}

export interface Manifest {
  version: 1;
  id: string;
  folder: string;
  /** When the copy began, nanoseconds since 1970: no file was looked at earlier. */
  made: bigint;
  bytes: number;
  left: Left[];
  /** Ignore rules as they were: they decide what a proposal shows. */
  rules: RuleText[];
  rows: Row[];
  /** Null in a manifest of a time when links were not copied. */
  links: LinkRow[] | null;
}

/** A manifest as JSON holds it: rows as arrays, big numbers as text. */
type Written = Omit<Manifest, "made" | "rows" | "links"> & {
  made: string;
  links?: LinkRow[];
  rows: [path: string, content: ContentId, offset: number, length: number, source: string, draft: string][];
};

/** Where everything of one draft lies below the storage folder. */
export function placesOf(
  storage: string,
  id: string,
): { bodies: string; manifest: string; tree: string; mark: string } {
  return {
    bodies: join(storage, "bases", `${id}.bodies`),
    manifest: join(storage, "bases", `${id}.json`),
    tree: join(storage, "drafts", id),
    mark: join(storage, "drafts", `${id}.mark`),
  };
}

/** Whether this can be a draft's id at all: our own alphabet, nothing that leads anywhere. */
export function isDraftId(id: string): boolean {
  return /^[0-9a-z]{16,40}$/.test(id);
}

export function writeManifest(path: string, manifest: Manifest): void {
  const rows = manifest.rows.map((row) => [
    row.path,
    row.content,
    row.offset,
    row.length,
    row.source ? packed(row.source) : "",
    packed(row.draft),
  ]);
  const temporary = `${path}.new`;
  // Not synced: a manifest that a power cut tears is none, and the draft is made again from what the log holds.
  writeFileSync(temporary, JSON.stringify({ ...manifest, made: String(manifest.made), rows }), {
    flag: "wx",
    mode: 0o600,
  });
  renameSync(temporary, path);
}

/** The manifest with all it needs still there, or null. */
export function readManifest(storage: string, id: string): Manifest | null {
  return readManifestFile(placesOf(storage, id).manifest, storage, id);
}

/** The same, of a manifest that lies elsewhere. */
export function readManifestFile(path: string, storage: string, id: string): Manifest | null {
  const places = placesOf(storage, id);
  try {
    if (!statSync(places.tree).isDirectory() || !statSync(places.mark).isFile()) return null;
    const value = JSON.parse(readFileSync(path, "utf8")) as Written;
    if (value.version !== 1 || value.id !== id) return null;
    const rows: Row[] = value.rows.map(([path, content, offset, length, source, draft]) => ({
      path,
      content,
      offset,
      length,
      source: source === "" ? null : unpacked(source),
      draft: unpacked(draft),
    }));
    const end = rows.reduce((most, row) => Math.max(most, row.offset + row.length), 0);
    if (statSync(places.bodies).size < end) return null;
    return { ...value, made: BigInt(value.made), rows, links: value.links ?? null };
  } catch {
    return null;
  }
}

function packed(stat: Stat): string {
  return `${stat.size} ${stat.mtime} ${stat.ctime} ${stat.ino} ${stat.mode}`;
}

function unpacked(text: string): Stat {
  const [size, mtime, ctime, ino, mode] = text.split(" ").map(BigInt) as [bigint, bigint, bigint, bigint, bigint];
  return { size, mtime, ctime, ino, mode };
}

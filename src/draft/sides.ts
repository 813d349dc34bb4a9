/**
 * One side's memory: what each path held when it was last looked at, and the comparison of a path with it.
 *
 * There are two sides, the draft and the person's folder; both begin as the manifest says. A comparison changes nothing: what it found
 * is taken over by `commit` only when the caller has kept the bytes, so nothing found is ever lost on the way.
 * Always: a file whose stat moved, or that is younger than two seconds before its last check, is read; only reading says "changed".
 */
import type { BigIntStats } from "node:fs";
import type { Content, ContentId } from "../protocol/index.ts";
import { contentOf, isSame, lstat, readWhole, type Stat } from "./reading.ts";

export interface Known {
  content: Content;
  /** Whether its owner could execute it when it was last there. */
  executable: boolean;
  /** Null: not known, the file has to be read. */
  stat: Stat | null;
  /** When it was last read, nanoseconds since 1970. */
  checked: bigint;
  /** The number of the walk that met it last. */
  met?: number;
}

/** A symbolic link of one side. `stands`: it is in the tree; one that would lead away from a draft is known, and not made there. */
export interface KnownLink {
  target: string;
  stands: boolean;
}

export interface Side {
  known: Map<string, Known>;
  /** Null: nothing is known of them, and none is told; so it is of folders that were copied before links were. */
  links: Map<string, KnownLink> | null;
  /** What was already told as unshown, with a mark of its state then. */
  told: Map<string, string>;
  /** What the last comparison found, until it is committed or made again. */
  pending: { known: Map<string, Known>; links: Map<string, KnownLink | null>; told: Map<string, string> | null } | null;
}

export interface Found {
  path: string;
  before: Content;
  now: Content;
  /** The bytes of `now`; null where the file is gone. */
  bytes: Uint8Array<ArrayBuffer> | null;
}

/** A file that can be executed now and could not before, or the other way round. */
export interface ModeFound {
  path: string;
  before: boolean;
  now: boolean;
}

/** A link that came, went, or leads elsewhere: its targets, null where there was or is none. */
export interface LinkFound {
  path: string;
  before: string | null;
  now: string | null;
}

/** How one path compares. `file` is false where no regular file stands there. `mode`: its executable bit, if that changed. */
export type Compared =
  | { kind: "same"; file: boolean; mode?: ModeFound }
  | { kind: "changed"; found: Found; mode?: ModeFound }
  /** Only permissions moved. */
  | { kind: "mode"; why: string }
  /** It is there and cannot be read now: what is known stays. */
  | { kind: "unreadable"; why: string };

// Time stamps of some file systems are as coarse as this.
const young = 2_000_000_000n;

export function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

export function sideOf(
  rows: readonly { path: string; content: ContentId; stat: Stat | null; executable: boolean }[],
  checked: bigint,
  links: ReadonlyMap<string, KnownLink> | null,
): Side {
  return {
    links: links && new Map(links),
    // With all its fields from the start: a field that comes later lies apart, and a walk meets every row.
    known: new Map(
      rows.map(({ path, content, stat, executable }) => [path, { content, executable, stat, checked, met: 0 }]),
    ),
    told: new Map(),
    pending: null,
  };
}

/**
 * Compares the file at `absolute` with what is known of `path`; what was learned goes to `learned`. With `exact`, what is read lies at
 * exactly that path, which is real.
 */
export function compare(
  side: Side,
  path: string,
  absolute: string,
  learned: Map<string, Known>,
  held?: { bytes: Uint8Array<ArrayBuffer>; content: ContentId },
  exact = false,
): Compared {
  const row = side.known.get(path);
  const before = row?.content ?? null;
  const could = row?.executable ?? false;
  if (held) {
    learned.set(path, { content: held.content, stat: null, executable: could, checked: now() });
    return held.content === before
      ? { kind: "same", file: true }
      : { kind: "changed", found: { path, before, now: held.content, bytes: held.bytes } };
  }
  const stat = lstat(absolute);
  if (typeof stat === "string") return { kind: "unreadable", why: stat };
  if (row && isUntouched(row, stat)) return { kind: "same", file: true };
  const checked = now();
  const read = readWhole(absolute, undefined, exact);
  if (read.kind === "unreadable") return { kind: "unreadable", why: read.why };
  if (read.kind !== "file") return gone(side, path, learned);
  const content = contentOf(read.bytes);
  const can = isExecutable(read.stat);
  const mode = could === can ? {} : { mode: { path, before: could, now: can } };
  learned.set(path, { content, stat: read.stat, executable: can, checked });
  if (content !== before) return { kind: "changed", found: { path, before, now: content, bytes: read.bytes }, ...mode };
  if (could !== can) return { kind: "same", file: true, ...mode };
  const [was, is] = [row?.stat?.mode, read.stat.mode];
  if (was !== undefined && was !== is)
    return { kind: "mode", why: `only its permissions changed, ${octal(was)} to ${octal(is)}` };
  return { kind: "same", file: true };
}

/** Whether what stands there is the file that is known, as it was when it was read, and was not young then. */
export function isUntouched(row: Known, stat: BigIntStats | null): boolean {
  if (stat === null || row.content === null || row.stat === null || !isSame(stat, row.stat) || !stat.isFile())
    return false;
  const later = stat.mtimeNs > stat.ctimeNs ? stat.mtimeNs : stat.ctimeNs;
  return later < row.checked - young;
}

/** No regular file stands at this path. */
export function gone(side: Side, path: string, learned: Map<string, Known>): Compared {
  const row = side.known.get(path);
  const before = row?.content ?? null;
  if (before === null) return { kind: "same", file: false };
  learned.set(path, { content: null, stat: null, executable: row?.executable ?? false, checked: now() });
  return { kind: "changed", found: { path, before, now: null, bytes: null } };
}

/** Takes over what the last comparison found. */
export function commit(side: Side): void {
  if (side.pending === null) return;
  for (const [path, known] of side.pending.known) side.known.set(path, known);
  for (const [path, link] of side.pending.links) {
    if (link) side.links?.set(path, link);
    else side.links?.delete(path);
  }
  if (side.pending.told) side.told = side.pending.told;
  side.pending = null;
}

/** Windows keeps no such bit, and what it tells is a guess from the name. */
export function isExecutable(stat: Stat): boolean {
  return process.platform !== "win32" && (stat.mode & 0o100n) !== 0n;
}

function octal(mode: bigint): string {
  return (mode & 0o777n).toString(8).padStart(3, "0");
}

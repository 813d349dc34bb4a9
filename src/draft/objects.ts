/**
 * Git's objects, made by ourselves: ids, trees, a commit, and a pack with its index. Git is not run.
 *
 * Formats: gitformat-pack (version 2 of the pack and of its index) and git's tree and commit objects, all with SHA-1.
 * Always: an object's id is the hash of its header and bytes; a pack holds each object once.
 */
import { createHash, hash } from "node:crypto";
import { closeSync, openSync, renameSync, writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";
import { writeAll } from "./copying.ts";

export type ObjectKind = "commit" | "tree" | "blob";

const kinds: Readonly<Record<ObjectKind, number>> = { commit: 1, tree: 2, blob: 3 };

/** The id of an object: 40 hex digits. */
export function objectId(kind: ObjectKind, bytes: Uint8Array): string {
  if (bytes.length < 4096) return hash("sha1", Buffer.concat([header(kind, bytes.length), bytes]), "hex");
  return createHash("sha1").update(header(kind, bytes.length)).update(bytes).digest("hex");
}

function header(kind: ObjectKind, length: number): Buffer {
  return Buffer.from(`${kind} ${length}\0`);
}

export interface TreeFile {
  /** Path with `/`. */
  path: string;
  id: string;
  executable: boolean;
  /** A symbolic link, whose blob is its target. */
  link?: boolean;
}

/** The trees of these files, deepest first; the last one is the top. `files` may come in any order. */
export function treesOf(files: readonly TreeFile[]): { id: string; bytes: Buffer }[] {
  interface Folder {
    folders: Map<string, Folder>;
    files: TreeFile[];
  }
  const top: Folder = { folders: new Map(), files: [] };
  for (const file of files) {
    let at = top;
    const parts = file.path.split("/");
    for (const part of parts.slice(0, -1)) {
      if (!at.folders.has(part)) at.folders.set(part, { folders: new Map(), files: [] });
      at = at.folders.get(part)!;
    }
    at.files.push(file);
  }
  const trees: { id: string; bytes: Buffer }[] = [];
  const made = (folder: Folder): string => {
    const entries = [
      // A folder's name is sorted as if it ended with a slash.
      ...[...folder.folders].map(([name, inner]) => ({
        sort: Buffer.from(`${name}/`),
        name,
        mode: "40000",
        id: made(inner),
      })),
      ...folder.files.map((file) => {
        const name = file.path.slice(file.path.lastIndexOf("/") + 1);
        return { sort: Buffer.from(name), name, mode: modeOf(file).toString(8), id: file.id };
      }),
    ].sort((a, b) => Buffer.compare(a.sort, b.sort));
    const bytes = Buffer.concat(
      entries.flatMap(({ name, mode, id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]),
    );
    const id = objectId("tree", bytes);
    trees.push({ id, bytes });
    return id;
  };
  made(top);
  return trees;
}

/** The mode that git has for a file, or for a link. */
export function modeOf({ executable, link }: Pick<TreeFile, "executable" | "link">): number {
  return link ? 0o120000 : executable ? 0o100755 : 0o100644;
}

/** A commit's bytes. `seconds` since 1970, in UTC. */
export function commitOf(commit: { tree: string; parent: string | null; seconds: number; message: string }): Buffer {
  const who = `Countersign <countersign@localhost> ${commit.seconds} +0000`;
  const parent = commit.parent === null ? "" : `parent ${commit.parent}\n`;
  return Buffer.from(`tree ${commit.tree}\n${parent}author ${who}\ncommitter ${who}\n\n${commit.message}\n`);
}

/** Writes a pack of so many objects, all different, beside its index; `folder` is a repository's `objects/pack`. */
export function writePack(
  folder: string,
  count: number,
  objects: Iterable<{ id: string; kind: ObjectKind; bytes: Uint8Array }>,
): void {
  const partial = `${folder}/partial`;
  const file = openSync(partial, "wx", 0o600);
  const sum = createHash("sha1");
  const entries: { id: Buffer; offset: number; crc: number }[] = [];
  let offset = 0;
  const write = (bytes: Uint8Array): void => {
    writeAll(file, bytes);
    sum.update(bytes);
    offset += bytes.length;
  };
  let whole: Buffer;
  try {
    const start = Buffer.alloc(12);
    start.write("PACK");
    start.writeUInt32BE(2, 4);
    start.writeUInt32BE(count, 8);
    write(start);
    for (const { id, kind, bytes } of objects) {
      // Level 1: the agent waits for this, and the pack goes with the draft.
      const entry = Buffer.concat([entryHeader(kind, bytes.length), deflateSync(bytes, { level: 1 })]);
      entries.push({ id: Buffer.from(id, "hex"), offset, crc: crc32(entry) });
      write(entry);
    }
    if (entries.length !== count) throw new Error(`a pack of ${count} objects was given ${entries.length}`);
    whole = sum.digest();
    writeAll(file, whole);
  } finally {
    closeSync(file);
  }
  const name = `${folder}/pack-${whole.toString("hex")}`;
  writeFileSync(`${name}.idx`, packIndex(entries, whole), { mode: 0o600, flag: "wx" });
  renameSync(partial, `${name}.pack`);
}

function entryHeader(kind: ObjectKind, length: number): Buffer {
  const bytes: number[] = [];
  let first = (kinds[kind] << 4) | (length & 15);
  let rest = Math.floor(length / 16);
  while (rest > 0) {
    bytes.push(first | 128);
    first = rest & 127;
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, first]);
}

function packIndex(unsorted: readonly { id: Buffer; offset: number; crc: number }[], pack: Buffer): Buffer {
  const entries = [...unsorted].sort((a, b) => Buffer.compare(a.id, b.id));
  const fan = Buffer.alloc(256 * 4);
  for (let value = 0, index = 0; value < 256; value++) {
    while (index < entries.length && entries[index]!.id[0]! <= value) index++;
    fan.writeUInt32BE(index, value * 4);
  }
  const crcs = Buffer.alloc(entries.length * 4);
  const offsets = Buffer.alloc(entries.length * 4);
  const far: Buffer[] = [];
  for (const [index, { offset, crc }] of entries.entries()) {
    crcs.writeUInt32BE(crc, index * 4);
    if (offset < 0x80000000) offsets.writeUInt32BE(offset, index * 4);
    else {
      // Beyond two gigabytes: the place is in a table of its own.
      offsets.writeUInt32BE((0x80000000 | far.length) >>> 0, index * 4);
      const place = Buffer.alloc(8);
      place.writeBigUInt64BE(BigInt(offset));
      far.push(place);
    }
  }
  const start = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]);
  const body = Buffer.concat([start, fan, ...entries.map(({ id }) => id), crcs, offsets, ...far, pack]);
  return Buffer.concat([body, hash("sha1", body, "buffer")]);
}

/**
 * Git's index, written by ourselves with what lstat says of each file, so that the agent's first `git status` reads no file.
 *
 * Format: gitformat-index, version 2, no extensions.
 * Always: sorted by the bytes of the path; sizes and times are those of the files as they stand; owners as the sandbox shows them.
 */
import { hash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { modeOf } from "./objects.ts";

export interface IndexFile {
  path: string;
  id: string;
  executable: boolean;
  link?: boolean;
  stat: BigIntStats;
}

/** Inside, only the owner's own ids have a name; everything else is nobody's. */
const nobody = 65534;

export function indexOf(files: readonly IndexFile[], own: { uid: number; gid: number }): Buffer {
  const sorted = files
    .map((file) => ({ ...file, name: Buffer.from(file.path) }))
    .sort((a, b) => Buffer.compare(a.name, b.name));
  const start = Buffer.alloc(12);
  start.write("DIRC");
  start.writeUInt32BE(2, 4);
  start.writeUInt32BE(sorted.length, 8);
  const entries = sorted.map(({ name, id, stat, ...file }) => {
    // At least one NUL behind the name, and a length that eight divides.
    const entry = Buffer.alloc((62 + name.length + 8) & ~7);
    const numbers = [
      ...timeOf(stat.ctimeNs),
      ...timeOf(stat.mtimeNs),
      low(stat.dev),
      low(stat.ino),
      modeOf(file),
      Number(stat.uid) === own.uid ? own.uid : nobody,
      Number(stat.gid) === own.gid ? own.gid : nobody,
      low(stat.size),
    ];
    for (const [index, number] of numbers.entries()) entry.writeUInt32BE(number, index * 4);
    entry.write(id, 40, "hex");
    entry.writeUInt16BE(Math.min(name.length, 0xfff), 60);
    name.copy(entry, 62);
    return entry;
  });
  const body = Buffer.concat([start, ...entries]);
  return Buffer.concat([body, hash("sha1", body, "buffer")]);
}

function timeOf(nanoseconds: bigint): [number, number] {
  return [low(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n)];
}

function low(value: bigint): number {
  return Number(BigInt.asUintN(32, value));
}

/**
 * The file `fold` of a session, version 1: what the log's beginning came to, so that opening it need not read that again. Never the truth.
 *
 *     line        8 hex digits, space, text, newline
 *
 * The digits are the CRC-32 of the text's bytes, begun with the digits of the line before (the first with 0): no line can be missing or stand
 * elsewhere. The first text is a JSON object: `version` of this file, `fold` the version of the fold, `place` where the beginning ends. Then come
 * the bodies: "+" and the base64 of a run of `body-index.ts`; the pieces of the fold's value, as JSON, or where they are strings as they are
 * behind an apostrophe; and `end`.
 *
 * The place is a checkpoint of the log, told by its length and its digits, which stand for every byte before: a file that belongs to another log,
 * or to what is no longer there, names a checkpoint that the log does not have.
 *
 * Always: a file that is missing, cut, altered, foreign or of another version is as none; it is written beside and then renamed, by the
 * holder of the lease alone.
 */
import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { Fold } from "../protocol/index.ts";
import { bodyIndex, type BodyIndex } from "./body-index.ts";
import { lineRuns, readAll, writeAll, type Disk, type DiskFile } from "./disk.ts";
import { endsThere, type Place } from "./frames.ts";

/** What was kept: the value of all events up to a place of the log, and the bodies up to the length that its checkpoint names. */
export interface Kept<T> {
  place: Place;
  index: BodyIndex;
  value: T;
}

interface Head {
  version: 1;
  fold: string;
  place: Place;
}

const name = "fold";
const blockSize = 1 << 18;

/** What is kept beside this log by this fold; null when that is nothing, or nothing that fits. Never rejects. */
export async function readKept<T>(
  disk: Disk,
  folder: string,
  log: DiskFile,
  fold: Fold<T>,
  signal?: AbortSignal,
): Promise<Kept<T> | null> {
  let file: DiskFile | null = null;
  try {
    file = await disk.open(join(folder, name), "read");
    const size = await file.size();
    const head = await headOf(file);
    if (head?.version !== 1 || head.fold !== fold.version || !(await endsThere(log, head.place))) return null;
    const index = bodyIndex();
    const restored = fold.restore();
    let before = 0;
    let line = 0;
    let ended = false;
    for await (const { lines } of lineRuns(file, 0, size)) {
      if (signal?.aborted) return null;
      for (let begin = 0; begin < lines.length; line += 1) {
        const stop = lines.indexOf(10, begin);
        const digits = crc32(lines.subarray(begin + 9, stop), before);
        if (ended || lines.toString("latin1", begin, begin + 9) !== `${hex8(digits)} `) return null;
        const text = lines.toString("utf8", begin + 9, stop);
        if (text === end) ended = true;
        else if (text.startsWith("+")) index.add(Buffer.from(text.slice(1), "base64"));
        else if (line > 0) restored.take(text.startsWith("'") ? text.slice(1) : JSON.parse(text));
        before = digits;
        begin = stop + 1;
      }
    }
    const value = ended ? restored.done() : null;
    return value === null ? null : { place: head.place, index, value };
  } catch {
    return null; // whatever it is that is wrong with it: the log has everything
  } finally {
    await file?.close().catch(() => undefined);
  }
}

/** Keeps it in place of what was kept before. Rejects when it cannot, or when `signal` is aborted; what was kept before then stays. */
export async function writeKept<T>(
  disk: Disk,
  folder: string,
  kept: Kept<T>,
  fold: Fold<T>,
  signal: AbortSignal,
): Promise<void> {
  await clearAway(disk, folder);
  const beside = join(folder, `${name}.${randomBytes(8).toString("hex")}.tmp`);
  const file = await disk.open(beside, "create");
  try {
    let at = 0;
    let before = 0;
    let waiting: Buffer[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      signal.throwIfAborted();
      await writeAll(file, Buffer.concat(waiting), at);
      at += size;
      [waiting, size] = [[], 0];
    };
    for (const text of linesOf(kept, fold)) {
      const bytes = Buffer.from(text, "utf8");
      before = crc32(bytes, before);
      waiting.push(Buffer.from(`${hex8(before)} `, "latin1"), bytes, newline);
      size += bytes.length + 10;
      if (size >= blockSize) await flush();
    }
    await flush();
    await file.sync();
    await file.close();
    await disk.replace(join(folder, name), beside);
    await disk.syncFolder(folder);
  } catch (error) {
    await file.close().catch(() => undefined);
    await disk.remove(beside).catch(() => undefined);
    throw error;
  }
}

const newline = Buffer.from("\n");

const end = "end";

function* linesOf<T>({ place, index, value }: Kept<T>, fold: Fold<T>): Generator<string> {
  yield JSON.stringify({ version: 1, fold: fold.version, place } satisfies Head);
  for (const run of index.runs(place.checkpoint.bodies)) yield `+${run.toString("base64")}`;
  for (const piece of fold.pieces(value)) {
    const line = typeof piece === "string" ? `'${piece}` : JSON.stringify(piece);
    if (line.includes("\n")) throw new Error("a piece that is a string has no newline in it");
    yield line;
  }
  yield end;
}

async function headOf(file: DiskFile): Promise<Head | null> {
  const bytes = Buffer.alloc(4096);
  const got = await readAll(file, bytes, 0);
  const stop = bytes.subarray(0, got).indexOf(10);
  return stop < 0 ? null : (JSON.parse(bytes.toString("utf8", 9, stop)) as Head);
}

/** What a window that was killed while it wrote left behind: nobody else writes here now. */
async function clearAway(disk: Disk, folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((each) => each.startsWith(`${name}.`) && each.endsWith(".tmp"));
  for (const each of left) await disk.remove(join(folder, each));
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, "0");
}

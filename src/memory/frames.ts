/**
 * The file `log` of a session, version 1: events, one per line, in groups that each end with a checkpoint.
 *
 *     event       8 hex digits, space, JSON, newline
 *     checkpoint  "= ", 64 hex digits, space, decimal number, newline
 *
 * - All hex is lower-case. The digits of an event are the CRC-32 (zlib's) of the JSON's bytes. The JSON is one object in UTF-8 with
 *   no newline in it; lone surrogates are written as \u escapes. Its `seq` counts from 1 without gaps, `at` is milliseconds since 1970
 *   by the wall clock (never used for order), `kind` names the event. A kind that a reader does not know is kept and passed by.
 * - A checkpoint ends what was written and made durable at once. Its number is the length of the file `bodies` at that moment: every body that an
 *   event before it names lies within that length. Its digits are the SHA-256 of, one after the other: the digits of the checkpoint before it
 *   (in the first one the text "countersign log 1"), all bytes since that checkpoint's newline up to this one's "=", and the number as it is written.
 * - Events after the last checkpoint were cut short by a crash; they are good as far as they can be read, and the next checkpoint covers them.
 * - A reader stops before the first line that is not as above, or whose `seq` does not follow. A writer moves what is left to `log.torn-<n>`.
 *   Nothing is deleted. A file with no good line but a whole bad one is not ours to change: it is left alone.
 */
import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";
import { lineRuns, readAll, readLines, type DiskFile } from "./disk.ts";

/** Stands for the checkpoint before the first one, and names the version. */
export const firstValue = "countersign log 1";

/** A place behind a good line of a log. Offsets are bytes from the file's start. */
export interface Place {
  /** `seq` of the last event before it, 0 when there is none. */
  seq: number;
  end: number;
  /** The last checkpoint before it: its digits, where the bytes after it begin, and the length of `bodies` it names. */
  checkpoint: { value: string; end: number; bodies: number };
  /** The last group that has its checkpoint, to be verified at once: where it begins, what it goes on from. */
  tail: { from: number; before: string };
}

/** How far a log could be read. */
export interface Frames extends Place {
  /** `seq` of the last event that the last checkpoint covers. */
  covered: number;
  /**
   * What lies behind `end`. `torn`: nothing readable, as a crash leaves it. `altered`: readable lines follow a bad one.
   * `foreign`: the file holds whole lines, but not one that is ours.
   */
  rest: "nothing" | "torn" | "altered" | "foreign";
}

/** The place before the first line. */
export const beginning: Place = {
  seq: 0,
  end: 0,
  checkpoint: { value: firstValue, end: 0, bodies: 0 },
  tail: { from: 0, before: firstValue },
};

/** The bytes of one group, and the digits of its checkpoint. `texts` are JSON objects of events without their `seq` and `at`. */
export function frameGroup(
  group: readonly { text: string; at: number }[],
  seq: number,
  chain: Hash,
  bodies: number,
): { bytes: Buffer; value: string; texts: string[] } {
  const pieces: Buffer[] = [];
  const texts: string[] = [];
  for (const { text, at } of group) {
    const tail = text === "{}" ? "}" : `,${text.slice(1)}`;
    const whole = `{"seq":${seq + texts.length},"at":${at}${tail}`;
    const json = Buffer.from(whole, "utf8");
    pieces.push(Buffer.from(`${hex8(crc32(json))} `, "latin1"), json, newline);
    texts.push(whole);
  }
  for (const piece of pieces) chain.update(piece);
  const value = chain.update(String(bodies)).digest("hex");
  pieces.push(Buffer.from(`= ${value} ${bodies}\n`, "latin1"));
  return { bytes: Buffer.concat(pieces), value, texts };
}

/**
 * Reads a log of `size` bytes from a place behind a checkpoint to its last good line, and hands out each event as it is met. Others get
 * their turn on this thread between one block and the next. Rejects only when the disk does, or what `take` throws.
 */
export async function readFrames(
  file: DiskFile,
  size: number,
  start: Place,
  take: (event: unknown) => void,
): Promise<Frames> {
  const frames: Frames = { ...start, covered: start.seq, rest: "nothing" };
  let bad = false;
  let follows = false; // a readable line after a bad one
  await readLines(file, start.end, size, (lines, at) => {
    for (let begin = 0; begin < lines.length;) {
      const stop = lines.indexOf(10, begin);
      if (bad) follows ||= isLine(lines, begin, stop);
      else if (takeLine(frames, lines, begin, stop, at, take)) frames.end = at + stop + 1;
      else {
        bad = true;
        follows = isLine(lines, begin, stop); // whole, but not the one that comes next
      }
      if (follows) return false;
      begin = stop + 1;
    }
    return true;
  });
  if (frames.end < size) frames.rest = frames.end === 0 && bad ? "foreign" : follows ? "altered" : "torn";
  return frames;
}

/** The events of the first `end` bytes of a log, which are good, in runs. */
export async function* readEvents(file: DiskFile, end: number): AsyncGenerator<unknown[], void, undefined> {
  for await (const { lines } of lineRuns(file, 0, end)) {
    const events: unknown[] = [];
    for (let begin = 0; begin < lines.length;) {
      const stop = lines.indexOf(10, begin);
      const event = lines[begin] === equals ? undefined : eventOf(lines, begin, stop);
      if (event !== undefined) events.push(event);
      begin = stop + 1;
    }
    yield events;
  }
}

/** Whether the bytes of a log before a place still end with the checkpoint that it names. */
export async function endsThere(file: DiskFile, { checkpoint }: Place): Promise<boolean> {
  if (checkpoint.end > (await file.size())) return false;
  const line = Buffer.from(`= ${checkpoint.value} ${checkpoint.bodies}\n`, "latin1");
  const there = Buffer.alloc(line.length);
  return (await readAll(file, there, checkpoint.end - line.length)) === line.length && there.equals(line);
}

/** A hash that has begun with the digits of the last checkpoint and the bytes behind it: what the next group goes on from. */
export async function chainAfter(file: DiskFile, frames: Place): Promise<Hash> {
  const hash = createHash("sha256").update(frames.checkpoint.value);
  await readLines(file, frames.checkpoint.end, frames.end, (lines) => {
    hash.update(lines);
    return true;
  });
  return hash;
}

/**
 * Checks the chain from `start`, a place behind a checkpoint, to the byte `to`. Answers the `seq` of the first event of the first group that
 * is not as it was written, or null when all are.
 */
export async function verifyChain(
  file: DiskFile,
  start: { from: number; before: string },
  to: number,
  signal: AbortSignal,
): Promise<number | null> {
  let hash = createHash("sha256").update(start.before);
  let group = start.from; // where the group begins that is being hashed
  let wrong = false;
  await readLines(file, start.from, to, (lines, at) => {
    let run = 0;
    // A newline never stands inside an event, so that this finds checkpoints without looking at each line.
    for (let mark = nextMark(lines, 0); mark >= 0; mark = nextMark(lines, run)) {
      const stop = lines.indexOf(10, mark);
      const said = checkpointOf(lines, mark, stop);
      const value = hash.update(lines.subarray(run, mark)).update(String(said?.bodies)).digest("hex");
      wrong = value !== said?.value;
      if (wrong) return false;
      hash = createHash("sha256").update(value);
      run = stop + 1;
      group = at + run;
    }
    hash.update(lines.subarray(run));
    return !signal.aborted;
  });
  signal.throwIfAborted();
  if (!wrong) return null;
  let seq = 1;
  await readLines(file, 0, group, (lines) => {
    for (let begin = 0; begin < lines.length; begin = lines.indexOf(10, begin) + 1) if (lines[begin] !== equals) seq++;
    return true;
  });
  return seq;
}

/** The first event of a log, or null when it has none that can be read. Reads no further than it must. */
export async function readFirst(file: DiskFile): Promise<unknown> {
  for (let length = 4096; length <= 1 << 26; length *= 4) {
    const head = Buffer.allocUnsafe(length);
    const got = await readAll(file, head, 0);
    const stop = head.subarray(0, got).indexOf(10);
    if (stop >= 0) return eventOf(head, 0, stop) ?? null;
    if (got < length) return null;
  }
  return null;
}

const newline = Buffer.from("\n");
const equals = 61;

function nextMark(lines: Buffer, from: number): number {
  if (lines[from] === equals) return from;
  const before = lines.indexOf("\n= ", from);
  return before < 0 ? -1 : before + 1;
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, "0");
}

function takeLine(
  frames: Frames,
  lines: Buffer,
  start: number,
  stop: number,
  at: number,
  take: (event: unknown) => void,
): boolean {
  if (lines[start] === equals) {
    const mark = checkpointOf(lines, start, stop);
    if (mark === null) return false;
    frames.tail = { from: frames.checkpoint.end, before: frames.checkpoint.value };
    frames.checkpoint = { ...mark, end: at + stop + 1 };
    frames.covered = frames.seq;
    return true;
  }
  const event = eventOf(lines, start, stop);
  if (event === undefined || event.seq !== frames.seq + 1) return false;
  frames.seq += 1;
  take(event);
  return true;
}

function isLine(lines: Buffer, start: number, stop: number): boolean {
  return lines[start] === equals ? checkpointOf(lines, start, stop) !== null : crcHolds(lines, start, stop);
}

function checkpointOf(lines: Buffer, start: number, stop: number): { value: string; bodies: number } | null {
  if (stop - start < 68 || stop - start > 83) return null;
  const parts = /^= ([0-9a-f]{64}) (0|[1-9]\d*)$/.exec(lines.toString("latin1", start, stop));
  return parts === null ? null : { value: String(parts[1]), bodies: Number(parts[2]) };
}

function eventOf(lines: Buffer, start: number, stop: number): { seq: unknown } | undefined {
  if (!crcHolds(lines, start, stop)) return undefined;
  try {
    const value: unknown = JSON.parse(lines.toString("utf8", start + 9, stop));
    return typeof value === "object" && value !== null ? (value as { seq: unknown }) : undefined;
  } catch {
    return undefined;
  }
}

function crcHolds(lines: Buffer, start: number, stop: number): boolean {
  if (stop - start < 11 || lines[start + 8] !== 32) return false;
  let said = 0;
  for (let at = start; at < start + 8; at += 1) {
    const digit = hexDigit(lines[at] ?? 0);
    if (digit < 0) return false;
    said = said * 16 + digit;
  }
  return said === crc32(lines.subarray(start + 9, stop));
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  return byte >= 97 && byte <= 102 ? byte - 87 : -1;
}

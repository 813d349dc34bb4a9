/**
 * The one writer of a log: calls that arrive while a group is being written become the next group.
 *
 * A group is made durable in this order: the bodies put so far; then its lines and checkpoint in one write; then a sync.
 *
 * Always: events are numbered in the order of the calls, without gaps; a call is acknowledged only when it is durable. A group
 * that fails is cut off again, and with it fail the calls that were waiting behind it, since they were made in the belief that it
 * would stand. If it cannot be cut off, nothing more is written until the log is opened again. The file is never written when it
 * is not as long as this writer left it.
 */
import { createHash, type Hash } from "node:crypto";
import type { EventBody, SessionEvent } from "../protocol/index.ts";
import type { BodyStore } from "./bodies.ts";
import { writeAll, type DiskFile } from "./disk.ts";
import { frameGroup } from "./frames.ts";
import { LogError, logError } from "./log-error.ts";

/** Where a log stands: its length, the last event's number, and a hash begun with the last checkpoint and what lies behind it. */
export interface Standing {
  end: number;
  seq: number;
  chain: Hash;
}

export interface Writer {
  append(bodies: readonly EventBody[]): Promise<SessionEvent[]>;
  /** The log's length so far. */
  end(): number;
  /** Refuses further calls and resolves when those before are done. */
  stop(why: LogError): Promise<void>;
}

interface Call {
  at: number;
  texts: string[];
  size: number;
  resolve(events: SessionEvent[]): void;
  reject(why: LogError): void;
}

/** A writer that goes on from `standing`. */
export function logWriter(file: DiskFile, path: string, bodies: BodyStore, standing: Standing): Writer {
  let { end, seq, chain } = standing;
  let queue: Call[] = [];
  let refusal: LogError | null = null; // why nothing may be written any more
  let stopped: LogError | null = null; // why no further call is taken
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    await Promise.resolve(); // calls of the same moment make one group
    while (queue.length > 0) {
      const group = nextGroup();
      try {
        const events = await commit(group);
        let from = 0;
        for (const call of group) call.resolve(events.slice(from, (from += call.texts.length)));
      } catch (error) {
        const why = logError(error, path);
        const behind = queue;
        queue = [];
        for (const call of [...group, ...behind]) call.reject(why);
      }
    }
    running = null;
  }

  function nextGroup(): Call[] {
    let size = 0;
    let count = 0;
    for (; count < queue.length && size < groupSize; count += 1) size += queue[count]?.size ?? 0;
    return queue.splice(0, count);
  }

  async function commit(group: readonly Call[]): Promise<SessionEvent[]> {
    if (refusal !== null) throw refusal;
    const kept = await bodies.settle();
    const items = group.flatMap(({ at, texts }) => texts.map((text) => ({ text, at })));
    if (items.length === 0) return [];
    if ((await file.size()) !== end)
      throw (refusal = new LogError(
        "The session's log was changed by another program while it was open.",
        "Close the other window, then open the session again.",
      ));
    const frame = frameGroup(items, seq + 1, chain.copy(), kept);
    try {
      await writeAll(file, frame.bytes, end);
      await file.sync();
    } catch (error) {
      await cutBack(error);
    }
    end += frame.bytes.length;
    seq += items.length;
    chain = createHash("sha256").update(frame.value);
    // Parsed again, so that what is acknowledged is exactly what a later reading gives.
    return frame.texts.map((text) => JSON.parse(text) as SessionEvent);
  }

  async function cutBack(error: unknown): Promise<never> {
    const why = logError(error, path);
    try {
      await file.truncate(end);
      await file.sync();
    } catch {
      refusal = new LogError(
        why.cause,
        `${why.remedy} Then open the session again; what was acknowledged is safe.`,
        error,
      );
    }
    throw refusal ?? why;
  }

  return {
    append(events) {
      const no = stopped ?? refusal;
      if (no !== null) return Promise.reject(no);
      const texts = events.map(textOf);
      return new Promise((resolve, reject) => {
        queue.push({ at: Date.now(), texts, size: texts.reduce((sum, text) => sum + text.length, 0), resolve, reject });
        running ??= run();
      });
    },
    end: () => end,
    async stop(why) {
      stopped ??= why;
      while (running !== null) await running;
    },
  };
}

const groupSize = 1 << 20; // some ten milliseconds of this thread

/** An event's JSON as it is now, so that what the caller does with it later changes nothing. Throws for a value that is no event. */
function textOf(body: EventBody): string {
  const text = JSON.stringify(body) as string | undefined;
  if (text?.[0] !== "{" || "seq" in body || "at" in body)
    throw new TypeError("an event to append is an object without seq and at");
  return text;
}

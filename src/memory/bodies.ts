/**
 * The file `bodies` of a session, version 1: exact bytes by their SHA-256, one after the other, each once.
 *
 *     64 hex digits (lower-case SHA-256 of the bytes), space, decimal length, newline, the bytes, newline
 *
 * The log's last checkpoint names a length of this file: what lies within it was made durable before the events that name it. What lies behind
 * it was still on its way: a writer keeps those bodies whose bytes are right, up to the first that is not, and moves the rest to `bodies.torn-<n>`.
 * A reader who meets a bad header within that length goes on at that length. The index is rebuilt from the headers; it is not stored.
 *
 * Always: a body is durable before the event that names it; `get` gives the very bytes, or throws. Of the bytes put, at most a few
 * megabytes are in memory: what waits for the next append is written early (not yet made durable) when it grows.
 */
import { hash as hashNow, webcrypto } from "node:crypto";
import type { Bodies, ContentId } from "../protocol/index.ts";
import { bodyIndex, type BodyIndex } from "./body-index.ts";
import { readAll, writeAll, type DiskFile } from "./disk.ts";
import { LogError, logError } from "./log-error.ts";
import { recentBytes } from "./recent-bytes.ts";

/** Bodies with what the log needs of them. */
export interface BodyStore extends Bodies {
  /** Makes every body put so far durable and answers the file's length. Rejects with `LogError`; what was put waits for the next call. */
  settle(): Promise<number>;
  close(): Promise<void>;
}

/** A body store over a file that holds `index` in its first `end` bytes. `refusal`: why nothing may be put, where that is so. */
export function bodyStore(
  file: DiskFile | null,
  path: string,
  index: BodyIndex,
  end: number,
  refusal: LogError | null,
): BodyStore {
  const waiting = new Map<ContentId, Uint8Array>();
  const recent = recentBytes();
  let waitingBytes = 0;
  let durable = end;
  let broken = refusal;
  let turn: Promise<unknown> = Promise.resolve(); // one writer at a time

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  }

  /** Cuts the file back to a length that is known to be good; when that fails too, nothing more may be written here. */
  async function cutTo(length: number, error: unknown, hopeless: boolean): Promise<never> {
    const said = logError(error, path);
    const cut = await file?.truncate(length).then(
      () => true,
      () => false,
    );
    end = length;
    if (hopeless || cut !== true)
      broken = new LogError(said.cause, "Open the session again; what was acknowledged is safe.", error);
    throw broken ?? said;
  }

  async function writeWaiting(): Promise<void> {
    if (broken !== null || file === null)
      throw broken ?? new LogError("This session has no file for bodies.", "Open it again.");
    const all = [...waiting];
    for (let first = 0; first < all.length;) {
      const pieces: Uint8Array[] = [];
      const places: { id: ContentId; at: number; length: number }[] = [];
      let size = 0;
      for (; first < all.length && size < writeSize; first += 1) {
        const [id, bytes] = all[first] as [ContentId, Uint8Array];
        const header = Buffer.from(`${id} ${bytes.length}\n`, "latin1");
        places.push({ id, at: end + size + header.length, length: bytes.length });
        pieces.push(header, bytes, newline);
        size += header.length + bytes.length + 1;
      }
      try {
        await writeAll(file, Buffer.concat(pieces), end);
      } catch (error) {
        await cutTo(end, error, false);
      }
      end += size;
      for (const { id, at, length } of places) {
        index.set(id, { at, length });
        waiting.delete(id);
        waitingBytes -= length;
      }
    }
  }

  async function settle(): Promise<number> {
    if (waiting.size > 0) await writeWaiting();
    if (broken !== null) throw broken;
    if (durable < end) {
      // What a failed sync leaves on the disk cannot be known: the bodies since the last good one are given up, aloud.
      await file?.sync().catch((error: unknown) => cutTo(durable, error, true));
      durable = end;
    }
    return durable;
  }

  return {
    async put(bytes) {
      if (broken !== null) throw broken;
      // A big one is copied first, because its hash is taken beside this thread while the caller goes on.
      const kept = bytes.length > hashHere ? copyOf(bytes) : null;
      const id = kept === null ? hashNow("sha256", bytes, "hex") : await hashBeside(kept);
      if (index.has(id) || waiting.has(id)) return id;
      const copy = kept ?? copyOf(bytes);
      waiting.set(id, copy);
      waitingBytes += copy.length;
      if (waitingBytes > waitingLimit) await inTurn(async () => (waiting.has(id) ? writeWaiting() : undefined));
      return id;
    },
    async get(id) {
      const here = waiting.get(id) ?? recent.get(id);
      if (here !== undefined) return copyOf(here);
      const place = index.get(id);
      if (place === undefined || file === null)
        throw new LogError(`The text ${id} is not in this session's memory.`, `Look for ${path}.torn-1 beside it.`);
      const bytes = new Uint8Array(place.length);
      const got = await readAll(file, bytes, place.at);
      if (got < bytes.length || (await hashOf(bytes)) !== id)
        throw new LogError(
          `The text ${id} was changed on the disk after it was kept.`,
          `Restore ${path} from a backup, then open the session again.`,
        );
      recent.keep(id, bytes);
      return copyOf(bytes);
    },
    has: (id) => index.has(id) || waiting.has(id),
    settle: () => inTurn(settle),
    close: () => inTurn(async () => file?.close()),
  };
}

/** What a scan found: where each body lies, and behind the last one; `damaged`: something known to be whole is not as it was written. */
export interface FoundBodies {
  index: BodyIndex;
  end: number;
  damaged: boolean;
}

/**
 * Finds the bodies of a file of `size` bytes, of which the first `durable` are known to be whole. Bodies behind them count only
 * while their bytes are right (`check`). `known`: those of the file's beginning, where they were kept, and where that beginning ends.
 */
export async function scanBodies(
  file: DiskFile,
  size: number,
  durable: number,
  check: boolean,
  known: { index: BodyIndex; end: number } = { index: bodyIndex(), end: 0 },
): Promise<FoundBodies> {
  const { index } = known;
  const window = Buffer.allocUnsafe(Math.max(1, Math.min(windowSize, size)));
  let windowAt = 0;
  let windowEnd = 0;
  let damaged = durable > size;
  let at = known.end;
  while (at < size) {
    if (at < windowAt || at + longestHeader > windowEnd) {
      windowAt = at;
      windowEnd = at + (await readAll(file, window.subarray(0, Math.min(window.length, size - at)), at));
    }
    const head = window.toString(
      "latin1",
      at - windowAt,
      Math.min(at - windowAt + longestHeader, windowEnd - windowAt),
    );
    const parts = /^([0-9a-f]{64}) (0|[1-9]\d*)\n/.exec(head);
    const place = { at: at + (parts?.[0].length ?? 0), length: Number(parts?.[2]) };
    const next = place.at + place.length + 1;
    // A copy of its own: a part of `head` would keep all of it.
    const id = parts === null ? undefined : window.toString("latin1", at - windowAt, at - windowAt + 64);
    const settled = at < durable;
    if (
      id !== undefined &&
      next <= (settled ? durable : size) &&
      (settled || !check || (await isWhole(file, id, place)))
    ) {
      index.set(id, place);
      at = next;
    } else if (settled && durable <= size) {
      damaged = true;
      at = durable;
    } else break;
  }
  return { index, end: at, damaged };
}

const newline = Buffer.from("\n");
const longestHeader = 64 + 1 + 16 + 1;
const windowSize = 1 << 16;
const writeSize = 1 << 20;
const waitingLimit = 4 << 20;
const hashHere = 1 << 20; // a few milliseconds of this thread

/** A plain copy: a Buffer's own `slice` would share the memory. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

async function isWhole(file: DiskFile, id: ContentId, place: { at: number; length: number }): Promise<boolean> {
  const bytes = new Uint8Array(place.length + 1);
  const got = await readAll(file, bytes, place.at);
  return got === bytes.length && bytes[place.length] === 10 && (await hashOf(bytes.subarray(0, place.length))) === id;
}

async function hashOf(bytes: Uint8Array): Promise<ContentId> {
  return bytes.length > hashHere ? hashBeside(bytes) : hashNow("sha256", bytes, "hex");
}

async function hashBeside(bytes: Uint8Array): Promise<ContentId> {
  return Buffer.from(await webcrypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)).toString("hex");
}

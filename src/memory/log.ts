/**
 * One session's log, open: what was read of it, its bodies, and the writer if this process may write.
 *
 * The folder of a session (0700) holds `log` (its format: `frames.ts`), `bodies` (`bodies.ts`), `fold` where the log is long (`kept.ts`), the
 * claims of `lease.ts`, and what was set aside: `log.torn-<n>`, `bodies.torn-<n>`. All files are 0600.
 *
 * The events are handed to a fold while they are read, in blocks between which others get their turn, and are not held. What a long log came
 * to is kept in the background, once all of it was verified; the next opening begins there.
 *
 * Always: what was acknowledged is read back; what cannot be read is moved, never deleted, and only by the holder of the lease;
 * a session that cannot be written can still be read, and says why.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Fold, Log, SessionId, Verified } from "../protocol/index.ts";
import { bodyStore, scanBodies } from "./bodies.ts";
import { bodyIndex, type BodyIndex } from "./body-index.ts";
import { setAside, type Disk, type DiskFile } from "./disk.ts";
import { beginning, chainAfter, firstValue, readEvents, readFrames, verifyChain, type Place } from "./frames.ts";
import { readKept, writeKept, type Kept } from "./kept.ts";
import { leaseHolder, takeLease } from "./lease.ts";
import { LogError, logError } from "./log-error.ts";
import { verifyRest } from "./verifying.ts";
import { logWriter, type Standing } from "./writer.ts";

/** A log of this room. */
export interface OpenLog extends Log {
  /** Why nothing can be appended; null where `writable`. */
  readonly refusal: LogError | null;
  /** Resolves when all is kept of this log that is going to be kept while it is open. Never rejects. */
  readonly kept: Promise<void>;
}

/** Where and how a log is opened. `keepAfter`: so many events more than were kept before make keeping worth while. */
export interface Opening {
  disk: Disk;
  folder: string;
  session: SessionId;
  keepAfter: number;
}

/** A new, empty log in a folder that exists and is empty. */
export async function createLog({ disk, folder, session }: Opening): Promise<OpenLog> {
  const lease = await takeLease(folder);
  if (lease.kind === "taken") throw new Error("a new session's folder was already claimed");
  const opened: DiskFile[] = [];
  try {
    for (const name of ["bodies", "log"]) opened.push(await disk.open(join(folder, name), "create"));
    await disk.syncFolder(folder);
    return openLogOf({
      folder,
      session,
      file: opened[1] as DiskFile,
      bodiesFile: opened[0] as DiskFile,
      bodies: { index: bodyIndex(), end: 0 },
      torn: null,
      standing: { end: 0, seq: 0, chain: createHash("sha256").update(firstValue) },
      refusal: null,
      release: () => lease.release(),
      verify: async () => ({ kind: "whole" }),
      keep: null,
    });
  } catch (error) {
    for (const file of opened) await file.close().catch(() => undefined);
    await lease.release();
    throw error;
  }
}

/** Opens what is there, and folds it. Where it cannot be written it is opened for reading; rejects only when it cannot be read. */
export async function openLog<T>(
  opening: Opening,
  how: "write" | "read",
  fold: Fold<T>,
): Promise<OpenLog & { readonly folded: T }> {
  const { disk, folder, session } = opening;
  const claim = how === "write" ? await claimFor(folder) : await watchFor(folder);
  const opened: DiskFile[] = [];
  try {
    const path = join(folder, "log");
    let { refusal } = claim;
    const file = await disk.open(path, refusal === null ? "write" : "read");
    opened.push(file);
    const kept = await readKept(disk, folder, file, fold);
    let folded = kept?.value ?? fold.empty();
    const size = await file.size();
    const frames = await readFrames(file, size, kept?.place ?? beginning, (event) => {
      folded = fold.take(folded, event);
    });

    let torn: Log["torn"] = null;
    if (frames.end < size && !claim.busy) torn = { bytes: size - frames.end, file: path };
    if (torn !== null && refusal === null) {
      if (frames.rest === "foreign") refusal = notOurs(path);
      else {
        const side = await setAside(disk, file, path, folder, frames.end).catch((error: unknown) =>
          logError(error, folder),
        );
        if (side instanceof LogError) refusal = side;
        else torn.file = side;
      }
    }

    const bodiesPath = join(folder, "bodies");
    const bodiesFile = await openBodies(disk, bodiesPath, refusal === null);
    if (bodiesFile !== null) opened.push(bodiesFile);
    const bodiesSize = (await bodiesFile?.size()) ?? 0;
    const durable = frames.checkpoint.bodies;
    const known =
      kept !== null && kept.place.checkpoint.bodies <= bodiesSize
        ? { index: kept.index, end: kept.place.checkpoint.bodies }
        : undefined;
    const bodies =
      bodiesFile === null
        ? { index: bodyIndex(), end: 0, damaged: durable > 0 }
        : await scanBodies(bodiesFile, bodiesSize, durable, refusal === null, known);
    if (bodiesFile !== null && bodies.end < bodiesSize && refusal === null) {
      await setAside(disk, bodiesFile, bodiesPath, folder, bodies.end).catch(
        (error: unknown) => (refusal = logError(error, folder)),
      );
    }

    const tailWrong = await verifyChain(file, frames.tail, frames.checkpoint.end, new AbortController().signal);
    const standing = { end: frames.end, seq: frames.seq, chain: await chainAfter(file, frames) };
    if (refusal !== null) await claim.release();
    const parts = { file, frames, tailWrong, bodiesFile, bodiesDamaged: bodies.damaged, bodiesKept: known?.end ?? 0 };
    const before = kept?.place.seq ?? 0;
    const worth = frames.covered - before >= Math.max(opening.keepAfter, before / 8);
    const { checkpoint, tail, covered } = frames;
    const place: Place = { seq: covered, end: checkpoint.end, checkpoint, tail };
    const log = openLogOf({
      folder,
      session,
      file,
      bodiesFile,
      bodies,
      torn,
      standing,
      refusal,
      release: claim.release,
      verify: (signal) => verifyRest(parts, signal),
      keep: worth && refusal === null ? (signal) => keep(opening, file, place, bodies.index, fold, signal) : null,
    });
    return Object.assign(log, { folded });
  } catch (error) {
    for (const file of opened) await file.close().catch(() => undefined);
    await claim.release();
    throw error;
  }
}

/** Keeps what the log came to up to a place. It is folded apart, because the caller goes on with what was folded at opening. */
async function keep<T>(
  { disk, folder }: Opening,
  file: DiskFile,
  place: Place,
  index: BodyIndex,
  fold: Fold<T>,
  signal: AbortSignal,
): Promise<void> {
  const old = await readKept(disk, folder, file, fold, signal);
  const kept: Kept<T> = { place, index, value: old?.value ?? fold.empty() };
  await readFrames(file, place.end, old?.place ?? beginning, (event) => {
    signal.throwIfAborted();
    kept.value = fold.take(kept.value, event);
  });
  await writeKept(disk, folder, kept, fold, signal);
}

/** Whether this process may write a folder, and whether another one may be writing it at this moment. */
interface Claim {
  refusal: LogError | null;
  busy: boolean;
  release: () => Promise<void>;
}

async function claimFor(folder: string): Promise<Claim> {
  const release = async (): Promise<void> => undefined;
  const lease = await takeLease(folder).catch((error: unknown) => logError(error, folder));
  if (lease instanceof LogError) return { refusal: lease, busy: false, release };
  if (lease.kind === "held") return { refusal: null, busy: false, release: lease.release };
  const refusal = new LogError(
    `This session is open in another window (process ${lease.pid}).`,
    `Continue it there, or close that window and open the session again here. If there is no such window, remove ${lease.file}.`,
  );
  return { refusal, busy: true, release };
}

async function watchFor(folder: string): Promise<Claim> {
  const refusal = new LogError("This session was opened for reading only.", "Resume it to go on with it.");
  const holder = await leaseHolder(folder).catch(() => null);
  return { refusal, busy: holder !== null, release: async () => undefined };
}

function notOurs(path: string): LogError {
  return new LogError(
    `No line of ${path} can be read by this version.`,
    "It was left as it is. Update Countersign, or start a new task.",
  );
}

async function openBodies(disk: Disk, path: string, write: boolean): Promise<DiskFile | null> {
  try {
    return await disk.open(path, write ? "write" : "read");
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ENOENT") throw error;
    return write ? disk.open(path, "create") : null;
  }
}

function openLogOf(parts: {
  folder: string;
  session: SessionId;
  file: DiskFile;
  bodiesFile: DiskFile | null;
  bodies: { index: BodyIndex; end: number };
  torn: Log["torn"];
  standing: Standing;
  refusal: LogError | null;
  release: () => Promise<void>;
  verify: (signal: AbortSignal) => Promise<Verified>;
  keep: ((signal: AbortSignal) => Promise<void>) | null;
}): OpenLog {
  const { folder, file, refusal, standing } = parts;
  const bodies = bodyStore(parts.bodiesFile, join(folder, "bodies"), parts.bodies.index, parts.bodies.end, refusal);
  const writer = refusal === null ? logWriter(file, join(folder, "log"), bodies, standing) : null;
  const closing = new AbortController();
  const verified = parts.verify(closing.signal).catch((): Verified => ({ kind: "unfinished" }));
  // Only what was verified is kept; where that does not come about, the next opening reads what this one has read.
  const kept = verified
    .then((found) => (found.kind === "whole" ? parts.keep?.(closing.signal) : undefined))
    .catch(() => undefined);

  async function close(): Promise<void> {
    closing.abort();
    await writer?.stop(new LogError("This session was closed.", "Open it again to go on with it."));
    await kept;
    await bodies.close();
    await file.close();
    await parts.release();
  }

  let closed: Promise<void> | null = null;
  return {
    session: parts.session,
    read: () => readEvents(file, writer?.end() ?? standing.end),
    torn: parts.torn,
    writable: refusal === null,
    refusal,
    bodies,
    verified,
    kept,
    append: async (more) => {
      if (writer === null) throw refusal ?? new Error("a log without a writer says why");
      return writer.append(more);
    },
    close: () => (closed ??= close()),
  };
}

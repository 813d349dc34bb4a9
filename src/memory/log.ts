/**
 * One session's log, open: what was read of it, its bodies, and the writer if this process may write.
 *
 * The folder of a session (0700) holds `log` (its format: `frames.ts`), `bodies` (`bodies.ts`), the claims of `lease.ts`, and what was set
 * aside: `log.torn-<n>`, `bodies.torn-<n>`. All files are 0600.
 *
 * Always: what was acknowledged is read back; what cannot be read is moved, never deleted, and only by the holder of the lease;
 * a session that cannot be written can still be read, and says why.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Log, SessionEvent, SessionId, Verified } from "../protocol/index.ts";
import { bodyStore, scanBodies } from "./bodies.ts";
import { setAside, type Disk, type DiskFile } from "./disk.ts";
import { chainAfter, firstValue, readFrames, verifyChain, type Frames } from "./frames.ts";
import { leaseHolder, takeLease } from "./lease.ts";
import { LogError, logError } from "./log-error.ts";
import { logWriter, type Standing } from "./writer.ts";

/** A log of this room. `events` grows with what is appended; it is not to be changed. */
export interface OpenLog extends Log {
  /** Why nothing can be appended; null where `writable`. */
  readonly refusal: LogError | null;
}

/** A new, empty log in a folder that exists and is empty. */
export async function createLog(disk: Disk, folder: string, session: SessionId): Promise<OpenLog> {
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
      bodies: { index: new Map(), end: 0 },
      events: [],
      torn: null,
      standing: { end: 0, seq: 0, chain: createHash("sha256").update(firstValue) },
      refusal: null,
      release: () => lease.release(),
      verify: async () => ({ kind: "whole" }),
    });
  } catch (error) {
    for (const file of opened) await file.close().catch(() => undefined);
    await lease.release();
    throw error;
  }
}

/** Opens what is there. Where it cannot be written it is opened for reading; rejects only when it cannot be read. */
export async function openLog(disk: Disk, folder: string, session: SessionId, how: "write" | "read"): Promise<OpenLog> {
  const claim = how === "write" ? await claimFor(folder) : await watchFor(folder);
  const opened: DiskFile[] = [];
  try {
    const path = join(folder, "log");
    let { refusal } = claim;
    const file = await disk.open(path, refusal === null ? "write" : "read");
    opened.push(file);
    const size = await file.size();
    const frames = await readFrames(file, size);

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
    const bodies =
      bodiesFile === null
        ? { index: new Map(), end: 0, damaged: durable > 0 }
        : await scanBodies(bodiesFile, bodiesSize, durable, refusal === null);
    if (bodiesFile !== null && bodies.end < bodiesSize && refusal === null) {
      await setAside(disk, bodiesFile, bodiesPath, folder, bodies.end).catch(
        (error: unknown) => (refusal = logError(error, folder)),
      );
    }

    const tailWrong = await verifyChain(file, frames.tail, frames.checkpoint.end, new AbortController().signal);
    const standing = { end: frames.end, seq: frames.seq, chain: await chainAfter(file, frames) };
    if (refusal !== null) await claim.release();
    return openLogOf({
      folder,
      session,
      file,
      bodiesFile,
      bodies,
      events: frames.events,
      torn,
      standing,
      refusal,
      release: claim.release,
      verify: (signal) => verifyRest(file, frames, tailWrong, bodies.damaged, signal),
    });
  } catch (error) {
    for (const file of opened) await file.close().catch(() => undefined);
    await claim.release();
    throw error;
  }
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

async function verifyRest(
  file: DiskFile,
  frames: Frames,
  tailWrong: number | null,
  bodiesDamaged: boolean,
  signal: AbortSignal,
): Promise<Verified> {
  if (frames.rest === "altered" || frames.rest === "foreign")
    return {
      kind: "altered",
      from: frames.seq + 1,
      why: `The log was changed or damaged behind event ${frames.seq}; what follows was not read.`,
    };
  const wrong = (await verifyChain(file, { from: 0, before: firstValue }, frames.tail.from, signal)) ?? tailWrong;
  if (wrong !== null)
    return {
      kind: "altered",
      from: wrong,
      why: `Event ${wrong}, or one written together with it, was changed after it was written.`,
    };
  if (bodiesDamaged)
    return {
      kind: "altered",
      from: 1,
      why: "The kept texts of this session were changed or damaged; some may be missing.",
    };
  return { kind: "whole" };
}

function openLogOf(parts: {
  folder: string;
  session: SessionId;
  file: DiskFile;
  bodiesFile: DiskFile | null;
  bodies: { index: Map<string, { at: number; length: number }>; end: number };
  events: unknown[];
  torn: Log["torn"];
  standing: Standing;
  refusal: LogError | null;
  release: () => Promise<void>;
  verify: (signal: AbortSignal) => Promise<Verified>;
}): OpenLog {
  const { folder, file, events, refusal } = parts;
  const bodies = bodyStore(parts.bodiesFile, join(folder, "bodies"), parts.bodies.index, parts.bodies.end, refusal);
  const keep = (more: SessionEvent[]): void => more.forEach((event) => events.push(event));
  const writer = refusal === null ? logWriter(file, join(folder, "log"), bodies, parts.standing, keep) : null;
  const closing = new AbortController();
  const verified = parts.verify(closing.signal).catch((): Verified => ({ kind: "unfinished" }));

  async function close(): Promise<void> {
    closing.abort();
    await writer?.stop(new LogError("This session was closed.", "Open it again to go on with it."));
    await verified;
    await bodies.close();
    await file.close();
    await parts.release();
  }

  let closed: Promise<void> | null = null;
  return {
    session: parts.session,
    events,
    torn: parts.torn,
    writable: refusal === null,
    refusal,
    bodies,
    verified,
    append: async (more) => {
      if (writer === null) throw refusal ?? new Error("a log without a writer says why");
      return writer.append(more);
    },
    close: () => (closed ??= close()),
  };
}

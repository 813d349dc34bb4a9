/**
 * The memory room: the record of every session on disk, below the extension's global storage.
 *
 * `<storage>/sessions/<session id>/` holds one session (`log.ts`). Knows no event's meaning beyond the first one's `workspace`.
 *
 * Always: the disk is touched only when something is asked for; an id that is not one never becomes a path.
 */
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Fold, Memory, SessionId } from "../protocol/index.ts";
import { realDisk, type Disk } from "./disk.ts";
import { createLog, openLog, type OpenLog } from "./log.ts";
import { LogError, logError } from "./log-error.ts";
import { isSessionId, newSessionId } from "./session-id.ts";
import { sessionLister } from "./sessions.ts";

export type { Disk, DiskFile } from "./disk.ts";
export { realDisk } from "./disk.ts";
export { openApprovals } from "./approvals.ts";
export { openDayBook } from "./dayBook.ts";
export type { OpenLog } from "./log.ts";
export { LogError } from "./log-error.ts";
export { openHandovers, type Handover, type Handovers } from "./handover.ts";
export { isSessionId } from "./session-id.ts";

/** Memory whose logs also tell whether they are as they were written. */
export interface OpenMemory extends Memory {
  /** Rejects with `LogError`. */
  create(): Promise<OpenLog>;
  /** Rejects with `LogError` when there is no such session or it cannot be read. */
  open<T>(session: SessionId, how: "write" | "read", fold: Fold<T>): Promise<OpenLog & { readonly folded: T }>;
}

/** A log of fewer events is read faster than what would be kept of it is written. */
const longLog = 2_000;

/**
 * The sessions below a folder, which need not exist yet. `disk` is where tests put faults; `keepAfter`: so many events that were not folded
 * into what is kept beside a log make it be kept anew.
 */
export function openMemory(globalStorageDir: string, disk: Disk = realDisk, keepAfter = longLog): OpenMemory {
  const root = join(globalStorageDir, "sessions");
  return {
    sessions: sessionLister(disk, root),
    async create() {
      try {
        await mkdir(root, { recursive: true, mode: 0o700 });
        await chmod(root, 0o700);
        const session = newSessionId();
        const folder = join(root, session);
        await mkdir(folder, { mode: 0o700 });
        await disk.syncFolder(root);
        return await createLog({ disk, folder, session, keepAfter });
      } catch (error) {
        throw logError(error, root);
      }
    },
    async open(session, how, fold) {
      if (!isSessionId(session))
        throw new LogError("This is not the id of a session.", "Choose a session from the list.");
      const folder = join(root, session);
      try {
        return await openLog({ disk, folder, session, keepAfter }, how, fold);
      } catch (error) {
        throw logError(error, folder);
      }
    },
  };
}

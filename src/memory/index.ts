/**
 * The memory room: the record of every session on disk, below the extension's global storage.
 *
 * `<storage>/sessions/<session id>/` holds one session (`log.ts`). Knows no event's meaning beyond the first one's `workspace`.
 *
 * Always: the disk is touched only when something is asked for; an id that is not one never becomes a path.
 */
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Memory, SessionId } from "../protocol/index.ts";
import { realDisk, type Disk } from "./disk.ts";
import { createLog, openLog, type OpenLog } from "./log.ts";
import { LogError, logError } from "./log-error.ts";
import { isSessionId, newSessionId } from "./session-id.ts";
import { sessionLister } from "./sessions.ts";

export type { Disk, DiskFile } from "./disk.ts";
export { realDisk } from "./disk.ts";
export type { OpenLog } from "./log.ts";
export { LogError } from "./log-error.ts";
export { isSessionId } from "./session-id.ts";

/** Memory whose logs also tell whether they are as they were written. */
export interface OpenMemory extends Memory {
  /** Rejects with `LogError`. */
  create(): Promise<OpenLog>;
  /** Rejects with `LogError` when there is no such session or it cannot be read. */
  open(session: SessionId, how: "write" | "read"): Promise<OpenLog>;
}

/** The sessions below a folder, which need not exist yet. `disk` is where tests put faults. */
export function openMemory(globalStorageDir: string, disk: Disk = realDisk): OpenMemory {
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
        return await createLog(disk, folder, session);
      } catch (error) {
        throw logError(error, root);
      }
    },
    async open(session, how) {
      if (!isSessionId(session))
        throw new LogError("This is not the id of a session.", "Choose a session from the list.");
      const folder = join(root, session);
      try {
        return await openLog(disk, folder, session, how);
      } catch (error) {
        throw logError(error, folder);
      }
    },
  };
}

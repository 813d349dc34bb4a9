/**
 * What the memory's tests share: a storage folder of their own, plain events, and a disk that can be made to fail.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realDisk, type Disk, type DiskFile, type OpenLog, type OpenMemory } from "../../../src/memory/index.ts";
import type { EventBody, Fold, SessionId } from "../../../src/protocol/index.ts";

/** A storage folder for each test of a suite, removed after it. */
export function storage(): {
  readonly path: string;
  folder(session: string): string;
  names(session: string): string[];
} {
  let path = "";
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "countersign-memory-"));
  });
  afterEach(() => rmSync(path, { recursive: true }));
  const folder = (session: string): string => join(path, "sessions", session);
  return {
    get path() {
      return path;
    },
    folder,
    names: (session) => readdirSync(folder(session)).sort(),
  };
}

export const note = (text: string): EventBody => ({ kind: "note", text });

export const started = (session: string, uri: string, rootCommit?: string): EventBody => ({
  kind: "session.started",
  version: 1,
  session,
  goal: "sort the list",
  workspace: { uri, name: "sample", ...(rootCommit === undefined ? {} : { rootCommit }) },
  connection: { name: "demo", endpoint: "http://127.0.0.1:1", model: "m", key: "demo" },
  engine: "anthropic",
});

export type Operation = "write" | "sync" | "truncate";

/**
 * The real disk with faults. `room`: how many bytes can still be written, as on a disk that fills up (the write that meets the
 * end writes what fits). `failing`: operations that fail, on files whose name is `only` where that is given.
 */
export function faultyDisk(): Disk & { room: number; failing: Set<Operation>; only: string | null; syncs: number } {
  const disk = {
    room: Infinity,
    failing: new Set<Operation>(),
    only: null as string | null,
    syncs: 0,
    syncFolder: (path: string) => realDisk.syncFolder(path),
    replace: (path: string, by: string) => realDisk.replace(path, by),
    remove: (path: string) => realDisk.remove(path),
    async open(path: string, how: "create" | "write" | "read"): Promise<DiskFile> {
      const file = await realDisk.open(path, how);
      const check = (operation: Operation): void => {
        if (disk.failing.has(operation) && (disk.only === null || path.endsWith(`/${disk.only}`)))
          throw Object.assign(new Error("input/output error"), { code: "EIO" });
      };
      return {
        ...file,
        async write(bytes, at) {
          check("write");
          if (bytes.length > 0 && disk.room <= 0) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
          const wrote = await file.write(bytes.subarray(0, Math.min(bytes.length, disk.room)), at);
          disk.room -= wrote;
          return wrote;
        },
        async sync() {
          check("sync");
          disk.syncs += 1;
          await file.sync();
        },
        async truncate(length) {
          check("truncate");
          await file.truncate(length);
        },
      };
    },
  };
  return disk;
}

/** The fold that keeps every event as it is. */
export const everyEvent: Fold<unknown[]> = {
  version: "every event",
  empty: () => [],
  take: (events, event) => (events.push(event), events),
  pieces: (events) => events,
  restore: () => {
    const events: unknown[] = [];
    return { take: (piece) => void events.push(piece), done: () => events };
  },
};

/** Opens a log, with the events that were found in it. */
export async function opened(
  memory: OpenMemory,
  session: SessionId,
  how: "write" | "read",
): Promise<OpenLog & { readonly events: unknown[] }> {
  const log = await memory.open(session, how, everyEvent);
  return Object.assign(log, { events: log.folded });
}

/** Every event of an open log, read again from the disk. */
export async function allOf(log: OpenLog): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const run of log.read()) events.push(...run);
  return events;
}

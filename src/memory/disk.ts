/**
 * The disk as memory sees it: files of bytes, read and written at offsets. The one seam where a fault can be put in its way.
 *
 * Always: a file is created exclusively with mode 0600; the last part of a path is never followed as a link; nothing here
 * retries or buffers.
 */
import { constants } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";

/** One open file. Rejections are the system's own errors. */
export interface DiskFile {
  /** Reads up to `into.length` bytes from offset `at`; answers how many there were (0 at the end). */
  read(into: Uint8Array, at: number): Promise<number>;
  /** Writes at offset `at`; answers how many bytes were written, which may be fewer than given. */
  write(bytes: Uint8Array, at: number): Promise<number>;
  /** Returns when everything written is durable. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface Disk {
  /** `create`: must not exist yet. `write`: read and write what exists. `read`: only read it. */
  open(path: string, how: "create" | "write" | "read"): Promise<DiskFile>;
  /** Makes the names in a folder durable, where the system can. */
  syncFolder(path: string): Promise<void>;
  /** Gives a file the name of another one, which it replaces, at once. */
  replace(path: string, by: string): Promise<void>;
  remove(path: string): Promise<void>;
}

const noFollow = constants.O_NOFOLLOW ?? 0; // not on Windows
const flags = {
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | noFollow,
  write: constants.O_RDWR | noFollow,
  read: constants.O_RDONLY | noFollow,
};

/** The machine's own disk. */
export const realDisk: Disk = {
  async open(path, how) {
    const handle = await open(path, flags[how], 0o600);
    return {
      read: async (into, at) => (await handle.read(into, 0, into.length, at)).bytesRead,
      write: async (bytes, at) => (await handle.write(bytes, 0, bytes.length, at)).bytesWritten,
      sync: () => handle.datasync(),
      truncate: (length) => handle.truncate(length),
      size: async () => (await handle.stat()).size,
      close: () => handle.close(),
    };
  },
  async syncFolder(path) {
    if (process.platform === "win32") return; // a folder cannot be opened there
    const handle = await open(path, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  replace: (path, by) => rename(by, path),
  remove: (path) => unlink(path),
};

/** Writes all of it, or rejects; what was written before a rejection is for the caller to cut off. */
export async function writeAll(file: DiskFile, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const wrote = await file.write(done === 0 ? bytes : bytes.subarray(done), at + done);
    if (wrote <= 0) throw Object.assign(new Error("nothing more could be written"), { code: "ENOSPC" });
    done += wrote;
  }
}

/** Fills `into` from offset `at` as far as the file goes; answers how many bytes there were. */
export async function readAll(file: DiskFile, into: Uint8Array, at: number): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const got = await file.read(done === 0 ? into : into.subarray(done), at + done);
    if (got === 0) break;
    done += got;
  }
  return done;
}

/** So much is read at a time, and worked on before others get their turn on this thread. */
const blockSize = 1 << 18;

/**
 * Reads the bytes `from`..`to` and gives out runs of whole lines (each run ends in a newline), with the offset where each begins. The next
 * block is read meanwhile. The buffer of a run is used again afterwards: nothing of it may be kept.
 */
export async function* lineRuns(
  file: DiskFile,
  from: number,
  to: number,
): AsyncGenerator<{ lines: Buffer; at: number }, void, undefined> {
  const size = Math.max(1, Math.min(blockSize, to - from));
  const blocks = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)] as const;
  const readAt = (at: number, block: Buffer): Promise<number> => {
    const reading = readAll(file, block.subarray(0, Math.min(size, to - at)), at);
    reading.catch(() => undefined); // it rejects where it is waited for
    return reading;
  };
  let rest: Buffer[] = []; // an unfinished line, in pieces, so that a long one is joined once
  let start = from; // where `rest` begins
  let coming = from < to ? readAt(from, blocks[0]) : Promise.resolve(0);
  try {
    for (let at = from, turn = 0; at < to; turn = 1 - turn) {
      const got = await coming;
      if (got === 0) return;
      const block = blocks[turn as 0 | 1];
      at += got;
      if (at < to) coming = readAt(at, blocks[(1 - turn) as 0 | 1]);
      const whole = block.lastIndexOf(10, got - 1) + 1;
      if (whole > 0) {
        const head = block.subarray(0, whole);
        const lines = rest.length === 0 ? head : Buffer.concat([...rest, head]);
        yield { lines, at: start };
        start += lines.length;
        rest = [];
      }
      if (whole < got) rest.push(Buffer.from(block.subarray(whole, got)));
    }
  } finally {
    await coming.catch(() => undefined); // nothing is read any more when this has ended
  }
}

/** The same, handed to `onLines` until it answers false. Answers the offset behind the last run handed out. */
export async function readLines(
  file: DiskFile,
  from: number,
  to: number,
  onLines: (lines: Buffer, at: number) => boolean,
): Promise<number> {
  for await (const { lines, at } of lineRuns(file, from, to)) {
    from = at + lines.length;
    if (!onLines(lines, at)) break;
  }
  return from;
}

/**
 * Moves everything from `from` on into a new file beside `path` (`<path>.torn-<n>`, the first free n) and cuts it off here.
 * Answers the new file's path. Nothing is cut before the copy is durable.
 */
export async function setAside(
  disk: Disk,
  file: DiskFile,
  path: string,
  folder: string,
  from: number,
): Promise<string> {
  for (let n = 1; ; n += 1) {
    const side = `${path}.torn-${n}`;
    let copy: DiskFile;
    try {
      copy = await disk.open(side, "create");
    } catch (error) {
      if ((error as { code?: unknown }).code === "EEXIST") continue;
      throw error;
    }
    try {
      const block = Buffer.allocUnsafe(blockSize);
      for (let done = 0; ;) {
        const got = await readAll(file, block, from + done);
        if (got === 0) break;
        await writeAll(copy, block.subarray(0, got), done);
        done += got;
      }
      await copy.sync();
    } finally {
      await copy.close();
    }
    await disk.syncFolder(folder);
    await file.truncate(from);
    await file.sync();
    return side;
  }
}

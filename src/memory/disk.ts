/**
 * The disk as memory sees it: files of bytes, read and written at offsets. The one seam where a fault can be put in its way.
 *
 * Always: a file is created exclusively with mode 0600; the last part of a path is never followed as a link; nothing here
 * retries or buffers.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";

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

const blockSize = 1 << 20;

/**
 * Reads the bytes `from`..`to` and hands out runs of whole lines (each run ends in a newline), until `onLines` answers false.
 * Answers the offset behind the last run handed out. The buffer of a run is used again afterwards: nothing of it may be kept.
 */
export async function readLines(
  file: DiskFile,
  from: number,
  to: number,
  onLines: (lines: Buffer, at: number) => boolean,
): Promise<number> {
  const block = Buffer.allocUnsafe(Math.max(1, Math.min(blockSize, to - from)));
  let rest: Buffer[] = []; // an unfinished line, in pieces, so that a long one is joined once
  let start = from; // where `rest` begins
  for (let at = from; at < to;) {
    const got = await readAll(file, block.subarray(0, Math.min(block.length, to - at)), at);
    if (got === 0) break;
    const whole = block.lastIndexOf(10, got - 1) + 1;
    if (whole > 0) {
      const head = block.subarray(0, whole);
      const lines = rest.length === 0 ? head : Buffer.concat([...rest, head]);
      const go = onLines(lines, start);
      start += lines.length;
      if (!go) return start;
      rest = [];
    }
    if (whole < got) rest.push(Buffer.from(block.subarray(whole, got)));
    at += got;
  }
  return start;
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

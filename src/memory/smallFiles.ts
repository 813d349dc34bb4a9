/**
 * Small files in one folder, each a value by itself, that several windows read and write.
 *
 * A file is exchanged whole by a rename and never read to be written again: so no window can undo what another one did meanwhile.
 * Always: 0600; durable when the write resolves; a reader sees the file before or after, and none that is half written; what is no JSON
 * is no value.
 */
import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { realDisk, writeAll } from "./disk.ts";

const ending = ".json";

export interface SmallFiles {
  /** The value of that name; undefined where there is none. */
  read(name: string): Promise<unknown>;
  names(): Promise<string[]>;
  write(name: string, value: unknown): Promise<void>;
  /** Also where there is none. */
  remove(name: string): Promise<void>;
}

/** Names hold letters, digits, dots and dashes only. */
export function openSmallFiles(folder: string): SmallFiles {
  const pathOf = (name: string): string => {
    if (!/^[\w][\w.-]*$/.test(name)) throw new Error(`no name for a small file: ${name}`);
    return join(folder, `${name}${ending}`);
  };
  const gone = async (path: string): Promise<void> => {
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  };
  return {
    async read(name) {
      try {
        return JSON.parse(await readFile(pathOf(name), "utf8")) as unknown;
      } catch {
        return undefined;
      }
    },
    async names() {
      const found = await readdir(folder).catch(() => []);
      return found.filter((each) => each.endsWith(ending)).map((each) => each.slice(0, -ending.length));
    },
    async write(name, value) {
      const path = pathOf(name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      const beside = `${path}.${randomBytes(6).toString("hex")}.tmp`;
      const file = await realDisk.open(beside, "create");
      try {
        await writeAll(file, Buffer.from(JSON.stringify(value)), 0);
        await file.sync();
        await file.close();
        await realDisk.replace(path, beside);
        await realDisk.syncFolder(folder);
      } catch (error) {
        await file.close().catch(() => undefined);
        await gone(beside);
        throw error;
      }
    },
    remove: (name) => gone(pathOf(name)),
  };
}

/**
 * Files: what an agent reads and writes through its client.
 *
 * Some agents write by themselves, some ask for it. What is asked for is held to the draft by the guard, path by path, at the moment it is done.
 * Always: nothing outside the draft, no link on the way, no repository's own data, no file that keeps secrets; a text is UTF-8, and a
 * file that is not is left alone.
 */
import { isUtf8 } from "node:buffer";
import { lstat, mkdir, readFile } from "node:fs/promises";
import { constants, openSync, closeSync, writeSync, ftruncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { placed } from "./place.ts";

/** Bytes of a file that is read or written for an agent. */
const limit = 16 * 1024 * 1024;

/** Refused: `outside` where the path leads out of the draft. */
export class FileRefusal extends Error {
  readonly outside: boolean;

  constructor(message: string, outside: boolean) {
    super(message);
    this.outside = outside;
  }
}

/** The text of a file of the draft, or some of its lines; `line` counts from 1. Rejects with `FileRefusal`. */
export async function readText(root: string, given: string, line: number, lines: number): Promise<string> {
  const path = inside(root, given);
  const stat = await lstat(join(root, path)).catch(() => null);
  if (!stat?.isFile()) throw new FileRefusal(`${path}: there is no such file`, false);
  if (stat.size > limit) throw new FileRefusal(`${path} is too large to be read at once`, false);
  const bytes = await readFile(join(root, path));
  if (!isUtf8(bytes)) throw new FileRefusal(`${path} is not UTF-8 text`, false);
  const text = bytes.toString("utf8");
  if (line <= 1 && lines === 0) return text;
  const from = Math.max(0, line - 1);
  return text
    .split(/(?<=\n)/)
    .slice(from, lines === 0 ? undefined : from + lines)
    .join("");
}

/** Writes a whole file of the draft; folders are made. Rejects with `FileRefusal`. */
export async function writeText(root: string, given: string, text: string): Promise<void> {
  const path = inside(root, given);
  const bytes = Buffer.from(text.toWellFormed(), "utf8");
  if (bytes.length > limit) throw new FileRefusal(`${path}: too much to be written at once`, false);
  const absolute = join(root, path);
  const stat = await lstat(absolute).catch(() => null);
  if (stat !== null && !stat.isFile()) throw new FileRefusal(`${path} is not a file`, false);
  if (stat !== null && stat.size <= limit && !isUtf8(await readFile(absolute)))
    throw new FileRefusal(`${path} is not UTF-8 text; writing it would damage it`, false);
  await mkdir(dirname(absolute), { recursive: true });
  // Judged once more in the tick in which it is opened: what runs in the draft may have put a link there meanwhile.
  inside(root, given);
  writeNow(absolute, bytes);
}

function writeNow(absolute: string, bytes: Uint8Array): void {
  const file = openSync(absolute, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o644);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, at);
    ftruncateSync(file, bytes.length);
  } finally {
    closeSync(file);
  }
}

function inside(root: string, given: string): string {
  const place = placed(root, given);
  if (place.kind === "outside") throw new FileRefusal(place.why, true);
  if (place.path === "") throw new FileRefusal("the path names no file", false);
  return place.path;
}

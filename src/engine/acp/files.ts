/**
 * Files: what an agent reads and writes through its client.
 *
 * Some agents write by themselves, some ask for it. What is asked for is held to the draft: its path by the guard, the file that is
 * opened by the way it is opened.
 * Always: nothing outside the draft, no link on the way, no repository's own data, no file that keeps secrets; a text is UTF-8, and a
 * file that is not is left alone.
 */
import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, ftruncateSync, readFile, writeSync } from "node:fs";
import { promisify } from "node:util";
import { openBelow } from "./opening.ts";
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
  const text = await opened(root, path, constants.O_RDONLY, async (file, size) => {
    if (size === null) throw new FileRefusal(`${path}: there is no such file`, false);
    if (size > limit) throw new FileRefusal(`${path} is too large to be read at once`, false);
    const bytes = await bytesOf(file);
    if (!isUtf8(bytes)) throw new FileRefusal(`${path} is not UTF-8 text`, false);
    return bytes.toString("utf8");
  });
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
  await opened(root, path, constants.O_RDWR | constants.O_CREAT, async (file, size) => {
    if (size === null) throw new FileRefusal(`${path} is not a file`, false);
    if (size <= limit && !isUtf8(await bytesOf(file)))
      throw new FileRefusal(`${path} is not UTF-8 text; writing it would damage it`, false);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, at);
    ftruncateSync(file, bytes.length);
  });
}

/** Opens a file for as long as `act` takes, which gets its size; null where it is no regular file. */
async function opened<T>(
  root: string,
  path: string,
  flags: number,
  act: (file: number, size: number | null) => Promise<T>,
): Promise<T> {
  let file: number;
  try {
    file = openBelow(root, path, flags, (flags & constants.O_CREAT) !== 0);
  } catch (problem) {
    throw refusalOf(path, problem);
  }
  try {
    const stat = fstatSync(file);
    return await act(file, stat.isFile() ? stat.size : null);
  } finally {
    closeSync(file);
  }
}

const bytesOf = promisify(readFile) as (file: number) => Promise<Buffer>;

function refusalOf(path: string, problem: unknown): unknown {
  switch ((problem as NodeJS.ErrnoException).code) {
    case "ENOENT":
      return new FileRefusal(`${path}: there is no such file`, false);
    case "EISDIR":
    case "ENXIO":
      return new FileRefusal(`${path} is not a file`, false);
    // What runs in the draft put it there after the path was judged.
    case "ELOOP":
    case "ENOTDIR":
      return new FileRefusal(`${path}: the path leads through a link`, true);
    default:
      return problem;
  }
}

function inside(root: string, given: string): string {
  const place = placed(root, given);
  if (place.kind === "outside") throw new FileRefusal(place.why, true);
  if (place.path === "") throw new FileRefusal("the path names no file", false);
  return place.path;
}

/**
 * Symbolic links of the person's folder: read, made, changed and taken away, never followed.
 *
 * Node's file system only; knows nothing of editors. Every path is judged anew at each call, as in `disk.ts`.
 * Always: a link is touched only while it holds exactly `before`, checked in the same tick; nothing but a link is replaced or
 * removed; a link that leads into a repository's own data is not made. What was done is read back.
 */
import { randomBytes } from "node:crypto";
import { isUtf8 } from "node:buffer";
import * as sync from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { UserLink } from "../protocol/index.ts";
import { lockedReason, placeOf, problem, refused, type Exchange, type Ground, type Refusal } from "./disk.ts";

/** The target of the link at a path, or why none can stand there. */
export function linkAt(ground: Ground, path: string): UserLink {
  const place = linkPlace(ground, path);
  if (place.kind === "refused") return { target: null, refusal: place };
  try {
    const found = standing(place.path);
    if (found.kind === "link") return { target: found.target, refusal: null };
    return { target: null, refusal: found.kind === "none" ? null : inTheWay(path, found.kind) };
  } catch (error) {
    return { target: null, refusal: problem(error) };
  }
}

/** Puts `after` in the place of `before`. Null stands for "no link", on either side. */
export async function setLink(
  ground: Ground,
  path: string,
  before: string | null,
  after: string | null,
): Promise<Exchange> {
  const now = linkAt(ground, path);
  if (now.refusal) return { kind: "refused", ...now.refusal };
  if (now.target !== before) return { kind: "moved" };
  const held = (after === null ? null : forbidden(ground, path, after)) ?? (await lockedFolder(ground, path));
  if (held) return held;
  try {
    const first = linkPlace(ground, path);
    if (first.kind === "refused") return first;
    if (after !== null) await mkdir(dirname(first.path), { recursive: true });
    // A link may have come onto the way while folders were made.
    const place = linkPlace(ground, path);
    if (place.kind === "refused") return place;
    if (!exchanged(place.path, before, after)) return { kind: "moved" };
  } catch (error) {
    return (after === null ? null : unmakable(error)) ?? problem(error);
  }
  if (linkAt(ground, path).target === after) return { kind: "written" };
  return refused(`${path} was changed by another program right after it was written`, "Look at it, then decide again.");
}

type Standing = { kind: "none" } | { kind: "link"; target: string } | { kind: "file" | "folder" | "special" | "bytes" };

function standing(absolute: string): Standing {
  const stat = sync.lstatSync(absolute, { throwIfNoEntry: false });
  if (!stat) return { kind: "none" };
  if (!stat.isSymbolicLink()) return { kind: stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "special" };
  const bytes = sync.readlinkSync(absolute, { encoding: "buffer" });
  return isUtf8(bytes) ? { kind: "link", target: bytes.toString("utf8") } : { kind: "bytes" };
}

/** In one tick: what was checked is what is replaced. A new link is never written over what came into its place. */
function exchanged(absolute: string, before: string | null, after: string | null): boolean {
  const now = standing(absolute);
  if ((now.kind === "link" ? now.target : null) !== before || (before === null && now.kind !== "none")) return false;
  if (after === null) {
    if (before !== null) sync.unlinkSync(absolute);
    return true;
  }
  if (before === null) {
    try {
      sync.symlinkSync(after, absolute);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    }
  }
  const temporary = join(dirname(absolute), `.countersign-${process.pid}-${randomBytes(8).toString("hex")}.tmp`);
  sync.symlinkSync(after, temporary);
  try {
    sync.renameSync(temporary, absolute);
  } catch (error) {
    sync.rmSync(temporary, { force: true });
    throw error;
  }
  return true;
}

/**
 * Where a link lies, as the guard says now. The guard lets no link through, so it is asked about the link's name in a folder beside
 * it that is not there: then it judges every part of the name, and looks at all of the way.
 */
function linkPlace(ground: Ground, path: string): { kind: "place"; path: string } | Refusal {
  const end = path.lastIndexOf("/") + 1;
  const place = placeOf(ground, path.slice(0, end) + nowhere() + path.slice(end));
  if (place.kind === "refused")
    return { ...place, reason: place.reason.replace(/^"(?:[^"\\]|\\.)*"/, () => JSON.stringify(path)) };
  return { kind: "place", path: join(dirname(dirname(place.path)), basename(place.path)) };
}

function nowhere(): string {
  return `.countersign-${randomBytes(8).toString("hex")}/`;
}

/** A link into a repository's own data would be a way there that no path shows. */
function forbidden({ root, guard }: Ground, path: string, target: string): Refusal | null {
  for (const part of target.split(/[\\/]/)) {
    if (part === "" || part === "." || part === ".." || /^[a-zA-Z]:$/.test(part)) continue;
    const judged = guard(root, nowhere() + part);
    if (judged.kind === "refused")
      return refused(`the target of the link ${path} is not allowed: ${judged.why}`, "Reject this change.");
  }
  return null;
}

/** Whether the folder can be written in; a link has no permissions of its own. */
function lockedFolder(ground: Ground, path: string): Promise<Refusal | null> {
  return lockedReason(ground, `${path.slice(0, path.lastIndexOf("/") + 1)}${nowhere().slice(0, -1)}`).then((locked) =>
    locked ? refused(`the folder of ${path} is read-only`, "Make it writable, then decide again.") : null,
  );
}

function inTheWay(path: string, kind: "file" | "folder" | "special" | "bytes"): Refusal {
  if (kind === "bytes")
    return refused(
      `${path} is a link whose target is not UTF-8`,
      "Change or remove it yourself, or reject this change.",
    );
  const what = { file: "a file", folder: "a folder", special: "a special file" }[kind];
  return refused(`${what} stands at ${path}`, "Decide what becomes of that first, or remove it, then decide again.");
}

/** Systems and file systems that keep no links, or let only some people make them. */
function unmakable(error: unknown): Refusal | null {
  const code = codeOf(error);
  if (code !== "ENOSYS" && code !== "ENOTSUP" && code !== "EOPNOTSUPP" && code !== "EPERM") return null;
  return refused(
    "links cannot be made here",
    process.platform === "win32"
      ? "Turn on the Developer Mode of Windows, or reject this change."
      : "Reject this change; this file system keeps no links, or not for you.",
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/**
 * Links of a draft: which of the person's stand in it, and how one is found, made, changed and taken away.
 *
 * A link is its target's text; nothing here looks at what it leads to. One that would lead away, or show under another path what is
 * hidden by its own, is known to the draft without being made there: it can be compared, and nothing can be reached through it.
 * Always: nothing but a link is replaced or removed; where something else stands, a link is only known.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { linkLeads } from "../protocol/index.ts";
import { isRepositoryName } from "../system/paths.ts";
import { alwaysPassedBy, parentOf } from "./ignoring.ts";
import { lstat, readLink } from "./reading.ts";
import type { KnownLink, LinkFound, Side } from "./sides.ts";

// What configures agents is hidden from them by its path.
const configuring = /(^|\/)\.|^opencode\.jsonc?$/i;

/** Why this link of the person's is not made in a draft; null where it is. */
export function heldBack(path: string, target: string): string | null {
  if (linkLeads(path, target) !== "inside") return "a symbolic link that leads out of the folder";
  if (target.split(/[\\/]/).some(isRepositoryName)) return "a symbolic link to a repository's own data";
  return configuring.test(path) ? "a symbolic link where configuration is looked for" : null;
}

/** Whether a new link of this name is passed by, as a folder would be. */
export function isPassedBy(path: string): boolean {
  return alwaysPassedBy(path.slice(path.lastIndexOf("/") + 1));
}

/** Makes a link where nothing stands. False where that is not possible. */
export function makeLink(absolute: string, target: string): boolean {
  try {
    symlinkSync(target, absolute);
    return true;
  } catch {
    return false;
  }
}

/** The target that the draft has at a path: of what stands there, else of what is only known; what cannot be told is as it was. */
export function targetNow(tree: string, side: Side, path: string, isReachable: boolean): string | null {
  const read = isReachable ? readLink(`${tree}/${path}`) : ({ kind: "none" } as const);
  if (read.kind === "link") return read.target;
  const known = side.links?.get(path);
  return known && (read.kind === "unreadable" || !known.stands) ? known.target : null;
}

/** Brings a path of the draft to a link to `target`, or to none. What stands there was checked to be a link, or nothing of ours. */
export function setTarget(tree: string, side: Side, path: string, isReachable: boolean, target: string | null): void {
  const absolute = `${tree}/${path}`;
  const read = isReachable ? readLink(absolute) : ({ kind: "none" } as const);
  if (read.kind === "link" && read.target === target) return void side.links?.set(path, { target, stands: true });
  const stands = target !== null && heldBack(path, target) === null && isReachable;
  if (read.kind === "link" && !stands) unlinkSync(absolute);
  if (target === null) return void side.links?.delete(path);
  side.links?.set(path, {
    target,
    stands: stands && (read.kind === "link" ? exchanged(absolute, target) : placed(tree, path, target)),
  });
}

function placed(tree: string, path: string, target: string): boolean {
  if (lstat(`${tree}/${path}`) !== null) return false;
  mkdirSync(`${tree}/${parentOf(path)}`, { recursive: true });
  return makeLink(`${tree}/${path}`, target);
}

function exchanged(absolute: string, target: string): boolean {
  const temporary = `${absolute.slice(0, absolute.lastIndexOf("/"))}/.countersign-${randomBytes(8).toString("hex")}`;
  if (!makeLink(temporary, target)) return false;
  try {
    renameSync(temporary, absolute);
    return true;
  } catch {
    rmSync(temporary, { force: true });
    return false;
  }
}

/** Makes the links that something else was in the way of, and is no more. */
export function placeHeld(tree: string, side: Side, isReachable: (path: string) => boolean): void {
  for (const [path, { target, stands }] of side.links ?? []) {
    if (stands || heldBack(path, target) !== null || !isReachable(path)) continue;
    if (placed(tree, path, target)) side.links!.set(path, { target, stands: true });
  }
}

/** What a walk or a comparison finds of links, against what is known of them. */
export interface LinkSearch {
  found: LinkFound[];
  learned: Map<string, KnownLink | null>;
  /** What stands at this path now. */
  saw(path: string, target: string | null): void;
  /** It is there and cannot be told: what is known stays. */
  passed(path: string): void;
  /** Every link that is known and was not seen is gone. */
  end(): void;
}

export function linkSearch(side: Side): LinkSearch {
  const found: LinkFound[] = [];
  const learned = new Map<string, KnownLink | null>();
  const seen = new Set<string>();
  const saw = (path: string, now: string | null): void => {
    seen.add(path);
    const before = side.links?.get(path)?.target ?? null;
    if (now !== null) learned.set(path, { target: now, stands: true });
    else if (before !== null) learned.set(path, null);
    if (now !== before) found.push({ path, before, now });
  };
  return {
    found,
    learned,
    saw,
    passed: (path) => void seen.add(path),
    end() {
      for (const [path, { stands }] of side.links ?? []) if (stands && !seen.has(path)) saw(path, null);
      found.sort((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}

/**
 * Places: which hunk comes next, and what a decision about many of them names.
 *
 * Pure. A place is a hunk by file and id; the order is the order of the files, then of the hunks inside each.
 * Always: a bulk decision names only hunks that are pending, whole, known to this page, and not already sent.
 */
import type { FileView, HunkView } from "../protocol/view.ts";
import type { DecisionItem } from "../protocol/events.ts";
import type { FileId, HunkId } from "../protocol/ids.ts";

export interface Place {
  file: FileId;
  hunk: HunkId;
}

/** What a bulk decision would name, and how many of those hunks have not been on screen. */
export interface Bulk {
  items: DecisionItem[];
  count: number;
  unseen: number;
  /** Pending hunks that it does not name because they do more than change text: each is decided by itself. */
  guarded: number;
}

export function keyOf({ file, hunk }: Place): string {
  return `${file}/${hunk}`;
}

export function isUndecided(hunk: HunkView): boolean {
  return hunk.state === "pending" || isClashing(hunk);
}

/** Whether the person's own text stands against it. */
export function isClashing({ state }: HunkView): boolean {
  return state === "stale" || state === "overtaken";
}

/** The file and hunk at a place, or null when it is not there any more. */
export function hunkAt(files: readonly FileView[], place: Place | null): { file: FileView; hunk: HunkView } | null {
  const file = files.find(({ id }) => id === place?.file);
  const hunk = file?.hunks.find(({ id }) => id === place?.hunk);
  return file !== undefined && hunk !== undefined ? { file, hunk } : null;
}

/**
 * The nearest place from `from` in one direction, around the end if need be, that `wanted` takes; never `from` itself.
 * From no place, or from one that is gone: the first (or last) one.
 */
export function nextPlace(
  files: readonly FileView[],
  from: Place | null,
  step: 1 | -1,
  wanted: (hunk: HunkView, place: Place) => boolean,
): Place | null {
  const all = files.flatMap((file) => file.hunks.map((hunk) => ({ place: { file: file.id, hunk: hunk.id }, hunk })));
  const at = all.findIndex(({ place }) => place.file === from?.file && place.hunk === from.hunk);
  const start = at >= 0 ? at : step > 0 ? -1 : all.length;
  for (let moved = 1; moved <= all.length; moved++) {
    const index = (((start + step * moved) % all.length) + all.length) % all.length;
    const candidate = all[index];
    if (candidate === undefined || index === at) continue;
    if (wanted(candidate.hunk, candidate.place)) return candidate.place;
  }
  return null;
}

/** Where to stand after `files` changed: the same place, else the first undecided of the same file, else of all, else any. */
export function settle(files: readonly FileView[], place: Place | null): Place | null {
  if (hunkAt(files, place) !== null) return place;
  const own = files.filter(({ id }) => id === place?.file);
  return (
    nextPlace(own, null, 1, isUndecided) ??
    nextPlace(files, null, 1, isUndecided) ??
    nextPlace(files, null, 1, () => true)
  );
}

/** What "all of these files" means just now. Stale and overtaken hunks need a decision of their own. */
export function bulkOf(
  files: readonly FileView[],
  sent: { has(key: string): boolean },
  seen: (place: Place, hunk: HunkView) => boolean,
): Bulk {
  const bulk: Bulk = { items: [], count: 0, unseen: 0, guarded: 0 };
  for (const file of files) {
    bulk.guarded += file.hunks.filter((hunk) => hunk.state === "pending" && isProtected(hunk)).length;
    const hunks = file.hunks.filter((hunk) => inBulk(hunk) && !sent.has(keyOf({ file: file.id, hunk: hunk.id })));
    if (hunks.length === 0) continue;
    bulk.items.push({ file: file.id, revision: file.revision, hunks: hunks.map(({ id }) => id) });
    bulk.count += hunks.length;
    bulk.unseen += hunks.filter((hunk) => !seen({ file: file.id, hunk: hunk.id }, hunk)).length;
  }
  return bulk;
}

/** Several bulks as one. */
export function joined(bulks: readonly Bulk[]): Bulk {
  const all: Bulk = { items: [], count: 0, unseen: 0, guarded: 0 };
  for (const bulk of bulks) {
    all.items.push(...bulk.items);
    all.count += bulk.count;
    all.unseen += bulk.unseen;
    all.guarded += bulk.guarded;
  }
  return all;
}

function inBulk(hunk: HunkView): boolean {
  return hunk.state === "pending" && hunk.apart === undefined;
}

/** Whether accepting the hunk would do more than change text. */
export function isProtected(hunk: HunkView): boolean {
  return hunk.apart === "protected";
}

/** First line of a hunk as the person would look for it: in the new text, else in the old one, counted from 1. */
export function lineOf(hunk: HunkView): number {
  const changed = hunk.rows.filter((row) => row.kind !== "context");
  return changed.find((row) => row.new !== undefined)?.new ?? changed.find((row) => row.old !== undefined)?.old ?? 1;
}

/** Line to open in the person's own file, which has the old lines. */
export function oldLineOf(hunk: HunkView): number {
  return hunk.rows.find((row) => row.kind !== "context" && row.old !== undefined)?.old ?? lineOf(hunk);
}

const faces = new WeakMap<HunkView, string>();

/** Distinguishes what a hunk shows from what it showed before, so that a changed one counts as not seen again. */
export function faceOf(hunk: HunkView): string {
  const known = faces.get(hunk);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  const add = (text: string) => {
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    hash = Math.imul(hash ^ 0x1_0000, 0x01000193);
  };
  for (const row of hunk.rows) if (row.kind !== "context") add(row.kind + row.text + (row.end ?? ""));
  const face = `${hunk.rows.length}.${(hash >>> 0).toString(36)}`;
  faces.set(hunk, face);
  return face;
}

/** The undecided hunks that the person's own text stands against. */
export function clashing(files: readonly FileView[]): string[] {
  return files.flatMap((file) => file.hunks.filter(isClashing).map((hunk) => keyOf({ file: file.id, hunk: hunk.id })));
}

/** Which of the decisions on their way have neither been decided nor moved on. */
export function stillOut(sent: ReadonlyMap<string, number>, files: Iterable<FileView>): ReadonlyMap<string, number> {
  if (sent.size === 0) return sent;
  const undecided = new Set<string>();
  for (const file of files) {
    for (const hunk of file.hunks) if (isUndecided(hunk)) undecided.add(keyOf({ file: file.id, hunk: hunk.id }));
  }
  const left = [...sent].filter(([key]) => undecided.has(key));
  return left.length === sent.size ? sent : new Map(left);
}

const frames = new WeakMap<FileView, readonly FileView[]>();

/** Files that stand in one frame: the text of a file, its new name and its mode. The same value while they are the same. */
export function framesOf(files: readonly FileView[]): (readonly FileView[])[] {
  const found: FileView[][] = [];
  for (const file of files) {
    const last = found.at(-1);
    if (last !== undefined && last[0]?.path === file.path) last.push(file);
    else found.push([file]);
  }
  return found.map((frame) => {
    const first = frame[0]!;
    const known = frames.get(first);
    if (known?.length === frame.length && known.every((file, index) => file === frame[index])) return known;
    frames.set(first, frame);
    return frame;
  });
}

/**
 * Views: what the review page is shown of a file, made from its texts.
 *
 * The page gets rows, not texts: context, removed and added lines with their numbers, and every mark in words.
 */
import type { FileView, HunkId, HunkPlace, HunkView, RowView } from "../protocol/index.ts";
import { bareLine, staleHunks, terminatorOf, type Edit, type Lines } from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import type { Desk, FileTexts } from "./desk.ts";
import {
  addedLines,
  changedRefusals,
  changedSinceRefused,
  halvesMissing,
  linesNotIn,
  linesOfHunks,
  markedRefused,
  notInFile,
  otherHalf,
  protectedByName,
  protectedIn,
  refusedBefore,
  removedLines,
} from "./marks.ts";
import { readable } from "./texts.ts";

/** Lines of context shown around a hunk. */
const contextLines = 3;

/** The file as the page shows it; null when there is nothing to show. */
export async function fileView(desk: Desk, file: FileState): Promise<FileView | null> {
  const { hunks, overtaken } = file.revision;
  if (hunks.length === 0 && overtaken.length === 0) return null;
  const seen = desk.userSeen(file.id);
  const now = await desk.textsOf(file);
  const stale: ReadonlyMap<HunkId, readonly Edit[]> = seen
    ? staleHunks(seen.sides, seen.side, now.verdicts)
    : new Map();
  const marks = await marksOf(desk, file, now, stale);
  const views = hunks.map((place, index): HunkView => {
    const decided = file.verdicts.get(place.id);
    const rows = rowsOf(now, place, hunks[index - 1], hunks[index + 1]);
    const clashing = stale.get(place.id);
    const why = decided ? (desk.state.decisions.get(decided.decision)?.why ?? "") : "";
    const refused = marks.refused.get(place.id);
    return {
      id: place.id,
      state: decided?.verdict ?? (clashing ? "stale" : "pending"),
      ...(decided ? { decision: decided.decision } : {}),
      rows,
      removed: rows.filter((row) => row.kind === "removed").length,
      added: rows.filter((row) => row.kind === "added").length,
      marks: marks.of(place),
      ...(clashing ? { yours: clashing.flatMap((edit) => edit.lines.map(shownText)) } : {}),
      ...(refused ? { refused } : {}),
      ...(why ? { why } : {}),
    };
  });
  for (const one of overtaken) {
    const decided = file.verdicts.get(one.id);
    views.push(await overtakenView(desk, now, one, decided, protectedByName(file.path)));
  }
  return {
    id: file.id,
    path: file.path,
    revision: file.revision.number,
    change: changeOf(now, hunks),
    ...(hunks[0]?.whole ? { detail: await detailOf(desk, file) } : {}),
    hunks: views,
    total: views.length,
  };
}

function changeOf(now: FileTexts, hunks: readonly HunkPlace[]): FileView["change"] {
  const whole = hunks[0]?.whole;
  if (whole === "create") return "created";
  if (whole === "delete") return "deleted";
  return now.sides.proposed.kind === "opaque" || now.sides.reviewed.kind === "opaque" ? "binary" : "changed";
}

async function detailOf(desk: Desk, file: FileState): Promise<string> {
  const size = async (id: string | null) => (id === null ? null : (await desk.log.bodies.get(id)).length);
  const [before, after] = [await size(file.revision.reviewed), await size(file.revision.proposed)];
  if (before === null) return `new file, ${bytes(after!)}`;
  if (after === null) return `deleted, ${bytes(before)}`;
  return `${bytes(before)} → ${bytes(after)}`;
}

function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

function rowsOf(now: FileTexts, hunk: HunkPlace, previous?: HunkPlace, next?: HunkPlace): RowView[] {
  const before: Lines = now.sides.reviewed.kind === "lines" ? now.sides.reviewed.lines : [];
  const after: Lines = now.sides.proposed.kind === "lines" ? now.sides.proposed.lines : [];
  const rows: RowView[] = [];
  const shift = hunk.newFrom - hunk.from;
  const context = (from: number, to: number, move: number) => {
    for (let at = from; at < to; at++) rows.push(row("context", before[at]!, at + 1, at + 1 + move));
  };
  if (!hunk.whole) context(Math.max(previous?.to ?? 0, hunk.from - contextLines), hunk.from, shift);
  for (let at = hunk.from; at < hunk.to; at++) rows.push(row("removed", before[at]!, at + 1));
  for (let at = hunk.newFrom; at < hunk.newTo; at++) rows.push(row("added", after[at]!, undefined, at + 1));
  const end = Math.min(next?.from ?? before.length, hunk.to + contextLines);
  if (!hunk.whole) context(hunk.to, end, hunk.newTo - hunk.to);
  return rows;
}

function row(kind: RowView["kind"], line: string, old?: number, now?: number): RowView {
  const terminator = terminatorOf(line);
  const end = terminator === "\n" ? undefined : ({ "\r\n": "crlf", "\r": "cr", "": "none" } as const)[terminator];
  return {
    kind,
    text: shownText(line),
    ...(end ? { end } : {}),
    ...(old === undefined ? {} : { old }),
    ...(now === undefined ? {} : { new: now }),
  };
}

function shownText(line: string): string {
  return readable(bareLine(line));
}

async function overtakenView(
  desk: Desk,
  now: FileTexts,
  one: FileState["revision"]["overtaken"][number],
  decided: { verdict: "accepted" | "rejected"; decision: number } | undefined,
  protection: string | null,
): Promise<HunkView> {
  const lines = async (id: string | null): Promise<Lines> => {
    const [text] = await desk.texts.read([id]);
    return text!.kind === "lines" ? text!.lines : [];
  };
  const before = await lines(one.whole ? one.whole.before : one.before);
  const theirs = await lines(one.whole ? one.whole.theirs : one.theirs);
  const own = now.sides.reviewed.kind === "lines" ? now.sides.reviewed.lines : [];
  const yours = one.whole ? own : own.slice(one.from, one.to);
  const rows = [
    ...before.map((line, at) => row("removed", line, one.from + at + 1)),
    ...theirs.map((line, at) => row("added", line, undefined, one.from + at + 1)),
  ];
  return {
    id: one.id,
    state: decided?.verdict ?? "overtaken",
    ...(decided ? { decision: decided.decision } : {}),
    rows,
    removed: before.length,
    added: theirs.length,
    marks: [
      one.whole ? "you changed or deleted this file meanwhile" : "your own text took its place",
      ...(protection === null ? [] : [protection]),
    ],
    yours: yours.map(shownText),
  };
}

interface Marks {
  of(hunk: HunkPlace): string[];
  /** The lines that had been refused, where the agent has changed them since. */
  refused: Map<string, string[]>;
}

async function marksOf(
  desk: Desk,
  file: FileState,
  now: FileTexts,
  stale: ReadonlyMap<HunkId, unknown>,
): Promise<Marks> {
  const halves = halvesMissing(now, stale, await linesNotIn(desk, file));
  const refused = new Map<string, string[]>();
  for (const [hunk, refusal] of changedRefusals(now, file)) {
    const [lines] = await linesOfHunks(desk, file, refusal.revision, [refusal.hunk]);
    if (lines) refused.set(hunk, lines.after.map(shownText));
  }
  const protection = protectedIn(file, now);
  const before = new Set((await refusedBefore(desk, file)).map((lines) => keyOf(lines.before, lines.after)));
  return {
    refused,
    of(place) {
      const marks: string[] = [];
      if (file.missing.has(place.id)) marks.push(notInFile);
      if (file.verdicts.has(place.id)) return marks;
      if (before.size > 0 && before.has(keyOf(removedLines(now, place), addedLines(now, place))))
        marks.push(markedRefused);
      else if (refused.has(place.id)) marks.push(changedSinceRefused);
      if (halves.has(place.id)) marks.push(otherHalf);
      const effect = protection.get(place.id);
      if (effect !== undefined) marks.push(effect);
      return marks;
    },
  };
}

function keyOf(before: Lines, after: Lines): string {
  return JSON.stringify([before, after]);
}

/**
 * Views: what the review page is shown of a file, made from its texts.
 *
 * The page gets rows, not texts: context, removed and added lines with their numbers, and every mark in words.
 */
import type { Content, FileView, HunkId, HunkPlace, HunkView, RowView } from "../protocol/index.ts";
import {
  bareLine,
  staleHunks,
  terminatorOf,
  type Edit,
  type Lines,
  type Text,
  formChange,
  type End,
  type Form,
} from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import { valueIn } from "./attributes.ts";
import type { Desk, FileTexts } from "./desk.ts";
import { changeOfAttribute, linkShown, targetOf, targetRows } from "./links.ts";
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
import { inSlices } from "./slices.ts";
import { readable } from "./texts.ts";

/** Lines of context shown around a hunk. */
const contextLines = 3;

/** The file as the page shows it; null when there is nothing to show. */
export async function fileView(desk: Desk, file: FileState): Promise<FileView | null> {
  const { hunks, overtaken } = file.revision;
  if (hunks.length === 0 && overtaken.length === 0) return null;
  const [seen, now] = await Promise.all([desk.userSeen(file), desk.textsOf(file)]);
  const stale: ReadonlyMap<HunkId, readonly Edit[]> = seen
    ? staleHunks(seen.sides, seen.side, now.verdicts)
    : new Map();
  const marks = await marksOf(desk, file, now, stale);
  const link = file.attribute === "link" ? await linkShown(desk, file) : null;
  const own = link && seen ? await targetOf(desk, seen.side.user) : [];
  const movedTo = desk.renamed.get(file.path);
  const views = hunks.map((place, index): HunkView => {
    const decided = file.verdicts.get(place.id);
    const rows = link?.rows ?? rowsOf(now, place, hunks[index - 1], hunks[index + 1]);
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
      marks: [...marks.of(place), ...(decided ? [] : (link?.marks ?? []))],
      ...marks.apart(place),
      ...(clashing ? { yours: link ? own : clashing.flatMap((edit) => edit.lines.map(shownText)) } : {}),
      ...(clashing && !link && seen?.side.user.kind === "none" ? { gone: true } : {}),
      ...(refused ? { refused } : {}),
      ...(why ? { why } : {}),
    };
  });
  for (const one of overtaken) {
    const decided = file.verdicts.get(one.id);
    views.push(await overtakenView(desk, file, now, one, decided));
  }
  return {
    id: file.id,
    path: file.path,
    revision: file.revision.number,
    change: changeOf(file, now, hunks),
    ...(file.attribute === "mode" ? await executableOf(desk, file) : {}),
    ...(file.draftPath === file.path || file.attribute === "mode" ? {} : { newPath: file.draftPath }),
    ...(movedTo && file.attribute === null && seen?.side.user.kind === "none" ? { movedTo } : {}),
    ...(hunks[0]?.whole ? { detail: link?.detail ?? (await detailOf(desk, file, now)) } : {}),
    hunks: views,
    total: views.length,
  };
}

function changeOf(file: FileState, now: FileTexts, hunks: readonly HunkPlace[]): FileView["change"] {
  if (file.attribute !== null) return changeOfAttribute(file.attribute);
  const whole = hunks[0]?.whole;
  if (whole === "create") return "created";
  if (whole === "delete") return "deleted";
  if (whole === "ends" || whole === "mark" || whole === "encoding") return whole;
  return now.sides.proposed.kind === "opaque" || now.sides.reviewed.kind === "opaque" ? "binary" : "changed";
}

async function detailOf(desk: Desk, file: FileState, { sides }: FileTexts): Promise<string> {
  const { revision } = file;
  if (file.attribute !== null) return attributeDetail(desk, revision);
  const form = formChange(sides.reviewed, sides.proposed);
  if (form) return formDetail(form);
  const before = await sizeOf(desk, revision.reviewed, sides.reviewed);
  const after = await sizeOf(desk, revision.proposed, sides.proposed);
  const hash = (side: Text, content: Content) => (side.kind === "opaque" ? ` · SHA-256 ${content}` : "");
  if (before === null) return `new file, ${bytes(after!)}${hash(sides.proposed, revision.proposed)}`;
  if (after === null) return `deleted, ${bytes(before)}${hash(sides.reviewed, revision.reviewed)}`;
  const opaque = sides.reviewed.kind === "opaque" || sides.proposed.kind === "opaque";
  const hashes = opaque ? ` · SHA-256 ${revision.reviewed} → ${revision.proposed}` : "";
  return `${bytes(before)} → ${bytes(after)}${hashes}`;
}

function formDetail(form: Form): string {
  const name = (end: End | null) => (end === null ? "mixed" : { "\n": "LF", "\r\n": "CRLF", "\r": "CR" }[end]);
  if (form.kind === "ends")
    return `line ends ${name(form.from)} → ${name(form.to)}, ${form.lines} ${form.lines === 1 ? "line" : "lines"}`;
  if (form.kind === "mark") return form.has ? "byte order mark added" : "byte order mark removed";
  return form.utf8 ? "encoding → UTF-8, the same characters" : "encoding UTF-8 → Latin-1, the same characters";
}

async function attributeDetail(desk: Desk, { reviewed, proposed }: FileState["revision"]): Promise<string> {
  const [old, now] = [await valueIn(desk, reviewed), await valueIn(desk, proposed)];
  if (old?.kind === "path" && now?.kind === "path") return `${old.path} → ${now.path}`;
  return now?.kind === "mode" && now.executable ? "not executable → executable" : "executable → not executable";
}

async function executableOf(desk: Desk, { revision }: FileState): Promise<Pick<FileView, "executable">> {
  const now = await valueIn(desk, revision.proposed);
  return now?.kind === "mode" ? { executable: now.executable } : {};
}

async function sizeOf(desk: Desk, content: Content, text: Text): Promise<number | null> {
  if (content === null) return null;
  if (text.kind === "lines") return text.lines.reduce((sum, line) => sum + line.length, 0);
  if (text.kind === "opaque" && text.size !== undefined) return text.size;
  return (await desk.log.bodies.get(content)).length;
}

function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

function rowsOf(now: FileTexts, hunk: HunkPlace, previous?: HunkPlace, next?: HunkPlace): RowView[] {
  const before: Lines = now.sides.reviewed.kind === "lines" ? now.sides.reviewed.lines : [];
  const after: Lines = now.sides.proposed.kind === "lines" ? now.sides.proposed.lines : [];
  const rows: RowView[] = [];
  // How the lines are written is said in words: the lines themselves are the same.
  if (hunk.whole === "ends" || hunk.whole === "mark" || hunk.whole === "encoding") return rows;
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
  file: FileState,
  now: FileTexts,
  one: FileState["revision"]["overtaken"][number],
  decided: { verdict: "accepted" | "rejected"; decision: number } | undefined,
): Promise<HunkView> {
  const protection = protectedByName(file);
  const lines = async (id: string | null): Promise<Lines> => {
    const [text] = await desk.texts.read([id]);
    if (file.attribute === "link") return targetOf(desk, text!);
    return text!.kind === "lines" ? text!.lines : [];
  };
  const before = await lines(one.whole ? one.whole.before : one.before);
  const theirs = await lines(one.whole ? one.whole.theirs : one.theirs);
  const isLink = file.attribute === "link";
  const own = now.sides.reviewed.kind === "lines" ? now.sides.reviewed.lines : [];
  const mine = one.whole ? own : own.slice(one.from, one.to);
  const yours = isLink ? await targetOf(desk, now.sides.reviewed) : mine.map(shownText);
  const rows = isLink
    ? [...targetRows("removed", before[0]), ...targetRows("added", theirs[0])]
    : [
        ...before.map((line, at) => row("removed", line, one.from + at + 1)),
        ...theirs.map((line, at) => row("added", line, undefined, one.from + at + 1)),
      ];
  const met = isLink ? "you changed or removed this link meanwhile" : "you changed or deleted this file meanwhile";
  return {
    id: one.id,
    state: decided?.verdict ?? "overtaken",
    ...(decided ? { decision: decided.decision } : {}),
    rows,
    removed: before.length,
    added: theirs.length,
    marks: [one.whole ? met : "your own text took its place", ...(protection === null ? [] : [protection])],
    yours,
    ...(now.sides.reviewed.kind === "none" && !isLink ? { gone: true } : {}),
  };
}

interface Marks {
  of(hunk: HunkPlace): string[];
  /** Why no decision over several hunks takes it. */
  apart(hunk: HunkPlace): Pick<HunkView, "apart">;
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
  for (const [hunk, refusal] of await inSlices(changedRefusals(now, file))) {
    const [lines] = await linesOfHunks(desk, file, refusal.revision, [refusal.hunk]);
    if (lines) refused.set(hunk, lines.after.map(shownText));
  }
  const protection = protectedIn(file, now);
  const before = new Set((await refusedBefore(desk, file)).map((lines) => keyOf(lines.before, lines.after)));
  return {
    refused,
    apart({ id }) {
      if (file.verdicts.has(id)) return {};
      return protection.has(id) ? { apart: "protected" } : halves.has(id) ? { apart: "half" } : {};
    },
    of(place) {
      const marks: string[] = [];
      if (file.missing.has(place.id)) marks.push(notInFile);
      if (file.verdicts.has(place.id)) return marks;
      if (
        file.attribute !== "link" &&
        before.size > 0 &&
        before.has(keyOf(removedLines(now, place), addedLines(now, place)))
      )
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

/**
 * The oracle: what must be so around every step of a session, whatever the session believes.
 *
 * It knows files as strings, hunks as the rows that were shown, and revisions as the log has them. It shares no code
 * with the review room: where lines stand is counted here again.
 */
import assert from "node:assert/strict";
import type { FileView, HunkView, Revision, RowView } from "../../../src/protocol/index.ts";
import type { Scene } from "./scene.ts";

export function linesIn(text: string | null | undefined): string[] {
  return text ? (text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? []) : [];
}

export function lineOf(row: RowView): string {
  return row.text + { lf: "\n", crlf: "\r\n", cr: "\r", none: "" }[row.end ?? "lf"];
}

export const removedBy = (hunk: HunkView) => hunk.rows.filter((row) => row.kind === "removed").map(lineOf);
export const addedBy = (hunk: HunkView) => hunk.rows.filter((row) => row.kind === "added").map(lineOf);

/** The text with the hunks' rows made, by the line numbers that were shown. */
export function withRows(text: string | null, hunks: readonly HunkView[]): string {
  const lines: (string | string[])[] = linesIn(text);
  const before = new Map<number, string[]>();
  for (const hunk of hunks) {
    for (const row of hunk.rows) {
      if (row.kind === "removed") {
        assert.equal(lines[row.old! - 1], lineOf(row), "a removed row is the line it is numbered as");
        lines[row.old! - 1] = [];
      }
    }
    before.set(gapOf(hunk), addedBy(hunk));
  }
  return [...lines, []]
    .flatMap((line, at) => [...(before.get(at) ?? []), ...(typeof line === "string" ? [line] : line)])
    .join("");
}

/** The index of the old line before which a hunk's added rows stand. */
function gapOf(hunk: HunkView): number {
  const first = hunk.rows.findIndex((row) => row.kind !== "context");
  const row = hunk.rows[first];
  if (row?.kind === "removed") return row.old! - 1;
  if (first > 0) return hunk.rows[first - 1]!.old!;
  const next = hunk.rows.find((one) => one.kind === "context");
  return next ? next.old! - 1 : 0;
}

/** Lines that one text has more often than the other. */
export function surplus(of: string | null | undefined, over: string | null | undefined): string[] {
  const count = new Map<string, number>();
  for (const line of linesIn(over)) count.set(line, (count.get(line) ?? 0) + 1);
  return linesIn(of).filter((line) => {
    const left = count.get(line) ?? 0;
    count.set(line, left - 1);
    return left <= 0;
  });
}

/** Whether `after` is `before` with this one run of lines in the place of that one. */
export function replacedOnce(
  before: string,
  after: string,
  removed: readonly string[],
  added: readonly string[],
): boolean {
  const [old, now] = [linesIn(before), linesIn(after)];
  if (now.length !== old.length - removed.length + added.length) return false;
  const same = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((line, at) => line === b[at]);
  for (let at = 0; at + removed.length <= old.length; at++) {
    const fits = same(old.slice(at, at + removed.length), removed) && same(now.slice(at, at + added.length), added);
    if (
      fits &&
      same(old.slice(0, at), now.slice(0, at)) &&
      same(old.slice(at + removed.length), now.slice(at + added.length))
    )
      return true;
  }
  return false;
}

/** Every file's newest revision, from the log alone. */
export function revisionsIn(stage: Scene): Map<string, Revision> {
  const open = new Map<number, Revision[]>();
  const newest = new Map<string, Revision>();
  const take = (revisions: readonly Revision[]) => revisions.forEach((one) => newest.set(one.path, one));
  for (const event of stage.events()) {
    if (event.kind === "boundary" || event.kind === "looked" || event.kind === "withdrawn") take(event.revisions);
    if (event.kind === "accepting" || event.kind === "undoing") open.set(event.seq, event.revisions);
    if (event.kind !== "accepted" && event.kind !== "undone") continue;
    if (event.results.every(({ result }) => result.kind !== "refused")) take(open.get(event.intent)!);
  }
  return newest;
}

/** What is shown is what the texts say: every row a line of R or P, all rows together what turns R into P. */
export async function checkRows(stage: Scene, files: readonly FileView[]): Promise<void> {
  const revisions = revisionsIn(stage);
  for (const file of files) {
    const { number, reviewed, proposed } = revisions.get(file.path)!;
    const [before, after] = [await stage.text(reviewed), await stage.text(proposed)];
    assert.equal(file.revision, number, `${file.path} is shown in its newest revision`);
    const own = file.hunks.filter(
      (hunk) => !hunk.marks.some((mark) => /your own text|you changed or deleted/.test(mark)),
    );
    for (const row of own.flatMap((hunk) => hunk.rows)) {
      if (row.old !== undefined)
        assert.equal(lineOf(row), linesIn(before)[row.old - 1], "an old row is a reviewed line");
      if (row.new !== undefined) assert.equal(lineOf(row), linesIn(after)[row.new - 1], "a new row is a proposed line");
    }
    assert.equal(withRows(before, own), after ?? "", `the shown hunks of ${file.path} make the proposed text`);
  }
}

/** After a boundary: what is reviewed is the person's text, and the draft holds what is proposed. */
export async function checkBoundary(stage: Scene): Promise<void> {
  const revisions = revisionsIn(stage);
  for (const path of new Set([...stage.user.keys(), ...stage.draft().keys(), ...revisions.keys()])) {
    const [user, draft, one] = [stage.user.get(path) ?? null, stage.draft().get(path) ?? null, revisions.get(path)];
    assert.equal(one ? await stage.text(one.reviewed) : draft, user, `reviewed is the person's text: ${path}`);
    assert.equal(one ? await stage.text(one.proposed) : user, draft, `the draft is what is proposed: ${path}`);
  }
}

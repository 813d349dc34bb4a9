/**
 * What has to hold while a text arrives: at every piece the shown hunks turn the old text into what has arrived and the old lines
 * behind it; what is settled stays; the end is the exact diff, and keeps what was decided on.
 */
import assert from "node:assert/strict";
import { diffLines, type Change } from "../../../src/review/diff.ts";
import { openStream, type Stream } from "../../../src/review/stream.ts";
import { linesOf } from "../../../src/review/text.ts";

export interface Followed {
  pieces: number;
  settled: number;
  /** Settled hunks that the exact diff of the end does not have. */
  changed: number;
  /** Hunks of the end that have `soon` lines behind them, and those of them that were settled when so many had arrived. */
  followed: number;
  soon: number;
}

/** Lines behind a hunk, by which it is settled soon. */
export const soon = 200;

/** Follows `after` in pieces; `size` says how many characters the next one has. Throws where something does not hold. */
export function follow(before: string, after: string, size: (at: number) => number, pick: () => number): Followed {
  const [old, now] = [linesOf(before), linesOf(after)];
  const stream = openStream(before);
  let settled: Change[] = [];
  const inTime = new Set<string>();
  let [at, arrived, held, pieces] = [0, 0, 0, 0];
  while (at < after.length) {
    const end = Math.min(after.length, at + Math.max(1, size(at)));
    stream.push(after.slice(at, end));
    at = end;
    // A line counts once its end is there; behind a carriage return at the very end a line feed may still come.
    const whole = after[at - 1] === "\r" ? at - 1 : at;
    while (arrived < now.length && held + now[arrived]!.length <= whole && /[\r\n]$/.test(now[arrived]!))
      held += now[arrived++]!.length;
    shownIsWhatArrived(stream, old, now, arrived);
    assert.deepEqual(stream.settled().slice(0, settled.length), settled, "what is settled stays");
    for (const one of stream.settled().slice(settled.length)) if (arrived - one.newTo <= soon) inTime.add(keyOf(one));
    settled = [...stream.settled()];
    pieces++;
  }
  const pinned = settled.filter(() => pick() < 0.3);
  const changes = diffLines(old, now);
  const exact = new Set(changes.map(keyOf));
  const decided = stream.end(pinned);
  const kept = new Set(decided.map(keyOf));
  for (const one of pinned) assert.ok(kept.has(keyOf(one)), "what was decided on stays as it is");
  assert.deepEqual(made(old, now, decided, old.length), now, "the end is the whole text, around what was decided on");
  assert.deepEqual(new Set(stream.end().map(keyOf)), exact, "the end is exact");
  const far = changes.filter((one) => now.length - one.newTo >= soon);
  return {
    pieces,
    settled: settled.length,
    changed: settled.filter((one) => !exact.has(keyOf(one))).length,
    followed: far.length,
    soon: far.filter((one) => inTime.has(keyOf(one))).length,
  };
}

function shownIsWhatArrived(stream: Stream, old: readonly string[], now: readonly string[], arrived: number): void {
  const result = made(old, now, shownIn(stream), stream.resume());
  const same = result.length === arrived && result.every((line, index) => line === now[index]);
  assert.ok(same, `after ${arrived} lines the shown hunks are those of what has arrived`);
}

/** All hunks that are shown, in order. */
export function shownIn(stream: Stream): Change[] {
  return [...stream.settled(), ...stream.tentative()].sort((a, b) => a.from - b.from || a.newFrom - b.newFrom);
}

function made(old: readonly string[], now: readonly string[], changes: readonly Change[], resume: number): string[] {
  const result: string[] = [];
  let at = 0;
  for (const { from, to, newFrom, newTo } of changes) {
    assert.ok(from >= at && to >= from && newTo >= newFrom, "hunks are in order");
    for (; at < from; at++) result.push(old[at]!);
    for (let line = newFrom; line < newTo; line++) result.push(now[line]!);
    at = to;
  }
  for (; at < resume; at++) result.push(old[at]!);
  return result;
}

function keyOf(change: Change): string {
  return `${change.from} ${change.to} ${change.newFrom} ${change.newTo}`;
}

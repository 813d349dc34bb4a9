/**
 * Distortions: what can happen to a stream on its way, and what then may run.
 *
 * The oracle reads streams by itself, with nothing of the engine's: a plain list of what an order of events can be.
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { inPieces, stream, type Play, type Replayed } from "./replaying.ts";
import { bytesOf, shapes, type Shape, type StreamEvent } from "./shapes.ts";

/** A stream to distort: constructed, or recorded. */
export interface Subject {
  name: string;
  bytes: Buffer;
  /** Null where only the bytes are known. */
  events: StreamEvent[] | null;
  eol: NonNullable<Shape["eol"]>;
}

export const kinds = [
  "cut by a clean end",
  "cut by a reset",
  "in pieces of 1 byte",
  "in pieces of 7 bytes",
  "in pieces of random sizes",
  "an event doubled",
  "an event dropped",
  "two events swapped",
] as const;
export type Kind = (typeof kinds)[number];

/** One case: try it, and it throws where the engine did what it must not. */
export interface Case {
  kind: Kind;
  subject: string;
  at: number;
  attempt: (play: Play) => Promise<void>;
}

/** Every case of a subject. `random` gives numbers from 0 to 1. */
export function casesOf(subject: Subject, random: () => number, randomPieces = 10): Case[] {
  const { name, bytes, events } = subject;
  const one = (kind: Kind, at: number, attempt: Case["attempt"]): Case => ({ kind, subject: name, at, attempt });
  const places = [...Array(Math.max(0, lastByte(bytes))).keys()];
  const pieces = (kind: Kind, at: number, lengths: () => number): Case =>
    one(kind, at, (play) => inPiecesTheSame(play, bytes, lengths));
  const orders = events ?? [];
  return [
    ...places.map((at) => one("cut by a clean end", at, (play) => cutRunsNothing(play, bytes, at, "clean"))),
    ...places.map((at) => one("cut by a reset", at, (play) => cutRunsNothing(play, bytes, at, "reset"))),
    pieces("in pieces of 1 byte", 0, () => 1),
    pieces("in pieces of 7 bytes", 0, () => 7),
    ...Array.from({ length: randomPieces }, (_, at) =>
      pieces("in pieces of random sizes", at, () => Math.ceil(random() ** 3 * 60)),
    ),
    ...orders.map((event, at) =>
      one("an event doubled", at, (play) => ordered(play, subject, orders.toSpliced(at, 0, event))),
    ),
    ...orders.map((_, at) => one("an event dropped", at, (play) => ordered(play, subject, orders.toSpliced(at, 1)))),
    ...orders
      .slice(1)
      .map((event, at) =>
        one("two events swapped", at, (play) => ordered(play, subject, orders.toSpliced(at, 2, event, orders[at]!))),
      ),
  ];
}

/** Where the stream is complete: a cut behind this byte is none. */
function lastByte(bytes: Buffer): number {
  const text = bytes.toString("latin1");
  const stop = Math.max(text.lastIndexOf("message_stop"), text.lastIndexOf('"type":"error"'));
  return stop < 0 ? bytes.length : stop;
}

/**
 * The stream cut, then a plain answer: nothing runs. At some places more: twice cut, the whole stream after the cut one, and
 * a whole message with a call before the cut one.
 */
async function cutRunsNothing(play: Play, bytes: Buffer, at: number, end: "clean" | "reset"): Promise<void> {
  const cut = stream(bytes.subarray(0, at), end);
  const { ran, refused, how, asked } = await play([cut]);
  assert.deepEqual({ ran, refused, how, asked }, { ran: [], refused: [], how: "done", asked: 2 });
  switch (at % 32) {
    case 0: {
      const twice = await play([cut, cut]);
      return assert.deepEqual([twice.ran, twice.how, twice.asked], [[], "failed", 2]);
    }
    case 8: {
      const whole = await wholeOf(play, bytes);
      const again = await play([cut, stream(bytes)]);
      const first = again.events.slice(
        0,
        again.events.findIndex(({ kind }) => kind === "waiting"),
      );
      assert.ok(!first.some(({ kind }) => kind === "called"), "nothing of the cut message runs");
      return assert.deepEqual([again.ran, again.how], [whole.ran, whole.how]);
    }
    case 16: {
      const after = await play([stream(before), cut]);
      return assert.deepEqual([after.ran.map(({ id }) => id), after.how], [beforeRuns, "done"]);
    }
    default:
  }
}

const earlier = shapes.find(({ runs }) => runs.length > 1)!;
const [before, beforeRuns] = [bytesOf(earlier), earlier.runs];

async function inPiecesTheSame(play: Play, bytes: Buffer, lengths: () => number): Promise<void> {
  const whole = await wholeOf(play, bytes);
  assert.deepEqual((await play([inPieces(bytes, lengths)])).events, whole.events);
}

async function ordered(play: Play, { eol }: Subject, events: StreamEvent[]): Promise<void> {
  const expected = reading(events);
  const { ran, refused, how } = await play([stream(bytesOf({ events, eol }))]);
  assert.notEqual(how, "", "the turn ends");
  assert.ok(["done", "failed", "refused", "limit"].includes(how), how);
  if (expected.kind === "none") return assert.deepEqual(ran, [], expected.why);
  for (const { id, text } of expected.calls) {
    const did = ran.find((call) => call.id === id);
    if (did === undefined) assert.ok(refused.includes(id), `${id} runs, or the model is told why not`);
    else
      assert.ok(isDeepStrictEqual(did.input, JSON.parse(text.trim() === "" ? "{}" : text)), `${id} runs as received`);
  }
  assert.deepEqual(
    ran.map(({ id }) => id),
    expected.calls.map(({ id }) => id).filter((id) => ran.some((call) => call.id === id)),
  );
}

const wholes = new WeakMap<Buffer, Promise<Replayed>>();

async function wholeOf(play: Play, bytes: Buffer): Promise<Replayed> {
  const known = wholes.get(bytes) ?? play([stream(bytes)]);
  wholes.set(bytes, known);
  return known;
}

export type Reading = { kind: "none"; why: string } | { kind: "calls"; calls: { id: string; text: string }[] };

/** Which calls of this order of events may run: those of a message that is possible, whole, and stopped for tools. */
export function reading(events: readonly StreamEvent[]): Reading {
  const calls: { id: string; text: string }[] = [];
  let [begun, count, open, stop]: [boolean, number, StreamEvent | null, string | null] = [false, 0, null, null];
  const none = (why: string): Reading => ({ kind: "none", why });
  for (const event of events) {
    const { type } = event;
    if (type === "error") return none("an error came");
    if (type === "message_start") {
      if (begun) return none("it begins twice");
      begun = true;
    } else if (type === "content_block_start") {
      if (!begun || open !== null || stop !== null || event.index !== count++)
        return none("a block begins out of order");
      const begins = event.content_block as { type: string; id: string };
      if (begins.type === "tool_use" && calls.some(({ id }) => id === begins.id)) return none("an id stands twice");
      if (begins.type === "tool_use") calls.push({ id: begins.id, text: "" });
      open = event;
    } else if (type === "content_block_delta" || type === "content_block_stop") {
      if (open === null || open.index !== event.index || stop !== null) return none("a block goes on out of order");
      const delta = event.delta as { type: string; partial_json: string } | undefined;
      const last = calls.at(-1);
      const isCall = (open.content_block as { type: string }).type === "tool_use";
      if (delta?.type === "input_json_delta" && isCall && last !== undefined) last.text += delta.partial_json;
      if (type === "content_block_stop") open = null;
    } else if (type === "message_delta") {
      if (!begun) return none("it ends before it begins");
      stop = (event.delta as { stop_reason: string | null }).stop_reason ?? stop;
      if (stop === "tool_use" && open !== null) return none("it stops inside a block");
    } else if (type === "message_stop") {
      if (!begun || stop !== "tool_use") return none("it did not stop for tools");
      return { kind: "calls", calls };
    }
  }
  return none("it is not whole");
}

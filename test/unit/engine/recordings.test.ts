/**
 * Recorded streams, whole and cut anywhere: what runs is only what a complete message calls.
 *
 * STREAM_RECORDINGS names a folder of public recordings, which are not part of the project. Set STREAM_CUTS to the
 * number of cuts per recording (0: at every byte).
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "../../../src/protocol/index.ts";
import { answered, done, kinds, last, play, refuses, streams, type Responder } from "./api.ts";

interface Recording {
  name: string;
  status: number;
  body: Buffer;
  error?: { type: string; message: string };
}

/** The answers in one file, by the file's form. */
function recordingsIn(folder: string, file: string): Recording[] {
  const text = readFileSync(join(folder, file), "utf8");
  const stream = (body: string): Recording => ({ name: file, status: 200, body: Buffer.from(body) });
  if (file.endsWith(".sse") || file.startsWith("sdk-ts-incomplete")) return [stream(text)];
  if (file.endsWith(".chunks.txt"))
    return [
      stream(
        text
          .split("\n")
          .filter((line) => line.trim() !== "")
          .map(asEvent)
          .join(""),
      ),
    ];
  if (file.endsWith(".har")) {
    const { log } = JSON.parse(text) as { log: { entries: { response: { content: { text: string } } }[] } };
    return log.entries.map(({ response }) => stream(response.content.text));
  }
  if (/\.ya?ml$/.test(file)) return [fromCassette(file, text)];
  return [];
}

function asEvent(line: string): string {
  return `event: ${(JSON.parse(line) as { type: string }).type}\ndata: ${line}\n\n`;
}

/** The first answer of a cassette: a stream as a block of indented lines, or an error as a quoted JSON text. */
function fromCassette(name: string, text: string): Recording {
  const response = text.slice(text.search(/^ {2}response:/m));
  const block = /string: \|\+?\n((?: {8}.*\n|\n)+)/.exec(response);
  if (block !== null) return { name, status: 200, body: Buffer.from((block[1] ?? "").replace(/^ {8}/gm, "")) };
  const quoted = /string: '((?:[^']|'')*)'/.exec(response)?.[1] ?? "";
  const { error } = JSON.parse(quoted.replaceAll("''", "'").replace(/\n +/g, " ")) as {
    error: { type: string; message: string };
  };
  const status = Number(/code: (\d+)/.exec(response)?.[1]);
  return { name, status, body: Buffer.alloc(0), error };
}

interface StreamEvent {
  type: string;
  delta?: { stop_reason?: string };
  content_block?: { type: string; id?: string };
}

/** The calls of a whole stream that may run, by a plain reading of its events: none unless it stopped for tools. */
function callsOf(body: Buffer): string[] {
  const events = [...body.toString().matchAll(/^data: (.*)$/gm)].map(
    ([, data]) => JSON.parse(data ?? "") as StreamEvent,
  );
  const stop = events.find(({ type }) => type === "message_delta")?.delta?.stop_reason;
  const blocks = events.flatMap(({ type, content_block: block }) =>
    type === "content_block_start" && block !== undefined ? [block] : [],
  );
  return stop === "tool_use" ? blocks.flatMap(({ type, id }) => (type === "tool_use" ? [id ?? ""] : [])) : [];
}

function called(events: readonly EngineEvent[]): string[] {
  return events.flatMap((event) => (event.kind === "called" ? [event.call] : []));
}

/** A small seeded generator (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const folder = process.env.STREAM_RECORDINGS ?? "";
const cutsEach = Number(process.env.STREAM_CUTS ?? "12");

if (folder === "") {
  describe("recorded streams (pending: STREAM_RECORDINGS names no folder of recordings)", () => {
    it("run only the calls of complete messages");
  });
} else {
  const recordings = readdirSync(folder)
    .toSorted()
    .flatMap((file) => recordingsIn(folder, file));
  const whole = recordings.filter(({ error }) => error === undefined);

  describe("recorded streams", () => {
    it("are there in number", () => assert.ok(recordings.length >= 15, `${recordings.length} recordings`));

    for (const [index, { name, body }] of whole.entries()) {
      it(`${name} whole runs what it calls and ends as it should`, async () => {
        const { events } = await play({ answers: [streams(body), done] });
        const expected = callsOf(body);
        const stop = /"stop_reason":\s*"(\w+)"/.exec(body.toString())?.[1] ?? "";
        if (expected.length > 0) assert.deepEqual(called(events), expected);
        else
          assert.ok(
            answered(events).every(({ ok }) => !ok),
            "nothing ran",
          );
        assert.equal(last(events).how, stop === "refusal" ? "refused" : "done");
      });

      it(`${name} cut anywhere runs nothing, and the next try runs what it calls`, async function () {
        this.timeout(600_000);
        const random = seeded(20_260 + index);
        const complete = body.lastIndexOf('"message_stop"');
        const places =
          cutsEach === 0 ? [...body.keys()] : Array.from({ length: cutsEach }, () => Math.floor(random() * complete));
        for (const place of places.filter((at) => at <= complete)) {
          const cut = streams(body.subarray(0, place));
          const twice = await play({ answers: [cut] });
          assert.deepEqual(called(twice.events), [], `cut at byte ${place}`);
          assert.equal(last(twice.events).how, "failed");
          const [first, second]: Responder[] = [cut, streams(body)];
          const again = await play({ answers: [first as Responder, second as Responder, done] });
          assert.deepEqual(
            called(again.events),
            called((await play({ answers: [streams(body), done] })).events),
            `cut at byte ${place}`,
          );
          assert.equal(kinds(again.events).filter((kind) => kind === "waiting").length, 1);
        }
      });
    }

    for (const { name, status, error } of recordings) {
      if (error === undefined) continue;
      it(`${name} ends the turn by name`, async () => {
        const { events, sent } = await play({
          answers: [refuses(status || 401, error.type, error.message, { "x-should-retry": "false" })],
        });
        assert.equal(last(events).how, "failed");
        assert.match(last(events).message ?? "", /key was not accepted|too long for the model/);
        assert.equal(sent.length, 1);
      });
    }
  });
}

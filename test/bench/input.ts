/**
 * A tool's input while it arrives: what reading its fields costs over the bare stream, and whether a delta gets dearer as the input grows.
 *
 * One answer of the model that writes a file, in deltas of 16 characters: over a connection to this machine, event by event, as a model
 * sends them; and out of memory, as the body of a made response, where the stream itself costs next to nothing. The rival is the SDK's own
 * iteration of the same bytes, which looks at none of them; the control is the SDK's snapshot of the input, read at every delta.
 * Always: processor time of this thread alone (the server has one of its own); both sides in turn, after rounds that do not count; the text
 * that was read is the one sent.
 */
import { Anthropic } from "@anthropic-ai/sdk";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Row } from "../../scripts/bench.ts";
import { root } from "../../scripts/setup.mjs";
import { ask } from "../../src/engine/anthropic/ask.ts";
import { watchSilence } from "../../src/engine/anthropic/watch.ts";
import { events, sse } from "../unit/engine/api.ts";
import { quantile } from "./quantile.ts";

const [small, large] = [64_000, 400_000];
const deltaSize = 16;
const unheard = new AbortController().signal;

/** A response's body, and what it says. `over`: the address it is fetched from, instead of out of memory. */
interface Stream {
  text: string;
  deltas: number;
  pieces: Uint8Array<ArrayBuffer>[];
  over?: string;
}

type Read = (stream: Stream) => Promise<void>;

/** Times are of so many streams: a thread's time is counted in steps of some milliseconds. */
const together = 4;

export async function inputRows(rounds: number): Promise<Row[]> {
  const [short, long] = [streamOf(small), streamOf(large)];
  await using server = await serve(long.pieces);
  const wire = await inTurn([raw, read], [{ ...long, over: server.address }], Math.min(rounds, 7), 1);
  const memory = await inTurn([raw, read], [long], rounds, together);
  const growth = await inTurn([read], [short, long], rounds, together);
  const control = await cpu(snapshot, long, 1);
  const [bare, ours] = memory.map(middle) as [number, number];
  const perDelta = (at: (times: readonly number[]) => number): number[] =>
    growth.map((times, index) => (1000 * at(times)) / [short, long][index]!.deltas);
  const [before = 0, after = 0] = perDelta(middle);
  const [lowBefore = 0, lowAfter = 0] = perDelta((times) => Math.min(...times));
  return [
    cost("over a connection", wire, long),
    cost("out of memory", memory, long),
    {
      figure: "the same by the SDK's snapshot of the input (control)",
      value: control,
      unit: "ms",
      against: "the SDK's bare stream",
      rival: bare,
      ratio: control / bare,
      goal: null,
      met: null,
      note: `once, out of memory; ${(control / ours).toFixed(0)} times what ours takes`,
    },
    {
      figure: "reading one delta, input of 400 KB",
      value: after,
      unit: "µs",
      against: "of 64 KB",
      rival: before,
      ratio: after / before,
      goal: "≤ 1.2",
      met: after / before <= 1.2,
      note: `the stream itself included; fastest ${lowAfter.toFixed(2)} against ${lowBefore.toFixed(2)}`,
    },
  ];
}

function cost(how: string, [bare = [], ours = []]: number[][], { deltas }: Stream): Row {
  const [value, rival] = [middle(ours), middle(bare)];
  return {
    figure: `tool input of 400 KB, ${how}`,
    value,
    unit: "ms",
    against: "the SDK's bare stream",
    rival,
    ratio: value / rival,
    goal: "≤ 1.3",
    met: value / rival <= 1.3,
    note:
      `own thread's time; ${deltas} deltas, ${ours.length} pairs; fastest ${Math.min(...ours).toFixed(1)} against ${Math.min(...bare).toFixed(1)} ms ` +
      `(${(Math.min(...ours) / Math.min(...bare)).toFixed(2)}x)`,
  };
}

/** The processor time of each reader with each stream, for one of them: all in turn, the order turned round every time. */
async function inTurn(readers: readonly Read[], streams: readonly Stream[], rounds: number, times: number) {
  const all = readers.flatMap((reader) => streams.map((stream) => ({ reader, stream, took: [] as number[] })));
  for (let round = -2; round < rounds; round++) {
    for (const one of round % 2 === 0 ? all : all.toReversed()) {
      const time = await cpu(one.reader, one.stream, times);
      if (round >= 0) one.took.push(time);
    }
  }
  return all.map(({ took }) => took);
}

/** Milliseconds of this thread for one stream, the mean of so many. */
async function cpu(reader: Read, stream: Stream, times: number): Promise<number> {
  const before = process.threadCpuUsage();
  for (let time = 0; time < times; time++) await reader(stream);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000 / times;
}

const body = {
  model: "test",
  max_tokens: 1000,
  messages: [{ role: "user" as const, content: "x" }],
  stream: true as const,
};

async function raw(stream: Stream): Promise<void> {
  let last: unknown;
  for await (const event of await clientOf(stream).messages.create(body)) last = event.type;
  if (last !== "message_stop") throw new Error("the stream was cut");
}

async function read(stream: Stream): Promise<void> {
  const { text } = stream;
  const asking = {
    client: clientOf(stream),
    watch: () => watchSilence(60_000),
    place: { host: "test", model: "test", key: "" },
    betas: "",
  };
  const parts: string[] = [];
  const asked = ask(asking, { body, beta: null }, unheard);
  for (;;) {
    const next = await asked.next();
    if (next.done !== true) {
      const event = next.value;
      if (event.kind === "input" && event.field === "new") parts.push(event.text);
      continue;
    }
    const call = next.value.answer.calls[0]?.input as { content: string } | undefined;
    if (next.value.kind !== "answered" || call?.content !== text || parts.join("") !== text)
      throw new Error("what was read is not what was sent");
    return;
  }
}

async function snapshot(given: Stream): Promise<void> {
  let length = 0;
  const stream = clientOf(given).messages.stream(body);
  stream.on("inputJson", (_, whole) => (length = (whole as { content?: string }).content?.length ?? 0));
  await stream.finalMessage();
  if (length !== given.text.length) throw new Error("what was read is not what was sent");
}

function clientOf({ pieces, over }: Stream): Anthropic {
  const fetch = (): Promise<Response> => {
    if (over !== undefined) return globalThis.fetch(over);
    let at = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at < pieces.length) controller.enqueue(pieces[at++]!);
        else controller.close();
      },
    });
    return Promise.resolve(new Response(stream, { headers: { "content-type": "text/event-stream" } }));
  };
  return new Anthropic({ apiKey: "none", baseURL: "http://127.0.0.1", maxRetries: 0, fetch, logLevel: "off" });
}

/** Serves the pieces to whoever asks, from a thread of its own, a short moment between two of them. */
async function serve(pieces: readonly Uint8Array[]): Promise<{ address: string } & AsyncDisposable> {
  const program = `
    const { workerData, parentPort } = require("node:worker_threads");
    const moment = new Int32Array(new SharedArrayBuffer(4));
    const server = require("node:http").createServer((request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.socket.setNoDelay(true);
      let at = 0;
      const next = () => {
        if (at === workerData.length) return void response.end();
        response.write(workerData[at++]);
        Atomics.wait(moment, 0, 0, 0.02);
        setImmediate(next);
      };
      next();
    });
    server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`;
  const worker = new Worker(program, { eval: true, workerData: pieces });
  const [port] = (await once(worker, "message")) as [number];
  return {
    address: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      await worker.terminate();
    },
  };
}

/** A file of this size written by one call, an event a piece: sources of ours, with what JSON has to escape. */
function streamOf(size: number): Stream {
  const source = ["src/engine/anthropic/gather.ts", "src/session/showing.ts", "README.md"]
    .map((path) => readFileSync(join(root, path), "utf8"))
    .join("");
  const text = source.repeat(Math.ceil(size / source.length)).slice(0, size);
  const json = JSON.stringify({ file_path: "src/large.ts", content: text });
  const parts = json.match(new RegExp(`[^]{1,${deltaSize}}`, "g"))!;
  const frames = events([{ tool: "write", json: "" }], "tool_use").flatMap((event) => {
    const delta = event["delta"] as { type?: string } | undefined;
    if (delta?.type !== "input_json_delta") return [sse([event])];
    return parts.map((partial_json) => sse([{ ...event, delta: { ...delta, partial_json } }]));
  });
  return { text, deltas: parts.length, pieces: frames.map((frame) => new Uint8Array(Buffer.from(frame))) };
}

function middle(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * A Messages API for one test: a loopback server whose answers stand in the test, and what an engine made of them.
 *
 * The streams are constructed from the API's documented form; no recording of a 429, a 529 or a cut wire exists.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anthropicEngine, type AnthropicOptions } from "../../../src/engine/anthropic/index.ts";
import type { EngineEvent, TurnRequest } from "../../../src/protocol/index.ts";

export type Sent = { headers: IncomingHttpHeaders; url: string; body: Body; text: string };
export interface Body {
  model: string;
  max_tokens: number;
  system: unknown[];
  tools: { name: string }[];
  messages: { role: string; content: Record<string, unknown>[] }[];
}
/** Answers one request. */
export type Responder = (response: ServerResponse, body: Body) => void;

export interface Api {
  endpoint: string;
  sent: Sent[];
}

export const key = "sk-test-0123456789";

/** Serves the answers in order, the last one for ever, while `use` runs. */
export async function withApi<T>(answers: readonly Responder[], use: (api: Api) => Promise<T>): Promise<T> {
  const sent: Sent[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      const body = JSON.parse(text) as Body;
      sent.push({ headers: request.headers, url: request.url ?? "", body, text });
      response.on("error", () => {});
      answers[Math.min(sent.length, answers.length) - 1]?.(response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A folder that is gone afterwards. */
export async function withFolder<T>(use: (root: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), "engine-test-"));
  try {
    return await use(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

export interface Played {
  events: EngineEvent[];
  sent: Sent[];
  /** The messages given out, as history. */
  history: unknown[];
  waits: number[];
}

export interface Play {
  answers: readonly Responder[];
  turn?: Partial<TurnRequest>;
  options?: Partial<AnthropicOptions>;
  /** Called with each event before the next one is asked for. */
  each?: (event: EngineEvent, stop: AbortController) => void | Promise<void>;
  root?: string;
  endpoint?: string;
  model?: string;
}

/** Runs one turn against the answers. Waits between tries take no time and are noted. */
export async function play({ answers, turn, options, each, root, endpoint, model }: Play): Promise<Played> {
  const inFolder = async (folder: string): Promise<Played> =>
    withApi(answers, async (api) => {
      const waits: number[] = [];
      const events: EngineEvent[] = [];
      const stop = new AbortController();
      const engine = anthropicEngine({
        connection: { name: "test", endpoint: endpoint ?? api.endpoint, model: model ?? "test-model", key: "test" },
        key,
        wait: async (milliseconds) => void waits.push(milliseconds),
        ...options,
      });
      for await (const event of engine.run(turnIn(folder, turn), stop.signal)) {
        events.push(event);
        await each?.(event, stop);
      }
      const history = events.flatMap((event) => (event.kind === "message" ? [event.message] : []));
      return { events, sent: api.sent, history, waits };
    });
  return root === undefined ? withFolder(inFolder) : inFolder(root);
}

/** A turn in this folder, for a person who agrees to no long wait. */
export function turnIn(root: string, more: Partial<TurnRequest> = {}): TurnRequest {
  return {
    history: [],
    report: "",
    prompt: "Do it.",
    attachments: [],
    agree: async () => false,
    ask: async () => null,
    ...more,
    root,
  };
}

/** Events without the parts that a test does not speak of. */
export function kinds(events: readonly EngineEvent[]): string[] {
  return events.map((event) => (event.kind === "ended" ? `ended ${event.how}` : event.kind));
}

export function last(events: readonly EngineEvent[]): Extract<EngineEvent, { kind: "ended" }> {
  const event = events.at(-1);
  if (event?.kind !== "ended") throw new Error(`the last event is ${event?.kind}`);
  return event;
}

/** The answers to the tool calls of a turn. */
export function answered(events: readonly EngineEvent[]): { ok: boolean; text: string }[] {
  return events.flatMap((event) => (event.kind === "answered" ? [{ ok: event.ok, text: event.text }] : []));
}

// ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────

export type BlockSpec =
  | { text: string; pieces?: string[] }
  | { thinking: string; signature: string }
  | { tool: string; input: unknown; id?: string }
  | { tool: string; json: string; id?: string; unclosed?: boolean }
  | { raw: Record<string, unknown> };

let calls = 0;

/** The events of one message. */
export function events(
  blocks: readonly BlockSpec[],
  stop: string,
  more: Record<string, unknown> = {},
): Record<string, unknown>[] {
  const usage = { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 3, cache_creation_input_tokens: 2 };
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "test-model",
    content: [],
    stop_reason: null,
    usage,
  };
  return [
    { type: "message_start", message },
    { type: "ping" },
    ...blocks.flatMap((block, index) => blockEvents(block, index)),
    { type: "message_delta", delta: { stop_reason: stop, stop_sequence: null, ...more }, usage: { output_tokens: 7 } },
    { type: "message_stop" },
  ];
}

function blockEvents(block: BlockSpec, index: number): Record<string, unknown>[] {
  const start = (content_block: Record<string, unknown>) => ({ type: "content_block_start", index, content_block });
  const delta = (given: Record<string, unknown>) => ({ type: "content_block_delta", index, delta: given });
  const stop = { type: "content_block_stop", index };
  if ("text" in block) {
    const pieces = block.pieces ?? [block.text];
    return [start({ type: "text", text: "" }), ...pieces.map((text) => delta({ type: "text_delta", text })), stop];
  }
  if ("thinking" in block) {
    const { thinking, signature } = block;
    const half = Math.ceil(thinking.length / 2);
    return [
      start({ type: "thinking", thinking: "", signature: "" }),
      delta({ type: "thinking_delta", thinking: thinking.slice(0, half) }),
      delta({ type: "thinking_delta", thinking: thinking.slice(half) }),
      delta({ type: "signature_delta", signature }),
      stop,
    ];
  }
  if ("raw" in block) return [start(block.raw), stop];
  const json = "json" in block ? block.json : JSON.stringify(block.input);
  const pieces = json.match(/[^]{1,7}/g) ?? [];
  return [
    start({ type: "tool_use", id: block.id ?? `toolu_${++calls}`, name: block.tool, input: {} }),
    delta({ type: "input_json_delta", partial_json: "" }),
    ...pieces.map((partial_json) => delta({ type: "input_json_delta", partial_json })),
    ...("unclosed" in block && block.unclosed === true ? [] : [stop]),
  ];
}

export function sse(given: readonly Record<string, unknown>[]): string {
  return given.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

/** A whole answer. */
export function says(blocks: readonly BlockSpec[], stop: string, more?: Record<string, unknown>): Responder {
  return streams(sse(events(blocks, stop, more)));
}

/** A stream with exactly these bytes, then a clean end. */
export function streams(text: string | Uint8Array, type = "text/event-stream"): Responder {
  return (response) => {
    response.writeHead(200, { "content-type": type });
    response.end(text);
  };
}

/** A stream that sends this and then nothing, for ever. */
export function hangs(text: string): Responder {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(text);
  };
}

/** A stream that is reset after these bytes. */
export function resets(text: string): Responder {
  return (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(text, () => response.destroy());
  };
}

/** An error answer. */
export function refuses(
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): Responder {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify({ type: "error", error: { type, message }, request_id: "req_1" }));
  };
}

export const done: Responder = says([{ text: "Done." }], "end_turn");

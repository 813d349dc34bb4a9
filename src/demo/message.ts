/**
 * Messages: an answer as the Messages API gives it, whole or as the events of a stream.
 *
 * Pure but for the random ids. A fault that changes what is said (a tool call cut by `max_tokens`, JSON that is none) is put
 * in here; a fault of the wire is `stream.ts`'s.
 * Always: without a fault, the stream's events add up to the very message that a whole answer would be.
 */
import { randomBytes } from "node:crypto";
import type { Answer } from "./answer.ts";
import { sealOf, signatureOf, type ApiRequest } from "./request.ts";
import type { Pace } from "./script.ts";
import { headTokens, tokensOf, type InputUsage } from "./usage.ts";

/** One server-sent event; `characters` is how much of the answer it carries, for the pace. */
export interface StreamEvent {
  name: string;
  data: Record<string, unknown>;
  characters: number;
}

/** An answer ready to be sent. */
export interface Draught {
  head: Record<string, unknown>;
  blocks: SentBlock[];
  stop: string;
  usage: Record<string, unknown>;
}

/** A content block as it is when complete, and its body as text to be streamed. */
export interface SentBlock {
  type: "text" | "thinking" | "compaction" | "tool_use";
  whole: Record<string, unknown>;
  body: string;
  /** False when the answer ends inside this block. */
  closed: boolean;
}

export function draught(answer: Answer, request: ApiRequest, whole: InputUsage): Draught {
  const { source } = answer;
  const blocks = answer.blocks.flatMap((block): SentBlock[] => {
    if (block.type === "text")
      return [{ type: "text", whole: { type: "text", text: block.text }, body: block.text, closed: true }];
    if (block.type === "thinking") {
      if (request.thinking === "off") return [];
      const text = request.thinking === "omitted" ? "" : block.text;
      return [
        {
          type: "thinking",
          whole: { type: "thinking", thinking: text, signature: signatureOf(block.text) },
          body: text,
          closed: true,
        },
      ];
    }
    if (block.type === "compaction") {
      if (!request.compacts) return [];
      const sealed = block.text === null ? null : sealOf(block.text);
      const summary = { type: "compaction", content: block.text, encrypted_content: sealed };
      return [{ type: "compaction", whole: summary, body: block.text ?? "", closed: true }];
    }
    const call = {
      type: "tool_use",
      id: id("toolu"),
      name: block.name,
      input: block.input,
      caller: { type: "direct" },
    };
    return [{ type: "tool_use", whole: call, body: JSON.stringify(block.input), closed: true }];
  });
  const calls = blocks.some((block) => block.type === "tool_use");
  let stop = source.stop ?? (calls ? "tool_use" : "end_turn");
  const { fault } = source;
  if (fault?.kind === "maxTokens" || fault?.kind === "malformedToolJson") {
    const last = blocks.findLastIndex((block) => block.type === "tool_use");
    const call = blocks[last];
    if (call !== undefined && fault.kind === "maxTokens") {
      blocks.length = last + 1;
      call.body = call.body.slice(0, fault.afterCharacters);
      call.whole["input"] = {};
      call.closed = false;
      stop = "max_tokens";
    } else if (call !== undefined) {
      call.body = call.body.replace(/\}$/, ', "note": as said above}');
    }
  }
  const charactersOf = (type: SentBlock["type"] | null): number =>
    blocks.reduce((sum, block) => sum + ((type ?? block.type) === block.type ? block.body.length : 0), 0);
  const summaries = blocks.filter(({ type }) => type === "compaction");
  const written = tokensOf(charactersOf(null) - charactersOf("compaction"));
  const thought = tokensOf(charactersOf("thinking"));
  const said = { output_tokens: Math.max(1, written) };
  // A summary is made in a pass of its own, which the sums do not count; what comes after it begins with it.
  const made = summaries.map(({ body }) => ({
    type: "compaction",
    ...whole,
    output_tokens: tokensOf(body.length),
    cache_creation: null,
  }));
  const input = charactersOf("compaction") === 0 ? whole : shortInput(request, charactersOf("compaction"));
  const iterations = made.length === 0 ? {} : { iterations: [...made, { type: "message", ...input, ...said }] };
  const usage = { ...input, ...said, output_tokens_details: { thinking_tokens: thought }, ...iterations };
  const cached = { ephemeral_5m_input_tokens: input.cache_creation_input_tokens, ephemeral_1h_input_tokens: 0 };
  const head = {
    id: id("msg"),
    type: "message",
    role: "assistant",
    model: request.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...input, cache_creation: cached, output_tokens: 1, service_tier: "standard", inference_geo: "local" },
  };
  return { head, blocks, stop, usage };
}

/** What is taken in behind a summary: tools and system text, and the summary in the place of the messages. */
function shortInput(request: ApiRequest, summary: number): InputUsage {
  const tokens = headTokens(request) + tokensOf(summary);
  return { input_tokens: tokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
}

/** The message as a request without `stream` gets it. */
export function wholeMessage({ head, blocks, stop, usage }: Draught): Record<string, unknown> {
  return {
    ...head,
    content: blocks.map((block) => block.whole),
    stop_reason: stop,
    stop_details: stopDetails(stop),
    usage: { ...(head["usage"] as object), ...usage },
  };
}

/** The message as events, in pieces of about `chunk` characters. */
export function* eventsOf({ head, blocks, stop, usage }: Draught, chunk: Pace["chunk"]): Generator<StreamEvent> {
  yield event({ type: "message_start", message: head });
  for (const [index, block] of blocks.entries()) {
    yield event({ type: "content_block_start", index, content_block: emptied(block) });
    if (index === 0) yield event({ type: "ping" });
    if (block.type === "tool_use") yield delta(index, { type: "input_json_delta", partial_json: "" }, 0);
    // A summary comes in one piece, however long it is.
    const pieces = block.type === "compaction" ? [block.body] : piecesOf(block.body, chunk);
    for (const piece of pieces) {
      if (block.type === "compaction")
        yield delta(index, { ...block.whole, type: "compaction_delta" }, block.body.length);
      else if (block.type === "text") yield delta(index, { type: "text_delta", text: piece }, piece.length);
      else if (block.type === "thinking") yield delta(index, { type: "thinking_delta", thinking: piece }, piece.length);
      else yield delta(index, { type: "input_json_delta", partial_json: piece }, piece.length);
    }
    if (block.type === "thinking")
      yield delta(index, { type: "signature_delta", signature: block.whole["signature"] }, 0);
    if (block.closed) yield event({ type: "content_block_stop", index });
  }
  if (blocks.length === 0) yield event({ type: "ping" });
  yield event({
    type: "message_delta",
    delta: { stop_reason: stop, stop_sequence: null, stop_details: stopDetails(stop) },
    usage,
  });
  yield event({ type: "message_stop" });
}

/** An id of the API's kind: a prefix and 24 letters and digits. */
export function id(prefix: "msg" | "toolu" | "req"): string {
  return `${prefix}_01${randomBytes(24)
    .toString("base64")
    .replace(/[^A-Za-z0-9]/g, "x")
    .slice(0, 22)}`;
}

function event(data: { type: string } & Record<string, unknown>): StreamEvent {
  return { name: data.type, data, characters: 0 };
}

function delta(index: number, one: Record<string, unknown>, characters: number): StreamEvent {
  return { name: "content_block_delta", data: { type: "content_block_delta", index, delta: one }, characters };
}

function emptied(block: SentBlock): Record<string, unknown> {
  if (block.type === "text") return { type: "text", text: "" };
  if (block.type === "thinking") return { type: "thinking", thinking: "", signature: "" };
  if (block.type === "compaction") return { type: "compaction", content: null, encrypted_content: null };
  return { ...block.whole, input: {} };
}

function stopDetails(stop: string): Record<string, unknown> | null {
  return stop === "refusal"
    ? { type: "refusal", category: null, explanation: "This demo step ends in a refusal." }
    : null;
}

/** Pieces of uneven length, as a model's are; a surrogate pair stays in one piece. */
function* piecesOf(text: string, chunk: number): Generator<string> {
  const lengths = [chunk, Math.ceil(chunk / 2), Math.ceil(chunk * 1.5)];
  for (let from = 0, turn = 0; from < text.length; turn++) {
    let to = from + (lengths[turn % lengths.length] ?? chunk);
    if (/[\uD800-\uDBFF]/.test(text.charAt(to - 1))) to++;
    yield text.slice(from, to);
    from = to;
  }
}

/**
 * Gather: one answer of the model, put together from the events of its stream.
 *
 * Pure apart from its own memory. Events come from outside and are believed in nothing: one out of order or of the
 * wrong shape is reported as `unexpected`, and the caller treats the answer as cut.
 * Always: an answer is complete only when `message_stop` arrived; thinking blocks and summaries come out exactly as they came in;
 * a call's input is what JSON.parse makes of the whole text, never of a part of it.
 */
import type { Usage } from "../../protocol/index.ts";
import { fieldScanner, type FieldScanner, type Piece } from "./fields.ts";

/** A content block as the API gave it. */
export type Block = { type: string } & Record<string, unknown>;

/** A tool call of an answer. `fault` says why its input cannot be used; its input is then {}. */
export interface Call {
  id: string;
  name: string;
  input: unknown;
  fault: string | null;
}

export interface Answer {
  complete: boolean;
  /** Blocks fit to be sent back: no empty text, no half-arrived input. */
  blocks: Block[];
  calls: Call[];
  /** Why the model stopped; null when it did not say. */
  stop: string | null;
  /** The API's own words about a refusal. */
  explanation: string;
  /** All tokens, those of a summary that the service made on the way included. */
  usage: Usage;
  /** Tokens that the conversation comes to with this answer. */
  context: number;
}

/** What one event changed. */
export type Change =
  | { kind: "none" }
  | { kind: "text"; text: string }
  | { kind: "thinking"; text: string }
  | { kind: "said"; text: string }
  | { kind: "thought"; text: string }
  | { kind: "call"; call: string; name: string }
  | { kind: "input"; call: string; pieces: Piece[] }
  | { kind: "unexpected"; what: string };

export interface Gatherer {
  take(event: unknown): Change;
  /** Whether a message began. */
  begun(): boolean;
  /** Whether `message_stop` arrived. */
  complete(): boolean;
  answer(): Answer;
  /** The text or thinking block that began and did not end. */
  open(): { kind: "said" | "thought"; text: string } | null;
}

interface Part {
  block: Block;
  open: boolean;
  text: string;
  json: string[];
  fields: FieldScanner | null;
}

const nothing: Change = { kind: "none" };

/** Gathers one answer. */
export function gatherer(): Gatherer {
  const parts: Part[] = [];
  const ids = new Set<string>();
  const usage = none();
  let beside: Usage[] = [];
  let begun = false;
  let complete = false;
  let stop: string | null = null;
  let explanation = "";

  function take(value: unknown): Change {
    const event = record(value);
    if (event.type !== "message_start" && !begun) return known.has(String(event.type)) ? unexpected(event) : nothing;
    switch (event.type) {
      case "message_start":
        if (begun) return unexpected(event);
        begun = true;
        count(record(record(event.message).usage));
        return nothing;
      case "content_block_start":
        return start(event);
      case "content_block_delta":
        return delta(event);
      case "content_block_stop":
        return end(event);
      case "message_delta": {
        const change = record(event.delta);
        if (typeof change.stop_reason === "string") stop = change.stop_reason;
        const said = record(change.stop_details).explanation;
        if (typeof said === "string") explanation = said;
        count(record(event.usage));
        return nothing;
      }
      case "message_stop":
        if (stop === "tool_use" && parts.some((part) => part.open)) return unexpected(event);
        complete = true;
        return nothing;
      default:
        return nothing;
    }
  }

  function start(event: Record<string, unknown>): Change {
    const given = record(event.content_block);
    // Blocks come one after another, and none after the reason to stop.
    if (stop !== null || parts.some((part) => part.open)) return unexpected(event);
    if (event.index !== parts.length || typeof given.type !== "string") return unexpected(event);
    const block = { ...given, type: given.type };
    const part: Part = { block, open: true, text: "", json: [], fields: null };
    parts.push(part);
    if (block.type === "text") part.text = string(given.text);
    if (block.type === "thinking") part.text = string(given.thinking);
    if (block.type !== "tool_use") return nothing;
    if (!id(given.id) || ids.has(given.id) || typeof given.name !== "string") return unexpected(event);
    ids.add(given.id);
    part.fields = fieldScanner();
    return { kind: "call", call: given.id, name: given.name };
  }

  function delta(event: Record<string, unknown>): Change {
    const part = parts[event.index as number];
    const change = record(event.delta);
    if (stop !== null || !part?.open) return unexpected(event);
    const { block } = part;
    switch (change.type) {
      case "text_delta":
        if (block.type !== "text" || typeof change.text !== "string") return unexpected(event);
        part.text += change.text;
        return change.text === "" ? nothing : { kind: "text", text: change.text };
      case "thinking_delta":
        if (block.type !== "thinking" || typeof change.thinking !== "string") return unexpected(event);
        part.text += change.thinking;
        return change.thinking === "" ? nothing : { kind: "thinking", text: change.thinking };
      case "signature_delta":
        if (block.type !== "thinking" && block.type !== "compaction") return unexpected(event);
        block.signature = change.signature;
        return nothing;
      case "compaction_delta": {
        // It carries what the block is to be, not a piece of it.
        const { type: _, ...fields } = change;
        if (block.type !== "compaction" || !isSummaryText(fields.content)) return unexpected(event);
        part.block = { ...block, ...fields };
        return nothing;
      }
      case "citations_delta":
        block.citations = [...(Array.isArray(block.citations) ? (block.citations as unknown[]) : []), change.citation];
        return nothing;
      case "input_json_delta": {
        if (typeof change.partial_json !== "string") return unexpected(event);
        part.json.push(change.partial_json);
        const pieces = part.fields?.push(change.partial_json) ?? [];
        return pieces.length === 0 ? nothing : { kind: "input", call: block.id as string, pieces };
      }
      default:
        return nothing;
    }
  }

  function end(event: Record<string, unknown>): Change {
    const part = parts[event.index as number];
    if (stop !== null || !part?.open) return unexpected(event);
    part.open = false;
    if (part.block.type === "text" && part.text !== "") return { kind: "said", text: part.text };
    if (part.block.type === "thinking" && part.text !== "") return { kind: "thought", text: part.text };
    return nothing;
  }

  function count(given: Record<string, unknown>): void {
    counted(usage, given);
    // The sums leave out what a summary took; the list has every pass there was so far.
    if (Array.isArray(given.iterations))
      beside = given.iterations
        .map(record)
        .flatMap((pass) => (pass.type === "compaction" ? [counted(none(), pass)] : []));
  }

  return {
    take,
    begun: () => begun,
    complete: () => complete,
    answer: () => {
      const finished = parts.map(finish);
      return {
        complete,
        blocks: finished.flatMap(({ block }) => (block === null ? [] : [block])),
        calls: finished.flatMap(({ call }) => (call === null ? [] : [call])),
        stop,
        explanation,
        usage: beside.reduce(plus, { ...usage }),
        context: usage.input + usage.output + usage.cacheRead + usage.cacheWrite,
      };
    },
    open: () => {
      const part = parts.findLast(({ open, text }) => open && text !== "");
      if (part?.block.type === "text") return { kind: "said", text: part.text };
      return part?.block.type === "thinking" ? { kind: "thought", text: part.text } : null;
    },
  };
}

const known = new Set([
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_delta",
  "message_stop",
]);

function finish(part: Part): { block: Block | null; call: Call | null } {
  const { block, text } = part;
  if (block.type === "text") {
    if (text.trim() === "") return { block: null, call: null };
    const citations =
      Array.isArray(block.citations) && block.citations.length > 0 ? { citations: block.citations } : {};
    return { block: { type: "text", text, ...citations }, call: null };
  }
  if (block.type === "thinking") return { block: { ...block, thinking: text }, call: null };
  // Half of a summary is none, and the API takes no empty one back.
  if (block.type === "compaction") return { block: part.open || block.content === "" ? null : block, call: null };
  const read = inputOf(part);
  if (part.json.length > 0 || block.type === "tool_use") block.input = read.input;
  if (block.type !== "tool_use") return { block, call: null };
  return { block, call: { id: block.id as string, name: block.name as string, ...read } };
}

function inputOf(part: Part): { input: unknown; fault: string | null } {
  const json = part.json.join("");
  // A tool without arguments may send no JSON at all; its input is then what the block began with.
  if (json.trim() === "")
    return { input: part.block.input ?? {}, fault: part.open ? "it did not arrive completely" : null };
  try {
    const input: unknown = JSON.parse(json);
    const repeated = part.fields?.repeated() ?? null;
    if (repeated !== null) return { input: {}, fault: `the key ${JSON.stringify(repeated)} stands more than once` };
    if (part.open) return { input: {}, fault: "it did not arrive completely" };
    if (typeof input !== "object" || input === null || Array.isArray(input))
      return { input: {}, fault: "it is not an object" };
    return { input, fault: null };
  } catch {
    return { input: {}, fault: "it is not valid JSON" };
  }
}

function none(): Usage {
  return { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
}

/** Sets what is given, and leaves the rest. */
function counted(usage: Usage, given: Record<string, unknown>): Usage {
  usage.input = number(given.input_tokens) ?? usage.input;
  usage.output = number(given.output_tokens) ?? usage.output;
  usage.cacheRead = number(given.cache_read_input_tokens) ?? usage.cacheRead;
  usage.cacheWrite = number(given.cache_creation_input_tokens) ?? usage.cacheWrite;
  return usage;
}

function plus(one: Usage, other: Usage): Usage {
  return {
    input: one.input + other.input,
    output: one.output + other.output,
    cacheRead: one.cacheRead + other.cacheRead,
    cacheWrite: one.cacheWrite + other.cacheWrite,
  };
}

/** Null: the service could not summarise. */
function isSummaryText(value: unknown): boolean {
  return value === null || typeof value === "string";
}

function unexpected(event: Record<string, unknown>): Change {
  return { kind: "unexpected", what: `unexpected event ${JSON.stringify(String(event.type).slice(0, 40))}` };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function id(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{1,256}$/.test(value);
}

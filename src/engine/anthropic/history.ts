/**
 * History: the conversation as the API takes it.
 *
 * Pure. A kept message is `{ role, content, model? }`; it is opaque to everyone else. Here old ones are read back,
 * mended and dressed for a request.
 * Always: every tool call is followed by its result, once, in the order of the calls; thinking blocks and summaries go back exactly as
 * they came; every other text is well-formed; without cache marks each request's messages begin with those of the
 * request before.
 */
import type { MessageParam, ToolResultBlockParam } from "@anthropic-ai/sdk/resources/messages";
import type { TurnRequest } from "../../protocol/index.ts";
import type { ProjectNote } from "../notes.ts";
import { blockOf, promptParts } from "../prompt.ts";
import { whole } from "../unicode.ts";
import type { Block } from "./gather.ts";
import type { Kept } from "./kept.ts";
import { shortened } from "./shorten.ts";
import { newestSummary, recordIn, type Window } from "./window.ts";

export interface Mended {
  messages: Kept[];
  /** Results that close the calls left open at the end, to be kept as a message of their own; null when none was open. */
  closing: Kept | null;
  window: Window;
}

/** The text of a result for a call that never ran. */
export const interrupted = "Interrupted: this call was not run, or its result was lost.";

/** Reads the kept messages of earlier turns for a request to `model` at `endpoint`. */
export function mend(history: readonly unknown[], model: string, endpoint: string): Mended {
  const messages: Kept[] = [];
  const window: Window = { plain: false, from: 0 };
  let open: string[] = [];
  const settle = (given: Block[]): Block[] => {
    const results = open.map(
      (id) => given.find((block) => block.tool_use_id === id) ?? { ...resultOf(id, false, interrupted) },
    );
    open = [];
    return results;
  };
  for (const value of history) {
    const record = recordIn(value);
    if (record?.kind === "window.plain" && record.endpoint === endpoint && record.model === model) window.plain = true;
    else if (record?.kind === "window.cut") cutMessages(messages, window, record.what);
    const message = read(value, model);
    if (message === null) continue;
    const results = message.content.filter(({ type }) => type === "tool_result");
    const rest = message.content.filter(({ type }) => type !== "tool_result");
    if (message.role === "user") {
      const content = [...settle(results), ...rest];
      if (content.length > 0) messages.push({ ...message, content });
      continue;
    }
    if (open.length > 0) messages.push({ role: "user", content: settle([]) });
    open = rest.flatMap((block) => (block.type === "tool_use" ? [String(block.id)] : []));
    messages.push({ ...message, content: rest });
  }
  const closing: Kept | null = open.length > 0 ? { role: "user", content: settle([]) } : null;
  return { messages, closing, window };
}

/** Takes out of the messages, as they are sent, what a cut takes out. Gives how much that is. */
export function cutMessages(messages: Kept[], window: Window, what: "results" | "before"): Left {
  if (what === "before") {
    const from = Math.max(newestSummary(messages), window.from);
    const left = { messages: from - window.from, results: 0, characters: 0 };
    window.from = from;
    return left;
  }
  const less = shortened(messages, window.plain ? 0 : window.from);
  messages.splice(0, messages.length, ...less.messages);
  return { messages: 0, results: less.results, characters: less.characters };
}

/** What was left out: messages, or results of tools with so many characters. */
export interface Left {
  messages: number;
  results: number;
  characters: number;
}

function read(value: unknown, model: string): Kept | null {
  if (typeof value !== "object" || value === null) return null;
  const { role, content, model: speaker } = value as Partial<Kept>;
  if ((role !== "user" && role !== "assistant") || !Array.isArray(content)) return null;
  const foreign = speaker !== undefined && speaker !== model;
  const blocks = content.filter((block) => !(foreign && isThinking(block))).map(wellFormed);
  return blocks.length === 0 ? null : { role, content: blocks, ...(speaker === undefined ? {} : { model: speaker }) };
}

/** The message that opens a turn. */
export function promptMessage(turn: TurnRequest, notes: readonly ProjectNote[] = []): Kept {
  return { role: "user", content: promptParts(turn, notes).map(blockOf) };
}

/** One tool result. */
export function resultOf(id: string, ok: boolean, text: string): Block & ToolResultBlockParam {
  return { type: "tool_result", tool_use_id: id, content: text, ...(ok ? {} : { is_error: true }) };
}

const mark = { type: "ephemeral" } as const;

/** The messages as sent: cache marks on the last two of the person's side, so that the next request finds the longest beginning. */
export function dressed(messages: readonly Kept[]): MessageParam[] {
  const marked = new Set(messages.filter(({ role }) => role === "user").slice(-2));
  return messages.map((message) => {
    const content: Block[] = marked.has(message)
      ? message.content.map((block, index, all) =>
          index === all.length - 1 ? { ...block, cache_control: mark } : block,
        )
      : message.content;
    return { role: message.role, content } as unknown as MessageParam;
  });
}

/** The block with every half surrogate replaced; thinking and summaries are given back as they are. */
export function wellFormed<T>(value: T): T {
  return (isThinking(value) || typeOf(value) === "compaction" ? value : mended(value)) as T;
}

function mended(value: unknown): unknown {
  if (typeof value === "string") return whole(value);
  if (Array.isArray(value)) return value.map(mended);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [whole(key), mended(inner)]));
}

function isThinking(value: unknown): boolean {
  const type = typeOf(value);
  return type === "thinking" || type === "redacted_thinking";
}

function typeOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? (value as { type?: unknown }).type : undefined;
}

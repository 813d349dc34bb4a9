/**
 * Window: how a conversation stays within what the model can take in.
 *
 * Pure. The service is asked with each request to summarise what it is sent where that grows too long; its summary is a block of an
 * answer, kept and sent back exactly as it came. An endpoint that knows of no such thing is asked without it from then on. What a
 * turn found out is kept between the messages, as records, so that the next turn, or another window, sends the same beginning.
 * Always: a summary takes no message away; what stands before it is passed over by the service, and stays in the log.
 */
import type { MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/messages";
import type { EngineEvent } from "../../protocol/index.ts";
import type { Block } from "./gather.ts";
import type { Kept } from "./kept.ts";

/** How the conversation of a turn is sent. */
export interface Window {
  /** The endpoint does not know how to summarise: it is not asked to, and no summary is sent to it. */
  plain: boolean;
  /** The message that the conversation is sent from: 0, or one that holds a summary. */
  from: number;
}

/** What is found out about a window, as it is kept between the messages. */
export type WindowRecord =
  | { kind: "window.plain"; endpoint: string; model: string }
  /** Long results of long ago were left out ("results"), or all that stands before the newest summary ("before"). */
  | { kind: "window.cut"; what: "results" | "before" };

/** A request: its body, and what its `anthropic-beta` header has to name. */
export interface WindowedRequest {
  body: MessageCreateParamsStreaming;
  beta: string | null;
}

const beta = "compact-2026-01-12";
const managed = { context_management: { edits: [{ type: "compact_20260112" }] } };

/** The body, with the request to summarise where the endpoint is asked for that. */
export function windowed(body: MessageCreateParamsStreaming, { plain }: Window): WindowedRequest {
  return plain ? { body, beta: null } : { body: { ...body, ...managed }, beta };
}

/** The messages as they are sent. */
export function sentOf(messages: readonly Kept[], { plain, from }: Window): Kept[] {
  if (plain) return messages.map(withoutSummary).filter(({ content }) => content.length > 0);
  return from === 0 ? [...messages] : [skipped, ...messages.slice(from)];
}

/** A conversation begins with the person's side. */
const skipped: Kept = {
  role: "user",
  content: [{ type: "text", text: "(What came before the summary is left out.)" }],
};

function withoutSummary(message: Kept): Kept {
  const content = message.content.filter(({ type }) => type !== "compaction");
  return content.length === message.content.length ? message : { ...message, content };
}

/** Whether the block is a summary. One that failed has no content, and stands for nothing. */
export function isSummary({ type, content }: Block): boolean {
  return type === "compaction" && typeof content === "string" && content !== "";
}

/** The newest message with a summary; -1 where there is none. */
export function newestSummary(messages: readonly Kept[]): number {
  return messages.findLastIndex(({ content }) => content.some(isSummary));
}

/** A kept record; null where it is something else. */
export function recordIn(value: unknown): WindowRecord | null {
  const { kind, endpoint, model, what } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (kind === "window.plain" && typeof endpoint === "string" && typeof model === "string")
    return { kind, endpoint, model };
  return kind === "window.cut" && (what === "results" || what === "before") ? { kind, what } : null;
}

/** Keeps a record. */
export function kept(record: WindowRecord): EngineEvent {
  return { kind: "message", message: record };
}

/** The person is told of a summary; `tokens` is what the conversation came to just before, 0 where nobody knows. */
export function summarised(tokens: number): EngineEvent {
  const text =
    tokens === 0
      ? "The service summarised the conversation so far to stay within the model’s window; the log has all of it."
      : `The service summarised the conversation so far (${tokens} tokens) to stay within the model’s window; the log has all of it.`;
  return { kind: "note", text };
}

/** The person is told, once for an endpoint, that it summarises nothing. */
export function notSummarised(host: string): EngineEvent {
  const text = `${host} cannot summarise a conversation that grows too long. It goes on without; long results of long ago are left out where that is needed.`;
  return { kind: "note", text };
}

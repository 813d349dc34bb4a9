/**
 * Beginnings: whether each request of a conversation begins with the one before, as a prompt cache needs it.
 *
 * A request is taken as one text: its tools, its system text and its messages, in that order and without cache marks. A
 * conversation is told by its first message, because nothing else of a request names it. Pure apart from its own memory, of
 * which it keeps a length and a hash for each conversation, however long that grows.
 * Always: a request that does not begin with the one before is in `breaks`, and so is one that comes out of the middle of a
 * conversation that nobody has seen begin.
 */
import { createHash } from "node:crypto";
import { contentBlocks, type ApiRequest } from "./request.ts";

export interface Beginnings {
  see(request: ApiRequest): void;
  report(): BeginningsReport;
}

export interface BeginningsReport {
  /** Requests seen. */
  requests: number;
  /** Conversations among them: the first request of each has none before it. */
  conversations: number;
  /** Which requests, counted from 1, do not begin with the one before. */
  breaks: number[];
}

export function watchBeginnings(): Beginnings {
  const last = new Map<string, { length: number; hash: string }>();
  const seen: BeginningsReport = { requests: 0, conversations: 0, breaks: [] };
  return {
    see(request) {
      seen.requests++;
      const head = partsOf(request.body["tools"], "tool") + partsOf(request.body["system"], "system");
      const messages = request.messages.map((message) => partsOf(contentBlocks(message), message.role));
      const text = head + messages.join("");
      const conversation = hashOf(messages[0] ?? "");
      const before = last.get(conversation);
      const begins = !request.messages.some(({ role }) => role === "assistant");
      if (before === undefined) seen.conversations++;
      if (before === undefined ? !begins : hashOf(text.slice(0, before.length)) !== before.hash)
        seen.breaks.push(seen.requests);
      last.set(conversation, { length: text.length, hash: hashOf(text) });
    },
    report: () => ({ ...seen, breaks: [...seen.breaks] }),
  };
}

function partsOf(given: unknown, kind: string): string {
  const parts: unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given];
  return parts.map((part) => `${kind} ${JSON.stringify(unmarked(part))}\n`).join("");
}

/** The mark moves from request to request and is no part of what is cached. */
function unmarked(part: unknown): unknown {
  if (typeof part !== "object" || part === null) return part;
  const { cache_control: _, ...rest } = part as Record<string, unknown>;
  return rest;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}

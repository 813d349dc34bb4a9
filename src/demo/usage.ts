/**
 * Usage: how many tokens a request and its answer would come to, and how many of them a prompt cache would have had.
 *
 * A token is taken for four characters. The cache is a set of hashes of prompt prefixes, as the real one: a prefix is the
 * tools, the system text and the messages up to a block; it is remembered when a request marks a block at or behind its end
 * with `cache_control`, and found again when a later request begins with it.
 * Always: input + cache creation + cache read = the tokens of the whole prompt.
 */
import { createHash } from "node:crypto";
import { contentBlocks, type ApiRequest } from "./request.ts";

export interface InputUsage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
}

/** What was cached so far: hashes of prefixes, oldest first, at most `limit`. */
export interface PromptCache {
  prefixes: Set<string>;
  limit: number;
}

export function promptCache(limit = 50_000): PromptCache {
  return { prefixes: new Set(), limit };
}

/** Tokens of a text of so many characters; an empty one has none. */
export function tokensOf(characters: number): number {
  return Math.ceil(characters / 4);
}

export function promptTokens(request: ApiRequest): number {
  return partsOf(request).reduce((sum, part) => sum + part.tokens, 0);
}

/** Tokens of what stands before the messages. */
export function headTokens(request: ApiRequest): number {
  return promptTokens({ ...request, messages: [] });
}

/** Counts the prompt against the cache, and remembers its marked prefixes. */
export function countInput(cache: PromptCache, request: ApiRequest): InputUsage {
  const parts = partsOf(request);
  const everything = parts.reduce((sum, part) => sum + part.tokens, 0);
  const marked = parts.findLastIndex((part) => part.marked);
  const hash = createHash("sha256");
  let before = 0;
  let read = 0;
  let upToMark = 0;
  const seen: string[] = [];
  for (const part of parts.slice(0, marked + 1)) {
    hash.update(part.text).update("\0");
    before += part.tokens;
    const prefix = hash.copy().digest("base64");
    if (cache.prefixes.has(prefix)) read = before;
    seen.push(prefix);
    upToMark = before;
  }
  // Below this length the real cache keeps nothing.
  if (upToMark < 1024) return { input_tokens: everything, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  for (const prefix of seen) {
    cache.prefixes.delete(prefix);
    cache.prefixes.add(prefix);
  }
  for (const oldest of cache.prefixes) {
    if (cache.prefixes.size <= cache.limit) break;
    cache.prefixes.delete(oldest);
  }
  return {
    input_tokens: everything - upToMark,
    cache_creation_input_tokens: upToMark - read,
    cache_read_input_tokens: read,
  };
}

interface Part {
  text: string;
  tokens: number;
  marked: boolean;
}

function partsOf(request: ApiRequest): Part[] {
  const { tools, system } = request.body;
  const parts: Part[] = [];
  if (Array.isArray(tools)) parts.push(...tools.map((tool: unknown) => partOf("tool", tool)));
  if (typeof system === "string") parts.push(partOf("system", { type: "text", text: system }));
  if (Array.isArray(system)) parts.push(...system.map((block: unknown) => partOf("system", block)));
  const said = request.messages.flatMap((message) =>
    contentBlocks(message).map((block) => ({ role: message.role, block })),
  );
  // What stands before the newest summary is passed over.
  const summary = said.findLastIndex(({ block }) => block["type"] === "compaction" && block["content"] !== null);
  parts.push(...said.slice(Math.max(0, summary)).map(({ role, block }) => partOf(role, block)));
  const last = parts.at(-1);
  // A mark on the request itself stands for one on its last block.
  if (last !== undefined && request.body["cache_control"]) last.marked = true;
  return parts;
}

/** The mark itself moves from request to request and is no part of the prefix. */
function partOf(role: string, block: unknown): Part {
  const { cache_control: mark, ...rest } = (typeof block === "object" && block !== null ? block : { block }) as Record<
    string,
    unknown
  >;
  const text = `${role} ${JSON.stringify(rest)}`;
  // What an image or a page costs has nothing to do with how many letters it is.
  const tokens = rest["type"] === "image" || rest["type"] === "document" ? 1_600 : tokensOf(text.length);
  return { text, tokens, marked: mark !== undefined && mark !== null };
}

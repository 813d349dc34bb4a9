/**
 * Requests: what a body for `POST /v1/messages` or its `count_tokens` must look like before the demo model answers it.
 *
 * Pure. Refuses what the real API refuses and what a client gets wrong in practice: missing fields, a tool call without its
 * result right behind it, half a surrogate pair, an altered thinking block. Fields the demo has no use for are passed over.
 * Always: a refusal is the text of an `invalid_request_error`, naming the place.
 */
import { createHash } from "node:crypto";

export interface ApiRequest {
  model: string;
  stream: boolean;
  messages: ApiMessage[];
  /** `omitted`: thinking blocks come without their text; `off`: they do not come. */
  thinking: "shown" | "omitted" | "off";
  /** Whether the service is asked to summarise a conversation that grows too long. */
  compacts: boolean;
  /** The whole body, for counting. */
  body: Record<string, unknown>;
}

export interface ApiMessage {
  role: "user" | "assistant" | "system";
  content: string | Record<string, unknown>[];
}

/** What a request names in its `anthropic-beta` header to be understood when it asks for compaction. */
export const compactBeta = "compact-2026-01-12";

export type ParsedRequest = { kind: "request"; request: ApiRequest } | { kind: "invalid"; message: string };

/** Reads a body; `counting` bodies need no `max_tokens`. `betas` is the text of the header of that kind. */
export function parseRequest(text: string, counting: boolean, betas = ""): ParsedRequest {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return invalid("The request body is not valid JSON");
  }
  if (!isObject(body)) return invalid("The request body is not a JSON object");
  if (!wellFormed(body)) return invalid("The request body is not valid JSON: half of a surrogate pair in a string");
  const { model, messages, max_tokens: most, stream, thinking } = body;
  if (typeof model !== "string" || model === "") return invalid("model: Field required");
  if (!counting && (!Number.isSafeInteger(most) || (most as number) < 1))
    return invalid("max_tokens: Field required, at least 1");
  if (!Array.isArray(messages)) return invalid("messages: Field required");
  if (messages.length === 0) return invalid("messages: at least one message is required");
  const fault = messages.map(messageFault).find((found) => found !== null) ?? pairFault(messages as ApiMessage[]);
  if (fault !== null) return invalid(fault);
  const managed = body["context_management"];
  const edits: unknown[] = isObject(managed) && Array.isArray(managed["edits"]) ? managed["edits"] : [];
  const compacts = edits.some((edit) => isObject(edit) && edit["type"] === "compact_20260112");
  const known = betas.split(/\s*,\s*/);
  if (!known.includes(compactBeta)) {
    // Other edits have a beta of their own.
    if (managed !== undefined && (compacts || !known.some((beta) => beta.startsWith("context-management-"))))
      return invalid("context_management: Extra inputs are not permitted");
    if ((messages as ApiMessage[]).flatMap(contentBlocks).some(({ type }) => type === "compaction"))
      return invalid(`messages: \`compaction\` blocks need the beta ${compactBeta}`);
  }
  const mode = isObject(thinking)
    ? thinking["type"] === "disabled"
      ? "off"
      : thinking["display"] === "omitted"
        ? "omitted"
        : "shown"
    : "shown";
  return {
    kind: "request",
    request: { model, stream: stream === true, messages: messages as ApiMessage[], thinking: mode, compacts, body },
  };
}

/** A message's content as blocks, also where it is a plain text. */
export function contentBlocks(message: ApiMessage): Record<string, unknown>[] {
  return typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
}

/** What the demo puts under its thinking, so that an altered block is found when it comes back. */
export function signatureOf(thinking: string): string {
  return signatureMark + createHash("sha512").update(`demo thinking\n${thinking}`).digest("base64");
}

/** What the demo puts into a summary beside its text, so that an altered one is found when it comes back. */
export function sealOf(summary: string): string {
  return signatureMark + createHash("sha512").update(`demo summary\n${summary}`).digest("base64");
}

const signatureMark = "EqUBCkYIDemo";

function messageFault(message: unknown, place: number): string | null {
  if (!isObject(message)) return `messages.${place}: Input should be an object`;
  if (!["user", "assistant", "system"].includes(message["role"] as string)) {
    return `messages.${place}.role: Input should be 'user', 'assistant' or 'system'`;
  }
  const content = message["content"];
  if (typeof content === "string") return content === "" ? `messages.${place}: text content must not be empty` : null;
  if (!Array.isArray(content)) return `messages.${place}.content: Field required`;
  if (content.length === 0) return `messages.${place}.content: must not be empty`;
  for (const [index, block] of content.entries()) {
    if (!isObject(block) || typeof block["type"] !== "string")
      return `messages.${place}.content.${index}.type: Field required`;
    if (block["type"] === "text" && (typeof block["text"] !== "string" || block["text"] === "")) {
      return `messages.${place}.content.${index}.text: text content blocks must be non-empty`;
    }
    if (block["type"] === "thinking" && !thinkingIsOurs(block)) {
      return `messages.${place}.content.${index}: Invalid \`signature\` in \`thinking\` block`;
    }
    if (block["type"] === "compaction" && !summaryIsOurs(block)) {
      return `messages.${place}.content.${index}: a \`compaction\` block has to come back as it was`;
    }
  }
  return null;
}

/** Thinking of another model cannot be judged here; what bears our mark must be as it was. */
function thinkingIsOurs(block: Record<string, unknown>): boolean {
  const { thinking, signature } = block;
  if (typeof thinking !== "string" || typeof signature !== "string") return false;
  // Omitted thinking comes back empty under the signature of a text we cannot see.
  return !signature.startsWith(signatureMark) || thinking === "" || signature === signatureOf(thinking);
}

function summaryIsOurs({ content, encrypted_content: sealed }: Record<string, unknown>): boolean {
  if (content === null) return sealed === null;
  return typeof content === "string" && content !== "" && sealed === sealOf(content);
}

/** Each tool call has its result in the very next message, and no result is without its call. */
function pairFault(messages: readonly ApiMessage[]): string | null {
  let open: unknown[] = [];
  for (const [place, message] of messages.entries()) {
    const blocks = contentBlocks(message);
    const results = blocks.filter((block) => block["type"] === "tool_result").map((block) => block["tool_use_id"]);
    const missing = open.filter((id) => !results.includes(id));
    if (missing.length > 0) {
      return (
        `messages.${place}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(", ")}. ` +
        "Each `tool_use` block must have a corresponding `tool_result` block in the next message."
      );
    }
    const stray = results.findIndex((id, index) => !open.includes(id) || results.indexOf(id) !== index);
    if (stray !== -1) {
      return `messages.${place}: unexpected or repeated \`tool_result\` for \`tool_use_id\`: ${JSON.stringify(results[stray])}`;
    }
    open =
      message.role === "assistant"
        ? blocks.filter((block) => block["type"] === "tool_use").map((block) => block["id"])
        : [];
  }
  if (open.length > 0) {
    return (
      `messages.${messages.length - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(", ")}. ` +
      "Each `tool_use` block must have a corresponding `tool_result` block in the next message."
    );
  }
  return null;
}

function wellFormed(value: unknown): boolean {
  if (typeof value === "string") return !halfPair.test(value);
  if (Array.isArray(value)) return value.every(wellFormed);
  return !isObject(value) || Object.entries(value).every(([key, one]) => wellFormed(key) && wellFormed(one));
}

/** With the `u` flag a whole pair is one character, so only halves are left to match. */
const halfPair = /\p{Surrogate}/u;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(message: string): ParsedRequest {
  return { kind: "invalid", message };
}

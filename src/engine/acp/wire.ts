/**
 * The wire: an agent's standard input and output as messages.
 *
 * One JSON object a line. A line that is none is counted and let by, because some agents print what they should not; too many of them,
 * a message beyond all measure, or no end of output, and the wire is cut with a named cause.
 * Always: no more is read than the session takes, so that an agent cannot fill this process's memory.
 */
import type { AnyMessage, Stream } from "@agentclientprotocol/sdk";
import type { SandboxedProcess } from "../../protocol/index.ts";

/** Why a wire was cut. */
export class WireError extends Error {
  readonly kind: "garbage" | "flood";

  constructor(kind: "garbage" | "flood", message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface WireLimits {
  /** Bytes of one message. */
  message: number;
  /** Bytes of one turn. */
  turn: number;
  /** Lines that are no message. */
  garbage: number;
}

export interface Wire {
  stream: Stream;
  /** Lines so far that were no message, and the beginning of the first. */
  garbage(): { lines: number; first: string };
}

export const wireLimits: WireLimits = { message: 32 * 1024 * 1024, turn: 1024 * 1024 * 1024, garbage: 200 };

/** `room` resolves when there is use for more. */
export function openWire(process: SandboxedProcess, room: () => Promise<void>, limits: WireLimits = wireLimits): Wire {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const output = process.output[Symbol.asyncIterator]();
  const garbage = { lines: 0, first: "" };
  let pending: Uint8Array[] = [];
  let length = 0;
  let total = 0;

  /** The message in a line; null where there is none. */
  function messageIn(line: string): AnyMessage | null {
    const text = line.trim();
    if (text === "") return null;
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as AnyMessage;
    } catch {
      // Counted below.
    }
    if (garbage.lines++ === 0) garbage.first = text.slice(0, 200);
    if (garbage.lines > limits.garbage)
      throw new WireError("garbage", `more than ${limits.garbage} lines that are no messages`);
    return null;
  }

  function* linesOf(chunk: Uint8Array): Generator<string> {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      pending.push(chunk.subarray(from, end));
      from = end + 1;
      yield decoder.decode(joined(pending));
      pending = [];
      length = 0;
    }
    pending.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > limits.message) throw new WireError("flood", `one message of more than ${megabytes(limits.message)}`);
  }

  const readable = new ReadableStream<AnyMessage>(
    {
      async pull(controller) {
        try {
          for (let found = false; !found;) {
            await room();
            const next = await output.next();
            if (next.done) return controller.close();
            total += next.value.length;
            if (total > limits.turn) throw new WireError("flood", `more than ${megabytes(limits.turn)} in one turn`);
            for (const line of linesOf(next.value)) {
              const message = messageIn(line);
              if (message === null) continue;
              controller.enqueue(message);
              found = true;
            }
          }
        } catch (error) {
          controller.error(error);
        }
      },
    },
    { highWaterMark: 0 },
  );
  const writable = new WritableStream<AnyMessage>({
    write(message) {
      if (!process.write(encoder.encode(`${JSON.stringify(message)}\n`))) throw new Error("the agent is gone");
    },
  });
  return { stream: { readable, writable }, garbage: () => ({ ...garbage }) };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / (1024 * 1024))} MB`;
}

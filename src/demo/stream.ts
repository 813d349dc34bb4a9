/**
 * The wire: an answer's events sent at their pace, with the faults a wire can have.
 *
 * Edges: writes to one HTTP response and nothing else; whoever opened it hears of no failure here, because a client that has
 * gone away is an ordinary end.
 * Always: no event is sent ahead of its time; after `signal` nothing is written any more.
 */
import type { ServerResponse } from "node:http";
import { setTimeout as after } from "node:timers/promises";
import type { StreamEvent } from "./message.ts";
import type { Fault, Pace } from "./script.ts";

/** Sends the events, then ends the response, unless the fault says otherwise. `speed` multiplies the pace. */
export async function sendStream(
  response: ServerResponse,
  events: Iterable<StreamEvent>,
  how: { pace: Pace; speed: number; fault: Fault | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { fault } = how;
  const pace = pacer(how.pace.charsPerSecond * how.speed);
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  if (how.pace.before > 0) await after(how.pace.before / how.speed, undefined, { signal });
  let count = 0;
  let bytes = 0;
  for (const one of events) {
    if (stopsAt(fault, count)) {
      await stop(response, fault, signal);
      if (fault?.kind !== "repeatedStart") return;
    }
    await pace(one.characters, signal);
    const frame = Buffer.from(frameOf(one));
    if (fault?.kind === "cut" && fault.afterBytes !== undefined && bytes + frame.length > fault.afterBytes) {
      await write(response, frame.subarray(0, fault.afterBytes - bytes), signal);
      return cut(response, fault.how, signal);
    }
    await write(response, frame, signal);
    bytes += frame.length;
    count++;
  }
  response.end();
}

/** An answer as bytes: each piece is a chunk of the body of its own; `end` as for `cut`. */
export interface Replay {
  pieces: Iterable<Uint8Array>;
  end: "clean" | "reset";
}

/** Sends the bytes as they are, as fast as they are taken. */
export async function sendReplay(
  response: ServerResponse,
  { pieces, end }: Replay,
  signal: AbortSignal,
): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  response.flushHeaders();
  for (const piece of pieces) if (piece.length > 0) await write(response, piece, signal);
  if (end === "clean") response.end();
  else response.write("", () => response.socket?.resetAndDestroy());
}

/** Ends the connection in the given way: as if all were said, or with a reset. */
export async function cut(response: ServerResponse, how: "clean" | "reset", signal: AbortSignal): Promise<void> {
  if (how === "reset") {
    // A reset overtakes what the other side has not read yet; the events before it are to be seen.
    await after(100, undefined, { signal });
    response.socket?.resetAndDestroy();
    return;
  }
  // A chunked body that ends without its last chunk would be an error at once; this one looks complete.
  response.end();
}

function stopsAt(fault: Fault | undefined, count: number): boolean {
  return fault !== undefined && "afterEvents" in fault && fault.afterEvents === count;
}

async function stop(response: ServerResponse, fault: Fault | undefined, signal: AbortSignal): Promise<void> {
  if (fault?.kind === "cut") return cut(response, fault.how, signal);
  if (fault?.kind === "overloaded") {
    const data = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    await write(response, Buffer.from(frameOf({ name: "error", data, characters: 0 })), signal);
    response.end();
  } else if (fault?.kind === "repeatedStart") {
    const usage = { input_tokens: 1, output_tokens: 1 };
    const message = {
      id: "msg_repeated",
      type: "message",
      role: "assistant",
      model: "demo",
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage,
    };
    await write(
      response,
      Buffer.from(frameOf({ name: "message_start", data: { type: "message_start", message }, characters: 0 })),
      signal,
    );
  } else if (fault?.kind === "idle") {
    while (!signal.aborted) {
      await after(fault.pingEvery ?? 3_600_000, undefined, { signal });
      if (fault.pingEvery !== undefined)
        await write(response, Buffer.from(frameOf({ name: "ping", data: { type: "ping" }, characters: 0 })), signal);
    }
  }
}

function frameOf({ name, data }: StreamEvent): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

async function write(response: ServerResponse, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (response.write(bytes)) return;
  await new Promise<void>((resolve, reject) => {
    const done = () => {
      response.off("drain", done);
      signal.removeEventListener("abort", done);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    };
    response.once("drain", done);
    signal.addEventListener("abort", done, { once: true });
  });
}

/** Waits until so many more characters are due. Short waits are saved up: timers are no finer than some milliseconds. */
function pacer(charsPerSecond: number): (characters: number, signal: AbortSignal) => Promise<void> {
  let due = performance.now();
  return async (characters, signal) => {
    due += (characters / charsPerSecond) * 1000;
    const early = due - performance.now();
    if (early > 8) await after(early, undefined, { signal });
    // Time lost to a slow reader is not made up for in one burst.
    else if (early < -250) due = performance.now();
  };
}

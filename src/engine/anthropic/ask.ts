/**
 * Ask: one request to the model, from its first byte to `message_stop` or to what came instead.
 *
 * Yields what a person sees while it streams and returns how it came out. It runs no tool, tries nothing again and
 * keeps nothing. A stream that ends without `message_stop` is a cut, however quietly it ended.
 */
import type { Anthropic } from "@anthropic-ai/sdk";
import type { EngineEvent } from "../../protocol/index.ts";
import { faultOf, notAnApi, type Fault, type Place } from "./faults.ts";
import { gatherer, type Answer } from "./gather.ts";
import type { Watch } from "./watch.ts";
import type { WindowedRequest } from "./window.ts";

export type Outcome = { answer: Answer; begun: boolean } & (
  { kind: "answered" } | { kind: "stopped" } | { kind: "fault"; fault: Fault }
);

/** What a request needs besides its body. */
export interface Asking {
  client: Anthropic;
  /** Starts to watch for silence, once per request; ends the watch before. */
  watch(): Watch;
  place: Place;
  /** What the connection's own headers name as `anthropic-beta`; "" where they do not. */
  betas: string;
}

/** Sends one request and reads its answer. Aborted at once by `signal`; never throws. */
export async function* ask(
  asking: Asking,
  { body, beta }: WindowedRequest,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, Outcome> {
  const { place } = asking;
  const watch = asking.watch();
  const gathered = gatherer();
  let fault: Fault | null = null;
  let events: AsyncIterator<unknown> | null = null;
  try {
    const both = AbortSignal.any([signal, watch.signal]);
    // A header of one request takes the place of the connection's own of that name.
    const headers = beta === null ? {} : { "anthropic-beta": asking.betas === "" ? beta : `${asking.betas},${beta}` };
    const asked = asking.client.messages.create(body, { signal: both, headers });
    const { data: stream, response } = await asked.withResponse();
    if (!(response.headers.get("content-type") ?? "").includes("text/event-stream")) {
      stream.controller.abort();
      return { kind: "fault", fault: notAnApi(place), answer: gathered.answer(), begun: false };
    }
    events = stream[Symbol.asyncIterator]();
    while (fault === null && !gathered.complete()) {
      const next = await events.next();
      if (next.done === true) break;
      const change = gathered.take(next.value);
      if (change.kind === "unexpected") fault = { kind: "cut", why: change.what };
      else if (change.kind === "input")
        for (const piece of change.pieces) yield { kind: "input", call: change.call, ...piece };
      else if (change.kind !== "none") yield change;
      // A consumer that took its time is not a silent stream.
      watch.alive();
    }
    // The end of the body is read too, so that the connection can serve the next request; but not waited for.
    if (gathered.complete()) await Promise.race([events.next(), soon()]);
  } catch (error) {
    fault = error instanceof SyntaxError ? { kind: "cut", why: "an event was damaged" } : faultOf(error, place);
  } finally {
    watch.close();
    await events?.return?.().catch(() => {});
  }
  const rest = { answer: gathered.answer(), begun: gathered.begun() };
  if (rest.answer.complete) return { kind: "answered", ...rest };
  const stopped = signal.aborted;
  const open = gathered.open();
  // What was said until then is kept, and is marked so that nobody takes it for the whole.
  if (open !== null) yield { kind: open.kind, text: `${open.text} […] (${stopped ? "stopped" : "cut off"} here)` };
  if (stopped) return { kind: "stopped", ...rest };
  if (watch.signal.aborted) fault = { kind: "cut", why: "nothing arrived for too long" };
  return {
    kind: "fault",
    fault: fault ?? { kind: "cut", why: rest.begun ? "the connection was cut" : "nothing came" },
    ...rest,
  };
}

function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

/**
 * Ends: how a step and a turn come to their end, in words for people.
 *
 * Pure. Every end but a plain one says what happened and what can be done about it.
 */
import type { EngineEvent, TurnEnd, Usage } from "../../protocol/index.ts";

/** The last event of a turn. */
export type Ended = Extract<EngineEvent, { kind: "ended" }>;

/** A step is over. */
export function stepEnded(step: number, stop: string, usage: Usage): EngineEvent {
  return { kind: "step.ended", step, stop, usage };
}

function end(how: TurnEnd, message: string, remedy: string): Ended {
  return { kind: "ended", how, message, remedy };
}

/** The turn failed: what went wrong, and the way out. */
export function failed(message: string, remedy: string): Ended {
  return end("failed", message, remedy);
}

/** The turn reached a limit. */
export function limit(message: string): Ended {
  return end("limit", message, "What was done so far is there to review. Send a message to go on.");
}

/** The model stopped in a way that this version cannot act on. */
export function unknownStop(stop: string): Ended {
  return failed(
    `The model stopped in a way this version does not know (${JSON.stringify(stop.slice(0, 60))}). Nothing of it was run.`,
    "Send a message to go on.",
  );
}

/** A duration for people. */
export function span(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} seconds`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`;
}

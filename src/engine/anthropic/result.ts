/**
 * Result: what a tool call came to.
 *
 * Always: a call that did not work is a result that the model reads, never an exception.
 */
import type { PlanStep } from "../../protocol/index.ts";

/** `plan` is set when the call was a valid plan; `touched` to the only paths of the draft that the call can have changed. */
export interface Result {
  ok: boolean;
  text: string;
  plan?: PlanStep[];
  touched?: readonly string[];
}

export function failed(text: string): Result {
  return { ok: false, text };
}

/**
 * Calls: what becomes of the tool calls of one complete answer.
 *
 * Touches the draft through the tools only.
 * Always: calls run one after another, in order, and only if the answer stopped for tools; every call of an answer gets
 * exactly one result, run or not.
 */
import type { EngineEvent } from "../../protocol/index.ts";
import { aborting } from "./aborting.ts";
import { failed, limit, unknownStop, type Ended } from "./ends.ts";
import type { Answer, Call } from "./gather.ts";
import { resultOf } from "./history.ts";
import { summaryOf } from "./summary.ts";
import type { Result } from "./result.ts";
import type { Tools } from "./tools.ts";

/** How long a tool that is changing a file may still take after a stop, in milliseconds. */
const grace = 500;

const smaller = "Nothing was run: the call did not fit into the output limit. Make it in smaller pieces.";

export interface Ran {
  /** One result per call of the answer, in order. */
  results: ReturnType<typeof resultOf>[];
  /** Why the turn is over; null when the model is to be asked again. */
  ended: Ended | null;
}

/** Runs the calls of a complete answer, or says why none may run. */
export async function* runCalls(
  tools: Tools,
  answer: Answer,
  counts: { tooLong: number; malformed: number },
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, Ran> {
  const { calls, stop } = answer;
  const unrun = (why: string): Ran["results"] => calls.map(({ id }) => resultOf(id, false, why));
  counts.tooLong = stop === "max_tokens" && calls.length > 0 ? counts.tooLong + 1 : 0;
  switch (stop) {
    case "tool_use":
      if (calls.length === 0) return { results: [], ended: unknownStop("a call that is not there") };
      return yield* runAll(tools, calls, counts, signal);
    case "max_tokens": {
      if (calls.length === 0)
        return { results: [], ended: limit("The answer reached the output limit and is cut off there.") };
      for (const call of calls) yield* refused(call, smaller);
      const ended =
        counts.tooLong > 1 ? limit("The model twice tried a call that does not fit into its output limit.") : null;
      return { results: unrun(smaller), ended };
    }
    case "pause_turn":
    case "compaction":
      if (answer.blocks.length === 0) break;
      return { results: unrun("Nothing was run: the answer was paused."), ended: null };
    case "end_turn":
    case "stop_sequence":
      if (calls.length > 0) break;
      return { results: [], ended: { kind: "ended", how: "done" } };
    case "refusal": {
      const message =
        answer.explanation === ""
          ? "The model refused to go on."
          : `The model refused to go on: ${answer.explanation.slice(0, 400)}`;
      return {
        results: [],
        ended: { kind: "ended", how: "refused", message, remedy: "Put the task in other words, or start a new one." },
      };
    }
    case "model_context_window_exceeded": {
      const ended = limit("The conversation no longer fits into what the model can take in.");
      return { results: unrun("Nothing was run: the conversation is too long."), ended };
    }
    case null:
    default:
  }
  return { results: unrun("Nothing was run: the answer ended in an unknown way."), ended: unknownStop(stop ?? "none") };
}

async function* runAll(
  tools: Tools,
  calls: readonly Call[],
  counts: { malformed: number },
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, Ran> {
  const results: Ran["results"] = [];
  let ended: Ended | null = null;
  for (const call of calls) {
    if (signal.aborted) ended = { kind: "ended", how: "stopped" };
    if (ended !== null) {
      results.push(resultOf(call.id, false, "Not run: the turn was over before its turn came."));
      continue;
    }
    if (call.fault !== null) {
      const text = `Nothing was run: the input of this call cannot be read: ${call.fault}. Send it again, whole and valid.`;
      yield* refused(call, text);
      results.push(resultOf(call.id, false, text));
      if (++counts.malformed >= 3)
        ended = failed(
          "The model sent three calls in a row that cannot be read.",
          "Resume the session, or choose another model.",
        );
      continue;
    }
    counts.malformed = 0;
    yield {
      kind: "called",
      call: call.id,
      name: call.name,
      summary: summaryOf(call.name, call.input),
      input: call.input,
    };
    const ran = await runOne(tools, call, signal);
    if (ran === null) {
      ended = { kind: "ended", how: "stopped" };
      results.push(resultOf(call.id, false, "The person stopped the turn while this call was running."));
      continue;
    }
    results.push(resultOf(call.id, ran.ok, ran.text));
    if (ran.plan !== undefined) yield { kind: "plan", steps: ran.plan };
    const { ok, text, touched } = ran;
    yield { kind: "answered", call: call.id, ok, text, ...(touched ? { touched } : {}) };
  }
  if (ended === null && signal.aborted) ended = { kind: "ended", how: "stopped" };
  return { results, ended };
}

/** The call's result; null when the turn was stopped before there was one. */
async function runOne(tools: Tools, call: Call, signal: AbortSignal): Promise<Result | null> {
  if (signal.aborted) return null;
  const run = tools.run(call.name, call.input, signal);
  const result = await aborting(run, signal);
  // A write that has begun is waited for, within reason, so that nothing reaches the draft after the end.
  return result ?? (await Promise.race([run, pause(grace)])) ?? null;
}

function* refused(call: Call, text: string): Generator<EngineEvent> {
  yield {
    kind: "called",
    call: call.id,
    name: call.name,
    summary: summaryOf(call.name, call.input),
    input: call.input,
  };
  yield { kind: "answered", call: call.id, ok: false, text, touched: [] };
}

function pause(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}

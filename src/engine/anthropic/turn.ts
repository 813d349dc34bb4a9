/**
 * Turn: the loop of one turn. Ask the model, run what it calls, tell it the results, until it is done.
 *
 * Edges: asks through `ask`, touches the draft through `tools`; knows nothing of review.
 * Always: a tool runs only after its whole message arrived and stopped for tools; every call gets exactly one result; a
 * message is given out before anything that depends on it is done; `ended` is the last event, whatever happened.
 */
import type { MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/messages";
import type { EngineEvent, TurnEnd, TurnRequest, Usage } from "../../protocol/index.ts";
import { ask, type Asking, type Outcome } from "./ask.ts";
import { notAnApi, type Fault } from "./faults.ts";
import type { Answer, Call } from "./gather.ts";
import { dressed, mend, promptMessage, resultOf, wellFormed, type Kept } from "./history.ts";
import { summaryOf } from "./summary.ts";
import type { Result, Tools } from "./tools.ts";

export interface Limits {
  /** Requests in one turn. */
  steps: number;
  /** Tokens in one answer. */
  maxTokens: number;
  /** Milliseconds of silence after which a stream counts as cut. */
  silence: number;
}

/** Waits; ends early, by rejecting or not, when `signal` is aborted. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export interface Means {
  asking: Asking;
  tools: Tools;
  model: string;
  system: string;
  limits: Limits;
  wait: Wait;
}

type Ended = Extract<EngineEvent, { kind: "ended" }>;

/** Seconds before each further try while the service is busy. */
const backoff = [0.5, 2, 4, 8];
/** The longest wait that is made without asking, in seconds. */
const longestWait = 60;
/** How long a tool that is changing a file may still take after a stop, in milliseconds. */
const grace = 500;

const smaller = "Nothing was run: the call did not fit into the output limit. Make it in smaller pieces.";

/** Runs one turn, to its `ended`. */
export async function* runTurn(means: Means, turn: TurnRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  const { messages, closing } = mend(turn.history, means.model);
  for (const message of closing === null ? [promptMessage(turn)] : [closing, promptMessage(turn)]) {
    messages.push(message);
    yield { kind: "message", message };
  }
  const counts = { step: 0, tooLong: 0, malformed: 0 };
  for (;;) {
    const asked = yield* askPatiently(means, messages, counts, signal);
    if (asked.kind === "ended") return yield asked;
    const { answer } = asked;
    const said = keep(messages, answer, means.model);
    if (said !== null) yield { kind: "message", message: said };
    const outcome = yield* runCalls(means, answer, counts, signal);
    if (outcome.results.length > 0) {
      const message: Kept = { role: "user", content: outcome.results };
      messages.push(message);
      yield { kind: "message", message };
    }
    yield stepEnded(counts.step, answer.stop ?? "none", answer.usage);
    if (outcome.ended !== null) return yield outcome.ended;
  }
}

/** Adds the answer to the conversation; null when it leaves nothing to send back. */
function keep(messages: Kept[], answer: Answer, model: string): Kept | null {
  // A refused answer is not sent back: the model would only refuse again.
  if (answer.stop === "refusal" || answer.blocks.length === 0) return null;
  const message: Kept = { role: "assistant", content: answer.blocks.map(wellFormed), model };
  messages.push(message);
  return message;
}

// ── Asking, with patience ────────────────────────────────────────────────────────────────────────────────────────

/** Asks until an answer is complete or there is no hope: a cut is tried again once, a busy service four times. */
async function* askPatiently(
  means: Means,
  messages: readonly Kept[],
  counts: { step: number },
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, { kind: "answered"; answer: Answer } | Ended> {
  let cuts = 0;
  let busy = 0;
  let begun = true;
  for (;;) {
    if (begun) {
      if (counts.step >= means.limits.steps) return limit(`The turn reached its limit of ${means.limits.steps} steps.`);
      yield { kind: "step", step: ++counts.step };
    }
    if (signal.aborted) return { kind: "ended", how: "stopped" };
    const outcome: Outcome = yield* ask(means.asking, bodyOf(means, messages), signal);
    if (outcome.kind === "answered") return outcome;
    const over = outcome.kind === "stopped" ? null : verdictOn(outcome.fault, cuts, busy, means);
    begun = outcome.begun;
    if (begun || over === null || over.kind === "ended") {
      const stop = outcome.kind === "stopped" ? "stopped" : outcome.fault.kind === "final" ? "failed" : outcome.fault.kind;
      yield stepEnded(counts.step, stop, outcome.answer.usage);
    }
    if (over === null) return { kind: "ended", how: "stopped" };
    if (over.kind === "ended") return over;
    if (over.fault === "cut") cuts++;
    else busy++;
    yield { kind: "waiting", seconds: over.seconds, why: over.why };
    if (!(await waited(means.wait, over.seconds, signal))) {
      if (!begun) yield stepEnded(counts.step, "stopped", outcome.answer.usage);
      return { kind: "ended", how: "stopped" };
    }
  }
}

type Verdict = { kind: "again"; fault: "cut" | "busy"; seconds: number; why: string } | Ended;

function verdictOn(fault: Fault, cuts: number, busy: number, means: Means): Verdict {
  switch (fault.kind) {
    case "final":
      return failed(fault.message, fault.remedy);
    case "cut": {
      if (cuts === 0) return { kind: "again", fault: "cut", seconds: backoff[0] ?? 0, why: `${fault.why}; trying once more` };
      if (fault.why === "nothing came") return verdictOn(notAnApi(means.asking.place), cuts, busy, means);
      return failed(`The answer did not arrive completely, twice: ${fault.why}.`, "Resume the session when the network is steady.");
    }
    case "busy": {
      const asked = fault.after ?? 0;
      if (asked > longestWait) return failed(`The API asks to wait ${span(asked)}: ${fault.why}.`, `Resume the session in ${span(asked)}.`);
      const least = backoff[busy];
      if (least === undefined) return failed(`The API did not answer after ${busy + 1} tries: ${fault.why}.`, "Resume the session later.");
      return { kind: "again", fault: "busy", seconds: Math.max(least, asked), why: fault.why };
    }
  }
}

async function waited(wait: Wait, seconds: number, signal: AbortSignal): Promise<boolean> {
  if (!signal.aborted) await aborting(wait(seconds * 1000, signal).catch(() => {}), signal);
  return !signal.aborted;
}

function bodyOf(means: Means, messages: readonly Kept[]): MessageCreateParamsStreaming {
  return {
    model: means.model,
    max_tokens: means.limits.maxTokens,
    system: [{ type: "text", text: means.system, cache_control: { type: "ephemeral" } }],
    tools: [...means.tools.definitions],
    messages: dressed(messages),
    stream: true,
  };
}

// ── Running calls ────────────────────────────────────────────────────────────────────────────────────────────────

interface Ran {
  /** One result per call of the answer, in order. */
  results: ReturnType<typeof resultOf>[];
  /** Why the turn is over; null when the model is to be asked again. */
  ended: Ended | null;
}

/** Runs the calls of a complete answer, or says why none may run. */
async function* runCalls(
  means: Means,
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
      return yield* runAll(means, calls, counts, signal);
    case "max_tokens": {
      if (calls.length === 0) return { results: [], ended: limit("The answer reached the output limit and is cut off there.") };
      for (const call of calls) yield* refused(call, smaller);
      const ended = counts.tooLong > 1 ? limit("The model twice tried a call that does not fit into its output limit.") : null;
      return { results: unrun(smaller), ended };
    }
    case "pause_turn":
      if (answer.blocks.length === 0) break;
      return { results: unrun("Nothing was run: the answer was paused."), ended: null };
    case "end_turn":
    case "stop_sequence":
      if (calls.length > 0) break;
      return { results: [], ended: { kind: "ended", how: "done" } };
    case "refusal": {
      const message = answer.explanation === "" ? "The model refused to go on." : `The model refused to go on: ${answer.explanation.slice(0, 400)}`;
      return { results: [], ended: { kind: "ended", how: "refused", message, remedy: "Put the task in other words, or start a new one." } };
    }
    case "model_context_window_exceeded": {
      const ended = limit("The conversation no longer fits into what the model can take in.");
      return { results: unrun("Nothing was run: the conversation is too long."), ended };
    }
  }
  return { results: unrun("Nothing was run: the answer ended in an unknown way."), ended: unknownStop(stop ?? "none") };
}

async function* runAll(
  means: Means,
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
      if (++counts.malformed >= 3) ended = failed("The model sent three calls in a row that cannot be read.", "Resume the session, or choose another model.");
      continue;
    }
    counts.malformed = 0;
    yield { kind: "called", call: call.id, name: call.name, summary: summaryOf(call.name, call.input), input: call.input };
    const ran = await runOne(means.tools, call, signal);
    if (ran === null) {
      ended = { kind: "ended", how: "stopped" };
      results.push(resultOf(call.id, false, "The person stopped the turn while this call was running."));
      continue;
    }
    results.push(resultOf(call.id, ran.ok, ran.text));
    if (ran.plan !== undefined) yield { kind: "plan", steps: ran.plan };
    yield { kind: "answered", call: call.id, ok: ran.ok, text: ran.text };
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
  yield { kind: "called", call: call.id, name: call.name, summary: summaryOf(call.name, call.input), input: call.input };
  yield { kind: "answered", call: call.id, ok: false, text };
}

/** The promise's value, or undefined as soon as the signal is aborted. */
async function aborting<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let stop = (): void => {};
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function pause(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}

// ── Ends ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function stepEnded(step: number, stop: string, usage: Usage): EngineEvent {
  return { kind: "step.ended", step, stop, usage };
}

function end(how: TurnEnd, message: string, remedy: string): Ended {
  return { kind: "ended", how, message, remedy };
}

function failed(message: string, remedy: string): Ended {
  return end("failed", message, remedy);
}

function limit(message: string): Ended {
  return end("limit", message, "What was done so far is there to review. Send a message to go on.");
}

function unknownStop(stop: string): Ended {
  return failed(`The model stopped in a way this version does not know (${JSON.stringify(stop.slice(0, 60))}). Nothing of it was run.`, "Send a message to go on.");
}

function span(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} seconds`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`;
}

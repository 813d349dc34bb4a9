/**
 * Turn: the loop of one turn. Ask the model, run what it calls, tell it the results, until it is done.
 *
 * Edges: asks through `ask`, touches the draft through `tools`; knows nothing of review.
 * Always: a tool runs only after its whole message arrived and stopped for tools; every call gets exactly one result; a
 * message is given out before anything that depends on it is done; `ended` is the last event, whatever happened.
 */
import type { MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/messages";
import type { EngineEvent, TurnRequest } from "../../protocol/index.ts";
import { ask, type Asking, type Outcome } from "./ask.ts";
import { aborting } from "./aborting.ts";
import { runCalls } from "./calls.ts";
import { failed, limit, span, stepEnded, type Ended } from "./ends.ts";
import { notAnApi, type Fault } from "./faults.ts";
import type { Answer } from "./gather.ts";
import { dressed, mend, promptMessage, wellFormed, type Kept } from "./history.ts";
import type { Tools } from "./tools.ts";

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

/** Seconds before each further try while the service is busy. */
const backoff = [0.5, 2, 4, 8];
/** The longest wait that is made without asking, in seconds. */
const longestWait = 60;

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
    if (asked.kind === "ended") {
      yield asked;
      return;
    }
    const { answer } = asked;
    const said = keep(messages, answer, means.model);
    if (said !== null) yield { kind: "message", message: said };
    const outcome = yield* runCalls(means.tools, answer, counts, signal);
    if (outcome.results.length > 0) {
      const message: Kept = { role: "user", content: outcome.results };
      messages.push(message);
      yield { kind: "message", message };
    }
    yield stepEnded(counts.step, answer.stop ?? "none", answer.usage);
    if (outcome.ended !== null) {
      yield outcome.ended;
      return;
    }
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
      const stop =
        outcome.kind === "stopped" ? "stopped" : outcome.fault.kind === "final" ? "failed" : outcome.fault.kind;
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
      if (cuts === 0)
        return { kind: "again", fault: "cut", seconds: backoff[0] ?? 0, why: `${fault.why}; trying once more` };
      if (fault.why === "nothing came") return verdictOn(notAnApi(means.asking.place), cuts, busy, means);
      return failed(
        `The answer did not arrive completely, twice: ${fault.why}.`,
        "Resume the session when the network is steady.",
      );
    }
    case "busy": {
      const asked = fault.after ?? 0;
      if (asked > longestWait)
        return failed(`The API asks to wait ${span(asked)}: ${fault.why}.`, `Resume the session in ${span(asked)}.`);
      const least = backoff[busy];
      if (least === undefined)
        return failed(`The API did not answer after ${busy + 1} tries: ${fault.why}.`, "Resume the session later.");
      return { kind: "again", fault: "busy", seconds: Math.max(least, asked), why: fault.why };
    }
  }
}

async function waited(wait: Wait, seconds: number, signal: AbortSignal): Promise<boolean> {
  if (!signal.aborted)
    await aborting(
      wait(seconds * 1000, signal).catch(() => {}),
      signal,
    );
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

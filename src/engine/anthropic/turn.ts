/**
 * Turn: the loop of one turn. Ask the model, run what it calls, tell it the results, until it is done.
 *
 * Edges: asks through `askPatiently`, touches the draft through `tools`; knows nothing of review.
 * Always: a tool runs only after its whole message arrived and stopped for tools; every call gets exactly one result; a
 * message is given out before anything that depends on it is done; `ended` is the last event, whatever happened.
 */
import type { MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/messages";
import type { EngineEvent, TurnRequest } from "../../protocol/index.ts";
import type { Asking } from "./ask.ts";
import { runCalls } from "./calls.ts";
import { stepEnded } from "./ends.ts";
import type { Answer } from "./gather.ts";
import { dressed, mend, promptMessage, wellFormed } from "./history.ts";
import type { Kept } from "./kept.ts";
import { projectNotes } from "../notes.ts";
import { askPatiently, type Patience, type Wait } from "./patience.ts";
import type { Tools } from "./tools.ts";
import { isSummary, summarised } from "./window.ts";

export interface Limits {
  /** Requests in one turn. */
  steps: number;
  /** Tokens in one answer. */
  maxTokens: number;
  /** Milliseconds of silence after which a stream counts as cut. */
  silence: number;
}

export interface Means {
  asking: Asking;
  tools: Tools;
  model: string;
  endpoint: string;
  system: string;
  limits: Limits;
  wait: Wait;
}

/** Runs one turn, to its `ended`. */
export async function* runTurn(means: Means, turn: TurnRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  const { messages, closing, window } = mend(turn.history, means.model, means.endpoint);
  const prompt = promptMessage(turn, turn.history.length === 0 ? await projectNotes(turn.root) : []);
  for (const message of closing === null ? [prompt] : [closing, prompt]) {
    messages.push(message);
    yield { kind: "message", message };
  }
  const counts = { step: 0, shortened: false, window, tooLong: 0, malformed: 0 };
  const { asking, wait, limits, endpoint, model } = means;
  const body: Patience["body"] = (now) => bodyOf(means, now);
  let context = 0;
  const agree: Patience["agree"] = async (long, until) => turn.agree(long, until);
  const patience: Patience = { asking, wait, agree, steps: limits.steps, endpoint, model, body };
  for (;;) {
    const asked = yield* askPatiently(patience, messages, counts, signal);
    if (asked.kind === "ended") {
      yield asked;
      return;
    }
    const { answer } = asked;
    const said = keep(messages, answer, means.model);
    if (said !== null) yield { kind: "message", message: said };
    if (said?.content.some(isSummary)) yield summarised(context);
    context = answer.context;
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

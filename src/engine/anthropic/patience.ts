/**
 * Patience: one request, asked until its answer is complete or there is no hope.
 *
 * A cut is tried again once, a busy service four times; a conversation that is too long from its newest summary on, then once without
 * old results; where an endpoint speaks against being asked to summarise, without that. Between two tries it waits: at least its own seconds, longer where the service asks for it, and above a minute only if the person agrees.
 * Always: every wait ends at once with `signal`; a try that began, or was cut, is a step of its own.
 */
import type { MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/messages";
import type { EngineEvent, LongWait } from "../../protocol/index.ts";
import { aborting } from "./aborting.ts";
import { ask, type Asking, type Outcome } from "./ask.ts";
import { failed, limit, span, stepEnded, type Ended } from "./ends.ts";
import { notAnApi, type Fault } from "./faults.ts";
import type { Answer } from "./gather.ts";
import { cutMessages, type Left } from "./history.ts";
import type { Kept } from "./kept.ts";
import { kept, newestSummary, notSummarised, sentOf, windowed, type Window } from "./window.ts";

/** Waits; ends early, by rejecting or not, when `signal` is aborted. */
export type Wait = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export interface Patience {
  asking: Asking;
  wait: Wait;
  /** Asks the person for a wait above a minute. */
  readonly agree: (wait: LongWait, signal: AbortSignal) => Promise<boolean>;
  /** Steps that one turn may have. */
  steps: number;
  endpoint: string;
  model: string;
  body(messages: readonly Kept[]): MessageCreateParamsStreaming;
}

/** What a turn remembers from one request to the next. */
export interface Counts {
  step: number;
  /** Whether old results were left out of this turn's requests. */
  shortened: boolean;
  window: Window;
}

/** Seconds before each further try while the service is busy. */
const backoff = [0.5, 2, 4, 8];
/** The longest wait that is made without asking, in seconds. */
const longestWait = 60;
/** The longest wait that a person is asked for, in seconds: a day. */
const longestAsked = 86_400;

/** Asks. May replace what is in `messages` by shorter ones, or change the window, so that the turn's next requests are short as well. */
export async function* askPatiently(
  means: Patience,
  messages: Kept[],
  counts: Counts,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent, { kind: "answered"; answer: Answer } | Ended> {
  let cuts = 0;
  let busy = 0;
  let begun = true;
  const { window } = counts;
  let declined = false;
  for (;;) {
    if (begun) {
      if (counts.step >= means.steps) return limit(`The turn reached its limit of ${means.steps} steps.`);
      yield { kind: "step", step: ++counts.step };
    }
    if (signal.aborted) return { kind: "ended", how: "stopped" };
    const request = windowed(means.body(sentOf(messages, window)), window);
    const outcome: Outcome = yield* ask(means.asking, request, signal);
    // Only what went through without it shows that it was this that was refused.
    if (declined && (outcome.begun || outcome.kind === "answered")) {
      declined = false;
      yield kept({ kind: "window.plain", endpoint: means.endpoint, model: means.model });
      yield notSummarised(means.asking.place.host);
    }
    if (outcome.kind === "answered") return outcome;
    const arrived = performance.now();
    const over = outcome.kind === "stopped" ? null : verdictOn(outcome.fault, cuts, busy, means, window);
    // A cut is an attempt of its own even if nothing of the answer came: the log is to show both.
    begun = outcome.begun || (outcome.kind === "fault" && outcome.fault.kind === "cut");
    const ended = (stop: string): EngineEvent => stepEnded(counts.step, stop, outcome.answer.usage);
    if (begun || over === null || over.kind === "ended") {
      const final = outcome.kind === "stopped" ? "stopped" : outcome.fault.kind;
      yield ended(final === "final" ? "failed" : final);
    }
    if (over === null) return { kind: "ended", how: "stopped" };
    if (over.kind === "ended") return over;
    if (over.kind === "plain") {
      window.plain = declined = true;
      continue;
    }
    if (over.kind === "shorten") {
      const what = !window.plain && newestSummary(messages) > window.from ? "before" : "results";
      const less = what === "results" && counts.shortened ? null : cutMessages(messages, window, what);
      if (less === null || less.messages + less.results === 0) {
        if (!begun) yield ended("failed");
        return failed(over.message, over.remedy);
      }
      if (what === "results") counts.shortened = true;
      yield kept({ kind: "window.cut", what });
      yield { kind: "note", text: left(less) };
      continue;
    }
    if (over.fault === "cut") cuts++;
    else busy++;
    if (over.seconds > longestWait) {
      const agreed = await aborting(means.agree({ seconds: over.seconds, why: over.why }, signal), signal);
      if (agreed !== true) {
        if (!begun) yield ended(signal.aborted ? "stopped" : "failed");
        return signal.aborted ? { kind: "ended", how: "stopped" } : tooLong(over.seconds, over.why);
      }
    }
    // The service counts from its answer on, not from the person's.
    const seconds = over.seconds > longestWait ? over.seconds - (performance.now() - arrived) / 1000 : over.seconds;
    if (seconds > 0) {
      yield { kind: "waiting", seconds, why: over.why };
      if (await waited(means.wait, seconds, signal)) continue;
      if (!begun) yield ended("stopped");
      return { kind: "ended", how: "stopped" };
    }
  }
}

type Verdict =
  | { kind: "again"; fault: "cut" | "busy"; seconds: number; why: string }
  | { kind: "shorten"; message: string; remedy: string }
  | { kind: "plain" }
  | Ended;

function verdictOn(fault: Fault, cuts: number, busy: number, means: Patience, window: Window): Verdict {
  switch (fault.kind) {
    case "declined":
      return window.plain ? failed(fault.message, fault.remedy) : { kind: "plain" };
    case "final":
      return failed(fault.message, fault.remedy);
    case "long":
      return { kind: "shorten", message: fault.message, remedy: fault.remedy };
    case "cut": {
      if (cuts === 0)
        return { kind: "again", fault: "cut", seconds: backoff[0] ?? 0, why: `${fault.why}; trying once more` };
      if (fault.why === "nothing came") return verdictOn(notAnApi(means.asking.place), cuts, busy, means, window);
      return failed(
        `The answer did not arrive completely, twice: ${fault.why}.`,
        "Resume the session when the network is steady.",
      );
    }
    case "busy": {
      const asked = fault.after ?? 0;
      if (asked > longestAsked) return tooLong(asked, fault.why);
      const least = backoff[busy];
      if (least === undefined)
        return failed(`The API did not answer after ${busy + 1} tries: ${fault.why}.`, "Resume the session later.");
      return { kind: "again", fault: "busy", seconds: Math.max(least, asked), why: fault.why };
    }
  }
}

function tooLong(seconds: number, why: string): Ended {
  return failed(`The API asks to wait ${span(seconds)}: ${why}.`, `Resume the session in ${span(seconds)}.`);
}

function left({ messages, results, characters }: Left): string {
  if (messages > 0) {
    const before = messages === 1 ? "the message" : `the ${messages} messages`;
    return `The conversation was too long for the model. It was sent again from the service’s summary on, without ${before} before it; the log has them whole.`;
  }
  const what = results === 1 ? "1 earlier result of a tool" : `${results} earlier results of tools`;
  return `The conversation was too long for the model. It was sent again without ${what} (${characters} characters); the log has them whole.`;
}

async function waited(wait: Wait, seconds: number, signal: AbortSignal): Promise<boolean> {
  if (!signal.aborted)
    await aborting(
      wait(seconds * 1000, signal).catch(() => {}),
      signal,
    );
  return !signal.aborted;
}

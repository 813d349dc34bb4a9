/**
 * Talk: the conversation as the fold keeps it. Calls that run and questions that wait stand in it from their beginning.
 *
 * Always: an item's place never changes; a turn's end leaves no call running and no question open.
 */
import type { ContentId, Question, SessionEvent, TalkItem } from "../protocol/index.ts";
import type { SessionState } from "./session-state.ts";

export function say(state: SessionState, item: TalkItem): void {
  state.talk.push(item);
}

/** While a call runs its item carries the call's id as text: the answer takes its place. */
export function answer(state: SessionState, call: string, outcome: "ok" | "failed", text: string): void {
  const running = state.running.findLastIndex((at) => runningAt(state, at)?.text === call);
  if (running < 0) return;
  const [at] = state.running.splice(running, 1);
  const item = runningAt(state, at!);
  if (item) state.talk[at!] = { ...item, state: outcome, text };
}

/** Commands run one after the other: the newest call that runs is the one that wrote this. */
export function wrote(state: SessionState, output: ContentId): void {
  const at = state.running.at(-1);
  const item = at === undefined ? null : runningAt(state, at);
  if (item) state.talk[at!] = { ...item, output };
}

export function closeCalls(state: SessionState): void {
  for (const at of state.running) {
    const item = runningAt(state, at);
    if (item) state.talk[at] = { ...item, state: "failed", text: "interrupted" };
  }
  state.running = [];
}

export function asked(state: SessionState, question: Question): void {
  state.asked++;
  state.questions.push({ question, at: state.talk.length });
  const { id, title, lines } = question;
  say(state, { kind: "question", id, title, lines, state: "open", answer: "", why: "" });
}

export function replied(state: SessionState, event: SessionEvent & { kind: "replied" }): void {
  const open = state.questions.find(({ question }) => question.id === event.question);
  if (!open) return;
  state.questions = state.questions.filter((one) => one !== open);
  const item = state.talk[open.at];
  if (item?.kind !== "question") return;
  const option = open.question.options.find(({ id }) => id === event.option);
  const outcome = option === undefined ? "unanswered" : option.kind === "refuse" ? "no" : "yes";
  state.talk[open.at] = { ...item, state: outcome, answer: option?.label ?? "", why: event.why ?? "" };
}

/** Nobody waits for an answer any more. */
export function closeQuestions(state: SessionState): void {
  for (const { at } of state.questions) {
    const item = state.talk[at];
    if (item?.kind === "question") state.talk[at] = { ...item, state: "unanswered" };
  }
  state.questions = [];
}

function runningAt(state: SessionState, at: number): (TalkItem & { kind: "tool" }) | null {
  const item = state.talk[at];
  return item?.kind === "tool" && item.state === "running" ? item : null;
}

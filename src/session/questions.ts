/**
 * Questions: what the agent's work waits for the person to say, from the asking to the answer.
 *
 * Asked outside the desk's queue, so that decisions go on while a question waits; logged before it is shown, and its answer before
 * it is obeyed.
 * Always: nothing but an option that was shown is an answer; a stop ends the question, and no answer is no yes.
 */
import type { Question, QuestionEnd, Reply } from "../protocol/index.ts";
import type { Desk } from "./desk.ts";
import type { Answer } from "./supervised.ts";

/** Characters kept of a reason. */
const longestReason = 4_000;

export interface Questions {
  /** Asks, and waits for the person. Null: `signal` was aborted first. */
  ask(question: Omit<Question, "id">, signal: AbortSignal): Promise<Reply | null>;
  /** The person's answer. Only in turn. */
  reply(question: string, option: string, why: string): Promise<Answer>;
}

export function openQuestions(desk: Desk): Questions {
  const waiting = new Map<string, (reply: Reply | null) => void>();

  async function end(id: string, how: QuestionEnd, reply: Reply | null): Promise<void> {
    if (!desk.state.questions.some(({ question }) => question.id === id)) return;
    const why = reply?.why ? { why: reply.why } : {};
    await desk.append({ kind: "replied", question: id, how, option: reply?.option ?? null, ...why });
  }

  return {
    async ask(asked, signal) {
      if (signal.aborted) return null;
      const id = await desk.inTurn(async () => {
        const question: Question = { ...asked, id: `q${desk.state.asked + 1}` };
        await desk.append({ kind: "asked", turn: desk.state.turn, question });
        return question.id;
      });
      const reply = await new Promise<Reply | null>((resolve) => {
        const stop = (): void => resolve(null);
        waiting.set(id, resolve);
        signal.addEventListener("abort", stop, { once: true });
        if (signal.aborted) stop();
      });
      waiting.delete(id);
      // A log that cannot be written says so at the turn's end.
      if (reply === null) await desk.inTurn(() => end(id, "stopped", null)).catch(() => {});
      return reply;
    },

    async reply(id, option, why) {
      const open = desk.state.questions.find(({ question }) => question.id === id);
      const answer = waiting.get(id);
      if (!open || !answer) return { kind: "moved on", text: "That question is over: nothing was done." };
      if (!open.question.options.some((one) => one.id === option))
        return { kind: "refused", text: "That is no answer to this question." };
      const reason = why.trim().slice(0, longestReason).toWellFormed();
      const reply: Reply = { option, ...(reason ? { why: reason } : {}) };
      await end(id, "answered", reply);
      answer(reply);
      return { kind: "done" };
    },
  };
}

/** On opening a session again: what a window that went away had asked gets its end. */
export async function closeQuestions(desk: Desk): Promise<void> {
  for (const { question } of [...desk.state.questions])
    await desk.append({ kind: "replied", question: question.id, how: "interrupted", option: null });
}

/**
 * Agreeing: the one question a running turn can have for the person, whether to make a long wait.
 *
 * Always: nothing but the person's own yes is a yes; a stop ends the question without an answer.
 */
import type { LongWait, Notice } from "../protocol/index.ts";

export interface Agreeing {
  /** Resolves to true when the person agrees, to false when `signal` is aborted. */
  ask(wait: LongWait, signal: AbortSignal): Promise<boolean>;
  /** The person agrees. Nothing happens where nothing was asked. */
  agree(): void;
  /** The open question, with the ways to answer it. */
  notice(): Notice | null;
}

/** `changed` is called when a question comes or goes; it must not throw. */
export function openAgreeing(changed: () => void): Agreeing {
  let open: { wait: LongWait; answer: (yes: boolean) => void } | null = null;

  return {
    ask: async (wait, signal) =>
      new Promise((resolve) => {
        const answer = (yes: boolean): void => {
          signal.removeEventListener("abort", stop);
          open = null;
          changed();
          resolve(yes);
        };
        const stop = (): void => answer(false);
        if (signal.aborted) return resolve(false);
        signal.addEventListener("abort", stop, { once: true });
        open = { wait, answer };
        changed();
      }),
    agree: () => open?.answer(true),
    notice: () =>
      open === null
        ? null
        : {
            kind: "warning",
            text: `The service asks to wait ${spanOf(open.wait.seconds)}: ${open.wait.why}.`,
            remedy: "Wait, and the agent goes on by itself. Stop, and you can send a follow-up at any time.",
            actions: [
              { label: "Wait", action: "wait" },
              { label: "Stop", action: "stop" },
            ],
          },
  };
}

/** A duration for people, in whole seconds, minutes or hours, rounded up. */
export function spanOf(seconds: number): string {
  if (seconds <= 90) return `${Math.ceil(seconds)} s`;
  return seconds <= 5400 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`;
}

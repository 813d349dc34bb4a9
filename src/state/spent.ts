/**
 * Spent: steps, tokens by model, what agents said they cost, and the time in which the agent worked: a question's wait is the person's, and
 * so is a window that was closed.
 */
import type { SessionEvent, Usage } from "../protocol/index.ts";
import type { SessionState } from "./session-state.ts";

const usageNames = ["input", "output", "cacheRead", "cacheWrite"] as const;
const noUsage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** To be called with each event before the state takes it over. */
export function spend(state: SessionState, event: SessionEvent): void {
  const { spent } = state;
  const pause = (at: number): void => {
    if (spent.since === null) return;
    spent.milliseconds += Math.max(0, at - spent.since);
    spent.since = null;
  };
  switch (event.kind) {
    case "turn.started":
      spent.since = event.at;
      return;
    case "step.started":
      spent.steps++;
      return;
    case "step.ended": {
      const { agent, model } = state.connection;
      if (agent) return;
      const sum = { ...(spent.models.get(model) ?? noUsage) };
      for (const name of usageNames) sum[name] += event.usage[name];
      spent.models.set(model, sum);
      return;
    }
    case "cost":
      spent.told += event.amount;
      return;
    case "asked":
      return pause(event.at);
    case "replied":
      if (state.turnOpen && state.questions.length <= 1) spent.since = event.at;
      return;
    case "turn.ended":
      // The end of a turn that was cut off is written when the session is opened again.
      return pause(event.how === "interrupted" ? state.lastAt : event.at);
    default:
  }
}

/**
 * Limits: how much a task may use up before the agent is stopped, and what tokens cost.
 *
 * Types only. A limit of 0 is none. What an agent says it costs counts as it says it, whatever the currency.
 */
import type { CommandLimits } from "./sandbox.ts";

/**
 * What can run away. `tokens` are all that went in and out; `money` is in the currency of the prices; `minutes` the agent's own time,
 * without the person's; `bytes` the size of the files that it changed.
 */
export interface Spending {
  steps: number;
  tokens: number;
  money: number;
  minutes: number;
  files: number;
  bytes: number;
}

/** What counts over all sessions of a day. */
export type DaySpending = Pick<Spending, "tokens" | "money" | "minutes">;

/** Price of a million tokens of each kind. The first whose `model` the model's name begins with holds. */
export interface Price {
  model: string;
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** What the person set, as it is at this moment. */
export interface Limits {
  task: Spending;
  day: DaySpending;
  prices: readonly Price[];
  command: Partial<CommandLimits>;
}

/** What was used up today, over all sessions and windows of this person's. */
export interface DayBook {
  today(): Promise<DaySpending>;
  add(part: DaySpending): Promise<void>;
}

/** What is shown of it: used, and the limit beside it. Bytes are weighed only while a turn runs, and not shown. */
export interface SpendingView {
  used: Omit<Spending, "bytes">;
  limit: Spending;
  /** No price is set for the model, and no agent tells its cost: money is not counted. */
  unpriced: boolean;
}

/**
 * Spending: what a task and a day have used up, against what the person set; beyond it the agent is stopped, in the middle of a turn.
 *
 * Counted from the log, and for the day in one book of all windows. Always: the limit that was reached is named with its size and the setting
 * that raises it; what waits to be decided stays.
 */
import type { DaySpending, Limits, Price, Revision, Spending, SpendingView, Usage } from "../protocol/index.ts";
import type { Desk } from "./desk.ts";

export interface Reached {
  message: string;
  remedy: string;
}

export interface SpendingWatch {
  /** A turn begins. `stop` is called once when a limit is reached; at once where one is reached already. */
  begin(stop: (reached: Reached) => void): Promise<void>;
  /** After each event of the engine. */
  look(): Promise<void>;
  end(): Promise<void>;
  view(): SpendingView | null;
}

const nothing: DaySpending = { tokens: 0, money: 0, minutes: 0 };
/** Milliseconds between two looks at the clock. */
const tickTime = 1_000;

export function openSpending(desk: Desk): SpendingWatch {
  const limits = (): Limits | null => desk.parts.limits?.() ?? null;
  const sizes = new Map<Revision, number>();
  let day = nothing;
  /** What of this session the day's book has already. */
  let booked = nothing;
  let tick: NodeJS.Timeout | null = null;
  let stopping: ((reached: Reached) => void) | null = null;

  function used(): Spending {
    const { spent, usage, files } = desk.state;
    const prices = limits()?.prices ?? [];
    const running = spent.since === null ? 0 : Math.max(0, Date.now() - spent.since);
    return {
      steps: spent.steps,
      tokens: usage.input + usage.output + usage.cacheRead + usage.cacheWrite,
      money: [...spent.models].reduce((sum, [model, of]) => sum + costOf(of, priceOf(prices, model)), spent.told),
      minutes: (spent.milliseconds + running) / 60_000,
      files: new Set([...files.values()].map(({ path }) => path)).size,
      bytes: [...files.values()].reduce((sum, { revision }) => sum + (sizes.get(revision) ?? 0), 0),
    };
  }

  function check(): void {
    const set = limits();
    if (set === null || stopping === null) return;
    const reached = reachedOf(used(), day, set);
    if (reached === null) return;
    const stop = stopping;
    stopping = null;
    stop(reached);
  }

  async function book(): Promise<void> {
    const { tokens, money, minutes } = used();
    const part = { tokens: tokens - booked.tokens, money: money - booked.money, minutes: minutes - booked.minutes };
    booked = { tokens, money, minutes };
    if (part.tokens <= 0 && part.money <= 0 && part.minutes <= 0) return;
    day = { tokens: day.tokens + part.tokens, money: day.money + part.money, minutes: day.minutes + part.minutes };
    await desk.parts.day?.add(part);
  }

  async function weigh(): Promise<void> {
    for (const { revision, attribute } of desk.state.files.values()) {
      if (sizes.has(revision) || attribute !== null) continue;
      sizes.set(revision, revision.draft === null ? 0 : (await desk.log.bodies.get(revision.draft)).length);
    }
  }

  return {
    async begin(stop) {
      const { tokens, money, minutes } = used();
      booked = { tokens, money, minutes };
      day = (await desk.parts.day?.today()) ?? nothing;
      stopping = stop;
      tick = setInterval(check, tickTime);
      if (limits()?.task.bytes) await weigh();
      check();
    },
    async look() {
      if (limits()?.task.bytes) await weigh();
      await book();
      check();
    },
    async end() {
      if (tick !== null) clearInterval(tick);
      tick = null;
      stopping = null;
      await book();
    },
    view() {
      const set = limits();
      if (set === null) return null;
      const { spent, connection } = desk.state;
      const unpriced = connection.agent ? spent.told === 0 : priceOf(set.prices, connection.model) === null;
      return { used: rounded(used()), limit: set.task, unpriced };
    },
  };
}

/** What tokens came to; 0 without a price. */
export function costOf(usage: Usage, price: Price | null): number {
  if (price === null) return 0;
  const { input, output, cacheRead, cacheWrite } = usage;
  const sum = input * price.input + output * price.output + cacheRead * price.cacheRead + cacheWrite * price.cacheWrite;
  return sum / 1_000_000;
}

export function priceOf(prices: readonly Price[], model: string): Price | null {
  return prices.find((price) => model.startsWith(price.model)) ?? null;
}

/** The first limit that is reached, told; null where none is. */
export function reachedOf(
  used: Spending,
  day: DaySpending,
  { task, day: daily }: Omit<Limits, "prices" | "command">,
): Reached | null {
  for (const [name, most] of Object.entries(task) as [keyof Spending, number][])
    if (most > 0 && used[name] >= most)
      return {
        message: `The task has reached its limit: ${amount(name, most)}.`,
        remedy: `What it proposed is here to decide. To let it go on, raise countersign.limits.task.${setting(name)} in your settings and send a follow-up.`,
      };
  for (const [name, most] of Object.entries(daily) as [keyof DaySpending, number][])
    if (most > 0 && day[name] >= most)
      return {
        message: `Today's limit is reached: ${amount(name, most)}.`,
        remedy: `What it proposed is here to decide. To let it go on today, raise countersign.limits.day.${setting(name)} in your settings and send a follow-up.`,
      };
  return null;
}

function amount(name: keyof Spending, most: number): string {
  if (name === "bytes") return `${most / 1_000_000} megabytes of changed files`;
  return name === "files" ? `${most} changed files` : name === "money" ? `${most} spent` : `${most} ${name}`;
}

function setting(name: keyof Spending): string {
  return name === "bytes" ? "megabytes" : name;
}

/** So that a head that shows it is not another one with every millisecond, and is the same after a reload. */
function rounded({ steps, tokens, money, minutes, files }: Spending): SpendingView["used"] {
  return { steps, tokens, files, money: Math.round(money * 100) / 100, minutes: Math.floor(minutes) };
}

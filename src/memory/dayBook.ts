/**
 * The day's book: what agents used up today, over all sessions and windows.
 *
 * `<storage>/spent/<day>.<window>.json`: a window writes its own part alone, and the day is the sum of the parts. Always: another day begins
 * at nothing, and what is left of earlier days is cleared away; what cannot be read counts as nothing.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { DayBook, DaySpending } from "../protocol/index.ts";
import { openSmallFiles } from "./smallFiles.ts";

const nothing: DaySpending = { tokens: 0, money: 0, minutes: 0 };

export function openDayBook(globalStorageDir: string, now: () => Date = () => new Date()): DayBook {
  const files = openSmallFiles(join(globalStorageDir, "spent"));
  const own = randomBytes(6).toString("hex");
  let mine = { day: "", spent: nothing };
  let line: Promise<unknown> = Promise.resolve();
  const today = (): string => {
    const date = now();
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()].join("-");
  };

  return {
    async today() {
      const parts = (await files.names()).filter((name) => name.startsWith(`${today()}.`));
      const spent = await Promise.all(parts.map(async (name) => spendingOf(await files.read(name))));
      return spent.reduce(sum, nothing);
    },
    add(part) {
      const work = async (): Promise<void> => {
        const day = today();
        if (mine.day !== day) {
          for (const name of await files.names()) if (!name.startsWith(`${day}.`)) await files.remove(name);
          mine = { day, spent: nothing };
        }
        const spent = sum(mine.spent, part);
        await files.write(`${day}.${own}`, spent);
        mine = { day, spent };
      };
      const done = line.then(work, work);
      line = done.catch(() => {});
      return done;
    },
  };
}

function sum(a: DaySpending, b: DaySpending): DaySpending {
  return { tokens: a.tokens + b.tokens, money: a.money + b.money, minutes: a.minutes + b.minutes };
}

function spendingOf(value: unknown): DaySpending {
  const { tokens, money, minutes } = (typeof value === "object" && value !== null ? value : {}) as Partial<DaySpending>;
  return { tokens: number(tokens), money: number(money), minutes: number(minutes) };
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

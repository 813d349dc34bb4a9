/**
 * The day's book: what agents used up today, over all sessions and windows, in one small file below the global storage.
 *
 * `<storage>/spent.json`, exchanged whole by a rename. Always: another day begins at nothing; what cannot be read counts as nothing and
 * is written anew.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DayBook, DaySpending } from "../protocol/index.ts";

export function openDayBook(globalStorageDir: string, now: () => Date = () => new Date()): DayBook {
  const file = join(globalStorageDir, "spent.json");
  let line: Promise<unknown> = Promise.resolve();
  const day = (): string => {
    const date = now();
    return [date.getFullYear(), date.getMonth() + 1, date.getDate()].join("-");
  };

  async function today(): Promise<DaySpending> {
    try {
      const kept = JSON.parse(await readFile(file, "utf8")) as Partial<DaySpending> & { day?: unknown };
      if (kept.day === day())
        return { tokens: number(kept.tokens), money: number(kept.money), minutes: number(kept.minutes) };
    } catch {
      // None yet, or none of ours.
    }
    return { tokens: 0, money: 0, minutes: 0 };
  }

  return {
    today,
    add(part) {
      const work = async (): Promise<void> => {
        const before = await today();
        await mkdir(globalStorageDir, { recursive: true });
        const beside = `${file}.${randomBytes(6).toString("hex")}`;
        const sum = {
          tokens: before.tokens + part.tokens,
          money: before.money + part.money,
          minutes: before.minutes + part.minutes,
        };
        try {
          await writeFile(beside, JSON.stringify({ day: day(), ...sum }), { mode: 0o600 });
          await rename(beside, file);
        } catch (error) {
          await rm(beside, { force: true });
          throw error;
        }
      };
      const mine = line.then(work, work);
      line = mine.catch(() => {});
      return mine;
    },
  };
}

function number(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

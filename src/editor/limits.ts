/**
 * Limits: what a task, a day and a command may use up, as the person's own settings say, and what tokens cost.
 *
 * Always: read anew each time, from the person's settings alone; what is no number, or below nothing, is the default.
 */
import { workspace } from "vscode";
import type { Limits, Price } from "../protocol/index.ts";
import { ownSetting } from "./connection.ts";

export function configuredLimits(): Limits {
  return {
    task: {
      steps: numberOf("limits.task.steps", 1_000),
      tokens: numberOf("limits.task.tokens", 50_000_000),
      money: numberOf("limits.task.money", 0),
      minutes: numberOf("limits.task.minutes", 240),
      files: numberOf("limits.task.files", 2_000),
      bytes: numberOf("limits.task.megabytes", 200) * 1_000_000,
    },
    day: {
      tokens: numberOf("limits.day.tokens", 0),
      money: numberOf("limits.day.money", 0),
      minutes: numberOf("limits.day.minutes", 0),
    },
    prices: prices(),
    command: {
      time: Math.max(1, numberOf("limits.command.minutes", 10)) * 60_000,
      memory: Math.max(64, numberOf("limits.command.megabytes", 4_096)) * 1_048_576,
    },
  };
}

/** A number of the person's settings. */
export function numberOf(name: string, otherwise: number): number {
  const value = ownSetting(name, otherwise);
  return Number.isFinite(value) && value >= 0 ? value : otherwise;
}

function prices(): Price[] {
  const seen = workspace.getConfiguration("countersign").inspect<unknown>("prices");
  const rows = seen?.globalValue ?? [];
  return Array.isArray(rows) ? rows.flatMap((row) => priceIn(row)) : [];
}

/** A row of the table; what it does not say costs as much as what goes in. */
function priceIn(row: unknown): Price[] {
  if (typeof row !== "object" || row === null) return [];
  const { model, input, output, cacheRead = input, cacheWrite = input } = row as Record<string, unknown>;
  const numbers = [input, output, cacheRead, cacheWrite];
  if (typeof model !== "string" || model === "" || !numbers.every(isPrice)) return [];
  const [first, second, third, fourth] = numbers as [number, number, number, number];
  return [{ model, input: first, output: second, cacheRead: third, cacheWrite: fourth }];
}

function isPrice(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

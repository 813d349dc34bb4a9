/**
 * Input: whether a tool call's input is exactly what the tool asks for.
 *
 * Pure. Judges the parsed value by its own properties only; a key that the tool does not name is an error, and so is
 * `__proto__`, which JSON makes an ordinary key.
 */
import type { PlanStep } from "../../protocol/index.ts";
import { isWhole } from "../unicode.ts";

/** What a key may hold. `range`: two whole numbers. `steps`: the steps of a plan. `line`: a whole number from 1. `seconds`: up to an hour. */
export type Kind = "string" | "boolean" | "range" | "line" | "steps" | "seconds" | "choices";
export type Shape = ReadonlyMap<string, { kind: Kind; required: boolean }>;

const statuses: readonly string[] = ["pending", "in_progress", "done"] satisfies PlanStep["status"][];

/** What is wrong with the input, in words the model can act on; null when nothing is. */
export function problemOf(shape: Shape, input: unknown): string | null {
  if (!isObject(input)) return "the input has to be an object";
  for (const key of Object.keys(input)) {
    const wanted = shape.get(key);
    if (wanted === undefined)
      return `${JSON.stringify(key)} is not a key of this tool (${[...shape.keys()].join(", ")})`;
    const problem = problemWith(wanted.kind, input[key]);
    if (problem !== null) return `${key} ${problem}`;
  }
  for (const [key, { required }] of shape) {
    if (required && !Object.hasOwn(input, key)) return `${key} is missing`;
  }
  return null;
}

function problemWith(kind: Kind, value: unknown): string | null {
  switch (kind) {
    case "string":
      if (typeof value !== "string") return "has to be a string";
      return isWhole(value) ? null : "holds half a character (an unpaired surrogate)";
    case "boolean":
      return typeof value === "boolean" ? null : "has to be true or false";
    case "range":
      return Array.isArray(value) && value.length === 2 && value.every(Number.isSafeInteger)
        ? null
        : "has to be two whole numbers: [first line, last line]";
    case "line":
      return Number.isSafeInteger(value) && (value as number) >= 1 ? null : "has to be a whole number, from 1";
    case "seconds":
      return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 3600
        ? null
        : "has to be a whole number of seconds, from 1 to 3600";
    case "choices":
      return Array.isArray(value) &&
        value.length >= 2 &&
        value.length <= 6 &&
        value.every((one) => typeof one === "string" && one.trim() !== "" && isWhole(one))
        ? null
        : "has to be a list of two to six texts";
    case "steps":
      if (!Array.isArray(value) || value.length > 100) return "has to be a list of at most 100 steps";
      return value.every(isStep)
        ? null
        : 'has to hold steps like {"text": "…", "status": "pending" | "in_progress" | "done"}';
  }
}

function isStep(value: unknown): value is PlanStep {
  if (!isObject(value) || Object.keys(value).toSorted().join() !== "status,text") return false;
  return typeof value.text === "string" && isWhole(value.text) && statuses.includes(value.status as string);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

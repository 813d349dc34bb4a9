/**
 * Summary: a tool call in a few words, for people.
 *
 * Pure. The words come from the model and are shown to a person, so nothing in them can hide or reorder text: control
 * characters, line breaks and all that nobody sees become visible boxes, and long texts end in an ellipsis.
 */
import { hidingSource } from "../../protocol/characters.ts";
import { whole } from "../unicode.ts";

const longest = 120;
const hiding = new RegExp(hidingSource, "gu");

/** "edit src/a.ts", "definition of “total” in src/a.ts", "grep “pattern” in src", "plan (3 steps)". Takes any input, also one that fits no tool. */
export function summaryOf(name: string, input: unknown): string {
  const given = typeof input === "object" && input !== null ? (input as Record<string, unknown>) : {};
  const words = (key: string): string =>
    Object.hasOwn(given, key) && typeof given[key] === "string" ? given[key] : "";
  const what = visible(name);
  if (name === "plan") return Array.isArray(given.steps) ? `plan (${given.steps.length} steps)` : "plan";
  if (name === "run_command") return `run ${visible(words("command"))}`;
  if (name === "ask_person") return `ask “${visible(words("question"))}”`;
  const path = visible(words("file_path"));
  const symbol = visible(words("symbol"));
  if (symbol !== "") return `${what} of “${symbol}”${path === "" ? "" : ` in ${path}`}`;
  if (path !== "") return `${what} ${path}${lines(given.view_range)}`;
  const pattern = visible(words("pattern"));
  const place = visible(words("path"));
  return [what, pattern === "" ? "" : `“${pattern}”`, place === "" ? "" : `in ${place}`]
    .filter((part) => part !== "")
    .join(" ");
}

function lines(range: unknown): string {
  return Array.isArray(range) && range.length === 2 && range.every(Number.isSafeInteger)
    ? ` (lines ${range[0]} to ${range[1]})`
    : "";
}

function visible(text: string): string {
  const plain = whole(text.slice(0, 1000)).replace(hiding, "␣");
  const characters = [...plain];
  return characters.length > longest ? `${characters.slice(0, longest).join("")}…` : plain;
}

/**
 * Scenarios: what the demo model says and does, written as data.
 *
 * A scenario has turns; a turn has steps, chosen by what the prompt says; a step is one model answer made of blocks, with its
 * pace and, on demand, a fault. Pure: text in, values out. `generate` scenarios are expanded here (see `generate.ts`).
 * Always: a parsed scenario has no unknown key, no empty turn, and every number in it is in range; what is wrong is said with
 * the place where it stands ("turns[0].steps[2].blocks[1].input: …").
 */
import { generatedTurns } from "./generate.ts";
import type { Scenario, Pace, Turn, Step, Block, Condition, Fault } from "./script.ts";

export type ParsedScenario = { kind: "scenario"; scenario: Scenario } | { kind: "invalid"; message: string };

/** Reads a scenario file's text. */
export function parseScenario(text: string): ParsedScenario {
  try {
    return { kind: "scenario", scenario: scenarioOf(JSON.parse(text)) };
  } catch (error) {
    if (error instanceof Misfit || error instanceof SyntaxError) return { kind: "invalid", message: error.message };
    throw error;
  }
}

const defaultPace: Pace = { charsPerSecond: 400, chunk: 12, before: 300 };

/** Thrown and caught in this file only: it carries the place out of nested readers. */
class Misfit extends Error {}

function scenarioOf(value: unknown): Scenario {
  const fields = keysOf(value, "scenario", ["about", "task", "pace", "turns", "generate"]);
  const pace = { ...defaultPace, ...paceOf(fields["pace"] ?? {}, "pace") };
  const head = {
    about: stringOf(fields["about"], "about"),
    ...(fields["task"] !== undefined && { task: stringOf(fields["task"], "task") }),
  };
  if (fields["generate"] !== undefined) {
    if (fields["turns"] !== undefined) throw new Misfit("scenario: either `turns` or `generate`, not both");
    const size = keysOf(fields["generate"], "generate", ["kind", "files", "hunksPerFile"]);
    oneOf(size["kind"], "generate.kind", ["hunks"]);
    const files = countOf(size["files"], "generate.files", 1);
    return {
      ...head,
      pace,
      turns: generatedTurns({ files, hunksPerFile: countOf(size["hunksPerFile"], "generate.hunksPerFile", 1) }),
    };
  }
  return { ...head, pace, turns: filledList(fields["turns"], "turns", turnOf) };
}

function turnOf(value: unknown, at: string): Turn {
  const fields = keysOf(value, at, ["steps", "cases", "otherwise"]);
  if (fields["steps"] !== undefined) {
    if (fields["cases"] !== undefined || fields["otherwise"] !== undefined)
      throw new Misfit(`${at}: \`steps\` stands alone`);
    return { cases: [], otherwise: filledList(fields["steps"], `${at}.steps`, stepOf) };
  }
  return {
    cases: filledList(fields["cases"], `${at}.cases`, (one, here) => {
      const branch = keysOf(one, here, ["when", "steps"]);
      if (branch["when"] === undefined) throw new Misfit(`${here}.when: missing`);
      return {
        when: conditionOf(branch["when"], `${here}.when`),
        steps: filledList(branch["steps"], `${here}.steps`, stepOf),
      };
    }),
    otherwise: filledList(fields["otherwise"], `${at}.otherwise`, stepOf),
  };
}

function stepOf(value: unknown, at: string): Step {
  const fields = keysOf(value, at, ["when", "pace", "blocks", "stop", "fault"]);
  const step: Step = {
    when: conditionOf(fields["when"] ?? {}, `${at}.when`),
    pace: paceOf(fields["pace"] ?? {}, `${at}.pace`),
    blocks: listOf(fields["blocks"], `${at}.blocks`, blockOf),
  };
  if (fields["stop"] !== undefined) step.stop = stringOf(fields["stop"], `${at}.stop`);
  if (fields["fault"] !== undefined) step.fault = faultOf(fields["fault"], `${at}.fault`);
  if (step.blocks.length === 0 && step.stop === undefined && step.fault === undefined) {
    throw new Misfit(`${at}.blocks: empty, and the step has neither \`stop\` nor \`fault\``);
  }
  const calls = step.blocks.some((block) => block.type === "tool_use");
  if (!calls && (step.fault?.kind === "maxTokens" || step.fault?.kind === "malformedToolJson")) {
    throw new Misfit(`${at}.fault: \`${step.fault.kind}\` needs a tool_use block`);
  }
  return step;
}

function blockOf(value: unknown, at: string): Block {
  const type = oneOf(keysOf(value, at)["type"], `${at}.type`, ["text", "thinking", "compaction", "tool_use"]);
  const fields = keysOf(value, at, type === "tool_use" ? ["type", "when", "name", "input"] : ["type", "when", "text"]);
  const when = conditionOf(fields["when"] ?? {}, `${at}.when`);
  if (type === "compaction" && fields["text"] === null) return { type, when, text: null };
  if (type !== "tool_use") return { type, when, text: stringOf(fields["text"], `${at}.text`) };
  return { type, when, name: stringOf(fields["name"], `${at}.name`), input: keysOf(fields["input"], `${at}.input`) };
}

function conditionOf(value: unknown, at: string): Condition {
  const fields = keysOf(value, at, ["contains", "lacks", "rejected", "showing", "failed"]);
  const condition: Condition = {};
  for (const key of ["contains", "lacks"] as const) {
    const texts = fields[key];
    if (texts !== undefined)
      condition[key] = filledList(typeof texts === "string" ? [texts] : texts, `${at}.${key}`, stringOf);
  }
  for (const key of ["rejected", "showing"] as const) {
    if (fields[key] !== undefined) condition[key] = stringOf(fields[key], `${at}.${key}`);
  }
  if (condition.showing !== undefined && condition.rejected === undefined) {
    throw new Misfit(`${at}.showing: needs \`rejected\` beside it`);
  }
  const failed = fields["failed"];
  if (failed !== undefined && typeof failed !== "boolean") throw new Misfit(`${at}.failed: not true or false`);
  if (failed !== undefined) condition.failed = failed;
  return condition;
}

function paceOf(value: unknown, at: string): Partial<Pace> {
  const fields = keysOf(value, at, ["charsPerSecond", "chunk", "before"]);
  const pace: Partial<Pace> = {};
  for (const key of ["charsPerSecond", "chunk", "before"] as const) {
    if (fields[key] !== undefined) pace[key] = countOf(fields[key], `${at}.${key}`, key === "before" ? 0 : 1);
  }
  return pace;
}

/** Per kind of fault, the keys it may have beside `kind` and `times`; a key with `?` may be absent. */
const faultKeys: Record<Fault["kind"], string[]> = {
  status: ["status", "type", "message", "retryAfter?"],
  cut: ["how", "afterEvents?", "afterBytes?"],
  delay: ["milliseconds"],
  overloaded: ["afterEvents"],
  maxTokens: ["afterCharacters"],
  malformedToolJson: [],
  idle: ["afterEvents", "pingEvery?"],
  repeatedStart: ["afterEvents"],
  html: [],
  empty: [],
};

function faultOf(value: unknown, at: string): Fault {
  const kind = oneOf(keysOf(value, at)["kind"], `${at}.kind`, Object.keys(faultKeys) as Fault["kind"][]);
  const known = faultKeys[kind];
  const fields = keysOf(value, at, ["kind", "times", ...known.map((key) => key.replace("?", ""))]);
  for (const key of known) {
    if (!key.endsWith("?") && fields[key] === undefined) throw new Misfit(`${at}.${key}: missing`);
  }
  for (const [key, field] of Object.entries(fields)) {
    if (key === "kind") continue;
    if (key === "type" || key === "message") stringOf(field, `${at}.${key}`);
    else if (key === "how") oneOf(field, `${at}.how`, ["clean", "reset"]);
    else countOf(field, `${at}.${key}`, key === "status" ? 400 : key === "times" || key === "pingEvery" ? 1 : 0);
  }
  if (kind === "cut" && (fields["afterEvents"] === undefined) === (fields["afterBytes"] === undefined)) {
    throw new Misfit(`${at}: one of \`afterEvents\` and \`afterBytes\``);
  }
  if (kind === "status" && (fields["status"] as number) > 599)
    throw new Misfit(`${at}.status: not a status of an error`);
  return fields as Fault;
}

/** The object's own fields; with `known`, no others are allowed. */
function keysOf(value: unknown, at: string, known?: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Misfit(`${at}: not an object`);
  const stranger = known && Object.keys(value).find((key) => !known.includes(key));
  if (stranger !== undefined) throw new Misfit(`${at}.${stranger}: unknown; known here: ${known?.join(", ")}`);
  return value as Record<string, unknown>;
}

function listOf<T>(value: unknown, at: string, read: (one: unknown, at: string) => T): T[] {
  if (!Array.isArray(value)) throw new Misfit(`${at}: not a list`);
  return value.map((one, index) => read(one, `${at}[${index}]`));
}

function filledList<T>(value: unknown, at: string, read: (one: unknown, at: string) => T): T[] {
  const list = listOf(value, at, read);
  if (list.length === 0) throw new Misfit(`${at}: empty`);
  return list;
}

function stringOf(value: unknown, at: string): string {
  if (typeof value !== "string" || value === "") throw new Misfit(`${at}: not a text, or empty`);
  return value;
}

function countOf(value: unknown, at: string, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new Misfit(`${at}: not a whole number from ${least} up`);
  return value as number;
}

function oneOf<T extends string>(value: unknown, at: string, known: readonly T[]): T {
  if (!known.includes(value as T)) throw new Misfit(`${at}: not one of ${known.join(", ")}`);
  return value as T;
}

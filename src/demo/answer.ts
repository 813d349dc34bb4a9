/**
 * Which step answers a request: decided from the request's messages alone.
 *
 * Pure, and without memory, so a session that is resumed after a reload, or on another process, goes on where it was.
 * A user message with text begins a turn (two in a row are one prompt); one with tool results only continues it. Inside a turn
 * the steps are walked from the first, one per assistant message, each judged by what was known when it was chosen.
 * Always: equal messages get equal steps.
 */
import type { ApiMessage } from "./request.ts";
import { contentBlocks } from "./request.ts";
import type { Block, Condition, Scenario, Step } from "./script.ts";

/** The chosen step, with the blocks whose conditions hold; `step` counts from 0 within its turn, -1 when none is left. */
export interface Answer {
  turn: number;
  step: number;
  blocks: Block[];
  source: Step;
}

export function answerTo(scenario: Scenario, messages: readonly ApiMessage[]): Answer {
  const { turn, prompt, answers } = historyOf(messages);
  const chosen = scenario.turns[Math.min(turn, scenario.turns.length - 1)];
  if (chosen === undefined) throw new Error("a scenario without turns cannot have been parsed");
  const steps = chosen.cases.find((one) => holds(one.when, prompt, false))?.steps ?? chosen.otherwise;
  let next = 0;
  for (let given = 0; given <= answers.length; given++) {
    const failed = answers.slice(0, given).some((answer) => answer.failed);
    const found = steps.findIndex(
      (step, index) => index >= next && holds(step.when, prompt, failed) && speaks(step, prompt, failed),
    );
    const source = steps[found];
    if (source === undefined) break;
    if (given === answers.length) return { turn, step: found, blocks: said(source, prompt, failed), source };
    next = found + 1;
  }
  return { turn, step: -1, blocks: nothingLeft.blocks, source: nothingLeft };
}

const nothingLeft: Step = {
  when: {},
  pace: {},
  blocks: [{ type: "text", when: {}, text: "That was everything I had prepared. The review is yours." }],
};

/** A step whose every block is ruled out is passed over, unless it has an end of its own to show. */
function speaks(step: Step, prompt: string, failed: boolean): boolean {
  return step.blocks.length === 0 || said(step, prompt, failed).length > 0;
}

function said(step: Step, prompt: string, failed: boolean): Block[] {
  return step.blocks.filter((block) => holds(block.when, prompt, failed));
}

function holds(when: Condition, prompt: string, failed: boolean): boolean {
  if (when.contains?.some((text) => !prompt.includes(text))) return false;
  if (when.lacks?.some((text) => prompt.includes(text))) return false;
  if (when.failed !== undefined && when.failed !== failed) return false;
  return (
    when.rejected === undefined || reportsOn(prompt, when.rejected).some((rows) => rows.includes(when.showing ?? ""))
  );
}

/** The changed rows of each "Rejected in PATH …" report on this path, one text per report. */
function reportsOn(prompt: string, path: string): string[] {
  const reports: string[] = [];
  let current: string[] | null = null;
  for (const line of prompt.split("\n")) {
    const head = /\b(?:Rejected|Accepted|Edited|Overtaken) in (.+)/.exec(line);
    if (head !== null) {
      if (current !== null) reports.push(current.join("\n"));
      const named = head[1] ?? "";
      const same =
        line.includes(`Rejected in ${path}`) &&
        named.startsWith(path) &&
        !/[\w./-]/.test(named.slice(path.length, path.length + 1));
      current = same ? [] : null;
    } else if (current !== null && /^\s*[+-](?!\+\+ |-- )/.test(line)) {
      current.push(line);
    }
  }
  if (current !== null) reports.push(current.join("\n"));
  return reports;
}

interface History {
  /** How many prompts came before this one. */
  turn: number;
  prompt: string;
  /** The assistant's messages since the prompt; `failed` when a tool result after one of them is an error. */
  answers: { failed: boolean }[];
}

function historyOf(messages: readonly ApiMessage[]): History {
  const history: History = { turn: -1, prompt: "", answers: [] };
  for (const message of messages) {
    if (message.role === "system") continue;
    const blocks = contentBlocks(message);
    if (message.role === "assistant") {
      history.answers.push({ failed: false });
      continue;
    }
    const last = history.answers.at(-1);
    if (last !== undefined && blocks.some((block) => block["type"] === "tool_result" && block["is_error"] === true))
      last.failed = true;
    const texts = blocks.flatMap((block) =>
      block["type"] === "text" && typeof block["text"] === "string" ? [block["text"]] : [],
    );
    if (texts.length === 0) continue;
    const text = texts.join("\n");
    if (history.turn >= 0 && history.answers.length === 0) {
      history.prompt += `\n${text}`;
    } else {
      history.turn++;
      history.prompt = text;
      history.answers = [];
    }
  }
  return { ...history, turn: Math.max(0, history.turn) };
}

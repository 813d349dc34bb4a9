/**
 * Telling: from an agent's updates to the events of a turn.
 *
 * The protocol says what an agent says and does, in pieces and in any order; a session wants whole blocks, each call announced before
 * it is answered, and steps. An agent does not tell its model's requests: what it says after its calls were answered counts as the next step.
 * Always: each call is called once and answered once, at the latest when the turn ends; a file is shown by its path in the project;
 * nothing an update says is believed about files: the session looks at them itself.
 */
import type { EngineEvent, PlanStep, Usage } from "../../protocol/index.ts";
import { placed, withoutRoot } from "./place.ts";
import { amountIn, countIn, fieldsOf, listIn, oneLine, own, textIn } from "./reading.ts";

export interface Telling {
  /** Takes one update of `session/update`. */
  take(update: unknown): void;
  /** Takes the call that a permission is asked for, and gives how people read it. */
  asked(call: unknown): { name: string; summary: string; input: unknown };
  /** Closes what is open, as far as it goes. `usage`: of the whole turn. */
  end(stop: string, usage: Usage): void;
  /** The agent's session had cost this much when it was left. */
  goOn(cost: number): void;
  /** What the agent says the session has cost so far, in its own words; "" where it says nothing. */
  cost(): string;
}

interface Call {
  id: string;
  name: string;
  title: string;
  /** Where it works, by its own account; "" where it names no one place of the draft. */
  path: string;
  input: unknown;
  text: string;
  /** Its change was handed on as an edit that is arriving. */
  arrived: boolean;
  called: boolean;
}

/** Longest text of one block, and of a call's answer, in characters; the most calls and text of one turn. */
const longest = 1_000_000;
const mostCalls = 20_000;
const mostText = 32_000_000;

/** Thrown when an agent tells more than a person could ever read. */
export class FloodError extends Error {}

export function openTelling(root: string, by: string, push: (event: EngineEvent) => void): Telling {
  const open = new Map<string, Call>();
  const answered = new Set<string>();
  let words: { kind: "said" | "thought"; text: string } | null = null;
  let step = 1;
  let stepHasAnswers = false;
  let said: string[] = [];
  let did: string[] = [];
  let characters = 0;
  let cost = "";
  let total = 0;

  push({ kind: "step", step });

  function closeWords(): void {
    if (words === null || words.text === "") return;
    if (words.kind === "said") said.push(words.text);
    push(words);
    words = null;
  }

  /** What is to be kept of a step, for a later engine to read. */
  function keep(): void {
    if (said.length > 0)
      push({
        kind: "message",
        message: { role: "assistant", content: [{ type: "text", text: said.join("\n\n") }], by },
      });
    if (did.length > 0) push({ kind: "message", message: { kind: "acp.did", lines: did, by } });
    said = [];
    did = [];
  }

  function nextStep(): void {
    if (!stepHasAnswers || open.size > 0) return;
    closeWords();
    keep();
    push({ kind: "step.ended", step, stop: "tool_use", usage: noUsage });
    step++;
    stepHasAnswers = false;
    push({ kind: "step", step });
  }

  function speak(kind: "said" | "thought", text: string): void {
    if (text === "") return;
    nextStep();
    characters += text.length;
    if (characters > mostText)
      throw new FloodError(`more than ${mostText.toLocaleString("en")} characters in one turn`);
    if (words !== null && (words.kind !== kind || words.text.length > longest)) closeWords();
    words = { kind, text: (words?.text ?? "") + text };
    push({ kind: kind === "said" ? "text" : "thinking", text });
  }

  function callFor(update: unknown): Call | null {
    const id = textIn(update, "toolCallId").slice(0, 200);
    if (id === "" || answered.has(id)) return null;
    const known = open.get(id);
    if (known) return known;
    if (answered.size + open.size >= mostCalls) throw new FloodError(`more than ${mostCalls} calls in one turn`);
    nextStep();
    closeWords();
    const kind = textIn(update, "kind");
    const name = verbs[kind] ?? oneLine(textIn(update, "name") || kind || "tool", 60);
    const call: Call = { id, name, title: "", path: "", input: null, text: "", arrived: false, called: false };
    open.set(id, call);
    push({ kind: "call", call: id, name });
    return call;
  }

  function learn(call: Call, update: unknown): void {
    const title = textIn(update, "title");
    if (title !== "") call.title = title;
    const input = own(update, "rawInput");
    if (Object.keys(fieldsOf(input)).length > 0) call.input = input;
    const places = listIn(update, "locations").map((location) => placed(root, textIn(location, "path")));
    if (places.length === 1 && places[0]!.kind === "inside") call.path = places[0]!.path;
    call.text = listIn(update, "content").map(textOf).filter(Boolean).join("\n");
    for (const part of listIn(update, "content")) if (textIn(part, "type") === "diff") arrive(call, part);
  }

  /** An edit is shown while it waits to be made; what it comes to is what is found in the draft. */
  function arrive(call: Call, diff: unknown): void {
    if (call.arrived) return;
    const place = placed(root, textIn(diff, "path"));
    if (place.kind === "outside") return;
    call.arrived = true;
    push({ kind: "input", call: call.id, field: "path", text: place.path });
    const [old, now] = [textIn(diff, "oldText"), textIn(diff, "newText")];
    if (old !== "") push({ kind: "input", call: call.id, field: "old", text: old.slice(0, longest) });
    if (now !== "") push({ kind: "input", call: call.id, field: "new", text: now.slice(0, longest) });
  }

  function begin(call: Call): void {
    if (call.called) return;
    call.called = true;
    push({ kind: "called", call: call.id, name: call.name, summary: summaryOf(call), input: boundedInput(call.input) });
  }

  function summaryOf(call: Call): string {
    const title = oneLine(withoutRoot(call.title, root)) || call.name;
    return call.path === "" || !(call.name in verbsShown) || title.includes(call.path)
      ? title
      : `${call.name} ${call.path}`;
  }

  function finish(call: Call, ok: boolean, text: string): void {
    begin(call);
    open.delete(call.id);
    answered.add(call.id);
    stepHasAnswers = true;
    did.push(`${summaryOf(call)}: ${ok ? "done" : "failed"}`);
    push({ kind: "answered", call: call.id, ok, text: withoutRoot(text, root).slice(0, longest).toWellFormed() });
  }

  return {
    take(update) {
      switch (textIn(update, "sessionUpdate")) {
        case "agent_message_chunk":
          return speak("said", textIn(own(update, "content"), "text"));
        case "agent_thought_chunk":
          return speak("thought", textIn(own(update, "content"), "text"));
        case "tool_call":
        case "tool_call_update": {
          const call = callFor(update);
          if (call === null) return;
          learn(call, update);
          const status = textIn(update, "status");
          if (status === "in_progress") begin(call);
          if (status === "completed" || status === "failed")
            finish(call, status === "completed", call.text || outputIn(own(update, "rawOutput")));
          return;
        }
        case "plan":
          return push({ kind: "plan", steps: listIn(update, "entries").slice(0, 200).map(planStep) });
        case "usage_update": {
          const amount = amountIn(own(update, "cost"), "amount");
          const currency = textIn(own(update, "cost"), "currency");
          if (amount === 0 || !/^[A-Z]{3}$/.test(currency)) return;
          cost = `${amount.toFixed(amount < 1 ? 4 : 2)} ${currency}`;
          if (amount === total) return;
          // A total that is smaller than before began anew.
          const more = amount > total ? amount - total : amount;
          total = amount;
          push({ kind: "message", message: { kind: "acp.cost", amount, by } });
          return push({ kind: "cost", amount: more, currency });
        }
        default:
          // Modes, commands and titles are the agent's own business.
          return;
      }
    },
    asked(update) {
      const call = callFor(update);
      if (call === null)
        return { name: "tool", summary: oneLine(textIn(update, "title")) || "tool", input: own(update, "rawInput") };
      learn(call, update);
      begin(call);
      return { name: call.name, summary: summaryOf(call), input: call.input };
    },
    end(stop, usage) {
      for (const call of open.values()) finish(call, false, call.text || "The agent did not say how it ended.");
      closeWords();
      keep();
      push({ kind: "step.ended", step, stop, usage });
    },
    goOn: (before) => void (total = before),
    cost: () => cost,
  };
}

export const noUsage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

/** How a turn's answer tells its tokens; nothing where it does not. */
export function usageOf(response: unknown): Usage {
  const usage = own(response, "usage");
  return {
    input: countIn(usage, "inputTokens"),
    output: countIn(usage, "outputTokens"),
    cacheRead: countIn(usage, "cachedReadTokens"),
    cacheWrite: countIn(usage, "cachedWriteTokens"),
  };
}

/** Kinds of calls whose change is shown while it arrives, by the name the page knows. */
const verbs: Readonly<Record<string, string>> = { edit: "edit", delete: "delete" };

const verbsShown: Readonly<Record<string, true>> = { edit: true, delete: true, read: true };

function planStep(entry: unknown): PlanStep {
  const status = textIn(entry, "status");
  return {
    text: oneLine(textIn(entry, "content"), 500),
    status: status === "completed" ? "done" : status === "in_progress" ? "in_progress" : "pending",
  };
}

function textOf(part: unknown): string {
  return textIn(part, "type") === "content" ? textIn(own(part, "content"), "text") : "";
}

function outputIn(output: unknown): string {
  if (typeof output === "string") return output.toWellFormed();
  return textIn(output, "output") || (output === undefined || output === null ? "" : JSON.stringify(output));
}

function boundedInput(input: unknown): unknown {
  const text = JSON.stringify(input ?? null);
  return text.length <= longest ? input : { left: `${text.length} characters` };
}

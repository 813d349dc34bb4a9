/**
 * A scenario as the server plays it: turns, their steps, the blocks of each, and the faults on the way.
 *
 * Types only; `scenario.ts` reads them from a file, `generate.ts` makes them.
 */

export interface Scenario {
  about: string;
  /** The task this scenario answers, as a person would write it. */
  task?: string;
  pace: Pace;
  turns: Turn[];
}

/** How fast an answer arrives. `before` is the silence in front of it, in milliseconds; `chunk` is in characters. */
export interface Pace {
  charsPerSecond: number;
  chunk: number;
  before: number;
}

/** The first case whose condition holds gives the steps, else `otherwise`. */
export interface Turn {
  cases: { when: Condition; steps: Step[] }[];
  otherwise: Step[];
}

export interface Step {
  when: Condition;
  pace: Partial<Pace>;
  blocks: Block[];
  /** Any stop reason; absent: `tool_use` after a tool call, else `end_turn`. */
  stop?: string;
  fault?: Fault;
}

export type Block = { when: Condition } & (
  | { type: "text"; text: string }
  | { type: "thinking"; text: string }
  /** What a service says in the place of all before; null: it failed to. Said only to a request that asks for it. */
  | { type: "compaction"; text: string | null }
  | { type: "tool_use"; name: string; input: Record<string, unknown> }
);

/**
 * Holds when every part that is present holds. `contains` and `lacks` look for texts in the prompt. `rejected` names a file
 * with a line "Rejected in PATH" in the prompt; `showing` narrows it to a report whose changed rows have this text. `failed`
 * asks whether a tool call of this turn came back as an error.
 */
export interface Condition {
  contains?: string[];
  lacks?: string[];
  rejected?: string;
  showing?: string;
  failed?: boolean;
}

/** What goes wrong with one answer. `times` says for how many requests of a step; absent: always. */
export type Fault = { times?: number } & (
  | { kind: "status"; status: number; type: string; message: string; retryAfter?: number }
  | { kind: "cut"; how: "clean" | "reset"; afterEvents?: number; afterBytes?: number }
  | { kind: "delay"; milliseconds: number }
  | { kind: "overloaded"; afterEvents: number }
  | { kind: "maxTokens"; afterCharacters: number }
  | { kind: "malformedToolJson" }
  | { kind: "idle"; afterEvents: number; pingEvery?: number }
  | { kind: "repeatedStart"; afterEvents: number }
  | { kind: "html" }
  | { kind: "empty" }
);

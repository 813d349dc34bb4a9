/**
 * Questions: what only the person can say while the agent works, and their answer.
 *
 * A question never says what something would do, in anybody's words: its lines are what would be run or done, exactly.
 * Always: no answer is never a yes; an answer is one of the options that were shown.
 */

/** How far an answer reaches: this once, until the window closes, for good; a no; or one of several ways to go on. */
export type AnswerReach = "once" | "session" | "always" | "refuse" | "choice";

export interface QuestionOption {
  /** Unique in its question. */
  id: string;
  label: string;
  kind: AnswerReach;
}

export interface Question {
  /** Unique in its session. */
  id: string;
  /** "command": run this; "permission": do this; "choice": which of these. */
  kind: "command" | "permission" | "choice";
  /** One line, a sentence of ours; for a choice it is the agent's own. */
  title: string;
  /** Exactly what would be run or done, line by line, raw: the page marks what nobody would see. */
  lines: readonly string[];
  /** Path from the draft's root where it would happen; "" is the root. */
  folder: string;
  options: readonly QuestionOption[];
  /** Said beside it, by us: what it can reach, what else it runs. "" where there is nothing to say. */
  note: string;
}

/** What the person answered: an option's id, and their reason where they gave one. */
export interface Reply {
  option: string;
  why?: string;
}

/** How a question ended: by the person, by a stop or the engine that took it back, or because the window went. */
export type QuestionEnd = "answered" | "stopped" | "interrupted";

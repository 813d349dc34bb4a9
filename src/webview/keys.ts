/**
 * Keys: what a key press asks for.
 *
 * Pure. These keys belong to the page alone; whoever listens keeps a key that has a meaning here from the editor around it.
 * Always: no letter does anything while a text is being written, and no key with Ctrl, Cmd or Alt does but Ctrl+Enter.
 */
import { t } from "./words.ts";

export type Command =
  | "next"
  | "previous"
  | "next-any"
  | "previous-any"
  | "accept"
  | "reject"
  | "reject-why"
  | "take"
  | "keep"
  | "choose"
  | "choose-more"
  | "choose-less"
  | "edit"
  | "undo"
  | "redo"
  | "accept-file"
  | "reject-file"
  | "bulk"
  | "question"
  | "open"
  | "toggle"
  | "help"
  | "focus-follow-up"
  | "send"
  | "leave";

/** A key press, as far as it matters here. */
export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey?: boolean;
  /** The key is held down, and this is not its first press. */
  repeat: boolean;
}

/** Where the focus is: nowhere in particular, on a hunk, on something a key already works on, in a text. */
export type Where = "page" | "hunk" | "control" | "text";

/** One row of the help: the keys as they are drawn, and what they do. */
export const keyHelp: readonly { keys: readonly string[]; text: string }[] = [
  { keys: ["j", "n", "↓"], text: t("Next undecided hunk") },
  { keys: ["k", "p", "↑"], text: t("Previous undecided hunk") },
  { keys: ["J", "K"], text: t("Next or previous hunk, decided ones too") },
  { keys: ["a"], text: t("Accept the hunk") },
  { keys: ["r"], text: t("Reject the hunk") },
  { keys: ["R"], text: t("Reject the hunk and say why") },
  { keys: ["t"], text: t("Take theirs, where the hunk no longer fits your file") },
  { keys: ["m"], text: t("Keep mine, where the hunk no longer fits your file") },
  { keys: ["v", "Shift+↓", "Shift+↑"], text: t("Choose lines of the hunk: a accepts them alone, the rest stays") },
  { keys: ["e"], text: t("Write the hunk’s lines anew; Ctrl+Enter accepts them") },
  { keys: ["A"], text: t("Accept the whole file") },
  { keys: ["X"], text: t("Reject the whole file") },
  { keys: ["b"], text: t("Go to Accept All and Reject All; Enter presses the button") },
  { keys: ["q"], text: t("Go to the agent’s question; Tab and Enter answer") },
  { keys: ["u"], text: t("Undo this hunk’s decision, or the last one") },
  { keys: ["U"], text: t("Redo") },
  { keys: ["o"], text: t("Open the file at this hunk") },
  { keys: ["Enter"], text: t("Fold or unfold the hunk") },
  { keys: ["f"], text: t("Write a follow-up; Ctrl+Enter sends it") },
  { keys: ["Esc"], text: t("Leave the text, the chosen lines, the help or a message") },
  { keys: ["?"], text: t("This help") },
];

const letters: Readonly<Record<string, Command>> = {
  j: "next",
  n: "next",
  k: "previous",
  p: "previous",
  J: "next-any",
  K: "previous-any",
  a: "accept",
  r: "reject",
  R: "reject-why",
  t: "take",
  m: "keep",
  v: "choose",
  e: "edit",
  A: "accept-file",
  X: "reject-file",
  b: "bulk",
  q: "question",
  u: "undo",
  U: "redo",
  o: "open",
  f: "focus-follow-up",
  "?": "help",
};

const onHunk: Readonly<Record<string, Command>> = { ArrowDown: "next", ArrowUp: "previous", Enter: "toggle" };
const withShift: Readonly<Record<string, Command>> = { ArrowDown: "choose-more", ArrowUp: "choose-less" };

/** What decides, or leads to where the next key does. "press": Enter or Space on a button. */
const deciding: ReadonlySet<Command | "press"> = new Set<Command | "press">([
  "press",
  "bulk",
  "accept",
  "reject",
  "reject-why",
  "take",
  "keep",
  "undo",
  "redo",
  "accept-file",
  "reject-file",
]);

/** Milliseconds in which a person may still be typing into what was in front before. */
const arrival = 500;

/**
 * Whether a press is meant for what stands here. A held key decides once; and a decision needs a moment on the page: letters
 * typed for a box that is about to open, or that has just closed, decide nothing. `here`: milliseconds since the focus came.
 */
export function isMeant(command: Command | "press", { repeat }: Press, here: number): boolean {
  return !deciding.has(command) || (!repeat && here >= arrival);
}

/** What the press asks for, or null when it is not the page's. */
export function commandFor(press: Press, where: Where): Command | null {
  if (press.key === "Escape") return "leave";
  if (where === "text") return press.key === "Enter" && (press.ctrlKey || press.metaKey) ? "send" : null;
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  if (press.shiftKey && where !== "control" && Object.hasOwn(withShift, press.key)) return withShift[press.key] ?? null;
  if (where === "hunk" && Object.hasOwn(onHunk, press.key)) return onHunk[press.key] ?? null;
  return Object.hasOwn(letters, press.key) ? (letters[press.key] ?? null) : null;
}

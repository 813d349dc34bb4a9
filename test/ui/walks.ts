/**
 * Walks: keys pressed one after another, and what the page has to post and focus after each.
 *
 * Data only. A step that says nothing of posts expects none.
 */
import type { HostMessage, PageMessage } from "../../src/protocol/view.ts";

type Posted<M = PageMessage> = M extends unknown ? Omit<M, "token"> : never;

export interface Step {
  press?: string;
  type?: string;
  click?: string;
  receive?: HostMessage[];
  posts?: Posted[];
  /** `file/hunk`, or the id of the element. */
  focus?: string;
  shows?: string;
}

export const walks: readonly { name: string; state: string; steps: readonly Step[]; outside?: number }[] = [
  {
    name: "a decision takes the focus to the next undecided hunk",
    state: "review",
    steps: [
      { press: "j", focus: "f2/h1" },
      { press: "k", focus: "f1/h2" },
      { press: "a", posts: [{ kind: "accept", items: [{ file: "f1", revision: 2, hunks: ["h2"] }] }], focus: "f2/h1" },
      { press: "r", posts: [{ kind: "reject", items: [{ file: "f2", revision: 2, hunks: ["h1"] }] }], focus: "f2/h2" },
      { press: "ArrowDown", focus: "f3/h1" },
      { press: "ArrowDown", focus: "f2/h2" },
    ],
  },
  {
    name: "a decided hunk can be reached, shown and undone",
    state: "review",
    steps: [
      { press: "K", focus: "f1/h1" },
      { press: "Enter", shows: "Hide" },
      { press: "u", posts: [{ kind: "undo", decision: 31 }] },
      { press: "j", focus: "f1/h2" },
      { press: "u", posts: [{ kind: "undo" }] },
      { press: "U", posts: [{ kind: "redo" }] },
    ],
  },
  {
    name: "a whole file, everything, and opening the file",
    state: "review",
    steps: [
      { press: "j", focus: "f2/h1" },
      { press: "o", posts: [{ kind: "open", file: "f2", line: 42 }] },
      {
        press: "A",
        posts: [{ kind: "accept", items: [{ file: "f2", revision: 2, hunks: ["h1", "h2"] }] }],
        focus: "f3/h1",
      },
      { press: "b" },
      {
        press: "Enter",
        posts: [
          {
            kind: "accept",
            items: [
              { file: "f1", revision: 2, hunks: ["h2"] },
              { file: "f3", revision: 2, hunks: ["h1"] },
            ],
          },
        ],
      },
    ],
    // Enter on a button is the browser's own; it reaches the editor, which has no use for it.
    outside: 1,
  },
  {
    name: "a refusal with its reason",
    state: "one",
    steps: [
      { press: "R", shows: "Cancel" },
      { type: "arr, keep floor", shows: "Cancel" },
      {
        press: "Enter",
        posts: [{ kind: "reject", items: [{ file: "f1", revision: 2, hunks: ["h1"] }], why: "arr, keep floor" }],
      },
    ],
    outside: 16,
  },
  {
    name: "letters are text in the follow-up, Ctrl+Enter sends, and a refused text comes back",
    state: "review",
    steps: [
      { press: "f", focus: "follow-up" },
      { type: "ajr" },
      { press: "Control+Enter", posts: [{ kind: "follow", text: "ajr" }], focus: "follow-up" },
      {
        receive: [{ kind: "say", text: "The agent is still working.", tone: "error" }],
        shows: "The agent is still working.",
      },
      { press: "Control+Enter", posts: [{ kind: "follow", text: "ajr" }] },
      { press: "Escape", focus: "f1/h2" },
    ],
    // Three letters, and Ctrl itself pressed twice.
    outside: 5,
  },
  {
    name: "a stale hunk is taken or kept, never accepted",
    state: "stale",
    steps: [
      { press: "a", shows: "t takes theirs, m keeps yours" },
      { press: "t", posts: [{ kind: "take", items: [{ file: "f1", revision: 2, hunks: ["h2"] }] }], focus: "f1/h4" },
      { press: "r", posts: [{ kind: "keep", items: [{ file: "f1", revision: 2, hunks: ["h4"] }] }] },
    ],
  },
  {
    name: "the pointer decides too, and nothing is sent twice",
    state: "one",
    steps: [
      { click: ".hunk .accept", posts: [{ kind: "accept", items: [{ file: "f1", revision: 2, hunks: ["h1"] }] }] },
      { press: "a" },
      { receive: [{ kind: "say", text: "moved on", tone: "info" }], shows: "moved on" },
      { press: "a", posts: [{ kind: "accept", items: [{ file: "f1", revision: 2, hunks: ["h1"] }] }] },
    ],
  },
  {
    name: "the host may ask for what a key does",
    state: "review",
    steps: [
      { receive: [{ kind: "do", action: "next" }], focus: "f2/h1" },
      {
        receive: [{ kind: "do", action: "reject" }],
        posts: [{ kind: "reject", items: [{ file: "f2", revision: 2, hunks: ["h1"] }] }],
      },
      { receive: [{ kind: "do", action: "focus-follow-up" }], focus: "follow-up" },
    ],
  },
  {
    name: "a session of another window can only be read",
    state: "readonly",
    steps: [{ press: "a", shows: "can only be read here" }],
  },
];

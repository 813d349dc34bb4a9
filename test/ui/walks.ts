/**
 * Walks: keys pressed one after another, and what the page has to post and focus after each.
 *
 * Data only. A step that says nothing of posts expects none.
 */
import type { HostMessage, HunkView, PageMessage, RowView } from "../../src/protocol/view.ts";

type Posted<M = PageMessage> = M extends unknown ? Omit<M, "token"> : never;

export interface Step {
  press?: string;
  type?: string;
  /** Pastes an image with these bytes, in base64. */
  paste?: { name: string; data: string };
  click?: string;
  /** Presses the mouse where it stands. */
  clickHere?: true;
  /** Moves the mouse to the middle of this element. */
  point?: string;
  /** This element has not moved since the mouse was last moved. */
  still?: string;
  /** Lets so many milliseconds pass: only for what is about time. */
  rest?: number;
  receive?: HostMessage[];
  posts?: Posted[];
  /** `file/hunk`, or the id of the element. */
  focus?: string;
  shows?: string;
}

const added = (text: string): RowView[] => [{ kind: "added", text, new: 1 }];
const pending = (id: string, text: string, rows = added(text)): HunkView => ({
  id,
  state: "pending",
  rows,
  removed: 0,
  added: rows.length,
  marks: [],
});
const file = (id: string, path: string, revision: number, hunks: HunkView[]): HostMessage => ({
  kind: "file",
  part: 0,
  file: { id, path, revision, change: "changed", hunks, total: hunks.length },
});

/** A file that comes in before all others. */
const above: HostMessage[] = [
  { kind: "order", files: ["f0", "f1", "f2", "f3"] },
  file("f0", "aaa.ts", 2, [pending("h1", "one"), pending("h2", "two"), pending("h3", "three")]),
];
/** The last hunk of the list, decided. */
const decided: HostMessage[] = [
  file("f3", "src/refusal.ts", 2, [{ ...pending("h1", "done"), state: "accepted", decision: 40 }]),
];
/** Another hunk in the place of the only one. */
const another: HostMessage[] = [file("f1", "src/pager.ts", 3, [pending("h9", "something else")])];

/** What the page tells of the task in the state of that name, with one letter more. */
function written(what: "keep" | "start" | "leave"): Posted {
  const text = "Count refusals by reason.\n\n- keep the old counters\n- say in the README what each reason meansx";
  return { kind: "task", do: what, text, without: ["file:///projects/parcel-api/docs/limits.md"] };
}

export interface Walk {
  name: string;
  state: string;
  steps: readonly Step[];
  /** Keys that reach the editor around the page. */
  outside?: number;
}

export const walks: readonly Walk[] = [
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
    name: "what the pointer is on stays, at the top of the list too, while files and lines come in above it",
    state: "review",
    steps: [
      { point: '[data-place="f2/h1"] .accept' },
      {
        receive: [
          {
            kind: "incoming",
            items: [{ call: "c", verb: "write", path: "a.ts", removed: [], added: Array(20).fill("x"), above: 0 }],
          },
        ],
        shows: "20 lines so far",
        still: '[data-place="f2/h1"] .accept',
      },
      { receive: above, still: '[data-place="f2/h1"] .accept', shows: "aaa" },
      { receive: [{ kind: "incoming", items: [] }], still: '[data-place="f2/h1"] .accept' },
      { clickHere: true, posts: [{ kind: "accept", items: [{ file: "f2", revision: 2, hunks: ["h1"] }] }] },
    ],
  },
  {
    name: "what the pointer is on stays when the last of the list folds",
    state: "review",
    steps: [
      { press: "k", focus: "f3/h1" },
      { point: '[data-place="f3/h1"] .hunk-head' },
      { receive: decided, still: '[data-place="f3/h1"] .hunk-head' },
    ],
  },
  {
    name: "a button that has just come under the pointer decides nothing, until a moment later",
    state: "one",
    steps: [
      { point: '[data-place="f1/h1"] .accept' },
      { receive: another },
      { clickHere: true, shows: "The review moved; click again" },
      { rest: 350 },
      { clickHere: true, posts: [{ kind: "accept", items: [{ file: "f1", revision: 3, hunks: ["h9"] }] }] },
    ],
  },
  {
    name: "everything is accepted only after a question, where some of it has not been on screen",
    state: "thousand",
    steps: [
      { press: "b" },
      { press: "Enter", shows: "not been on screen" },
      { press: "a", shows: "not been on screen" },
      { press: "Escape", focus: "accept-all" },
      { press: "Enter", shows: "not been on screen" },
      { press: "Enter", focus: "f1/h6" },
    ],
    outside: 3,
  },
  {
    name: "a task is written over the review, started with Ctrl+Enter, and kept by Escape",
    state: "task",
    steps: [
      { focus: "task" },
      { type: "x", posts: [written("keep")], focus: "task" },
      {
        paste: { name: "plan.png", data: "iVBORw0KGgo=" },
        posts: [{ kind: "paste", name: "plan.png", data: "iVBORw0KGgo=" }],
        focus: "task",
      },
      { press: "Control+Enter", posts: [written("start")] },
      { press: "Tab" },
      { press: "Tab" },
      { press: "Tab" },
      { press: "Tab" },
      { press: "a", shows: "New Task in parcel-api" },
      { press: "Escape", posts: [written("leave")], focus: "f1/h2" },
      { press: "a", posts: [{ kind: "accept", items: [{ file: "f1", revision: 2, hunks: ["h2"] }] }] },
    ],
    outside: 6,
  },
  {
    name: "a session of another window can only be read",
    state: "readonly",
    steps: [{ press: "a", shows: "can only be read here" }],
  },
];

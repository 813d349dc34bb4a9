/**
 * Walks by lines: keys and the pointer where some lines of a hunk are taken, or others are written in their place.
 *
 * Data only, as `walks.ts`.
 */
import type { HostMessage } from "../../src/protocol/view.ts";
import { byLines } from "./statesByLines.ts";
import type { Walk } from "./walks.ts";

const item = (hunk: string) => ({ file: "f1", revision: 2, hunks: [hunk] });
const written = "  async allow(key: string): Promise<boolean> {\n    const count = await this.store.increment(key);\n";
const last = "    return count <= this.limit; // 👩\u200d💻 ok\n";
/** The hunk is another one: what was written for it has nowhere to go. */
const gone: HostMessage[] = byLines[0]!.files.map((message): HostMessage => {
  if (message.kind !== "file") return message;
  const [first, ...others] = message.file.hunks;
  return { ...message, file: { ...message.file, revision: 3, hunks: [{ ...first!, id: "h9" }, ...others] } };
});

export const walksByLines: readonly Walk[] = [
  {
    name: "lines are chosen with keys, shown with what goes along, and accepted alone",
    state: "words",
    steps: [
      { press: "v", shows: "Accept 2 lines" },
      { press: "Shift+ArrowDown", shows: "Accept 4 lines" },
      { press: "Shift+ArrowUp", shows: "Accept 2 lines" },
      { press: "r", shows: "a accepts them" },
      { press: "a", posts: [{ kind: "rows", item: item("h1"), old: [13], new: [13] }] },
    ],
    // Shift itself, pressed twice; in the next one too.
    outside: 2,
  },
  {
    name: "what has to go along is shown before the click, and Escape lets go of all",
    state: "words",
    steps: [
      { press: "j", focus: "f1/h2" },
      { press: "Shift+ArrowUp", shows: "1 more goes along" },
      { press: "Escape", shows: "Reject" },
      { press: "Shift+ArrowUp", shows: "Accept 3 lines" },
      { press: "a", posts: [{ kind: "rows", item: item("h2"), old: [41], new: [41, 42] }] },
    ],
    outside: 2,
  },
  {
    name: "the pointer chooses by the numbers, drawn over several, and lets go of one",
    state: "words",
    steps: [
      { point: '[data-place="f1/h1"] tr.added:nth-of-type(6) .number:nth-child(2)' },
      { clickHere: true, shows: "Accept 2 lines" },
      { point: '[data-place="f1/h1"] tr.removed:nth-of-type(2) .number:first-child' },
      { clickHere: true, shows: "Accept 4 lines" },
      { clickHere: true, shows: "Accept 2 lines" },
      {
        click: '[data-place="f1/h1"] .accept',
        posts: [{ kind: "rows", item: item("h1"), old: [14], new: [14] }],
      },
    ],
  },
  {
    name: "a hunk’s lines are written anew: Escape keeps what was written, and Ctrl+Enter accepts it",
    state: "words",
    steps: [
      { press: "e", shows: "Later" },
      { press: "Control+End" },
      { type: "x" },
      { press: "Escape", focus: "f1/h1", shows: "you wrote lines" },
      { press: "e", shows: "Accept your lines" },
      {
        press: "Control+Enter",
        posts: [{ kind: "edit", item: item("h1"), text: `${written}${last}x` }],
        focus: "f1/h1",
      },
      { receive: [{ kind: "say", text: "moved on", tone: "info" }], shows: "Accept your lines" },
      { receive: [{ kind: "edited", file: "f1", hunk: "h1" }], shows: "Reject" },
    ],
    // Text, and Ctrl itself pressed twice.
    outside: 4,
  },
  {
    name: "what was written for a hunk that has gone stays, to be taken from there",
    state: "words",
    steps: [
      { press: "e", shows: "Later" },
      { press: "Control+End" },
      { type: "x" },
      { receive: gone, shows: "You wrote lines for a hunk that has moved on" },
      { click: ".stranded button" },
    ],
    outside: 3,
  },
  {
    name: "moved lines lead to their other end",
    state: "words",
    steps: [
      { click: '[data-place="f1/h1"] .moved', focus: "f1/h2" },
      { click: '[data-place="f1/h2"] .moved', focus: "f1/h1" },
    ],
  },
  {
    name: "a file’s text, name and mode are decided apart, and together but for what is protected",
    state: "one-frame",
    steps: [
      { press: "j", focus: "f1/h2" },
      { press: "j", focus: "f2/h1" },
      { press: "j", focus: "f3/h1" },
      { press: "j", focus: "f4/h1" },
      { press: "a", posts: [{ kind: "accept", items: [{ file: "f4", revision: 2, hunks: ["h1"] }] }], focus: "f5/h1" },
      { press: "k", focus: "f3/h1" },
      {
        press: "X",
        posts: [
          {
            kind: "reject",
            items: [
              { file: "f2", revision: 2, hunks: ["h1"] },
              { file: "f3", revision: 2, hunks: ["h1"] },
            ],
          },
        ],
      },
    ],
  },
];

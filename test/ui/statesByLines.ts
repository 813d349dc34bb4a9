/**
 * States by lines: pictures of what is decided of a hunk otherwise than whole, and of what belongs to one file.
 *
 * Data only, as `states.ts`.
 */
import type { FileView, HostMessage, HunkView, PairView, RowView } from "../../src/protocol/view.ts";

/** Lines of code whose words changed, the host's look at them included. */
const rows: RowView[] = [
  { kind: "context", text: "export class Limiter {", old: 12, new: 12 },
  { kind: "removed", text: "  allow(key: string): boolean {", old: 13 },
  { kind: "removed", text: "    const count = (this.counts.get(key) ?? 0) + 1;", old: 14 },
  { kind: "removed", text: "    return count <= this.limit;", old: 15 },
  { kind: "added", text: "  async allow(key: string): Promise<boolean> {", new: 13 },
  { kind: "added", text: "    const count = await this.store.increment(key);", new: 14 },
  { kind: "added", text: "    return count <= this.limit; // 👩\u200d💻 ok", new: 15 },
  { kind: "context", text: "  }", old: 16, new: 16 },
];
const pairs: PairView[] = [
  { old: 13, new: 13, oldWords: [[22, 29]], newWords: [[2, 8], [28, 44]] }, // prettier-ignore
  { old: 14, new: 14, oldWords: [[18, 19], [24, 34]], newWords: [[18, 24], [29, 44]] }, // prettier-ignore
  { old: 15, new: 15, newWords: [[31, 37]] },
];
const lastRows: RowView[] = [
  { kind: "context", text: "// what is left", old: 40, new: 40 },
  { kind: "removed", text: "export {};", old: 41, end: "none" },
  { kind: "added", text: "export { Limiter };", new: 41 },
  { kind: "added", text: "export { allowed };", new: 42 },
];
const lastPairs: PairView[] = [
  { old: 41, new: 41 },
  { new: 42, along: [0] },
];

function hunk(id: string, list: RowView[], more: Partial<HunkView> = {}): HunkView {
  const count = (kind: RowView["kind"]) => list.filter((row) => row.kind === kind).length;
  return { id, state: "pending", rows: list, removed: count("removed"), added: count("added"), marks: [], ...more };
}

function file(id: string, path: string, hunks: HunkView[], more: Partial<FileView> = {}): HostMessage {
  const view: FileView = { id, path, revision: 2, change: "changed", hunks, total: hunks.length, ...more };
  return { kind: "file", part: 0, file: view };
}

const text = file("f1", "src/limiter.ts", [hunk("h1", rows), hunk("h2", lastRows)]);
const closer: HostMessage = {
  kind: "closer",
  file: "f1",
  revision: 2,
  hunks: [
    { hunk: "h1", pairs, moved: [{ way: "to", line: 42, lines: 2, hunk: "h2" }] },
    { hunk: "h2", pairs: lastPairs, moved: [{ way: "from", line: 14, lines: 2, hunk: "h1" }] },
  ],
};

const renamed: HostMessage[] = [
  file("f2", "bin/run", [hunk("h1", [])], { change: "renamed", newPath: "bin/start.sh", detail: "bin/run → bin/start.sh" }), // prettier-ignore
  file("f3", "bin/run", [hunk("h1", rows.slice(3, 6))], { newPath: "bin/start.sh" }),
  file("f4", "bin/run", [hunk("h1", [], { marks: ["protected: the system runs this file"], apart: "protected" })], {
    change: "mode",
    executable: true,
    detail: "not executable → executable",
  }),
  file("f5", "docs/limits.md", [hunk("h1", [])], { change: "ends", detail: "line ends LF → CRLF, 120 lines" }),
];

const link = file(
  "f6",
  "config/current",
  [
    hunk(
      "h1",
      [
        { kind: "removed", text: "releases/1.4" },
        { kind: "added", text: "../../\u0440\u0435leases/\u202e1.5" },
      ],
      {
        marks: [
          "protected: whoever reads or writes at this path reaches what the link leads to",
          "the target leads out of this folder",
        ],
        apart: "protected",
      },
    ),
  ],
  { change: "link", detail: "link leads elsewhere" },
);

/** Files beside the head of a session, as after a reload. */
export interface ByLines {
  name: string;
  files: HostMessage[];
  rest: HostMessage[];
  keys?: readonly string[];
}

export const byLines: readonly ByLines[] = [
  { name: "words", files: [text], rest: [closer] },
  { name: "chosen", files: [text], rest: [closer], keys: ["j", "Shift+ArrowUp"] },
  { name: "editing", files: [text], rest: [closer], keys: ["e"] },
  { name: "one-frame", files: [text, ...renamed], rest: [closer] },
  { name: "link", files: [link], rest: [] },
];

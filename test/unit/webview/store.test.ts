/** Store: messages folded into what the page shows, with references kept where nothing changed. */
import assert from "node:assert/strict";
import type { FileView, HostMessage, HunkView } from "../../../src/protocol/view.ts";
import { filesInOrder, fold, nothingYet } from "../../../src/webview/store.ts";

const hunk = (id: string, text = id): HunkView => ({
  id,
  state: "pending",
  rows: [{ kind: "added", text, new: 1 }],
  removed: 0,
  added: 1,
  marks: [],
});
const file = (id: string, hunks: HunkView[], revision = 1): FileView => ({
  id,
  path: `${id}.ts`,
  revision,
  change: "changed",
  hunks,
  total: hunks.length,
});
const after = (...messages: HostMessage[]) => messages.reduce(fold, nothingYet);
const sent = (view: FileView, part = 0): HostMessage => ({ kind: "file", file: view, part });

describe("the page's store", () => {
  it("shows files in the host's order and drops those it no longer names", () => {
    const state = after(sent(file("a", [])), sent(file("b", [])), sent(file("c", [])), {
      kind: "order",
      files: ["c", "a"],
    });
    assert.deepEqual(
      filesInOrder(state).map(({ id }) => id),
      ["c", "a"],
    );
    assert.equal(state.files.has("b"), false);
  });

  it("adds the parts of a file of the same revision, and passes by parts of another", () => {
    const state = after(
      sent(file("a", [hunk("h1")])),
      sent(file("a", [hunk("h2")]), 1),
      sent(file("a", [hunk("h3")], 2), 1),
    );
    assert.deepEqual(
      state.files.get("a")?.hunks.map(({ id }) => id),
      ["h1", "h2"],
    );
  });

  it("keeps the references of hunks and files that did not change", () => {
    const first = after(sent(file("a", [hunk("h1"), hunk("h2")])));
    const again = fold(first, sent(file("a", [hunk("h1"), hunk("h2")])));
    assert.equal(again, first);
    const changed = fold(first, sent(file("a", [hunk("h1"), hunk("h2", "other")], 2)));
    assert.equal(changed.files.get("a")?.hunks[0], first.files.get("a")?.hunks[0]);
    assert.notEqual(changed.files.get("a")?.hunks[1], first.files.get("a")?.hunks[1]);
  });

  it("replaces the conversation from the named item on", () => {
    const state = after(
      {
        kind: "talk",
        from: 0,
        items: [
          { kind: "said", text: "a" },
          { kind: "said", text: "b" },
        ],
      },
      {
        kind: "talk",
        from: 1,
        items: [
          { kind: "said", text: "c" },
          { kind: "said", text: "d" },
        ],
      },
    );
    assert.deepEqual(state.talk, [
      { kind: "said", text: "a" },
      { kind: "said", text: "c" },
      { kind: "said", text: "d" },
    ]);
  });

  it("tells two equal answers apart", () => {
    const say: HostMessage = { kind: "say", text: "moved on", tone: "info" };
    assert.equal(after(say, say).said?.count, 2);
  });

  it("passes by a message it does not know", () => {
    assert.equal(fold(nothingYet, { kind: "later" } as unknown as HostMessage), nothingYet);
  });
});

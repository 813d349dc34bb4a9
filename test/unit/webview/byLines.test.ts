/** By lines: some lines of a hunk accepted alone, and lines that the person wrote, until the host has them. */
import assert from "node:assert/strict";
import type { FileView, HeadView, HostMessage, HunkView } from "../../../src/protocol/view.ts";
import { openDesk, type Kept, type Post } from "../../../src/webview/desk.ts";
import { framesOf } from "../../../src/webview/places.ts";

const head = (session: string): HostMessage => {
  const view: HeadView = {
    session,
    goal: "",
    folder: "",
    connection: "",
    activity: "idle",
    doing: "",
    counts: { files: 0, pending: 0, accepted: 0, rejected: 0, stale: 0 },
    plan: [],
    notice: null,
    questions: [],
    undo: null,
    redo: null,
    decisions: [],
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  };
  return { kind: "head", head: view };
};
const hunk = (id: string, more: Partial<HunkView> = {}): HunkView => ({
  id,
  state: "pending",
  rows: [
    { kind: "removed", text: "one", old: 1 },
    { kind: "added", text: "two", new: 1 },
    { kind: "added", text: "", new: 2 },
  ],
  removed: 1,
  added: 2,
  marks: [],
  ...more,
});
const view = (hunks: HunkView[], more: Partial<FileView> = {}): FileView => ({
  id: "f1",
  path: "a.ts",
  revision: 1,
  change: "changed",
  hunks,
  total: hunks.length,
  ...more,
});
const file = (hunks: HunkView[], more: Partial<FileView> = {}): HostMessage => ({
  kind: "file",
  part: 0,
  file: view(hunks, more),
});
const closer = (revision = 1): HostMessage => ({
  kind: "closer",
  file: "f1",
  revision,
  hunks: [{ hunk: "h1", pairs: [{ old: 1, new: 1 }, { new: 2 }], moved: [] }],
});
const place = { file: "f1", hunk: "h1" };
const item = { file: "f1", revision: 1, hunks: ["h1"] };

function deskWith(kept: Partial<Kept> = {}, session = "s") {
  const posted: Parameters<Post>[0][] = [];
  const desk = openDesk(
    (message) => posted.push(message),
    kept,
    () => 0,
  );
  desk.receive([head(session), file([hunk("h1"), hunk("h2")]), closer(), { kind: "complete" }]);
  return { desk, posted };
}

describe("some lines of a hunk", () => {
  it("are accepted by the key that accepts a hunk, and no other key decides the hunk meanwhile", () => {
    const { desk, posted } = deskWith();
    desk.command("choose");
    desk.command("reject");
    assert.match(desk.state.said!.text, /a accepts them/);
    desk.command("accept");
    desk.command("accept");
    assert.deepEqual(posted, [{ kind: "rows", item, old: [1], new: [1] }]);
    assert.equal(desk.ui.choice, null);
  });

  it("are let go of by Escape, and when the hunk is not the one any more that was shown", () => {
    const { desk } = deskWith();
    desk.command("choose");
    desk.command("leave");
    assert.equal(desk.ui.choice, null);
    desk.command("choose");
    // A mark is no other line; an answer that says the same is none.
    desk.receive([file([hunk("h1", { marks: ["refused before"] }), hunk("h2")]), closer()]);
    assert.notEqual(desk.ui.choice, null);
    desk.receive([file([hunk("h1", { rows: [{ kind: "added", text: "x", new: 1 }] }), hunk("h2")], { revision: 2 })]);
    assert.equal(desk.ui.choice, null);
  });

  it("cannot be chosen before the host has told what goes together, nor of another revision", () => {
    const { desk } = deskWith();
    desk.receive([file([hunk("h8")], { revision: 3 }), closer(1)]);
    desk.command("choose");
    assert.equal(desk.ui.choice, null);
    assert.match(desk.state.said!.text, /as a whole/);
  });

  it("are asked for by what comes into sight, at once for all of a file", () => {
    const { desk, posted } = deskWith();
    desk.near([place, { file: "f1", hunk: "h2" }, { file: "gone", hunk: "h1" }]);
    assert.deepEqual(posted, [{ kind: "closer", item: { ...item, hunks: ["h1", "h2"] } }]);
  });
});

describe("lines written in the place of a hunk’s", () => {
  it("stay when they are left, over a reload and in their own session alone, and are sent whole", () => {
    const { desk } = deskWith();
    desk.command("edit");
    desk.writeEdit(place, "two\n\nthree");
    desk.command("leave");
    assert.equal(desk.ui.editing, null);
    const other = deskWith(desk.toKeep(), "another");
    other.desk.command("edit");
    other.desk.acceptEdit(place);
    assert.deepEqual(other.posted, [{ kind: "accept", items: [item] }]);
    const again = deskWith(other.desk.toKeep());
    again.desk.edit(place);
    again.desk.acceptEdit(place);
    assert.deepEqual(again.posted, [{ kind: "edit", item, text: "two\n\nthree" }]);
  });

  it("are the agent’s own, one line end after each, where nothing was written, and then simply accepted", () => {
    const { desk, posted } = deskWith();
    desk.command("edit");
    desk.writeEdit(place, "something");
    desk.writeEdit(place, "two\n\n");
    assert.equal(desk.ui.edits.size, 0);
    desk.acceptEdit(place);
    assert.deepEqual(posted, [{ kind: "accept", items: [item] }]);
  });

  it("come back when the host did not take them, and go when it says that they are in", () => {
    const { desk } = deskWith();
    desk.command("edit");
    desk.writeEdit(place, "");
    desk.acceptEdit(place);
    const editing = () => desk.ui.editing?.hunk ?? null;
    assert.equal(editing(), null);
    desk.receive([{ kind: "say", text: "moved on", tone: "info" }]);
    assert.equal(editing(), "h1");
    desk.acceptEdit(place);
    desk.receive([{ kind: "edited", file: "f1", hunk: "h1" }, file([hunk("h2")], { revision: 2 })]);
    assert.deepEqual([desk.ui.editing, desk.ui.edits.size], [null, 0]);
  });

  it("stay when the agent changes the hunk meanwhile, until the person drops them", () => {
    const { desk } = deskWith();
    desk.command("edit");
    desk.writeEdit(place, "mine\n");
    desk.receive([file([hunk("h9")], { revision: 2 })]);
    assert.equal(desk.ui.edits.size, 1);
    const [edit] = desk.ui.edits.values();
    desk.dropEdit(place, edit!.face);
    assert.equal(desk.ui.edits.size, 0);
  });

  it("belong to the lines for which they were written: a hunk that keeps its name and gets others has none", () => {
    const { desk, posted } = deskWith();
    desk.command("edit");
    desk.writeEdit(place, "mine\n");
    const [first] = [...desk.state.files.values()][0]!.hunks;
    const wider = hunk("h1", { rows: [{ kind: "removed", text: "zero", old: 1 }, ...first!.rows] });
    desk.receive([file([wider], { revision: 2 })]);
    assert.equal(desk.ui.editing, null);
    // A press that was on its way is for lines that are not there any more.
    desk.acceptEdit(place);
    assert.deepEqual(posted, []);
    assert.equal(desk.ui.edits.size, 1);
  });

  it("are not offered for a new file, a file decided as a whole, or a session that can only be read", () => {
    for (const change of ["created", "deleted", "mode", "binary"] as const) {
      const { desk } = deskWith();
      desk.receive([file([hunk("h1")], { change })]);
      desk.command("edit");
      assert.equal(desk.ui.editing, null);
    }
  });
});

describe("what was said of a hunk that no longer fits", () => {
  it("goes with the hunk, by what it is about, in whatever words it was said", () => {
    const { desk } = deskWith();
    const stale = file([hunk("h1", { state: "stale", yours: [] }), hunk("h2")]);
    desk.receive([stale, { kind: "say", text: "passt nicht mehr", tone: "error", about: "clash" }]);
    desk.receive([file([hunk("h2")])]);
    assert.equal(desk.state.said, null);
    desk.receive([stale, { kind: "say", text: "no longer fits your text", tone: "error" }]);
    desk.receive([file([hunk("h2")])]);
    assert.notEqual(desk.state.said, null);
  });
});

describe("a frame", () => {
  it("holds a file's text, name and mode, and is the same value while they are", () => {
    const [name, text, other] = [
      view([hunk("h1")], { id: "f1", change: "renamed" }),
      view([], { id: "f2" }),
      view([], { id: "f3", path: "b.ts" }),
    ];
    const frames = framesOf([name, text, other]);
    assert.deepEqual(
      frames.map((frame) => frame.map(({ id }) => id)),
      [["f1", "f2"], ["f3"]],
    );
    assert.equal(framesOf([name, text])[0], frames[0]);
    assert.notEqual(framesOf([name, { ...text }])[0], frames[0]);
  });
});

/** Desk: what a command posts, where the person stands after it, and that nothing is sent twice or by itself. */
import assert from "node:assert/strict";
import type { HeadView, HostMessage, HunkState, HunkView } from "../../../src/protocol/view.ts";
import { openDesk, type Kept, type Post } from "../../../src/webview/desk.ts";

function file(id: string, states: HunkState[], revision = 1): HostMessage {
  const hunks = states.map((state, index): HunkView => ({
    id: `h${index + 1}`,
    state,
    decision: state === "accepted" || state === "rejected" ? 10 + index : undefined,
    rows: [{ kind: "added", text: "x", new: index + 1 }],
    removed: 0,
    added: 1,
    marks: [],
  }));
  return {
    kind: "file",
    part: 0,
    file: { id, path: `${id}.ts`, revision, change: "changed", hunks, total: hunks.length },
  };
}

function head(changes: Partial<HeadView> = {}): HostMessage {
  const empty: HeadView = {
    session: "s",
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
  return { kind: "head", head: { ...empty, ...changes } };
}

function deskWith(messages: HostMessage[], kept: Partial<Kept> = {}) {
  const posted: Parameters<Post>[0][] = [];
  const clock = { now: 0 };
  const desk = openDesk(
    (message) => posted.push(message),
    kept,
    () => clock.now,
  );
  desk.receive([head(), ...messages, { kind: "complete" }]);
  return { desk, posted, clock };
}

describe("the desk", () => {
  it("lets no key decide while a task is being written, and tells what was written when it is left", () => {
    const task = { folder: "f", connection: "c", size: "", text: "", along: [{ id: "s", name: "a.ts:1", with: true }] };
    const { desk, posted } = deskWith([file("f1", ["pending"]), { kind: "task", task }]);
    desk.task("keep", { text: "Half", without: ["s"] });
    desk.command("accept");
    // What the host knows of the folder comes later than what the person writes.
    desk.receive([{ kind: "task", task: { ...task, size: "3 files" } }]);
    assert.deepEqual([desk.state.task?.text, desk.state.task?.size], ["Half", "3 files"]);
    desk.command("leave");
    assert.equal(desk.state.task, null);
    assert.deepEqual(posted, [
      { kind: "task", do: "keep", text: "Half", without: ["s"] },
      { kind: "task", do: "leave", text: "Half", without: ["s"] },
    ]);
  });

  it("says of a file that the person deleted what each answer does", () => {
    const { desk } = deskWith([file("f1", ["stale"])]);
    const [first] = [...desk.state.files.values()];
    desk.receive([{ kind: "file", part: 0, file: { ...first!, hunks: [{ ...first!.hunks[0]!, gone: true }] } }]);
    desk.command("accept");
    assert.match(desk.state.said?.text ?? "", /deleted this file.*creates it again.*keeps it deleted/);
  });

  it("posts nothing by itself", () => {
    const { posted } = deskWith([file("f1", ["pending"])]);
    assert.deepEqual(posted, []);
  });

  it("stands at the first undecided hunk, and after a decision at the next", () => {
    const { desk, posted } = deskWith([file("f1", ["accepted", "pending"]), file("f2", ["stale"])]);
    assert.deepEqual(desk.ui.place, { file: "f1", hunk: "h2" });
    desk.command("accept");
    assert.deepEqual(posted, [{ kind: "accept", items: [{ file: "f1", revision: 1, hunks: ["h2"] }] }]);
    assert.deepEqual(desk.ui.place, { file: "f2", hunk: "h1" });
  });

  it("shows no decision before the host does", () => {
    const { desk } = deskWith([file("f1", ["pending"])]);
    desk.command("accept");
    assert.equal(desk.state.files.get("f1")?.hunks[0]?.state, "pending");
  });

  it("sends a hunk once, until an answer, or the lack of one, sets it free", () => {
    const { desk, posted, clock } = deskWith([file("f1", ["pending"])]);
    desk.command("accept");
    desk.command("accept");
    assert.equal(posted.length, 1);
    desk.receive([{ kind: "say", text: "moved on", tone: "info" }]);
    desk.command("accept");
    assert.equal(posted.length, 2);
    clock.now = 60_000;
    desk.tick();
    desk.command("reject");
    assert.equal(posted.length, 3);
  });

  it("keeps instead of rejecting, and never accepts, what no longer fits", () => {
    const { desk, posted } = deskWith([file("f1", ["stale"])]);
    desk.command("accept");
    assert.deepEqual(posted, []);
    desk.command("reject");
    assert.deepEqual(posted, [{ kind: "keep", items: [{ file: "f1", revision: 1, hunks: ["h1"] }] }]);
  });

  it("takes back the decision of the hunk it stands at, else the last one", () => {
    const { desk, posted } = deskWith([file("f1", ["accepted", "pending"])]);
    desk.command("undo");
    desk.command("previous-any");
    desk.command("undo");
    assert.deepEqual(posted, [{ kind: "undo" }, { kind: "undo", decision: 10 }]);
  });

  it("decides nothing in a session that another window holds", () => {
    const { desk, posted } = deskWith([head({ activity: "readonly" }), file("f1", ["pending"])]);
    desk.command("accept");
    desk.command("accept-file");
    desk.write("hello");
    desk.command("send");
    assert.deepEqual(posted, []);
  });

  it("counts a hunk as seen only with the lines it was seen with", () => {
    const { desk } = deskWith([file("f1", ["pending", "pending"])]);
    const seen = desk.state.files.get("f1")?.hunks[0];
    assert.ok(seen);
    desk.sawHunk({ file: "f1", hunk: "h1" }, seen);
    assert.deepEqual([desk.bulk().count, desk.bulk().unseen], [2, 1]);
    const changed = { ...seen, rows: [{ kind: "added", text: "other", new: 1 } as const] };
    desk.receive([
      {
        kind: "file",
        part: 0,
        file: { id: "f1", path: "f1.ts", revision: 2, change: "changed", hunks: [changed], total: 1 },
      },
    ]);
    assert.deepEqual([desk.bulk().count, desk.bulk().unseen], [1, 1]);
  });

  it("gives a follow-up back that was not taken", () => {
    const { desk, posted } = deskWith([]);
    desk.write("  more tests ");
    desk.command("send");
    assert.deepEqual(posted, [{ kind: "follow", text: "more tests" }]);
    assert.equal(desk.ui.follow, "");
    desk.receive([{ kind: "say", text: "still working", tone: "error" }]);
    assert.equal(desk.ui.follow, "  more tests ");
  });

  for (const [activity, now] of [
    ["idle", false],
    ["working", true],
    ["waiting", true],
    ["stopping", true],
  ] as const)
    it(`sends ${now ? "at once, ending what runs," : "an ordinary follow-up"} while the agent is ${activity}`, () => {
      const { desk, posted } = deskWith([head({ activity })]);
      desk.write("more tests");
      desk.command("send");
      assert.deepEqual(posted, [{ kind: "follow", text: "more tests", ...(now ? { now } : {}) }]);
    });

  it("waits at the place of before a reload until its file is there", () => {
    const posted: unknown[] = [];
    const desk = openDesk(
      (message) => posted.push(message),
      { place: { file: "f2", hunk: "h1" } },
      () => 0,
    );
    desk.receive([head(), file("f1", ["pending"])]);
    assert.deepEqual(desk.ui.place, { file: "f2", hunk: "h1" });
    desk.receive([file("f2", ["pending"]), { kind: "complete" }]);
    assert.deepEqual(desk.ui.place, { file: "f2", hunk: "h1" });
  });

  it("moves on with no wish for the focus when a message takes the hunk away", () => {
    const { desk } = deskWith([file("f1", ["pending"]), file("f2", ["pending"])]);
    desk.command("next");
    desk.receive([{ kind: "order", files: ["f1"] }]);
    assert.deepEqual([desk.ui.place, desk.ui.wish.to], [{ file: "f1", hunk: "h1" }, "none"]);
  });

  it("says a new decision aloud, and not those that were there before", () => {
    const one = { seq: 5, verb: "accepted", summary: "accepted 1 hunk in a.ts", standing: true, at: 0 } as const;
    const { desk } = deskWith([head({ decisions: [one] })]);
    assert.equal(desk.ui.spoken.text, "");
    desk.receive([
      head({ decisions: [one, { ...one, seq: 9, verb: "rejected", summary: "rejected 1 hunk in a.ts" }] }),
    ]);
    assert.equal(desk.ui.spoken.text, "rejected 1 hunk in a.ts");
  });

  it("asks before it accepts everything, where some of it has not been on screen", () => {
    const { desk, posted } = deskWith([file("f1", ["pending", "pending"])]);
    const [first, second] = desk.state.files.get("f1")?.hunks ?? [];
    assert.ok(first && second);
    desk.sawHunk({ file: "f1", hunk: "h1" }, first);
    desk.acceptAll();
    assert.deepEqual([desk.ui.asking?.count, desk.ui.asking?.unseen, posted.length], [2, 1, 0]);
    desk.command("accept");
    desk.command("leave");
    assert.deepEqual([desk.ui.asking, posted.length], [null, 0]);
    desk.acceptAll();
    desk.answerAll("show");
    assert.deepEqual([desk.ui.place, posted.length], [{ file: "f1", hunk: "h2" }, 0]);
    desk.sawHunk({ file: "f1", hunk: "h2" }, second);
    desk.acceptAll();
    assert.deepEqual(posted, [{ kind: "accept", items: [{ file: "f1", revision: 1, hunks: ["h1", "h2"] }] }]);
  });

  it("accepts what it asked about, and not what came since", () => {
    const { desk, posted } = deskWith([file("f1", ["pending"])]);
    desk.acceptAll();
    desk.receive([file("f2", ["pending"])]);
    desk.answerAll("accept");
    assert.deepEqual(posted, [{ kind: "accept", items: [{ file: "f1", revision: 1, hunks: ["h1"] }] }]);
  });

  it("knows after a reload what has been on screen, in the same session", () => {
    const { desk } = deskWith([file("f1", ["pending", "pending"])]);
    const seen = desk.state.files.get("f1")?.hunks[0];
    assert.ok(seen);
    desk.sawHunk({ file: "f1", hunk: "h1" }, seen);
    const kept = desk.toKeep();
    assert.equal(deskWith([file("f1", ["pending", "pending"])], kept).desk.bulk().unseen, 1);
    const other = [head({ session: "another" }), file("f1", ["pending", "pending"])];
    assert.equal(deskWith(other, kept).desk.bulk().unseen, 2);
  });

  it("takes back what it said of a hunk that no longer fits, when that hunk is decided", () => {
    const { desk } = deskWith([file("f1", ["stale", "pending"])]);
    desk.receive([{ kind: "say", text: "f1.ts: take theirs", tone: "error", about: "clash" }]);
    desk.receive([file("f1", ["stale", "accepted"])]);
    assert.notEqual(desk.state.said, null);
    desk.receive([file("f1", ["rejected", "accepted"])]);
    assert.equal(desk.state.said, null);
  });
});

describe("a question of the agent's", () => {
  it("is answered by its own name, with a reason where there is one, and reached by a key", () => {
    const { desk, posted } = deskWith([file("f1", ["pending"])]);
    desk.reply("q1", "refuse", "not now");
    desk.reply("q2", "once", "");
    assert.deepEqual(posted, [
      { kind: "answer", question: "q1", option: "refuse", why: "not now" },
      { kind: "answer", question: "q2", option: "once" },
    ]);
    desk.command("question");
    assert.equal(desk.ui.wish.to, "question");
  });
});

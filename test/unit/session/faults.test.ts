/**
 * Faults around a session: a log that somebody altered, another window, a draft that somebody removed, a clock that goes backwards.
 */
import assert from "node:assert/strict";
import { scene, type Scene } from "./scene.ts";

const poem = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join("");
const done = { kind: "done" };
const items = async (stage: Scene) =>
  (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
const notes = (stage: Scene) => stage.events().flatMap((event) => (event.kind === "note" ? [event.text] : []));
const settled = () => new Promise((next) => setImmediate(next));

describe("a log that was altered by hand", () => {
  it("is said in the conversation, once, and the session can be read and continued", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    stage.findLog({ verified: { kind: "altered", from: 4, why: "Event 4 was changed after it was written." } });
    for (const _ of [1, 2]) {
      await stage.reload();
      await settled();
      assert.deepEqual(notes(stage), [
        "Event 4 was changed after it was written. What is shown of this session may not be what happened.",
      ]);
    }
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3\n", "three\n"));
  });
});

describe("a session that another window has", () => {
  it("is shown as it is, and every decision says where to make it", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    stage.findLog({ writable: false });
    await stage.reload();
    const [events, before] = [stage.events().length, stage.user];
    assert.equal((await stage.pending()).length, 1);
    assert.equal(stage.session.head().activity, "readonly");
    const [item] = await items(stage);
    for (const act of [
      () => stage.session.accept([item!]),
      () => stage.session.reject([item!]),
      () => stage.session.undo(),
      () => stage.session.redo(),
      () => stage.session.take([item!]),
    ]) {
      const answer = await act();
      assert.ok(answer.kind === "refused");
      assert.match(answer.text, /Another window has this session/);
    }
    await stage.turn([(draft) => draft.replace("a.txt", "line 6\n", "six\n")]);
    assert.deepEqual([stage.events().length, stage.requests.length, stage.user], [events, 1, before]);
  });
});

describe("a draft whose folder somebody removed", () => {
  it("between two turns is made anew by the next one, with what was proposed, and nothing passes for deleted", async () => {
    const stage = await scene({ "a.txt": poem, "b.txt": "b\n" });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    stage.loseDraft();
    assert.equal((await stage.pending()).length, 1);
    await stage.turn([(draft) => draft.replace("a.txt", "line 9\n", "nine\n")]);
    assert.equal(stage.events().filter(({ kind }) => kind === "draft.made").length, 2);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual(stage.user.get("a.txt"), poem.replace("line 3\n", "three\n").replace("line 9\n", "nine\n"));
    assert.equal(stage.user.get("b.txt"), "b\n");
  });

  it("while the agent works ends the turn with that reason, and leaves what it had proposed to decide", async () => {
    const stage = await scene({ "a.txt": poem, "b.txt": "b\n" });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n"), () => stage.loseDraft()]);
    const ended = stage.events().findLast((event) => event.kind === "turn.ended");
    assert.ok(ended?.kind === "turn.ended");
    assert.deepEqual([ended.how, /no longer there/.test(ended.message ?? "")], ["failed", true]);
    assert.deepEqual(
      (await stage.pending()).map(({ path }) => path),
      ["a.txt"],
    );
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    await stage.turn([(draft) => draft.replace("a.txt", "line 9\n", "nine\n")]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3\n", "three\n").replace("line 9\n", "nine\n"));
  });
});

describe("a clock that goes backwards", () => {
  const clock = Date.now;
  afterEach(() => void (Date.now = clock));

  it("changes no order: events count by their number, and a reload shows the same", async () => {
    let now = clock();
    Date.now = () => (now -= 3_600_000);
    const stage = await scene({ "a.txt": poem });
    await stage.turn([
      (draft) => draft.write("a.txt", poem.replace("line 3\n", "three\n").replace("line 9\n", "nine\n")),
    ]);
    const [three, nine] = await items(stage);
    await stage.session.accept([three!]);
    await stage.session.reject([nine!], "no");
    await stage.session.undo();
    const events = stage.events();
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
    assert.ok(events.every((event, index) => index === 0 || event.at < events[index - 1]!.at));
    const shown = JSON.stringify(await stage.view());
    await stage.reload();
    assert.equal(JSON.stringify(await stage.view()), shown);
    assert.deepEqual(await stage.session.redo(), done);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3\n", "three\n"));
  });
});

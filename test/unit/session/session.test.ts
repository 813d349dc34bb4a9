/** One supervised session, from text to recap: decisions, looks, boundaries, undo, reload, on rooms in memory. */
import assert from "node:assert/strict";
import type { EngineEvent } from "../../../src/protocol/index.ts";
import { recapOf } from "../../../src/state/index.ts";
import type { DraftHand } from "./drafts.ts";
import { scene, type Scene } from "./scene.ts";

const poem = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`).join("");
const edited = (text: string, ...lines: [number, string][]) => {
  const all = text.split("\n");
  for (const [line, to] of lines) all[line - 1] = to;
  return all.join("\n");
};
const done = { kind: "done" };

async function only(stage: Scene, index = 0) {
  const all = await stage.pending();
  return { file: all[index]!.file, revision: all[index]!.revision, hunks: all[index]!.hunks };
}

describe("a session", () => {
  it("writes nothing into the person's files before an accept, and exactly the accepted hunk after it", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", edited(poem, [3, "three"], [10, "ten"]))]);
    assert.equal(stage.user.get("a.txt"), poem);
    assert.deepEqual(await stage.session.accept([await only(stage, 1)]), done);
    assert.equal(stage.user.get("a.txt"), edited(poem, [10, "ten"]));
    assert.equal((await stage.pending()).length, 1);
  });

  it("looks at what a call says that it can have changed, and at the whole draft at the turn's end", async () => {
    const stage = await scene({ "a.txt": poem, "b.txt": poem });
    const touching =
      (...touched: string[]) =>
      (draft: DraftHand): EngineEvent => {
        for (const path of ["a.txt", "b.txt"]) draft.write(path, edited(poem, [3, `three, ${touched.join()}`]));
        return { kind: "answered", call: "", ok: true, text: "", touched };
      };
    await stage.turn([touching("a.txt"), touching()]);
    const looks = stage.events().filter((event) => event.kind === "looked");
    assert.deepEqual(
      looks.map(({ call, revisions }) => [call, revisions.map(({ path }) => path).sort()]),
      [
        ["call1.0", ["a.txt"]],
        [null, ["a.txt", "b.txt"]],
      ],
    );
  });

  it("keeps a rejected hunk out, and tells the agent once, with the reason", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", edited(poem, [3, "three"], [10, "ten"]))]);
    await stage.session.reject([await only(stage, 0)], "we count in digits");
    assert.equal(
      stage.draft().get("a.txt"),
      edited(poem, [3, "three"], [10, "ten"]),
      "the draft is the agent's until the boundary",
    );
    await stage.turn([]);
    assert.equal(stage.draft().get("a.txt"), edited(poem, [10, "ten"]));
    assert.match(
      stage.requests[1]!.report,
      /Rejected in a\.txt \(hunk at line 3\): we count in digits\n-line 3\n\+three/,
    );
    await stage.turn([]);
    assert.equal(stage.requests[2]!.report, "");
    assert.equal(stage.user.get("a.txt"), poem);
  });

  it("keeps what was refused refused while the agent edits elsewhere", async () => {
    const stage = await scene({ "a.txt": poem });
    let reject = async () => {};
    const turn = stage.turn([
      (draft) => draft.write("a.txt", edited(poem, [3, "three"], [10, "ten"])),
      (draft) => draft.replace("a.txt", "line 18\n", "eighteen\n"),
    ]);
    await turn;
    reject = async () => void (await stage.session.reject([await only(stage, 0)]));
    await reject();
    await stage.turn([(draft) => draft.replace("a.txt", "line 15\n", "fifteen\n")]);
    const shown = (await stage.pending()).map(({ view }) =>
      view.rows.filter((row) => row.kind === "added").map((row) => row.text),
    );
    assert.deepEqual(shown, [["ten"], ["fifteen"], ["eighteen"]]);
  });

  it("brings a refused hunk back, marked, when the agent changes those lines again in the same turn", async () => {
    const stage = await scene({ "a.txt": poem });
    const seen: string[][] = [];
    await stage.turn([
      (draft) => draft.replace("a.txt", "line 3\n", "three\n"),
      (draft) => draft.replace("a.txt", "line 10\n", "ten\n"),
    ]);
    await stage.session.reject([await only(stage, 0)]);
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    for (const one of await stage.pending()) seen.push(one.view.marks);
    assert.deepEqual(seen, [["refused before"], []]);
  });

  it("marks what the agent makes of a refusal in a later turn, and shows what was refused", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    await stage.session.reject([await only(stage)]);
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "Three.\n")]);
    const [answer] = await stage.pending();
    assert.deepEqual(answer!.view.marks, ["changed since you refused it"]);
    assert.deepEqual(answer!.view.refused, ["three"]);
    await stage.session.accept([await only(stage)]);
    await stage.turn([(draft) => draft.replace("a.txt", "Three.\n", "III\n")]);
    assert.deepEqual((await stage.pending())[0]!.view.marks, []);
  });

  it("shows a hunk as stale while the person's own text is in the way, and no longer when it is undone", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    stage.user.get("a.txt");
    stage.type("a.txt", edited(poem, [3, "mine"]));
    const item = await only(stage);
    const answer = await stage.session.accept([item]);
    assert.equal(answer.kind, "refused");
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "mine"]));
    stage.type("a.txt", poem);
    assert.deepEqual(await stage.session.accept([item]), done);
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "three"]));
  });

  it("keeps the person's other typing in every accepted file", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", edited(poem, [3, "three"], [10, "ten"]))]);
    stage.type("a.txt", edited(poem, [6, "my own six"]));
    for (const item of (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }))) {
      assert.deepEqual(await stage.session.accept([item]), done);
    }
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "three"], [6, "my own six"], [10, "ten"]));
  });

  it("takes theirs over a stale place, and undo brings the person's lines back", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    const own = edited(poem, [3, "mine"], [8, "eight"]);
    stage.type("a.txt", own);
    assert.equal(
      (await stage.session.take([await only(stage)])).kind,
      "moved on",
      "lines of theirs that were not shown yet",
    );
    assert.deepEqual((await stage.pending())[0]!.view.yours, ["mine"]);
    assert.deepEqual(await stage.session.take([await only(stage)]), done);
    assert.equal(stage.user.get("a.txt"), edited(own, [3, "three"]));
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), own);
  });

  it("hands an overtaken hunk back with three sides at the boundary, and lets theirs be taken", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", edited(poem, [3, "three"], [10, "ten"]))]);
    stage.type("a.txt", edited(poem, [3, "mine"]));
    await stage.turn([]);
    const pending = await stage.pending();
    assert.deepEqual(
      pending.map(({ view }) => view.state),
      ["pending", "overtaken"],
    );
    assert.deepEqual(pending[1]!.view.yours, ["mine"]);
    assert.equal(stage.draft().get("a.txt"), edited(poem, [3, "mine"], [10, "ten"]));
    assert.match(stage.requests[1]!.report, /The person changed a\.txt themselves/);
    assert.deepEqual(await stage.session.take([await only(stage, 1)]), done);
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "three"]));
    assert.deepEqual(
      (await stage.pending()).map(({ view }) => view.state),
      ["pending"],
    );
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "mine"]));
  });

  it("keeps mine: the overtaken hunk is decided and the file untouched", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", edited(poem, [3, "three"]))]);
    stage.type("a.txt", edited(poem, [3, "mine"]));
    await stage.turn([]);
    assert.deepEqual(await stage.session.keep([await only(stage)]), done);
    assert.equal((await stage.pending()).length, 0);
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "mine"]));
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal((await stage.pending()).length, 1);
  });

  it("creates and deletes whole files, and takes both back", async () => {
    const stage = await scene({ "old.txt": poem, "keep.txt": "kept\n" });
    await stage.turn([(draft) => draft.write("new/file.txt", "hello"), (draft) => draft.remove("old.txt")]);
    const both = (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
    assert.deepEqual(await stage.session.accept(both), done);
    assert.deepEqual(
      [...stage.user],
      [
        ["keep.txt", "kept\n"],
        ["new/file.txt", "hello"],
      ],
    );
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(
      new Map([...stage.user].sort()),
      new Map([
        ["keep.txt", "kept\n"],
        ["old.txt", poem],
      ]),
    );
    assert.equal((await stage.pending()).length, 2);
  });

  it("does not delete a file the person has changed in any byte", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.remove("old.txt")]);
    stage.type("old.txt", `${poem}more\n`);
    assert.equal((await stage.session.accept([await only(stage)])).kind, "refused");
    assert.equal(stage.user.get("old.txt"), `${poem}more\n`);
  });

  it("undoes and redoes any decision, in any order, also after a reload", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", edited(poem, [3, "three"], [10, "ten"], [15, "fifteen"]))]);
    const items = (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
    await stage.session.accept([items[0]!]);
    await stage.session.accept([items[1]!]);
    await stage.session.reject([items[2]!]);
    const first = stage.events().find((event) => event.kind === "accepting")!.seq;
    await stage.reload();
    assert.deepEqual(await stage.session.undo(first), done);
    assert.equal(stage.user.get("a.txt"), edited(poem, [10, "ten"]));
    await stage.reload();
    assert.deepEqual(await stage.session.redo(), done);
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "three"], [10, "ten"]));
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), poem);
    assert.equal((await stage.pending()).length, 3);
    assert.equal((await stage.session.undo()).kind, "refused");
  });

  it("undoes an accept from before a look, as if it had never been made", async () => {
    const stage = await scene({ "a.txt": poem });
    let accepted = false;
    await stage.turn([
      (draft) => draft.replace("a.txt", "line 3\n", "three\n"),
      (draft) => draft.replace("a.txt", "line 18\n", "eighteen\n"),
    ]);
    accepted = (await stage.session.accept([await only(stage, 0)])).kind === "done";
    assert.ok(accepted);
    await stage.turn([(draft) => draft.replace("a.txt", "line 10\n", "ten\n")]);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), poem);
    const added = (await stage.pending()).map(({ view }) =>
      view.rows.filter((row) => row.kind === "added").map((row) => row.text),
    );
    assert.deepEqual(added, [["three"], ["ten"], ["eighteen"]]);
  });

  it("undoes a rejection from before a boundary: the hunk is there to decide again", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    await stage.session.reject([await only(stage)]);
    await stage.turn([(draft) => draft.replace("a.txt", "line 10\n", "ten\n")]);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal((await stage.pending()).length, 2);
    await stage.turn([]);
    assert.equal(stage.draft().get("a.txt"), edited(poem, [3, "three"], [10, "ten"]));
    assert.match(stage.requests[2]!.report, /taken back/);
  });

  it("counts the exact text from before an accept, brought back by hand, as its undo", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    await stage.session.accept([await only(stage)]);
    const undone = new Promise<void>((done) =>
      stage.session.listen((message) => {
        if (message.kind === "head" && message.head.counts.pending === 1) done();
      }),
    );
    stage.type("a.txt", poem);
    await undone;
    assert.equal(stage.user.get("a.txt"), poem);
    assert.deepEqual(
      (await stage.pending()).map(({ view }) => view.state),
      ["pending"],
    );
    assert.deepEqual(await stage.session.redo(), done);
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "three"]));
  });

  it("ends a turn that the closing window cut off as interrupted, not as stopped by the person", async () => {
    const stage = await scene({ "a.txt": poem });
    let reached = () => {};
    const running = new Promise<void>((done) => (reached = done));
    void stage.turn([
      async () => {
        reached();
        await new Promise((done) => setTimeout(done, 0));
      },
    ]);
    await running;
    await stage.session.close();
    const end = stage.events().findLast((event) => event.kind === "turn.ended");
    assert.equal(end?.kind === "turn.ended" && end.how, "interrupted");
  });

  it("blocks an undo where the person's own lines are in the way, and changes nothing", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    await stage.session.accept([await only(stage)]);
    const own = edited(poem, [3, "three and more"]);
    stage.type("a.txt", own);
    const events = stage.events().length;
    assert.equal((await stage.session.undo()).kind, "refused");
    assert.equal(stage.user.get("a.txt"), own);
    assert.equal(stage.events().length, events);
  });

  it("answers 'moved on' to a hunk that is no longer what was shown", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    const shown = await only(stage);
    await stage.turn([(draft) => draft.replace("a.txt", "three\n", "drei\n")]);
    assert.equal((await stage.session.accept([shown])).kind, "moved on");
    assert.equal(stage.user.get("a.txt"), poem);
  });

  it("takes a decision on a hunk shown before a look that did not touch it", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    const shown = await only(stage);
    await stage.turn([(draft) => draft.replace("a.txt", "line 12\n", "twelve\n")]);
    assert.deepEqual(await stage.session.accept([shown]), done);
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "three"]));
  });

  it("leaves out of a bulk accept what does not fit, and says so", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", edited(poem, [3, "three"], [10, "ten"]))]);
    stage.type("a.txt", edited(poem, [3, "mine"]));
    const items = (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
    const answer = await stage.session.accept([{ ...items[0]!, hunks: items.flatMap((item) => item.hunks) }]);
    assert.equal(answer.kind, "refused");
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "mine"], [10, "ten"]));
    assert.equal((await stage.pending()).length, 1);
  });

  it("does not take half of a move in bulk when the other half was refused", async () => {
    const stage = await scene({ "a.txt": poem });
    const moved = poem.replace("line 3\n", "").replace("line 15\n", "line 15\nline 3\n");
    await stage.turn([(draft) => draft.write("a.txt", moved)]);
    const [removal, insertion] = (await stage.pending()).map(({ file, revision, hunks }) => ({
      file,
      revision,
      hunks,
    }));
    await stage.session.reject([insertion!]);
    assert.deepEqual((await stage.pending())[0]!.view.marks, ["the other half is not in"]);
    await stage.turn([(draft) => draft.replace("a.txt", "line 7\n", "seven\n")]);
    assert.ok(removal);
  });

  it("accepts into an unsaved editor, and offers the hunk again when it is closed without saving", async () => {
    const stage = await scene({ "a.txt": poem });
    stage.openDirty("a.txt", edited(poem, [8, "typing"]));
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    assert.deepEqual(await stage.session.accept([await only(stage)]), done);
    assert.equal(stage.user.get("a.txt"), edited(poem, [3, "three"], [8, "typing"]));
    stage.discard("a.txt");
    await stage.reload();
    const pending = await stage.pending();
    assert.equal(pending.length, 1);
    assert.match(pending[0]!.view.marks.join(), /not in your file/);
    assert.equal(stage.user.get("a.txt"), poem);
  });

  it("settles a write that the window did not live to confirm by what the file holds", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", edited(poem, [3, "three"], [10, "ten"]))]);
    await stage.session.accept([await only(stage, 0)]);
    stage.events().pop();
    await stage.reload();
    assert.equal((await stage.pending()).length, 1, "what is in the file was accepted");
    stage.events().splice(-1, 1);
    stage.type("a.txt", poem);
    await stage.reload();
    assert.equal((await stage.pending()).length, 2, "what is not in the file is offered again");
  });

  it("shows the same after a reload as before it", async () => {
    const stage = await scene({ "a.txt": poem, "b.txt": "one\ntwo" });
    await stage.turn([
      (draft) => draft.write("a.txt", edited(poem, [3, "three"], [10, "ten"])),
      (draft) => draft.write("b.txt", "one\nzwei"),
      (draft) => draft.write("c.txt", ""),
    ]);
    const items = (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
    await stage.session.accept([items[0]!], "good");
    await stage.session.reject([items[2]!], "no German");
    const before = await stage.view();
    await stage.reload();
    assert.deepEqual(await stage.view(), before);
    const { goal, accepted, rejected, pending, ended } = recapOf(stage.events());
    assert.deepEqual(
      { goal, accepted, rejected, pending, ended },
      { goal: "goal", accepted: 1, rejected: 1, pending: 2, ended: "done" },
    );
  });

  it("refuses a file that cannot be written, with the reason, and keeps the hunk", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    stage.refuseWrites("a.txt", "It is read-only.");
    const answer = await stage.session.accept([await only(stage)]);
    assert.equal(answer.kind, "refused");
    assert.match(answer.kind === "refused" ? answer.text : "", /read-only/);
    assert.equal((await stage.pending()).length, 1);
  });

  it("brings the person's typing in untouched files to the draft at a boundary", async () => {
    const stage = await scene({ "a.txt": poem, "b.txt": "b\n" });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    stage.type("b.txt", "b by hand\n");
    stage.type("mine.txt", "new\n");
    await stage.turn([]);
    assert.equal(stage.draft().get("b.txt"), "b by hand\n");
    assert.equal(stage.draft().get("mine.txt"), "new\n");
    assert.match(stage.requests[1]!.report, /The person changed b\.txt/);
    assert.match(stage.requests[1]!.report, /The person created mine\.txt/);
  });
});

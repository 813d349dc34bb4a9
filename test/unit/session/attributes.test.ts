/** What of a file, beside its text, is decided by itself: the executable bit and the path. */
import assert from "node:assert/strict";
import type { DecisionItem, FileView } from "../../../src/protocol/index.ts";
import { scene, type Scene } from "./scene.ts";

const done = { kind: "done" };
const poem = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join("");

async function items(stage: Scene, of?: (view: FileView) => boolean): Promise<DecisionItem[]> {
  const { files } = await stage.view();
  const wanted = new Set(files.filter((view) => of?.(view) ?? true).map(({ id }) => id));
  return (await stage.pending())
    .filter(({ file }) => wanted.has(file))
    .map(({ file, revision, hunks }) => ({ file, revision, hunks }));
}

const shown = async (stage: Scene) =>
  (await stage.view()).files.map((view) => [
    view.path,
    view.change,
    view.newPath ?? "",
    view.hunks.map(({ state }) => state).join(),
  ]);
const modes = (view: FileView) => view.change === "mode";
const renames = (view: FileView) => view.change === "renamed";
const texts = (view: FileView) => !modes(view) && !renames(view);

describe("the executable bit", () => {
  it("goes with a file that is deleted, and comes back with it, also after a reload", async () => {
    const stage = await scene({ "run.sh": poem, "notes.txt": poem });
    stage.chmod("run.sh", true);
    await stage.turn([(draft) => (draft.remove("run.sh"), draft.remove("notes.txt"))]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([...stage.user.keys()], []);
    await stage.reload();
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(
      ["run.sh", "notes.txt"].map((path) => stage.executable(path)),
      [true, false],
    );
    assert.deepEqual(await stage.session.redo(), done);
    assert.deepEqual([...stage.user.keys()], []);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(
      ["run.sh", "notes.txt"].map((path) => stage.executable(path)),
      [true, false],
    );
  });

  it("is a change of its own beside the text: accepted, undone and redone apart", async () => {
    const stage = await scene({ "run.sh": poem });
    await stage.turn([(draft) => (draft.replace("run.sh", "line 3\n", "three\n"), draft.chmod("run.sh", true))]);
    assert.deepEqual(await shown(stage), [
      ["run.sh", "changed", "", "pending"],
      ["run.sh", "mode", "", "pending"],
    ]);
    assert.equal((await stage.view()).files[1]!.detail, "not executable → executable");
    assert.equal(stage.session.head().counts.files, 1);
    assert.deepEqual(await stage.session.accept(await items(stage, modes)), done);
    assert.deepEqual([stage.executable("run.sh"), stage.user.get("run.sh")], [true, poem]);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.executable("run.sh"), false);
    assert.deepEqual(await stage.session.redo(), done);
    assert.equal(stage.executable("run.sh"), true);
    await stage.reload();
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.executable("run.sh"), false);
  });

  it("of a new file is set after the file is accepted, also in one go, and undone with it", async () => {
    const stage = await scene({});
    await stage.turn([(draft) => (draft.write("new.sh", "echo\n"), draft.chmod("new.sh", true))]);
    const answer = await stage.session.accept(await items(stage, modes));
    assert.equal(answer.kind, "refused");
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([stage.user.get("new.sh"), stage.executable("new.sh")], ["echo\n", true]);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.has("new.sh"), false);
    for (let again = 0; again < 2; again++) {
      assert.deepEqual(await stage.session.redo(), done);
      assert.deepEqual([stage.user.get("new.sh"), stage.executable("new.sh")], ["echo\n", true]);
      assert.deepEqual(await stage.session.undo(), done);
      assert.equal(stage.user.has("new.sh"), false);
    }
  });

  it("is what it was when an undo or redo that fails in the middle has put back what it took away", async () => {
    const stage = await scene({ "run.sh": poem, "old.txt": poem });
    stage.chmod("run.sh", true);
    await stage.turn([
      (draft) => (draft.remove("run.sh"), draft.remove("old.txt")),
      (draft) => (draft.write("new.sh", "echo\n"), draft.chmod("new.sh", true)),
    ]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    const paths = () => [...stage.user.keys()].map((path) => [path, stage.executable(path)]);
    stage.atWrite((path) => (path === "old.txt" ? "No." : null));
    const undone = await stage.session.undo();
    assert.deepEqual([undone.kind, paths()], ["refused", [["new.sh", true]]]);
    assert.doesNotMatch(undone.kind === "refused" ? undone.text : "", /could not be put back/);
    stage.atWrite(null);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(paths().sort(), [
      ["old.txt", false],
      ["run.sh", true],
    ]);
    stage.atWrite((path) => (path === "new.sh" ? "No." : null));
    assert.equal((await stage.session.redo()).kind, "refused");
    assert.deepEqual(paths().sort(), [
      ["old.txt", false],
      ["run.sh", true],
    ]);
  });

  it("that was rejected is taken from the draft at the boundary, and the agent is told", async () => {
    const stage = await scene({ "run.sh": poem });
    await stage.turn([(draft) => draft.chmod("run.sh", true)]);
    assert.deepEqual(await stage.session.reject(await items(stage), "no scripts"), done);
    await stage.turn([]);
    assert.match(stage.requests[1]!.report, /Rejected: making run\.sh executable: no scripts/);
    assert.deepEqual(await shown(stage), []);
    await stage.turn([(draft) => draft.chmod("run.sh", true)]);
    assert.deepEqual(await shown(stage), [["run.sh", "mode", "", "pending"]]);
  });

  it("that the person changed is told at the boundary, and is no proposal", async () => {
    const stage = await scene({ "run.sh": poem });
    await stage.turn([]);
    stage.chmod("run.sh", true);
    await stage.turn([]);
    assert.match(stage.requests[1]!.report, /The person made run\.sh executable/);
    assert.deepEqual(await shown(stage), []);
    await stage.turn([(draft) => draft.chmod("run.sh", false)]);
    assert.equal((await stage.view()).files[0]!.detail, "executable → not executable");
  });

  it("does not wait for a file that the agent deleted, and goes with a rejected new file", async () => {
    const stage = await scene({ "old.sh": poem });
    await stage.turn([
      (draft) => draft.chmod("old.sh", true),
      (draft) => draft.remove("old.sh"),
      (draft) => (draft.write("new.sh", "echo\n"), draft.chmod("new.sh", true)),
    ]);
    assert.deepEqual(
      (await shown(stage)).map(([path, change]) => `${path} ${change}`),
      ["new.sh created", "new.sh mode", "old.sh deleted"],
    );
    const created = await items(stage, (view) => view.change === "created");
    assert.deepEqual(await stage.session.reject(created, ""), done);
    await stage.turn([]);
    assert.deepEqual(
      (await shown(stage)).map(([path, change]) => `${path} ${change}`),
      ["old.sh deleted"],
    );
  });

  it("that was accepted is no change back when the agent then deletes the file", async () => {
    const stage = await scene({ "old.sh": poem });
    await stage.turn([
      (draft) => draft.chmod("old.sh", true),
      async (draft) => {
        assert.deepEqual(await stage.session.accept(await items(stage)), done);
        draft.remove("old.sh");
      },
    ]);
    const both = [
      ["old.sh", "deleted", "", "pending"],
      ["old.sh", "mode", "", "accepted"],
    ];
    assert.deepEqual(await shown(stage), both);
    assert.equal(stage.executable("old.sh"), true);
    assert.deepEqual(await stage.session.undo(), done);
    const undone = await shown(stage);
    await stage.reload();
    assert.deepEqual(await shown(stage), undone, "a reload shows the same");
    await stage.turn([]);
    assert.deepEqual(await shown(stage), [["old.sh", "deleted", "", "pending"]]);
  });

  it("comes back to the draft with a file whose deletion was rejected", async () => {
    const stage = await scene({ "run.sh": poem });
    stage.chmod("run.sh", true);
    await stage.turn([(draft) => draft.remove("run.sh")]);
    assert.deepEqual(await stage.session.reject(await items(stage), ""), done);
    await stage.turn([]);
    assert.deepEqual([...stage.draft()], [["run.sh", poem]]);
    await stage.reload();
    assert.deepEqual(await shown(stage), []);
  });

  it("that the person changes while the file's deletion waits keeps no turn from starting", async () => {
    const stage = await scene({ "run.sh": poem });
    await stage.turn([(draft) => draft.remove("run.sh")]);
    stage.chmod("run.sh", true);
    await stage.turn([]);
    assert.equal(stage.session.head().notice, null);
    assert.deepEqual(await stage.session.reject(await items(stage), ""), done);
    await stage.turn([]);
    await stage.reload();
    assert.deepEqual(await shown(stage), []);
  });

  it("is proposed again when the agent takes the file away and makes it anew", async () => {
    const stage = await scene({});
    await stage.turn([
      (draft) => (draft.write("new.sh", "echo\n"), draft.chmod("new.sh", true)),
      (draft) => draft.remove("new.sh"),
      (draft) => (draft.write("new.sh", "echo 2\n"), draft.chmod("new.sh", true)),
    ]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.executable("new.sh"), true);
  });

  it("is refused with the reason where the system keeps none, and waits on", async () => {
    const stage = await scene({ "run.sh": poem });
    await stage.turn([(draft) => draft.chmod("run.sh", true)]);
    stage.refuseWrites("run.sh", "this system keeps no executable bit");
    const answer = await stage.session.accept(await items(stage));
    assert.match(answer.kind === "refused" ? answer.text : "", /keeps no executable bit/);
    assert.deepEqual(await shown(stage), [["run.sh", "mode", "", "pending"]]);
  });
});

describe("a rename", () => {
  it("of the same bytes is one change of the path; accepted it moves the file, undone it moves back", async () => {
    const stage = await scene({ "src/old.txt": poem });
    await stage.turn([(draft) => draft.move("src/old.txt", "src/new.txt")]);
    assert.deepEqual(await shown(stage), [["src/old.txt", "renamed", "src/new.txt", "pending"]]);
    assert.equal((await stage.view()).files[0]!.detail, "src/old.txt → src/new.txt");
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([...stage.user], [["src/new.txt", poem]]);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual([...stage.user], [["src/old.txt", poem]]);
    assert.deepEqual(await stage.session.redo(), done);
    await stage.reload();
    assert.deepEqual([...stage.user], [["src/new.txt", poem]]);
    await stage.turn([]);
    assert.deepEqual(await shown(stage), []);
    assert.deepEqual([...stage.draft()], [["src/new.txt", poem]]);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual([...stage.user], [["src/old.txt", poem]]);
  });

  it("to a name that the person gives to a file of theirs is overtaken, and the next turn finds both files", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt")]);
    stage.type("new.txt", "mine\n");
    await stage.turn([]);
    assert.equal(stage.session.head().notice, null);
    assert.deepEqual([...stage.draft()].sort(), [
      ["new.txt", "mine\n"],
      ["old.txt", poem],
    ]);
    assert.deepEqual(await shown(stage), [["old.txt", "renamed", "new.txt", "overtaken"]]);
    assert.equal((await stage.session.take(await items(stage))).kind, "refused");
    stage.type("new.txt", null);
    await stage.turn([]);
    assert.deepEqual(await stage.session.take(await items(stage)), done);
    assert.deepEqual([...stage.user], [["new.txt", poem]]);
    await stage.turn([]);
    assert.deepEqual([...stage.draft()], [["new.txt", poem]]);
  });

  it("that the agent takes back in a later turn is over, and no deletion is proposed", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt")]);
    await stage.turn([(draft) => draft.move("new.txt", "old.txt")]);
    assert.deepEqual(await shown(stage), []);
    await stage.turn([]);
    assert.deepEqual(await shown(stage), []);
    assert.deepEqual([...stage.draft()], [["old.txt", poem]]);
  });

  it("beside a file that the agent puts at the old path is over: one file is changed, the other one new", async () => {
    const stage = await scene({ "old.sh": poem });
    stage.chmod("old.sh", true);
    await stage.turn([(draft) => draft.move("old.sh", "new.sh")]);
    await stage.turn([(draft) => (draft.write("old.sh", poem + "more\n"), draft.chmod("old.sh", true))]);
    assert.deepEqual(await shown(stage), [
      ["new.sh", "created", "", "pending"],
      ["new.sh", "mode", "", "pending"],
      ["old.sh", "changed", "", "pending"],
    ]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([...stage.user].sort(), [
      ["new.sh", poem],
      ["old.sh", poem + "more\n"],
    ]);
    assert.deepEqual([stage.executable("new.sh"), stage.executable("old.sh")], [true, true]);
  });

  it("of a file that is not there any more is refused before anything is logged, and proposed by nothing that comes and goes", async () => {
    const stage = await scene({ old: poem });
    await stage.turn([(draft) => draft.move("old", "new")]);
    stage.type("old", null);
    const [item] = await items(stage);
    const before = stage.events().length;
    assert.equal((await stage.session.accept([item!])).kind, "refused");
    const answer = await stage.session.take([item!]);
    assert.match(answer.kind === "refused" ? answer.text : "", /there is no file that could be given another name/);
    assert.equal(stage.events().length, before);
    await stage.turn([(draft) => draft.write("old", "x\n"), (draft) => draft.remove("old")]);
    assert.deepEqual(await shown(stage), [["old", "renamed", "new", "overtaken"]]);
  });

  it("is not given a name at which the agent has another file, nor taken back to one", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.move("a.txt", "b.txt")]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    await stage.turn([(draft) => draft.write("a.txt", "agent\n")]);
    const { seq } = stage.events().find((event) => event.kind === "accepting")!;
    const waiting = await stage.session.undo(seq);
    assert.match(waiting.kind === "refused" ? waiting.text : "", /decide those first/);
    assert.deepEqual(await stage.session.reject(await items(stage)), done);
    const told = await stage.session.undo(seq);
    assert.match(told.kind === "refused" ? told.text : "", /the agent still has another file there/);
    await stage.turn([]);
    assert.deepEqual(await stage.session.undo(seq), done);
    assert.deepEqual([...stage.user.keys()], ["a.txt"]);
    const rejection = stage.events().find((event) => event.kind === "rejected")!;
    const other = await stage.session.undo(rejection.seq);
    assert.match(other.kind === "refused" ? other.text : "", /another file has this name by now/);
    assert.deepEqual(await stage.session.redo(seq), done);
    await stage.turn([]);
    assert.deepEqual([[...stage.user.keys()], [...stage.draft().keys()]], [["b.txt"], ["b.txt"]]);
    assert.equal(stage.session.head().notice, null);
  });

  it("to the name of a file that the person deleted keeps no turn from starting after a reload", async () => {
    const stage = await scene({ "old.txt": poem, "new.txt": "gone\n" });
    await stage.turn([]);
    stage.type("new.txt", null);
    await stage.turn([(draft) => draft.move("old.txt", "new.txt")]);
    await stage.reload();
    await stage.turn([]);
    assert.equal(stage.session.head().notice, null);
    assert.deepEqual(await shown(stage), [["old.txt", "renamed", "new.txt", "pending"]]);
    assert.deepEqual([...stage.draft()], [["new.txt", poem]]);
  });

  it("that was undone and then made by hand leaves the draft with the person's file", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt")]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    await stage.turn([]);
    assert.deepEqual(await stage.session.undo(), done);
    stage.type("old.txt", null);
    stage.type("new.txt", poem);
    await stage.turn([]);
    assert.deepEqual([...stage.draft()], [["new.txt", poem]]);
  });

  it("of a file whose mode the person changes meanwhile keeps no turn from starting, and the mode goes along", async () => {
    const stage = await scene({ "old.sh": poem });
    await stage.turn([(draft) => draft.move("old.sh", "new.sh")]);
    stage.chmod("old.sh", true);
    await stage.turn([]);
    assert.equal(stage.session.head().notice, null);
    await stage.reload();
    assert.deepEqual(await shown(stage), [["old.sh", "renamed", "new.sh", "pending"]]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([[...stage.user.keys()], stage.executable("new.sh")], [["new.sh"], true]);
  });

  it("whose refusal is undone when the agent has put another file there is overtaken", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt")]);
    assert.deepEqual(await stage.session.reject(await items(stage), ""), done);
    await stage.turn([(draft) => draft.write("new.txt", "other\n")]);
    assert.deepEqual(await stage.session.undo(), done);
    await stage.turn([]);
    assert.equal(stage.session.head().notice, null);
    assert.deepEqual([...stage.draft()].sort(), [
      ["new.txt", "other\n"],
      ["old.txt", poem],
    ]);
  });

  it("is not undone while a new file waits at the old path", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt")]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    await stage.turn([(draft) => draft.write("old.txt", "another\n")]);
    const answer = await stage.session.undo();
    assert.match(answer.kind === "refused" ? answer.text : "", /old\.txt has changes of its own to decide/);
    assert.deepEqual([...stage.user.keys()], ["new.txt"]);
    assert.deepEqual(await shown(stage), [["old.txt", "created", "", "pending"]]);
  });

  it("that is made a second time keeps the mode that the file has", async () => {
    const stage = await scene({ "old.sh": poem });
    stage.chmod("old.sh", true);
    await stage.turn([(draft) => draft.move("old.sh", "new.sh")]);
    await stage.turn([(draft) => draft.move("new.sh", "old.sh")]);
    await stage.turn([(draft) => draft.move("old.sh", "new.sh")]);
    assert.deepEqual(await shown(stage), [["old.sh", "renamed", "new.sh", "pending"]]);
  });

  it("over the place of a file that the person deleted, and away again, proposes no deletion after a reload", async () => {
    const stage = await scene({ "old.txt": poem, "gone.txt": "gone\n" });
    await stage.turn([]);
    stage.type("gone.txt", null);
    await stage.turn([(draft) => draft.move("old.txt", "gone.txt")]);
    await stage.turn([(draft) => draft.move("gone.txt", "new.txt")]);
    await stage.reload();
    assert.deepEqual(await shown(stage), [["old.txt", "renamed", "new.txt", "pending"]]);
  });

  it("of a file that the agent makes executable later is accepted with that, under the new name", async () => {
    const stage = await scene({ "old.sh": poem });
    await stage.turn([(draft) => draft.move("old.sh", "new.sh")]);
    await stage.turn([(draft) => draft.chmod("new.sh", true)]);
    assert.deepEqual(await shown(stage), [
      ["old.sh", "renamed", "new.sh", "pending"],
      ["old.sh", "mode", "", "pending"],
    ]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([[...stage.user.keys()], stage.executable("new.sh")], [["new.sh"], true]);
  });

  it("that was accepted and taken back by hand leaves the draft with the person's file", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt")]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    stage.type("new.txt", null);
    stage.type("old.txt", poem);
    await stage.turn([]);
    assert.deepEqual([...stage.draft()], [["old.txt", poem]]);
  });

  const edited = poem.replace("line 3\n", "three\n");

  it("with an edit is one file: its hunk applies at the path that the person has", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt"), (draft) => draft.write("new.txt", edited)]);
    assert.deepEqual(await shown(stage), [
      ["old.txt", "renamed", "new.txt", "pending"],
      ["old.txt", "changed", "new.txt", "pending"],
    ]);
    assert.deepEqual(await stage.session.accept(await items(stage, texts)), done);
    assert.deepEqual([...stage.user], [["old.txt", edited]]);
    assert.deepEqual(await stage.session.accept(await items(stage, renames)), done);
    assert.deepEqual([...stage.user], [["new.txt", edited]]);
    const [rename, text] = stage.session.head().decisions;
    assert.deepEqual(await stage.session.undo(text!.seq), done);
    assert.deepEqual([...stage.user], [["new.txt", poem]]);
    assert.deepEqual(await stage.session.undo(rename!.seq), done);
    assert.deepEqual([...stage.user], [["old.txt", poem]]);
  });

  it("is accepted with its edits in one go and undone whole", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([
      (draft) => draft.move("old.txt", "new.txt"),
      (draft) => (draft.write("new.txt", edited), draft.chmod("new.txt", true)),
    ]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([...stage.user, stage.executable("new.txt")], [["new.txt", edited], true]);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual([...stage.user, stage.executable("old.txt")], [["old.txt", poem], false]);
  });

  it("keeps what the agent edits later in the one file, also in the next turn and through a reload", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt")]);
    await stage.turn([(draft) => draft.replace("new.txt", "line 9\n", "nine\n")]);
    await stage.reload();
    assert.deepEqual(await shown(stage), [
      ["old.txt", "renamed", "new.txt", "pending"],
      ["old.txt", "changed", "new.txt", "pending"],
    ]);
    stage.loseDraft();
    await stage.turn([]);
    assert.deepEqual([...stage.draft()], [["new.txt", poem.replace("line 9\n", "nine\n")]]);
    assert.equal((await shown(stage)).length, 2);
  });

  it("that was rejected moves the draft's file back, with what was not rejected of its text", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt"), (draft) => draft.write("new.txt", edited)]);
    assert.deepEqual(await stage.session.reject(await items(stage, renames), "keep the name"), done);
    await stage.turn([(draft) => draft.replace("old.txt", "line 9\n", "nine\n")]);
    assert.match(stage.requests[1]!.report, /Rejected: the rename of old\.txt to new\.txt.*keep the name/);
    assert.deepEqual([...stage.draft().keys()], ["old.txt"]);
    assert.deepEqual(await shown(stage), [["old.txt", "changed", "", "pending,pending"]]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([...stage.user], [["old.txt", edited.replace("line 9\n", "nine\n")]]);
  });

  it("follows the person's typing at either path", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt")]);
    stage.type("old.txt", poem.replace("line 12", "mine"));
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([...stage.user], [["new.txt", poem.replace("line 12", "mine")]]);
    stage.type("new.txt", poem.replace("line 12", "all mine"));
    await stage.turn([]);
    assert.deepEqual([...stage.draft()], [["new.txt", poem.replace("line 12", "all mine")]]);
    assert.match(stage.requests[1]!.report, /changed new\.txt themselves/);
    assert.doesNotMatch(stage.requests[1]!.report, /deleted|created/);
  });

  it("is found out before the first write where the name is taken", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.move("old.txt", "new.txt"), (draft) => draft.write("new.txt", edited)]);
    stage.type("new.txt", "mine\n");
    const answer = await stage.session.accept(await items(stage));
    assert.match(answer.kind === "refused" ? answer.text : "", /The name is taken/);
    assert.deepEqual(
      [...stage.user],
      [
        ["old.txt", poem],
        ["new.txt", "mine\n"],
      ],
    );
  });

  it("is not seen where the two have less than half of their lines in common, or one was decided", async () => {
    const stage = await scene({ "a.txt": poem, "b.txt": "only this\n" });
    await stage.turn([
      (draft) => (draft.remove("a.txt"), draft.write("c.txt", "other\n".repeat(12))),
      async (draft) => {
        draft.remove("b.txt");
        draft.write("d.txt", "only this\n");
      },
      async () => {
        const gone = (await stage.pending()).filter(({ path }) => path === "b.txt");
        assert.deepEqual(
          await stage.session.reject(
            gone.map(({ path: _, view: __, ...item }) => item),
            "",
          ),
          done,
        );
      },
    ]);
    assert.deepEqual(
      (await shown(stage)).map(([path, change]) => `${path} ${change}`),
      ["a.txt deleted", "b.txt deleted", "c.txt created", "d.txt created"],
    );
  });

  it("that a window left half done is settled by where the file is", async () => {
    for (const moved of [true, false]) {
      const stage = await scene({ "old.txt": poem });
      await stage.turn([(draft) => draft.move("old.txt", "new.txt")]);
      stage.refuseAppends((bodies) => bodies.some((body) => body.kind === "accepted"));
      if (!moved) stage.atWrite(() => "gone");
      await stage.session.accept(await items(stage));
      stage.refuseAppends(null);
      await stage.reload();
      assert.deepEqual([...stage.user.keys()], [moved ? "new.txt" : "old.txt"]);
      assert.equal((await items(stage)).length, moved ? 0 : 1);
    }
  });
});

describe("a file that the person renamed while changes to it wait", () => {
  const edited = poem.replace("line 3\n", "three\n");

  for (const [what, move] of [
    ["as the editor saw", (stage: Scene) => stage.rename("a.txt", "b.txt")],
    [
      "outside the editor, with the same bytes",
      (stage: Scene) => {
        stage.type("a.txt", null);
        stage.type("b.txt", poem);
        stage.session.userChanged("b.txt");
      },
    ],
  ] as const) {
    it(`${what}: its changes are offered under the new name, and apply there once the person says so`, async () => {
      const stage = await scene({ "a.txt": poem });
      await stage.turn([(draft) => draft.write("a.txt", edited)]);
      await stage.view();
      move(stage);
      const offered = async () => (await stage.view()).files[0]!.movedTo;
      for (let tries = 0; tries < 100 && (await offered()) === undefined; tries++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(await offered(), "b.txt");
      assert.equal((await stage.session.accept(await items(stage))).kind, "refused");
      const [file] = (await stage.view()).files;
      assert.deepEqual(await stage.session.applyThere(file!.id), done);
      assert.deepEqual(await shown(stage), [["b.txt", "changed", "a.txt", "pending"]]);
      assert.deepEqual(await stage.session.accept(await items(stage)), done);
      assert.deepEqual([...stage.user], [["b.txt", edited]]);
      await stage.turn([]);
      assert.match(stage.requests[1]!.report, /The person renamed a\.txt to b\.txt/);
      assert.deepEqual([...stage.draft()], [["b.txt", edited]]);
      assert.deepEqual(await stage.session.undo(), done);
      assert.deepEqual([...stage.user], [["b.txt", poem]]);
    });
  }
});

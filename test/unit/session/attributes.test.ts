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

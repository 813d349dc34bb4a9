/** Law 10 where a path has one file after the other: what came and went there is no part of the file that has the path now. */
import assert from "node:assert/strict";
import { scene, type Scene } from "./scene.ts";

const done = { kind: "done" };
const poem = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join("");

async function items(stage: Scene) {
  return (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
}

const shown = async (stage: Scene) =>
  (await stage.view()).files.map((view) => [
    view.path,
    view.change,
    view.newPath ?? "",
    view.hunks.map(({ state }) => state).join(),
  ]);

const texts = (answer: { kind: string; text?: string }) => [answer.kind, answer.text];

/** `a` is `b` now, and that was accepted; it may be executed. */
async function renamed(): Promise<{ stage: Scene; rename: number }> {
  const stage = await scene({ a: poem });
  stage.chmod("a", true);
  await stage.turn([(draft) => draft.move("a", "b")]);
  assert.deepEqual(await stage.session.accept(await items(stage)), done);
  return { stage, rename: stage.events().find((event) => event.kind === "accepting")!.seq };
}

describe("a new file where another one was", () => {
  it("has no mode of that one: none is proposed that nobody set", async () => {
    const { stage } = await renamed();
    await stage.turn([(draft) => draft.write("a", "new\n")]);
    assert.deepEqual(await shown(stage), [["a", "created", "", "pending"]]);
  });

  it("is proposed with the mode that it has, though that one had it too", async () => {
    const { stage } = await renamed();
    await stage.turn([(draft) => (draft.write("a", "new\n"), draft.chmod("a", true))]);
    assert.deepEqual(await shown(stage), [
      ["a", "created", "", "pending"],
      ["a", "mode", "", "pending"],
    ]);
  });

  it("goes to the draft with its mode when it is the person's", async () => {
    const { stage } = await renamed();
    stage.type("a", "mine\nmine too\n");
    stage.chmod("a", true);
    await stage.turn([(draft) => draft.move("a", "c")]);
    assert.deepEqual(await shown(stage), [["a", "renamed", "c", "pending"]]);
  });
});

describe("a file that came and went where a renamed one was", () => {
  it("stays there when the rename is undone and done again, and the next turn begins", async () => {
    const { stage, rename } = await renamed();
    await stage.turn([(draft) => draft.write("a", "new\n")]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    stage.type("a", null);
    await stage.turn([]);
    assert.deepEqual(await stage.session.undo(rename), done);
    assert.deepEqual(await stage.session.redo(rename), done);
    assert.deepEqual([...stage.user.keys()], ["b"]);
    stage.type("b", null);
    await stage.turn([]);
    assert.equal(stage.session.head().notice, null);
    assert.deepEqual([...stage.draft().keys()], []);
  });

  it("is not what the agent changes there once the rename is undone", async () => {
    const { stage, rename } = await renamed();
    await stage.turn([(draft) => draft.write("a", "new\n")]);
    assert.deepEqual(await stage.session.reject(await items(stage)), done);
    await stage.turn([]);
    assert.deepEqual(await stage.session.undo(rename), done);
    await stage.turn([(draft) => (draft.write("a", "other\n"), draft.chmod("a", true))]);
    assert.deepEqual(await shown(stage), [
      ["a", "changed", "", "pending"],
      ["b", "created", "", "pending"],
      ["b", "mode", "", "pending"],
    ]);
  });
});

describe("a rename that is proposed again", () => {
  it("is not accepted while a new file of the agent's has that name", async () => {
    const stage = await scene({ a: poem });
    await stage.turn([(draft) => draft.move("a", "b")]);
    assert.deepEqual(await stage.session.reject(await items(stage)), done);
    await stage.turn([(draft) => draft.write("b", "new\n")]);
    assert.deepEqual(await stage.session.undo(), done);
    const [rename] = await items(stage);
    assert.deepEqual(texts(await stage.session.accept([rename!])), [
      "refused",
      "b has changes of its own to decide: decide those first.",
    ]);
    assert.deepEqual([...stage.user.keys()], ["a"]);
    await stage.turn([]);
    assert.equal(stage.session.head().notice, null);
  });
});

/** A hunk taken with other lines, or some of its rows alone. */
import assert from "node:assert/strict";
import { scene, type Scene } from "./scene.ts";

const done = { kind: "done" };
const poem = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join("");
const agents = poem.replace("line 3\nline 4\n", "three\nfour\nand more\n").replace("line 9", "nine");

async function items(stage: Scene) {
  return (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
}
const shownLines = async (stage: Scene) =>
  (await stage.pending()).map(({ view }) =>
    view.rows.filter((row) => row.kind !== "context").map((row) => `${row.kind === "removed" ? "-" : "+"}${row.text}`),
  );

describe("an edited hunk", () => {
  const mine = poem.replace("line 3\nline 4\n", "drei\nvier\n");

  it("puts the person's lines into their file, their text around it, and is told to the agent once", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", agents)]);
    stage.type("a.txt", poem.replace("line 12", "typed"));
    const [first] = await items(stage);
    assert.deepEqual(await stage.session.edit(first!, "drei\nvier", "in German"), done);
    assert.equal(stage.user.get("a.txt"), mine.replace("line 12", "typed"));
    assert.deepEqual(await shownLines(stage), [["-line 9", "+nine"]]);
    assert.equal(stage.session.head().undo, "accepted 1 hunk with your own lines in a.txt");
    await stage.turn([]);
    assert.match(
      stage.requests[1]!.report,
      /own lines in the place of yours: in German\nline 3:\n-three\n-four\n-and more\n\+drei\n\+vier/,
    );
    assert.equal(stage.draft().get("a.txt"), mine.replace("line 12", "typed").replace("line 9", "nine"));
    await stage.turn([]);
    assert.doesNotMatch(stage.requests[2]!.report, /own lines/);
  });

  it("is undone and redone, at once, after a restart, and across a boundary", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", agents)]);
    const before = await shownLines(stage);
    assert.deepEqual(await stage.session.edit((await items(stage))[0]!, "drei\nvier\n"), done);
    for (const between of [async () => {}, () => stage.reload(), () => stage.turn([])]) {
      await between();
      assert.deepEqual(await stage.session.undo(), done);
      assert.equal(stage.user.get("a.txt"), poem);
      assert.deepEqual(await shownLines(stage), before);
      assert.deepEqual(await stage.session.redo(), done);
      assert.equal(stage.user.get("a.txt"), mine);
    }
  });

  it("that the agent works on before it is told comes back marked", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([
      (draft) => draft.write("a.txt", agents),
      async () => assert.deepEqual(await stage.session.edit((await items(stage))[0]!, "drei\nvier\n"), done),
      (draft) => draft.replace("a.txt", "four\n", "FOUR\n"),
    ]);
    const [again] = await stage.pending();
    assert.ok(again!.view.marks.includes("changed since you refused it"), again!.view.marks.join());
    assert.equal(stage.user.get("a.txt"), mine);
  });

  it("that was accepted, typed beside and undone before puts in the person's lines, and none of the agent's", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", agents)]);
    assert.deepEqual(await stage.session.accept([(await items(stage))[0]!]), done);
    stage.type("a.txt", stage.user.get("a.txt")!.replace("line 12", "typed"));
    await stage.view();
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(await stage.session.edit((await items(stage))[0]!, "drei\nvier"), done);
    assert.equal(stage.user.get("a.txt"), mine.replace("line 12", "typed"));
  });

  it("keeps the line ends and the encoding of its neighbours, and a missing end", async () => {
    const stage = await scene({ "a.txt": "a\r\nb\r\nc" });
    await stage.turn([(draft) => draft.write("a.txt", "a\r\nB\r\nC")]);
    assert.deepEqual(await stage.session.edit((await items(stage))[0]!, "é\nü\n"), done);
    assert.equal(stage.user.get("a.txt"), "a\r\né\r\nü");
  });

  it("is refused where it would change nothing, or the person's own lines are in the way", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", agents)]);
    const [first] = await items(stage);
    assert.equal((await stage.session.edit(first!, "line 3\nline 4\n")).kind, "refused");
    stage.type("a.txt", poem.replace("line 3", "typed"));
    assert.equal((await stage.session.edit(first!, "drei\nvier\n")).kind, "refused");
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3", "typed"));
    assert.equal((await stage.session.edit({ ...first!, hunks: ["h99"] }, "x")).kind, "moved on");
  });
});

describe("chosen rows of a hunk", () => {
  it("are accepted in the order of the rows; the rest waits, and all of them give the agent's text", async () => {
    const stage = await scene({ "a.txt": "a\nb\nc\n" });
    await stage.turn([(draft) => draft.write("a.txt", "a1\nb1\nc1\n")]);
    const [item] = await items(stage);
    assert.deepEqual(await stage.session.acceptRows(item!, { old: [2], new: [] }), done);
    assert.equal(stage.user.get("a.txt"), "a\nb1\nc\n");
    assert.deepEqual(await shownLines(stage), [
      ["-a", "+a1"],
      ["-c", "+c1"],
    ]);
    assert.equal(stage.session.head().undo, "accepted some lines of 1 hunk in a.txt");
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.user.get("a.txt"), "a1\nb1\nc1\n");
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), "a\nb\nc\n");
    assert.deepEqual(await shownLines(stage), [["-a", "-b", "-c", "+a1", "+b1", "+c1"]]);
  });

  it("take along what has to go with them where a text ends without a line end", async () => {
    const stage = await scene({ "a.txt": "a" });
    await stage.turn([(draft) => draft.write("a.txt", "a\nb\n")]);
    assert.deepEqual(await stage.session.acceptRows((await items(stage))[0]!, { old: [], new: [2] }), done);
    assert.equal(stage.user.get("a.txt"), "a\nb\n");
  });

  it("that are none of the hunk's are not taken", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", agents)]);
    assert.equal((await stage.session.acceptRows((await items(stage))[0]!, { old: [9], new: [99] })).kind, "refused");
    assert.equal(stage.user.get("a.txt"), poem);
  });
});

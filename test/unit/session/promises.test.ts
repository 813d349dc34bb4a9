/** The promises, where rooms held in memory can show them: each a test of its own, by its number. */
import assert from "node:assert/strict";
import type { EventBody } from "../../../src/protocol/index.ts";
import { scene, type Scene } from "./scene.ts";

const poem = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join("");
const done = { kind: "done" };

async function items(stage: Scene) {
  return (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
}

/** Two hunks in a.txt, a new file, a deleted one. */
async function proposed(): Promise<Scene> {
  const stage = await scene({ "a.txt": poem, "old.txt": "old\n", "own.txt": "own\n" });
  await stage.turn([
    (draft) => draft.replace("a.txt", "line 3\n", "three\n"),
    (draft) => draft.replace("a.txt", "line 9\n", "nine\n"),
    (draft) => draft.write("new.txt", "new"),
    (draft) => draft.remove("old.txt"),
  ]);
  return stage;
}

const tree = (stage: Scene) => Object.fromEntries([...stage.user].sort());
const untouched = { "a.txt": poem, "old.txt": "old\n", "own.txt": "own\n" };

describe("promise 1: no byte of the person's changes before an accept, and an accept writes what was shown", () => {
  it("leaves every file as it is through turns, rejections, follow-ups and a reload", async () => {
    const stage = await proposed();
    assert.deepEqual(tree(stage), untouched);
    await stage.session.reject([(await items(stage))[0]!]);
    await stage.turn([(draft) => draft.replace("a.txt", "line 6\n", "six\n")]);
    await stage.reload();
    assert.deepEqual(tree(stage), untouched);
  });

  it("writes the one hunk that was accepted, in the one file", async () => {
    const stage = await proposed();
    const shown = (await stage.pending())[1]!;
    assert.deepEqual(
      shown.view.rows.filter((row) => row.kind !== "context").map((row) => row.text),
      ["line 9", "nine"],
    );
    assert.deepEqual(await stage.session.accept([(await items(stage))[1]!]), done);
    assert.deepEqual(tree(stage), { ...untouched, "a.txt": poem.replace("line 9\n", "nine\n") });
  });
});

describe("promise 2: the person's text always wins", () => {
  it("keeps what is typed next to a hunk through accept and undo", async () => {
    const stage = await proposed();
    const typed = poem.replace("line 9\n", "line 9\nmine\n");
    stage.type("a.txt", typed);
    const nine = (await items(stage))[1]!;
    assert.deepEqual(await stage.session.accept([nine]), done);
    assert.equal(stage.user.get("a.txt"), typed.replace("line 9\n", "nine\n"));
    stage.type("a.txt", `${stage.user.get("a.txt")}more of mine\n`);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), `${typed}more of mine\n`);
  });

  it("does not take out, with an undo, what the person had typed themselves", async () => {
    const stage = await proposed();
    stage.type("a.txt", poem.replace("line 3\n", "three\n"));
    assert.deepEqual(await stage.session.accept([(await items(stage))[0]!]), done);
    stage.type("a.txt", `${stage.user.get("a.txt")}mine\n`);
    await stage.reload();
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), `${poem.replace("line 3\n", "three\n")}mine\n`);
  });

  it("brings the person's own lines back when theirs are taken and the taking is undone, also after more typing", async () => {
    const stage = await proposed();
    stage.type("a.txt", poem.replace("line 3\n", "mine\n"));
    await stage.session.take([(await items(stage))[0]!]);
    assert.deepEqual(await stage.session.take([(await items(stage))[0]!]), done);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3\n", "three\n"));
    stage.type("a.txt", `${stage.user.get("a.txt")}more\n`);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), `${poem.replace("line 3\n", "mine\n")}more\n`);
  });
});

describe("promise 4: nothing is implicit", () => {
  const passes: [string, (stage: Scene) => Promise<void>][] = [
    ["a reload", (stage) => stage.reload()],
    ["closing the session", (stage) => stage.session.close()],
    ["a turn that ends", (stage) => stage.turn([])],
    ["the person's typing over every hunk", async (stage) => stage.type("a.txt", "all mine\n")],
    [
      "the person's typing over every hunk, and a follow-up",
      async (stage) => (stage.type("a.txt", "all mine\n"), stage.turn([])),
    ],
    ["the agent taking its change back", (stage) => stage.turn([(draft) => draft.write("a.txt", poem)])],
    ["the draft being lost", async (stage) => (stage.loseDraft(), await stage.reload(), await stage.turn([]))],
  ];
  for (const [name, pass] of passes) {
    it(`${name} decides nothing`, async () => {
      const stage = await proposed();
      await pass(stage);
      const decided = stage
        .events()
        .filter((event) => ["accepting", "accepted", "rejected", "undoing"].includes(event.kind));
      assert.deepEqual(decided, []);
    });
  }
});

describe("promise 5: any decision can be undone and redone, also after a restart", () => {
  const kinds: [string, (stage: Scene) => Promise<unknown>][] = [
    ["an accept of a hunk", async (stage) => stage.session.accept([(await items(stage))[0]!])],
    ["an accept of everything", async (stage) => stage.session.accept(await items(stage))],
    ["a rejection", async (stage) => stage.session.reject([(await items(stage))[1]!], "no")],
    ["an accept of a new file", async (stage) => stage.session.accept([(await items(stage))[2]!])],
    ["an accept of a deletion", async (stage) => stage.session.accept([(await items(stage))[3]!])],
  ];
  const betweens: [string, (stage: Scene) => Promise<unknown>][] = [
    ["at once", async () => {}],
    ["after a restart", (stage) => stage.reload()],
    ["after three restarts", async (stage) => (await stage.reload(), await stage.reload(), await stage.reload())],
  ];
  for (const [kind, decide] of kinds) {
    for (const [when, between] of betweens) {
      it(`${kind}, ${when}`, async () => {
        const stage = await proposed();
        const shown = await stage.view();
        assert.deepEqual(await decide(stage), done);
        const after = tree(stage);
        for (let times = 0; times < 3; times++) {
          await between(stage);
          assert.deepEqual(await stage.session.undo(), done);
          assert.deepEqual(tree(stage), untouched);
          assert.deepEqual((await stage.view()).files, shown.files);
          await between(stage);
          assert.deepEqual(await stage.session.redo(), done);
          assert.deepEqual(tree(stage), after);
        }
      });
    }
  }

  it("an accept from before a boundary", async () => {
    const stage = await proposed();
    await stage.session.accept([(await items(stage))[0]!]);
    await stage.turn([(draft) => draft.replace("a.txt", "line 6\n", "six\n")]);
    await stage.reload();
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(tree(stage), untouched);
    await stage.reload();
    assert.deepEqual(await stage.session.redo(), done);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3\n", "three\n"));
  });

  it("keeping one's own text where it had overtaken the agent's, across a follow-up", async () => {
    const stage = await proposed();
    stage.type("a.txt", poem.replace("line 3\n", "mine\n"));
    await stage.turn([]);
    const overtaken = (await stage.pending()).find(({ view }) => view.state === "overtaken")!;
    assert.deepEqual(await stage.session.keep([overtaken]), done);
    await stage.turn([(draft) => draft.replace("a.txt", "line 6\n", "six\n")]);
    assert.equal((await stage.pending()).filter(({ view }) => view.state === "overtaken").length, 0);
    assert.deepEqual(await stage.session.undo(), done);
    const again = (await stage.pending()).find(({ view }) => view.state === "overtaken")!;
    assert.deepEqual([again.view.yours, again.view.id], [["mine"], overtaken.view.id]);
    assert.deepEqual(await stage.session.redo(), done);
    assert.equal((await stage.pending()).filter(({ view }) => view.state === "overtaken").length, 0);
  });

  it("taking theirs where one's own text had overtaken it: it is there to decide again", async () => {
    const stage = await proposed();
    stage.type("a.txt", poem.replace("line 3\n", "mine\n"));
    await stage.turn([]);
    const overtaken = (await stage.pending()).find(({ view }) => view.state === "overtaken")!;
    assert.deepEqual(await stage.session.take([overtaken]), done);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3\n", "mine\n"));
    assert.deepEqual(
      (await stage.pending()).filter(({ view }) => view.state === "overtaken").map(({ view }) => view.yours),
      [["mine"]],
    );
  });
});

describe("promise 6: append, then fold, then show", () => {
  const kinds: [string, (stage: Scene) => Promise<{ kind: string }>][] = [
    ["an accept", async (stage) => stage.session.accept([(await items(stage))[1]!])],
    ["a bulk accept", async (stage) => stage.session.accept(await items(stage))],
    ["a rejection", async (stage) => stage.session.reject([(await items(stage))[1]!])],
    ["taking theirs", async (stage) => stage.session.take([(await items(stage))[1]!])],
    ["keeping mine", async (stage) => stage.session.keep([(await items(stage))[1]!])],
    ["an undo", (stage) => stage.session.undo()],
    ["a redo", (stage) => stage.session.redo()],
  ];
  for (const [kind, act] of kinds) {
    it(`a log that refuses the append leaves ${kind} undone: files, state and page are as they were`, async () => {
      const stage = await proposed();
      const [first, second] = await items(stage);
      await stage.session.accept([first!]);
      if (kind === "a redo") {
        await stage.session.reject([second!]);
        await stage.session.undo();
      }
      const [before, files, events] = [await stage.view(), tree(stage), stage.events().length];
      stage.refuseAppends(() => true);
      const answer = await act(stage);
      assert.equal(answer.kind, "refused");
      assert.match(JSON.stringify(answer), /disk is full/);
      assert.deepEqual([tree(stage), stage.events().length], [files, events]);
      const after = await stage.view();
      assert.deepEqual(
        [after.files, after.head.counts, after.head.undo, after.head.redo],
        [before.files, before.head.counts, before.head.undo, before.head.redo],
      );
      stage.refuseAppends(null);
      assert.deepEqual(await act(stage), done, "and it can be done once the log can be written");
    });
  }

  for (const [name, between] of [
    ["the next action", async () => {}],
    ["a reload", (stage: Scene) => stage.reload()],
  ] as const) {
    it(`a write whose outcome could not be logged is settled by ${name}, from what the file holds`, async () => {
      const stage = await proposed();
      const [first, second] = await items(stage);
      stage.refuseAppends((bodies: readonly EventBody[]) => bodies[0]!.kind === "accepted");
      assert.equal((await stage.session.accept([first!])).kind, "refused");
      assert.equal(stage.user.get("a.txt"), poem.replace("line 3\n", "three\n"));
      stage.refuseAppends(null);
      await between(stage);
      assert.deepEqual(await stage.session.accept([second!]), done);
      assert.equal(stage.session.head().counts.accepted, 2);
      assert.deepEqual(await stage.session.undo(), done);
      assert.deepEqual(await stage.session.undo(), done);
      assert.deepEqual(tree(stage), untouched);
    });
  }

  it("a turn whose beginning cannot be logged does not reach the engine", async () => {
    const stage = await proposed();
    const requests = stage.requests.length;
    stage.refuseAppends((bodies) => bodies[0]!.kind === "turn.started");
    await stage.turn([(draft) => draft.write("a.txt", "unlogged")]);
    assert.equal(stage.requests.length, requests);
    assert.match(stage.session.head().notice!.text, /disk is full/);
  });
});

describe("promise 7: refusals and the person's own typing reach the agent at a boundary, once", () => {
  it("tells a refusal, its undoing and its redoing, each once", async () => {
    const stage = await proposed();
    const told = async () => {
      await stage.turn([]);
      return stage.requests.at(-1)!.report;
    };
    await stage.session.reject([(await items(stage))[0]!], "because");
    assert.match(await told(), /Rejected in a\.txt \(hunk at line 3\): because/);
    assert.equal(await told(), "");
    await stage.session.undo();
    await stage.session.redo();
    assert.equal(await told(), "", "undone and redone since: nothing is new");
    await stage.session.undo();
    assert.match(await told(), /taken back/);
    assert.equal(await told(), "");
    await stage.session.redo();
    assert.match(await told(), /Rejected in a\.txt/);
  });
});

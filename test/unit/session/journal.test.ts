/**
 * Law 12 for one file and for many: every file is looked at before the first one is written, what fails in the middle is told file by
 * file, and undo takes back exactly what is in.
 */
import assert from "node:assert/strict";
import type { EventBody } from "../../../src/protocol/index.ts";
import { scene, type Scene } from "./scene.ts";

const names = ["a", "b", "c", "d"];
const old = new Map(names.map((name) => [name, "1\n"]));
const done = { kind: "done" };

/** Four files of one line, each with one hunk that makes it "2". */
async function proposed(): Promise<Scene> {
  const stage = await scene(Object.fromEntries(old));
  await stage.turn([(draft) => names.forEach((name) => draft.write(name, "2\n"))]);
  return stage;
}

const items = async (stage: Scene) =>
  (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));

/** Runs once, after the intent is in the log and before anything is written. */
function afterIntent(stage: Scene, act: () => void, times = 1): void {
  let left = times;
  stage.refuseAppends((bodies: readonly EventBody[]) => {
    if (left > 0 && bodies.some(({ kind }) => kind === "accepting" || kind === "undoing")) {
      left -= 1;
      act();
    }
    return false;
  });
}

const outcomes = (stage: Scene) => stage.events().filter(({ kind }) => kind === "accepted" || kind === "undone");

describe("an accept of several files", () => {
  for (const last of names) {
    it(`writes none of them when ${last} changes before the first write, and plans anew with the person's text`, async () => {
      const stage = await proposed();
      afterIntent(stage, () => stage.type(last, `1\nmine\n`));
      const writes: string[] = [];
      stage.atWrite((path) => void writes.push(path));
      const answer = await stage.session.accept(await items(stage));
      assert.deepEqual(answer, done);
      assert.deepEqual(writes.toSorted(), names, "one round of writes, after everything was as planned");
      assert.deepEqual(stage.user, new Map(names.map((name) => [name, name === last ? "2\nmine\n" : "2\n"])));
      assert.equal(outcomes(stage).length, 2);
    });
  }

  it("writes none of them while one goes on changing, and says which", async () => {
    const stage = await proposed();
    let count = 0;
    afterIntent(stage, () => stage.type("c", `1\nmine ${++count}\n`), 10);
    const answer = await stage.session.accept(await items(stage));
    assert.ok(answer.kind === "refused");
    assert.match(answer.text, /^c: The file changed at that very moment/);
    assert.match(answer.text, /No file was written\./);
    assert.deepEqual(stage.user, new Map([...old, ["c", `1\nmine ${count}\n`]]));
    assert.equal(stage.session.head().counts.accepted, 0);
    assert.equal(stage.session.head().counts.pending, 4);
  });

  it("writes none of them when one cannot be written any more, and says why", async () => {
    const stage = await proposed();
    afterIntent(stage, () => stage.refuseWrites("d", "d is read-only"));
    const answer = await stage.session.accept(await items(stage));
    assert.ok(answer.kind === "refused");
    assert.match(answer.text, /^d: d is read-only/);
    assert.match(answer.text, /No file was written\./);
    assert.deepEqual(stage.user, old);
    stage.refuseWrites("d", null);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
  });

  for (const failing of names) {
    it(`says exactly what is in and what is not when ${failing} fails in the middle, and undo takes back what is in`, async () => {
      const stage = await proposed();
      stage.atWrite((path) => (path === failing ? "the disk is full" : null));
      const answer = await stage.session.accept(await items(stage));
      const others = names.filter((name) => name !== failing);
      assert.deepEqual(answer, {
        kind: "refused",
        text: `${failing}: the disk is full\nWritten, and accepted: ${others.join(", ")}. Undo takes back what was written.`,
      });
      assert.deepEqual(stage.user, new Map(names.map((name) => [name, name === failing ? "1\n" : "2\n"])));
      assert.deepEqual(
        (await stage.pending()).map(({ path }) => path),
        [failing],
      );
      stage.atWrite(null);
      assert.deepEqual(await stage.session.undo(), done);
      assert.deepEqual(stage.user, old);
      assert.deepEqual(await stage.session.redo(), done);
      assert.deepEqual(stage.user, new Map(names.map((name) => [name, name === failing ? "1\n" : "2\n"])));
      assert.deepEqual(await stage.session.accept(await items(stage)), done);
      assert.deepEqual([...stage.user.values()], ["2\n", "2\n", "2\n", "2\n"]);
    });
  }

  it("lets a file take the place of a folder's name: what goes is gone before what comes", async () => {
    const stage = await scene({ name: "1\n", "tools/run": "1\n" });
    await stage.turn([
      (draft) => {
        draft.write("Name", "2\n");
        draft.remove("name");
        draft.write("tools", "2\n");
        draft.remove("tools/run");
      },
    ]);
    const writes: string[] = [];
    stage.atWrite((path) => void writes.push(path));
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.ok(writes.indexOf("name") < writes.indexOf("Name"));
    assert.ok(writes.indexOf("tools/run") < writes.indexOf("tools"));
    assert.deepEqual([...stage.user.keys()].toSorted(), ["Name", "tools"]);
  });

  it("is settled file by file when the window went away between two writes", async () => {
    for (let written = 0; written <= names.length; written += 1) {
      const stage = await proposed();
      const gone = new Set(names.slice(written));
      stage.refuseAppends((bodies) => bodies.some(({ kind }) => kind === "accepted"));
      stage.atWrite((path) => (gone.has(path) ? "gone" : null));
      await stage.session.accept(await items(stage));
      stage.refuseAppends(null);
      stage.atWrite(null);
      const tree = stage.user;
      await stage.reload();
      assert.deepEqual(stage.user, tree, "coming back writes nothing");
      assert.equal(stage.session.head().counts.accepted, written);
      assert.deepEqual(
        (await stage.pending()).map(({ path, view }) => [path, view.state]),
        names.slice(written).map((name) => [name, "pending"]),
      );
      assert.deepEqual(written < names.length ? await stage.session.accept(await items(stage)) : done, done);
      assert.deepEqual([...stage.user.values()], ["2\n", "2\n", "2\n", "2\n"]);
    }
  });
});

describe("an undo of several files, and its redo", () => {
  for (const [what, begin, act] of [
    ["undo", async () => {}, (stage: Scene) => stage.session.undo()],
    ["redo", async (stage: Scene) => void (await stage.session.undo()), (stage: Scene) => stage.session.redo()],
  ] as const) {
    it(`write none of them when one changes before the first write: ${what}`, async () => {
      const stage = await proposed();
      await stage.session.accept(await items(stage));
      await begin(stage);
      const tree = stage.user;
      afterIntent(stage, () => stage.type("b", "mine\n"));
      const writes: string[] = [];
      stage.atWrite((path) => void writes.push(path));
      const answer = await act(stage);
      assert.ok(answer.kind === "refused");
      assert.match(answer.text, /^b: The file changed at that very moment/);
      assert.match(answer.text, what === "undo" ? /Nothing was undone/ : /Nothing was done again/);
      assert.deepEqual(writes, []);
      assert.deepEqual(stage.user, new Map([...tree, ["b", "mine\n"]]));
    });

    for (const failing of names) {
      it(`put back what was written before ${failing} failed: ${what}`, async () => {
        const stage = await proposed();
        await stage.session.accept(await items(stage));
        await begin(stage);
        const [tree, counts] = [stage.user, stage.session.head().counts];
        stage.atWrite((path) => (path === failing ? "the disk is full" : null));
        assert.equal((await act(stage)).kind, "refused");
        assert.deepEqual([stage.user, stage.session.head().counts], [tree, counts]);
        stage.atWrite(null);
        assert.deepEqual(await act(stage), done);
      });
    }
  }

  it("name what could not be put back, in the answer and in the conversation", async () => {
    const stage = await proposed();
    await stage.session.accept(await items(stage));
    let full = false;
    stage.atWrite((path) => {
      full ||= path === "c";
      return full ? "the disk is full" : null;
    });
    const answer = await stage.session.undo();
    assert.ok(answer.kind === "refused");
    assert.match(answer.text, /c: the disk is full/);
    assert.match(answer.text, /a, b: already undone when another file could not be|b, a: already undone/);
    assert.deepEqual([...stage.user.values()], ["1\n", "1\n", "2\n", "2\n"]);
    assert.ok(stage.events().some((event) => event.kind === "note" && /could not be put back/.test(event.text)));
  });
});

describe("a formatter, or another program, that changes a file right after an accept", () => {
  it("has made the person's own change: the accept stands, and other hunks still go in around it", async () => {
    const poem = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join("");
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", poem.replace("line 3", "three").replace("line 9", "nine"))]);
    const [three, nine] = await items(stage);
    assert.deepEqual(await stage.session.accept([three!]), done);
    const formatted = stage.user.get("a.txt")!.replace("three\n", "THREE;\n").replace("line 1\n", "line 1;\n");
    stage.type("a.txt", formatted);
    assert.equal(stage.session.head().counts.accepted, 1);
    assert.deepEqual(await stage.session.accept([nine!]), done);
    assert.equal(stage.user.get("a.txt"), formatted.replace("line 9", "nine"));
    await stage.reload();
    assert.equal(stage.user.get("a.txt"), formatted.replace("line 9", "nine"));
    assert.equal(stage.session.head().counts.accepted, 2);
  });
});

describe("what a write has to say", () => {
  it("is said in the conversation when a file had other names", async () => {
    const stage = await proposed();
    stage.writesSay("a had 1 other name");
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    const said = stage.events().flatMap((event) => (event.kind === "note" ? [event.text] : []));
    assert.deepEqual(
      said,
      names.map(() => "a had 1 other name"),
    );
  });

  it("finds out before the first write that a disk takes two names for one", async () => {
    const stage = await scene({ other: "1\n" });
    await stage.turn([
      (draft) => {
        draft.write("other", "2\n");
        draft.write("name", "new\n");
      },
    ]);
    // The person makes "Name"; on their disk "name" is the same file.
    afterIntent(stage, () => stage.type("name", "mine\n"), 3);
    const writes: string[] = [];
    stage.atWrite((path) => void writes.push(path));
    const answer = await stage.session.accept(await items(stage));
    assert.ok(answer.kind === "refused");
    assert.equal(stage.user.get("name"), "mine\n");
    assert.ok(!writes.includes("name"));
  });
});

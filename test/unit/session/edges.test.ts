/** Odd files, odd moments: what a session does where texts are no plain texts, or things happen in between. */
import assert from "node:assert/strict";
import { idOf, scene, type Scene } from "./scene.ts";

const poem = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join("");
const done = { kind: "done" };
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

async function items(stage: Scene) {
  return (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
}

const shownLines = async (stage: Scene) =>
  (await stage.pending()).map(({ view }) =>
    view.rows.filter((row) => row.kind !== "context").map((row) => `${row.kind === "removed" ? "-" : "+"}${row.text}`),
  );

describe("a decision", () => {
  it("that names one file in several items writes it once, with all hunks", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", poem.replace("line 3", "three").replace("line 9", "nine"))]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3", "three").replace("line 9", "nine"));
    assert.equal(stage.session.head().counts.accepted, 2);
  });

  it("made again after the person took its lines out by hand writes them again", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "line 3\nthree and a half\n")]);
    const [item] = await items(stage);
    await stage.session.accept([item!]);
    stage.type("a.txt", poem);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), poem);
    assert.deepEqual(await stage.session.accept([item!]), done);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3\n", "line 3\nthree and a half\n"));
  });

  it("made while the agent works holds, and is told at the next boundary", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([
      (draft) => draft.write("a.txt", poem.replace("line 3", "three").replace("line 9", "nine")),
      async () => {
        const [three, nine] = await items(stage);
        assert.deepEqual(await stage.session.accept([three!]), done);
        assert.deepEqual(await stage.session.reject([nine!], "no"), done);
      },
      (draft) => draft.replace("a.txt", "line 6\n", "six\n"),
    ]);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3", "three"));
    assert.deepEqual(await shownLines(stage), [["-line 6", "+six"]]);
    await stage.turn([]);
    assert.match(stage.requests[1]!.report, /Rejected in a\.txt \(hunk at line 9\): no/);
  });

  it("shows the person's own file where both made one of that name, and takes theirs over it only after that", async () => {
    const stage = await scene({});
    await stage.turn([(draft) => draft.write("new.txt", "agent\n")]);
    stage.type("new.txt", "mine\n");
    assert.equal((await stage.session.take(await items(stage))).kind, "moved on");
    const [stale] = await stage.pending();
    assert.deepEqual([stale!.view.state, stale!.view.yours], ["stale", ["mine"]]);
    assert.deepEqual(await stage.session.take(await items(stage)), done);
    assert.equal(stage.user.get("new.txt"), "agent\n");
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("new.txt"), "mine\n");
  });

  it("on a file the person deleted waits, and after a follow-up brings the file back only if theirs is taken", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    stage.type("a.txt", null);
    assert.equal((await stage.session.accept(await items(stage))).kind, "refused");
    assert.equal(stage.user.has("a.txt"), false);
    await stage.turn([]);
    assert.deepEqual(
      [stage.draft().has("a.txt"), (await stage.pending()).map(({ view }) => view.state)],
      [false, ["overtaken"]],
    );
    assert.deepEqual(await stage.session.take(await items(stage)), done);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 3\n", "three\n"));
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.has("a.txt"), false);
  });

  it("does not take theirs over a whole file that the person has changed again since", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    stage.type("a.txt", null);
    await stage.turn([]);
    stage.type("a.txt", "begun again\n");
    const answer = await stage.session.take(await items(stage));
    assert.match(answer.kind === "refused" ? answer.text : "", /changed these lines again/);
    assert.equal(stage.user.get("a.txt"), "begun again\n");
  });
});

describe("line ends and encodings", () => {
  it("of a mixed file stay as they are around an accepted hunk", async () => {
    const mixed = "one\r\ntwo\nthree\rfour\r\nfive";
    const stage = await scene({ "a.txt": mixed });
    await stage.turn([(draft) => draft.write("a.txt", mixed.replace("four", "4"))]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.user.get("a.txt"), mixed.replace("four", "4"));
  });

  it("of an editor are those of its text when a hunk is accepted into it, and undone from it", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    const typed = poem.replace("line 8", "eight").replaceAll("\n", "\r\n");
    stage.openDirty("a.txt", typed, "\r\n");
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.user.get("a.txt"), typed.replace("line 3", "three"));
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), typed);
  });

  it("a missing one at the end comes and goes with the hunk that shows it", async () => {
    const stage = await scene({ "a.txt": "one\ntwo" });
    await stage.turn([(draft) => draft.write("a.txt", "one\ntwo\nthree")]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.user.get("a.txt"), "one\ntwo\nthree");
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("a.txt"), "one\ntwo");
  });

  it("of Latin-1 bytes survive an accept and an undo, byte for byte", async () => {
    const stage = await scene({});
    const before = latin1("caf\xe9\nna\xefve\nline 3\n");
    stage.put("a.txt", before);
    await stage.turn([]);
    await stage.turn([(draft) => draft.put("a.txt", latin1("caf\xe9\nna\xefve\nthree \x80\n"))]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([...stage.bytesOf("a.txt")!], [...latin1("caf\xe9\nna\xefve\nthree \x80\n")]);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual([...stage.bytesOf("a.txt")!], [...before]);
  });

  it("that the person changes under a decision do not mix with those it was made in", async () => {
    const stage = await scene({ "a.txt": "日本\nline 2\nline 3\nline 4\nend\n" });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "drei €\n")]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    const own = new Uint8Array([...new TextEncoder().encode("日本\nline 2\ndrei €\nline 4\nend\n"), 0xe9, 0x0a]);
    stage.put("a.txt", own);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(
      [...stage.bytesOf("a.txt")!],
      [...new TextEncoder().encode("日本\nline 2\nline 3\nline 4\nend\n"), 0xe9, 0x0a],
    );
  });

  it("are shown as a person reads them, and told to the agent so", async () => {
    const stage = await scene({ "a.txt": "日本\n" });
    await stage.turn([(draft) => draft.write("a.txt", "東京\n")]);
    assert.deepEqual(await shownLines(stage), [["-日本", "+東京"]]);
    await stage.session.reject(await items(stage), "いいえ");
    await stage.turn([]);
    assert.match(stage.requests[1]!.report, /いいえ\n-日本\n\+東京/);
  });

  it("of binary files are one change, accepted and undone whole", async () => {
    const stage = await scene({});
    stage.put("a.bin", new Uint8Array([1, 0, 2]));
    await stage.turn([]);
    await stage.turn([(draft) => draft.put("a.bin", new Uint8Array([3, 0, 4, 0]))]);
    const [one] = (await stage.view()).files;
    const hashes = [
      [1, 0, 2],
      [3, 0, 4, 0],
    ]
      .map((bytes) => idOf(Uint8Array.from(bytes)))
      .join(" → ");
    assert.deepEqual([one!.change, one!.detail, one!.hunks.length], ["binary", `3 B → 4 B · SHA-256 ${hashes}`, 1]);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([...stage.bytesOf("a.bin")!], [3, 0, 4, 0]);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual([...stage.bytesOf("a.bin")!], [1, 0, 2]);
  });
});

describe("an undo of several files", () => {
  it("puts every file back when one of them cannot be written, wherever that one stands", async () => {
    for (const locked of ["a", "b", "c"]) {
      const stage = await scene({ a: "1\n", b: "1\n", c: "1\n" });
      await stage.turn([(draft) => ["a", "b", "c"].forEach((path) => draft.write(path, "2\n"))]);
      assert.deepEqual(await stage.session.accept(await items(stage)), done);
      stage.refuseWrites(locked, "It is read-only.");
      assert.equal((await stage.session.undo()).kind, "refused");
      assert.deepEqual(
        [...stage.user],
        [
          ["a", "2\n"],
          ["b", "2\n"],
          ["c", "2\n"],
        ],
      );
      stage.refuseWrites(locked, null);
      assert.deepEqual(await stage.session.undo(), done);
    }
  });

  it("that a window left half done is finished when it is opened again, or put back where that cannot be", async () => {
    for (const locked of [false, true]) {
      const stage = await scene({ a: "1\n", b: "1\n" });
      await stage.turn([(draft) => (draft.write("a", "2\n"), draft.write("b", "2\n"))]);
      await stage.session.accept(await items(stage));
      await stage.session.undo();
      stage.events().pop();
      stage.type("b", "2\n");
      if (locked) stage.refuseWrites("b", "It is read-only.");
      await stage.reload();
      assert.deepEqual([...stage.user.values()], locked ? ["2\n", "2\n"] : ["1\n", "1\n"]);
      assert.equal(stage.session.head().counts.accepted, locked ? 2 : 0);
    }
  });
});

describe("an undo across a boundary", () => {
  it("removes a file that was created, and brings back one that was deleted", async () => {
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => draft.write("new.txt", "new\n"), (draft) => draft.remove("old.txt")]);
    for (const item of await items(stage)) assert.deepEqual(await stage.session.accept([item]), done);
    await stage.turn([]);
    await stage.reload();
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual([...stage.user], [["old.txt", poem]]);
    assert.deepEqual(
      (await stage.view()).files.map((file) => [file.path, file.change]),
      [
        ["new.txt", "created"],
        ["old.txt", "deleted"],
      ],
    );
    assert.deepEqual(await stage.session.redo(), done);
    assert.deepEqual(await stage.session.redo(), done);
    assert.deepEqual([...stage.user], [["new.txt", "new\n"]]);
  });

  it("does not remove a created file that the person has gone on with", async () => {
    const stage = await scene({});
    await stage.turn([(draft) => draft.write("new.txt", "new\n")]);
    await stage.session.accept(await items(stage));
    await stage.turn([]);
    stage.type("new.txt", "new\nmine\n");
    assert.equal((await stage.session.undo()).kind, "refused");
    assert.equal(stage.user.get("new.txt"), "new\nmine\n");
  });
});

describe("a boundary", () => {
  it("that is stopped on its way loses nothing of what the person changed meanwhile", async () => {
    const stage = await scene({ "a.txt": poem, "b.txt": "b\n" });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    stage.type("b.txt", "b by hand\n");
    stage.refuseAppends((bodies) => bodies[0]!.kind === "boundary");
    await stage.turn([]);
    assert.match(stage.session.head().notice!.text, /disk is full/);
    stage.refuseAppends(null);
    await stage.turn([]);
    assert.equal(stage.draft().get("b.txt"), "b by hand\n");
    assert.match(stage.requests.at(-1)!.report, /The person changed b\.txt/);
  });

  it("makes a folder's files out of a file that was refused in their place", async () => {
    const stage = await scene({ "lib/a.txt": "a\n" });
    await stage.turn([(draft) => (draft.remove("lib/a.txt"), draft.write("lib", "a file now\n"))]);
    await stage.session.reject(await items(stage));
    await stage.turn([]);
    assert.deepEqual([...stage.draft()], [["lib/a.txt", "a\n"]]);
  });

  it("after the draft was lost begins with a new one that holds what was proposed", async () => {
    const stage = await scene({ "a.txt": poem, "b.txt": "b\n" });
    await stage.turn([
      (draft) => draft.write("a.txt", poem.replace("line 3", "three").replace("line 9", "nine")),
      (draft) => draft.remove("b.txt"),
    ]);
    await stage.session.accept([(await items(stage))[0]!]);
    const before = await shownLines(stage);
    stage.loseDraft();
    await stage.reload();
    assert.deepEqual(await shownLines(stage), before);
    await stage.turn([]);
    await stage.reload();
    await stage.reload();
    assert.deepEqual(await shownLines(stage), before, "nothing is proposed by itself");
    assert.deepEqual([...stage.draft()], [["a.txt", poem.replace("line 3", "three").replace("line 9", "nine")]]);
  });
});

describe("an accept into an unsaved editor", () => {
  async function accepted(): Promise<Scene> {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
    stage.openDirty("a.txt", poem.replace("line 8", "eight"));
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    return stage;
  }
  const kinds = (stage: Scene) =>
    stage
      .events()
      .map((event) => event.kind)
      .filter((kind) => kind === "saved" || kind === "withdrawn");

  it("is in the file once it is saved", async () => {
    const stage = await accepted();
    stage.save("a.txt");
    await stage.session.accept([]);
    assert.deepEqual(kinds(stage), ["saved"]);
  });

  it("is in the file once it is saved, though the person worked on in the accepted line", async () => {
    const stage = await accepted();
    stage.openDirty("a.txt", stage.user.get("a.txt")!.replace("three", "three by mine"));
    stage.save("a.txt");
    await stage.session.accept([]);
    assert.deepEqual([kinds(stage), (await stage.pending()).length], [["saved"], 0]);
  });

  it("is to be decided again when the editor was reverted and something else saved", async () => {
    const stage = await accepted();
    stage.openDirty("a.txt", poem.replace("line 10", "ten"));
    stage.save("a.txt");
    await stage.session.accept([]);
    assert.deepEqual([kinds(stage), (await stage.pending()).length], [["withdrawn"], 1]);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 10", "ten"));
  });

  it("waits while the editor stays as it is, through restarts", async () => {
    const stage = await accepted();
    await stage.reload();
    await stage.reload();
    assert.deepEqual([kinds(stage), (await stage.pending()).length], [[], 0]);
  });
});

describe("line ends, marks and encodings changed by themselves", () => {
  const crlf = poem.replaceAll("\n", "\r\n");
  const changes: [change: string, detail: string, before: string, after: string][] = [
    ["ends", "line ends CRLF → LF, 12 lines", crlf, poem],
    ["ends", "line ends LF → CRLF, 12 lines", poem, crlf],
    ["mark", "byte order mark added", poem, `\ufeff${poem}`],
  ];
  for (const [change, detail, before, after] of changes) {
    it(`are one change: ${detail}; accepted around the person's typing, and undone`, async () => {
      const stage = await scene({ "a.txt": before });
      await stage.turn([(draft) => draft.write("a.txt", after)]);
      const [view] = (await stage.view()).files;
      assert.deepEqual([view!.change, view!.detail, view!.hunks.map(({ rows }) => rows)], [change, detail, [[]]]);
      stage.type("a.txt", before.replace("line 5", "my line"));
      assert.deepEqual(await stage.session.accept(await items(stage)), done);
      assert.equal(stage.user.get("a.txt"), after.replace("line 5", "my line"));
      assert.deepEqual(await stage.session.undo(), done);
      assert.equal(stage.user.get("a.txt"), before.replace("line 5", "my line"));
      await stage.turn([]);
      assert.equal((await stage.view()).files[0]!.detail, detail);
      assert.deepEqual(await stage.session.reject(await items(stage), "no"), done);
      await stage.turn([(draft) => draft.write("a.txt", draft.read("a.txt").replace("line 9", "nine"))]);
      assert.deepEqual(await shownLines(stage), [["-line 9", "+nine"]]);
      assert.deepEqual(await stage.session.accept(await items(stage)), done);
      assert.equal(stage.user.get("a.txt"), before.replace("line 5", "my line").replace("line 9", "nine"));
    });
  }

  it("wait for unsaved text to be saved", async () => {
    const stage = await scene({ "a.txt": crlf });
    await stage.turn([(draft) => draft.write("a.txt", poem)]);
    stage.openDirty("a.txt", crlf.replace("line 5", "my line"), "\r\n");
    const answer = await stage.session.accept(await items(stage));
    assert.match(answer.kind === "refused" ? answer.text : "", /unsaved text.*Save or revert/);
    stage.save("a.txt");
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 5", "my line"));
  });

  it("show a final line end that comes or goes as a line of its own", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", poem.slice(0, -1))]);
    assert.deepEqual(await shownLines(stage), [["-line 12", "+line 12"]]);
  });
});

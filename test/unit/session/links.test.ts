/** Symbolic links: a target is decided by itself, like a file's mode, and never in a bulk. */
import assert from "node:assert/strict";
import type { DecisionItem, FileView } from "../../../src/protocol/index.ts";
import { scene, type Scene } from "./scene.ts";

const done = { kind: "done" };

async function items(stage: Scene, of?: (view: FileView) => boolean): Promise<DecisionItem[]> {
  const { files } = await stage.view();
  const wanted = new Set(files.filter((view) => of?.(view) ?? true).map(({ id }) => id));
  return (await stage.pending())
    .filter(({ file }) => wanted.has(file))
    .map(({ file, revision, hunks }) => ({ file, revision, hunks }));
}

const shown = async (stage: Scene) =>
  (await stage.view()).files.map(({ path, change, detail, hunks }) => [
    `${path} ${change} ${detail}`,
    hunks
      .map(({ state, rows }) => `${state}: ${rows.map(({ kind, text }) => `${kind} ${text}`).join(", ")}`)
      .join("; "),
  ]);
const links = (view: FileView) => view.change === "link";
const marks = async (stage: Scene) =>
  (await stage.view()).files.flatMap(({ hunks }) => hunks.flatMap((one) => one.marks));

describe("a symbolic link", () => {
  const changes: [string, Record<string, string>, string | null, string, string][] = [
    ["a changed target", { now: "v1" }, "v2", "link leads elsewhere", "pending: removed v1, added v2"],
    ["a new link", {}, "v2", "new link", "pending: added v2"],
    ["a removed link", { now: "v1" }, null, "link removed", "pending: removed v1"],
  ];
  for (const [what, before, target, detail, rows] of changes) {
    it(`${what} is one change, accepted, undone and redone, also after a reload`, async () => {
      const stage = await scene({ "v1/a": "a\n" }, {}, before);
      await stage.turn([(draft) => draft.link("now", target)]);
      assert.deepEqual(await shown(stage), [[`now link ${detail}`, rows]]);
      assert.deepEqual(await stage.session.accept(await items(stage)), done);
      assert.equal(stage.links.get("now") ?? null, target);
      assert.deepEqual(await stage.session.undo(), done);
      assert.deepEqual(Object.fromEntries(stage.links), before);
      assert.deepEqual(await stage.session.redo(), done);
      await stage.reload();
      assert.equal(stage.links.get("now") ?? null, target);
      await stage.turn([]);
      assert.deepEqual(await shown(stage), []);
      assert.equal(stage.requests.at(-1)!.report.includes("The person"), false);
      assert.deepEqual(await stage.session.undo(), done);
      assert.deepEqual(Object.fromEntries(stage.links), before);
    });

    it(`${what} that was refused is taken back in the draft at the boundary, and the agent is told`, async () => {
      const stage = await scene({ "v1/a": "a\n" }, {}, before);
      await stage.turn([(draft) => draft.link("now", target)]);
      assert.deepEqual(await stage.session.reject(await items(stage), "keep it"), done);
      assert.deepEqual(Object.fromEntries(stage.draftLinks()), target === null ? {} : { now: target });
      await stage.turn([]);
      const told = target === null ? "the removal of the link now" : 'the link now to "v2"';
      assert.ok(stage.requests[1]!.report.includes(`Rejected: ${told}: keep it`), stage.requests[1]!.report);
      assert.deepEqual(Object.fromEntries(stage.draftLinks()), before);
      assert.deepEqual(await shown(stage), []);
      await stage.turn([(draft) => draft.link("now", target)]);
      assert.ok((await marks(stage)).includes("refused before"));
      await stage.turn([(draft) => draft.link("now", "v3")]);
      assert.ok(!(await marks(stage)).includes("refused before"));
    });
  }

  it("that the person changed meanwhile makes the change stale: nothing of theirs is replaced unasked", async () => {
    const stage = await scene({}, {}, { now: "v1" });
    await stage.turn([(draft) => draft.link("now", "v2")]);
    await stage.view();
    stage.link("now", "mine");
    const answer = await stage.session.accept(await items(stage));
    assert.equal(answer.kind, "refused");
    assert.equal(stage.links.get("now"), "mine");
    const [file] = (await stage.view()).files;
    assert.deepEqual([file!.hunks[0]!.state, file!.hunks[0]!.yours], ["stale", ["mine"]]);
    assert.deepEqual(await stage.session.take(await items(stage)), done);
    assert.equal(stage.links.get("now"), "v2");
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.links.get("now"), "mine");
  });

  it("that both changed before a boundary is the person's in the draft, and the agent's can be taken after all", async () => {
    const stage = await scene({}, {}, { now: "v1" });
    await stage.turn([(draft) => draft.link("now", "v2")]);
    stage.link("now", "mine");
    await stage.turn([]);
    assert.match(stage.requests[1]!.report, /The person made now a link to "mine"/);
    assert.equal(stage.draftLinks().get("now"), "mine");
    const [file] = (await stage.view()).files;
    assert.deepEqual(await shown(stage), [["now link undefined", "overtaken: removed v1, added v2"]]);
    assert.deepEqual(file!.hunks[0]!.yours, ["mine"]);
    assert.deepEqual(await stage.session.take(await items(stage)), done);
    assert.equal(stage.links.get("now"), "v2");
  });

  it("of the person's own is told at the boundary, and is no proposal", async () => {
    const stage = await scene({}, {}, { old: "v1" });
    await stage.turn([]);
    stage.link("new", "v1");
    stage.link("old", null);
    await stage.turn([]);
    assert.match(stage.requests[1]!.report, /The person removed the link old\./);
    assert.match(stage.requests[1]!.report, /The person made new a link to "v1"\./);
    assert.deepEqual([...stage.draftLinks()], [["new", "v1"]]);
    assert.deepEqual(await shown(stage), []);
  });

  it("is in no bulk accept, and says what it does", async () => {
    const stage = await scene({ "a.txt": "a\n" });
    await stage.turn([(draft) => (draft.write("a.txt", "b\n"), draft.link("now", "/etc"))]);
    const answer = await stage.session.accept(await items(stage));
    assert.match(answer.kind === "refused" ? answer.text : "", /now: protected: whoever reads or writes at this path/);
    assert.deepEqual([stage.user.get("a.txt"), stage.links.has("now")], ["b\n", false]);
    const hunk = (await stage.view()).files.find(links)!.hunks[0]!;
    assert.equal(hunk.apart, "protected");
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.links.get("now"), "/etc");
  });

  for (const [target, says] of [
    ["deep/er", null],
    ["../x", null],
    ["../../x", "the target leads out of this folder"],
    ["a/../../x", "the target may lead out of this folder"],
    ["/etc/passwd", "the target is an absolute path: it may lead anywhere on this machine"],
    ["C:\\x", "the target is an absolute path: it may lead anywhere on this machine"],
  ] as const) {
    it(`to ${target} ${says === null ? "stays inside, and nothing is said of it" : `says: ${says}`}`, async () => {
      const stage = await scene({});
      await stage.turn([(draft) => draft.link("in/now", target)]);
      const [effect, ...rest] = await marks(stage);
      assert.match(effect!, /^protected: /);
      assert.deepEqual(rest, says === null ? [] : [says]);
    });
  }

  it("in the place of a file is a second change, which waits for the file's; refused, the file comes back", async () => {
    const stage = await scene({ "a.txt": "a\n" });
    await stage.turn([(draft) => (draft.remove("a.txt"), draft.link("a.txt", "b.txt"))]);
    assert.deepEqual(
      (await shown(stage)).map(([what]) => what),
      ["a.txt deleted deleted, 2 B", "a.txt link new link"],
    );
    const answer = await stage.session.accept(await items(stage, links));
    assert.match(answer.kind === "refused" ? answer.text : "", /A file stands there/);
    assert.deepEqual(await stage.session.accept(await items(stage, (view) => !links(view))), done);
    assert.deepEqual(await stage.session.accept(await items(stage, links)), done);
    assert.deepEqual([[...stage.user], [...stage.links]], [[], [["a.txt", "b.txt"]]]);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual(await stage.session.undo(), done);
    assert.deepEqual([[...stage.user], [...stage.links]], [[["a.txt", "a\n"]], []]);
    assert.deepEqual(await stage.session.reject(await items(stage), ""), done);
    await stage.turn([]);
    assert.deepEqual([[...stage.draft()], [...stage.draftLinks()]], [[["a.txt", "a\n"]], []]);
  });

  it("in the old place of a renamed file stays there, whatever becomes of the file", async () => {
    const poem = "one\ntwo\nthree\n";
    const stage = await scene({ "old.txt": poem });
    await stage.turn([(draft) => (draft.move("old.txt", "new.txt"), draft.link("old.txt", "new.txt"))]);
    assert.deepEqual(await stage.session.accept(await items(stage, (view) => !links(view))), done);
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.deepEqual([[...stage.user], [...stage.links]], [[["new.txt", poem]], [["old.txt", "new.txt"]]]);
    await stage.turn([]);
    assert.deepEqual(await shown(stage), []);
    assert.deepEqual([[...stage.draft()], [...stage.draftLinks()]], [[["new.txt", poem]], [["old.txt", "new.txt"]]]);
  });

  it("is refused with the reason where none can be made, and waits on", async () => {
    const stage = await scene({});
    await stage.turn([(draft) => draft.link("now", "v2")]);
    stage.atWrite(() => "links cannot be made here");
    const answer = await stage.session.accept(await items(stage));
    assert.match(answer.kind === "refused" ? answer.text : "", /links cannot be made here/);
    assert.equal((await items(stage)).length, 1);
  });

  it("comes back with a draft that was lost, and a window that went away is settled by what stands", async () => {
    for (const written of [true, false]) {
      const stage = await scene({}, {}, { now: "v1" });
      await stage.turn([(draft) => draft.link("now", "v2")]);
      stage.loseDraft();
      await stage.turn([]);
      assert.equal(stage.draftLinks().get("now"), "v2");
      stage.refuseAppends((bodies) => bodies.some((body) => body.kind === "accepted"));
      if (!written) stage.atWrite(() => "gone");
      await stage.session.accept(await items(stage));
      stage.refuseAppends(null);
      await stage.reload();
      assert.equal(stage.links.get("now"), written ? "v2" : "v1");
      assert.equal((await items(stage)).length, written ? 0 : 1);
    }
  });
});

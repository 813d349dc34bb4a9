/**
 * Files that are large, and files that were moved, when their hunks are decided.
 */
import assert from "node:assert/strict";
import { idOf, scene, type Scene } from "./scene.ts";

const done = { kind: "done" };
const items = async (stage: Scene) =>
  (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
const poem = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join("");

describe("a file that was moved away before its hunk is accepted", () => {
  const moves: [what: string, act: (stage: Scene) => void, left: [string, string][]][] = [
    ["deleted", (stage) => stage.type("a.txt", null), []],
    [
      "renamed",
      (stage) => {
        stage.type("a.txt", null);
        stage.type("b.txt", poem);
      },
      [["b.txt", poem]],
    ],
    [
      "renamed by case alone",
      (stage) => {
        stage.type("a.txt", null);
        stage.type("A.txt", poem);
      },
      [["A.txt", poem]],
    ],
  ];
  for (const [what, act, left] of moves) {
    it(`${what}: nothing is written, the hunk waits as stale, and fits again when the file is back`, async () => {
      const stage = await scene({ "a.txt": poem });
      await stage.turn([(draft) => draft.replace("a.txt", "line 3\n", "three\n")]);
      act(stage);
      assert.equal((await stage.session.accept(await items(stage))).kind, "refused");
      assert.deepEqual([...stage.user], left);
      assert.deepEqual(
        (await stage.pending()).map(({ view }) => view.state),
        ["stale"],
      );
      stage.type("a.txt", poem);
      assert.deepEqual(await stage.session.accept(await items(stage)), done);
      assert.equal(stage.user.get("a.txt"), poem.replace("line 3\n", "three\n"));
    });
  }
});

describe("a large file", function () {
  this.timeout(60_000);

  it("of 200,000 lines is accepted hunk by hunk, byte for byte, and taken back", async () => {
    const lines = Array.from({ length: 200_000 }, (_, at) => `line ${at}\n`);
    const changed = lines.map((line, at) => (at % 40_000 === 7 ? `agent ${at}\n` : line));
    const stage = await scene({ "big.txt": lines.join("") });
    await stage.turn([(draft) => draft.write("big.txt", changed.join(""))]);
    const all = await items(stage);
    assert.equal(all.length, 5);
    assert.deepEqual(await stage.session.accept([all[2]!]), done);
    assert.equal(stage.user.get("big.txt"), lines.with(80_007, "agent 80007\n").join(""));
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("big.txt"), lines.join(""));
  });

  it("of more lines than that is one change with sizes and hashes, in bounded time, and taken back", async () => {
    const lines = Array.from({ length: 200_001 }, (_, at) => `line ${at}\n`);
    const changed = lines.map((line, at) => (at % 3 === 1 ? `agent ${at}\n` : line)).join("");
    const stage = await scene({ "big.txt": lines.join("") });
    await stage.turn([(draft) => draft.write("big.txt", changed)]);
    const [view] = (await stage.view()).files;
    assert.deepEqual([view!.change, view!.hunks.length, view!.hunks[0]!.rows], ["binary", 1, []]);
    const hashes = [lines.join(""), changed].map((text) => idOf(new TextEncoder().encode(text)));
    assert.match(view!.detail!, new RegExp(`^2\\.3 MB → \\d\\.\\d MB · SHA-256 ${hashes.join(" → ")}$`));
    assert.deepEqual(await stage.session.accept(await items(stage)), done);
    assert.equal(stage.user.get("big.txt"), changed);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("big.txt"), lines.join(""));
  });

  it("that grows beyond that while its hunks are decided becomes one change, and is exact all the same", async () => {
    const lines = Array.from({ length: 199_999 }, (_, at) => `line ${at}\n`).join("");
    const stage = await scene({ "big.txt": `first\n${lines}` });
    await stage.turn([(draft) => draft.write("big.txt", `FIRST\n${lines}`)]);
    stage.type("big.txt", `first\n${lines}mine\n`);
    assert.equal((await stage.session.accept(await items(stage))).kind, "refused");
    await stage.turn([(draft) => draft.write("small.txt", "x\n")]);
    assert.deepEqual(
      (await stage.pending()).map(({ path, view }) => `${path} ${view.state}`),
      ["big.txt overtaken", "small.txt pending"],
    );
    assert.equal(stage.user.get("big.txt"), `first\n${lines}mine\n`);
  });

  it("of 10,000 hunks is accepted at once as one decision, and taken back by one undo", async () => {
    const lines = Array.from({ length: 40_000 }, (_, at) => `line ${at}\n`);
    const changed = lines.map((line, at) => (at % 4 === 1 ? `agent ${at}\n` : line)).join("");
    const stage = await scene({ "big.txt": lines.join("") });
    await stage.turn([(draft) => draft.write("big.txt", changed)]);
    const all = await items(stage);
    assert.equal(all.length, 10_000);
    assert.deepEqual(await stage.session.accept(all), done);
    assert.equal(stage.user.get("big.txt"), changed);
    assert.deepEqual(await stage.session.undo(), done);
    assert.equal(stage.user.get("big.txt"), lines.join(""));
    assert.equal(stage.session.head().counts.pending, 10_000);
  });
});

describe("a decision in the middle of a thousand hunks", () => {
  it("reads its own file twice and no other, and adds two events", async () => {
    const names = Array.from({ length: 40 }, (_, at) => `file${at}.txt`);
    const text = Array.from({ length: 100 }, (_, at) => `line ${at}\n`);
    const stage = await scene(Object.fromEntries(names.map((name) => [name, text.join("")])));
    const changed = text.map((line, at) => (at % 4 === 1 ? `agent ${at}\n` : line)).join("");
    await stage.turn([(draft) => names.forEach((name) => draft.write(name, changed))]);
    const all = await stage.pending();
    assert.equal(all.length, 1_000);
    const { path, file, revision, hunks } = all[512]!;
    const [events, reads] = [stage.events().length, [] as string[]];
    stage.atRead((path) => void reads.push(path));
    const before = performance.now();
    assert.deepEqual(await stage.session.accept([{ file, revision, hunks }]), done);
    const took = performance.now() - before;
    assert.deepEqual(reads, [path, path]);
    assert.equal(stage.events().length, events + 2);
    assert.ok(took < 250, `${took.toFixed(1)} ms`);
  });
});

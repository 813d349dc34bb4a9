/** Marks on hunks, and what a decision in a large proposal costs. */
import assert from "node:assert/strict";
import { scene, type Scene } from "./scene.ts";

const poem = Array.from({ length: 12 }, (_, index) => `line ${index + 1}\n`).join("");

async function items(stage: Scene) {
  return (await stage.pending()).map(({ file, revision, hunks }) => ({ file, revision, hunks }));
}

describe("marks", () => {
  const moved = poem.replace("line 3\n", "").replace("line 9\n", "line 9\nline 3\n");
  const other = "the other half is not in";

  it("the half of a move whose other half was refused, also after a look and a boundary, and bulk leaves it", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", moved)]);
    await stage.session.reject([(await items(stage))[1]!]);
    const marks = async () => (await stage.pending()).map(({ view }) => view.marks);
    assert.deepEqual(await marks(), [[other]]);
    await stage.turn([(draft) => draft.replace("a.txt", "line 6\n", "six\n")]);
    assert.deepEqual(await marks(), [[other], []]);
    const answer = await stage.session.accept(await items(stage));
    assert.match(answer.kind === "refused" ? answer.text : "", /other half/);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 6\n", "six\n"));
  });

  it("the half of a move whose other half the person's text overtook", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([(draft) => draft.write("a.txt", moved)]);
    stage.type("a.txt", poem.replace("line 9\n", "line 9\nmine\n"));
    await stage.turn([]);
    assert.deepEqual(
      (await stage.pending()).map(({ view }) => [view.state, view.marks[0]]),
      [
        ["pending", other],
        ["overtaken", "your own text took its place"],
      ],
    );
  });

  it("protected hunks, which an accept of several leaves, and one of them alone takes", async () => {
    const stage = await scene({ "a.txt": poem, ".vscode/tasks.json": "{}\n" });
    await stage.turn([
      (draft) => draft.replace("a.txt", "line 6\n", "six\n"),
      (draft) => draft.write(".vscode/tasks.json", "{ }\n"),
      (draft) => draft.write("sub/.npmrc", "registry=x\n"),
    ]);
    const mark = "protected: VS Code runs tasks from this file";
    assert.deepEqual(
      (await stage.pending()).map(({ path, view }) => [path, view.marks[0]?.slice(0, mark.length)]),
      [
        [".vscode/tasks.json", mark],
        ["a.txt", undefined],
        [
          "sub/.npmrc",
          "protected: a package manager takes registries, keys and programs from here".slice(0, mark.length),
        ],
      ],
    );
    const all = await items(stage);
    const answer = await stage.session.accept(all);
    assert.match(
      answer.kind === "refused" ? answer.text : "",
      /one by one.*tasks\.json: protected.*sub\/\.npmrc: protected/s,
    );
    assert.deepEqual([stage.user.get(".vscode/tasks.json"), stage.user.has("sub/.npmrc")], ["{}\n", false]);
    assert.equal(stage.user.get("a.txt"), poem.replace("line 6\n", "six\n"));
    assert.equal((await stage.session.take([all[0]!, all[2]!])).kind, "refused");
    assert.deepEqual(await stage.session.accept([all[0]!]), { kind: "done" });
    assert.equal(stage.user.get(".vscode/tasks.json"), "{ }\n");
    assert.deepEqual(await stage.session.undo(), { kind: "done" });
    assert.deepEqual(await stage.session.reject([all[0]!, all[2]!]), { kind: "done" });
    assert.deepEqual(await stage.pending(), []);
  });

  it("only the hunk that the agent changed again of several refused ones", async () => {
    const stage = await scene({ "a.txt": poem });
    await stage.turn([
      (draft) => draft.write("a.txt", `1\n2\n3\n${poem.replace("line 6", "six")}`),
      async () => void (await stage.session.reject(await items(stage))),
      (draft) => draft.write("a.txt", draft.read("a.txt").replace("six", "sechs").replace("line 9", "nine")),
    ]);
    assert.deepEqual(
      (await stage.pending()).map(({ view }) => [view.marks, view.refused]),
      [
        [["changed since you refused it"], ["six"]],
        [[], undefined],
      ],
    );
  });
});

describe("a large proposal", () => {
  /** Milliseconds of our own thread. */
  const spent = async (act: () => Promise<unknown>) => {
    const before = process.cpuUsage();
    await act();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const sized = async (hunks: number) => {
    const lines = Array.from({ length: hunks * 6 }, (_, at) => `line ${at}\n`);
    const stage = await scene({ "big.txt": lines.join("") });
    await stage.turn([
      (draft) => draft.write("big.txt", lines.map((line, at) => (at % 6 === 3 ? `agent ${at}\n` : line)).join("")),
    ]);
    const all = await items(stage);
    stage.type("big.txt", lines.map((line, at) => (at % 12 === 0 ? `mine ${at}\n` : line)).join(""));
    await stage.session.accept([all[0]!]);
    await stage.view();
    const times: number[] = [];
    for (let at = 1; at <= 9; at++)
      times.push(await spent(async () => (await stage.session.accept([all[at]!]), stage.view())));
    await stage.session.close();
    return times.sort((a, b) => a - b)[4]!;
  };

  it("costs no more per decision than its size: four times the hunks, not sixteen times the work", async function () {
    this.timeout(20_000);
    await sized(300);
    const [small, large] = [await sized(500), await sized(2000)];
    assert.ok(
      large < small * 10 + 20,
      `2000 hunks: ${large.toFixed(1)} ms a decision, 500 hunks: ${small.toFixed(1)} ms`,
    );
  });
});

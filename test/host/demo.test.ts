/**
 * The main job in a real editor: the demo's task on the sample project, from the command to the files and back.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { commands, workspace } from "vscode";
import type { ForTests } from "../../src/extension.ts";
import type { FileView } from "../../src/protocol/index.ts";
import type { Supervised } from "../../src/session/index.ts";
import { extensionUnderTest, filesOf, idle, itemOf, until } from "./extension.ts";

describe("the demo's task", () => {
  const root = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  let parts: ForTests;
  let session: Supervised;
  let pristine: Record<string, string>;

  before(async function () {
    this.timeout(120_000);
    parts = await extensionUnderTest();
    await parts.current.close();
    pristine = treeOf(root);
    const shown = new Promise<void>((done) => parts.review.onDidShow(() => done()));
    await commands.executeCommand("countersign.startDemo");
    session = await until("a session", () => parts.current.session());
    await shown;
    await idle(session);
  });
  after(() => parts.current.close());

  it("brings at least eight hunks in three files, and a file created and one deleted", async () => {
    const files = await filesOf(session);
    assert.ok(files.length >= 3, `${files.length} files`);
    assert.ok(pending(files).length >= 8, `${pending(files).length} hunks`);
    assert.deepEqual(new Set(files.map((file) => file.change)), new Set(["changed", "created", "deleted"]));
  });

  it("promise 1: has not changed a byte of the folder before an accept", () => {
    assert.deepEqual(treeOf(root), pristine);
  });

  it("writes exactly what was accepted, hunk by hunk", async () => {
    const file = (await filesOf(session)).find((one) => one.change === "changed" && one.hunks.length >= 3)!;
    const before = readFileSync(join(root, file.path), "utf8");
    const [first, second, third] = file.hunks;
    assert.deepEqual(await session.accept([itemOf(file, first!)]), { kind: "done" });
    assert.equal(readFileSync(join(root, file.path), "utf8"), withHunks(before, file, [0]));
    assert.deepEqual(await session.accept([itemOf(file, third!)]), { kind: "done" });
    assert.equal(readFileSync(join(root, file.path), "utf8"), withHunks(before, file, [0, 2]));
    assert.deepEqual(await session.reject([itemOf(file, second!)], "keep this one"), { kind: "done" });
    assert.equal(readFileSync(join(root, file.path), "utf8"), withHunks(before, file, [0, 2]));
    const others = Object.keys(pristine).filter((path) => path !== file.path);
    assert.deepEqual(pick(treeOf(root), others), pick(pristine, others));
  });

  it("answers a decision on a hunk that is gone with “moved on”, and does nothing", async () => {
    const before = treeOf(root);
    const answer = await session.accept([{ file: "f999", revision: 1, hunks: ["h1"] }]);
    assert.equal(answer.kind, "moved on");
    assert.deepEqual(treeOf(root), before);
  });

  it("creates and deletes files only when that is accepted", async () => {
    const files = await filesOf(session);
    const created = files.find((file) => file.change === "created")!;
    const deleted = files.find((file) => file.change === "deleted")!;
    assert.equal(treeOf(root)[created.path], undefined);
    assert.deepEqual(await session.accept([itemOf(created, created.hunks[0]!), itemOf(deleted, deleted.hunks[0]!)]), {
      kind: "done",
    });
    const added = created.hunks.flatMap((hunk) => hunk.rows).filter((row) => row.kind === "added");
    assert.equal(
      readFileSync(join(root, created.path), "utf8"),
      added.map((row) => row.text + (row.end === "none" ? "" : "\n")).join(""),
    );
    assert.equal(treeOf(root)[deleted.path], undefined);
  });

  it("takes decisions back and makes them again by command, byte for byte", async () => {
    const states = [treeOf(root)];
    for (let step = 0; step < 3; step += 1) {
      await commands.executeCommand("countersign.undo");
      states.push(treeOf(root));
    }
    assert.deepEqual(session.head().counts.accepted < 4, true);
    for (let step = 2; step >= 0; step -= 1) {
      await commands.executeCommand("countersign.redo");
      assert.deepEqual(treeOf(root), states[step]);
    }
  });

  it("promise 4: decides nothing when the review is closed", async () => {
    const before = session.head().counts;
    await commands.executeCommand("workbench.action.closeActiveEditor");
    assert.deepEqual(session.head().counts, before);
    await commands.executeCommand("countersign.openReview");
  });

  it("answers a rejection with another edit in the next turn", async function () {
    this.timeout(120_000);
    await commands.executeCommand("countersign.followUp", "Please look at what I rejected.");
    await until("the next turn", () => session.head().activity !== "idle");
    await idle(session);
    assert.ok(pending(await filesOf(session)).length > 0, "something new to review");
  });

  it("promise 6: is the same after it was closed and opened again, decisions and undo included", async function () {
    this.timeout(120_000);
    const { counts, goal, decisions, undo } = session.head();
    const files = await filesOf(session);
    const tree = treeOf(root);
    const id = session.id;
    await parts.current.close();
    await commands.executeCommand("countersign.openReview");
    session = await until("the session again", () => parts.current.session());
    assert.equal(session.id, id);
    assert.deepEqual(await filesOf(session), files);
    const head = session.head();
    assert.deepEqual(
      { counts: head.counts, goal: head.goal, decisions: head.decisions, undo: head.undo },
      { counts, goal, decisions, undo },
    );
    assert.deepEqual(treeOf(root), tree);
    await commands.executeCommand("countersign.undo");
    await commands.executeCommand("countersign.redo");
    assert.deepEqual(treeOf(root), tree);
  });

  it("is told in the recap, with how it ended", async () => {
    const folder = workspace.workspaceFolders![0]!;
    parts.recaps.forget();
    const recap = (await parts.recaps.of(folder)).find((one) => one.session === session.id)!;
    const { accepted, rejected, pending: waiting } = session.head().counts;
    assert.deepEqual(
      [recap.accepted, recap.rejected, recap.pending, recap.ended],
      [accepted, rejected, waiting, "done"],
    );
    assert.equal(recap.goal, session.head().goal);
    // What the status bar says after a start, before anything is opened.
    assert.equal((await parts.recaps.latest(folder))?.pending, waiting);
  });

  it("is told again after a moment in which its log could not be read", async () => {
    const memory = await parts.rooms.memory();
    const open = memory.open.bind(memory);
    const folder = workspace.workspaceFolders![0]!;
    parts.recaps.forget();
    memory.open = () => Promise.reject(new Error("another program holds the file"));
    try {
      assert.deepEqual(await parts.recaps.of(folder), []);
    } finally {
      memory.open = open;
    }
    assert.notDeepEqual(await parts.recaps.of(folder), []);
  });

  it("stops within a second, and leaves what came so far to decide", async function () {
    this.timeout(60_000);
    void session.prompt("Once more, please.");
    await until("the turn", () => session.head().activity === "working");
    const began = performance.now();
    await commands.executeCommand("countersign.stop");
    assert.ok(performance.now() - began < 1_000, "longer than a second");
    assert.equal(session.head().activity, "idle");
  });
});

function pending(files: readonly FileView[]): string[] {
  return files.flatMap((file) =>
    file.hunks.filter((hunk) => hunk.state === "pending").map((hunk) => `${file.path} ${hunk.id}`),
  );
}

/** The text with some of the file's hunks put in, from what their rows show: context and removed lines must be there. */
function withHunks(before: string, file: FileView, chosen: readonly number[]): string {
  const lines = before.split("\n");
  for (const index of chosen.toReversed()) {
    const rows = file.hunks[index]!.rows.filter((row) => row.kind !== "context");
    const removed = rows.filter((row) => row.kind === "removed");
    const added = rows.filter((row) => row.kind === "added").map((row) => row.text);
    const following = file.hunks[index]!.rows.find(
      (row, at, all) => row.kind === "context" && all.slice(0, at).some((one) => one.kind !== "context"),
    );
    const from = removed[0]?.old ?? following?.old ?? lines.length;
    assert.deepEqual(
      lines.slice(from - 1, from - 1 + removed.length),
      removed.map((row) => row.text),
    );
    lines.splice(from - 1, removed.length, ...added);
  }
  return lines.join("\n");
}

/** Every file below a folder: path → mode and SHA-256. */
function treeOf(folder: string, prefix = ""): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const name of readdirSync(join(folder, prefix)).sort()) {
    const path = prefix === "" ? name : `${prefix}/${name}`;
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) Object.assign(tree, treeOf(folder, path));
    else
      tree[path] = `${stat.mode.toString(8)} ${createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex")}`;
  }
  return tree;
}

function pick(tree: Record<string, string>, paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, tree[path]!]));
}

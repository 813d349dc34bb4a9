/**
 * The promises, each in a real editor on real files: what holds for the person whatever happens around it.
 *
 * A scripted model works on a folder of the open workspace; sessions are started by the command, as a person starts them. A
 * reload of the window is played by letting the session go and opening it from what is on the disk.
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { TabInputWebview, commands, extensions, window, workspace } from "vscode";
import type { RowView } from "../../src/protocol/index.ts";
import type { Answer } from "../../src/session/index.ts";
import { spliced } from "../ui/trees.ts";
import { bytesIn, everythingIn, sameBytes } from "./bytes.ts";
import { idle, itemOf, until } from "./extension.ts";
import { decisionsIn, newestLog } from "./logged.ts";
import { hunkIn, keepsRepository, project, promised, task, waiting } from "./promised.ts";
import { begun, folderAt, git, makeRepository, reopened, temporary, writeFiles } from "./stage.ts";

describe("the promises", function () {
  this.timeout(120_000);
  const folder = workspace.workspaceFolders![0]!;
  const root = folder.uri.fsPath;
  const stage = promised();

  it("promise 1: no byte of the folder changes before an accept, and an accept writes exactly what was shown", async () => {
    const before = everythingIn(root);
    await commands.executeCommand("countersign.newTask", { text: "Keep your promises." });
    const session = await until("a session", () => stage.parts.current.session());
    let looks = 0;
    const silence = session.listen(() => {
      looks += 1;
      assert.deepEqual(everythingIn(root), before, "while the agent works");
    });
    await idle(session);
    silence();
    assert.ok(looks > 5, `${looks} looks at the folder while the agent worked`);
    assert.deepEqual(everythingIn(root), before);
    await session.reject([await hunkIn(session, "promised/one.txt", 1)], "no");
    assert.deepEqual(everythingIn(root), before, "after a rejection");

    let expected: ReadonlyMap<string, Buffer> = bytesIn(root);
    for (const [file, hunk] of await waiting(session)) {
      expected = spliced(expected, { path: file.path, rows: hunk.rows.map(asShown) });
      assert.deepEqual(await session.accept([itemOf(file, hunk)]), { kind: "done" });
      sameBytes(bytesIn(root), expected, `after accepting ${hunk.id} of ${file.path}`);
    }
    assert.equal(readFileSync(join(root, "promised/new/three.txt"), "utf8"), "three\nno end");
    assert.equal(existsSync(join(root, "promised/old.txt")), false);
    assert.equal(
      readFileSync(join(root, "promised/two.txt"), "latin1"),
      project["promised/two.txt"].replace("two-6;", "two-6, changed;"),
    );
  });

  it("promise 3: nothing of the person's repository is written, by the task, by decisions, or by a follow-up", async () => {
    assert.equal(workspace.getConfiguration("git").get("enabled"), false, "VS Code's own git is off in this host");
    const place = temporary("promise-3");
    const own = join(place, "project");
    const canary = join(place, "ran");
    writeFiles(own, {
      ...project,
      ".gitattributes": "*.txt filter=canary\n",
      "README.md": "read me\n",
      ".gitignore": "ignored/\n",
      "ignored/x": "x\n",
    });
    makeRepository(own);
    writeFiles(own, { "README.md": "read me later\n" });
    git(own, "stash", "--quiet");
    git(own, "tag", "kept");
    git(own, "worktree", "add", "--quiet", "--detach", join(place, "linked"));
    git(own, "gc", "--quiet");
    // Whatever a careless git would run in passing leaves a mark.
    for (const [key, value] of [
      ["core.fsmonitor", canary],
      ["filter.canary.clean", canary],
      ["filter.canary.smudge", canary],
      ["core.untrackedCache", "true"],
    ] as const)
      git(own, "config", key, `touch ${value}`);
    for (const hook of ["post-index-change", "pre-commit", "reference-transaction", "post-checkout"]) {
      writeFiles(own, { [`.git/hooks/${hook}`]: `#!/bin/sh\ntouch ${canary}\n` });
      chmodSync(join(own, ".git/hooks", hook), 0o755);
    }
    writeFiles(own, { "untracked.txt": "mine\n", "README.md": "dirty\n" });
    // The index does not know these times: a plain `git status` would write it anew.
    utimesSync(join(own, "promised/one.txt"), new Date(), new Date());
    const before = everythingIn(join(own, ".git"));
    const unchanged = (when: string): void => assert.deepEqual(everythingIn(join(own, ".git")), before, when);
    try {
      let session = await begun(stage.parts, folderAt(own), "Keep your promises.");
      assert.equal(session.head().counts.pending, 6);
      unchanged("after the task");
      assert.deepEqual(await session.accept([await hunkIn(session, "promised/one.txt")]), { kind: "done" });
      assert.deepEqual(await session.reject([await hunkIn(session, "promised/one.txt")], "no"), { kind: "done" });
      for (const path of ["promised/two.txt", "promised/new/three.txt", "promised/old.txt"])
        assert.deepEqual(await session.accept([await hunkIn(session, path)]), { kind: "done" });
      unchanged("after decisions");
      assert.deepEqual([await session.undo(), await session.redo()], [{ kind: "done" }, { kind: "done" }]);
      unchanged("after undo and redo");
      await session.prompt("Go on.");
      assert.ok((await waiting(session)).length > 0);
      unchanged("after a follow-up");
      session = await reopened(stage.parts, folderAt(own), session.id);
      stage.parts.recaps.forget();
      assert.equal((await stage.parts.recaps.of(folderAt(own)))[0]?.session, session.id);
      unchanged("after a reload and a recap");
      assert.equal(existsSync(canary), false, "nothing that the repository names was run");
      git(own, "-c", "core.fsmonitor=false", "status");
      assert.notDeepEqual(
        everythingIn(join(own, ".git")),
        before,
        "a plain git status writes here, so this test can fail",
      );
    } finally {
      await stage.parts.current.close();
      rmSync(place, { recursive: true });
    }
  });

  it("promise 4: closing the tab, reloading, finishing and another task decide nothing", async () => {
    let session = await task(stage);
    const hunks = async (): Promise<string[]> =>
      (await waiting(session)).map(([file, hunk]) => `${file.path} ${hunk.id}`);
    const [before, tree, id] = [await hunks(), everythingIn(root), session.id];
    const undecided = async (when: string): Promise<void> => {
      assert.deepEqual((await hunks()).slice(0, before.length).sort(), [...before].sort(), when);
      const { accepted, rejected } = session.head().counts;
      assert.deepEqual([accepted, rejected], [0, 0], when);
      assert.deepEqual(everythingIn(root), tree, when);
      assert.deepEqual(decisionsIn(newestLog()), [], when);
    };
    await undecided("after the turn's end");
    const tabs = window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith("countersign.review"));
    assert.equal(tabs.length, 1, "the review is open in a tab");
    await window.tabGroups.close(tabs);
    await until("the tab's end", () => !stage.parts.review.open);
    await undecided("after closing the tab");
    await commands.executeCommand("countersign.openReview");
    await undecided("after opening it again");
    session = await reopened(stage.parts, folder, id);
    await undecided("after a reload");
    const prompted = session.prompt("Go on.");
    await session.stop();
    await prompted;
    await undecided("after a stop");

    await stage.parts.current.close();
    const other = temporary("promise-4");
    writeFiles(other, project);
    try {
      await begun(stage.parts, folderAt(other), "Another task.");
      assert.deepEqual(decisionsIn(newestLog()), [], "in the other session");
    } finally {
      await stage.parts.current.close();
      rmSync(other, { recursive: true });
    }
    session = await reopened(stage.parts, folder, id);
    assert.deepEqual(await hunks(), before, "after another task");
    assert.deepEqual(everythingIn(root), tree, "after another task");

    const { configuration, commands: contributed } = (
      extensions.getExtension("countersign.countersign")!.packageJSON as Manifest
    ).contributes;
    const names = [...Object.keys(configuration.properties), ...contributed.map(({ command }) => command)];
    assert.deepEqual(
      names.filter((name) => /auto/i.test(name)),
      [],
      "there is nothing that could accept by itself",
    );
  });

  it("promise 5: every decision is undone and done again after a restart, across turns, byte for byte", async () => {
    let session = await task(stage);
    const trees = [bytesIn(root)];
    const decided = async (answer: Promise<Answer>): Promise<void> => {
      assert.deepEqual(await answer, { kind: "done" });
      trees.push(bytesIn(root));
    };
    await decided(session.accept([await hunkIn(session, "promised/one.txt")]));
    await decided(session.reject([await hunkIn(session, "promised/one.txt")], "not this one"));
    await decided(
      session.accept([await hunkIn(session, "promised/two.txt"), await hunkIn(session, "promised/new/three.txt")]),
    );
    await decided(session.accept([await hunkIn(session, "promised/old.txt")]));
    await session.prompt("Go on.");
    await decided(session.accept([await hunkIn(session, "promised/one.txt")]));
    await decided(session.accept([await hunkIn(session, "promised/one.txt")]));

    for (let round = 1; round <= 2; round += 1) {
      session = await reopened(stage.parts, folder, session.id);
      for (let at = trees.length - 1; at > 0; at -= 1) {
        assert.deepEqual(await session.undo(), { kind: "done" }, `undo of decision ${at}, round ${round}`);
        sameBytes(bytesIn(root), trees[at - 1]!, `after undoing decision ${at}, round ${round}`);
      }
      assert.equal((await session.undo()).kind, "refused", "there is nothing left to undo");
      session = await reopened(stage.parts, folder, session.id);
      for (let at = 1; at < trees.length; at += 1) {
        assert.deepEqual(await session.redo(), { kind: "done" }, `redo of decision ${at}, round ${round}`);
        sameBytes(bytesIn(root), trees[at]!, `after redoing decision ${at}, round ${round}`);
      }
    }
  });

  keepsRepository();
});

interface Manifest {
  contributes: { configuration: { properties: Record<string, unknown> }; commands: { command: string }[] };
}

function asShown({ kind, text, end }: RowView): { kind: RowView["kind"]; text: string; end: string } {
  return { kind, text, end: end === undefined ? "" : { crlf: "CRLF", cr: "CR", none: "no line end" }[end] };
}

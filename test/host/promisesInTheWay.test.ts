/**
 * The promises that speak of what is in the way: a log that cannot be written, a workspace that wants a say, no network.
 *
 * Everything runs in a real editor on real files; the obstacles are in `obstacles.ts`.
 */
import assert from "node:assert/strict";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commands, workspace } from "vscode";
import { openDrafts } from "../../src/draft/index.ts";
import { configuredConnection } from "../../src/editor/connection.ts";
import { openFiles } from "../../src/editor/files.ts";
import { anthropicEngine } from "../../src/engine/anthropic/index.ts";
import { openMemory } from "../../src/memory/index.ts";
import { resumeSession } from "../../src/session/resume.ts";
import { startSession } from "../../src/session/start.ts";
import { guardPath } from "../../src/system/paths.ts";
import { bytesIn, everythingIn, sameBytes } from "./bytes.ts";
import { filesOf, until } from "./extension.ts";
import { decisionsIn, logOf, newestLog } from "./logged.ts";
import { canaryServer, connectionsMade, diskThatFills } from "./obstacles.ts";
import { hunkIn, keepsRepository, promised, task } from "./promised.ts";
import { reopened, rightKey, temporary, writeFiles } from "./stage.ts";

describe("the promises, with something in the way", function () {
  this.timeout(120_000);
  const folder = workspace.workspaceFolders![0]!;
  const root = folder.uri.fsPath;
  const stage = promised();

  it("promise 6: an action is not done when another program has written to the log, and nothing acknowledged is lost", async () => {
    let session = await task(stage);
    assert.deepEqual(await session.accept([await hunkIn(session, "promised/two.txt")]), { kind: "done" });
    const [tree, seen, counts] = [everythingIn(root), await filesOf(session), session.head().counts];
    appendFileSync(logOf(session.id), "not a line of ours\n");
    for (const act of [
      async () => session.accept([await hunkIn(session, "promised/one.txt")]),
      async () => session.reject([await hunkIn(session, "promised/one.txt")], "no"),
      async () => session.undo(),
    ]) {
      const answer = await act();
      assert.ok(answer.kind === "refused", "the action is refused");
      assert.match(answer.text, /log was changed by another program/);
      assert.match(answer.text, /open the session again/);
      assert.deepEqual(everythingIn(root), tree);
      assert.deepEqual(session.head().counts, counts);
    }
    session = await reopened(stage.parts, folder, session.id);
    assert.deepEqual(await filesOf(session), seen);
    assert.deepEqual(await session.accept([await hunkIn(session, "promised/one.txt")]), { kind: "done" });
    assert.match(readFileSync(join(root, "promised/one.txt"), "utf8"), /one-2, changed;/);
  });

  it("promise 6: an action is not done while the disk of the log is full, and is possible again when there is room", async () => {
    const storage = temporary("promise-6");
    const disk = diskThatFills();
    const drafts = openDrafts({ storage, worker: join(process.env["COUNTERSIGN_ROOT"]!, "dist/draft-worker.cjs") });
    const configured = configuredConnection();
    assert.ok(configured.kind === "connection");
    const memory = openMemory(storage, disk);
    const sessionParts = {
      folder: { path: root, uri: folder.uri.toString(), name: folder.name },
      drafts,
      memory,
      files: openFiles(folder.uri, guardPath),
      engine: async () => anthropicEngine({ connection: configured.connection, key: rightKey }),
    };
    try {
      let session = await startSession(sessionParts, {
        goal: "Keep your promises.",
        attachments: [],
        connection: configured.connection,
      });
      await session.prompt("Keep your promises.");
      assert.equal(session.head().counts.pending, 6);
      assert.deepEqual(await session.accept([await hunkIn(session, "promised/two.txt")]), { kind: "done" });
      const [tree, counts] = [everythingIn(root), session.head().counts];
      disk.full = true;
      for (const act of [
        async () => session.accept([await hunkIn(session, "promised/one.txt")]),
        async () => session.reject([await hunkIn(session, "promised/old.txt")]),
        async () => session.undo(),
      ]) {
        const answer = await act();
        assert.ok(answer.kind === "refused", "the action is refused");
        assert.match(answer.text, /disk is full/);
        assert.match(answer.text, /Free some space/);
        assert.deepEqual(everythingIn(root), tree);
        assert.deepEqual(session.head().counts, counts);
      }
      disk.full = false;
      assert.deepEqual(await session.accept([await hunkIn(session, "promised/one.txt")]), { kind: "done" });
      assert.match(readFileSync(join(root, "promised/one.txt"), "utf8"), /one-2, changed;/);
      const seen = await filesOf(session);
      await session.close();
      session = await resumeSession(sessionParts, session.id);
      assert.deepEqual(await filesOf(session), seen);
      await session.close();
    } finally {
      await drafts[Symbol.asyncDispose]();
      rmSync(storage, { recursive: true, force: true });
    }
  });

  it("promise 6: a reload arrives at the same screen", async () => {
    let session = await task(stage);
    await session.accept([await hunkIn(session, "promised/one.txt")], "good");
    await session.reject([await hunkIn(session, "promised/two.txt")], "not now");
    await session.undo();
    await session.prompt("Go on.");
    await session.accept([await hunkIn(session, "promised/old.txt")]);
    const screen = async (): Promise<string[]> =>
      (await session.everything()).map((message) => JSON.stringify(message)).sort();
    const before = await screen();
    session = await reopened(stage.parts, folder, session.id);
    assert.deepEqual(await screen(), before);
  });

  it("promise 9: nothing in the workspace chooses endpoint, key, model, or what is accepted", async () => {
    const canary = await canaryServer();
    const theirs = {
      ".vscode/settings.json": JSON.stringify({
        "countersign.endpoint": canary.address,
        "countersign.model": "canary-model",
        "countersign.key": "canary-key",
        "countersign.autoAccept": true,
        "http.proxy": canary.address,
        "files.eol": "\r\n",
      }),
      ".countersign/config.json": JSON.stringify({
        endpoint: canary.address,
        model: "canary-model",
        key: "canary-key",
        accept: "all",
      }),
      ".countersign/settings.json": JSON.stringify({ "countersign.endpoint": canary.address }),
      ".env": `ANTHROPIC_BASE_URL=${canary.address}\nANTHROPIC_API_KEY=canary-key\nANTHROPIC_MODEL=canary-model\n`,
      ".claude/settings.json": JSON.stringify({
        env: { ANTHROPIC_BASE_URL: canary.address },
        permissions: { defaultMode: "acceptEdits" },
      }),
    };
    const inEnvironment = {
      ANTHROPIC_BASE_URL: canary.address,
      ANTHROPIC_API_KEY: "canary-key",
      ANTHROPIC_AUTH_TOKEN: "canary-key",
      ANTHROPIC_MODEL: "canary-model",
    };
    const environment = { ...process.env };
    writeFiles(root, theirs);
    Object.assign(process.env, inEnvironment);
    try {
      await until(
        "the workspace's settings",
        () => workspace.getConfiguration("files").inspect("eol")?.workspaceValue === "\r\n",
      );
      const tree = everythingIn(root);
      const session = await task(stage);
      assert.ok(
        stage.model.requests.length >= 4,
        `${stage.model.requests.length} requests with the person's key at the person's endpoint`,
      );
      assert.deepEqual(
        new Set(stage.model.requests.map(({ body }) => (body as { model: string }).model)),
        new Set(["claude-sonnet-5-5"]),
      );
      assert.equal(canary.connections(), 0, "nobody has called the address that the workspace names");
      assert.deepEqual([session.head().counts.accepted, session.head().counts.rejected], [0, 0]);
      assert.deepEqual(decisionsIn(newestLog()), []);
      assert.deepEqual(everythingIn(root), tree);
      const started = newestLog()[0] as unknown as { connection: { endpoint: string; model: string } };
      assert.deepEqual(
        [started.connection.endpoint, started.connection.model],
        [stage.model.endpoint, "claude-sonnet-5-5"],
      );
    } finally {
      for (const name of Object.keys(inEnvironment)) {
        if (environment[name] === undefined) delete process.env[name];
        else process.env[name] = environment[name];
      }
      for (const path of [".vscode", ".countersign", ".env", ".claude"])
        rmSync(join(root, path), { recursive: true, force: true });
      await canary.close();
      await until(
        "the workspace's settings gone",
        () => workspace.getConfiguration("files").inspect("eol")?.workspaceValue === undefined,
      );
    }
  });

  it("promise 10: review, undo, memory and recap work with the model gone, and call nobody", async () => {
    let session = await task(stage);
    await stage.model.close();
    using called = connectionsMade();
    const before = bytesIn(root);
    assert.deepEqual(await session.accept([await hunkIn(session, "promised/one.txt")]), { kind: "done" });
    assert.deepEqual(await session.reject([await hunkIn(session, "promised/two.txt")], "no"), { kind: "done" });
    const after = bytesIn(root);
    session = await reopened(stage.parts, folder, session.id);
    await commands.executeCommand("countersign.openReview");
    assert.deepEqual([await session.undo(), await session.undo()], [{ kind: "done" }, { kind: "done" }]);
    sameBytes(bytesIn(root), before, "after undoing");
    assert.deepEqual([await session.redo(), await session.redo()], [{ kind: "done" }, { kind: "done" }]);
    sameBytes(bytesIn(root), after, "after redoing");
    stage.parts.recaps.forget();
    const recap = (await stage.parts.recaps.of(folder)).find((one) => one.session === session.id)!;
    assert.deepEqual(
      [recap.goal, recap.accepted, recap.rejected, recap.pending, recap.ended],
      ["Keep your promises.", 1, 1, 4, "done"],
    );
    assert.deepEqual(called.addresses, []);
    await session.prompt("Go on.");
    assert.ok(called.addresses.length > 0, "a prompt does call the model, so this test can fail");
    assert.match(session.head().notice?.text ?? "", /could not be reached/);
  });

  keepsRepository();
});

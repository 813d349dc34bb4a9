/**
 * Leaving a running task: whatever would stop it asks first.
 */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { commands } from "vscode";
import { configuredConnection } from "../../src/editor/connection.ts";
import type { ForTests } from "../../src/extension.ts";
import { extensionUnderTest, idle, until } from "./extension.ts";
import { listenToMessages } from "./said.ts";
import { begun, connect, folderAt, rightKey, says, scriptedModel, temporary, writeFiles, type Model } from "./stage.ts";

describe("a running task", () => {
  let parts: ForTests;
  let model: Model;
  let root: string;
  let earlier: string;

  before(async () => {
    parts = await extensionUnderTest();
    root = temporary("leaving");
    writeFiles(root, { "a.txt": "a\n" });
    model = await scriptedModel([[{ blocks: [says("Nothing to do.")] }]]);
    await connect(parts, model.endpoint, rightKey);
    earlier = (await begun(parts, folderAt(root), "the earlier one")).id;
    await model.close();
    model = await scriptedModel([[{ blocks: [says("It takes its time.")], fault: { kind: "idle", afterEvents: 2 } }]]);
    await connect(parts, model.endpoint, rightKey);
  });

  after(async () => {
    await parts.current.close();
    await connect(parts);
    await model.close();
    rmSync(root, { recursive: true, force: true });
  });

  it("goes on when another session is opened and the person does not say “Stop It”", async () => {
    const configured = configuredConnection();
    assert.ok(configured.kind === "connection");
    const task = { goal: "the running one", attachments: [], connection: configured.connection };
    const opened = await parts.current.start(folderAt(root), task);
    assert.ok(opened.kind === "opened");
    await until("the agent at work", () => opened.session.head().activity === "working");
    using heard = listenToMessages();
    const recap = { session: earlier };
    await commands.executeCommand("countersign.resume", { folder: folderAt(root), recap });
    assert.match(heard.messages[0]?.text ?? "", /A task is running/);
    assert.deepEqual(heard.messages[0]?.labels, ["Stop It"]);
    assert.equal(parts.current.session()?.id, opened.session.id);
    assert.equal(opened.session.head().activity, "working");
    await opened.session.stop();
    await idle(opened.session);
    await commands.executeCommand("countersign.resume", { folder: folderAt(root), recap });
    assert.equal(parts.current.session()?.id, earlier);
    assert.equal(heard.messages.length, 1);
  });
});

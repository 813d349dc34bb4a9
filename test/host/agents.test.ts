/**
 * An agent of the person's own, from the setting to the review: a scripted one, started as a real one is.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationTarget, commands, workspace } from "vscode";
import { configuredAgents } from "../../src/editor/agents.ts";
import type { ForTests } from "../../src/extension.ts";
import { extensionUnderTest, filesOf, idle, itemOf, until } from "./extension.ts";

describe("an agent of the person's own", () => {
  const root = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const script = join(process.env["COUNTERSIGN_ROOT"] ?? "", "test/unit/engine/acp/scripted.ts");
  const settings = (): ReturnType<typeof workspace.getConfiguration> => workspace.getConfiguration("countersign");
  let parts: ForTests;
  let sandboxed = false;

  before(async () => {
    parts = await extensionUnderTest();
    await parts.current.close();
    sandboxed = (await (await parts.rooms.agents()).probe()).kind !== "none";
    await settings().update(
      "agents",
      [{ name: "Scripted", command: process.execPath, args: [script, "edits"] }],
      ConfigurationTarget.Global,
    );
    await until("the setting", () => configuredAgents().length === 1);
  });
  after(async () => {
    await commands.executeCommand("countersign.chooseAgent", "");
    await settings().update("agents", undefined, ConfigurationTarget.Global);
    await parts.current.close();
    rmSync(join(root, "a.txt"), { force: true });
  });

  it("is never one that a workspace names", async () => {
    const folder = join(root, ".vscode");
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "settings.json");
    const kept = existsSync(file) ? readFileSync(file, "utf8") : null;
    writeFileSync(
      file,
      JSON.stringify({ "countersign.agents": [{ name: "Evil", command: "/bin/sh" }], "files.eol": "\r\n" }),
    );
    try {
      await until("the workspace's setting", () => workspace.getConfiguration("files").get("eol") === "\r\n");
      assert.deepEqual(
        configuredAgents().map(({ name }) => name),
        ["Scripted"],
      );
    } finally {
      if (kept === null) rmSync(file);
      else writeFileSync(file, kept);
    }
  });

  it("works on a new task without a key, and its changes are reviewed as any other", async () => {
    await commands.executeCommand("countersign.chooseAgent", "Scripted");
    await commands.executeCommand("countersign.newTask", { text: "Change a file." });
    const session = await until("a session", () => parts.current.session());
    await idle(session);
    assert.equal(session.connection.agent?.name, "Scripted");
    const [file] = await filesOf(session);
    // Without a sandbox it is asked about first, and nobody answers here.
    if (!sandboxed) return assert.equal(file, undefined);
    assert.equal(file?.path, "a.txt", JSON.stringify(session.head().notice));
    assert.equal(existsSync(join(root, "a.txt")), false);
    assert.deepEqual(await session.accept([itemOf(file, file.hunks[0]!)]), { kind: "done" });
    assert.equal(readFileSync(join(root, "a.txt"), "utf8"), "two\n");
  });

  it("that is not there any more is named, and the session goes on with another", async () => {
    const session = parts.current.session()!;
    await settings().update("agents", [], ConfigurationTarget.Global);
    await until("the setting", () => configuredAgents().length === 0);
    await session.prompt("Go on.");
    const notice = session.head().notice;
    assert.match(notice?.text ?? "", /The agent “Scripted” is not on this machine\./);
    assert.match(notice?.remedy ?? "", /Choose Agent…/);
    await commands.executeCommand("countersign.chooseAgent", "");
    assert.equal(session.connection.agent, undefined);
  });
});

/**
 * New Task…, given what it cannot work with: it says what is wrong and what to do, and nothing else happens.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationTarget, commands, workspace } from "vscode";
import { configuredConnection, endpointProblem, keyName, keyProblem } from "../../src/editor/connection.ts";
import type { ForTests } from "../../src/extension.ts";
import { extensionUnderTest, until } from "./extension.ts";

describe("New Task…", () => {
  const root = workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  let parts: ForTests;

  before(async () => {
    parts = await extensionUnderTest();
    await parts.current.close();
    await parts.secrets.delete(keyName);
  });

  it("without a key offers the demo, a key, and how to get one, on the review page", async () => {
    await commands.executeCommand("countersign.newTask", { text: "make it better" });
    const notice = await until("a notice", () => parts.current.head().notice);
    assert.match(notice.text, /No API key/);
    assert.deepEqual(
      notice.actions.map(({ action }) => action),
      ["demo", "key", "key-help"],
    );
    assert.equal(parts.review.open, true);
    assert.equal(parts.current.session(), null);
  });

  it("with an endpoint that no key may go to starts nothing", async () => {
    await parts.secrets.store(keyName, "sk-test-0000000000000000");
    const settings = workspace.getConfiguration("countersign");
    await settings.update("endpoint", "http://example.com", ConfigurationTarget.Global);
    try {
      assert.equal(configuredConnection().kind, "wrong");
      await commands.executeCommand("countersign.newTask", { text: "make it better" });
      assert.equal(parts.current.session(), null);
    } finally {
      await settings.update("endpoint", undefined, ConfigurationTarget.Global);
      await parts.secrets.delete(keyName);
    }
  });

  it("promise 9: takes endpoint and model from no workspace", async () => {
    const folder = join(root, ".vscode");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "settings.json"),
      JSON.stringify({
        "countersign.endpoint": "https://evil.example",
        "countersign.model": "evil",
        "files.eol": "\r\n",
      }),
    );
    try {
      await until(
        "the workspace's settings",
        () => workspace.getConfiguration("files").inspect("eol")?.workspaceValue === "\r\n",
      );
      const configured = configuredConnection();
      assert.ok(configured.kind === "connection");
      assert.deepEqual(
        [configured.connection.endpoint, configured.connection.model],
        ["https://api.anthropic.com", "claude-sonnet-5-5"],
      );
      assert.match(readFileSync(join(folder, "settings.json"), "utf8"), /evil/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const endpoints: [string, boolean][] = [
    ["https://api.anthropic.com", true],
    ["https://gateway.example/anthropic", true],
    ["http://127.0.0.1:8080", true],
    ["http://localhost:8080", true],
    ["http://[::1]:8080", true],
    ["http://example.com", false],
    ["http://127.0.0.1.example.com", false],
    ["http://127.0.0.1@example.com", false],
    ["https://user:password@example.com", false],
    ["ftp://example.com", false],
    ["file:///etc/passwd", false],
    ["", false],
  ];
  for (const [endpoint, fine] of endpoints) {
    it(`${fine ? "takes" : "refuses"} the endpoint “${endpoint}”`, () =>
      assert.equal(endpointProblem(endpoint) === null, fine));
  }

  for (const [key, fine] of [
    ["sk-ant-api03-abc_DEF", true],
    ["  sk-x  ", true],
    ["", false],
    ["two words", false],
    ["clé", false],
    ["a\nb", false],
  ] as const) {
    it(`${fine ? "takes" : "refuses"} the key ${JSON.stringify(key)}`, () =>
      assert.equal(keyProblem(key) === null, fine));
  }
});

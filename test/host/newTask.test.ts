/**
 * New Task…, given what it cannot work with: it says what is wrong and what to do, and nothing else happens.
 */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigurationTarget, commands, workspace, type Memento } from "vscode";
import {
  configuredConnection,
  configuredReach,
  endpointProblem,
  keyName,
  keyProblem,
  rememberKeyPlace,
} from "../../src/editor/connection.ts";
import type { ForTests } from "../../src/extension.ts";
import { openGateway } from "../unit/engine/gateway.ts";
import { extensionUnderTest, until } from "./extension.ts";
import { begun, connect, folderAt, rightKey, says, scriptedModel, temporary, writeFiles } from "./stage.ts";

/** What the editor keeps, for a test. */
function mementoOf(kept: Record<string, unknown> = {}): Memento {
  return {
    keys: () => Object.keys(kept),
    get: <T>(name: string, otherwise?: T) => (kept[name] ?? otherwise) as T,
    update: async (name: string, value: unknown) => void (kept[name] = value),
  };
}

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

  it("promise 9: takes endpoint, model and headers from no workspace", async () => {
    const folder = join(root, ".vscode");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "settings.json"),
      JSON.stringify({
        "countersign.endpoint": "https://evil.example",
        "countersign.model": "evil",
        "countersign.keyHeader": "none",
        "countersign.headers": { "x-evil": "1" },
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
      await parts.secrets.store(keyName, rightKey);
      assert.deepEqual(await configuredReach(parts.secrets, mementoOf()), {
        kind: "reach",
        endpoint: "https://api.anthropic.com",
        key: rightKey,
        keyHeader: "authorization",
        headers: {},
      });
      assert.match(readFileSync(join(folder, "settings.json"), "utf8"), /evil/);
    } finally {
      rmSync(folder, { recursive: true });
      await parts.secrets.delete(keyName);
    }
  });

  it("sends a key to no other address than the one it was set for", async () => {
    const memento = mementoOf();
    await rememberKeyPlace(memento, "https://gateway.example/anthropic");
    try {
      for (const [endpoint, reached] of [
        ["https://gateway.example/anthropic", rightKey],
        ["https://gateway.example/other", rightKey],
        ["https://api.anthropic.com", "The API key that is set is for https://gateway.example, not for"],
        ["https://gateway.example:8443", "The API key that is set is for https://gateway.example, not for"],
        ["http://127.0.0.1:4000", ""],
      ] as const) {
        await connect(parts, endpoint, rightKey);
        const reach = await configuredReach(parts.secrets, memento);
        const found = reach.kind === "reach" ? reach.key : reach.text;
        assert.ok(reached === "" ? found === "" : found.startsWith(reached), `${endpoint}: ${found}`);
      }
    } finally {
      await connect(parts);
    }
  });

  it("works with a server on this machine without a key, and with a gateway’s path, header and further headers", async () => {
    const settings = workspace.getConfiguration("countersign");
    const model = await scriptedModel([[{ blocks: [says("Nothing to do.")] }]]);
    const folder = temporary("gateway");
    writeFiles(folder, { "a.txt": "one\n" });
    const gateway = await openGateway({
      path: "/team/anthropic",
      allows: () => true,
      model: { port: Number(new URL(model.endpoint).port), token: rightKey },
    });
    const play = async (key?: string): Promise<Record<string, unknown>> => {
      await connect(parts, gateway.endpoint, key);
      const session = await begun(parts, folderAt(folder), "look");
      assert.equal(session.head().notice, null);
      const { url, headers } = gateway.seen.at(-1)!;
      return {
        url,
        authorization: headers.authorization,
        "x-api-key": headers["x-api-key"],
        "x-team": headers["x-team"],
      };
    };
    const url = "/team/anthropic/v1/messages";
    const none = { authorization: undefined, "x-api-key": undefined, "x-team": undefined };
    try {
      assert.deepEqual(await play(), { ...none, url }, "no key is set, none is sent");
      await settings.update("headers", { "x-team": "blue" }, ConfigurationTarget.Global);
      assert.deepEqual(await play("sk-of-the-gateway"), {
        ...none,
        url,
        authorization: "Bearer sk-of-the-gateway",
        "x-team": "blue",
      });
      await settings.update("keyHeader", "x-api-key", ConfigurationTarget.Global);
      assert.deepEqual(await play("sk-of-the-gateway"), {
        ...none,
        url,
        "x-api-key": "sk-of-the-gateway",
        "x-team": "blue",
      });
      await settings.update("keyHeader", "none", ConfigurationTarget.Global);
      assert.deepEqual(await play("sk-of-the-gateway"), { ...none, url, "x-team": "blue" });
      await settings.update("headers", { Authorization: "Bearer sk-of-the-gateway" }, ConfigurationTarget.Global);
      const configured = configuredConnection();
      assert.ok(configured.kind === "wrong" && configured.text.includes("“Authorization”"));
    } finally {
      for (const name of ["headers", "keyHeader"]) await settings.update(name, undefined, ConfigurationTarget.Global);
      await connect(parts);
      await parts.current.close();
      await gateway.close();
      await model.close();
      rmSync(folder, { recursive: true });
    }
  });

  const endpoints: [string, boolean][] = [
    ["https://api.anthropic.com", true],
    ["https://gateway.example/anthropic", true],
    ["http://127.0.0.1:8080", true],
    ["http://localhost:8080", true],
    ["http://[::1]:8080", true],
    ["https://gateway.example/anthropic?to=evil", false],
    ["https://gateway.example/#", false],
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

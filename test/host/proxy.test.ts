/**
 * Behind a proxy: a session whose model only the proxy can reach, with a certificate of an authority that the machine knows; and what a
 * person is told where one of both is not so.
 */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ConfigurationTarget, workspace } from "vscode";
import type { ForTests } from "../../src/extension.ts";
import { openProxyWorld, modelName, type ProxyWorld, type ProxyWorldOptions } from "./connectProxy.ts";
import { extensionUnderTest, filesOf, itemOf } from "./extension.ts";
import { begun, calls, connect, folderAt, rightKey, says, scriptedModel, temporary, writeFiles } from "./stage.ts";

const endpoint = `https://${modelName}`;

describe("behind a proxy", () => {
  let parts: ForTests;
  let certificates = "";

  before(async function () {
    certificates = process.env["COUNTERSIGN_CERTIFICATES"] ?? "";
    assert.ok(certificates, "COUNTERSIGN_CERTIFICATES names a folder, or says that it is missing");
    // The lane has said why.
    if (certificates === "missing") return this.skip();
    parts = await extensionUnderTest();
  });

  async function set(name: string, value: unknown): Promise<void> {
    await workspace.getConfiguration("http").update(name, value, ConfigurationTarget.Global);
  }

  /** A model that adds a line to a file, behind such a proxy, and what a task comes to. */
  async function world(
    options: Partial<ProxyWorldOptions>,
    use: (world: ProxyWorld, play: () => Promise<Played>) => Promise<void>,
    address = endpoint,
  ): Promise<void> {
    const folder = temporary("proxy");
    writeFiles(folder, { "a.txt": "one\n" });
    const write = calls("edit", { file_path: "a.txt", old_string: "one\n", new_string: "one\ntwo\n" });
    const model = await scriptedModel([[{ blocks: [write] }, { blocks: [says("Done.")] }]]);
    const opened = await openProxyWorld({ model: Number(new URL(model.endpoint).port), certificates, ...options });
    try {
      await set("proxy", opened.proxy);
      await connect(parts, address, rightKey);
      await use(opened, async () => {
        const session = await begun(parts, folderAt(folder), "add two");
        const notice = session.head().notice;
        const files = await filesOf(session);
        for (const file of files)
          for (const hunk of file.hunks) {
            const answer = await session.accept([itemOf(file, hunk)]);
            assert.equal(answer.kind, "done", JSON.stringify(answer));
          }
        return {
          said: notice === null ? "" : `${notice.text} ${notice.remedy}`,
          text: readFileSync(join(folder, "a.txt"), "utf8"),
          requests: model.requests.length,
        };
      });
    } finally {
      await parts.current.close();
      await set("proxy", undefined);
      await set("proxySupport", undefined);
      await set("noProxy", undefined);
      await connect(parts);
      await opened.close();
      await model.close();
      rmSync(folder, { recursive: true });
    }
  }
  interface Played {
    said: string;
    text: string;
    requests: number;
  }

  it("a session reaches its model through the tunnel, by the authority that the machine knows, and nothing goes past", async () => {
    await world({}, async ({ asked, came, port }, play) => {
      await assert.rejects(fetch(`https://127.0.0.1:${port}/v1/messages`), "past the proxy there is no answer");
      assert.equal(came.throughTunnel, 0);
      assert.deepEqual(await play(), { said: "", text: "one\ntwo\n", requests: 2 });
      assert.ok(came.throughTunnel > 0 && came.past === 1, JSON.stringify(came));
      assert.deepEqual([...new Set(asked.map(({ to }) => to))], [`${modelName}:443`]);
    });
  });

  it("a name and a password in http.proxy are shown to the proxy, and the key to the model alone", async () => {
    const unless = `Basic ${Buffer.from("who:pass-of-the-proxy").toString("base64")}`;
    const refuses = { status: 407, text: "Proxy Authentication Required", unless };
    await world({ refuses }, async ({ proxy, asked }, play) => {
      await set("proxy", proxy.replace("//", "//who:pass-of-the-proxy@"));
      assert.deepEqual(await play(), { said: "", text: "one\ntwo\n", requests: 2 });
      assert.ok(!JSON.stringify(asked).includes(rightKey));
    });
  });

  it("a proxy that wants a name and a password is named, with where they go", async () => {
    const refuses = { status: 407, text: "Proxy Authentication Required" };
    await world({ refuses }, async (_, play) => {
      const { said, text, requests } = await play();
      assert.match(said, /the proxy asks for a name and a password \(407\)\./);
      assert.match(said, /http\.proxy/);
      assert.deepEqual([text, requests], ["one\n", 0]);
    });
  });

  it("a proxy that lets nobody through to the model is named, with its status", async () => {
    await world({ refuses: { status: 403, text: "Forbidden" } }, async (_, play) => {
      const { said, requests } = await play();
      assert.match(said, /the proxy does not let requests through to model\.countersign\.invalid \(403\)\./);
      assert.equal(requests, 0);
    });
  });

  it("a proxy that is not there is named, not the endpoint", async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    await world({}, async (_, play) => {
      await set("proxy", `http://127.0.0.1:${port}`);
      const { said, requests } = await play();
      assert.match(said, new RegExp(`the proxy at 127\\.0\\.0\\.1:${port} could not be reached \\(ECONNREFUSED\\)\\.`));
      assert.match(said, /http\.proxy/);
      assert.equal(requests, 0);
    });
  });

  it("where the editor is told to use no proxy, none is asked", async () => {
    await world({}, async ({ asked }, play) => {
      await set("proxySupport", "off");
      const { said } = await play();
      assert.match(said, /No network: model\.countersign\.invalid could not be reached/);
      await set("proxySupport", undefined);
      await set("noProxy", ["countersign.invalid"]);
      await play();
      assert.deepEqual(asked, []);
    });
  });

  it("a certificate of an authority that nobody knows is refused, and it is said how one becomes known", async () => {
    await world({ shows: "unknown" }, async ({ came }, play) => {
      const { said, requests } = await play();
      assert.match(said, /certificate of model\.countersign\.invalid is not trusted \([A-Z_]+\)\./);
      assert.match(said, /add that to the certificates of your system/);
      assert.equal(requests, 0, "the key was not sent");
      assert.ok(came.throughTunnel > 0);
    });
  });
});

/**
 * The demo's process: how it starts, what it prints, and that it does not outlive its parent.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("../../../src/demo/main.ts", import.meta.url));
const token = "a-key-for-this-test-only";

describe("the demo's process", () => {
  it("prints one line with its port, answers there, and ends with its standard input", async () => {
    const child = start({ COUNTERSIGN_DEMO_TOKEN: token }, []);
    const line = await firstLine(child.stdout);
    const { kind, port } = JSON.parse(line) as { kind: string; port: number };
    const answer = await fetch(`http://127.0.0.1:${port}/v1/messages/count_tokens`, {
      method: "POST",
      headers: { "x-api-key": token, "anthropic-version": "2023-06-01" },
      body: JSON.stringify({ model: "demo", messages: [{ role: "user", content: "hello" }] }),
    });
    assert.deepEqual([kind, answer.status], ["listening", 200]);
    child.stdin.end();
    assert.deepEqual(await once(child, "exit"), [0, null]);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
  }).timeout(20_000);

  for (const { name, env, args = [], says } of [
    { name: "no key", env: {}, says: /^demo: COUNTERSIGN_DEMO_TOKEN: missing/ },
    {
      name: "a speed that is none",
      env: { COUNTERSIGN_DEMO_TOKEN: token, COUNTERSIGN_DEMO_SPEED: "fast" },
      says: /^demo: COUNTERSIGN_DEMO_SPEED: not a number/,
    },
    {
      name: "a scenario that is not there",
      env: { COUNTERSIGN_DEMO_TOKEN: token },
      args: ["--scenario", "nothing"],
      says: /^demo: scenario nothing: there is no such file/,
    },
    {
      name: "an unknown option",
      env: { COUNTERSIGN_DEMO_TOKEN: token },
      args: ["--token", "x"],
      says: /^demo: Unknown option '--token'/,
    },
  ]) {
    it(`ends with code 2 and the cause: ${name}`, async () => {
      const child = start(env, args);
      const [line, [code]] = await Promise.all([firstLine(child.stderr), once(child, "exit")]);
      assert.match(line, says);
      assert.equal(code, 2);
    }).timeout(20_000);
  }
});

function start(env: Record<string, string>, args: string[]): ChildProcessByStdio<Writable, Readable, Readable> {
  const clean = { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1" };
  return spawn(process.execPath, [entry, ...args], { env: { ...clean, ...env }, stdio: ["pipe", "pipe", "pipe"] });
}

async function firstLine(stream: Readable): Promise<string> {
  let text = "";
  for await (const piece of stream) {
    text += String(piece);
    if (text.includes("\n")) break;
  }
  return text.split("\n")[0] ?? "";
}

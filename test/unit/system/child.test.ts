/** A script of ours as a process: what it is given. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startChild } from "../../../src/system/child.ts";

describe("a script of ours", () => {
  it("gets a short list of variables and what its caller gives, and no key, loader or option of the person's", async () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-child-"));
    const script = join(folder, "print.mjs");
    writeFileSync(script, "console.log(JSON.stringify([process.env, process.argv.slice(2), process.execArgv]));\n");
    const hostile = {
      ANTHROPIC_API_KEY: "sk-secret",
      ANTHROPIC_BASE_URL: "http://evil.invalid",
      NODE_OPTIONS: "--title=evil",
      LD_PRELOAD: "/nowhere.so",
      GIT_DIR: "/evil",
      SSH_AUTH_SOCK: "/agent",
      AWS_SECRET_ACCESS_KEY: "secret",
    };
    const before = { ...process.env };
    Object.assign(process.env, hostile);
    try {
      const child = startChild(script, { env: { OWN: "given" }, args: ["--one"] });
      const printed: string[] = [];
      for await (const line of child.lines) printed.push(line);
      assert.deepEqual(await child.exited, { code: 0, problem: "" });
      const [environment, args, options] = JSON.parse(printed[0]!) as [Record<string, string>, string[], string[]];
      assert.deepEqual([args, options], [["--one"], []]);
      assert.equal(environment["OWN"], "given");
      for (const name of Object.keys(hostile)) assert.equal(environment[name], undefined, name);
      const few = ["PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LANG", "LC_ALL", "OWN", "ELECTRON_RUN_AS_NODE"];
      assert.deepEqual(
        Object.keys(environment).filter((name) => !few.includes(name) && !name.startsWith("__")),
        [],
      );
    } finally {
      for (const name of Object.keys(hostile)) delete process.env[name];
      Object.assign(process.env, before);
      rmSync(folder, { recursive: true });
    }
  });

  it("ends with its input", async () => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-child-"));
    writeFileSync(join(folder, "wait.mjs"), "process.stdin.resume(); console.log('ready');\n");
    const child = startChild(join(folder, "wait.mjs"), { env: {} });
    for await (const line of child.lines) if (line === "ready") child.end();
    assert.equal((await child.exited).code, 0);
    rmSync(folder, { recursive: true });
  });
});

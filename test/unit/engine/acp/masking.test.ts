/** What of a draft an agent does not get to read: secrets, and what configures agents until its content was allowed. */
import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { configurationIn, hiddenNotes, masksOf } from "../../../../src/engine/acp/masking.ts";
import { ground } from "./playing.ts";

function put(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

describe("what an agent does not get to read", () => {
  it("is files of secrets, wherever they lie, and what configures agents", async () => {
    using at = ground();
    for (const path of [
      ".env",
      "deep/er/id_ed25519",
      ".env.example",
      "AGENTS.md",
      "CLAUDE.md",
      ".mcp.json",
      "opencode.json",
    ])
      put(at.draft, path, "x");
    put(at.draft, ".claude/settings.json", "{}");
    put(at.draft, ".opencode/plugin/a.ts", "x");
    put(at.draft, ".opencode/plugin/.env", "x");
    const { masked } = await masksOf(at.draft, () => false);
    assert.deepEqual(masked.map(({ path, kind }) => `${kind} ${path}`).sort(), [
      "file .claude/settings.json",
      "file .env",
      "file .mcp.json",
      "file deep/er/id_ed25519",
      "file opencode.json",
      "folder .opencode",
    ]);
  });

  it("is read once its content was allowed, and hidden again when any of it changes", async () => {
    using at = ground();
    put(at.draft, ".mcp.json", "{}");
    put(at.draft, ".claude/hooks/one.sh", "true\n");
    const allowed = (await configurationIn(at.draft)).map(({ hash }) => hash);
    const hidden = async (): Promise<string[]> =>
      (await masksOf(at.draft, ({ hash }) => allowed.includes(hash))).masked.map(({ path }) => path);
    assert.deepEqual(await hidden(), []);
    put(at.draft, ".claude/hooks/two.sh", "evil\n");
    assert.deepEqual(await hidden(), [".claude/hooks"]);
    put(at.draft, ".mcp.json", '{"mcpServers":{}}');
    assert.deepEqual(await hidden(), [".mcp.json", ".claude/hooks"]);
  });

  it("cannot be allowed where it holds a link, and a link to configuration is not followed", async () => {
    using at = ground();
    put(at.draft, ".claude/hooks/one.sh", "true\n");
    symlinkSync("/etc/hosts", join(at.draft, ".claude/hooks/two.sh"));
    symlinkSync("/etc/hosts", join(at.draft, ".mcp.json"));
    assert.deepEqual(await configurationIn(at.draft), [{ path: ".claude/hooks", kind: "folder", hash: null }]);
    assert.equal((await masksOf(at.draft, () => true)).masked.length, 1);
  });

  it("is named to the person, also where nothing can hide it", async () => {
    using at = ground();
    put(at.draft, ".mcp.json", "{}");
    const masks = await masksOf(at.draft, () => false);
    assert.match(hiddenNotes(true, masks, "Scripted", new Set())[0]!, /^Hidden from Scripted.*\.mcp\.json/);
    assert.match(hiddenNotes(false, masks, "Scripted", new Set())[0]!, /no sandbox to hide it: \.mcp\.json/);
  });
});

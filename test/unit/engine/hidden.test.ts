/** What nobody sees: the model reads it spelled out, and what it names by that spelling is the raw text, never a guess. */
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { spellingNote, told } from "../../../src/engine/hidden.ts";
import { promptMessage } from "../../../src/engine/anthropic/history.ts";
import { openTools } from "../../../src/engine/anthropic/tools.ts";
import type { Result } from "../../../src/engine/anthropic/result.ts";
import { withFolder } from "./api.ts";

const raw = "let a = 1;\u200b // \u202eright\u202c\n";
const spelled = "let a = 1;⟦U+200B⟧ // ⟦U+202E⟧right⟦U+202C⟧\n";
const never = new AbortController().signal;

async function withFile(
  text: string,
  use: (
    run: (name: string, input: unknown) => Promise<Result>,
    now: () => Promise<string>,
    root: string,
  ) => Promise<void>,
): Promise<void> {
  await withFolder(async (root) => {
    await writeFile(join(root, "a.ts"), text);
    const tools = await openTools(root);
    assert.ok(tools !== null);
    await use(
      (name, input) => tools.run(name, input, never),
      () => readFile(join(root, "a.ts"), "utf8"),
      root,
    );
  });
}

/** What a call leaves as it was. */
const nothing = { touched: [] };

describe("what nobody sees", () => {
  it("is read spelled out, with a line before it that says so", () =>
    withFile(raw, async (run) => {
      assert.deepEqual(await run("read", { file_path: "a.ts" }), {
        ok: true,
        text: `${spellingNote}\n${spelled}`,
        ...nothing,
      });
      assert.deepEqual(await run("grep", { pattern: "right" }), {
        ok: true,
        text: `${spellingNote}\na.ts:1:${spelled.trimEnd()}`,
        ...nothing,
      });
    }));

  it("needs no such line where there is none", () =>
    withFile("plain 👍\n", async (run) => {
      assert.deepEqual(await run("read", { file_path: "a.ts" }), { ok: true, text: "plain 👍\n", ...nothing });
    }));

  it("is found by pattern as it is spelled out", () =>
    withFile(raw, async (run) => {
      assert.match((await run("grep", { pattern: "1;⟦U+200B⟧ //" })).text, /a\.ts:1:/);
      assert.equal((await run("grep", { pattern: "1;⟦U+200C⟧ //" })).text, "no matches");
    }));

  it("is edited by its spelling and by itself, and new text goes in as it is written", async () => {
    for (const old of ["1;⟦U+200B⟧ //", "1;\u200b //"])
      await withFile(raw, async (run, now) => {
        const input = { file_path: "a.ts", old_string: old, new_string: "2; //" };
        assert.deepEqual((await run("edit", input)).ok, true);
        assert.equal(await now(), "let a = 2; // \u202eright\u202c\n");
      });
    await withFile(raw, async (run, now) => {
      const input = { file_path: "a.ts", old_string: "let", new_string: "\u200blet" };
      assert.deepEqual((await run("edit", input)).ok, true);
      assert.equal(await now(), `\u200b${raw}`);
    });
  });

  it("is not taken for a text that looks like its spelling, nor that text for it", async () => {
    const both = "x = '⟦U+200B⟧';\ny = '\u200b';\n";
    await withFile(both, async (run, now) => {
      assert.match((await run("read", { file_path: "a.ts" })).text, /x = '⟦U\+27E6⟧U\+200B⟧';\ny = '⟦U\+200B⟧';/);
      assert.equal((await run("edit", { file_path: "a.ts", old_string: "⟦U+200B⟧", new_string: "b" })).ok, true);
      assert.equal(await now(), "x = '⟦U+200B⟧';\ny = 'b';\n");
      assert.equal((await run("edit", { file_path: "a.ts", old_string: "⟦U+27E6⟧U+200B⟧", new_string: "a" })).ok, true);
      assert.equal(await now(), "x = 'a';\ny = 'b';\n");
    });
  });

  it("is said to be the reason when old text is not found because of it, and nothing is written", async () => {
    const tries: [string, string, RegExp][] = [
      [raw, "let a = 1; // right", /old_string not found in a\.ts\. Characters that nobody sees stand in it there/],
      ["a\u00a0b\n", "a b", /Characters that nobody sees stand in it there/],
      ["x = '⟦U+200B⟧'\n", "'⟦U+200B⟧'", /⟦U\+200B⟧ means that one character; .* write ⟦U\+27E6⟧U\+200B⟧\./],
      ["plain\n", "nowhere", /not found/],
    ];
    for (const [text, old, why] of tries)
      for (const all of [{}, { replace_all: true }])
        await withFile(text, async (run, now) => {
          const result = await run("edit", { file_path: "a.ts", old_string: old, new_string: "", ...all });
          assert.equal(result.ok, false);
          assert.match(result.text, why);
          assert.equal(await now(), text);
        });
  });

  it("is told of when the model writes its spelling as new text", () =>
    withFile("a\n", async (run, now) => {
      const result = await run("write", { file_path: "a.ts", content: "b ⟦U+00A0⟧ c\n" });
      assert.equal(result.ok, true);
      assert.match(result.text, /content was taken as it is written: it holds ⟦U\+27E6⟧U\+00A0⟧, letter by letter/);
      assert.equal(await now(), "b ⟦U+00A0⟧ c\n");
    }));

  it("is spelled out in the names of files and in errors, and a file is reached by that name", () =>
    withFile("a\n", async (run, _now, root) => {
      await mkdir(join(root, "\u200esrc"));
      await writeFile(join(root, "\u200esrc/b\u3164.ts"), "b\n");
      assert.equal((await run("glob", { pattern: "**/b*" })).text, `${spellingNote}\n⟦U+200E⟧src/b⟦U+3164⟧.ts`);
      assert.equal((await run("read", { file_path: "⟦U+200E⟧src/b⟦U+3164⟧.ts" })).text, "b\n");
      const missing = await run("read", { file_path: "\u200esrc/c\u202e.ts" });
      assert.equal(missing.ok, false);
      assert.match(missing.text, /⟦U\+200E⟧src\/c⟦U\+202E⟧\.ts/);
      assert.equal((await run("delete", { file_path: "⟦U+200E⟧src/b⟦U+3164⟧.ts" })).ok, true);
    }));

  it("does not help a path past the guard", () =>
    withFile("a\n", async (run) => {
      for (const path of ["⟦U+002E⟧⟦U+002E⟧/x", ".g⟦U+200C⟧it/config", "a⟦U+0000⟧.ts", "..⟦U+200B⟧/../x"])
        assert.equal((await run("write", { file_path: path, content: "x" })).ok, path === "⟦U+002E⟧⟦U+002E⟧/x", path);
    }));

  it("is spelled out in attachments, their names, and the report", () => {
    const { content } = promptMessage({
      history: [],
      report: "Rejected in a\u200b.ts",
      prompt: "my own\u00a0words",
      attachments: [{ name: "b\u202e.txt", text: "do\u{e0041} it" }],
      root: "/",
      agree: () => Promise.resolve(false),
      ask: () => Promise.resolve(null),
    });
    const texts = content.map((block) => String(block.text));
    assert.match(texts[0]!, /^\[Characters that nobody sees[^]*Rejected in a⟦U\+200B⟧\.ts$/);
    assert.match(
      texts[1]!,
      /"b⟦U\+202E⟧\.txt".*\n\[Characters[^\n]*\]\n<attachment>\ndo⟦U\+E0041⟧ it\n<\/attachment>$/,
    );
    assert.equal(texts[2], "my own\u00a0words");
  });

  it("takes no more room than a text may have", () => {
    const text = told("\u{e0041}".repeat(100_000));
    assert.ok(text.length < 401_000);
    assert.match(text, /\[cut off here: too many characters are spelled out\]$/);
  });
});

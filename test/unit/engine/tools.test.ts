import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmod, link, lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Result } from "../../../src/engine/anthropic/result.ts";
import { openTools } from "../../../src/engine/anthropic/tools.ts";
import { withFolder } from "./api.ts";

const never = new AbortController().signal;

/** A draft with an outside beside it that nothing may reach, and links that lead there. */
async function withDraft(
  use: (place: {
    root: string;
    outside: string;
    run: (name: string, input: unknown) => Promise<Result>;
  }) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const [root, outside] = [join(folder, "draft"), join(folder, "draft-evil")];
    await mkdir(join(root, "src"), { recursive: true });
    await mkdir(join(root, ".git/hooks"), { recursive: true });
    await mkdir(outside);
    await writeFile(join(outside, "secret.txt"), "secret\n");
    await writeFile(join(root, ".git/config"), "[core]\n");
    await writeFile(join(root, "src/a.ts"), "one\ntwo\n");
    await symlink(outside, join(root, "linked"));
    await symlink(join(outside, "secret.txt"), join(root, "leaf"));
    await symlink(join(outside, "not-yet"), join(root, "dangling"));
    await symlink("src", join(root, "inner"));
    const tools = await openTools(root);
    assert.ok(tools !== null);
    const before = await printOf(outside);
    const gitBefore = await printOf(join(root, ".git"));
    await use({ root, outside, run: (name, input) => tools.run(name, input, never) });
    assert.equal(await printOf(outside), before, "nothing outside changed");
    assert.equal(await printOf(join(root, ".git")), gitBefore, "nothing in .git changed");
  });
}

/** Names, kinds, contents and modes of a folder. */
async function printOf(folder: string): Promise<string> {
  const hash = createHash("sha256");
  for (const name of (await readdir(folder, { recursive: true })).toSorted()) {
    const path = join(folder, name);
    const found = await lstat(path);
    const body = found.isFile() ? await readFile(path) : found.isSymbolicLink() ? await readlink(path) : "";
    hash.update(`${name}\0${found.mode}\0`).update(body);
  }
  return hash.digest("hex");
}

const hostilePaths = [
  "../draft-evil/secret.txt",
  "..",
  "src/../../draft-evil/secret.txt",
  "src/../src/a.ts",
  "..\\draft-evil\\secret.txt",
  "/etc/passwd",
  "~/../../etc/passwd/..",
  "linked/secret.txt",
  "linked/new.txt",
  "leaf",
  "dangling",
  "inner/a.ts",
  "inner/new.ts",
  ".git/config",
  ".GIT/config",
  ".git./config",
  ".git /config",
  "GIT~1/config",
  ".g\u200cit/config",
  ".git::$INDEX_ALLOCATION/config",
  "src/.git/hooks/post-checkout",
  "sub/.Git/config",
  ".git",
  "a\0b",
  "a\ud800",
  "x".repeat(5000),
  "",
];

describe("a hostile tool call", () => {
  it("reaches no path outside, behind a link or in .git, by any spelling and with any tool", async () => {
    await withDraft(async ({ root, outside, run }) => {
      const paths = [
        ...hostilePaths,
        outside,
        join(outside, "secret.txt"),
        join(root, "../draft-evil/secret.txt"),
        join(root, ".git/config"),
        root,
      ];
      for (const path of paths) {
        for (const [name, input] of [
          ["read", { file_path: path }],
          ["write", { file_path: path, content: "pwned" }],
          ["edit", { file_path: path, old_string: "secret", new_string: "pwned" }],
          ["delete", { file_path: path }],
        ] as const) {
          const result = await run(name, input);
          assert.equal(result.ok, false, `${name} ${JSON.stringify(path.slice(0, 60))} gave ${result.text}`);
          assert.ok(!/secret\n|\[core\]|root:/.test(result.text), `${name} ${path} shows what it must not`);
        }
      }
    });
  });

  it("searches nothing outside, behind a link or in .git", async () => {
    await withDraft(async ({ root, run }) => {
      for (const path of ["..", "linked", "leaf", ".git", ".GIT", "inner", "/", join(root, "..")]) {
        assert.equal((await run("grep", { pattern: "secret|core", path })).ok, false, `grep in ${path}`);
        assert.equal((await run("glob", { pattern: "**/*", path })).ok, false, `glob in ${path}`);
      }
      for (const pattern of ["../**", "{..,src}/*", "/etc/*", ".git/*", "{.git,src}/*", "src/.GIT/**", "a\0b"]) {
        assert.equal((await run("glob", { pattern })).ok, false, `glob ${JSON.stringify(pattern)}`);
      }
      for (const pattern of ["linked/*", "l*/*", "**/*", ".g*/*", "*/config", ".[g]it/*"]) {
        const { text } = await run("glob", { pattern });
        assert.ok(!/secret|config/.test(text), `glob ${pattern} gave ${text}`);
      }
      const { text } = await run("grep", { pattern: "secret|core|one" });
      assert.equal(text.trim(), "src/a.ts:1:one");
    });
  });

  it("gets nothing of a file whose name says that it keeps secrets, and may have the samples of such files", async () => {
    await withDraft(async ({ root, run }) => {
      const kept = [".env", ".ENV.local", "src/.env.production", "certs/server.pem", "id_ed25519", ".netrc", "app.key"];
      await mkdir(join(root, "certs"));
      for (const path of [...kept, ".env.example"]) await writeFile(join(root, path), "TOKEN=hidden\n");
      for (const path of kept) {
        for (const [name, input] of [
          ["read", { file_path: path }],
          ["write", { file_path: path, content: "TOKEN=other" }],
          ["edit", { file_path: path, old_string: "TOKEN", new_string: "T" }],
          ["delete", { file_path: path }],
        ] as const) {
          const { ok, text } = await run(name, input);
          assert.deepEqual([ok, /keeps secrets/.test(text)], [false, true], `${name} ${path} gave ${text}`);
        }
        assert.equal(await readFile(join(root, path), "utf8"), "TOKEN=hidden\n");
      }
      assert.equal((await run("grep", { pattern: "hidden" })).text.trim(), ".env.example:1:TOKEN=hidden");
      assert.match((await run("read", { file_path: ".env.example" })).text, /hidden/);
    });
  });

  const odd: { name: string; tool: string; input: unknown; says: RegExp }[] = [
    {
      name: "an unknown key",
      tool: "read",
      input: { file_path: "src/a.ts", mode: "raw" },
      says: /"mode" is not a key/,
    },
    {
      name: "__proto__ as a key",
      tool: "read",
      input: JSON.parse('{"file_path":"src/a.ts","__proto__":{"x":1}}'),
      says: /"__proto__" is not a key/,
    },
    {
      name: "a key that is only inherited",
      tool: "read",
      input: Object.create({ file_path: "src/a.ts" }),
      says: /file_path is missing/,
    },
    {
      name: "constructor as a key",
      tool: "delete",
      input: { file_path: "src/a.ts", constructor: {} },
      says: /"constructor" is not a key/,
    },
    {
      name: "a missing key",
      tool: "edit",
      input: { file_path: "src/a.ts", old_string: "one" },
      says: /new_string is missing/,
    },
    {
      name: "a path that is no string",
      tool: "delete",
      input: { file_path: ["src/a.ts"] },
      says: /has to be a string/,
    },
    { name: "a list instead of an object", tool: "read", input: [], says: /has to be an object/ },
    { name: "null instead of an object", tool: "read", input: null, says: /has to be an object/ },
    {
      name: "a range of words",
      tool: "read",
      input: { file_path: "src/a.ts", view_range: ["1", "2"] },
      says: /two whole numbers/,
    },
    {
      name: "half a character in new text",
      tool: "write",
      input: { file_path: "b", content: "\ud800" },
      says: /half a character/,
    },
    {
      name: "a plan with a status of its own",
      tool: "plan",
      input: { steps: [{ text: "x", status: "maybe" }] },
      says: /has to hold steps/,
    },
    {
      name: "a plan step with __proto__",
      tool: "plan",
      input: JSON.parse('{"steps":[{"text":"x","status":"done","__proto__":{}}]}'),
      says: /has to hold steps/,
    },
    { name: "a shell", tool: "bash", input: { command: "id" }, says: /There is no tool "bash"/ },
    {
      name: "a tool named as a part of every object",
      tool: "toString",
      input: {},
      says: /There is no tool "toString"/,
    },
    { name: "an expression that is none", tool: "grep", input: { pattern: "(" }, says: /regex|grep:/ },
    { name: "a folder to delete", tool: "delete", input: { file_path: "src" }, says: /is not a file/ },
    { name: "a folder to write", tool: "write", input: { file_path: "src", content: "x" }, says: /directory/ },
    {
      name: "a file as a folder",
      tool: "write",
      input: { file_path: "src/a.ts/b", content: "x" },
      says: /part of the path is a file/,
    },
    { name: "a file that is not there", tool: "read", input: { file_path: "src/b.ts" }, says: /no such file/ },
  ];
  for (const { name, tool, input, says } of odd) {
    it(`${name} is an error for the model, and changes nothing`, async () => {
      await withDraft(async ({ root, run }) => {
        const before = await printOf(root);
        const result = await run(tool, input);
        assert.equal(result.ok, false);
        assert.match(result.text, says);
        assert.equal(await printOf(root), before);
        assert.ok(!result.text.includes(root), "the draft's place is not told");
      });
    });
  }
});

describe("an edit", () => {
  const cases: {
    name: string;
    before: string | Buffer;
    old: string;
    now: string;
    after: string | Buffer;
    says: RegExp;
    all?: boolean;
  }[] = [
    {
      name: "replaces the one place, dollar signs as they are",
      before: "a\nb\n",
      old: "b",
      now: "$&$1`",
      after: "a\n$&$1`\n",
      says: /edited/,
    },
    {
      name: "of text that is not there changes nothing",
      before: "a\n",
      old: "b",
      now: "c",
      after: "a\n",
      says: /not found/,
    },
    {
      name: "of text that stands twice changes nothing",
      before: "a a\n",
      old: "a",
      now: "b",
      after: "a a\n",
      says: /more than once/,
    },
    {
      name: "of text that stands twice by overlapping itself changes nothing",
      before: "aaa\n",
      old: "aa",
      now: "b",
      after: "aaa\n",
      says: /more than once/,
    },
    { name: "of empty text changes nothing", before: "a\n", old: "", now: "b", after: "a\n", says: /required/ },
    {
      name: "of all places takes all",
      before: "a a\n",
      old: "a",
      now: "b",
      after: "b b\n",
      says: /2 replacement/,
      all: true,
    },
    {
      name: "keeps CRLF and byte order mark",
      before: "\ufeffa\r\nb\r\n",
      old: "b",
      now: "c",
      after: "\ufeffa\r\nc\r\n",
      says: /edited/,
    },
    {
      name: "with LF in a CRLF file changes nothing and says why",
      before: "a\r\nb\r\n",
      old: "a\nb",
      now: "c",
      after: "a\r\nb\r\n",
      says: /CRLF/,
    },
    {
      name: "of a file that is not UTF-8 changes nothing",
      before: Buffer.from("caf\xe9 a\n", "latin1"),
      old: "a\n",
      now: "b\n",
      after: Buffer.from("caf\xe9 a\n", "latin1"),
      says: /not UTF-8/,
    },
  ];
  for (const { name, before, old, now, after, says, all } of cases) {
    it(name, async () => {
      await withDraft(async ({ root, run }) => {
        await writeFile(join(root, "f"), before);
        await chmod(join(root, "f"), 0o755);
        const all_ = all === undefined ? {} : { replace_all: all };
        const result = await run("edit", { file_path: "f", old_string: old, new_string: now, ...all_ });
        assert.match(result.text, says);
        assert.deepEqual(await readFile(join(root, "f")), Buffer.from(after as string));
        assert.equal((await stat(join(root, "f"))).mode & 0o777, 0o755);
        assert.deepEqual(
          (await readdir(root)).filter((entry) => entry.startsWith(".tmp")),
          [],
        );
      });
    });
  }

  it("of a hard link leaves the other name's bytes alone", async () => {
    await withDraft(async ({ root, outside, run }) => {
      await link(join(outside, "secret.txt"), join(root, "hard"));
      assert.equal((await run("edit", { file_path: "hard", old_string: "secret", new_string: "mine" })).ok, true);
      assert.equal(await readFile(join(outside, "secret.txt"), "utf8"), "secret\n");
    });
  });
});

describe("what a call can have changed", () => {
  const file = { file_path: "./src//a.ts" };
  for (const [name, input, touched] of [
    ["read", file, []],
    ["grep", { pattern: "one" }, []],
    ["glob", { pattern: "**" }, []],
    ["plan", { steps: [{ text: "one", status: "pending" }] }, []],
    ["write", { ...file, content: "new" }, ["src/a.ts"]],
    ["edit", { ...file, old_string: "one", new_string: "new" }, ["src/a.ts"]],
    ["edit", { ...file, old_string: "not there", new_string: "new" }, ["src/a.ts"]],
    ["delete", file, ["src/a.ts"]],
    ["delete", { file_path: "../draft-evil/secret.txt" }, []],
    ["write", { file_path: "linked/secret.txt", content: "new" }, []],
    ["write", { content: "new" }, []],
    ["no such tool", {}, []],
  ] satisfies [string, unknown, string[]][]) {
    it(`${name} ${JSON.stringify(input)}: ${touched.join() || "nothing"}`, async () => {
      await withDraft(async ({ run }) => assert.deepEqual((await run(name, input)).touched, touched));
    });
  }
});

describe("a read", () => {
  it("of a large file asks for a range, and of a range of it gives those lines", async () => {
    await withDraft(async ({ root, run }) => {
      await writeFile(join(root, "big"), "0123456789\n".repeat(40_000));
      assert.match((await run("read", { file_path: "big" })).text, /view_range/);
      assert.deepEqual(await run("read", { file_path: "big", view_range: [39_999, 40_000] }), {
        ok: true,
        text: "0123456789\n0123456789",
        touched: [],
      });
    });
  });

  it("of a file that is no text says so, and of an empty one too", async () => {
    await withDraft(async ({ root, run }) => {
      await writeFile(join(root, "binary"), Buffer.from([0x89, 0x50, 0, 1]));
      await writeFile(join(root, "empty"), "");
      assert.deepEqual(await run("read", { file_path: "binary" }), {
        ok: false,
        text: "This is not a text file.",
        touched: [],
      });
      assert.deepEqual(await run("read", { file_path: "empty" }), { ok: true, text: "(empty)", touched: [] });
    });
  });
});

describe("the tools", () => {
  it("are none where the draft is not there", async () => {
    assert.equal(await openTools("/nowhere/at/all"), null);
  });

  it("work in a draft that is reached through a link, and take its real path as well", async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, "real"));
      await symlink(join(folder, "real"), join(folder, "name"));
      const tools = await openTools(join(folder, "name"));
      assert.equal((await tools?.run("write", { file_path: join(folder, "real/a"), content: "x" }, never))?.ok, true);
      assert.equal((await tools?.run("write", { file_path: "b", content: "x" }, never))?.ok, true);
      assert.deepEqual((await readdir(join(folder, "real"))).toSorted(), ["a", "b"]);
    });
  });
});

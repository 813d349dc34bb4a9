import assert from "node:assert/strict";
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { search, type Found } from "../../../src/engine/anthropic/search.ts";
import { openTools } from "../../../src/engine/anthropic/tools.ts";
import { withFolder } from "./api.ts";

const never = new AbortController().signal;
const tree = {
  "a.ts": "one\ntwo\n",
  "b.tsx": "one two\r\nthree\r\n",
  ".github/ci.yml": "on: push\n",
  "app/(auth)/page.ts": "export {}\n",
  "src/deep/er/c.ts": "caf\u00e9 one\n",
  "src/[id].ts": "id\n",
  "src/binary": "one\0two\n",
  "node_modules/x/index.js": "one\n",
  ".git/config": "one\n",
};

async function withTree(use: (root: string) => Promise<void>, files: Record<string, string> = tree): Promise<void> {
  await withFolder(async (root) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    await use(root);
  });
}

const found = (...lines: string[]): Found => ({ kind: "found", lines, notes: [] });

describe("a search by name", () => {
  const cases: [pattern: string, paths: string[]][] = [
    ["*.ts", ["a.ts"]],
    ["**/*.ts", ["a.ts", "app/(auth)/page.ts", "src/[id].ts", "src/deep/er/c.ts"]],
    ["src/**", ["src/[id].ts", "src/binary", "src/deep/er/c.ts"]],
    ["**/er/*", ["src/deep/er/c.ts"]],
    ["{a,b}.ts{,x}", ["a.ts", "b.tsx"]],
    ["?.ts", ["a.ts"]],
    ["[ab].ts*", ["a.ts", "b.tsx"]],
    ["[!a].ts*", ["b.tsx"]],
    ["app/(auth)/*", ["app/(auth)/page.ts"]],
    ["src/\\[id\\].ts", ["src/[id].ts"]],
    ["./a.ts", ["a.ts"]],
    [".github/*", [".github/ci.yml"]],
    ["**/config", []],
    ["**/index.js", []],
    ["a{b.ts", []],
    ["a.ts/", []],
  ];
  for (const [pattern, paths] of cases) {
    it(`${pattern} finds ${paths.length === 0 ? "nothing" : paths.join(", ")}`, async () => {
      await withTree(async (root) => {
        assert.deepEqual(await search({ kind: "glob", root, path: "", pattern }, never), found(...paths));
      });
    });
  }

  it("below a folder gives paths from the project's root", async () => {
    await withTree(async (root) => {
      assert.deepEqual(
        await search({ kind: "glob", root, path: "src/deep", pattern: "**" }, never),
        found("src/deep/er/c.ts"),
      );
    });
  });
});

describe("a search by content", () => {
  it("gives path, line number and line, in order, and opens no binary file, no repository and no installed package", async () => {
    await withTree(async (root) => {
      const lines = ["a.ts:1:one", "b.tsx:1:one two", "src/deep/er/c.ts:1:caf\u00e9 one"];
      assert.deepEqual(await search({ kind: "grep", root, path: "", pattern: "\\bone\\b" }, never), found(...lines));
      assert.deepEqual(
        await search({ kind: "grep", root, path: "a.ts", pattern: "o" }, never),
        found("a.ts:1:one", "a.ts:2:two"),
      );
    });
  });

  it("follows no link", async () => {
    await withTree(async (root) => {
      await symlink("src", join(root, "linked"));
      await symlink("a.ts", join(root, "leaf"));
      const { lines } = (await search({ kind: "grep", root, path: "", pattern: "one" }, never)) as { lines: string[] };
      assert.ok(!lines.some((line) => /^(linked|leaf)/.test(line)), lines.join());
    });
  });

  it("says what was left out", async () => {
    await withTree(
      async (root) => {
        const { lines, notes } = (await search({ kind: "grep", root, path: "", pattern: "x" }, never)) as {
          lines: string[];
          notes: string[];
        };
        assert.deepEqual([lines.length, notes.length], [2000, 2]);
        assert.match(notes.join(), /above 10000 characters.*only the first 2000 results/);
      },
      { "a.txt": `${"x".repeat(20_000)}\n`, "b.txt": "x\n".repeat(3000) },
    );
  });

  it("that would take for ever is cut short, with what it had", async () => {
    await withTree(
      async (root) => {
        const wanted = { kind: "grep", root, path: "", pattern: "^(a+)+$" } as const;
        assert.deepEqual(await search(wanted, never, 400), {
          kind: "found",
          lines: [],
          notes: ["[the search was cut short after 0.4 seconds]"],
        });
      },
      { "long.txt": `${"a".repeat(200)}b\n` },
    );
  });

  it("that is aborted leaves no thread behind", async () => {
    await withTree(
      async (root) => {
        const threads = () => process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
        const before = threads();
        const stop = new AbortController();
        const searching = search({ kind: "grep", root, path: "", pattern: "^(a+)+$" }, stop.signal);
        assert.equal(threads(), before + 1);
        stop.abort();
        await assert.rejects(searching, { name: "AbortError" });
        assert.equal(threads(), before);
      },
      { "long.txt": `${"a".repeat(200)}b\n` },
    );
  });

  it("names a pattern that is none", async () => {
    await withTree(async (root) => {
      for (const pattern of ["(", "(".repeat(1999), "x".repeat(2001)]) {
        const { kind } = await search({ kind: "grep", root, path: "", pattern }, never);
        assert.equal(kind, "invalid", pattern.slice(0, 20));
      }
    });
  });

  it("survives a pattern nested a thousand deep", async () => {
    await withTree(async (root) => {
      const pattern = `${"(".repeat(990)}one${")".repeat(990)}`;
      assert.equal((await search({ kind: "grep", root, path: "", pattern }, never)).kind, "found");
    });
  });
});

describe("the search tools", () => {
  it("start no program, also where one called rg stands on the PATH", async () => {
    await withTree(async (root) => {
      await withFolder(async (programs) => {
        const [path, canary] = [process.env.PATH, join(programs, "ran")];
        await writeFile(join(programs, "rg"), `#!/bin/sh\necho ran > ${JSON.stringify(canary)}\n`);
        await chmod(join(programs, "rg"), 0o755);
        process.env.PATH = `${programs}:${path}`;
        try {
          const tools = await openTools(root);
          assert.equal((await tools?.run("grep", { pattern: "two" }, never))?.text, "a.ts:2:two\nb.tsx:1:one two");
          assert.equal((await tools?.run("glob", { pattern: "a.*" }, never))?.text, "a.ts");
        } finally {
          process.env.PATH = path;
        }
        assert.deepEqual(await readdir(programs), ["rg"]);
      });
    });
  });

  it("use nothing of the SDK's toolset that starts a program", async () => {
    const source = await readFile(new URL("../../../src/engine/anthropic/tools.ts", import.meta.url), "utf8");
    const [, names = ""] =
      /import \{([^}]*)\} from "@anthropic-ai\/sdk\/tools\/agent-toolset\/node"/.exec(source) ?? [];
    assert.deepEqual(
      names.split(",").map((name) => name.trim()),
      ["betaEditTool", "betaReadTool", "betaWriteTool"],
    );
  });

  it("are whole when they are bundled and made small", async () => {
    const entryPoints = [new URL("../../../src/engine/anthropic/search.ts", import.meta.url).pathname];
    const options = {
      bundle: true,
      minify: true,
      write: false,
      platform: "node",
      target: "node22",
      format: "cjs",
    } as const;
    const made = await build({ entryPoints, ...options });
    await withTree(async (root) => {
      await writeFile(join(root, "small.cjs"), made.outputFiles[0]!.text);
      const small = createRequire(import.meta.url)(join(root, "small.cjs")) as { search: typeof search };
      const wanted = { kind: "grep", root, path: "src", pattern: "one$" } as const;
      assert.deepEqual(await small.search(wanted, never), found("src/deep/er/c.ts:1:caf\u00e9 one"));
    });
  });
});

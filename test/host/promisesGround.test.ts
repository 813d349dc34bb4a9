/**
 * The promises that speak of two grounds: the person's text, which wins, and the draft, which is hostile.
 *
 * Everything runs in a real editor on real files. What is typed is typed into an editor, one character after the other. What
 * lies in wait in the draft is put there behind the agent's back, because no tool of the agent's would put it there.
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  Position,
  TabInputCustom,
  TabInputNotebook,
  TabInputText,
  TabInputTextDiff,
  commands,
  window,
  workspace,
  type TextDocument,
  type Uri,
} from "vscode";
import type { Supervised } from "../../src/session/index.ts";
import { gitProgram } from "../../src/system/git.ts";
import { everythingIn } from "./bytes.ts";
import { filesOf, idle, itemOf, until } from "./extension.ts";
import { newestLog } from "./logged.ts";
import { hunkIn, promised, task, waiting } from "./promised.ts";
import {
  begun,
  calls,
  connect,
  folderAt,
  git,
  makeRepository,
  reopened,
  rightKey,
  says,
  scriptedModel,
  temporary,
  writeFiles,
  type Step,
} from "./stage.ts";

const done = { kind: "done" } as const;

describe("the promises, on two grounds", function () {
  this.timeout(120_000);
  const folder = workspace.workspaceFolders![0]!;
  const root = folder.uri.fsPath;
  const stage = promised();
  afterEach(() => commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));

  it("promise 2: every character typed next to a hunk is still there after reject, accept, undo and redo, saved or not", async () => {
    let session = await task(stage);
    const path = "promised/one.txt";
    const document = await workspace.openTextDocument(join(root, path));
    const typed: string[] = [];
    const there = (when: string): void => {
      const text = document.isDirty ? document.getText() : readFileSync(join(root, path), "utf8");
      for (const each of typed) assert.equal(text.split(each).length, 2, `“${each}” once, ${when}`);
    };
    /** Types at a line, one character after the other, and looks after each. */
    const type = async (line: string, at: "above" | "behind", text: string): Promise<void> => {
      const from = lineOf(document, line);
      const behind = document.lineAt(from).text.length;
      for (const [index, character] of [...(at === "above" ? `${text}\n` : text)].entries()) {
        const place = at === "above" ? new Position(from, index) : new Position(from, behind + index);
        await typeAt(document, place, character);
        there(`while typing “${text}”`);
      }
      typed.push(text);
      there("when it is typed");
    };
    const act = async (name: string, action: () => ReturnType<Supervised["undo"]>): Promise<void> => {
      let answer = await action();
      there(`after ${name}`);
      // The editor may have been about to take in what came before: then nothing was done, and a person does it again.
      if (answer.kind === "refused" && /at that very moment/.test(answer.text)) answer = await action();
      assert.deepEqual(answer, done, name);
      there(`after ${name}`);
    };
    const here = (at = 0) => hunkIn(session, path, at);

    await type("one-3;", "above", "above three");
    await act("the accept of a hunk that ends where was typed", async () => session.accept([await here()]));
    assert.ok(document.isDirty && document.getText().includes("one-2, changed;\nabove three\none-3;"));
    await type("one-9;", "behind", " // behind nine");
    await act("the reject of a hunk one line further", async () => session.reject([await here()], "no"));
    await act("undoing the reject", () => session.undo());
    await act("undoing the accept", () => session.undo());
    assert.ok(document.getText().includes("one-2;\nabove three\none-3;"));
    await type("one-2;", "above", "above two");
    await act("the accept done again", () => session.redo());

    await document.save();
    there("after saving");
    await until("the save", () => !document.isDirty);
    await act("an accept into the saved file", async () => session.accept([await here()]));
    await type("one-17;", "behind", " and behind seventeen");
    await session.prompt("Go on.");
    await idle(session);
    there("after a boundary and a turn");
    await act("an accept in the next turn", async () => session.accept([await here()]));
    while (session.head().undo !== null) await act("undoing, the turn before included", () => session.undo());
    assert.doesNotMatch(document.getText(), /changed;|and one more|in the second turn/);

    const [file, removing] = (await waiting(session)).find(([, hunk]) =>
      hunk.rows.some(({ kind, text }) => kind === "removed" && text === "one-18;"),
    )!;
    await type("one-18;", "behind", " mine");
    const answer = await session.accept([itemOf(file, removing)]);
    assert.equal(answer.kind, "refused", "a hunk that would remove what was typed into its lines");
    there("after a refused accept");
    await document.save();
    session = await reopened(stage.parts, folder, session.id);
    there("after a reload");
    while (session.head().redo !== null && (await session.redo()).kind === "done") there("after a redo on coming back");
  });

  it("promise 8: in a hostile draft git is not run, links are not followed, a nested .git is not applied, and no file is opened", async () => {
    const place = temporary("promise-8");
    const [own, outside, canary, bin] = ["project", "outside", "ran", "bin"].map((name) => join(place, name)) as Four;
    writeFiles(own, { "README.md": "read me\n", "src/a.js": "export const a = 1;\n", "kept/b.txt": "b\n" });
    writeFiles(outside, { "secret.txt": "the secret of another folder\n" });
    makeRepository(own);
    const model = await scriptedModel(turnsOf(canary));
    await connect(stage.parts, model.endpoint, rightKey);
    const opened: Uri[] = [];
    const opening = workspace.onDidOpenTextDocument(({ uri }) => void opened.push(uri));
    const asked = gitThatTells(bin);
    const before = [everythingIn(join(own, ".git")), everythingIn(outside)];
    try {
      let session = await begun(stage.parts, folderAt(own), "Set the project up.");
      await commands.executeCommand("countersign.openReview");
      const drafts = join(
        process.env["COUNTERSIGN_HOST_DATA"]!,
        "data/User/globalStorage/countersign.countersign/drafts",
      );
      const draft = join(drafts, newestLog().find((event) => event.kind === "draft.made")!["draft"] as string);
      assert.ok(existsSync(join(draft, "eslint.config.js")), "the agent works there");
      asked.aside(() => plant(draft, outside, canary));
      await session.prompt("Go on.");
      await idle(session);
      session = await reopened(stage.parts, folderAt(own), session.id);
      const shown = await filesOf(session);
      const paths = shown.map(({ path }) => path);
      assert.ok(paths.includes("eslint.config.js") && paths.includes("src/a.js"), paths.join());
      assert.deepEqual(
        paths.filter((path) => /(^|\/)\.git(\/|$)|^(linked\/|kept\/inner)/i.test(path)),
        [],
        "nothing of a repository or of what lies behind a link is offered",
      );
      const links = shown.filter(({ change }) => change === "link");
      assert.deepEqual(
        links.map(({ path, hunks: [hunk] }) => [path, hunk!.rows.map(({ text }) => text).join(), hunk!.apart]),
        [
          ["README.md", join(outside, "secret.txt"), "protected"],
          ["leaf.txt", join(outside, "secret.txt"), "protected"],
          ["linked", outside, "protected"],
        ],
        "a link is its target, to be decided by itself",
      );
      assert.doesNotMatch(JSON.stringify(shown), /secret of another folder/);
      const unshown = newestLog().flatMap((event) => (event["unshown"] as { path: string }[] | undefined) ?? []);
      assert.ok(
        unshown.some((one) => one.path.startsWith("nested")),
        "what is no proposal is said to be left out",
      );

      for (const [file, hunk] of await waiting(session))
        if (file.change !== "link") await session.accept([itemOf(file, hunk)]);
      assert.ok(existsSync(join(own, "eslint.config.js")), "accepts are made");
      const result = Object.keys(everythingIn(own)).filter((path) => !path.startsWith(".git/"));
      assert.deepEqual(
        result.filter((path) => /(^|\/)\.git\/|^(linked|leaf|nested)/i.test(path)),
        [],
      );
      assert.deepEqual([everythingIn(join(own, ".git")), everythingIn(outside)], before);
      assert.equal(existsSync(canary), false, "nothing of the draft was run");

      assert.ok(asked.calls().length > 3, "git was asked about the person's folder");
      assert.deepEqual(
        asked.calls().filter((call) => call.includes(drafts)),
        [],
        "git was asked about a draft",
      );
      const tabs = window.tabGroups.all.flatMap((group) => group.tabs).flatMap(({ input }) => urisOf(input));
      assert.deepEqual(
        [...opened, ...workspace.textDocuments.map(({ uri }) => uri), ...tabs].filter((uri) =>
          uri.fsPath.startsWith(drafts),
        ),
        [],
        "a file of the draft was opened",
      );
      asked.end();
      git(join(draft, "nested"), "status");
      assert.ok(existsSync(canary), "git would have run what lies in the draft, so this test can fail");
    } finally {
      opening.dispose();
      asked.end();
      await stage.parts.current.close();
      await model.close();
      rmSync(place, { recursive: true });
    }
  });
});

type Four = [string, string, string, string];

/** A task that makes configuration which runs where an editor or a linter loads it, and tries for more. */
function turnsOf(canary: string): Step[][] {
  const runs = `require("node:fs").writeFileSync(${JSON.stringify(canary)}, "")`;
  const write = (path: string, content: string): object => calls("write", { file_path: path, content });
  return [
    [
      {
        blocks: [
          write("eslint.config.js", `${runs};\nmodule.exports = [];\n`),
          write(".vscode/settings.json", '{ "eslint.enable": true, "git.path": "./git.sh" }\n'),
          write("tsconfig.json", '{ "compilerOptions": { "plugins": [{ "name": "./plugin.js" }] } }\n'),
          write("plugin.js", `${runs};\n`),
          write(".git/hooks/post-index-change", `#!/bin/sh\ntouch ${canary}\n`),
          write("nested/.git/config", "[core]\n"),
          write(".gitattributes", "* filter=canary\n"),
          calls("edit", { file_path: "src/a.js", old_string: "a = 1", new_string: "a = 2" }),
        ],
      },
      { blocks: [says("It is set up.")] },
    ],
    [
      { blocks: [calls("edit", { file_path: "src/a.js", old_string: "a = 2", new_string: "a = 3" })] },
      { blocks: [says("Done.")] },
    ],
  ];
}

/** Puts into the draft what no tool would: repositories that run a program at every look, and links that lead away. */
function plant(draft: string, outside: string, canary: string): void {
  for (const below of ["nested", "kept/inner/.."]) {
    const repository = join(draft, below);
    mkdirSync(repository, { recursive: true });
    git(repository, "init", "--quiet", "--template=");
    git(repository, "config", "core.fsmonitor", `touch ${canary}`);
    writeFiles(repository, { ".git/hooks/post-checkout": `#!/bin/sh\ntouch ${canary}\n`, "in-it.txt": "x\n" });
    chmodSync(join(repository, ".git/hooks/post-checkout"), 0o755);
  }
  writeFiles(draft, { ".git": "gitdir: nested/.git\n", ".GIT/config": `[core]\n\tfsmonitor = touch ${canary}\n` });
  symlinkSync(outside, join(draft, "linked"));
  symlinkSync(join(outside, "secret.txt"), join(draft, "leaf.txt"));
  // A file that was copied becomes a link, with its old name.
  renameSync(join(draft, "README.md"), join(draft, "was-README.md"));
  symlinkSync(join(outside, "secret.txt"), join(draft, "README.md"));
}

/** Puts a git before the machine's own that writes down where and how it was called, and then is the machine's own. */
function gitThatTells(bin: string): { calls(): string[]; aside(act: () => void): void; end(): void } {
  const own = gitProgram();
  assert.ok(own !== null && !own.startsWith(dirname(bin)));
  const [log, path] = [join(dirname(bin), "git.log"), process.env["PATH"]];
  writeFiles(dirname(bin), {
    "git.log": "",
    "bin/git": `#!/bin/sh\nprintf '%s ' "$PWD" "$@" "$(env | grep ^GIT_ | tr '\\n' ' ')" >> '${log}'\necho >> '${log}'\nexec '${own}' "$@"\n`,
  });
  chmodSync(join(bin, "git"), 0o755);
  process.env["PATH"] = `${bin}:${path}`;
  assert.equal(gitProgram(), join(bin, "git"));
  const end = (): void => void (process.env["PATH"] = path);
  return {
    aside(act) {
      end();
      act();
      process.env["PATH"] = `${bin}:${path}`;
    },
    calls: () => readFileSync(log, "utf8").split("\n").slice(0, -1),
    end,
  };
}

function urisOf(input: unknown): Uri[] {
  if (input instanceof TabInputText || input instanceof TabInputCustom || input instanceof TabInputNotebook)
    return [input.uri];
  return input instanceof TabInputTextDiff ? [input.original, input.modified] : [];
}

async function typeAt(document: TextDocument, place: Position, character: string): Promise<void> {
  const editor = await window.showTextDocument(document, { preview: false });
  assert.ok(await editor.edit((edit) => edit.insert(place, character)));
}

/** The line that begins so, counted from 0. */
function lineOf(document: TextDocument, begin: string): number {
  const at = document
    .getText()
    .split("\n")
    .findIndex((line) => line.startsWith(begin));
  assert.ok(at >= 0, `a line ${begin}`);
  return at;
}

/**
 * The executable bit, a new name and a link in a real editor, draft, log and folder: proposed, decided, undone, and followed where the
 * person gave the name.
 */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Uri, WorkspaceEdit, commands, window, workspace } from "vscode";
import { openDrafts } from "../../src/draft/index.ts";
import { openFiles } from "../../src/editor/files.ts";
import { pathIn } from "../../src/editor/within.ts";
import { openMemory } from "../../src/memory/index.ts";
import type { DecisionItem, Engine, FileView } from "../../src/protocol/index.ts";
import type { Supervised } from "../../src/session/index.ts";
import { startSession } from "../../src/session/start.ts";
import { guardPath } from "../../src/system/paths.ts";
import { filesOf, itemOf, until } from "./extension.ts";
import { temporary } from "./stage.ts";

describe("what of a file is decided beside its text", function () {
  this.timeout(60_000);
  const folder = workspace.workspaceFolders![0]!;
  const root = folder.uri.fsPath;
  const at = (path: string): string => join(root, "attributes", path);
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`).join("");
  const done = { kind: "done" };

  let storage: string;
  let drafts: ReturnType<typeof openDrafts>;
  let session: Supervised;
  /** What the agent does in its next turn, in the draft's folder. */
  let agent: (draft: string) => void;

  beforeEach(async () => {
    mkdirSync(at(""), { recursive: true });
    writeFileSync(at("run.sh"), lines);
    writeFileSync(at("old.txt"), lines);
    symlinkSync("run.sh", at("now"));
    storage = temporary("attributes");
    drafts = openDrafts({ storage, worker: join(process.env["COUNTERSIGN_ROOT"]!, "dist/draft-worker.cjs") });
    const engine: Engine = {
      async *run({ root: draft }) {
        yield { kind: "called", call: "c1", name: "edit", summary: "edit", input: {} };
        agent(join(draft, "attributes"));
        yield { kind: "answered", call: "c1", ok: true, text: "" };
        yield { kind: "ended", how: "done" };
        await Promise.resolve();
      },
    };
    const place = { path: root, uri: folder.uri.toString(), name: folder.name };
    const files = openFiles(folder.uri, guardPath);
    const parts = { folder: place, drafts, memory: openMemory(storage), files, engine: async () => engine };
    const connection = { name: "Test", endpoint: "http://127.0.0.1:1", model: "none", key: "test" };
    session = await startSession(parts, { goal: "Rename and chmod.", attachments: [], connection });
  });
  afterEach(async () => {
    await session.close();
    await drafts[Symbol.asyncDispose]();
    await commands.executeCommand("workbench.action.closeAllEditors");
    rmSync(storage, { recursive: true, force: true });
    rmSync(at(""), { recursive: true, force: true });
  });

  const views = async (): Promise<FileView[]> =>
    (await filesOf(session)).filter(({ path }) => path.startsWith("attributes/"));
  async function pending(change?: FileView["change"]): Promise<DecisionItem[]> {
    return (await views())
      .filter((file) => change === undefined || file.change === change)
      .flatMap((file) => file.hunks.filter(({ state }) => state === "pending").map((hunk) => itemOf(file, hunk)));
  }
  /** The target of a link of the person's; what is no link has none. */
  const target = (path: string): string | null =>
    lstatSync(at(path), { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(at(path)) : null;
  const mode = (path: string): string => (statSync(at(path)).mode & 0o777).toString(8);

  it("sets the executable bit by itself, leaves the text, and takes it back", async () => {
    chmodSync(at("run.sh"), 0o640);
    agent = (draft) => {
      writeFileSync(join(draft, "run.sh"), lines.replace("line 3\n", "three\n"));
      chmodSync(join(draft, "run.sh"), 0o750);
    };
    await session.prompt("go");
    assert.deepEqual(
      (await views()).map(({ path, change, detail }) => [path, change, detail]),
      [
        ["attributes/run.sh", "changed", undefined],
        ["attributes/run.sh", "mode", "not executable → executable"],
      ],
    );
    assert.deepEqual(await session.accept(await pending("mode")), done);
    assert.deepEqual([mode("run.sh"), readFileSync(at("run.sh"), "utf8")], ["750", lines]);
    assert.deepEqual(await session.undo(), done);
    assert.equal(mode("run.sh"), "640");
    assert.deepEqual(await session.accept(await pending()), done);
    assert.deepEqual(
      [mode("run.sh"), readFileSync(at("run.sh"), "utf8")],
      ["750", lines.replace("line 3\n", "three\n")],
    );
  });

  it("moves a renamed file with its hunks in one decision, also under a clean editor, and moves it back", async () => {
    agent = (draft) => {
      renameSync(join(draft, "old.txt"), join(draft, "new.txt"));
      writeFileSync(join(draft, "new.txt"), lines.replace("line 3\n", "three\n"));
    };
    await window.showTextDocument(await workspace.openTextDocument(at("old.txt")));
    await session.prompt("go");
    assert.deepEqual(
      (await views()).map(({ path, change, newPath }) => [path, change, newPath]),
      [
        ["attributes/old.txt", "renamed", "attributes/new.txt"],
        ["attributes/old.txt", "changed", "attributes/new.txt"],
      ],
    );
    assert.deepEqual(await session.accept(await pending()), done);
    assert.equal(existsSync(at("old.txt")), false);
    assert.equal(readFileSync(at("new.txt"), "utf8"), lines.replace("line 3\n", "three\n"));
    assert.deepEqual(await session.undo(), done);
    assert.equal(existsSync(at("new.txt")), false);
    assert.equal(readFileSync(at("old.txt"), "utf8"), lines);
  });

  it("changes, makes and removes links one by one, follows none, and takes each back", async () => {
    symlinkSync("old.txt", at("gone"));
    agent = (draft) => {
      for (const [path, to] of [
        ["now", "old.txt"],
        ["gone", null],
        ["far", "/etc/passwd"],
      ] as const) {
        rmSync(join(draft, path), { force: true });
        if (to !== null) symlinkSync(to, join(draft, path));
      }
    };
    await session.prompt("go");
    assert.deepEqual(
      (await views()).map(({ path, change, detail, hunks: [hunk] }) => [
        path,
        `${change}: ${detail}`,
        hunk!.rows.map(({ kind, text }) => `${kind} ${text}`).join(),
        hunk!.apart,
      ]),
      [
        ["attributes/far", "link: new link", "added /etc/passwd", "protected"],
        ["attributes/gone", "link: link removed", "removed old.txt", "protected"],
        ["attributes/now", "link: link leads elsewhere", "removed run.sh,added old.txt", "protected"],
      ],
    );
    const all = await pending();
    assert.equal((await session.accept(all)).kind, "refused");
    assert.deepEqual([target("far"), target("gone"), target("now")], [null, "old.txt", "run.sh"]);
    for (const item of all) assert.deepEqual(await session.accept([item]), done);
    assert.deepEqual([target("far"), existsSync(at("gone")), target("now")], ["/etc/passwd", false, "old.txt"]);
    assert.deepEqual([readFileSync(at("run.sh"), "utf8"), readFileSync(at("old.txt"), "utf8")], [lines, lines]);
    for (const _ of all) assert.deepEqual(await session.undo(), done);
    assert.deepEqual([target("far"), target("gone"), target("now")], [null, "old.txt", "run.sh"]);
  });

  it("gives a refused link back in the draft, and refuses one under unsaved text or over the person's own", async () => {
    let seen: string | null = null;
    agent = (draft) => {
      rmSync(join(draft, "now"));
      symlinkSync("old.txt", join(draft, "now"));
    };
    await session.prompt("go");
    assert.deepEqual(await session.reject(await pending(), "keep it"), done);
    agent = (draft) => {
      seen = readlinkSync(join(draft, "now"));
      rmSync(join(draft, "now"));
      symlinkSync("..", join(draft, "now"));
    };
    await session.prompt("again");
    assert.equal(seen, "run.sh");
    const editor = await window.showTextDocument(await workspace.openTextDocument(at("now")));
    await editor.edit((edit) => edit.insert(editor.selection.start, "typed "));
    const unsaved = await session.accept(await pending());
    assert.match(unsaved.kind === "refused" ? unsaved.text : "", /unsaved text.*Save or revert this file first/);
    await commands.executeCommand("workbench.action.files.revert");
    rmSync(at("now"));
    symlinkSync("mine", at("now"));
    const stale = await session.accept(await pending());
    assert.equal(stale.kind, "refused");
    assert.equal(target("now"), "mine");
    const [link] = await views();
    assert.deepEqual([link!.hunks[0]!.state, link!.hunks[0]!.yours], ["stale", ["mine"]]);
    const item = itemOf(link!, link!.hunks[0]!);
    assert.deepEqual(await session.take([item]), done);
    assert.equal(target("now"), "..");
  });

  it("does not rename a file under unsaved text", async () => {
    agent = (draft) => renameSync(join(draft, "old.txt"), join(draft, "new.txt"));
    await session.prompt("go");
    const document = await workspace.openTextDocument(at("old.txt"));
    const editor = await window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(editor.selection.start, "typed "));
    const answer = await session.accept(await pending());
    assert.match(answer.kind === "refused" ? answer.text : "", /unsaved text.*Save or revert this file first/);
    assert.ok(existsSync(at("old.txt")) && !existsSync(at("new.txt")));
    await commands.executeCommand("workbench.action.files.revert");
  });

  it("follows a file that the person renamed in the editor, once they say so", async () => {
    agent = (draft) => writeFileSync(join(draft, "old.txt"), lines.replace("line 3\n", "three\n"));
    await session.prompt("go");
    const renamed = workspace.onDidRenameFiles(({ files }) =>
      files.forEach(({ oldUri, newUri }) => session.userRenamed(pathIn(root, oldUri)!, pathIn(root, newUri)!)),
    );
    const edit = new WorkspaceEdit();
    edit.renameFile(Uri.file(at("old.txt")), Uri.file(at("theirs.txt")));
    assert.equal(await workspace.applyEdit(edit), true);
    let file: FileView | undefined;
    await until("an offer", async () => {
      [file] = await views();
      return file?.movedTo !== undefined;
    });
    renamed.dispose();
    assert.equal(file!.movedTo, "attributes/theirs.txt");
    assert.deepEqual(await session.applyThere(file!.id), done);
    assert.deepEqual(await session.accept(await pending()), done);
    assert.equal(readFileSync(at("theirs.txt"), "utf8"), lines.replace("line 3\n", "three\n"));
    assert.equal(existsSync(at("old.txt")), false);
  });
});

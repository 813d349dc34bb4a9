/**
 * What editors do around an accept: encodings, line ends that documents do not have, formatters, notebooks, files that go away.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  NotebookCellData,
  NotebookCellKind,
  NotebookEdit,
  Position,
  TextEdit,
  Uri,
  WorkspaceEdit,
  commands,
  window,
  workspace,
  type TextDocument,
} from "vscode";
import { openFiles } from "../../src/editor/files.ts";
import { guardPath } from "../../src/system/paths.ts";
import { until } from "./extension.ts";

describe("an accept among editors", () => {
  const folder = join(workspace.workspaceFolders?.[0]?.uri.fsPath ?? "", "faults-under-test");
  const files = openFiles(Uri.file(folder), guardPath);
  const at = (name: string): string => join(folder, name);
  const latin = (text: string): Uint8Array => Buffer.from(text, "latin1");
  const onDisk = (name: string): string => readFileSync(at(name), "latin1");

  before(() => mkdirSync(folder, { recursive: true }));
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(closeAll);

  async function shown(name: string): Promise<TextDocument> {
    const document = await workspace.openTextDocument(at(name));
    await window.showTextDocument(document, { preview: false });
    return document;
  }

  async function typedInto(name: string, text: string): Promise<TextDocument> {
    const document = await shown(name);
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, new Position(0, 0), text);
    assert.equal(await workspace.applyEdit(edit), true);
    await until("unsaved text", () => document.isDirty);
    return document;
  }

  const kept: [what: string, before: string, after: string][] = [
    ["UTF-16 with its mark", "\xff\xfea\0\n\0", "\xff\xfeb\0\n\0"],
    ["a lone CR", "a\rb\n", "a\rB\n"],
    ["trailing spaces", "a  \n\t\n", "b  \n\t\n"],
  ];
  for (const [what, before, after] of kept) {
    it(`keeps the bytes under an open editor, which stays clean: ${what}`, async () => {
      const name = `open-${what}`;
      writeFileSync(at(name), latin(before));
      const document = await shown(name);
      assert.deepEqual(await files.write(name, latin(before), latin(after)), { kind: "written" });
      assert.deepEqual([onDisk(name), document.isDirty], [after, false]);
    });
  }

  it("goes into unsaved UTF-16 text, and a save writes it with its mark", async () => {
    writeFileSync(at("wide"), latin("\xff\xfea\0\n\0"));
    const document = await typedInto("wide", "m\n");
    const { bytes, refusal } = await files.read("wide");
    assert.deepEqual([Buffer.from(bytes!).toString("latin1"), refusal], ["\xff\xfem\0\n\0a\0\n\0", null]);
    assert.deepEqual(await files.write("wide", bytes, latin("\xff\xfem\0\n\0b\0\n\0")), { kind: "buffer" });
    assert.deepEqual([document.getText(), document.isDirty], ["m\nb\n", true]);
    assert.equal(await document.save(), true);
    assert.equal(onDisk("wide"), "\xff\xfem\0\n\0b\0\n\0");
  });

  it("is exact although a formatter runs on every save, since nothing is saved; what it changes later is the person's", async () => {
    writeFileSync(at("formatted"), "one\ntwo\n");
    const document = await shown("formatted");
    let ran = 0;
    const participant = workspace.onWillSaveTextDocument((event) => {
      if (event.document !== document) return;
      ran += 1;
      event.waitUntil(Promise.resolve([TextEdit.insert(new Position(0, 0), "// formatted\n")]));
    });
    try {
      assert.deepEqual(await files.write("formatted", latin("one\ntwo\n"), latin("one\n2\n")), { kind: "written" });
      assert.deepEqual([onDisk("formatted"), document.getText(), ran], ["one\n2\n", "one\n2\n", 0]);
      const edit = new WorkspaceEdit();
      edit.insert(document.uri, new Position(2, 0), "mine\n");
      await workspace.applyEdit(edit);
      const { bytes } = await files.read("formatted");
      assert.deepEqual(await files.write("formatted", bytes, latin("1\n2\nmine\n")), { kind: "buffer" });
      assert.deepEqual([document.getText(), ran], ["1\n2\nmine\n", 0]);
      assert.equal(await document.save(), true);
      assert.deepEqual([onDisk("formatted"), ran], ["// formatted\n1\n2\nmine\n", 1]);
      assert.deepEqual(await files.write("formatted", latin("1\n2\nmine\n"), latin("x\n")), { kind: "moved" });
    } finally {
      participant.dispose();
    }
  });

  it("writes nothing into a notebook with unsaved changes, and says to save it first", async () => {
    const name = "notes.ipynb";
    const notebook = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
    writeFileSync(at(name), JSON.stringify(notebook));
    const opened = await workspace.openNotebookDocument(Uri.file(at(name)));
    await window.showNotebookDocument(opened);
    const edit = new WorkspaceEdit();
    const cell = new NotebookCellData(NotebookCellKind.Markup, "mine", "markdown");
    edit.set(opened.uri, [NotebookEdit.insertCells(0, [cell])]);
    assert.equal(await workspace.applyEdit(edit), true);
    await until("an unsaved notebook", () => opened.isDirty && window.tabGroups.activeTabGroup.activeTab?.isDirty);
    const { bytes, refusal } = await files.read(name);
    assert.match(refusal?.remedy ?? "", /Save or revert this file first/);
    assert.equal((await files.write(name, bytes, latin("{}"))).kind, "refused");
    assert.equal(onDisk(name), JSON.stringify(notebook));
    await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("writes nothing where the file went away under its clean editor, and where its unsaved text is all there is", async () => {
    writeFileSync(at("gone"), "a\n");
    await shown("gone");
    rmSync(at("gone"));
    assert.deepEqual(await files.write("gone", latin("a\n"), latin("b\n")), { kind: "moved" });
    assert.equal(existsSync(at("gone")), false);
    writeFileSync(at("kept"), "a\n");
    const document = await typedInto("kept", "mine\n");
    rmSync(at("kept"));
    const answer = await files.write("kept", latin("a\n"), latin("b\n"));
    assert.equal(answer.kind, "moved");
    assert.equal(document.getText(), "mine\na\n");
    assert.equal(existsSync(at("kept")), false);
  });

  it("writes nothing under the old name of a file that was renamed in the editor, nor under the new one", async () => {
    writeFileSync(at("old-name"), "a\n");
    const edit = new WorkspaceEdit();
    edit.renameFile(Uri.file(at("old-name")), Uri.file(at("new-name")));
    assert.equal(await workspace.applyEdit(edit), true);
    assert.deepEqual(await files.write("old-name", latin("a\n"), latin("b\n")), { kind: "moved" });
    assert.deepEqual([existsSync(at("old-name")), onDisk("new-name")], [false, "a\n"]);
  });
});

async function closeAll(): Promise<void> {
  while (window.activeTextEditor) {
    const before = window.activeTextEditor;
    await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await until("another editor in front", () => window.activeTextEditor !== before);
  }
}

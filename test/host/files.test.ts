/**
 * The person's files in a real editor: what reading and writing do to the disk, to open documents and to unsaved text.
 */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Position, Uri, WorkspaceEdit, commands, window, workspace, type TextDocument } from "vscode";
import { openFiles } from "../../src/editor/files.ts";
import { guardPath } from "../../src/system/paths.ts";
import { until } from "./extension.ts";

describe("the person's files", () => {
  const folder = join(workspace.workspaceFolders?.[0]?.uri.fsPath ?? "", "files-under-test");
  const files = openFiles(Uri.file(folder), guardPath);
  const at = (name: string): string => join(folder, name);
  const latin = (text: string): Uint8Array => Buffer.from(text, "latin1");
  const onDisk = (name: string): string => readFileSync(at(name), "latin1");

  before(() => mkdirSync(folder, { recursive: true }));
  after(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(closeAll);

  /** Shows the file and types at its start. */
  async function typeInto(name: string, text: string): Promise<TextDocument> {
    const document = await workspace.openTextDocument(at(name));
    await window.showTextDocument(document, { preview: false });
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, new Position(0, 0), text);
    assert.equal(await workspace.applyEdit(edit), true);
    await until("unsaved text", () => document.isDirty);
    return document;
  }

  const closed: { what: string; before: string; after: string }[] = [
    { what: "LF", before: "a\nb\n", after: "a\nB\n" },
    { what: "CRLF", before: "a\r\nb\r\n", after: "a\r\nB\r\n" },
    { what: "mixed line ends", before: "a\r\nb\nc\n", after: "a\r\nB\nc\n" },
    { what: "a byte order mark", before: "\xef\xbb\xbfa\n", after: "\xef\xbb\xbfb\n" },
    { what: "Latin-1", before: "caf\xe9\n", after: "caf\xe9!\n" },
    { what: "no final line end", before: "a\nb", after: "a\nB" },
    { what: "bytes that are no text", before: "a\0b", after: "a\0c" },
  ];
  for (const { what, before, after } of closed) {
    it(`get the exact bytes where no editor holds them: ${what}`, async () => {
      writeFileSync(at("closed"), latin(before));
      chmodSync(at("closed"), 0o640);
      assert.deepEqual(await shown("closed"), { bytes: before, mode: 0o640, dirty: null, refusal: null });
      assert.deepEqual(await files.write("closed", latin(before), latin(after)), { kind: "written" });
      assert.equal(onDisk("closed"), after);
    });
  }

  for (const { what, before, after } of closed.filter(({ what }) => what !== "bytes that are no text")) {
    it(`are followed by an open editor, which stays clean: ${what}`, async () => {
      writeFileSync(at(`open-${what}`), latin(before));
      const document = await workspace.openTextDocument(at(`open-${what}`));
      await window.showTextDocument(document);
      assert.deepEqual(await files.write(`open-${what}`, latin(before), latin(after)), { kind: "written" });
      assert.equal(onDisk(`open-${what}`), after);
      assert.equal(document.isDirty, false);
      const lines = (await workspace.decode(latin(after), { encoding: document.encoding }))
        .replace(/^\ufeff/, "")
        .split(/\r\n|\n/);
      assert.deepEqual(document.getText().split(/\r\n|\n/), lines);
    });
  }

  const unsaved: {
    what: string;
    disk: string;
    typed: string;
    read: string;
    after: string;
    text: string;
    saved: string;
  }[] = [
    {
      what: "LF",
      disk: "a\nb\n",
      typed: "mine\n",
      read: "mine\na\nb\n",
      after: "mine\na\nB\n",
      text: "mine\na\nB\n",
      saved: "mine\na\nB\n",
    },
    {
      what: "CRLF",
      disk: "a\r\nb\r\n",
      typed: "mine\n",
      read: "mine\r\na\r\nb\r\n",
      after: "mine\r\na\r\nB\r\n",
      text: "mine\r\na\r\nB\r\n",
      saved: "mine\r\na\r\nB\r\n",
    },
    {
      what: "new lines with another line end",
      disk: "a\r\nb\r\n",
      typed: "mine\n",
      read: "mine\r\na\r\nb\r\n",
      after: "mine\r\na\r\nB\n",
      text: "mine\r\na\r\nB\r\n",
      saved: "mine\r\na\r\nB\r\n",
    },
    {
      what: "a byte order mark",
      disk: "\xef\xbb\xbfa\n",
      typed: "mine\n",
      read: "\xef\xbb\xbfmine\na\n",
      after: "\xef\xbb\xbfmine\nb\n",
      text: "mine\nb\n",
      saved: "\xef\xbb\xbfmine\nb\n",
    },
    {
      what: "no final line end",
      disk: "a\nb",
      typed: "mine\n",
      read: "mine\na\nb",
      after: "mine\na\nB",
      text: "mine\na\nB",
      saved: "mine\na\nB",
    },
  ];
  for (const { what, disk, typed, read, after, text, saved } of unsaved) {
    it(`are changed in the editor and left unsaved where it holds unsaved text: ${what}`, async () => {
      const name = `unsaved-${what.replaceAll(" ", "-")}`;
      writeFileSync(at(name), latin(disk));
      chmodSync(at(name), 0o604);
      const document = await typeInto(name, typed);
      assert.deepEqual(await shown(name), {
        bytes: read,
        mode: 0o604,
        dirty: { eol: disk.includes("\r\n") ? "\r\n" : "\n" },
        refusal: null,
      });
      assert.deepEqual(await files.write(name, latin(read), latin(after)), { kind: "buffer" });
      assert.deepEqual([document.getText(), document.isDirty, onDisk(name)], [text, true, disk]);
      assert.equal(await document.save(), true);
      assert.equal(onDisk(name), saved);
    });
  }

  it("keep unsaved text that does not hold what was expected", async () => {
    writeFileSync(at("expected"), "a\n");
    const document = await typeInto("expected", "mine\n");
    assert.deepEqual(await files.write("expected", latin("a\n"), latin("b\n")), { kind: "moved" });
    assert.deepEqual([document.getText(), onDisk("expected")], ["mine\na\n", "a\n"]);
  });

  it("are refused where unsaved text would not survive a save: undeclared Latin-1", async () => {
    writeFileSync(at("latin"), latin("caf\xe9\n"));
    const document = await typeInto("latin", "x\n");
    const read = await files.read("latin");
    assert.match(read.refusal?.remedy ?? "", /Save or revert this file first/);
    const answer = await files.write("latin", read.bytes, latin("x\ny\n"));
    assert.equal(answer.kind, "refused");
    assert.equal(onDisk("latin"), "caf\xe9\n");
    assert.equal(document.getText().startsWith("x\n"), true);
  });

  it("are not deleted under unsaved text", async () => {
    writeFileSync(at("kept"), "a\n");
    await typeInto("kept", "mine\n");
    assert.equal((await files.write("kept", latin("mine\na\n"), null)).kind, "refused");
    assert.equal(existsSync(at("kept")), true);
  });

  it("are listed where they are unsaved, as a save would write them", async () => {
    writeFileSync(at("listed"), "a\r\n");
    await typeInto("listed", "mine\n");
    assert.deepEqual(
      (await files.unsaved()).map(({ path, bytes }) => [path, Buffer.from(bytes).toString("latin1")]),
      [["listed", "mine\r\na\r\n"]],
    );
  });

  it("keep what the person types while a write is on its way", async () => {
    for (let round = 0; round < 5; round += 1) {
      const name = `race-${round}`;
      writeFileSync(at(name), "one\ntwo\nthree\n");
      const document = await workspace.openTextDocument(at(name));
      await window.showTextDocument(document, { preview: false });
      const writing = files.write(name, latin("one\ntwo\nthree\n"), latin("one\ntwo\n3\n"));
      await commands.executeCommand("type", { text: "mine " });
      const answer = await writing;
      await until("the typing", () => document.getText().includes("mine "));
      assert.equal(document.getText().includes("mine "), true, "the typing is there");
      // Whichever came first, the person's text is whole, and what the answer says is so.
      if (answer.kind === "buffer" || answer.kind === "written") assert.equal(document.getText(), "mine one\ntwo\n3\n");
      else assert.equal(document.getText(), "mine one\ntwo\nthree\n");
      assert.notEqual(answer.kind, "refused");
      // What an editor holds unsaved is not on the disk as well.
      assert.equal(onDisk(name), answer.kind === "written" ? "one\ntwo\n3\n" : "one\ntwo\nthree\n");
      await closeAll();
    }
  });

  it("are created with their folders, and deleted", async () => {
    assert.deepEqual(await files.write("new/deep/file.ts", null, latin("a\n")), { kind: "written" });
    assert.equal(onDisk("new/deep/file.ts"), "a\n");
    assert.deepEqual(await files.read("new/none.ts"), { bytes: null, dirty: null, refusal: null });
    assert.deepEqual(await files.write("new/deep/file.ts", latin("a\n"), null), { kind: "written" });
    assert.equal(existsSync(at("new/deep/file.ts")), false);
  });

  it("are not written when they hold something else", async () => {
    writeFileSync(at("theirs"), "theirs\n");
    assert.deepEqual(await files.write("theirs", latin("a\n"), latin("b\n")), { kind: "moved" });
    assert.deepEqual(await files.write("theirs", null, latin("b\n")), { kind: "moved" });
    assert.equal(onDisk("theirs"), "theirs\n");
  });

  it("are refused where a link stands, and nothing outside is touched", async () => {
    writeFileSync(join(folder, "..", "outside-file"), "a\n");
    symlinkSync(join(folder, "..", "outside-file"), at("link"));
    assert.notEqual((await files.read("link")).refusal, null);
    assert.equal((await files.write("link", latin("a\n"), latin("b\n"))).kind, "refused");
    assert.equal((await files.write("../outside-file", latin("a\n"), latin("b\n"))).kind, "refused");
    assert.equal(readFileSync(join(folder, "..", "outside-file"), "utf8"), "a\n");
    rmSync(join(folder, "..", "outside-file"));
  });

  it("keep their mode, and a hard link's other name keeps its bytes", async () => {
    writeFileSync(at("run.sh"), "a\n");
    chmodSync(at("run.sh"), 0o755);
    linkSync(at("run.sh"), at("other-name"));
    const answer = await files.write("run.sh", latin("a\n"), latin("b\n"));
    assert.ok(answer.kind === "written");
    assert.match(answer.note ?? "", /run\.sh had 1 other name/);
    assert.deepEqual(
      [statSync(at("run.sh")).mode & 0o777, onDisk("run.sh"), onDisk("other-name")],
      [0o755, "b\n", "a\n"],
    );
  });

  it("are written one after the other where two ask for the same one", async () => {
    writeFileSync(at("twice"), "a\n");
    const answers = await Promise.all([
      files.write("twice", latin("a\n"), latin("b\n")),
      files.write("twice", latin("b\n"), latin("c\n")),
      files.write("twice", latin("a\n"), latin("d\n")),
    ]);
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ["written", "written", "moved"],
    );
    assert.equal(onDisk("twice"), "c\n");
  });

  async function shown(name: string): Promise<{ bytes: string | null; dirty: unknown; refusal: unknown }> {
    const read = await files.read(name);
    return { ...read, bytes: read.bytes && Buffer.from(read.bytes).toString("latin1") };
  }
});

async function closeAll(): Promise<void> {
  while (window.activeTextEditor) {
    const before = window.activeTextEditor;
    await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await until("another editor in front", () => window.activeTextEditor !== before);
  }
}

/** A file's mode and name on a real disk. */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executableAt, immovableReason, moveFile, setExecutable } from "../../../src/editor/attributes.ts";
import { guardPath } from "../../../src/system/paths.ts";

let root: string;
const at = (path: string): string => join(root, path);
const ground = () => ({ root, guard: guardPath });
const mode = (path: string) => (statSync(at(path)).mode & 0o777).toString(8);

beforeEach(() => (root = mkdtempSync(join(tmpdir(), "attributes-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the executable bit on the disk", () => {
  for (const [before, after] of [
    ["644", "755"],
    ["600", "700"],
    ["640", "750"],
    ["444", "555"],
  ] as const) {
    it(`of ${before} is set to ${after}, for whoever may read it, and taken away again`, async () => {
      writeFileSync(at("file"), "text");
      chmodSync(at("file"), Number.parseInt(before, 8));
      assert.equal(executableAt(ground(), "file"), false);
      assert.deepEqual(await setExecutable(ground(), "file", false, true), { kind: "written" });
      assert.deepEqual([mode("file"), executableAt(ground(), "file")], [after, true]);
      assert.deepEqual(await setExecutable(ground(), "file", true, false), { kind: "written" });
      assert.deepEqual([mode("file"), readFileSync(at("file"), "utf8")], [before, "text"]);
    });
  }

  it("is not changed where it is not as expected, nothing stands, or a link does", async () => {
    writeFileSync(at("file"), "text");
    symlinkSync(at("file"), at("link"));
    assert.deepEqual(await setExecutable(ground(), "file", true, false), { kind: "moved" });
    const none = await setExecutable(ground(), "none", false, true);
    assert.ok(none.kind === "refused");
    assert.deepEqual([none.reason, none.remedy], ["there is no file none", "Accept the file first."]);
    assert.equal((await setExecutable(ground(), "link", false, true)).kind, "refused");
    assert.deepEqual(
      [mode("file"), executableAt(ground(), "link"), executableAt(ground(), "none")],
      ["644", null, null],
    );
  });

  it("is refused with the reason on a system that keeps none", async () => {
    writeFileSync(at("file"), "text");
    const platform = Object.getOwnPropertyDescriptor(process, "platform")!;
    Object.defineProperty(process, "platform", { ...platform, value: "win32" });
    const answer = await setExecutable(ground(), "file", false, true).finally(() =>
      Object.defineProperty(process, "platform", platform),
    );
    assert.ok(answer.kind === "refused");
    assert.equal(answer.reason, "this system keeps no executable bit");
    assert.equal(mode("file"), "644");
  });
});

describe("a new name on the disk", () => {
  it("takes bytes and mode along, and makes its folders", async () => {
    writeFileSync(at("old.sh"), "text", { mode: 0o755 });
    assert.equal(await immovableReason(ground(), "old.sh", "deep/new.sh"), null);
    assert.deepEqual(await moveFile(ground(), "old.sh", "deep/new.sh"), { kind: "written" });
    assert.deepEqual([readFileSync(at("deep/new.sh"), "utf8"), mode("deep/new.sh")], ["text", "755"]);
    assert.ok(!existsSync(at("old.sh")));
  });

  it("differs by case alone, where the disk keeps case apart or not", async () => {
    writeFileSync(at("read.me"), "text");
    assert.deepEqual(await moveFile(ground(), "read.me", "READ.me"), { kind: "written" });
    assert.deepEqual(readdirSync(root), ["READ.me"]);
  });

  it("is refused before anything is moved where it is taken, also by another name of the same file", async () => {
    writeFileSync(at("old"), "old");
    writeFileSync(at("new"), "new");
    linkSync(at("old"), at("twin"));
    mkdirSync(at("folder"));
    symlinkSync(at("old"), at("link"));
    for (const to of ["new", "twin", "folder", "link", ".git/config", "../out"]) {
      const reason = await immovableReason(ground(), "old", to);
      assert.ok(reason, to);
      assert.deepEqual((await moveFile(ground(), "old", to)).kind, "refused");
    }
    assert.deepEqual([readFileSync(at("old"), "utf8"), readFileSync(at("new"), "utf8")], ["old", "new"]);
  });

  it("is not given to what is no file", async () => {
    mkdirSync(at("folder"));
    symlinkSync(at("folder"), at("link"));
    for (const from of ["folder", "link", "none"])
      assert.equal((await moveFile(ground(), from, "new")).kind, "refused", from);
    assert.ok(!existsSync(at("new")));
  });
});

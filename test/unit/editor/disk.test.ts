import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange, findFile, lockedReason } from "../../../src/editor/disk.ts";
import { guardPath } from "../../../src/system/paths.ts";

describe("exchanging a file's bytes", () => {
  let root: string;
  const at = (path: string): string => join(root, path);
  const ground = () => ({ root, guard: guardPath });
  const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
  const trade = async (path: string, before: string | null, after: string | null): Promise<string> =>
    (await exchange(ground(), path, before === null ? null : bytes(before), after === null ? null : bytes(after))).kind;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "disk-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const contents: [string, string, string][] = [
    ["LF", "a\nb\n", "a\nB\n"],
    ["CRLF", "a\r\nb\r\n", "a\r\nB\r\n"],
    ["mixed line ends", "a\r\nb\nc\rd", "a\r\nB\nc\rd"],
    ["a byte order mark", "\xef\xbb\xbfa\n", "\xef\xbb\xbfb\n"],
    ["Latin-1", "caf\xe9\n", "caf\xe9!\n"],
    ["no final line end", "a", "b"],
    ["NUL bytes", "a\0b", "a\0c"],
    ["nothing, then something", "", "a\n"],
    ["something, then nothing", "a\n", ""],
  ];
  for (const [what, before, after] of contents) {
    it(`writes exactly what it was given: ${what}`, async () => {
      writeFileSync(at("file"), bytes(before));
      assert.equal(await trade("file", before, after), "written");
      assert.equal(readFileSync(at("file"), "latin1"), after);
      assert.deepEqual(readdirSync(root), ["file"]);
    });
  }

  for (const [what, mode, found] of [
    ["the mode that it is to have", 0o750, 0o750],
    ["one that only its owner reads", 0o600, 0o600],
    ["no right to act as its owner", 0o4755, 0o755],
  ] as const)
    it(`makes a file with ${what}`, async () => {
      assert.deepEqual(await exchange(ground(), "file", null, bytes("a\n"), mode), { kind: "written" });
      assert.equal(statSync(at("file")).mode & 0o7777, found);
      assert.deepEqual(await exchange(ground(), "file", bytes("a\n"), bytes("b\n"), 0o777), { kind: "written" });
      assert.equal(statSync(at("file")).mode & 0o7777, found);
    });

  it("writes a file of several megabytes", async () => {
    const before = "x".repeat(3_000_000);
    writeFileSync(at("large"), before);
    assert.equal(await trade("large", before, `${before}y`), "written");
    assert.equal(statSync(at("large")).size, 3_000_001);
  });

  it("writes nothing when the file holds other bytes", async () => {
    writeFileSync(at("file"), "theirs");
    assert.equal(await trade("file", "before", "after"), "moved");
    assert.equal(await trade("file", null, "after"), "moved");
    assert.equal(await trade("file", "before", null), "moved");
    assert.equal(await trade("none", "before", "after"), "moved");
    assert.equal(readFileSync(at("file"), "utf8"), "theirs");
    assert.deepEqual(readdirSync(root), ["file"]);
  });

  it("creates a file with its folders, and deletes one", async () => {
    assert.equal(await trade("new/deep/file.txt", null, "text"), "written");
    assert.equal(readFileSync(at("new/deep/file.txt"), "utf8"), "text");
    assert.equal(await trade("new/deep/file.txt", "text", null), "written");
    assert.equal(existsSync(at("new/deep/file.txt")), false);
  });

  it("keeps the mode", async () => {
    writeFileSync(at("run.sh"), "a");
    chmodSync(at("run.sh"), 0o754);
    assert.equal(await trade("run.sh", "a", "b"), "written");
    assert.equal(statSync(at("run.sh")).mode & 0o7777, 0o754);
  });

  it("takes one name of a hard link out, and leaves the other alone", async () => {
    writeFileSync(at("one"), "a");
    linkSync(at("one"), at("other"));
    assert.equal(await trade("one", "a", "b"), "written");
    assert.deepEqual([readFileSync(at("one"), "utf8"), readFileSync(at("other"), "utf8")], ["b", "a"]);
  });

  it("refuses what is read-only", async () => {
    writeFileSync(at("locked"), "a");
    chmodSync(at("locked"), 0o444);
    assert.equal((await lockedReason(ground(), "locked"))?.kind, "refused");
    assert.equal(await trade("locked", "a", "b"), "refused");
    assert.equal(readFileSync(at("locked"), "utf8"), "a");
  });

  it("refuses links, folders, pipes and the repository's own data, and touches nothing", async () => {
    const outside = mkdtempSync(join(tmpdir(), "outside-"));
    writeFileSync(join(outside, "victim"), "a");
    symlinkSync(join(outside, "victim"), at("link"));
    symlinkSync(outside, at("linked"));
    symlinkSync(join(outside, "nothing"), at("dangling"));
    mkdirSync(at("folder"));
    mkdirSync(at(".git"));
    writeFileSync(at(".git/config"), "a");
    execFileSync("mkfifo", [at("pipe")]);
    for (const path of [
      "link",
      "linked/victim",
      "linked/new",
      "dangling",
      "folder",
      "pipe",
      ".git/config",
      ".GIT/config",
      "../x",
      "/etc/x",
      "a/../b",
      "",
    ]) {
      assert.equal(await trade(path, "a", "b"), "refused", path);
      assert.equal(await trade(path, null, "b"), "refused", path);
      assert.equal(await trade(path, "a", null), "refused", path);
      assert.equal((await findFile(ground(), path)).kind, "refused", path);
    }
    assert.deepEqual([readdirSync(outside), readFileSync(join(outside, "victim"), "utf8")], [["victim"], "a"]);
    assert.equal(readFileSync(at(".git/config"), "utf8"), "a");
    assert.equal(lstatSync(at("link")).isSymbolicLink(), true);
    rmSync(outside, { recursive: true });
  });
});

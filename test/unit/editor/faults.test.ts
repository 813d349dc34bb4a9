/**
 * What a disk and a folder can do to an accept: it is refused by name, or it is exact; nothing of ours is left behind.
 *
 * Where a state cannot be made by every user on every machine (a full disk, a read-only file system), Node's own functions
 * are made to answer as the system would.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange, findFile, tidy, type Exchange } from "../../../src/editor/disk.ts";
import { guardPath } from "../../../src/system/paths.ts";

describe("an accept on a disk as it is", () => {
  let root: string;
  const at = (path: string): string => join(root, path);
  const ground = () => ({ root, guard: guardPath });
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text, "latin1"));
  const trade = (path: string, before: string | null, after: string | null): Promise<Exchange> =>
    exchange(ground(), path, bytes(before), bytes(after));

  beforeEach(() => void (root = mkdtempSync(join(tmpdir(), "disk-faults-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const meanwhile: [what: string, act: () => void, kind: string][] = [
    ["edited", () => writeFileSync(at("file"), "mine"), "moved"],
    ["deleted", () => rmSync(at("file")), "moved"],
    ["renamed", () => renameSync(at("file"), at("other")), "moved"],
    ["replaced by a folder", () => (rmSync(at("file")), mkdirSync(at("file"))), "refused"],
    ["replaced by a link", () => (rmSync(at("file")), symlinkSync("other", at("file"))), "refused"],
    ["replaced by a pipe", () => (rmSync(at("file")), execFileSync("mkfifo", [at("file")])), "refused"],
    ["emptied", () => writeFileSync(at("file"), ""), "moved"],
  ];
  for (const [what, act, kind] of meanwhile) {
    it(`writes nothing into a file that was ${what} meanwhile`, async () => {
      writeFileSync(at("file"), "old");
      act();
      const before = readdirSync(root);
      assert.equal((await trade("file", "old", "new")).kind, kind);
      assert.equal((await trade("file", "old", null)).kind, kind);
      assert.deepEqual(readdirSync(root), before);
      if (what === "renamed") assert.equal(readFileSync(at("other"), "utf8"), "old");
    });
  }

  it("writes nothing into a file that is changed between the look and the rename", async () => {
    for (const size of [10, 2_000_000]) {
      const old = "a".repeat(size);
      writeFileSync(at("file"), old);
      using _ = failing({
        chmod: () => {
          writeFileSync(at("file"), "mine");
        },
      });
      assert.deepEqual(await trade("file", old, "new"), { kind: "moved" });
      assert.equal(readFileSync(at("file"), "utf8"), "mine");
      assert.deepEqual(readdirSync(root), ["file"]);
    }
  });

  const full: [what: string, code: string, call: FileCall, reason: RegExp][] = [
    ["a full disk", "ENOSPC", "writeFile", /the disk is full/],
    ["a used up quota", "EDQUOT", "writeFile", /the disk is full/],
    ["a disk that is full when the bytes are made durable", "ENOSPC", "datasync", /the disk is full/],
    ["a disk that fails", "EIO", "writeFile", /EIO/],
    ["a read-only file system", "EROFS", "open", /does not allow it/],
    ["a folder without permission", "EACCES", "open", /does not allow it/],
    ["a file marked as immutable", "EPERM", "chmod", /does not allow it/],
  ];
  for (const [what, code, call, reason] of full) {
    it(`leaves the file whole and nothing beside it on ${what}`, async () => {
      writeFileSync(at("file"), "old");
      for (const [path, before] of [
        ["file", "old"],
        ["new", null],
      ] as const) {
        if (call === "chmod" && path === "new") continue; // Only an existing file has a mode to keep.
        using _ = failing({ [call]: () => raise(code) });
        const answer = await trade(path, before, "new");
        assert.ok(answer.kind === "refused", `${path}: ${answer.kind}`);
        assert.match(answer.reason, reason);
        assert.notEqual(answer.remedy, "");
      }
      assert.deepEqual([readdirSync(root), readFileSync(at("file"), "utf8")], [["file"], "old"]);
    });
  }

  it("refuses before it writes where access is denied, and where a folder on the way cannot be entered", async () => {
    writeFileSync(at("file"), "old");
    for (const code of ["EACCES", "EROFS", "EPERM"]) {
      using _ = failing({ access: () => raise(code) });
      const answer = await trade("file", "old", "new");
      assert.ok(answer.kind === "refused");
      assert.match(answer.reason, /read-only/);
    }
    using _ = failing({ lstat: () => raise("EACCES") });
    assert.equal((await findFile(ground(), "file")).kind, "refused");
    assert.equal((await trade("file", "old", "new")).kind, "refused");
    assert.equal(readFileSync(at("file"), "utf8"), "old");
  });

  it("refuses a file whose write permission was taken away, for every user", async () => {
    writeFileSync(at("file"), "old");
    chmodSync(at("file"), 0o555);
    assert.equal((await trade("file", "old", "new")).kind, "refused");
    assert.equal((await trade("file", "old", null)).kind, "refused");
    assert.equal(readFileSync(at("file"), "utf8"), "old");
  });

  const names = [
    "two\nlines",
    "a\rreturn",
    'it\'s "quoted"',
    "$(touch x)`touch y`",
    "-rf",
    " leading and trailing ",
    "tab\there",
    "bell\x07 and escape\x1b[2J",
    "𝒳🦊",
    "日本",
    "\u202egnp.exe",
    "zero\u200bwidth",
    "\\u0041".replace("\\", "%5C"),
    "*?[glob]",
    "x".repeat(200),
    "deep/𝒳/two\nlines/file",
  ];
  it("writes, deletes and creates under any name", async () => {
    for (const name of names) {
      assert.deepEqual(await trade(name, null, "one"), { kind: "written" }, name);
      assert.deepEqual(await trade(name, "one", "two"), { kind: "written" }, name);
      assert.equal(readFileSync(at(name), "utf8"), "two");
      assert.deepEqual(await trade(name, "two", null), { kind: "written" }, name);
      assert.equal(existsSync(at(name)), false);
    }
    assert.equal((await trade("x".repeat(300), null, "one")).kind, "refused");
  });

  it("takes names that differ in case, or in normal form, for two files where the disk does", async () => {
    for (const [one, other] of [
      ["Case", "case"],
      ["caf\u00e9", "cafe\u0301"],
    ] as const) {
      writeFileSync(at(one), "one");
      if (existsSync(at(other))) {
        // One file by two names: it is there, so it is not created over.
        assert.equal((await trade(other, null, "other")).kind, "moved");
        assert.equal(readFileSync(at(one), "utf8"), "one");
        continue;
      }
      assert.deepEqual(await trade(other, null, "other"), { kind: "written" });
      assert.deepEqual(await trade(one, "one", null), { kind: "written" });
      assert.deepEqual([readFileSync(at(other), "utf8"), existsSync(at(one))], ["other", false]);
    }
  });

  const contents: [what: string, before: string, after: string][] = [
    ["a lone CR", "a\rb\r", "a\rB\r"],
    ["mixed line ends", "a\r\nb\nc\rd", "a\r\nB\nc\rd"],
    ["a byte order mark", "\xef\xbb\xbfa\n", "\xef\xbb\xbfb\n"],
    ["UTF-16 with its mark", "\xff\xfea\0\n\0", "\xff\xfeb\0\n\0"],
    ["UTF-16, big end first", "\xfe\xff\0a\0\n", "\xfe\xff\0b\0\n"],
    ["Latin-1", "caf\xe9\n", "th\xe9\n"],
    ["trailing spaces", "a  \n\t\n", "b  \n\t\n"],
    ["no final line end", "a\nb", "a\nc"],
    ["every byte", Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join(""), "\0"],
  ];
  for (const [what, before, after] of contents) {
    it(`keeps the bytes exact: ${what}`, async () => {
      writeFileSync(at("file"), bytes(before)!);
      assert.deepEqual(await trade("file", before, after), { kind: "written" });
      assert.equal(readFileSync(at("file"), "latin1"), after);
      assert.deepEqual(await trade("file", after, before), { kind: "written" });
      assert.equal(readFileSync(at("file"), "latin1"), before);
    });
  }

  it("keeps the executable bit, set or not", async () => {
    for (const mode of [0o755, 0o700, 0o644, 0o600]) {
      writeFileSync(at("file"), "old");
      chmodSync(at("file"), mode);
      assert.deepEqual(await trade("file", "old", "new"), { kind: "written" });
      assert.equal(statSync(at("file")).mode & 0o7777, mode);
    }
  });

  it("says of a hard link that its other names keep what they held", async () => {
    writeFileSync(at("one"), "old");
    linkSync(at("one"), at("other"));
    linkSync(at("one"), at("third"));
    const answer = await trade("one", "old", "new");
    assert.ok(answer.kind === "written");
    assert.match(answer.note ?? "", /one had 2 other names \(hard links\)/);
    assert.deepEqual([readFileSync(at("one"), "utf8"), readFileSync(at("other"), "utf8")], ["new", "old"]);
    assert.deepEqual(await trade("one", "new", "newer"), { kind: "written" });
  });

  it("refuses sockets, pipes and devices, and does not wait for them", async () => {
    const server = createServer();
    await new Promise<void>((ready) => server.listen(at("socket"), ready));
    execFileSync("mkfifo", [at("pipe")]);
    // Only the superuser can make a device; everybody has one to be looked at.
    const device = { root: "/dev", guard: guardPath };
    for (const [where, path] of [
      [ground(), "socket"],
      [ground(), "pipe"],
      [device, "null"],
    ] as const) {
      for (const [before, after] of [
        ["", "new"],
        [null, "new"],
        ["", null],
      ] as const) {
        assert.equal((await exchange(where, path, bytes(before), bytes(after))).kind, "refused", path);
      }
    }
    await new Promise((closed) => server.close(closed));
  });
});

describe("what a killed window left beside a file", () => {
  let root: string;
  beforeEach(() => void (root = mkdtempSync(join(tmpdir(), "disk-left-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const random = "0123456789abcdef";

  it("is removed where its process is gone, and nothing else is", async () => {
    const gone = spawnSync(process.execPath, ["-e", ""]).pid;
    const old = `.countersign-1-${random}.tmp`;
    const left = [`.countersign-${gone}-${random}.tmp`, `.countersign-${process.pid}-${random}.tmp`, old];
    const kept = [
      "file",
      `.countersign-1-fedcba9876543210.tmp`,
      `.countersign-${gone}-${random}.tmp.txt`,
      `.countersign-x-${random}.tmp`,
      `countersign-${gone}-${random}.tmp`,
    ];
    for (const name of [...left, ...kept]) writeFileSync(join(root, name), name);
    const anHourAgo = Date.now() / 1_000 - 3_600;
    utimesSync(join(root, old), anHourAgo, anHourAgo);
    await tidy({ root, guard: guardPath }, "file");
    assert.deepEqual(readdirSync(root).sort(), kept.sort());
    await tidy({ root, guard: guardPath }, "no/such/folder/file");
    await tidy({ root, guard: guardPath }, "../file");
  });

  it("is not taken from under a write that is going on", async () => {
    writeFileSync(join(root, "file"), "old");
    let tidied = false;
    using _ = failing({
      datasync: async () => {
        await tidy({ root, guard: guardPath }, "file");
        tidied = true;
      },
    });
    const answer = await exchange({ root, guard: guardPath }, "file", Buffer.from("old"), Buffer.from("new"));
    assert.deepEqual([answer, tidied, readFileSync(join(root, "file"), "utf8")], [{ kind: "written" }, true, "new"]);
  });
});

type FileCall = "writeFile" | "datasync" | "chmod" | "open" | "access" | "lstat";

/** Puts `act` in front of calls of the file system until it is disposed. `open` is only that of a file to write. */
function failing(acts: Partial<Record<FileCall, () => unknown>>): Disposable {
  const own = { ...promises };
  Object.assign(promises, {
    async open(path: string, flags: number, mode?: number) {
      const writes = (flags & 3) !== 0;
      if (writes) await acts.open?.();
      const file = await own.open(path, flags, mode);
      if (!writes) return file;
      const writeFile = file.writeFile.bind(file);
      const datasync = file.datasync.bind(file);
      const chmod = file.chmod.bind(file);
      file.writeFile = async (data) => {
        // As much as there is room for is written before the disk is full.
        if (acts.writeFile) await writeFile((data as Uint8Array).subarray(0, 1));
        await acts.writeFile?.();
        await writeFile(data);
      };
      file.datasync = async () => (await acts.datasync?.(), datasync());
      file.chmod = async (to) => (await acts.chmod?.(), chmod(to));
      return file;
    },
    access: async (path: string, how: number) => (await acts.access?.(), own.access(path, how)),
    lstat: async (path: string) => (await acts.lstat?.(), own.lstat(path)),
  });
  syncBuiltinESMExports();
  return {
    [Symbol.dispose]() {
      Object.assign(promises, own);
      syncBuiltinESMExports();
    },
  };
}

function raise(code: string): never {
  throw Object.assign(new Error(`${code}: as the system says it`), { code });
}

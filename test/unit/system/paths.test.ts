/** The path guard: a table of names and what becomes of them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { guardPath, isUnder } from "../../../src/system/index.ts";

const refused: [path: string, why: RegExp][] = [
  ["", /empty/],
  ["/etc/passwd", /absolute/],
  ["C:/x", /absolute/],
  ["c:", /absolute/],
  ["..", /upwards/],
  ["a/../../x", /upwards/],
  ["../work-evil/x", /upwards/],
  ["./a", /empty part/],
  ["a//b", /empty part/],
  ["a/", /empty part/],
  ["a\0b", /NUL/],
  ["..\\x", /backslash/],
  ["a\\b", /backslash/],
  [".git", /own data/],
  [".git/config", /own data/],
  ["sub/.git/hooks/x", /own data/],
  [".GIT/config", /own data/],
  [".gIt", /own data/],
  [".git./config", /own data/],
  [".git /config", /own data/],
  [".git. . /config", /own data/],
  ["GIT~1/config", /own data/],
  ["git~2", /own data/],
  [".git::$INDEX_ALLOCATION/config", /own data/],
  [".g\u200cit/config", /own data/],
  [".git\ufeff", /own data/],
  ["\uff0egit/config", /own data/],
  ["link", /is a link/],
  ["dangling", /is a link/],
  ["inner", /is a link/],
  ["folder-link/new.txt", /through a link/],
  ["folder-link/there.txt", /through a link/],
  ["dangling/x", /through a link/],
  ["inner/x", /through a link/],
  ["file.txt/below", /is a file/],
  ["pipe", /special/],
  ["module/new.txt", /repository of its own/],
  ["module/deep/new.txt", /repository of its own/],
  ["odd-module/new.txt", /repository of its own/],
];

const inside: [path: string, exists: boolean][] = [
  ["file.txt", true],
  ["sub", true],
  ["sub/new.txt", false],
  ["new/deep/x.txt", false],
  ["..foo", false],
  ["a..b/...", false],
  [".gitignore", false],
  [".github/workflows/x.yml", false],
  ["git", false],
  ["x.git", false],
  ['two\nlines "quoted" 🦊', false],
  ["-rf", false],
];

describe("the path guard", () => {
  let root = "";
  before(() => {
    const place = realpathSync(mkdtempSync(join(tmpdir(), "countersign-paths-")));
    root = join(place, "work");
    mkdirSync(join(root, "sub"), { recursive: true });
    mkdirSync(join(place, "work-evil"));
    writeFileSync(join(place, "work-evil", "there.txt"), "t");
    writeFileSync(join(root, "file.txt"), "f");
    symlinkSync("file.txt", join(root, "link"));
    symlinkSync(join(place, "work-evil"), join(root, "folder-link"));
    symlinkSync("nowhere", join(root, "dangling"));
    symlinkSync("sub", join(root, "inner"));
    symlinkSync(root, join(place, "alias"));
    execFileSync("mkfifo", [join(root, "pipe")]);
    mkdirSync(join(root, "module", "deep"), { recursive: true });
    writeFileSync(join(root, "module", ".git"), "gitdir: ../elsewhere");
    mkdirSync(join(root, "odd-module"));
    symlinkSync("nowhere", join(root, "odd-module", ".git"));
  });
  after(() => rmSync(join(root, ".."), { recursive: true, force: true }));

  for (const [path, why] of refused) {
    it(`refuses ${JSON.stringify(path)}`, () => {
      const guarded = guardPath(root, path);
      assert.equal(guarded.kind, "refused");
      assert.match(guarded.kind === "refused" ? guarded.why : "", why);
      assert.deepEqual(readdirSync(join(root, "..", "work-evil")), ["there.txt"]);
    });
  }

  for (const [path, exists] of inside) {
    it(`lets ${JSON.stringify(path)} through`, () => {
      assert.deepEqual(guardPath(root, path), { kind: "inside", absolute: join(root, path), exists });
    });
  }

  it("resolves a root that is a link, once", () => {
    assert.deepEqual(guardPath(join(root, "..", "alias"), "file.txt"), {
      kind: "inside",
      absolute: join(root, "file.txt"),
      exists: true,
    });
  });

  it("compares by segments", () => {
    const cases: [string, string, boolean][] = [
      ["/a/b", "/a/b", true],
      ["/a/b", "/a/b/c", true],
      ["/a/b", "/a/bc", false],
      ["/a/b", "/a", false],
      ["/a/b", "/a/b/..c", true],
      ["/", "/x", true],
    ];
    assert.deepEqual(
      cases.map(([at, path]) => isUnder(at, path)),
      cases.map(([, , under]) => under),
    );
  });
});

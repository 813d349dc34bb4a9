/** Symbolic links on a real disk: read, made, changed and removed, and never followed. */
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkAt, setLink } from "../../../src/editor/links.ts";
import { guardPath } from "../../../src/system/paths.ts";

let place: string;
let root: string;
const at = (path: string): string => join(root, path);
const ground = () => ({ root, guard: guardPath });
const target = (path: string): string | null => {
  const stat = lstatSync(at(path), { throwIfNoEntry: false });
  return stat?.isSymbolicLink() ? readlinkSync(at(path)) : null;
};

beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), "links-")));
  root = join(place, "work");
  mkdirSync(join(root, "sub"), { recursive: true });
  mkdirSync(join(place, "outside"));
  writeFileSync(join(place, "outside/secret"), "secret");
  writeFileSync(at("file"), "text");
});
afterEach(() => {
  chmodSync(at("sub"), 0o755);
  rmSync(place, { recursive: true, force: true });
});

describe("a link on the disk", () => {
  for (const [what, path, before, after] of [
    ["is made", "new", null, "file"],
    ["is made in a new folder", "x/y/new", null, "../../file"],
    ["is changed", "link", "file", "sub"],
    ["is changed to lead nowhere", "link", "file", "none"],
    ["is changed to lead away", "link", "file", "../outside"],
    ["is removed", "link", "file", null],
    ["stays as it is", "link", "file", "file"],
    ["stays away", "new", null, null],
    ["has any characters", "new", null, "a\u202e\n\\ b"],
  ] as const) {
    it(`${what}, and what it led to is not touched`, async () => {
      symlinkSync("file", at("link"));
      assert.deepEqual(await setLink(ground(), path, before, after), { kind: "written" });
      assert.deepEqual([target(path), linkAt(ground(), path)], [after, { target: after, refusal: null }]);
      assert.deepEqual([readFileSync(at("file"), "utf8"), existsSync(at("sub"))], ["text", true]);
      assert.deepEqual(
        readdirSync(root).filter((name) => name.startsWith(".countersign")),
        [],
      );
    });
  }

  it("that leads elsewhere by now, or came or went meanwhile, is left alone", async () => {
    symlinkSync("mine", at("link"));
    for (const [path, before, after] of [
      ["link", "file", "sub"],
      ["link", "file", null],
      ["link", null, "sub"],
      ["none", "file", "sub"],
      ["none", "file", null],
    ] as const)
      assert.deepEqual(await setLink(ground(), path, before, after), { kind: "moved" }, `${path} ${before} ${after}`);
    assert.deepEqual([target("link"), existsSync(at("none"))], ["mine", false]);
  });

  it("takes the place of nothing else, and says what stands there", async () => {
    for (const [path, what] of [
      ["file", "a file stands at file"],
      ["sub", "a folder stands at sub"],
    ] as const) {
      const answer = await setLink(ground(), path, null, "x");
      assert.equal(answer.kind === "refused" ? answer.reason : "", what);
      assert.equal((await setLink(ground(), path, "x", null)).kind, "refused");
    }
    assert.deepEqual([readFileSync(at("file"), "utf8"), existsSync(at("sub"))], ["text", true]);
  });

  it("is refused through a linked folder, in .git, in a repository inside, upwards, and to a repository's own data", async () => {
    symlinkSync(join(place, "outside"), at("away"));
    symlinkSync("sub", at("inner"));
    mkdirSync(at("module/.git"), { recursive: true });
    symlinkSync("x", join(place, "outside/link"));
    for (const [path, to] of [
      ["away/link", "y"],
      ["inner/link", "y"],
      [".git", "y"],
      [".GIT/hooks", "y"],
      ["sub/.git", "y"],
      ["module/link", "y"],
      ["../outside/link", "y"],
      ["a\\b", "y"],
      ["", "y"],
      ["hooks", ".git/hooks"],
      ["hooks", "sub/../.GIT/hooks"],
      ["hooks", `${root}/.git`],
    ] as const) {
      const answer = await setLink(ground(), path, null, to);
      assert.equal(answer.kind, "refused", `${path} ${to}`);
      assert.ok(answer.kind === "refused" && answer.remedy !== "" && !answer.reason.includes(".countersign-"));
    }
    assert.deepEqual(linkAt(ground(), "away/link").target, null);
    assert.equal((await setLink(ground(), "away/link", "x", null)).kind, "refused");
    assert.equal(readlinkSync(join(place, "outside/link")), "x");
    assert.deepEqual(readdirSync(join(place, "outside")).sort(), ["link", "secret"]);
    assert.deepEqual([existsSync(at("hooks")), existsSync(at("sub/.git"))], [false, false]);
  });

  it("whose target is not UTF-8 is told, and left", async () => {
    symlinkSync(Buffer.from([0x61, 0xff]), at("bytes"));
    assert.match(linkAt(ground(), "bytes").refusal!.reason, /not UTF-8/);
    assert.equal((await setLink(ground(), "bytes", null, "x")).kind, "refused");
  });

  it("in a folder that may not be written is refused with the remedy", async function () {
    if (process.getuid?.() === 0) {
      // Root may write everywhere: the refusal has to be made by hand.
      const { access } = fs.promises;
      fs.promises.access = () => Promise.reject(Object.assign(new Error("no"), { code: "EACCES" }));
      syncBuiltinESMExports();
      const answer = await setLink(ground(), "sub/new", null, "x").finally(() => {
        fs.promises.access = access;
        syncBuiltinESMExports();
      });
      assert.equal(answer.kind === "refused" ? answer.reason : "", "the folder of sub/new is read-only");
      return;
    }
    chmodSync(at("sub"), 0o555);
    const answer = await setLink(ground(), "sub/new", null, "x");
    assert.equal(answer.kind === "refused" ? answer.reason : "", "the folder of sub/new is read-only");
  });

  for (const code of ["EPERM", "ENOSYS", "EOPNOTSUPP"]) {
    it(`is refused with what to do where none can be made (${code})`, async () => {
      symlinkSync("file", at("link"));
      const own = fs.symlinkSync;
      fs.symlinkSync = () => {
        throw Object.assign(new Error(code), { code });
      };
      syncBuiltinESMExports();
      const answers: [string, string | null][] = [
        ["new", null],
        ["link", "file"],
      ];
      try {
        for (const [path, before] of answers) {
          const answer = await setLink(ground(), path, before, "sub");
          assert.equal(answer.kind === "refused" ? answer.reason : "", "links cannot be made here");
          assert.match(answer.kind === "refused" ? answer.remedy : "", /eject this change/);
        }
      } finally {
        fs.symlinkSync = own;
        syncBuiltinESMExports();
      }
      assert.deepEqual([target("link"), existsSync(at("new"))], ["file", false]);
    });
  }

  it("is not made where something came in the very moment, and a link on the way that came while folders were made is seen", async () => {
    let looks = 0;
    const guard: typeof guardPath = (folder, path) => {
      const judged = guardPath(folder, path);
      // The last look at the way is the one before the write.
      if (++looks === 4) writeFileSync(at("new"), "theirs");
      return judged;
    };
    assert.deepEqual(await setLink({ root, guard }, "new", null, "."), { kind: "moved" });
    assert.equal(readFileSync(at("new"), "utf8"), "theirs");
    symlinkSync("file", at("link"));
    for (const after of ["sub", null]) {
      looks = 0;
      const turn: typeof guardPath = (folder, path) => {
        if (++looks === (after === null ? 3 : 4)) {
          rmSync(at("link"));
          symlinkSync("mine", at("link"));
        }
        return guardPath(folder, path);
      };
      assert.deepEqual(await setLink({ root, guard: turn }, "link", target("link"), after), { kind: "moved" });
      assert.equal(target("link"), "mine");
      rmSync(at("link"));
      symlinkSync("file", at("link"));
    }
    looks = 0;
    const swap: typeof guardPath = (folder, path) => {
      if (++looks === 4) {
        rmSync(at("deep"), { recursive: true });
        symlinkSync(join(place, "outside"), at("deep"));
      }
      return guardPath(folder, path);
    };
    const answer = await setLink({ root, guard: swap }, "deep/new", null, ".");
    assert.match(answer.kind === "refused" ? answer.reason : "", /^"deep\/new": the path leads through a link/);
    assert.deepEqual(readdirSync(join(place, "outside")), ["secret"]);
  });
});

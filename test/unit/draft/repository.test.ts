/** The draft's own `.git`: what the agent's git says of it inside the sandbox, and that the person's is as it was. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Draft, DraftRepository, Sandbox } from "../../../src/protocol/index.ts";
import { openSandbox } from "../../../src/system/sandbox/index.ts";
import { commitAll, everything, git, put, testPlace, told } from "./place.ts";

const limits = { time: 30_000, output: 1e7, memory: 2e9, processes: 200, whole: 0, head: 100_000, tail: 0 };

describe("the agent's repository", function () {
  this.timeout(60_000);
  const place = testPlace();
  let sandbox: Sandbox & AsyncDisposable;

  before(async function () {
    sandbox = openSandbox({ records: join(place.storage, "running") });
    // There is no sandbox on this machine: nobody may run git in a draft.
    if ((await sandbox.probe()).kind === "none") this.skip();
  });
  after(() => sandbox[Symbol.asyncDispose]());

  /** Runs a script in the sandbox, in the draft, with what its repository borrows. */
  async function inside(folder: string, draft: Draft, own: DraftRepository, script: string): Promise<string> {
    const profile = {
      kind: "command",
      draft: draft.root,
      tree: folder,
      home: join(place.storage, "../home"),
      shared: [],
      history: own.borrowed,
      masked: [],
      tools: [],
    } as const;
    const run = await sandbox.run({ argv: ["/bin/sh", "-c", script], folder: "" }, profile, limits);
    assert.equal(run.end.kind, "exited", JSON.stringify(run.end));
    return Buffer.from(run.output.head).toString("utf8");
  }

  async function made(folder: string, shared: string[] = []): Promise<{ draft: Draft; own: DraftRepository }> {
    const draft = await place.make(folder);
    await draft.look();
    return { draft, own: await draft.repository!(shared) };
  }

  const files = {
    "a.txt": "one\n",
    "src/b.ts": "two\n",
    "src/deep/c.ts": "three\n",
    "src-x/d.ts": "four\n",
    empty: "",
  };

  it("is clean, follows the person's newest commit, and takes commits; theirs stays as it was to the byte and the time", async () => {
    const folder = place.repository(files);
    put(folder, { "a.txt": "changed\n", "new.txt": "untracked\n" });
    chmodSync(join(folder, "new.txt"), 0o755);
    const head = git(folder, "rev-parse", "HEAD").trim();
    const { draft, own } = await made(folder);
    const before = everything(join(folder, ".git"));
    assert.deepEqual(own.notes, []);
    assert.equal(await inside(folder, draft, own, "git status --porcelain"), "");
    assert.equal(
      await inside(
        folder,
        draft,
        own,
        "git log --format=%H%n%s; git show --stat --format= HEAD | cat; git fsck --full 2>&1",
      ),
      `${own.base}\nThe folder as it was when the task began\n${head}\nbase\n` +
        " a.txt   | 2 +-\n new.txt | 1 +\n 2 files changed, 2 insertions(+), 1 deletion(-)\n",
    );
    const work =
      "echo more >> src/b.ts; git diff --stat | cat; git stash -q; git stash pop -q; git add -A; git commit -qm second; git log --oneline | wc -l; git blame -s a.txt | wc -l; git status --porcelain; git gc -q; git fsck --full | grep -v dangling";
    assert.match(await inside(folder, draft, own, work), /1 insertion\(\+\)\n3\n1\n$/);
    assert.deepEqual(everything(join(folder, ".git")), before);
  });

  it("cannot be used to write what it borrows", async () => {
    const folder = place.repository(files);
    const { draft, own } = await made(folder);
    const before = everything(join(folder, ".git"));
    const script = `cd ${own.borrowed[0]!.to} && for f in . */* info pack; do touch $f; rm -rf $f; done; echo x > planted; cd - ; git hash-object -w a.txt; git repack -adq; git prune`;
    assert.match(await inside(folder, draft, own, script), /Read-only file system/);
    assert.deepEqual(everything(join(folder, ".git")), before);
  });

  it("leads nowhere outside the sandbox, has no remote and no hook, and keeps the person's settings out", async () => {
    const folder = place.repository(files);
    git(folder, "remote", "add", "origin", "https://example.invalid/a.git");
    git(folder, "config", "core.fsmonitor", "touch planted");
    const { draft, own } = await made(folder);
    assert.equal(existsSync(readFileSync(join(draft.root, ".git/objects/info/alternates"), "utf8").trim()), false);
    assert.equal(
      await inside(folder, draft, own, "git remote -v; git config core.fsmonitor; ls .git/hooks 2>&1 | wc -l"),
      "1\n",
    );
  });

  it("is never a change, before and after the agent used it, and neither is what it was told to pass by", async () => {
    const folder = place.repository({ ...files, ".gitignore": "out/\n" });
    put(folder, { "node_modules/x/index.js": "x\n" });
    const { draft, own } = await made(folder, ["node_modules"]);
    mkdirSync(join(draft.root, "node_modules"));
    assert.deepEqual(await draft.look(), { changes: [], unshown: [] });
    await inside(
      folder,
      draft,
      own,
      "echo 2 > a.txt; echo z > .git/config; git init -q sub; mkdir -p .git/x; git status",
    );
    const look = await draft.look();
    assert.deepEqual(told(look.changes, place.bodies), ["a.txt: one\n -> 2\n"]);
    assert.deepEqual(look.unshown, [{ path: "sub/", why: "a repository of its own" }]);
  });

  it("tells of a repository of another's making, and does not take its place", async () => {
    const folder = place.repository(files);
    const draft = await place.make(folder);
    mkdirSync(join(draft.root, ".git"));
    await assert.rejects(draft.repository!([]), /holds a repository that is not ours/);
    assert.deepEqual((await draft.look()).unshown, [{ path: ".git", why: "a repository's own data" }]);
  });

  it("is the same one when it is asked for again, also by another window", async () => {
    const folder = place.repository(files);
    const { draft, own } = await made(folder);
    await inside(folder, draft, own, "git commit -q --allow-empty -m mine");
    assert.deepEqual(await draft.repository!([]), own);
    await draft.close();
    const again = (await place.drafts.open(draft.id, folder, place.bodies))!;
    assert.deepEqual(await again.repository!([]), own);
    assert.equal(await inside(folder, again, own, "git log --format=%s -1"), "mine\n");
  });

  it("passes by the folders of tools and what the rules from around the folder ignore", async () => {
    const folder = place.repository(files);
    writeFileSync(join(folder, ".git/info/exclude"), "*.local\n");
    const { draft, own } = await made(folder, ["node_modules", "pack[1]/node_modules"]);
    const script =
      "mkdir -p node_modules 'pack[1]/node_modules'; echo x > node_modules/x; echo x > 'pack[1]/node_modules/x'; echo x > a.local; echo x > b.other; git status --porcelain";
    assert.equal(await inside(folder, draft, own, script), "?? b.other\n");
  });

  for (const [what, make, log] of [
    ["no repository", () => place.folder(files), 1],
    [
      "a repository without a commit",
      () => {
        const folder = place.folder(files);
        git(folder, "init", "-q");
        return folder;
      },
      1,
    ],
    [
      "a linked worktree",
      () => {
        const folder = place.repository(files);
        const linked = `${folder}-linked`;
        git(folder, "worktree", "add", "-q", "--detach", linked);
        return linked;
      },
      2,
    ],
    [
      "a shallow clone",
      () => {
        const folder = place.repository(files);
        for (const text of ["2", "3", "4"]) {
          put(folder, { "a.txt": text });
          commitAll(folder);
        }
        git(folder, "clone", "-q", "--depth=2", `file://${folder}`, `${folder}-shallow`);
        return `${folder}-shallow`;
      },
      3,
    ],
    [
      "a clone that borrows from another",
      () => {
        const folder = place.repository(files);
        git(folder, "clone", "-q", "--shared", folder, `${folder}-shared`);
        return `${folder}-shared`;
      },
      2,
    ],
    [
      "a repository with filters and line ends of its own",
      () =>
        place.repository({
          ...files,
          ".gitattributes": "*.txt text eol=crlf\n*.bin filter=lfs\n*.id ident\n",
          "crlf.txt": "one\r\ntwo\r\n",
          "large.bin": Buffer.alloc(100_000, 7),
          "x.id": "$Id$\n",
          "näme mit 空.txt": "umlaut\n",
        }),
      2,
    ],
  ] as const) {
    it(`is whole and clean for ${what}`, async () => {
      const folder = make();
      const before = everything(folder);
      const { draft, own } = await made(folder);
      const script =
        "git status --porcelain; touch *; git status --porcelain; git fsck --full 2>&1 | grep -v dangling; git log --oneline | wc -l; git archive HEAD | tar -t | grep -vc '/$'";
      const count = readdirSync(draft.root, { recursive: true, withFileTypes: true }).filter(
        (entry) => entry.isFile() && !/\/\.git(\/|$)/.test(entry.parentPath),
      ).length;
      assert.equal(await inside(folder, draft, own, script), `${log}\n${count}\n`);
      assert.deepEqual(everything(folder), before);
    });
  }

  it("has no history for a part of a larger repository, and says so", async () => {
    const folder = place.repository({ "part/a.txt": "one\n", "b.txt": "two\n" });
    const { draft, own } = await made(join(folder, "part"));
    assert.deepEqual(own.borrowed, []);
    assert.match(own.notes.join(), /part of a larger repository/);
    assert.equal(await inside(folder, draft, own, "git status --porcelain; git log --oneline | wc -l"), "1\n");
  });

  it("survives that the person's repository goes away, but for its history", async () => {
    const folder = place.repository(files);
    put(folder, { "new.txt": "own\n" });
    const { draft, own } = await made(folder);
    rmSync(join(folder, ".git"), { recursive: true });
    assert.match(
      await inside(folder, draft, { ...own, borrowed: [] }, "git status --porcelain 2>&1; cat new.txt"),
      /own\n$/,
    );
  });

  it("spares the first status the reading: its index has every file as it stands, and is younger than all of them", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`part${index % 7}/f${index}.txt`, `${index}\n`]),
    );
    const { draft, own } = await made(place.repository(many));
    const said = await inside(place.storage, draft, own, "git ls-files --debug");
    const entries = [
      ...said.matchAll(
        /^(\S+)\n +ctime: (\S+)\n +mtime: (\S+)\n.*ino: (\d+)\n +uid: (\d+)\tgid: (\d+)\n +size: (\d+)/gm,
      ),
    ];
    const lines = entries.map(([, ...fields]) => fields.join(" "));
    const time = (nanoseconds: bigint) => `${nanoseconds / 1_000_000_000n}:${nanoseconds % 1_000_000_000n}`;
    const index = statSync(join(draft.root, ".git/index"), { bigint: true });
    const expected = Object.keys(many).map((path) => {
      const stat = statSync(join(draft.root, path), { bigint: true });
      assert.ok(stat.mtimeNs < index.mtimeNs);
      return [
        path,
        time(stat.ctimeNs),
        time(stat.mtimeNs),
        BigInt.asUintN(32, stat.ino),
        stat.uid,
        stat.gid,
        stat.size,
      ].join(" ");
    });
    assert.deepEqual(lines.sort(), expected.sort());
  });

  it("is never opened by git of ours", () => {
    // Host git with the draft's repository as its own would follow what the agent wrote there.
    const source = execFileSync("grep", ["-rlE", "git\\(\\[", join(import.meta.dirname, "../../../src/draft")], {
      encoding: "utf8",
    });
    const askers = source
      .trim()
      .split("\n")
      .map((path) => path.slice(path.lastIndexOf("/") + 1));
    assert.deepEqual(askers.sort(), ["asking.ts", "history.ts"]);
  });
});

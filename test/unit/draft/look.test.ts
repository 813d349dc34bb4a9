/** Looks: whatever changed in a draft is told once, with both sides kept, and nothing else is a change. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Bodies, Draft } from "../../../src/protocol/index.ts";
import { git, keptBodies, put, testPlace, told } from "./place.ts";

interface Case {
  name: string;
  files?: Record<string, string | Buffer>;
  change: (root: string) => void;
  changes?: string[];
  unshown?: string[];
}

const cases: Case[] = [
  { name: "nothing", change: () => undefined },
  { name: "an edit", change: (root) => put(root, { "a.txt": "new" }), changes: ["a.txt: one -> new"] },
  {
    name: "a new file in a new folder",
    change: (root) => put(root, { "x/y/new.txt": "n" }),
    changes: ["x/y/new.txt: nothing -> n"],
  },
  { name: "a deleted file", change: (root) => rmSync(join(root, "a.txt")), changes: ["a.txt: one -> nothing"] },
  {
    name: "a deleted folder",
    change: (root) => rmSync(join(root, "sub"), { recursive: true }),
    changes: ["sub/b.txt: two -> nothing"],
  },
  {
    name: "a rename",
    change: (root) => renameSync(join(root, "a.txt"), join(root, "c.txt")),
    changes: ["a.txt: one -> nothing", "c.txt: nothing -> one"],
  },
  {
    name: "a rewrite of the same size with the old time put back",
    change: (root) => {
      const { atime, mtime } = statSync(join(root, "a.txt"));
      writeFileSync(join(root, "a.txt"), "eno");
      utimesSync(join(root, "a.txt"), atime, mtime);
    },
    changes: ["a.txt: one -> eno"],
  },
  { name: "a file written again with the same bytes", change: (root) => put(root, { "a.txt": "one" }) },
  { name: "an emptied file", change: (root) => put(root, { "a.txt": "" }), changes: ["a.txt: one -> "] },
  {
    name: "a folder in a file's place",
    change: (root) => (rmSync(join(root, "a.txt")), put(root, { "a.txt/in": "i" })),
    changes: ["a.txt: one -> nothing", "a.txt/in: nothing -> i"],
  },
  {
    name: "an odd name",
    change: (root) => put(root, { 'new\n"line" 🦊': "n" }),
    changes: ['new\n"line" 🦊: nothing -> n'],
  },
  {
    name: "the executable bit, alone",
    change: (root) => chmodSync(join(root, "a.txt"), 0o755),
    changes: ["a.txt: \0mode plain -> \0mode executable"],
  },
  {
    name: "the executable bit beside the text",
    change: (root) => (put(root, { "a.txt": "two" }), chmodSync(join(root, "a.txt"), 0o700)),
    changes: ["a.txt: one -> two", "a.txt: \0mode plain -> \0mode executable"],
  },
  {
    name: "a new file that can be executed",
    change: (root) => (put(root, { "new.sh": "n" }), chmodSync(join(root, "new.sh"), 0o755)),
    changes: ["new.sh: nothing -> n", "new.sh: \0mode plain -> \0mode executable"],
  },
  {
    name: "other permissions alone",
    change: (root) => chmodSync(join(root, "a.txt"), 0o600),
    unshown: ["a.txt: only its permissions changed, 644 to 600"],
  },
  {
    name: "a link to a file outside",
    change: (root) => symlinkSync("/etc/passwd", join(root, "link")),
    changes: ["link: nothing -> \0link /etc/passwd"],
  },
  {
    name: "a link in a file's place",
    change: (root) => (rmSync(join(root, "a.txt")), symlinkSync("/etc/passwd", join(root, "a.txt"))),
    changes: ["a.txt: one -> nothing", "a.txt: nothing -> \0link /etc/passwd"],
  },
  {
    name: "a link in a folder's place, to a folder with the same names",
    change: (root) => {
      put(join(root, "../../.."), { "elsewhere/b.txt": "not ours" });
      rmSync(join(root, "sub"), { recursive: true });
      symlinkSync("../../../elsewhere", join(root, "sub"));
    },
    changes: ["sub/b.txt: two -> nothing", "sub: nothing -> \0link ../../../elsewhere"],
  },
  {
    name: "a hard link",
    change: (root) => linkSync(join(root, "a.txt"), join(root, "h.txt")),
    changes: ["h.txt: nothing -> one"],
  },
  {
    name: "a pipe",
    change: (root) => void execFileSync("mkfifo", [join(root, "pipe")]),
    unshown: ["pipe: a special file"],
  },
  {
    name: "a repository in the draft's top",
    change: (root) => void git(root, "init", "-q"),
    unshown: [".git: a repository's own data"],
  },
  {
    name: "a repository of its own",
    change: (root) => (put(root, { "inner/i.txt": "i" }), git(join(root, "inner"), "init", "-q")),
    unshown: ["inner/: a repository of its own"],
  },
  {
    name: "another spelling of .git",
    change: (root) => put(root, { ".GIT/config": "c", "git~1/config": "c" }),
    unshown: [".GIT: a repository's own data", "git~1: a repository's own data"],
  },
  {
    name: "a name that is not UTF-8",
    change: (root) => writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff])]), "x"),
    unshown: ["bad\ufffd: its name is not UTF-8"],
  },
  {
    name: "names that some file systems hold for the same",
    change: (root) => put(root, { "A.TXT": "x", "SUB/new.txt": "x" }),
    unshown: [
      'A.TXT: its name differs from "a.txt" only by case or form',
      'SUB/: its name differs from "sub/" only by case or form',
    ],
  },
  {
    name: "a rename of case alone",
    change: (root) => renameSync(join(root, "a.txt"), join(root, "A.txt")),
    changes: ["A.txt: nothing -> one", "a.txt: one -> nothing"],
  },
  {
    name: "ignored files",
    files: { ".gitignore": "*.log\nout/\n" },
    change: (root) =>
      put(root, { "x.log": "x", "sub/1.log": "1", "sub/2.log": "2", "out/deep/o.js": "o", "node_modules/p/i.js": "i" }),
    unshown: ["node_modules/: ignored: 1 file", "out/: ignored: 1 file", "sub/: ignored: 2 files", "x.log: ignored"],
  },
  {
    name: "an ignore file that would hide or show",
    files: { ".gitignore": "*.log\n", "shown.txt": "s" },
    change: (root) =>
      put(root, {
        ".gitignore": "*.txt\n",
        "new.txt": "n",
        "shown.txt": "t",
        "x.log": "x",
        "sub/.gitignore": "*\n",
        "sub/new.txt": "n",
      }),
    changes: [
      ".gitignore: *.log\n -> *.txt\n",
      "new.txt: nothing -> n",
      "shown.txt: s -> t",
      "sub/.gitignore: nothing -> *\n",
      "sub/new.txt: nothing -> n",
    ],
    unshown: ["x.log: ignored"],
  },
];

describe("a look at a draft", () => {
  const place = testPlace();

  for (const { name, files, change, changes = [], unshown = [] } of cases) {
    it(`tells ${name}, once`, async () => {
      const draft = await place.make(place.folder({ "a.txt": "one", "sub/b.txt": "two", ...files }));
      change(draft.root);
      assert.deepEqual(await looked(draft), { changes, unshown });
      assert.deepEqual(await looked(draft), { changes: [], unshown: [] });
    });

    it(`tells ${name}, once, also where only those paths are looked at`, async () => {
      const draft = await place.make(place.folder({ "a.txt": "one", "sub/b.txt": "two", ...files }));
      change(draft.root);
      const named = [...changes, ...unshown].map((line) => line.slice(0, line.indexOf(": ")).replace(/\/$/, ""));
      assert.deepEqual(await looked(draft, named.length > 0 ? named : ["a.txt"]), { changes, unshown });
      assert.deepEqual(await looked(draft), { changes: [], unshown: [] });
    });
  }

  it("tells of the named paths alone, and of the others when no names are given", async () => {
    const draft = await place.make(place.folder({ "a.txt": "1", "sub/b.txt": "2", "sub/c.txt": "3" }));
    put(draft.root, { "a.txt": "x", "sub/b.txt": "y", "sub/new.txt": "n", "other/new.txt": "o" });
    rmSync(join(draft.root, "sub/c.txt"));
    symlinkSync("a.txt", join(draft.root, "link"));
    assert.deepEqual(await looked(draft, ["sub/b.txt"]), { changes: ["sub/b.txt: 2 -> y"], unshown: [] });
    assert.deepEqual(await looked(draft, ["sub/c.txt", "sub/new.txt"]), {
      changes: ["sub/c.txt: 3 -> nothing", "sub/new.txt: nothing -> n"],
      unshown: [],
    });
    const others = (await draft.look()).changes.map(({ path, attribute = "text" }) => `${path} ${attribute}`);
    assert.deepEqual(others, ["a.txt text", "other/new.txt text", "link link"]);
    assert.deepEqual(await looked(draft), { changes: [], unshown: [] });
  });

  it("knows a new file's twin by case, also of a file that came a moment before", async () => {
    const draft = await place.make(place.folder({ "a.txt": "1" }));
    put(draft.root, { "New.txt": "n" });
    assert.deepEqual((await looked(draft, ["New.txt"])).changes, ["New.txt: nothing -> n"]);
    put(draft.root, { "new.TXT": "m" });
    assert.deepEqual(await looked(draft, ["new.TXT"]), {
      changes: [],
      unshown: ['new.TXT: its name differs from "New.txt" only by case or form'],
    });
    rmSync(join(draft.root, "New.txt"));
    assert.deepEqual((await looked(draft, ["New.txt"])).changes, ["New.txt: n -> nothing"]);
    assert.deepEqual((await looked(draft)).changes, ["new.TXT: nothing -> m"]);
  });

  async function looked(draft: Draft, named?: readonly string[]): Promise<{ changes: string[]; unshown: string[] }> {
    const look = await draft.look(named);
    return {
      changes: told(look.changes, place.bodies),
      unshown: look.unshown.map(({ path, why }) => `${path}: ${why}`),
    };
  }

  it("reports each state against the one before", async () => {
    const draft = await place.make(place.folder({ "a.txt": "1" }));
    const seen: string[] = [];
    for (const text of ["2", "3", null, "4", "1"]) {
      if (text === null) rmSync(join(draft.root, "a.txt"));
      else put(draft.root, { "a.txt": text });
      seen.push(...(await looked(draft)).changes);
    }
    assert.deepEqual(seen, [
      "a.txt: 1 -> 2",
      "a.txt: 2 -> 3",
      "a.txt: 3 -> nothing",
      "a.txt: nothing -> 4",
      "a.txt: 4 -> 1",
    ]);
  });

  it("shows a tracked file that the base's rules ignore, also after it was deleted", async () => {
    const folder = place.repository({ "kept.log": "1" });
    put(folder, { ".gitignore": "*.log\n" });
    const draft = await place.make(folder);
    rmSync(join(draft.root, "kept.log"));
    assert.deepEqual((await looked(draft)).changes, ["kept.log: 1 -> nothing"]);
    put(draft.root, { "kept.log": "2" });
    assert.deepEqual((await looked(draft)).changes, ["kept.log: nothing -> 2"]);
  });

  it("keeps the ignore rules of the folders above and of the repository's own exclude file", async () => {
    const top = place.repository({ ".gitignore": "dist/\n", "app/a.txt": "a" });
    put(top, { ".git/info/exclude": "*.local\n" });
    const draft = await place.make(join(top, "app"));
    put(draft.root, { "dist/x.js": "x", "y.local": "y", "z.txt": "z" });
    assert.deepEqual(await looked(draft), {
      changes: ["z.txt: nothing -> z"],
      unshown: ["dist/: ignored: 1 file", "y.local: ignored"],
    });
  });

  it("tells an ignored file again when it changed again", async () => {
    const draft = await place.make(place.folder({ ".gitignore": "*.log\n" }));
    const seen = [];
    for (const text of ["1", "22"]) {
      put(draft.root, { "x.log": text });
      seen.push((await looked(draft)).unshown);
    }
    assert.deepEqual(seen, [["x.log: ignored"], ["x.log: ignored"]]);
  });

  it("loses nothing when the bytes could not be kept", async () => {
    const folder = place.folder({ "a.txt": "one" });
    const bodies = keptBodies();
    let full = true;
    const failing: Bodies = {
      ...bodies,
      put: (body) => (full ? Promise.reject(new Error("no space")) : bodies.put(body)),
    };
    const draft = await place.drafts.make(folder, failing, [], () => undefined);
    put(draft.root, { "a.txt": "two" });
    await assert.rejects(draft.look(), /no space/);
    full = false;
    assert.deepEqual(told((await draft.look()).changes, bodies), ["a.txt: one -> two"]);
  });

  it("loses nothing when it is aborted", async () => {
    const draft = await place.make(place.folder({ "a.txt": "one" }));
    put(draft.root, { "a.txt": "two" });
    await assert.rejects(draft.look(undefined, AbortSignal.abort(new Error("stopped"))), /stopped/);
    const stop = new AbortController();
    const looking = draft.look(undefined, stop.signal);
    stop.abort(new Error("stopped"));
    await assert.rejects(looking, /stopped/);
    assert.deepEqual((await looked(draft)).changes, ["a.txt: one -> two"]);
  });

  it("needs nothing of the person's folder: the base is our own", async () => {
    const folder = place.repository({ "a.txt": "one" });
    const draft = await place.make(folder);
    rmSync(folder, { recursive: true });
    put(draft.root, { "a.txt": "two" });
    assert.deepEqual((await looked(draft)).changes, ["a.txt: one -> two"]);
  });
});

describe("a draft of an earlier window", () => {
  const place = testPlace();
  const open = (id: string, folder: string) => place.drafts.open(id, folder, place.bodies);

  it("reports everything that differs from the base, first", async () => {
    const folder = place.folder({ "a.txt": "1", "b.txt": "b", "c.txt": "c" });
    const made = await place.make(folder);
    put(made.root, { "a.txt": "2", "new.txt": "n" });
    await made.look();
    put(made.root, { "a.txt": "3" });
    rmSync(join(made.root, "b.txt"));
    put(folder, { "c.txt": "typed" });
    await made.userChanges([]);
    await made.close();

    place.bodies = keptBodies();
    const draft = await open(made.id, folder);
    assert.ok(draft);
    assert.deepEqual([draft.id, draft.root, draft.files, draft.bytes, draft.left], [made.id, made.root, 3, 3, []]);
    assert.deepEqual(told((await draft.look()).changes, place.bodies), [
      "a.txt: 1 -> 3",
      "b.txt: b -> nothing",
      "new.txt: nothing -> n",
    ]);
    assert.deepEqual((await draft.look()).changes, []);
    assert.deepEqual(told(await draft.userChanges([]), place.bodies), ["c.txt: c -> typed"]);
    assert.deepEqual(await draft.userChanges([]), []);
  });

  const lost: [what: string, lose: (storage: string, id: string) => void][] = [
    ["tree", (storage, id) => rmSync(join(storage, "drafts", id), { recursive: true })],
    ["mark", (storage, id) => rmSync(join(storage, "drafts", `${id}.mark`))],
    ["manifest", (storage, id) => rmSync(join(storage, "bases", `${id}.json`))],
    ["bodies", (storage, id) => rmSync(join(storage, "bases", `${id}.bodies`))],
    ["end of the manifest", (storage, id) => cutShort(join(storage, "bases", `${id}.json`))],
    ["end of the bodies", (storage, id) => cutShort(join(storage, "bases", `${id}.bodies`))],
  ];
  for (const [what, lose] of lost) {
    it(`is not there without its ${what}`, async () => {
      const folder = place.folder({ "a.txt": "a" });
      const draft = await place.make(folder);
      await draft.close();
      lose(place.storage, draft.id);
      assert.equal(await open(draft.id, folder), null);
    });
  }

  it("has no deleted files when its folder was removed while it was open: it is gone, and says so", async () => {
    const folder = place.folder({ "a.txt": "a" });
    const draft = await place.make(folder);
    await draft.look();
    rmSync(draft.root, { recursive: true });
    await assert.rejects(draft.look(), /no longer there/);
    await assert.rejects(draft.write([{ path: "a.txt", before: null, after: null }]), /no longer there/);
    assert.equal(await open(draft.id, folder), null);
  });

  it("is not there under an id that is not ours", async () => {
    const folder = place.folder();
    mkdirSync(join(place.storage, "drafts"), { recursive: true });
    for (const id of ["", "..", "../../etc", "no such draft", "0123456789abcdef0123"])
      assert.equal(await open(id, folder), null);
  });

  it("goes on when the worker had to be started anew", async () => {
    const folder = place.folder({ "a.txt": "1" });
    const draft = await place.make(folder);
    put(draft.root, { "a.txt": "2" });
    await draft.look();
    await place.drafts[Symbol.asyncDispose]();
    assert.deepEqual(told((await draft.look()).changes, place.bodies), ["a.txt: 1 -> 2"]);
  });

  function cutShort(path: string): void {
    const text = readFileSync(path);
    writeFileSync(path, text.subarray(0, text.length - 1));
  }
});

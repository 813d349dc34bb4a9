/** Making a draft: it holds what the person sees, byte for byte, and nothing of theirs moves. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { openDrafts } from "../../../src/draft/index.ts";
import { bytes, commitAll, everything, git, put, quiet, testPlace, tree, worker } from "./place.ts";

const odd = [
  "a space.txt",
  'it\'s "quoted".txt',
  "two\nlines.txt",
  "tab\there.txt",
  "grüße/日本.txt",
  "𝒳🦊.txt",
  ":(exclude)x",
  "--force",
  "-",
  "$(touch x)",
  "*.glob",
  "#comment",
  "!not",
];

describe("a draft that is made", () => {
  const place = testPlace();

  it("holds dirty, untracked and tracked files of a repository, ignored ones only where tracked", async () => {
    const folder = place.repository({
      "kept.txt": "kept",
      "dirty.txt": "old",
      "deleted.txt": "x",
      "logs/tracked.log": "tracked although ignored",
    });
    put(folder, {
      ".gitignore": "*.log\nbuild/\n",
      "dirty.txt": "new",
      "untracked.txt": "u",
      "noise.log": "n",
      "build/out.js": "o",
    });
    rmSync(join(folder, "deleted.txt"));
    const draft = await place.make(folder);
    assert.deepEqual(tree(draft.root), {
      ".gitignore": "*.log\nbuild/\n",
      "dirty.txt": "new",
      "kept.txt": "kept",
      "logs/tracked.log": "tracked although ignored",
      "untracked.txt": "u",
    });
    assert.deepEqual([draft.files, draft.bytes, draft.left], [5, 13 + 3 + 4 + 24 + 1, []]);
  });

  it("holds a plain folder, with nested ignore files and without what tools make", async () => {
    const folder = place.folder({
      ".gitignore": "*.tmp\n!keep.tmp\n/top\n",
      "a.tmp": "-",
      "keep.tmp": "kept",
      top: "-",
      "sub/top": "below",
      "sub/.gitignore": "secret\n",
      "sub/secret": "-",
      "sub/deeper/secret": "-",
      secret: "here",
      "node_modules/p/index.js": "-",
      "app/node_modules/q/index.js": "-",
    });
    const draft = await place.make(folder);
    assert.deepEqual(Object.keys(tree(draft.root)), [".gitignore", "keep.tmp", "secret", "sub/.gitignore", "sub/top"]);
    assert.deepEqual(draft.left.map(({ path, why }) => `${path}: ${why}`).sort(), [
      "app/node_modules: made by tools",
      "node_modules: made by tools",
    ]);
  });

  for (const kind of ["repository", "folder"] as const) {
    it(`keeps odd names exact in a ${kind}`, async () => {
      const files = Object.fromEntries(odd.map((name) => [name, `text of ${name}`]));
      const draft = await place.make(place[kind](files));
      assert.deepEqual(
        tree(draft.root),
        Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))),
      );
    });

    it(`names what it does not copy of a ${kind}`, async () => {
      const folder = place[kind]({ "a.txt": "a", "real/inside.txt": "i", "inner/file.txt": "f" });
      git(join(folder, "inner"), "init", "-q");
      rmSync(join(folder, "real"), { recursive: true });
      symlinkSync("/etc", join(folder, "real"));
      mkdirSync(join(folder, ".claude"));
      symlinkSync("../a.txt", join(folder, ".claude/settings.json"));
      symlinkSync(".git/config", join(folder, "config"));
      symlinkSync("a.txt", join(folder, "node_modules"));
      symlinkSync(Buffer.from([0x61, 0xff]), join(folder, "bytes"));
      symlinkSync("a.txt", join(folder, "link.txt"));
      symlinkSync("nowhere", join(folder, "dangling"));
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff])]), "x");
      put(folder, { "back\\slash": "b" });
      execFileSync("mkfifo", [join(folder, "pipe")]);
      if (kind === "folder") mkdirSync(join(folder, "empty"));
      const links = { dangling: "-> nowhere", "link.txt": "-> a.txt" };
      const draft = await place.make(folder);
      const left = Object.fromEntries(draft.left.map(({ path, why }) => [path, why]));
      assert.equal(left["real"], "a symbolic link that leads out of the folder");
      assert.equal(left[".claude/settings.json"], "a symbolic link where configuration is looked for");
      assert.equal(left["config"], "a symbolic link to a repository's own data");
      assert.equal(left["node_modules"], "a symbolic link");
      assert.equal(left["bytes"], "a symbolic link whose target is not UTF-8");
      assert.equal(left["bad\ufffd"], "its name is not UTF-8");
      assert.equal(left["back\\slash"], "the path holds a backslash");
      if (kind === "folder") {
        assert.equal(left["pipe"], "a special file");
        assert.equal(left["inner"], "a repository of its own");
        assert.deepEqual(tree(draft.root), { "a.txt": "a", ...links });
      } else {
        // What git tracks is the person's, also below a repository that was put around it.
        assert.deepEqual(tree(draft.root), { "a.txt": "a", "inner/file.txt": "f", ...links });
      }
    });
  }

  it("does not enter an untracked repository or a submodule", async () => {
    const inner = place.repository({ "i.txt": "i" });
    const folder = place.repository({ "a.txt": "a" });
    git(folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "module");
    commitAll(folder);
    put(folder, { "nested/n.txt": "n" });
    git(join(folder, "nested"), "init", "-q");
    const draft = await place.make(folder);
    assert.deepEqual(Object.keys(tree(draft.root)), [".gitmodules", "a.txt"]);
    assert.deepEqual(Object.fromEntries(draft.left.map(({ path, why }) => [path, why])), {
      module: "a submodule",
      nested: "a repository of its own",
    });
  });

  it("holds only the opened subfolder of a larger repository", async () => {
    const top = place.repository({ ".gitignore": "dist/\n", "outside.txt": "o", "packages/a/in.txt": "i" });
    put(top, { "packages/a/dist/x.js": "x", "packages/a/new.txt": "n" });
    const draft = await place.make(join(top, "packages/a"));
    assert.deepEqual(tree(draft.root), { "in.txt": "i", "new.txt": "n" });
  });

  it("holds a repository without a commit", async () => {
    const folder = place.folder({ "a.txt": "a" });
    git(folder, "init", "-q");
    assert.deepEqual(tree((await place.make(folder)).root), { "a.txt": "a" });
  });

  it("holds a folder that a larger repository ignores as a whole", async () => {
    const top = place.repository({ ".gitignore": "scratch/\n" });
    put(top, { "scratch/a.txt": "a" });
    assert.deepEqual(tree((await place.make(join(top, "scratch"))).root), { "a.txt": "a" });
  });

  it("takes unsaved text for the disk's, and a file that only an editor holds", async () => {
    const folder = place.repository({ "a.txt": "disk", "b.txt": "b", ".gitignore": "*.log\n" });
    const draft = await place.make(folder, [
      { path: "a.txt", bytes: bytes("typed") },
      { path: "new/only.txt", bytes: bytes("only typed") },
      { path: "x.log", bytes: bytes("ignored") },
      { path: "../escape.txt", bytes: bytes("no") },
    ]);
    assert.deepEqual(tree(draft.root), {
      ".gitignore": "*.log\n",
      "a.txt": "typed",
      "b.txt": "b",
      "new/only.txt": "only typed",
    });
    assert.deepEqual(draft.left, [{ path: "../escape.txt", why: "the path leads upwards" }]);
  });

  it("keeps permissions and times, and shares no inode with the person's file", async () => {
    const folder = place.repository({ "run.sh": "#!/bin/sh\n", "plain.txt": "p" });
    chmodSync(join(folder, "run.sh"), 0o755);
    chmodSync(join(folder, "plain.txt"), 0o440);
    utimesSync(join(folder, "run.sh"), 1_500_000_000, 1_500_000_000);
    linkSync(join(folder, "plain.txt"), join(folder, "hard.txt"));
    const draft = await place.make(folder);
    const stat = lstatSync(join(draft.root, "run.sh"));
    assert.deepEqual([stat.mode & 0o777, stat.mtimeMs], [0o755, 1_500_000_000_000]);
    for (const name of ["plain.txt", "hard.txt"]) {
      const copy = lstatSync(join(draft.root, name));
      assert.deepEqual([copy.mode & 0o777, copy.nlink], [0o440, 1]);
    }
  });

  it("stores every byte of the base once, by its hash, and tells where", async () => {
    const folder = place.folder({
      "a.txt": "same",
      "b.txt": "same",
      "c.bin": Buffer.from([0, 255, 10]),
      empty: "",
      big: Buffer.alloc(9_000_000, "x"),
    });
    const draft = await place.make(folder);
    const bodies = readFileSync(join(place.storage, "bases", `${draft.id}.bodies`));
    const { rows } = JSON.parse(readFileSync(join(place.storage, "bases", `${draft.id}.json`), "utf8")) as {
      rows: [string, string, number, number][];
    };
    assert.equal(bodies.length, 4 + 3 + 9_000_000);
    for (const [path, content, offset, length] of rows) {
      const body = bodies.subarray(offset, offset + length);
      assert.equal(createHash("sha256").update(body).digest("hex"), content);
      assert.ok(body.equals(readFileSync(join(draft.root, path))), path);
    }
    assert.equal(rows.length, 5);
  });

  it("is closed to other users", async () => {
    const draft = await place.make(place.folder({ "a.txt": "a" }));
    const mode = (path: string): string => (lstatSync(path).mode & 0o777).toString(8);
    const { storage } = place;
    assert.deepEqual(
      [storage, join(storage, "bases"), join(storage, "drafts"), join(storage, "trash"), draft.root].map(mode),
      ["700", "700", "700", "700", "700"],
    );
    assert.deepEqual(
      [`drafts/${draft.id}.mark`, `bases/${draft.id}.json`, `bases/${draft.id}.bodies`].map((path) =>
        mode(join(storage, path)),
      ),
      ["600", "600", "600"],
    );
  });

  it("leaves nothing when it is aborted", async () => {
    const folder = place.folder(Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`f${index}`, "x"])));
    await place.make(place.folder({}));
    const before = [readdirSync(join(place.storage, "drafts")), readdirSync(join(place.storage, "bases"))];
    const stop = new AbortController();
    const making = place.drafts.make(folder, place.bodies, [], () => stop.abort(new Error("stopped")), stop.signal);
    await assert.rejects(making, /stopped/);
    assert.deepEqual([readdirSync(join(place.storage, "drafts")), readdirSync(join(place.storage, "bases"))], before);
  });

  it("leaves nothing and says why when it fails", async () => {
    await assert.rejects(place.make(join(place.folder(), "nowhere")), {
      name: "DraftError",
      remedy: /Open a folder that exists/,
    });
    const folder = place.folder({ "a.txt": "a" });
    const storage = join(folder, "..", "blocked");
    writeFileSync(storage, "a file where a folder has to be");
    await using drafts = openDrafts({ storage, worker });
    await assert.rejects(
      drafts.make(folder, place.bodies, [], () => undefined),
      { name: "DraftError" },
    );
  });

  it("does not copy our own storage when it lies in the folder", async () => {
    const folder = place.folder({ "a.txt": "a" });
    await using drafts = openDrafts({ storage: join(folder, "config/own"), worker, environment: quiet(folder) });
    for (const _ of [1, 2]) {
      const draft = await drafts.make(folder, place.bodies, [], () => undefined);
      assert.deepEqual(tree(draft.root), { "a.txt": "a" });
      assert.deepEqual(await draft.userChanges([]), []);
    }
  });

  it("works without git and says so", async () => {
    const folder = place.repository({ "a.txt": "a", "b.log": "b", ".gitignore": "*.log\n" });
    await using drafts = openDrafts({ storage: place.storage, worker, environment: { PATH: "" } });
    const survey = await drafts.survey(folder);
    assert.deepEqual([survey.repository, survey.files], [false, 2]);
    assert.match(survey.notes.join(" "), /Git was not found/);
    const draft = await drafts.make(folder, place.bodies, [], () => undefined);
    assert.deepEqual(Object.keys(tree(draft.root)), [".gitignore", "a.txt"]);
    assert.ok(existsSync(join(folder, ".git")));
  });
});

describe("the person's folder and repository", () => {
  const place = testPlace();

  it("are the same before and after, times included, and run nothing of theirs", async () => {
    const folder = place.repository({ ".gitattributes": "*.txt filter=evil\n", "a.txt": "a", "sub/b.txt": "b" });
    const canary = join(folder, "..", "canary");
    const script = join(folder, "..", "evil.sh");
    writeFileSync(script, `#!/bin/sh\ntouch ${canary}\ncat\n`, { mode: 0o755 });
    for (const [key, value] of [
      ["core.fsmonitor", script],
      ["filter.evil.clean", script],
      ["filter.evil.smudge", script],
      ["core.hooksPath", "hooks"],
      ["core.pager", script],
      ["alias.ls-files", `!${script}`],
      ["diff.external", script],
    ]) {
      git(folder, "config", key!, value!);
    }
    for (const hook of ["post-checkout", "post-index-change", "fsmonitor-watchman", "reference-transaction"]) {
      put(folder, {
        [`hooks/${hook}`]: `#!/bin/sh\ntouch ${canary}\n`,
        [`.git/hooks/${hook}`]: `#!/bin/sh\ntouch ${canary}\n`,
      });
      for (const at of ["hooks", ".git/hooks"]) chmodSync(join(folder, at, hook), 0o755);
    }
    put(folder, { "a.txt": "c", "new.txt": "n" });
    utimesSync(join(folder, "sub/b.txt"), 1_600_000_000, 1_600_000_000);
    rmSync(canary, { force: true });
    const before = everything(folder);

    await place.drafts.survey(folder);
    const draft = await place.make(folder, [{ path: "sub/b.txt", bytes: bytes("typed") }]);
    put(draft.root, { "a.txt": "agent", "fresh/file.txt": "f", ".git/config": "[core]\n fsmonitor = touch x\n" });
    const { changes } = await draft.look();
    await draft.userChanges([]);
    await draft.write([{ path: "a.txt", before: changes[0]!.now, after: null }]);
    await draft.close();
    await place.drafts.open(draft.id, folder, place.bodies);
    await place.drafts.remove(draft.id);

    assert.deepEqual(everything(folder), before);
    assert.ok(!existsSync(canary));
    // The traps are live: what we never ask of git springs them.
    git(folder, "status");
    assert.ok(existsSync(canary));
  });
});

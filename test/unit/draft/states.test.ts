/**
 * A repository in any state a person's can be in: the draft is made, looked at, written at a boundary and removed, and not a byte, time or
 * inode of the folder or its `.git` is touched by it.
 */
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytes, commitAll, everything, git, put, testPlace, told, tree } from "./place.ts";

const lines = "one\ntwo\n";

interface State {
  what: string;
  /** Makes the folder; it holds `a.txt` with `lines`. Gives it, and what else has to stay as it is. */
  make: () => { folder: string; also?: string[]; canary?: string };
  /** Paths of the draft besides `a.txt`. */
  holds?: string[];
  note?: RegExp;
}

describe("a repository in an odd state", function () {
  this.timeout(20_000);
  const place = testPlace();
  const simple = () => place.repository({ "a.txt": lines });

  const states: State[] = [
    {
      what: "no repository",
      make: () => ({ folder: place.folder({ "a.txt": lines }) }),
      note: /not in a git repository/,
    },
    {
      what: "an empty repository",
      make: () => {
        const folder = place.folder({ "a.txt": lines });
        git(folder, "init", "-q");
        return { folder };
      },
      note: /no commit yet/,
    },
    {
      what: "a detached HEAD",
      make: () => {
        const folder = simple();
        git(folder, "checkout", "-q", "--detach");
        return { folder };
      },
    },
    {
      what: "a branch that is checked out in another worktree as well",
      make: () => {
        const main = simple();
        const linked = join(main, "..", "linked-worktree");
        git(main, "worktree", "add", "-q", "-b", "other", linked);
        return { folder: linked, also: [main] };
      },
    },
    {
      what: "a merge that waits for its conflicts",
      make: () => {
        const folder = simple();
        git(folder, "checkout", "-q", "-b", "side");
        put(folder, { "b.txt": "side\n" });
        commitAll(folder);
        git(folder, "checkout", "-q", "main");
        put(folder, { "b.txt": "main\n" });
        commitAll(folder);
        assert.throws(() => git(folder, "merge", "-q", "side"));
        return { folder };
      },
      holds: ["b.txt"],
    },
    {
      what: "a lock on the index that somebody left",
      make: () => {
        const folder = simple();
        put(folder, { ".git/index.lock": "", ".git/HEAD.lock": "", ".git/config.lock": "" });
        return { folder };
      },
    },
    {
      what: "a shallow clone",
      make: () => {
        const origin = simple();
        put(origin, { "b.txt": "b" });
        commitAll(origin);
        return { folder: cloned(origin, "--depth=1"), also: [origin] };
      },
      holds: ["b.txt"],
    },
    {
      what: "a sparse checkout",
      make: () => {
        const folder = place.repository({ "a.txt": lines, "in/i.txt": "i", "out/o.txt": "o" });
        git(folder, "sparse-checkout", "set", "--cone", "in");
        assert.ok(!existsSync(join(folder, "out")));
        return { folder };
      },
      holds: ["in/i.txt"],
    },
    {
      what: "a partial clone whose promised objects nobody has fetched",
      make: () => {
        const origin = place.repository({ "a.txt": lines, "large.txt": "l".repeat(1_000) });
        git(origin, "config", "uploadpack.allowFilter", "true");
        const folder = cloned(origin, "--filter=blob:none", "--no-checkout");
        git(folder, "sparse-checkout", "set", "--no-cone", "/a.txt");
        git(folder, "checkout", "-q", "main");
        const { canary, script } = trap(folder);
        git(folder, "config", "remote.origin.uploadpack", script);
        renameSync(origin, `${origin}-unreachable`);
        return { folder, canary };
      },
    },
    {
      what: "a submodule, not initialised and initialised",
      make: () => {
        const inner = place.repository({ "i.txt": "i" });
        const origin = simple();
        git(origin, "-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "module");
        commitAll(origin);
        const folder = cloned(origin);
        git(folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", inner, "second");
        return { folder, also: [inner, origin] };
      },
      holds: [".gitmodules"],
    },
    {
      what: "filters of a large-file store, which do not run",
      make: () => {
        const folder = simple();
        const { canary, script } = trap(folder);
        for (const key of ["clean", "smudge", "process"]) git(folder, "config", `filter.lfs.${key}`, script);
        git(folder, "config", "filter.lfs.required", "true");
        const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n";
        put(folder, { ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n", "big.bin": pointer });
        return { folder, canary };
      },
      holds: [".gitattributes", "big.bin"],
    },
    {
      what: "line ends that git converts",
      make: () => {
        const folder = simple();
        git(folder, "config", "core.autocrlf", "true");
        put(folder, { ".gitattributes": "* text=auto eol=crlf\n", "crlf.txt": "1\r\n2\r\n" });
        return { folder };
      },
      holds: [".gitattributes", "crlf.txt"],
    },
    {
      what: "settings of its own for one worktree",
      make: () => {
        const folder = simple();
        git(folder, "config", "extensions.worktreeConfig", "true");
        git(folder, "config", "--worktree", "core.sparseCheckout", "false");
        return { folder };
      },
    },
    {
      what: "SHA-256 objects",
      make: () => {
        const folder = place.folder({ "a.txt": lines });
        git(folder, "init", "-q", "--object-format=sha256");
        commitAll(folder);
        return { folder };
      },
    },
    {
      what: "objects borrowed from another repository",
      make: () => {
        const origin = simple();
        return { folder: cloned(origin, "--shared"), also: [origin] };
      },
    },
    {
      what: "a configuration that git cannot read",
      make: () => {
        const folder = simple();
        writeFileSync(join(folder, ".git/config"), "[core\n");
        return { folder };
      },
      note: /Git did not answer/,
    },
    {
      what: "an index of a version that nobody knows",
      make: () => {
        const folder = simple();
        writeFileSync(join(folder, ".git/index"), "DIRC\0\0\0\x63\0\0\0\0");
        return { folder };
      },
    },
  ];

  for (const { what, make, holds = [], note } of states) {
    it(`is only read, and its files can be worked on: ${what}`, async () => {
      const { folder, also = [], canary } = make();
      const before = [folder, ...also].map(everything);
      const survey = await place.drafts.survey(folder);
      if (note) assert.match(survey.notes.join(" "), note);

      const draft = await place.make(folder);
      assert.deepEqual(Object.keys(tree(draft.root)), [...holds, "a.txt"].sort(byName));
      assert.equal(tree(draft.root)["a.txt"], lines);
      put(draft.root, { "a.txt": "one\nTWO\n", "new.txt": "n" });
      const { changes } = await draft.look();
      assert.deepEqual(told(changes, place.bodies).sort(), [
        "a.txt: one\ntwo\n -> one\nTWO\n",
        "new.txt: nothing -> n",
      ]);
      assert.deepEqual(await draft.userChanges([{ path: "a.txt", bytes: bytes("typed\n") }]), [
        { path: "a.txt", before: await place.bodies.put(bytes(lines)), now: await place.bodies.put(bytes("typed\n")) },
      ]);
      const theirs = await place.bodies.put(bytes("typed\n"));
      const wrote = await draft.write([{ path: "a.txt", before: changes[0]!.now, after: theirs }]);
      assert.deepEqual(wrote, [{ kind: "written", path: "a.txt" }]);
      await draft.close();
      const again = await place.drafts.open(draft.id, folder, place.bodies);
      assert.equal(again?.files, draft.files);
      await place.drafts.remove(draft.id);

      assert.deepEqual([folder, ...also].map(everything), before);
      if (canary) assert.ok(!existsSync(canary), "nothing of the repository's own was run");
    });
  }

  it("whose history is rewritten, pruned or packed while a draft lives takes nothing from it", async () => {
    const folder = place.repository({ "a.txt": lines, "b.txt": "b" });
    const draft = await place.make(folder);
    git(folder, "checkout", "-q", "--orphan", "fresh");
    git(folder, "commit", "-q", "-m", "rewritten");
    git(folder, "branch", "-q", "-D", "main");
    git(folder, "reflog", "expire", "--expire=now", "--all");
    git(folder, "gc", "-q", "--prune=now");
    put(draft.root, { "a.txt": "agent\n" });
    assert.deepEqual(told((await draft.look()).changes, place.bodies), ["a.txt: one\ntwo\n -> agent\n"]);
    assert.deepEqual(await draft.userChanges([]), []);
    rmSync(join(folder, ".git"), { recursive: true });
    assert.deepEqual(await draft.userChanges([]), []);
    const again = await place.drafts.open(draft.id, folder, place.bodies);
    assert.deepEqual(told((await again!.look()).changes, place.bodies), ["a.txt: one\ntwo\n -> agent\n"]);
  });

  it("with two drafts at once: each agent has its own, and neither sees the other's work", async () => {
    const folder = simple();
    const [one, two] = await Promise.all([place.make(folder), place.make(folder)]);
    assert.notEqual(one.root, two.root);
    put(one.root, { "a.txt": "first\n" });
    put(two.root, { "b.txt": "second\n" });
    assert.deepEqual(told((await one.look()).changes, place.bodies), ["a.txt: one\ntwo\n -> first\n"]);
    assert.deepEqual(told((await two.look()).changes, place.bodies), ["b.txt: nothing -> second\n"]);
    await place.drafts.remove(one.id);
    assert.equal(await two.alive(), true);
    assert.deepEqual(tree(two.root), { "a.txt": lines, "b.txt": "second\n" });
  });

  function cloned(origin: string, ...flags: string[]): string {
    const folder = join(origin, "..", `clone-of-${origin.split("/").at(-1)}`);
    const source = flags.includes("--shared") ? origin : `file://${origin}`;
    git(origin, "-c", "protocol.file.allow=always", "clone", "-q", ...flags, source, folder);
    return folder;
  }

  /** A program that leaves a trace when it is run. */
  function trap(folder: string): { canary: string; script: string } {
    const [canary, script] = [`${folder}-canary`, `${folder}-trap.sh`];
    writeFileSync(script, `#!/bin/sh\ntouch ${canary}\nexit 1\n`);
    chmodSync(script, 0o755);
    return { canary, script };
  }
});

describe("a draft whose disk fills up", () => {
  const place = testPlace();

  it("is not made, says why, and leaves nothing", async () => {
    const folder = place.folder({ "a.txt": "a".repeat(10_000), "b.txt": "b" });
    const { openDrafts } = await import("../../../src/draft/index.ts");
    const storage = join(folder, "..", "full");
    mkdirSync(storage);
    const worker = new URL("./fullDiskWorker.ts", import.meta.url).pathname;
    await using drafts = openDrafts({ storage, worker, environment: { PATH: process.env["PATH"] } });
    await assert.rejects(
      drafts.make(folder, place.bodies, [], () => undefined),
      { name: "DraftError", message: /The disk is full/, remedy: /Free some space/ },
    );
    const left = everything(storage).filter(
      (line) => line.split(" ")[0]!.split("/").length > storage.split("/").length + 1,
    );
    assert.deepEqual(
      left.filter((line) => !/\/trash/.test(line)),
      [],
    );
    assert.deepEqual(tree(folder), { "a.txt": "a".repeat(10_000), "b.txt": "b" });
  });
});

function byName(one: string, other: string): number {
  return one < other ? -1 : 1;
}

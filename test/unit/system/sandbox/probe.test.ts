/** Finding the sandbox: only where the system has it, only if it works, and else why not in words. */
import assert from "node:assert/strict";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture } from "../../../../src/system/sandbox/output.ts";
import { openGroup } from "../../../../src/system/sandbox/group.ts";
import { toolsOn } from "../../../../src/system/sandbox/machine.ts";
import { ready } from "../../../../src/system/sandbox/mounting.ts";
import { findTool, oldestVersion, probe, thisMachine, whyNot } from "../../../../src/system/sandbox/probe.ts";
import { sharing } from "../../../../src/system/sandbox/sharing.ts";
import { put } from "../../draft/place.ts";

describe("the probe", () => {
  let root: string;
  before(() => void (root = mkdtempSync(join(tmpdir(), "countersign-probe-"))));
  after(() => rmSync(root, { recursive: true, force: true }));

  /** A tool of our making in a folder of its own. */
  function tool(name: string, script: string, mode = 0o755): string {
    const folder = join(root, name);
    mkdirSync(folder);
    writeFileSync(join(folder, "bwrap"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "bwrap"), mode);
    return folder;
  }

  it("says what to install where there is no tool, what is too old, and what does not work", async () => {
    const asked = async (...folders: string[]) => {
      const found = await probe(undefined, { ...thisMachine, platform: "linux", folders });
      return found.kind === "none" ? found.why : found.kind;
    };
    assert.match(await asked(join(root, "nowhere")), /is not installed/);
    if (process.getuid?.() !== 0) return;
    assert.match(await asked(tool("old", "echo bubblewrap 0.6.1")), /0\.6\.1 is installed; it cannot forbid/);
    assert.match(await asked(tool("mute", "exit 3")), /does not say which version/);
    assert.match(
      await asked(
        tool(
          "broken",
          `[ "$1" = --version ] && echo bubblewrap ${oldestVersion} && exit; echo "bwrap: Something else" >&2; exit 1`,
        ),
      ),
      /does not work here \(Something else\)|AppArmor|User namespaces/,
    );
    assert.equal(await asked(tool("good", `[ "$1" = --version ] && echo bubblewrap 1.2; exit 0`)), "bubblewrap");
  });

  for (const [platform, why] of [
    ["win32", /Windows/],
    ["darwin", /never been run on a Mac/],
    ["freebsd", /freebsd/],
  ] as const) {
    it(`offers none on ${platform}, and says so`, async () => {
      const found = await probe(undefined, { ...thisMachine, platform });
      assert.equal(found.kind, "none");
      assert.match((found as { why: string }).why, why);
    });
  }

  it("takes no tool that somebody else could have put or changed there", function () {
    if (process.getuid?.() !== 0) {
      this.test!.title += " (not root: no file here is root's)";
      return this.skip();
    }
    const good = tool("own", "exit 0");
    assert.equal(findTool([good]), join(good, "bwrap"));
    assert.equal(findTool([tool("open", "exit 0", 0o777)]), null);
    assert.equal(findTool([tool("inert", "exit 0", 0o644)]), null);
    const theirs = tool("theirs", "exit 0");
    chownSync(join(theirs, "bwrap"), 65534, 65534);
    assert.equal(findTool([theirs]), null);
    const linked = join(root, "linked");
    mkdirSync(linked);
    symlinkSync(join(theirs, "bwrap"), join(linked, "bwrap"));
    assert.equal(findTool([linked]), null);
  });

  it("does not ask the environment where the tool is", async () => {
    const before = process.env["PATH"];
    process.env["PATH"] = tool("planted", `touch ${join(root, "ran")}; echo bubblewrap 9`);
    try {
      await probe();
      assert.ok(!existsSync(join(root, "ran")));
    } finally {
      process.env["PATH"] = before;
    }
  });

  for (const [said, settings, why] of [
    [
      "bwrap: Creating new namespace failed: No space left on device",
      { "user/max_user_namespaces": "0" },
      /switched off/,
    ],
    ["bwrap: No permissions to create new namespace", { "kernel/unprivileged_userns_clone": "0" }, /kept for root/],
    [
      "bwrap: setting up uid map: Permission denied",
      { "kernel/apparmor_restrict_unprivileged_userns": "1" },
      /AppArmor/,
    ],
    [
      "bwrap: Creating new namespace failed: Operation not permitted",
      {},
      /does not let bubblewrap make a sandbox \(Creating/,
    ],
    ["", {}, /it said nothing/],
  ] as [string, Record<string, string>, RegExp][]) {
    it(`explains “${said}” with ${JSON.stringify(settings)}`, () => {
      const [reason, remedy] = whyNot(said, (name) => settings[name] ?? null);
      assert.match(reason, why);
      assert.ok(remedy.length > 10);
    });
  }

  it("stops when it is told to", async () => {
    await assert.rejects(probe(AbortSignal.abort(new Error("enough"))), /enough/);
  });
});

describe("the person's programs", () => {
  it("are those on their PATH in folders that hold programs, never the workspace's, never through a link", () => {
    const home = mkdtempSync(join(tmpdir(), "countersign-tools-"));
    put(home, {
      ".nvm/v1/bin/node": "",
      ".ssh/bin/x": "",
      "project/.nvm/bin/x": "",
      ".cargo/bin/cargo": "",
      ".rustup/x": "",
      "else/bin/x": "",
    });
    symlinkSync(join(home, "else"), join(home, ".volta"));
    const path = [
      ".nvm/v1/bin",
      ".ssh/bin",
      ".cargo/bin",
      ".volta/bin",
      "project/.nvm/bin",
      ".nvm/../.ssh/bin",
      ".bun/bin",
    ];
    const found = toolsOn(
      `${path.map((each) => `${home}/${each}`).join(":")}:relative:.:/usr/bin:`,
      join(home, "project"),
      home,
    );
    assert.deepEqual(found, [
      { folder: join(home, ".nvm"), programs: [join(home, ".nvm/v1/bin")] },
      { folder: join(home, ".cargo/bin"), programs: [join(home, ".cargo/bin")] },
      { folder: join(home, ".rustup"), programs: [] },
    ]);
    rmSync(home, { recursive: true });
  });
});

describe("shared folders", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "countersign-sharing-"));
    put(join(root, "tree"), {
      "node_modules/a/x.js": "",
      "node_modules/.cache/x": "",
      "packages/b/node_modules/x": "",
      ".venv/bin/python": "",
      "left/node_modules/x": "",
    });
    put(join(root, "draft"), { "packages/b/x.ts": "", "own/node_modules/x": "" });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const found = async () => sharing(join(root, "tree"), join(root, "draft"));

  it("are those of known names beside the draft's own folders", async () => {
    const { shared, left } = await found();
    assert.deepEqual(
      shared.map(({ path, caches, alsoAtHome }) => [path, caches, alsoAtHome]),
      [
        [".venv", [], true],
        ["node_modules", [".cache"], false],
        ["packages/b/node_modules", [], false],
      ],
    );
    assert.deepEqual(left, []);
  });

  it("are left out with a socket in them, and when they are links", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, "tree/node_modules/a/s"), resolve));
    rmSync(join(root, "tree/.venv"), { recursive: true });
    symlinkSync(join(root, "tree/left"), join(root, "tree/.venv"));
    const { shared, left } = await found();
    assert.deepEqual(
      shared.map(({ path }) => path),
      ["packages/b/node_modules"],
    );
    assert.deepEqual(left, [{ path: "node_modules", why: "a/s in it is a socket, a pipe or a device" }]);
    await new Promise((resolve) => server.close(resolve));
  });

  it("are mounted over empty folders only, and nested ones only where nothing else runs in the draft", async () => {
    const { shared } = await found();
    const draft = join(root, "draft");
    const profile = {
      kind: "command",
      draft,
      tree: join(root, "tree"),
      home: "/h",
      shared,
      history: [],
      masked: [],
      tools: [],
    } as const;
    const mounted = (alone: boolean) => {
      const made = ready(profile, alone);
      return made.kind === "ready" ? made.profile.shared.map(({ path }) => path) : made.why;
    };
    assert.deepEqual(mounted(true), [".venv", "node_modules", "packages/b/node_modules"]);
    assert.ok(existsSync(join(draft, "packages/b/node_modules")));
    assert.deepEqual(mounted(false), [".venv", "node_modules"]);
    put(draft, { "node_modules/own/x": "" });
    assert.deepEqual(mounted(true), [".venv", "packages/b/node_modules"]);
    rmSync(join(draft, ".venv"), { recursive: true });
    symlinkSync("/", join(draft, ".venv"));
    assert.equal(mounted(true), ".venv in the draft has become a link");
  });
});

describe("captured output", () => {
  for (const [pieces, head, cut, tail, whole] of [
    [["ab", "cd"], "abcd", 0, "", "abcd"],
    [["abcdefgh"], "abcdefgh", 0, "", "abcdefgh"],
    [["abcdefghi"], "abcde", 1, "ghi", "abcdefghi"],
    [["abc", "defg", "hijklmnopqrst"], "abcde", 12, "rst", "abcdefghijkl"],
    [[..."abcdefghijklmnopqrst"], "abcde", 12, "rst", "abcdefghijkl"],
    [["", ""], "", 0, "", ""],
  ] as [string[], string, number, string, string][]) {
    it(`of ${JSON.stringify(pieces.join("|"))} is “${head}”, ${cut} left out, “${tail}”`, () => {
      const captured = capture({ head: 5, tail: 3, whole: 12 });
      for (const piece of pieces) captured.add(Buffer.from(piece));
      const output = captured.output();
      const [a, b, c] = [output.head, output.tail, output.whole].map((bytes) => Buffer.from(bytes).toString());
      assert.deepEqual([a, output.cut, b, c], [head, cut, tail, whole]);
      assert.equal(output.bytes, pieces.join("").length);
    });
  }
});

describe("a control group", () => {
  it("is made where counts are handed on, takes processes, tells their counts, and is nothing elsewhere", () => {
    const root = mkdtempSync(join(tmpdir(), "countersign-group-"));
    put(root, { "a/app/cgroup.procs": "", "a/cgroup.subtree_control": "cpu memory pids\n", "a/cgroup.procs": "" });
    const group = openGroup(root, "0::/a/app\n")!;
    const folder = join(root, "a", `countersign-${process.pid}-1`);
    assert.ok(existsSync(folder));
    assert.equal(group.counts(), null);
    put(folder, { "memory.current": "4096\n", "pids.current": "3\n" });
    assert.deepEqual(group.counts(), { memory: 4096, processes: 3 });
    for (const own of ["", "0::/\n", "0::/b\n", "0::/../x\n", "5:memory:/a/app\n"])
      assert.equal(openGroup(root, own), null, own);
    rmSync(root, { recursive: true });
  });
});

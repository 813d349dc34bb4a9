/** The one spawn of git, and what is asked of a repository. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git, gitEnvironment, gitProgram, repositoryFacts } from "../../../src/system/index.ts";

describe("git", () => {
  let place = "";
  let count = 0;
  const run = (folder: string, ...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const folder = (): string => {
    const made = join(place, `f${++count}`);
    mkdirSync(made);
    return made;
  };
  const repository = (): string => {
    const made = folder();
    run(made, "init", "-q");
    run(made, "commit", "-q", "--allow-empty", "-m", "first");
    return made;
  };
  before(() => void (place = realpathSync(mkdtempSync(join(tmpdir(), "countersign-git-")))));
  after(() => rmSync(place, { recursive: true, force: true }));

  it("answers with bytes", async () => {
    const answer = await git(["rev-parse", "--is-inside-work-tree"], { cwd: repository() });
    assert.deepEqual(answer.kind === "done" && Buffer.from(answer.stdout).toString(), "true\n");
  });

  it("says missing, not thrown, where there is no git", async () => {
    const at = { cwd: folder(), environment: { PATH: folder() } };
    assert.deepEqual(await git(["version"], at), { kind: "missing" });
    assert.deepEqual(await repositoryFacts(at.cwd, undefined, at.environment), { kind: "missing" });
  });

  it("is never taken from a relative entry of PATH or the current folder", () => {
    const planted = folder();
    writeFileSync(join(planted, "git"), "#!/bin/sh\n", { mode: 0o755 });
    const here = process.cwd();
    process.chdir(planted);
    try {
      assert.equal(gitProgram({ PATH: ["", ".", "./", "../"].join(":") }), null);
    } finally {
      process.chdir(here);
    }
    assert.equal(gitProgram({ PATH: planted }), join(planted, "git"));
  });

  it("says failed with its words", async () => {
    const answer = await git(["ls-files"], { cwd: place });
    assert.ok(answer.kind === "failed" && /not a git repository/.test(answer.stderr));
    assert.equal((await git(["version"], { cwd: join(place, "nowhere") })).kind, "failed");
  });

  it("stops at the limit and at an abort", async () => {
    assert.deepEqual(await git(["help", "-a"], { cwd: place, limit: 100 }), { kind: "too much", limit: 100 });
    const stop = new AbortController();
    const waiting = git(["version"], { cwd: place }, stop.signal);
    stop.abort(new Error("stopped"));
    await assert.rejects(waiting, /stopped/);
  });

  it("is given listed variables only", async () => {
    const given = gitEnvironment({
      PATH: "/bin",
      HOME: "/h",
      ANTHROPIC_API_KEY: "secret",
      GIT_DIR: "/evil",
      EDITOR: "vi",
      LD_PRELOAD: "x",
    });
    assert.deepEqual(given, {
      LC_ALL: "C",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_TERMINAL_PROMPT: "0",
      GIT_NO_LAZY_FETCH: "1",
      GIT_ALLOW_PROTOCOL: "",
      PATH: "/bin",
      HOME: "/h",
    });
    const script = join(folder(), "git");
    writeFileSync(script, "#!/bin/sh\n/usr/bin/env\n", { mode: 0o755 });
    const answer = await git([], {
      cwd: place,
      environment: { PATH: join(script, ".."), ANTHROPIC_API_KEY: "secret", HOME: "/h" },
    });
    assert.doesNotMatch(answer.kind === "done" ? Buffer.from(answer.stdout).toString() : "secret", /secret/);
  });

  it("runs no hook, monitor or pager of the repository", async () => {
    const hostile = repository();
    const canary = join(place, "canary");
    const script = join(place, "evil.sh");
    writeFileSync(script, `#!/bin/sh\ntouch ${canary}\n`);
    chmodSync(script, 0o755);
    for (const key of ["core.fsmonitor", "core.pager", "core.sshCommand", "diff.external"])
      run(hostile, "config", key, script);
    await git(["ls-files", "-o", "--exclude-standard"], { cwd: hostile });
    await repositoryFacts(hostile);
    assert.ok(!existsSync(canary));
    run(hostile, "ls-files", "-o");
    assert.ok(existsSync(canary));
  });

  it("tells a repository's top, head and first commit", async () => {
    const made = repository();
    const first = run(made, "rev-parse", "HEAD");
    run(made, "commit", "-q", "--allow-empty", "-m", "second");
    mkdirSync(join(made, "sub"));
    const facts = { kind: "repository", top: made, head: run(made, "rev-parse", "HEAD"), rootCommit: first };
    assert.deepEqual(await repositoryFacts(made), facts);
    assert.deepEqual(await repositoryFacts(join(made, "sub")), facts);
    const shallow = join(place, "shallow");
    run(place, "clone", "-q", "--depth=1", `file://${made}`, shallow);
    assert.deepEqual(await repositoryFacts(shallow), { ...facts, top: shallow, rootCommit: null });
  });

  it("tells no repository, and one without a commit", async () => {
    assert.deepEqual(await repositoryFacts(folder()), { kind: "none" });
    const empty = folder();
    run(empty, "init", "-q");
    assert.deepEqual(await repositoryFacts(empty), { kind: "repository", top: empty, head: null, rootCommit: null });
  });
});

/** Breaking out of the sandbox: every way of the table, as whoever runs the tests and, where that is root, as an ordinary user too. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { CommandProfile, EngineProfile, SandboxFound } from "../../../../src/protocol/index.ts";
import { attacks, type Attack } from "./attacks.ts";
import { everything } from "../../draft/place.ts";
import { openStage, playAll, textOf, type Stage, type Tried } from "./stage.ts";

describe("a command in the sandbox", function () {
  this.timeout(120_000);
  const { stage: open, tried, around } = staged(attacks, (stage) => stage.profile);

  for (const attack of attacks) {
    it(`never ${attack.name}`, () => held(tried(attack), attack.alwaysHeld === true, open().canary));
  }

  it("changes nothing outside the draft by all of this", () => assert.deepEqual(around().after, around().before));

  it("writes the draft and its temporary folder, and the temporary folder is new each time", async () => {
    const stage = open();
    const first = await stage.run([
      "/bin/sh",
      "-c",
      "echo one > made && echo x > $TMPDIR/made && cat $TMPDIR/made && pwd",
    ]);
    assert.deepEqual([first.end, textOf(first)], [{ kind: "exited", code: 0 }, `x\n${stage.draft}\n`]);
    assert.ok(readdirSync(stage.draft).includes("made"));
    const second = await stage.run(["/bin/sh", "-c", "ls $TMPDIR/made; cat made"]);
    assert.match(textOf(second), /made.*No such file or directory\none\n$/);
  });

  it("has the variables of a short list and no other", async () => {
    const names = textOf(await open().run(["node", "-p", "Object.keys(process.env).sort().join()"])).trim();
    assert.equal(names, "HOME,LANG,LOGNAME,NO_COLOR,PATH,PWD,SHELL,TERM,TMPDIR,USER");
  });

  it("does not run where a mount point has become a link", async () => {
    const stage = open();
    const { sandbox, profile, tree, draft, outside } = stage;
    const from = join(tree, "node_modules");
    for (const [what, plan] of [
      ["the folder itself", { path: "node_modules", link: "node_modules" }],
      ["a folder around it", { path: "packages/a/node_modules", link: "packages" }],
    ] as const) {
      await stage.run(["/bin/sh", "-c", `rm -rf ${plan.link}; ln -s ${outside} ${plan.link}`]);
      const before = everything(outside);
      const run = await sandbox.run(
        { argv: ["true"], folder: "" },
        { ...profile, shared: [{ path: plan.path, from: makeFolder(from), caches: [], alsoAtHome: false }] },
        { time: 5_000, output: 1_000, memory: 1e9, processes: 50, whole: 0, head: 100, tail: 100 },
      );
      assert.deepEqual(run.end, { kind: "not started", why: `${plan.link} in the draft has become a link` }, what);
      assert.deepEqual(everything(outside), before);
      rmSync(join(draft, plan.link));
    }
    rmSync(from, { recursive: true });
  });
});

describe("an engine in the sandbox", function () {
  this.timeout(120_000);
  // Open to an engine, and said to be: servers of this machine and abstract sockets, because its network is the person's.
  const reached = [
    "connects to a server of this machine",
    "connects to an abstract socket",
    "has an interface to the network",
    "asks for a name",
  ];
  const kept = attacks.filter(({ name }) => !reached.includes(name));
  const { stage: open, tried, around } = staged(kept, (stage) => stage.engine);

  for (const attack of kept) {
    it(`never ${attack.name}`, () => held(tried(attack), true, open().canary));
  }

  it("changes nothing outside the draft by all of this", () => assert.deepEqual(around().after, around().before));

  it("reads its own credentials and writes its own state, and reaches the network", async () => {
    const stage = open();
    const { engine, home, port } = stage;
    const program = join(engine.program, "bin/node");
    const connect = `require("net").connect(${port}, "127.0.0.1").on("data", (text) => console.log(String(text)))`;
    const script = `cat ${home}/.agent/token; echo kept > ${engine.state}/session; echo no > ${home}/.agent/token; ${program} -e '${connect}'`;
    const run = await stage.run(["/bin/sh", "-c", script], { profile: engine });
    assert.match(textOf(run), new RegExp(`^given\n.*Read-only file system\n${stage.canary}\n$`, "s"));
    assert.deepEqual(readdirSync(engine.state), ["session"]);
  });
});

describe("what is masked in a sandbox", function () {
  this.timeout(60_000);

  for (const kind of ["command", "engine"] as const) {
    it(`is not read, and what would be written there is refused and said, with the profile “${kind}”`, async function () {
      await using stage = await openStage();
      // There is no sandbox on this machine: nothing can be masked.
      if ((await stage.sandbox.probe()).kind === "none") return this.skip();
      writeFileSync(join(stage.draft, ".env"), "KEY=1\n");
      mkdirSync(join(stage.draft, ".agent"));
      writeFileSync(join(stage.draft, ".agent/tools.json"), "{}\n");
      const masked = [
        { path: ".env", kind: "file" },
        { path: ".agent", kind: "folder" },
      ] as const;
      const script =
        "cat .env; ls .agent; echo x > .env && echo WRITTEN; echo x >> .env && echo WRITTEN; echo x > .agent/new && echo WRITTEN; rm -f .env; mv own.txt .env && echo MOVED; true";
      const base = kind === "command" ? stage.profile : stage.engine;
      const run = await stage.run(["/bin/sh", "-c", script], { profile: { ...base, masked } });
      assert.doesNotMatch(textOf(run), /KEY|tools|WRITTEN|MOVED/);
      assert.match(textOf(run), /cannot create \.env: Permission denied/);
      assert.equal(readFileSync(join(stage.draft, ".env"), "utf8"), "KEY=1\n");
      assert.deepEqual(readdirSync(join(stage.draft, ".agent")), ["tools.json"]);
    });
  }
});

describe("an ordinary user's sandbox", function () {
  this.timeout(120_000);

  it("holds against every way of the table too, with an open file of its window inherited", async function () {
    if (process.getuid?.() !== 0) {
      this.test!.title += " (not root: the tests above were those of an ordinary user)";
      return this.skip();
    }
    const { found, tried, uid } = await asNobody();
    if (found.kind === "none") {
      this.test!.title += ` (${found.why})`;
      return this.skip();
    }
    assert.equal(uid, 65534);
    assert.equal(tried.length, attacks.length);
    for (const [index, each] of tried.entries()) held(each, attacks[index]!.alwaysHeld === true, "canary-");
  });
});

/** A stage for one describe, with the table played once before its tests. */
function staged(
  which: readonly Attack[],
  profileOf: (stage: Stage) => CommandProfile | EngineProfile,
): { stage: () => Stage; tried: (attack: Attack) => Tried; around: () => { before: string[][]; after: string[][] } } {
  let stage: Stage | null = null;
  let played: Tried[] = [];
  const around = { before: [] as string[][], after: [] as string[][] };
  before(async function () {
    stage = await openStage();
    const found = await stage.sandbox.probe();
    if (found.kind === "none") {
      // What there is no sandbox for cannot be tried.
      this.test!.parent!.title += ` (not run: ${found.why})`;
      return this.skip();
    }
    const { tree, home, outside } = stage;
    const look = () => [tree, home, outside].map(unplayed);
    around.before = look();
    played = await playAll(stage, which, profileOf(stage));
    around.after = look();
  });
  after(async () => stage?.[Symbol.asyncDispose]());
  return {
    stage: () => stage!,
    tried: ({ name }) => played.find((each) => each.name === name)!,
    around: () => around,
  };
}

/** What a folder holds; times of folders move with the plain plays, which plant and take away. */
function unplayed(folder: string): string[] {
  const moved = [6, 7];
  return everything(folder).map((line) =>
    line
      .split(" ")
      .filter((_, index) => !moved.includes(index))
      .join(" "),
  );
}

function held(tried: Tried, alwaysHeld: boolean, canary: string): void {
  assert.doesNotMatch(tried.inside, /ESCAPED/, tried.name);
  assert.ok(!tried.inside.includes(canary), `${tried.name}: ${tried.inside}`);
  assert.match(tried.end, /^(exited|signal)$/, tried.inside);
  // The same command without a sandbox gets it: so it was the sandbox that held.
  if (!alwaysHeld) assert.match(tried.plain, /ESCAPED/, `${tried.name}: ${tried.plain}`);
}

/**
 * Plays the table in a process of the user “nobody”, which has a file of root's open under a number that Node does not close.
 * The stage goes with its program to where that user can read it: the project may lie where it cannot.
 */
async function asNobody(): Promise<{ uid: number; found: SandboxFound; tried: Tried[] }> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-inherited-"));
  chmodSync(folder, 0o755);
  const programs = join(folder, "programs");
  mkdirSync(programs);
  copyFileSync(process.execPath, join(programs, "node"));
  const played = join(folder, "stage.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("./stage.ts", import.meta.url))],
    outfile: played,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  writeFileSync(join(folder, "secret"), "canary-inherited\n", { mode: 0o600 });
  const open = openSync(join(folder, "secret"), "r");
  return new Promise((resolve, reject) => {
    const child = spawn(join(programs, "node"), [played], {
      uid: 65534,
      gid: 65534,
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", HOME: "/nonexistent", SECRET_KEY: "in-the-environment" },
      stdio: ["ignore", "pipe", "pipe", ...Array<"ignore">(57).fill("ignore"), open],
    });
    let said = "";
    let problem = "";
    child.stdout!.on("data", (piece: Buffer) => (said += piece.toString("utf8")));
    child.stderr!.on("data", (piece: Buffer) => (problem += piece.toString("utf8")));
    child.once("close", () => {
      closeSync(open);
      rmSync(folder, { recursive: true });
      try {
        resolve(JSON.parse(said) as { uid: number; found: SandboxFound; tried: Tried[] });
      } catch {
        reject(new Error(problem || said));
      }
    });
  });
}

function makeFolder(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

/** A command's life in the sandbox: how it ends, what is kept of what it wrote, and that nothing of it is left. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { CommandEnd, CommandLimits } from "../../../../src/protocol/index.ts";
import { endRecorded } from "../../../../src/system/sandbox/records.ts";
import { startInGroup } from "../../../../src/system/sandbox/starting.ts";
import { markOf } from "../../../../src/system/sandbox/tree.ts";
import { openSandbox } from "../../../../src/system/sandbox/index.ts";
import { limits, openStage, textOf, type Stage } from "./stage.ts";
import { forking, forks, living, openWindow, untilNone } from "./window.ts";

let marks = 0;
const freshMark = (): string => `${process.pid}${++marks}`;

describe("a command's life", function () {
  this.timeout(60_000);
  let stage: Stage;

  before(async function () {
    stage = await openStage();
    // There is no sandbox on this machine: nothing can be run.
    if ((await stage.sandbox.probe()).kind === "none") this.skip();
  });
  after(async () => stage[Symbol.asyncDispose]());

  const sh = (script: string): readonly string[] => ["/bin/sh", "-c", script];

  for (const [what, argv, end] of [
    ["by itself", sh("exit 0"), { kind: "exited", code: 0 }],
    ["with a number", sh("exit 7"), { kind: "exited", code: 7 }],
    ["by a signal", sh("kill -SEGV $$"), { kind: "signal", signal: "SIGSEGV" }],
    ["by not being there", ["no-such-program"], { kind: "exited", code: 127 }],
    ["by being no program", ["/etc/passwd"], { kind: "exited", code: 126 }],
    ["with its input empty", sh("read line && exit 9; exit 4"), { kind: "exited", code: 4 }],
  ] satisfies [string, readonly string[], CommandEnd][]) {
    it(`ends ${what}: ${JSON.stringify(end)}`, async () => {
      const run = await stage.run(argv);
      assert.deepEqual(run.end, end, textOf(run));
      assert.ok(run.milliseconds > 0 && run.milliseconds < limits.time);
    });
  }

  for (const [what, script, own, end] of [
    ["time", "sleep MARK", { time: 300 }, "timed out"],
    ["output", "sleep MARK & yes", { output: 100_000 }, "too much output"],
    ["processes", "i=0; while [ $i -lt 60 ]; do sleep MARK & i=$((i+1)); done; wait", { processes: 30 }, "processes"],
    [
      "processes, forked as fast as it can",
      "f() { for i in 1 2 3 4 5 6; do (g) & done; wait; }; g() { for i in 1 2 3 4 5 6 7 8 9 10; do sleep MARK & done; wait; }; for i in 1 2 3 4 5; do (f) & done; wait",
      { processes: 60 },
      "processes",
    ],
    [
      "memory of one process",
      `exec node -e 'const kept = []; setInterval(() => kept.push(Buffer.alloc(2e7, 1)), 5)' MARK`,
      { memory: 200_000_000 },
      "memory",
    ],
    [
      "memory of several together",
      `for i in 1 2 3 4; do node -e 'const kept = Buffer.alloc(9e7, 1); setInterval(() => kept, 1e6)' MARK & done; wait`,
      { memory: 300_000_000 },
      "memory",
    ],
  ] satisfies [string, string, Partial<CommandLimits>, CommandEnd["kind"]][]) {
    it(`is ended with all it started at its limit of ${what}`, async () => {
      const mark = freshMark();
      const run = await stage.run(sh(script.replaceAll("MARK", `3600.${mark}`)), { limits: own });
      assert.equal(run.end.kind, end, textOf(run));
      assert.equal(living(mark), 0);
    });
  }

  it("is not ended for memory that what it forks only shares", async () => {
    const script = `kept=$(head -c 30000000 /dev/zero | tr '\\0' a); i=0; while [ $i -lt 20 ]; do (sleep 0.5; :) & i=$((i+1)); done; wait; echo ${"$"}{#kept}`;
    const run = await stage.run(sh(script), { limits: { memory: 300_000_000 } });
    assert.deepEqual([run.end, textOf(run)], [{ kind: "exited", code: 0 }, "30000000\n"]);
  });

  it("is stopped with a hundred forked children, sessions and deaf ones among them, within 200 milliseconds", async () => {
    const mark = freshMark();
    const stopping = new AbortController();
    const run = stage.run(forking(mark), { signal: stopping.signal });
    while (living(mark) < forks) await new Promise((resolve) => setTimeout(resolve, 5));
    const began = performance.now();
    stopping.abort();
    assert.equal((await run).end.kind, "stopped");
    const took = performance.now() - began;
    assert.equal(living(mark), 0);
    assert.ok(took < 200, `${took} ms`);
  });

  it("leaves nothing in the background when it ends by itself", async () => {
    const mark = freshMark();
    const run = await stage.run(sh(`setsid nohup sleep 3600.${mark} </dev/null >/dev/null 2>&1 & exit 3`));
    assert.deepEqual(run.end, { kind: "exited", code: 3 });
    assert.equal(living(mark), 0);
  });

  for (const after of [0, 1, 2, 4, 6, 8, 12, 20]) {
    it(`leaves nothing when it is stopped ${after} ms after it was asked for`, async () => {
      const mark = freshMark();
      const stopping = new AbortController();
      const run = stage.run(forking(mark), { signal: stopping.signal });
      setTimeout(() => stopping.abort(), after);
      assert.equal((await run).end.kind, "stopped");
      assert.equal(living(mark), 0);
    });
  }

  for (const round of [1, 2, 3, 4, 5]) {
    it(`leaves nothing of a tool that is stopped while it goes on starting processes, ${round}`, async () => {
      const mark = freshMark();
      const script = `i=0; while [ $i -lt 1500 ]; do sleep 3600.${mark} </dev/null >/dev/null 2>&1 & i=$((i+1)); done; wait`;
      const stopping = new AbortController();
      const start = startInGroup(
        {
          file: "/bin/sh",
          args: ["-c", script],
          argv: [],
          env: { PATH: "/usr/bin:/bin" },
          talks: false,
          records: join(stage.root, "records"),
          stood: () => undefined,
        },
        stopping.signal,
      );
      while (living(mark) < 200) await new Promise((resolve) => setTimeout(resolve, 1));
      stopping.abort();
      await assert.rejects(start);
      assert.equal(living(mark), 0);
    });
  }

  it("does not begin when it was stopped before", async () => {
    const run = await stage.run(sh("echo ran > ran"), { signal: AbortSignal.abort() });
    assert.deepEqual([run.end, existsSync(join(stage.draft, "ran"))], [{ kind: "stopped" }, false]);
  });

  it("keeps the beginning and the end of a long output, says how much is between, and the whole up to a limit", async () => {
    const run = await stage.run(sh("seq 1 20000"), { limits: { head: 20, tail: 12, whole: 100 } });
    const { bytes, head, cut, tail, whole } = run.output;
    const all = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join("");
    assert.equal(bytes, all.length);
    assert.equal(Buffer.from(head).toString(), all.slice(0, 20));
    assert.equal(Buffer.from(tail).toString(), all.slice(-12));
    assert.equal(cut, all.length - 32);
    assert.equal(Buffer.from(whole).toString(), all.slice(0, 100));
  });

  it("keeps both outputs in their order, and bytes that are no text as they are", async () => {
    const run = await stage.run(sh("echo one; echo two >&2; printf '\\377\\000\\033[2J'; echo three >&2"));
    assert.equal(Buffer.from(run.output.head).toString("latin1"), "one\ntwo\n\xff\0\x1b[2Jthree\n");
  });

  it("keeps an unfinished last line of what was ended", async () => {
    const run = await stage.run(sh("printf begun; sleep 60"), { limits: { time: 500 } });
    assert.deepEqual([run.end.kind, textOf(run)], ["timed out", "begun"]);
  });

  it("goes with its window when that is killed", async () => {
    const mark = freshMark();
    const window = openWindow(stage.root, mark);
    await window.said("forked");
    window.process.kill("SIGKILL");
    assert.ok((await untilNone(mark)) < 1_000);
  });

  it("goes with its window when that closes", async () => {
    const mark = freshMark();
    const sandbox = openSandbox({ records: join(stage.root, "storage/closing") });
    const run = sandbox.run({ argv: forking(mark), folder: "" }, stage.profile, limits);
    while (living(mark) < forks) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(readdirSync(join(stage.root, "storage/closing")).filter((name) => name.endsWith(".json")).length, 1);
    await sandbox[Symbol.asyncDispose]();
    assert.equal(living(mark), 0);
    assert.equal((await run).end.kind, "stopped");
    assert.deepEqual(readdirSync(join(stage.root, "storage/closing")), []);
  });

  it("is started from the main thread only", async () => {
    const module = new URL("../../../../src/system/sandbox/starting.ts", import.meta.url).href;
    const worker = new Worker(
      `import(${JSON.stringify(module)}).then(({ startInGroup }) => startInGroup({})).catch((problem) => require("worker_threads").parentPort.postMessage(problem.message))`,
      { eval: true },
    );
    assert.deepEqual(await once(worker, "message"), ["a sandbox started from a worker would end with the worker"]);
    await worker.terminate();
  });

  it("talks, as an agent does, and ends when it is told to", async () => {
    const begun = await stage.sandbox.start(
      { argv: ["/bin/sh", "-c", "echo begun >&2; while read line; do echo you said $line; done"], folder: "" },
      stage.engine,
      limits,
    );
    assert.equal(begun.kind, "started");
    const { process: agent } = begun;
    assert.ok(agent.write(Buffer.from("hello\n")));
    const [first] = (await once(agent.output as unknown as NodeJS.EventEmitter, "data")) as [Buffer];
    assert.equal(first.toString(), "you said hello\n");
    agent.end();
    assert.deepEqual(await agent.ended, { end: { kind: "stopped" }, problem: "begun" });
    assert.equal(agent.write(Buffer.from("late\n")), false);
  });
});

describe("what an earlier window left", () => {
  it("is ended at the next start, and nothing that only has its number", async () => {
    const stage = await openStage();
    const records = join(stage.root, "storage/left");
    mkdirSync(records);
    const sleeper = () => spawn("sleep", ["3600"], { stdio: "ignore" });
    const [left, other, kept] = [sleeper(), sleeper(), sleeper()];
    const gone = once(left, "exit");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const dead = { pid: 2 ** 22 - 1, start: "1" };
    const put = (name: string, value: unknown): void =>
      writeFileSync(join(records, `${name}.json`), JSON.stringify(value));
    put("left", { boot, owner: dead, processes: [markOf(left.pid!)] });
    put("number", { boot, owner: dead, processes: [{ ...markOf(other.pid!)!, start: "1" }] });
    put("boot", { boot: "another", owner: dead, processes: [markOf(other.pid!)] });
    put("alive", { boot, owner: markOf(process.pid), processes: [markOf(kept.pid!)] });
    put("init", { boot, owner: dead, processes: [{ pid: 1, start: markOf(1)!.start }] });
    writeFileSync(join(records, "torn.json"), "{");
    try {
      assert.equal(await endRecorded(records), 1);
      assert.deepEqual(await gone, [null, "SIGKILL"]);
      assert.deepEqual([other.exitCode, other.signalCode, kept.signalCode], [null, null, null]);
      assert.deepEqual(readdirSync(records), ["alive.json"]);
    } finally {
      for (const child of [other, kept]) child.kill("SIGKILL");
      await stage[Symbol.asyncDispose]();
    }
  });

  it("is nothing where no folder is", async () => {
    assert.equal(await endRecorded("/nonexistent/records"), 0);
  });
});

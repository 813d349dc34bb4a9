/**
 * What runs inside the extension host for `hosting.ts`: the main job under a watch for stalls, the same time with nothing to
 * do, one https request of nobody's under that watch, or a proposal of many files weighed. `COUNTERSIGN_HOSTING` says which, and where the figures go.
 *
 * Always: a stall is a gap between two ticks of a timer, beside the processor time that this very thread used in it, so that
 * what other processes took from a busy machine can be told from what the host did.
 */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { commands, extensions, workspace, type WorkspaceFolder } from "vscode";
import type { ForTests } from "../../../src/extension.ts";
import type { Supervised } from "../../../src/session/index.ts";
import { extensionUnderTest, filesOf, idle, itemOf, until } from "../../host/extension.ts";
import { configuredConnection } from "../../../src/editor/connection.ts";
import { connect, rightKey } from "../../host/stage.ts";

/** Milliseconds of the clock, and of the thread's processor time in it; `during` names the step. */
export interface Gap {
  wall: number;
  own: number;
  during: string;
}

/** Bytes at rest, after full collections. */
export interface Weight {
  heap: number;
  outside: number;
  resident: number;
}

export type Figures =
  | { kind: "stalls"; seconds: number; gaps: Gap[]; profile: unknown }
  | { kind: "weight"; idle: Weight; proposed: Weight; closed: Weight; files: number; profile: unknown };

interface Order {
  what: "job" | "idle" | "https" | "weight";
  out: string;
  endpoint?: string;
  seconds?: number;
  profile?: boolean;
}

export async function run(): Promise<void> {
  const order = JSON.parse(process.env["COUNTERSIGN_HOSTING"] ?? "{}") as Order;
  const parts = await extensionUnderTest();
  const figures = order.what === "weight" ? await weighed(parts, order) : await watched(parts, order);
  writeFileSync(order.out, JSON.stringify(figures));
}

async function watched(parts: ForTests, { what, seconds = 0, profile = false }: Order): Promise<Figures> {
  await othersLoaded();
  let during = "nothing";
  const gaps: Gap[] = [];
  const began = performance.now();
  const finish = profile ? profiled() : (): Promise<unknown> => Promise.resolve(null);
  let last = { at: performance.now(), own: ownTime() };
  const timer = setInterval(() => {
    const now = { at: performance.now(), own: ownTime() };
    gaps.push({ wall: now.at - last.at, own: now.own - last.own, during });
    last = now;
  }, 1);
  if (what === "idle") await pause(seconds);
  else if (what === "https") await askedOverHttps((name) => (during = name));
  else await job(parts, (name) => (during = name));
  clearInterval(timer);
  const worst = gaps.toSorted((a, b) => b.own - a.own).slice(0, 10);
  const slowest = gaps.toSorted((a, b) => b.wall - a.wall).slice(0, 10);
  return {
    kind: "stalls",
    seconds: (performance.now() - began) / 1_000,
    gaps: [...worst, ...slowest],
    profile: await finish(),
  };
}

/**
 * VS Code loads an extension of its own into this host once it sees a JSON file, some hundred milliseconds after the start or some seconds:
 * it is loaded before the watch begins, so that what is seen is not that.
 */
async function othersLoaded(): Promise<void> {
  await extensions.getExtension("vscode.json-language-features")?.activate();
  await pause(2);
}

/** The smoke's steps, asked of the session as the page would. */
async function job(parts: ForTests, at: (name: string) => void): Promise<void> {
  const folder = workspace.workspaceFolders![0]!;
  at("start the demo");
  const shown = new Promise<void>((done) => parts.review.onDidShow(() => done()));
  await commands.executeCommand("countersign.startDemo");
  const session = await until("a session", () => parts.current.session());
  await shown;
  at("the first turn");
  await idle(session);
  const pending = async () =>
    (await filesOf(session)).flatMap((file) =>
      file.hunks.filter(({ state }) => state === "pending").map((hunk) => itemOf(file, hunk)),
    );
  at("accept");
  for (const item of (await pending()).slice(0, 3)) await session.accept([item]);
  at("reject");
  for (const item of (await pending()).slice(0, 2)) await session.reject([item], "not this way");
  at("undo and redo");
  await session.undo();
  await session.redo();
  at("the follow-up");
  void session.prompt("Please answer what I rejected.");
  await until("the second turn", () => session.head().activity !== "idle");
  await idle(session);
  at("close");
  await parts.current.close();
  at("open again");
  const opened = await parts.current.resume(folder, session.id);
  if (opened.kind !== "opened") throw new Error(opened.text);
  at("show everything");
  await (opened.session satisfies Supervised).everything();
  at("where we left off");
  parts.recaps.forget();
  await parts.recaps.of(folder);
  at("close");
  await parts.current.close();
}

/** The first https request of the window, by the fetch that every extension has, to a port where nobody listens. Nothing of ours runs. */
async function askedOverHttps(at: (name: string) => void): Promise<void> {
  await pause(2);
  at("the first https request");
  await fetch("https://127.0.0.1:9/").catch(() => null);
  await pause(1);
}

async function weighed(parts: ForTests, { endpoint, profile = false }: Order): Promise<Figures> {
  const folder = workspace.workspaceFolders![0]!;
  const idle = await weight();
  const finish = profile ? profiled() : (): Promise<unknown> => Promise.resolve(null);
  await connect(parts, endpoint, rightKey);
  await commands.executeCommand("countersign.openReview");
  // In a function of its own: what it holds must not be counted once the session is closed.
  const files = await proposedIn(parts, folder);
  const profileOf = await finish();
  const proposed = await weight();
  await parts.current.close();
  await connect(parts);
  return { kind: "weight", idle, proposed, closed: await weight(), files, profile: profileOf };
}

/** Runs the task to its end, with everything sent to the page. Gives the number of files. */
async function proposedIn(parts: ForTests, folder: WorkspaceFolder): Promise<number> {
  const configured = configuredConnection();
  if (configured.kind !== "connection") throw new Error(configured.text);
  const task = { goal: "Rewrite every table.", attachments: [], connection: configured.connection };
  const opened = await parts.current.start(folder, task);
  if (opened.kind !== "opened") throw new Error(opened.text);
  const { session } = opened;
  await until("the turn's end", () => session.head().activity === "idle", 240);
  await filesOf(session);
  return session.head().counts.files;
}

function pause(seconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, seconds * 1_000));
}

/**
 * Weighs until nothing falls any more: the host keeps what it sent to the window until that says that it has it, seconds later where
 * the machine is busy. Collected as when memory runs out: else V8 keeps compiled code that does not run any more, here more, there less.
 */
async function weight(): Promise<Weight> {
  const [quietRounds, atMost, nothing] = [5, 45, 100_000];
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (how: object) => void;
  let least = Infinity;
  for (let round = 1, quiet = 0; ; round++) {
    await pause(2);
    collect({ type: "major", execution: "sync", flavor: "last-resort" });
    const { heapUsed, external, rss } = process.memoryUsage();
    const now = heapUsed + external;
    quiet = now < least - nothing ? 0 : quiet + 1;
    if (quiet === 0) least = now;
    if (quiet === quietRounds || round === atMost) return { heap: heapUsed, outside: external, resident: rss };
  }
}

/** Milliseconds of processor time that this thread has used. */
function ownTime(): number {
  const { user, system } = (process as unknown as { threadCpuUsage(): NodeJS.CpuUsage }).threadCpuUsage();
  return (user + system) / 1_000;
}

/** Begins a profile of this thread; the answer ends it and gives it. */
function profiled(): () => Promise<unknown> {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: 500 });
  session.post("Profiler.start");
  return () =>
    new Promise((done, fail) =>
      session.post("Profiler.stop", (problem, answer) => {
        session.disconnect();
        if (problem) fail(problem);
        else done(answer.profile);
      }),
    );
}

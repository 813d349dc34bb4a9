/**
 * The one start of a program in a sandbox, and its end.
 *
 * Between bubblewrap's first step and the moment in which the kernel ties the sandbox's life to ours lie milliseconds in which a
 * killed window would leave it running. So nothing of the command runs at first: a gate inside says that it stands and waits for a
 * word. By then its processes are known and recorded; if we are gone, the word never comes and the gate ends. No shell stands between
 * us and bubblewrap; the gate is inside.
 * Always: started from the main thread, because that death signal is a thread's; no descriptor of ours but three passes; after `gone`
 * nothing of it lives.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { openGroup, type Group } from "./group.ts";
import { record } from "./records.ts";
import { childrenOf, haltMarked, isAlive, isAsleep, isHalted, killMarked, markOf, type ProcessMark } from "./tree.ts";

export interface StartOptions {
  /** The sandbox tool, and its arguments up to the command's own. */
  file: string;
  args: readonly string[];
  argv: readonly string[];
  env: Record<string, string>;
  /** Whether the program reads what we write and says its errors apart; else it has no input and one output. */
  talks: boolean;
  /** Where a record is kept while it lives. */
  records: string;
  group: Group | null;
  /** Called when it stands, before anything of the command runs. */
  stood: () => void;
}

export interface Started {
  readonly child: ChildProcess;
  /** The sandbox's first process: everything in it is below. */
  readonly first: ProcessMark;
  /** Ends all of it at once. */
  end(): void;
  /** Resolves when the tool has ended and nothing is left, with how. */
  readonly gone: Promise<{ code: number | null; signal: string | null }>;
}

export type Start = { kind: "started"; started: Started } | { kind: "not started"; why: string };

/** Starts it in a control group where there is one; it stays open for as long as the program lives. */
export async function startInGroup(
  options: Omit<StartOptions, "group">,
  signal?: AbortSignal,
): Promise<{ kind: "started"; started: Started; group: Group | null } | { kind: "not started"; why: string }> {
  const group = openGroup();
  try {
    const start = await startInSandbox({ ...options, group }, signal);
    if (start.kind === "started") return { ...start, group };
    group?.close();
    return start;
  } catch (problem) {
    group?.close();
    throw problem;
  }
}

/** How long the gate may take to say that it stands. */
const gateTime = 10_000;

const gates = {
  /** No input; both outputs are one, in their order. */
  alone: 'echo; IFS= read -r go && exec "$@" </dev/null 2>&1',
  talking: 'echo; IFS= read -r go && exec "$@"',
};

async function startInSandbox(options: StartOptions, signal?: AbortSignal): Promise<Start> {
  if (!isMainThread) throw new Error("a sandbox started from a worker would end with the worker");
  signal?.throwIfAborted();
  const gate = ["--", "/bin/sh", "-c", options.talks ? gates.talking : gates.alone, "gate", ...options.argv];
  const shut = shutDescriptors();
  let child: ChildProcess;
  try {
    child = spawn(options.file, [...options.args, ...gate], {
      cwd: "/",
      env: options.env,
      stdio: ["pipe", "pipe", "pipe", ...shut.stdio],
      detached: true,
    });
  } catch (problem) {
    return { kind: "not started", why: (problem as Error).message };
  } finally {
    shut.close();
  }
  child.stdin!.on("error", () => undefined);
  const outer = child.pid === undefined ? null : markOf(child.pid);
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once("error", () => resolve({ code: null, signal: null }));
    child.once("exit", (code, by) => resolve({ code, signal: by }));
  });
  const stood = await gateStands(child, exited, signal);
  if (stood !== null || outer === null) {
    await endUnborn(child, outer, exited);
    signal?.throwIfAborted();
    return { kind: "not started", why: stood ?? "the sandbox ended at once" };
  }
  const first = await firstProcess(outer);
  if (first === null) {
    await endUnborn(child, outer, exited);
    return { kind: "not started", why: "the sandbox ended at once" };
  }
  let forget = (): void => undefined;
  try {
    forget = record(options.records, [first, outer]);
  } catch (problem) {
    await endUnborn(child, outer, exited);
    return { kind: "not started", why: `no record of it can be kept (${(problem as Error).message})` };
  }
  options.group?.take([outer.pid, first.pid, ...childrenOf(first.pid)]);
  const end = (): void => {
    options.group?.kill();
    // The first process takes all others with it; the tool alone would not, before its last step.
    killMarked(first);
    killMarked(outer);
  };
  const gone = exited.then(async (how) => {
    await until(() => !isAlive(first));
    options.group?.close();
    forget();
    return how;
  });
  options.stood();
  if (options.talks) child.stdin!.write("go\n");
  else child.stdin!.end("go\n");
  return { kind: "started", started: { child, first, end, gone } };
}

/** Resolves with null when the gate's first line came, with a sentence when it will not. */
function gateStands(
  child: ChildProcess,
  exited: Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  return new Promise((resolve) => {
    let said = "";
    const settle = (answer: string | null): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stopped);
      child.stdout!.off("readable", look);
      child.stderr!.off("data", hear);
      resolve(answer);
    };
    const stopped = (): void => settle("stopped");
    const timer = setTimeout(() => settle("the sandbox did not stand within ten seconds"), gateTime);
    const hear = (piece: Buffer): void => void (said = (said + piece.toString("utf8")).slice(-2_000));
    const look = (): void => {
      if (child.stdout!.read(1) !== null) settle(null);
    };
    signal?.addEventListener("abort", stopped, { once: true });
    child.stdout!.on("readable", look);
    child.stderr!.on("data", hear);
    child.once("error", (problem) => settle(problem.message));
    // What the tool said may come a moment after its end.
    void exited.then(() =>
      setImmediate(() => settle(said.trim().replace(/^bwrap: /, "") || "the sandbox ended at once")),
    );
  });
}

/** The tool's child, once all it does is wait: from then on it dies with the tool. */
async function firstProcess(outer: ProcessMark): Promise<ProcessMark | null> {
  for (let turn = 0; turn < 500 && isAlive(outer); turn++) {
    const [pid] = childrenOf(outer.pid);
    if (pid !== undefined && isAsleep(pid)) return markOf(pid);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return null;
}

/** Ends a sandbox in which nothing of the command has run. Its gate would end by itself: its input ends here. */
async function endUnborn(child: ChildProcess, outer: ProcessMark | null, exited: Promise<unknown>): Promise<void> {
  child.stdin?.destroy();
  if (outer === null) return;
  // Halted, it can start nothing more: what it started between our look and its end would wait for its word for ever, found by nobody.
  haltMarked(outer);
  await until(() => isHalted(outer));
  const inside = childrenOf(outer.pid).flatMap((pid) => markOf(pid) ?? []);
  for (const mark of [...inside, outer]) killMarked(mark);
  await exited;
  await until(() => !inside.some(isAlive));
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** Asks again every other millisecond, and gives up after a minute: the kernel has been told, and is only slow. */
async function until(state: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !state() && performance.now() < end;)
    await new Promise((resolve) => setTimeout(resolve, 2));
}

/**
 * Descriptors of this process that a child would inherit: Node opens its own so that they close, what it inherited itself may not.
 * In the child each of them is the null device.
 */
function shutDescriptors(): { stdio: (number | "ignore")[]; close: () => void } {
  const open = readdirSync("/proc/self/fd")
    .map(Number)
    .filter((number) => number > 2 && passesOn(number));
  if (open.length === 0) return { stdio: [], close: () => undefined };
  const nothing = openSync("/dev/null", "r");
  const stdio = Array.from({ length: Math.max(...open) - 2 }, (_, index) =>
    open.includes(index + 3) ? nothing : ("ignore" as const),
  );
  return { stdio, close: () => closeSync(nothing) };
}

function passesOn(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"))?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & 0o2000000) === 0;
  } catch {
    return false;
  }
}

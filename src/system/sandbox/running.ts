/**
 * Running a command in a sandbox to its end: what it wrote, how it ended, how long it took.
 *
 * Time, output, memory and processes are limited; the first limit that is reached ends all of it and is the answer.
 * Always: when the promise resolves nothing of the command lives; an abort is an answer too, never a rejection.
 */
import { constants } from "node:os";
import type { CommandEnd, CommandLimits, CommandRun } from "../../protocol/index.ts";
import { capture } from "./output.ts";
import { startInGroup, type StartOptions } from "./starting.ts";
import { watch } from "./watching.ts";

const signals = new Map<number, string>(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** Milliseconds that the last output may need after everything has ended. */
const lastOutput = 1_000;

export async function runToEnd(
  options: Omit<StartOptions, "talks" | "group">,
  limits: CommandLimits,
  signal?: AbortSignal,
): Promise<CommandRun> {
  const began = performance.now();
  const captured = capture(limits);
  const ended = (end: CommandEnd): CommandRun => ({
    end,
    milliseconds: performance.now() - began,
    output: captured.output(),
  });
  if (signal?.aborted) return ended({ kind: "stopped" });
  let start;
  try {
    start = await startInGroup({ ...options, talks: false }, signal);
  } catch (problem) {
    if (signal?.aborted) return ended({ kind: "stopped" });
    throw problem;
  }
  if (start.kind === "not started") return ended(start);
  const { started, group } = start;
  const { child, first, gone } = started;
  let cause: CommandEnd | null = null;
  const finish = (why: CommandEnd): void => {
    cause ??= why;
    started.end();
  };
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.stdout!.on("data", (piece: Buffer) => {
    if (cause === null) captured.add(piece);
    if (captured.size() > limits.output) finish({ kind: "too much output" });
  });
  child.stderr!.resume();
  const stop = (): void => finish({ kind: "stopped" });
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  const timer = setTimeout(() => finish({ kind: "timed out" }), Math.max(0, limits.time - (performance.now() - began)));
  const unwatch = watch(first, group, limits, (kind) => finish({ kind }));
  const how = await gone;
  // An end by us says nothing more; by itself, its last words may still be on their way.
  if (cause === null) await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, lastOutput).unref())]);
  clearTimeout(timer);
  unwatch();
  signal?.removeEventListener("abort", stop);
  child.stdout!.destroy();
  child.stderr!.destroy();
  return ended(cause ?? endOf(how));
}

/** How it ended by itself. The tool tells a signal as 128 and its number, as shells do. */
export function endOf({ code, signal }: { code: number | null; signal: string | null }): CommandEnd {
  if (signal !== null || code === null) return { kind: "signal", signal: signal ?? "SIGKILL" };
  const name = code > 128 ? signals.get(code - 128) : undefined;
  return name === undefined ? { kind: "exited", code } : { kind: "signal", signal: name };
}

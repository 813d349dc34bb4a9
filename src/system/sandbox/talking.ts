/**
 * A program in a sandbox that goes on and is talked to: an agent over its standard input and output.
 *
 * Memory and processes are limited; how long it lives and how much it says is its caller's business.
 * Always: `ended` resolves when nothing of it lives, and tells how; what it said on standard error is kept in its last few lines.
 */
import type { CommandEnd, CommandLimits, SandboxedProcess } from "../../protocol/index.ts";
import { endOf } from "./running.ts";
import { startInGroup, type StartOptions } from "./starting.ts";
import { watch } from "./watching.ts";

const problemKept = 4_000;

export async function startTalking(
  options: Omit<StartOptions, "talks" | "group">,
  limits: Pick<CommandLimits, "memory" | "processes">,
  signal?: AbortSignal,
): Promise<{ kind: "started"; process: SandboxedProcess } | { kind: "not started"; why: string }> {
  const start = await startInGroup({ ...options, talks: true }, signal);
  if (start.kind === "not started") return start;
  const { started, group } = start;
  const { child, first, gone } = started;
  let cause: CommandEnd | null = null;
  const finish = (why: CommandEnd): void => {
    cause ??= why;
    started.end();
  };
  let problem = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (problem = (problem + text).slice(-problemKept)));
  const stop = (): void => finish({ kind: "stopped" });
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  const unwatch = watch(first, group, limits, (kind) => finish({ kind }));
  let over = false;
  const ended = gone.then((how) => {
    over = true;
    unwatch();
    signal?.removeEventListener("abort", stop);
    child.stdin!.destroy();
    return { end: cause ?? endOf(how), problem: problem.trim() };
  });
  return {
    kind: "started",
    process: {
      output: child.stdout! as AsyncIterable<Uint8Array>,
      ended,
      write: (bytes) => {
        if (over || !child.stdin!.writable) return false;
        child.stdin!.write(bytes);
        return true;
      },
      end: stop,
    },
  };
}

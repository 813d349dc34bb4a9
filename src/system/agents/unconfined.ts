/**
 * An agent without a sandbox: a process with the person's rights, started only after they agreed to that in so many words.
 *
 * It leads a group of its own, so that what it started can be ended with it; what leaves the group by itself is beyond reach, which is
 * one of the reasons to ask.
 * Always: its environment is what the caller gives; ending it ends the group.
 */
import { spawn } from "node:child_process";
import type { CommandEnd, SandboxedProcess } from "../../protocol/index.ts";

export function startUnconfined(
  argv: readonly [string, ...string[]],
  place: { folder: string; env: Readonly<Record<string, string>> },
  signal: AbortSignal,
): SandboxedProcess {
  const [command, ...args] = argv;
  const child = spawn(command, args, {
    cwd: place.folder,
    env: { ...place.env },
    stdio: ["pipe", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  let problem = "";
  let cause: CommandEnd | null = null;
  child.stderr.setEncoding("utf8").on("data", (text: string) => (problem = (problem + text).slice(-4_000)));
  child.stdin.on("error", () => {});
  child.stdout.on("error", () => {});
  const endGroup = (): void => {
    try {
      if (child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
    } catch {
      // It went by itself.
    }
  };
  const stop = (): void => {
    cause ??= { kind: "stopped" };
    endGroup();
  };
  signal.addEventListener("abort", stop, { once: true });
  const ended = new Promise<{ end: CommandEnd; problem: string }>((resolve) => {
    child.once("error", (error) => resolve({ end: { kind: "not started", why: error.message }, problem: "" }));
    child.once("exit", (code, by) => {
      signal.removeEventListener("abort", stop);
      endGroup();
      const end: CommandEnd = code === null ? { kind: "signal", signal: by ?? "unknown" } : { kind: "exited", code };
      // What it wrote last is read before it counts as gone.
      setImmediate(() => resolve({ end: cause ?? end, problem: problem.trim() }));
    });
  });
  return {
    output: child.stdout as AsyncIterable<Uint8Array>,
    ended,
    write: (bytes) => child.stdin.writable && (child.stdin.write(bytes), true),
    end: stop,
  };
}

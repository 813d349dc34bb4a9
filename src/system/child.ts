/**
 * A script of ours as a process of its own, run by the editor's Node.
 *
 * Its environment is a short list of names plus what the caller gives, so neither keys nor the person's settings reach it.
 * Always: it is told to end by the end of its standard input, and killed if it has not ended two seconds later.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Names a process needs to run at all. */
const passed = ["PATH", "HOME", "TMPDIR", "TMP", "TEMP", "LANG", "LC_ALL", "SystemRoot", "windir", "USERPROFILE"];

export interface ScriptProcess {
  /** Its standard output, line by line; ends with the process. */
  readonly lines: AsyncIterable<string>;
  /** Resolves when it is gone or could not be started, with the end of what it wrote to standard error. */
  readonly exited: Promise<{ code: number | null; problem: string }>;
  end(): void;
}

export function startChild(
  script: string,
  options: { env: Record<string, string>; args?: readonly string[] },
): ScriptProcess {
  const inherited = Object.fromEntries(
    passed.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const child = spawn(process.execPath, [script, ...(options.args ?? [])], {
    // The editor's own program is Electron on a desktop; with this it is Node.
    env: { ...inherited, ...options.env, ELECTRON_RUN_AS_NODE: "1" },
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  let problem = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    problem = (problem + text).slice(-2_000);
  });
  child.stdin.on("error", () => {});
  // Whoever stopped reading lines must not keep the process's end from being seen.
  child.once("exit", () => child.stdout.resume());
  const exited = new Promise<{ code: number | null; problem: string }>((resolve) => {
    child.once("error", (error) => resolve({ code: null, problem: error.message }));
    child.once("close", (code) => resolve({ code, problem: problem.trim() }));
  });
  let ending = false;
  return {
    lines: createInterface({ input: child.stdout }),
    exited,
    end: () => {
      if (ending) return;
      ending = true;
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), 2_000);
      void exited.then(() => clearTimeout(timer));
    },
  };
}

/**
 * The one spawn of git.
 *
 * An argument array, never a shell; an environment of listed names only; hooks, file system monitor and untracked cache off; no
 * optional lock, no prompt, no transport. Git is only asked about the person's own folder, never about a draft.
 * Always: a missing git, a refusal and too much output are values; a promise rejects only for an abort.
 */
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

export type GitAnswer =
  | { kind: "done"; stdout: Uint8Array }
  /** There is no git on this machine's PATH. */
  | { kind: "missing" }
  | { kind: "failed"; code: number; stderr: string }
  /** More bytes came than the caller is ready to hold. */
  | { kind: "too much"; limit: number };

/** What every call of git here is given, so that no configuration of a repository runs a program or writes a file. */
export const hardening: readonly string[] = [
  "core.fsmonitor=false",
  "core.hooksPath=/dev/null",
  "core.untrackedCache=false",
  "safe.bareRepository=explicit",
];

const passed = [
  "PATH",
  "HOME",
  "XDG_CONFIG_HOME",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SystemRoot",
  "USERPROFILE",
  "HOMEDRIVE",
  "HOMEPATH",
  "APPDATA",
  "LOCALAPPDATA",
  "ProgramData",
];

/** Settings of git that are ours in every call; the names are all that simple-git has to let through. */
export const gitSettings: Readonly<Record<string, string>> = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  // An empty list: a partial clone must not fetch behind the person's back.
  GIT_ALLOW_PROTOCOL: "",
};

/** The environment of git: a fixed list of names, no variable of ours or of a key beside them. */
export function gitEnvironment(from: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const environment: Record<string, string> = { LC_ALL: "C", ...gitSettings };
  for (const name of passed) {
    const value = from[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

/** Absolute path of git on PATH, or null. Looked up by ourselves: the current folder must never supply a program. */
export function gitProgram(from: NodeJS.ProcessEnv = process.env): string | null {
  const name = process.platform === "win32" ? "git.exe" : "git";
  for (const folder of (from.PATH ?? from.Path ?? "").split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const program = join(folder, name);
    try {
      accessSync(program, constants.X_OK);
      if (statSync(program).isFile()) return program;
    } catch {
      // Not here: the next folder.
    }
  }
  return null;
}

/** Runs git with these arguments in `cwd`. `limit` is the most output that is held, in bytes. */
export function git(
  args: readonly string[],
  at: { cwd: string; limit?: number; environment?: NodeJS.ProcessEnv },
  signal?: AbortSignal,
): Promise<GitAnswer> {
  signal?.throwIfAborted();
  const program = gitProgram(at.environment);
  if (program === null) return Promise.resolve({ kind: "missing" });
  const limit = at.limit ?? 256 * 1024 * 1024;
  const flags = hardening.flatMap((setting) => ["-c", setting]);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...flags, "--no-optional-locks", "--literal-pathspecs", ...args], {
      cwd: at.cwd,
      env: gitEnvironment(at.environment),
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const out: Buffer[] = [];
    let size = 0;
    let stderr = "";
    const stop = (): void => void child.kill("SIGKILL");
    signal?.addEventListener("abort", stop, { once: true });
    child.stdout.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size <= limit) out.push(piece);
      else stop();
    });
    child.stderr.on("data", (piece: Buffer) => {
      if (stderr.length < 4096) stderr += piece.toString("utf8");
    });
    const end = (answer: GitAnswer): void => {
      signal?.removeEventListener("abort", stop);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve(answer);
    };
    // The program was found a moment ago: what fails here is the folder, or a right.
    child.on("error", (problem) => end({ kind: "failed", code: -1, stderr: problem.message }));
    child.on("close", (code) => {
      if (size > limit) end({ kind: "too much", limit });
      else if (code === 0) end({ kind: "done", stdout: Buffer.concat(out) });
      else end({ kind: "failed", code: code ?? -1, stderr: stderr.trim() });
    });
  });
}

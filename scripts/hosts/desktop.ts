/**
 * Desktop VS Code as a host: the one on PATH, or one that @vscode/test-electron downloads.
 *
 * Always: it runs with a profile of ours, never the person's, and where it cannot be used the reason is a value to print.
 */
import { downloadAndUnzipVSCode, runTests, SilentReporter } from "@vscode/test-electron";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { cache, childEnvironment, root, run, step } from "../setup.mjs";
import { writeDesktopSettings, type Settings } from "./profile.ts";

/** A VS Code that can be started with `command`, or why there is none. */
export type Desktop = { kind: "found"; command: string; wait: boolean } | { kind: "none"; cause: string };

const oldestMinor = 101;

/** Whether windows can be opened here. */
export function hasDisplay(): boolean {
  return process.platform !== "linux" || Boolean(process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"]);
}

/** `code` on PATH, where it is a desktop VS Code new enough for us. */
export async function codeOnPath(): Promise<Desktop> {
  if (!hasDisplay()) return { kind: "none", cause: "no display" };
  // In a remote terminal `code` talks to the window that is open, and loads no extension from a folder.
  if (process.env["VSCODE_IPC_HOOK_CLI"]) return { kind: "none", cause: "`code` here belongs to a remote window" };
  const windows = process.platform === "win32";
  const answer = await run("code", ["--version"], { shell: windows }).catch(() => "");
  const version = /^1\.(\d+)\.\d+/m.exec(answer);
  if (version === null) return { kind: "none", cause: "no `code` on PATH" };
  if (Number(version[1]) < oldestMinor)
    return { kind: "none", cause: `\`code\` is ${version[0]}, older than 1.${oldestMinor}` };
  return { kind: "found", command: "code", wait: true };
}

/** A downloaded desktop VS Code; a machine that cannot reach the download answers within seconds. */
export async function downloadedDesktop(): Promise<Desktop> {
  if (!hasDisplay()) return { kind: "none", cause: "no display" };
  const reachable = await fetch("https://update.code.visualstudio.com/api/releases/stable", {
    signal: AbortSignal.timeout(5_000),
  }).then(
    (answer) => answer.ok,
    () => false,
  );
  if (!reachable) return { kind: "none", cause: "desktop VS Code cannot be downloaded here" };
  try {
    const command = await step("Fetching desktop VS Code", () =>
      downloadAndUnzipVSCode({ version: "stable", cachePath: cache, timeout: 15_000, reporter: new SilentReporter() }),
    );
    return { kind: "found", command, wait: false };
  } catch (problem) {
    return { kind: "none", cause: `desktop VS Code cannot be downloaded here: ${(problem as Error).message}` };
  }
}

/** What a suite is run with inside a host. Paths are absolute. */
export type DesktopSuite = {
  workspace: string;
  dataDir: string;
  settings: Settings;
  /** A module with `run()`. */
  extensionTestsPath: string;
  env: Record<string, string>;
};

/** Runs the module in a window of this desktop VS Code, and gives its exit code; the window's output is shown. */
export async function runInDesktop(command: string, suite: DesktopSuite): Promise<number> {
  writeDesktopSettings(suite.dataDir, suite.settings);
  // What the run that started us left in the environment would send the window to another one's extension host.
  for (const name of Object.keys(process.env)) if (!(name in childEnvironment())) delete process.env[name];
  return runTests({
    vscodeExecutablePath: command,
    extensionDevelopmentPath: root,
    extensionTestsPath: suite.extensionTestsPath,
    extensionTestsEnv: suite.env,
    launchArgs: [
      suite.workspace,
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      `--user-data-dir=${suite.dataDir}`,
      `--extensions-dir=${join(suite.dataDir, "extensions")}`,
      "--disable-extensions",
      "--skip-welcome",
      "--skip-release-notes",
    ],
  }).catch((problem: { code?: number }) => problem.code ?? 1);
}

/** Opens a window with our extension and profile, and resolves when it is closed. */
export async function openDesktop(
  desktop: Extract<Desktop, { kind: "found" }>,
  options: { workspace: string; dataDir: string; settings: Settings },
): Promise<void> {
  writeDesktopSettings(options.dataDir, options.settings);
  const args = [
    "--new-window",
    ...(desktop.wait ? ["--wait"] : []),
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    `--user-data-dir=${options.dataDir}`,
    `--extensions-dir=${join(options.dataDir, "extensions")}`,
    `--extensionDevelopmentPath=${root}`,
    "--skip-welcome",
    "--skip-release-notes",
    options.workspace,
  ];
  const child = spawn(desktop.command, args, {
    env: childEnvironment(),
    stdio: "ignore",
    shell: desktop.wait && process.platform === "win32",
  });
  await once(child, "close");
}

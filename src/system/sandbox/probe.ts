/**
 * Whether this machine has a sandbox: the tool is found on a fixed list of the system's folders, and really runs.
 *
 * The environment's PATH is not asked, so neither a workspace nor a variable supplies the tool.
 * Always: what cannot be shown to work is not there; why, and what to do about it, are plain sentences. Only an abort rejects.
 */
import { spawn } from "node:child_process";
import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import type { SandboxFound } from "../../protocol/index.ts";
import { ownPlaces, walls, type SystemPlace } from "./profile.ts";
import { systemPlaces } from "./machine.ts";

const folders = ["/usr/bin", "/bin", "/usr/local/bin", "/run/current-system/sw/bin"];
const trialTime = 5_000;

/** The oldest version that can forbid sandboxes inside a sandbox. */
export const oldestVersion = "0.8.0";

export interface ProbeMachine {
  platform: NodeJS.Platform;
  /** Where the tool is looked for. */
  folders: readonly string[];
  places: () => readonly SystemPlace[];
}

export const thisMachine: ProbeMachine = { platform: process.platform, folders, places: () => systemPlaces(null) };

export async function probe(signal?: AbortSignal, machine: ProbeMachine = thisMachine): Promise<SandboxFound> {
  signal?.throwIfAborted();
  if (machine.platform !== "linux") return none(...elsewhere(machine.platform));
  const file = findTool(machine.folders);
  if (file === null)
    return none(
      "The program bubblewrap (bwrap), which keeps commands away from everything else, is not installed.",
      "Install it (Debian, Ubuntu: sudo apt-get install bubblewrap; Fedora: sudo dnf install bubblewrap; Arch: sudo pacman -S bubblewrap) and reload the window.",
    );
  const told = await tried(file, ["--version"], signal);
  const version = /^bubblewrap (\d+(?:\.\d+)*)/.exec(told.output)?.[1] ?? null;
  if (version === null) return none(`${file} does not say which version it is.`, "Install bubblewrap again.");
  if (isOlder(version, oldestVersion))
    return none(
      `bubblewrap ${version} is installed; it cannot forbid a command to make sandboxes of its own.`,
      `Install bubblewrap ${oldestVersion} or later and reload the window.`,
    );
  const shown = machine
    .places()
    .flatMap(({ path, link, network }) =>
      network ? [] : link === null ? ["--ro-bind", path, path] : ["--symlink", link, path],
    );
  const trial = await tried(file, [...walls, ...shown, ...ownPlaces, "--remount-ro", "/", "--", "true"], signal);
  if (trial.code === 0) return { kind: "bubblewrap", file, version };
  return none(...whyNot(trial.output, settingOf));
}

/** The tool in the first of these folders that has it: a program, owned by root, that only root can change. */
export function findTool(among: readonly string[]): string | null {
  for (const folder of among) {
    try {
      const file = realpathSync(`${folder}/bwrap`);
      accessSync(file, constants.X_OK);
      const stat = statSync(file);
      if (stat.isFile() && stat.uid === 0 && (stat.mode & 0o022) === 0) return file;
    } catch {
      // Not here: the next folder.
    }
  }
  return null;
}

/** Why the trial failed and what helps, from what the tool said and from the kernel's settings. */
export function whyNot(said: string, setting: (path: string) => string | null): [why: string, remedy: string] {
  const first = said
    .split("\n")[0]!
    .replace(/^bwrap: /, "")
    .trim();
  if (setting("kernel/apparmor_restrict_unprivileged_userns") === "1")
    return [
      "This system lets no program but a few make user namespaces (AppArmor), and a sandbox is made of them.",
      "Allow it for bubblewrap: sudo apt-get install apparmor-profiles, then sudo ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/ and sudo systemctl reload apparmor; then reload the window.",
    ];
  if (setting("user/max_user_namespaces") === "0")
    return [
      "User namespaces, of which a sandbox is made, are switched off on this system.",
      "Ask whoever runs it for sudo sysctl user.max_user_namespaces=15000, and reload the window.",
    ];
  if (setting("kernel/unprivileged_userns_clone") === "0")
    return [
      "User namespaces, of which a sandbox is made, are kept for root on this system.",
      "Ask whoever runs it for sudo sysctl kernel.unprivileged_userns_clone=1, and reload the window.",
    ];
  if (/namespace|uid map|Operation not permitted|Permission denied/i.test(first))
    return [
      `This system does not let bubblewrap make a sandbox (${first}).`,
      "In a container, start it with user namespaces allowed (for Docker: --security-opt seccomp=unconfined --security-opt systempaths=unconfined); elsewhere ask whoever runs the system.",
    ];
  return [
    `bubblewrap is installed and does not work here (${first === "" ? "it said nothing" : first}).`,
    "Run bwrap --unshare-all --ro-bind / / true in a terminal to see what it says.",
  ];
}

function elsewhere(platform: NodeJS.Platform): [why: string, remedy: string] {
  if (platform === "win32")
    return [
      "There is no sandbox for commands on Windows.",
      "Open the folder in WSL, a dev container or over SSH on Linux, where bubblewrap can be installed.",
    ];
  if (platform === "darwin")
    return [
      "The sandbox profile for macOS is written and has never been run on a Mac, so no command is trusted to it.",
      "Open the folder in a dev container or over SSH on Linux, where bubblewrap can be installed.",
    ];
  return [`There is no sandbox for commands on this system (${platform}).`, "Open the folder on Linux."];
}

function none(why: string, remedy: string): SandboxFound {
  return { kind: "none", why, remedy };
}

function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (a![index] ?? 0) - (b![index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function settingOf(name: string): string | null {
  try {
    return readFileSync(`/proc/sys/${name}`, "utf8").trim();
  } catch {
    return null;
  }
}

/** Runs the tool to its end; what it said, cut to a few lines. */
function tried(
  file: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"],
      cwd: "/",
      timeout: trialTime,
      killSignal: "SIGKILL",
    });
    let output = "";
    const hear = (piece: Buffer): void => void (output = (output + piece.toString("utf8")).slice(0, 2_000));
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    const stop = (): void => void child.kill("SIGKILL");
    signal?.addEventListener("abort", stop, { once: true });
    const end = (code: number | null): void => {
      signal?.removeEventListener("abort", stop);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve({ code, output });
    };
    child.on("error", (problem) => {
      output = problem.message;
      end(null);
    });
    child.on("close", end);
  });
}

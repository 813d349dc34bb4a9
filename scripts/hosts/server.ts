/**
 * The server host: VS Code's own server, from the npm package `code-server`, opened in a browser.
 *
 * Edges: npm for the first installation, then the disk and one loopback port.
 * Always: the server listens on loopback behind a token of its own, lives in its own process group, and ends with the process
 * that started it, however that ends.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { once } from "node:events";
import { cache, childEnvironment, lastLines, npm, root, run, step } from "../setup.mjs";
import { writeServerSettings, type Settings } from "./profile.ts";

/** The npm package's version; 4.139.1 carries VS Code 1.139.1. */
export const codeServerVersion = "4.139.1";

/** What a server host is started with. Paths are absolute. */
export type ServerHostOptions = {
  /** The folder that the address opens. */
  workspace: string;
  /** Everything the server keeps: settings, storage, logs. */
  dataDir: string;
  /** Installed extensions; by default a folder in `dataDir`. */
  extensionsDir?: string;
  /** An extension loaded from its source folder. Without it only installed ones run. */
  extensionDevelopmentPath?: string;
  /** A module with `run()`; the window then runs it and reports instead of waiting for a person. */
  extensionTestsPath?: string;
  /** User settings on top of the quiet ones. Left out: what is in `dataDir` stays. */
  settings?: Settings;
  /** Environment of the server, the extension host included. */
  env?: NodeJS.ProcessEnv;
  /** A random free one by default. */
  port?: number;
};

/** A running server host. */
export type ServerHost = {
  /** Opens the workspace with the extension; carries the token, so it is for this machine's user only. */
  address: string;
  /** The same window on another folder. */
  addressOf(workspace: string): string;
  port: number;
  /** Where the server's own output went. */
  logFile: string;
  /** Ends the server with everything it started. */
  stop(): Promise<void>;
};

/** Installs the server host when it is not in the cache. Gives the folder of the npm package. */
export async function serverInstalled(): Promise<string> {
  const folder = join(cache, `code-server-${codeServerVersion}`);
  const installed = join(folder, "node_modules", "code-server");
  const stamp = join(folder, "complete");
  if (existsSync(stamp)) return installed;
  await step(
    `Fetching VS Code's server from npm (code-server ${codeServerVersion}, about 600 MB unpacked)`,
    async () => {
      const partial = `${folder}.partial-${process.pid}`;
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial, { recursive: true });
      writeFileSync(join(partial, "package.json"), '{ "private": true }\n');
      try {
        await npm(["install", `code-server@${codeServerVersion}`, "--no-save", "--ignore-scripts"], partial);
        const code = join(partial, "node_modules", "code-server", "lib", "vscode");
        await npm(["install", "--omit=dev", "--ignore-scripts"], code);
        writeFileSync(join(partial, "complete"), codeServerVersion);
        rmSync(folder, { recursive: true, force: true });
        renameSync(partial, folder);
      } catch (problem) {
        rmSync(partial, { recursive: true, force: true });
        throw problem;
      }
    },
  );
  return installed;
}

/** Starts a server host and waits until it answers. Throws with the server's last lines when it does not within a minute. */
export async function serverHost(options: ServerHostOptions): Promise<ServerHost> {
  const installed = await serverInstalled();
  const dataDir = resolve(options.dataDir);
  const logFile = join(dataDir, "server.log");
  const tokenFile = join(dataDir, "token");
  const token = randomBytes(24).toString("hex");
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(tokenFile, token, { mode: 0o600 });
  writeFileSync(logFile, "");
  if (options.settings !== undefined) writeServerSettings(dataDir, options.settings);

  // Without the smoke test driver the extension keys of an address are ignored in silence.
  const child = spawn(
    process.execPath,
    [
      join(root, "scripts/hosts/keeper.mjs"),
      process.execPath,
      join(installed, "lib/vscode/out/server-main.js"),
      "--host=127.0.0.1",
      `--port=${options.port ?? 0}`,
      `--connection-token-file=${tokenFile}`,
      "--accept-server-license-terms",
      `--server-data-dir=${dataDir}`,
      `--extensions-dir=${resolve(options.extensionsDir ?? join(dataDir, "extensions"))}`,
      "--telemetry-level=off",
      "--enable-smoke-test-driver",
    ],
    { env: { ...childEnvironment(), ...options.env }, stdio: ["pipe", "pipe", "pipe"], detached: true },
  );
  const ended = once(child, "exit");
  child.stdin.on("error", () => {});
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await ended;
    child.stdout.destroy();
    child.stderr.destroy();
  };

  try {
    const port = await listening(child, logFile, ended);
    const addressOf = (workspace: string): string => windowAddress(port, token, resolve(workspace), options);
    return { address: addressOf(options.workspace), addressOf, port, logFile, stop };
  } catch (problem) {
    await stop();
    throw problem;
  }
}

/** Folders of a server host that its command line works on. */
export type HostFolders = { dataDir: string; extensionsDir: string };

/** Installs a packaged extension as a person would, for a server host with the same folders. */
export async function installExtension(vsix: string, folders: HostFolders): Promise<void> {
  await commandLine([`--install-extension=${resolve(vsix)}`], folders);
}

/** Removes an extension by its id, as a person would. */
export async function uninstallExtension(id: string, folders: HostFolders): Promise<void> {
  await commandLine([`--uninstall-extension=${id}`], folders);
}

/** Ids of the extensions that are installed. */
export async function listExtensions(folders: HostFolders): Promise<string[]> {
  const output = await commandLine(["--list-extensions"], folders);
  return output.split(/\r?\n/).filter((line) => /^[\w-]+\.[\w-]+$/.test(line));
}

async function commandLine(args: string[], folders: HostFolders): Promise<string> {
  return run(process.execPath, [
    join(await serverInstalled(), "lib/vscode/out/server-main.js"),
    "--accept-server-license-terms",
    ...args,
    `--server-data-dir=${resolve(folders.dataDir)}`,
    `--extensions-dir=${resolve(folders.extensionsDir)}`,
  ]);
}

/** The port that the server says it listens on, once it says so. Its output goes to the log file from then on. */
function listening(child: ReturnType<typeof spawn>, logFile: string, ended: Promise<unknown>): Promise<number> {
  return new Promise((done, fail) => {
    const give = (cause: string): void => {
      clearTimeout(limit);
      fail(new Error(`VS Code's server ${cause}.\n${lastLines(readFileSync(logFile, "utf8"), 20)}`));
    };
    const limit = setTimeout(() => give("did not answer within a minute"), 60_000);
    let output = "";
    const take = (chunk: Buffer): void => {
      appendLog(logFile, chunk);
      if (output === "listening") return;
      output += chunk.toString("utf8");
      const port = /agent listening on (\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      output = "listening";
      clearTimeout(limit);
      done(Number(port));
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    void ended.then(() => give("ended before it answered"));
  });
}

function appendLog(logFile: string, chunk: Buffer): void {
  // The folder may already be gone while the last lines come in.
  if (existsSync(logFile)) appendFileSync(logFile, chunk);
}

function windowAddress(port: number, token: string, workspace: string, options: ServerHostOptions): string {
  const authority = `127.0.0.1:${port}`;
  const remote = (path: string): string => `vscode-remote://${authority}${resolve(path)}`;
  const payload: [string, string][] = [];
  if (options.extensionDevelopmentPath)
    payload.push(["extensionDevelopmentPath", remote(options.extensionDevelopmentPath)]);
  if (options.extensionTestsPath) payload.push(["extensionTestsPath", remote(options.extensionTestsPath)]);
  const query = new URLSearchParams({ tkn: token, folder: workspace });
  if (payload.length > 0) query.set("payload", JSON.stringify(payload));
  return `http://${authority}/?${query}`;
}

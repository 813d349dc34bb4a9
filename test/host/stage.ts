/**
 * A stage for a whole session in a real host: a project folder, a scripted model on this machine, and the way to both.
 *
 * The model is the demo's own server, reached as an ordinary connection: the endpoint is the person's setting, the key lies in
 * the secret storage. Everything else is the extension as it runs: its engine, draft, log and files.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { ConfigurationTarget, Uri, workspace, type WorkspaceFolder } from "vscode";
import { startServer, type RecordedRequest } from "../../src/demo/server.ts";
import { configuredConnection, keyName } from "../../src/editor/connection.ts";
import type { ForTests } from "../../src/extension.ts";
import type { Supervised } from "../../src/session/index.ts";
import { idle } from "./extension.ts";

/** One answer of the model: what it says and which tools it calls. */
export type Step = { blocks: readonly object[]; fault?: object };

export interface Model {
  endpoint: string;
  /** Every request that came with the right key. */
  requests: RecordedRequest[];
  /** Ends the server: from then on nobody answers at its port. */
  close(): Promise<void>;
}

export const rightKey = "sk-test-0123456789abcdef0123";

export const says = (text: string): object => ({ type: "text", text });
export const calls = (name: string, input: object): object => ({ type: "tool_use", name, input });

/** A model that plays these turns, each a list of its answers. After the last turn it repeats that one. */
export async function scriptedModel(turns: readonly (readonly Step[])[]): Promise<Model> {
  const folder = temporary("model");
  const pace = { charsPerSecond: 1_000_000, chunk: 1_000, before: 0 };
  const scenario = { about: "Played by a test.", pace, turns: turns.map((steps) => ({ steps })) };
  writeFileSync(join(folder, "played.json"), JSON.stringify(scenario));
  const server = await startServer({ token: rightKey, scenariosDir: folder, scenario: "played" });
  rmSync(folder, { recursive: true });
  return { endpoint: `http://127.0.0.1:${server.port}`, requests: server.requests, close: () => server.close() };
}

/** Sets the person's endpoint and key; without arguments takes both away. */
export async function connect(parts: ForTests, endpoint?: string, key?: string): Promise<void> {
  await workspace.getConfiguration("countersign").update("endpoint", endpoint, ConfigurationTarget.Global);
  if (key === undefined) await parts.secrets.delete(keyName);
  else await parts.secrets.store(keyName, key);
}

/** Starts a session of the person's connection on a folder, and waits for the end of its first turn. */
export async function begun(parts: ForTests, folder: WorkspaceFolder, goal: string): Promise<Supervised> {
  const configured = configuredConnection();
  assert.ok(configured.kind === "connection", "the endpoint of the test is one that keys may go to");
  const opened = await parts.current.start(folder, { goal, attachments: [], connection: configured.connection });
  assert.ok(opened.kind === "opened", opened.kind === "failed" ? `${opened.text} ${opened.remedy}` : "");
  await idle(opened.session);
  return opened.session;
}

/** Lets go of the session, as a window that is reloaded does, and opens it again from what is on the disk. */
export async function reopened(parts: ForTests, folder: WorkspaceFolder, id: string): Promise<Supervised> {
  await parts.current.close();
  const opened = await parts.current.resume(folder, id);
  assert.ok(opened.kind === "opened", opened.kind === "failed" ? `${opened.text} ${opened.remedy}` : "");
  assert.equal(opened.session.id, id);
  return opened.session;
}

/** A folder outside the workspace, as a session is given one. */
export function folderAt(root: string): WorkspaceFolder {
  return { uri: Uri.file(root), name: basename(root), index: 0 };
}

/** A new folder below the system's temporary folder; whoever asks for it removes it. */
export function temporary(purpose: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `countersign-${purpose}-`)));
}

export function writeFiles(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** Runs git as if nobody had configured it. */
export function git(cwd: string, ...args: string[]): string {
  const identity = [
    "-c",
    "user.name=Countersign test",
    "-c",
    "user.email=test@localhost",
    "-c",
    "commit.gpgSign=false",
  ];
  return execFileSync("git", [...identity, "-c", "core.autocrlf=false", ...args], {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CEILING_DIRECTORIES: dirname(cwd),
    },
  });
}

/** Makes the folder a repository with all its files in one commit. */
export function makeRepository(root: string): void {
  git(root, "init", "--quiet", "--initial-branch=main", "--template=");
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--message=All files");
}

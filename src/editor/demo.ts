/**
 * The demo: a model on this machine with a scripted task, and the sample project it works on.
 *
 * To the rest of the product it is one more connection. Its server is a process of ours that lives only while a session uses it.
 * Always: the sample is copied to a fresh folder before anything opens it; a folder is never chosen by what a workspace says.
 */
import { randomBytes } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { Connection } from "../protocol/index.ts";
import type { Child, Rooms } from "./rooms.ts";

/** As a session's log has it. The port and the key are found when an engine is made: they live as long as the server. */
export const demoConnection: Connection = { name: "Demo", endpoint: "http://127.0.0.1", model: "demo", key: "demo" };

export interface Demo {
  /** Where the demo's server is, and its key. Rejects with a plain sentence when it does not start. */
  connect(): Promise<{ endpoint: string; key: string }>;
  /** Whether its server runs. One that went away by itself is started anew by the next `connect`. */
  readonly running: boolean;
  /** Ends the server. The next `connect` starts a fresh one. */
  end(): void;
}

export function openDemo(dist: string, rooms: Rooms): Demo {
  let running: Promise<{ endpoint: string; key: string }> | null = null;
  let child: Child | null = null;

  async function start(): Promise<{ endpoint: string; key: string }> {
    const key = randomBytes(24).toString("hex");
    const speed = process.env["COUNTERSIGN_DEMO_SPEED"];
    const mine = await rooms.child(join(dist, "demo.mjs"), {
      COUNTERSIGN_DEMO_TOKEN: key,
      ...(speed ? { COUNTERSIGN_DEMO_SPEED: speed } : {}),
    });
    child = mine;
    void mine.exited.then(() => {
      if (child === mine) end();
    });
    const port = await listeningPort(mine);
    return { endpoint: `${demoConnection.endpoint}:${port}`, key };
  }

  function end(): void {
    child?.end();
    child = null;
    running = null;
  }

  return {
    connect: () => {
      running ??= start().catch((error: unknown) => {
        end();
        throw error;
      });
      return running;
    },
    get running() {
      return running !== null;
    },
    end,
  };
}

async function listeningPort(child: Child): Promise<number> {
  for await (const line of child.lines) {
    const said = jsonOf(line);
    if (said?.["kind"] === "listening" && typeof said["port"] === "number") return said["port"];
  }
  const { code, problem } = await child.exited;
  throw new Error(`The demo's server ended at once (code ${code}). ${problem}`);
}

/** Whether a folder is a copy of the sample project: its package has the sample's name. */
export async function isSample(dist: string, folder: string): Promise<boolean> {
  const [own, theirs] = await Promise.all([packageName(sampleIn(dist)), packageName(folder)]);
  return own !== undefined && own === theirs;
}

/** Whether a copy of the sample still has every file of it as it was made; files beside them do not count. */
export async function isAsMade(dist: string, folder: string): Promise<boolean> {
  const sample = sampleIn(dist);
  const entries = await readdir(sample, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const theirs = await readFile(join(folder, relative(sample, path))).catch(() => null);
    if (theirs === null || !theirs.equals(await readFile(path))) return false;
  }
  return true;
}

/** Copies the sample to a fresh folder that starts the demo when a window opens on it. */
export async function freshSample(dist: string, storage: string): Promise<string> {
  const folder = join(storage, "demo", randomBytes(6).toString("hex"), (await packageName(sampleIn(dist))) ?? "sample");
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
  await cp(sampleIn(dist), folder, { recursive: true });
  await writeFile(startMark(folder), "");
  return folder;
}

/** Whether this window was opened to run the demo. Only looks into our own storage, and answers yes once. */
export async function demoIsDue(storage: string, folder: string): Promise<boolean> {
  if (!folder.startsWith(join(storage, "demo") + sep)) return false;
  if (!(await stat(startMark(folder)).catch(() => null))) return false;
  await rm(startMark(folder), { force: true });
  return true;
}

/** What the demo is asked to do: the task its script answers. */
export async function demoTask(dist: string): Promise<string> {
  const script = jsonOf(await readFile(join(dist, "demo", "scenarios", "demo.json"), "utf8").catch(() => ""));
  const task = script?.["task"];
  return typeof task === "string" && task !== ""
    ? task
    : "Make the amounts exact: count in cents, and let no cent get lost when a bill does not divide evenly.";
}

function startMark(folder: string): string {
  return join(dirname(folder), "start");
}

function sampleIn(dist: string): string {
  return join(dist, "demo", "sample");
}

async function packageName(folder: string): Promise<string | undefined> {
  const name = jsonOf(await readFile(join(folder, "package.json"), "utf8").catch(() => ""))?.["name"];
  return typeof name === "string" ? name : undefined;
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

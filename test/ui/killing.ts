/**
 * Killing: which processes belong to a server host, the moments to end them at, and what the disk says at that moment.
 *
 * The product knows nothing of this: a moment is told from outside, by the log, the drafts folder and the person's files. Linux
 * only, since processes are found in /proc. Always: only processes of the given server host are ended, each by its id.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readTree, type Tree } from "./trees.ts";

/** What is ended: the extension host, or the server with everything it started. */
export type Victim = "host" | "server";

/** A moment: when `now` first says yes after `from` was taken. */
export type Moment = (from: Standing) => boolean;

/** Where things stood before the action that is to be cut off. */
export interface Standing {
  folders: Folders;
  tree: Tree;
  /** Length of the newest log, and its path; null where there is none. */
  log: { path: string; size: number } | null;
  drafts: number;
}

export interface Folders {
  workspace: string;
  dataDir: string;
}

export function standing(folders: Folders): Standing {
  const path = newestLog(folders);
  return {
    folders,
    tree: readTree(folders.workspace),
    log: path === null ? null : { path, size: statSync(path).size },
    drafts: countIn(join(storage(folders), "drafts")),
  };
}

/** An event of this kind came into the log, for the `nth` time since. */
export function logged(kind: string, nth = 1): Moment {
  return ({ folders, log }) => {
    const path = newestLog(folders);
    if (path === null) return false;
    const from = path === log?.path ? log.size : 0;
    if (statSync(path).size <= from) return false;
    return readFileSync(path).subarray(from).toString("latin1").split(`"kind":"${kind}"`).length > nth;
  };
}

/** The copy has begun: something new is among the drafts. */
export const copying: Moment = ({ folders, drafts }) => countIn(join(storage(folders), "drafts")) > drafts;

/** `nth` of the person's files are not as they were. */
export function changed(nth = 1): Moment {
  return ({ folders, tree }) => {
    const now = readTree(folders.workspace);
    const paths = [...new Set([...now.keys(), ...tree.keys()])].filter((path) => !isTemporary(path));
    return paths.filter((path) => !same(now.get(path), tree.get(path))).length >= nth;
  };
}

/** A temporary file of ours stands among the person's files, or the write is over already. */
export const writing: Moment = (from) => {
  const names = [...readTree(from.folders.workspace).keys()];
  return names.some(isTemporary) || changed()(from);
};

export function isTemporary(path: string): boolean {
  return /(^|\/)\.countersign-[^/]*\.tmp$/.test(path);
}

/** Waits for the moment, then `later` milliseconds more, and ends the victim. Looks as often as it can. */
export async function killAt(
  from: Standing,
  moment: Moment,
  how: { victim: Victim; later: number; limit?: number },
): Promise<void> {
  const victims = how.victim === "host" ? extensionHosts(from.folders.dataDir) : serverGroup(from.folders.dataDir);
  if (victims.length === 0) throw new Error("there is no process to kill");
  const end = performance.now() + (how.limit ?? 60_000);
  const came = (): boolean => {
    try {
      return moment(from);
    } catch {
      return false; // A file went away while it was looked at.
    }
  };
  while (!came()) {
    if (performance.now() > end) throw new Error("the moment to kill at did not come");
    await new Promise((next) => setTimeout(next, 1));
  }
  if (how.later > 0) await new Promise((next) => setTimeout(next, how.later));
  // A host that was on its way out when they were counted may be gone by itself; one at least is ended here.
  if (victims.filter(ended).length === 0) throw new Error("the process to kill was gone before the moment came");
  await gone(victims.map((victim) => Math.abs(victim)));
}

/** Ends a process or a group; false where there is none any more. */
function ended(victim: number): boolean {
  try {
    return process.kill(victim, "SIGKILL");
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw problem;
  }
}

/** The extension hosts of the server with this data folder. */
export function extensionHosts(dataDir: string): number[] {
  const all = processes();
  const servers = all.filter((one) => one.command.includes(`--server-data-dir=${dataDir}`)).map(({ pid }) => pid);
  const below = new Set(servers);
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of all) {
      if (below.has(parent) && !below.has(pid)) {
        below.add(pid);
        grown = true;
      }
    }
  }
  return all
    .filter(({ pid, command }) => below.has(pid) && command.includes("--type=extensionHost"))
    .map(({ pid }) => pid);
}

/** The process group of the server, as `kill` takes it. */
function serverGroup(dataDir: string): number[] {
  const server = processes().filter((one) => one.command.includes(`--server-data-dir=${dataDir}`));
  return [...new Set(server.map(({ group }) => -group))];
}

function processes(): { pid: number; parent: number; group: number; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "latin1");
        const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        if (state === "Z" || state === "X") return [];
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), parent: Number(parent), group: Number(group), command }];
      } catch {
        return []; // It ended while it was looked at.
      }
    });
}

async function gone(pids: readonly number[]): Promise<void> {
  const end = performance.now() + 10_000;
  while (processes().some(({ pid, group }) => pids.includes(pid) || pids.includes(group))) {
    if (performance.now() > end) throw new Error("a killed process did not end");
    await new Promise((next) => setTimeout(next, 5));
  }
}

export function newestLog(folders: Folders): string | null {
  const sessions = join(storage(folders), "sessions");
  const newest = existsSync(sessions) ? readdirSync(sessions).sort().at(-1) : undefined;
  const path = newest === undefined ? "" : join(sessions, newest, "log");
  return existsSync(path) ? path : null;
}

/** What of a log was acknowledged: everything up to its last checkpoint. */
export function acknowledged(path: string): Buffer {
  const bytes = readFileSync(path);
  const last = bytes.lastIndexOf("\n= ");
  return last < 0 ? Buffer.alloc(0) : bytes.subarray(0, bytes.indexOf("\n", last + 1) + 1);
}

function storage({ dataDir }: Folders): string {
  return join(dataDir, "data/User/globalStorage/countersign.countersign");
}

function countIn(folder: string): number {
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

function same(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}

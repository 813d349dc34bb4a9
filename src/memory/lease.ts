/**
 * The lease on a session: which process may write its log.
 *
 * A claim is an empty file in the session's folder, `lock.<process id>.<start of the process>.<random token>`, created exclusively.
 * Whoever wants the lease makes a claim, then looks for others: the claim of a process that is gone is removed; if one of a
 * running process stands there, the own claim is withdrawn. So of two claims the later sees the earlier, and there are never
 * two holders; a name says everything, so that no claim is ever half written. Clocks are not asked. The start of a process (Linux:
 * field 22 of /proc/<id>/stat, elsewhere 0) tells it from a later one with the same id. A second claim by the same process counts like any other.
 *
 * Known edge: processes that cannot see each other (two machines or containers over one shared folder) take each other for gone.
 */
import { randomBytes } from "node:crypto";
import { open, readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** `taken`: `pid` is the process that holds it, `file` its claim. */
export type Lease = { kind: "held"; release: () => Promise<void> } | { kind: "taken"; pid: number; file: string };

/** Takes the lease of a folder if no running process has it. Rejects when the folder cannot be read or written. */
export async function takeLease(folder: string): Promise<Lease> {
  for (let attempt = 1; ; attempt += 1) {
    const mine = join(folder, `lock.${process.pid}.${await ownStart()}.${randomBytes(8).toString("hex")}`);
    await (await open(mine, "wx", 0o600)).close();
    const other = await leaseHolder(folder, mine);
    if (other === null) return { kind: "held", release: () => remove(mine) };
    await remove(mine);
    // Two that came at once have both withdrawn: whoever finds the place empty after a moment tries again.
    await pause(2 + Math.random() * 15);
    const still = await leaseHolder(folder);
    if (still !== null || attempt === 5) return { kind: "taken", ...(still ?? other) };
  }
}

/** The running process that claims a folder, other than by the claim `mine`; claims of processes that are gone are removed. */
export async function leaseHolder(folder: string, mine?: string): Promise<{ pid: number; file: string } | null> {
  for (const name of await readdir(folder)) {
    const claim = /^lock\.([1-9]\d*)\.(\d+)\.[0-9a-f]{16}$/.exec(name);
    const file = join(folder, name);
    if (claim === null || file === mine) continue;
    const pid = Number(claim[1]);
    if (await isRunning(pid, claim[2] ?? "0")) return { pid, file };
    await remove(file);
  }
  return null;
}

async function remove(file: string): Promise<void> {
  await unlink(file).catch((error: { code?: unknown }) => {
    // A reader of a folder that it may not write leaves a dead claim where it is.
    if (!["ENOENT", "EACCES", "EPERM", "EROFS"].includes(String(error.code))) throw error;
  });
}

async function ownStart(): Promise<string> {
  return (await startOf("self")) ?? "0";
}

async function isRunning(pid: number, start: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: unknown }).code === "ESRCH") return false; // EPERM: it runs, under another user
  }
  const now = await startOf(String(pid));
  if (now === null || start === "0") return true;
  return now === start;
}

/** When a process started, in ticks since the machine did; "" for one that has ended; null where the system does not tell. */
async function startOf(process: string): Promise<string | null> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${process}/stat`, "latin1");
  } catch {
    return null;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name before it may hold anything
  return fields[0] === "Z" || fields[0] === "X" ? "" : (fields[19] ?? null);
}

/**
 * State: the folder that is an agent's home while it works on one session.
 *
 * It is ours and of one session alone, so that what a hostile project makes an agent keep is not there for the next. What the agent logs in
 * with is linked in, by the path at which it would be at home, and is readable there alone.
 * Always: a link that the agent left on the way is taken out before anything is made; of the person's home nothing is copied.
 */
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

export interface AgentState {
  folder: string;
  /** Absolute paths of the credentials that are there. */
  credentials: string[];
}

/** Makes it, or finds it. `credentials` are paths below the home. */
export function agentState(
  storage: string,
  session: string,
  agent: string,
  home: string,
  credentials: readonly string[],
): AgentState {
  const slug = `${agent
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 40)}-${createHash("sha256").update(agent).digest("hex").slice(0, 8)}`;
  const wanted = join(storage, "agents", session, slug);
  mkdirSync(wanted, { recursive: true, mode: 0o700 });
  const folder = realpathSync(wanted);
  const given: string[] = [];
  for (const path of credentials) {
    const from = join(home, path);
    if (!existsSync(from)) continue;
    const real = realpathSync(from);
    const at = join(folder, path);
    clearWay(folder, path);
    mkdirSync(dirname(at), { recursive: true, mode: 0o700 });
    rmSync(at, { force: true, recursive: true });
    symlinkSync(real, at);
    given.push(real);
  }
  return { folder, credentials: given };
}

/** Takes out what is no folder on the way to a path; nothing of the agent runs now. */
function clearWay(folder: string, path: string): void {
  let at = folder;
  for (const part of path.split("/").slice(0, -1)) {
    at = join(at, part);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (stat && !stat.isDirectory()) rmSync(at, { force: true });
  }
}

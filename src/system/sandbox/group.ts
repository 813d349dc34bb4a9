/**
 * A control group of the kernel's for one sandbox, where this user may make one: exact counts, and an end that nothing escapes.
 *
 * Version 2 only, and only below a folder that already hands memory and process counts on to its children: nothing of the machine's
 * arrangement is changed. Where there is none the walk through /proc counts instead.
 * Always: no failure here is one of the command; what was made is taken away.
 */
import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Group {
  /** Moves these processes into it; what they start later is in it too. */
  take(pids: readonly number[]): void;
  /** Bytes and processes now; null where it cannot be told. */
  counts(): { memory: number; processes: number } | null;
  kill(): void;
  close(): void;
}

const mounted = "/sys/fs/cgroup";
let made = 0;

/** Makes one, or gives null. `own` is the text of /proc/self/cgroup. */
export function openGroup(root = mounted, own = textOf("/proc/self/cgroup") ?? ""): Group | null {
  const path = /^0::(\/.*)$/m.exec(own)?.[1];
  if (path === undefined || path.includes("/..")) return null;
  const parent = [dirname(path), path].map((each) => join(root, each)).find(handsOn);
  if (parent === undefined) return null;
  const folder = join(parent, `countersign-${process.pid}-${++made}`);
  try {
    mkdirSync(folder);
  } catch {
    return null;
  }
  const close = (): void => {
    try {
      rmdirSync(folder);
    } catch {
      // Not empty for a moment longer, or gone: an empty group costs nothing.
    }
  };
  return {
    take(pids) {
      for (const pid of pids) put(join(folder, "cgroup.procs"), String(pid));
    },
    counts() {
      const [memory, processes] = ["memory.current", "pids.current"].map((name) => textOf(join(folder, name)));
      return memory == null || processes == null ? null : { memory: Number(memory), processes: Number(processes) };
    },
    kill: () => put(join(folder, "cgroup.kill"), "1"),
    close,
  };
}

/** Whether children of this group have counts of their own, and we may make one. */
function handsOn(folder: string): boolean {
  const controllers = (textOf(join(folder, "cgroup.subtree_control")) ?? "").split(/\s+/);
  if (!controllers.includes("memory") || !controllers.includes("pids")) return false;
  try {
    accessSync(folder, constants.W_OK);
    accessSync(join(folder, "cgroup.procs"), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function put(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    // A process that is gone, or a kernel without this file: the walk through /proc still counts and ends.
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}

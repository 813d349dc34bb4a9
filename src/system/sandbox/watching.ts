/**
 * The watchdog of a sandbox: looks at what its processes use together and says when it is too much.
 *
 * It asks the control group where there is one, else walks the tree. Memory is first estimated; only an estimate above the limit is
 * measured. A look that takes long makes the next one come later, so that a large tree does not stall the editor.
 * Always: it says one thing, once.
 */
import type { CommandLimits } from "../../protocol/index.ts";
import type { Group } from "./group.ts";
import { exactMemoryOf, quickMemoryOf, treeOf, type ProcessMark } from "./tree.ts";

/** Milliseconds between two looks. */
const shortest = 50;
/** Threads count where there are very many: each is a number that the system has only so many of. */
const threadsEach = 32;

/** Watches until it is told to end. */
export function watch(
  first: ProcessMark,
  group: Group | null,
  limits: Pick<CommandLimits, "memory" | "processes">,
  over: (what: "memory" | "processes") => void,
): () => void {
  let timer: NodeJS.Timeout | null = null;
  function look(): void {
    const before = performance.now();
    const what = tooMuch(first, group, limits);
    if (what !== null) return over(what);
    timer = setTimeout(look, Math.max(shortest, 10 * (performance.now() - before)));
    timer.unref();
  }
  timer = setTimeout(look, shortest / 2);
  timer.unref();
  return () => clearTimeout(timer ?? undefined);
}

function tooMuch(
  first: ProcessMark,
  group: Group | null,
  limits: Pick<CommandLimits, "memory" | "processes">,
): "memory" | "processes" | null {
  const counts = group?.counts() ?? null;
  if (counts !== null)
    return counts.processes > limits.processes * threadsEach
      ? "processes"
      : counts.memory > limits.memory
        ? "memory"
        : treeTooLarge(first, limits);
  const tree = treeOf(first.pid, limits.processes + 1);
  // The first process is the sandbox's own.
  if (tree.pids.length - 1 > limits.processes || tree.threads > limits.processes * threadsEach) return "processes";
  return quickMemoryOf(tree.pids) > limits.memory && exactMemoryOf(tree.pids) > limits.memory ? "memory" : null;
}

/** The group counts threads; processes are counted here. */
function treeTooLarge(first: ProcessMark, limits: Pick<CommandLimits, "processes">): "processes" | null {
  return treeOf(first.pid, limits.processes + 1).pids.length - 1 > limits.processes ? "processes" : null;
}

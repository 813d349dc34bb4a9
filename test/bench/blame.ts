/**
 * Blame: what a profile of the extension host says of its longest uninterrupted stretch of work.
 *
 * Pure. A stretch ends where the thread was idle, or ran native code that belongs to nobody.
 */

/** The part of a CPU profile that is read. */
interface Profile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number };
    children?: number[];
  }[];
  samples: number[];
  /** Microseconds from one sample to the next. */
  timeDeltas: number[];
}

/** The longest stretch, and the functions that took most of it with what they called; those of ours come with their place. */
export function blame(given: unknown, extension: string): string {
  const { nodes, samples, timeDeltas } = given as Profile;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parent = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const isRest = (id: number): boolean => ["(idle)", "(program)"].includes(byId.get(id)?.callFrame.functionName ?? "");
  let longest = { from: 0, to: 0, took: 0 };
  let current = { from: 0, took: 0 };
  samples.forEach((sample, index) => {
    if (isRest(sample)) current = { from: index + 1, took: 0 };
    else current.took += timeDeltas[index + 1] ?? 0;
    if (current.took > longest.took) longest = { ...current, to: index };
  });
  const took = new Map<string, number>();
  for (let index = longest.from; index <= longest.to; index++) {
    const names = new Set<string>();
    for (let id: number | undefined = samples[index]; id !== undefined; id = parent.get(id)) {
      const { functionName, url, lineNumber, columnNumber } = byId.get(id)!.callFrame;
      if (functionName.startsWith("(") && functionName !== "(garbage collector)") continue;
      const ours = url.includes(extension);
      const file = url.split("/").at(-1) ?? "";
      names.add(
        `${functionName || "(anonymous)"} ${file}:${lineNumber + 1}:${columnNumber + 1}${ours ? " (ours)" : ""}`,
      );
    }
    for (const name of names) took.set(name, (took.get(name) ?? 0) + (timeDeltas[index + 1] ?? 0));
  }
  const most = [...took].sort(([, a], [, b]) => b - a).slice(0, 12);
  const said = most.map(([name, microseconds]) => `${name} ${(microseconds / 1_000).toFixed(0)} ms`);
  return `longest stretch profiled ${(longest.took / 1_000).toFixed(0)} ms: ${said.join(", ")}`;
}

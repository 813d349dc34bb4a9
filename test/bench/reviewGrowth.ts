/**
 * How the work of a diff grows with the lines, counted and not timed: a program of its own, `node reviewGrowth.ts`. Prints JSON.
 *
 * Counted is how often each block of the review room's code was run. The engine counts only in code that it compiled
 * since it was told to, so that the room is loaded afterwards.
 * Always: the same texts at each size, but for their length; on a busy machine as on a quiet one.
 */
import { Session } from "node:inspector";
import { pathToFileURL } from "node:url";
import { seeded } from "./reviewPairs.ts";

/** The runs at the size and at four times the size. */
export interface Grown {
  kind: string;
  what: "diff" | "stream";
  lines: number;
  small: number;
  large: number;
}

type Made = (lines: number) => [string[], string[]];

function counted(lines: number, lineOf: (index: number) => string | number): string[] {
  return Array.from({ length: lines }, (_, index) => `${lineOf(index)}\n`);
}

function shuffled(lines: readonly string[]): string[] {
  const random = seeded(5);
  const result = [...lines];
  for (let at = result.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [result[at], result[other]] = [result[other]!, result[at]!];
  }
  return result;
}

/** A file of code: every third line is one that there are many of. */
const code = (lines: number) => counted(lines, (index) => (index % 3 === 0 ? "}" : `line ${index}`));
const outOf = (distinct: number, seed: number) => {
  const random = seeded(seed);
  return () => Math.floor(random() * distinct);
};

const kinds: Record<string, Made> = {
  "every 20th changed": (lines) => {
    const before = code(lines);
    return [before, before.map((line, index) => (index % 20 === 7 ? `changed ${index}\n` : line))];
  },
  "half changed": (lines) => {
    const random = seeded(9);
    const before = code(lines);
    return [before, before.map((line, index) => (random() < 0.5 ? `changed ${index}\n` : line))];
  },
  "all changed": (lines) => [code(lines), code(lines).map((line, index) => `${index} ${line}`)],
  "halves exchanged": (lines) => {
    const before = code(lines);
    return [before, [...before.slice(lines / 2), ...before.slice(0, lines / 2)]];
  },
  reversed: (lines) => [code(lines), code(lines).reverse()],
  shuffled: (lines) => [code(lines), shuffled(code(lines))],
  "shuffled, all distinct": (lines) => [counted(lines, (line) => line), shuffled(counted(lines, (line) => line))],
  "shuffled, each line thrice": (lines) => {
    const before = counted(lines, (index) => index % Math.ceil(lines / 3));
    return [before, shuffled(before)];
  },
  "out of 3 distinct": (lines) => [counted(lines, outOf(3, 1)), counted(lines, outOf(3, 2))],
  "out of 300 distinct": (lines) => [counted(lines, outOf(300, 1)), counted(lines, outOf(300, 2))],
  "two periods": (lines) => [counted(lines, (index) => index % 7), counted(lines, (index) => index % 11)],
};

async function measured(): Promise<Grown[]> {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const { hunksOf, openStream } = await import("../../src/review/api.ts");
  const runs = (): number => {
    let sum = 0;
    session.post("Profiler.takePreciseCoverage", (_, { result }) => {
      for (const { url, functions } of result)
        if (url.includes("/src/review/"))
          for (const { ranges } of functions) for (const { count } of ranges) sum += count;
    });
    return sum;
  };
  const streamed = (before: string, after: readonly string[]): void => {
    const stream = openStream(before);
    for (let at = 0; at < after.length; at += 20) {
      stream.push(after.slice(at, at + 20).join(""));
      stream.tentative();
    }
    stream.end();
  };
  const grown: Grown[] = [];
  for (const what of ["diff", "stream"] as const) {
    for (const [kind, made] of Object.entries(kinds)) {
      const count = (size: number): number => {
        const [before, after] = made(size);
        const [old, now] = [before.join(""), after.join("")];
        runs();
        if (what === "diff") hunksOf(old, now);
        else streamed(old, after);
        return runs();
      };
      const lines = what === "diff" ? 10_000 : 5_000;
      count(1_000);
      grown.push({ kind, what, lines, small: count(lines), large: count(4 * lines) });
    }
  }
  session.disconnect();
  return grown;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(JSON.stringify(await measured()));

/**
 * One rival on one pair, in a process of its own: `node reviewRival.ts FOLDER NAME BEFORE AFTER ROUNDS`. Prints JSON.
 *
 * Always: what a rival finds is held against the texts: its old text with its changes made is the new text, or it is
 * said that it is not.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Runs of lines, [from, to) in the old text and in the new. */
type Found = [number, number, number, number][];

const [folder, name, beforePath, afterPath, rounds] = process.argv.slice(2) as [string, string, string, string, string];
const before = readFileSync(beforePath, "utf8");
const after = readFileSync(afterPath, "utf8");
const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- other people's modules, without types */
const load = async (module: string): Promise<any> =>
  import(pathToFileURL(createRequire(join(folder, "package.json")).resolve(module)).href);

const rivals: Record<string, () => Promise<() => Found>> = {
  jsdiff: async () => {
    const { diffLines } = await load("diff");
    return () => {
      const found: Found = [];
      let [a, b] = [0, 0];
      for (const part of diffLines(before, after)) {
        if (!part.added && !part.removed) {
          a += part.count;
          b += part.count;
          continue;
        }
        const last = found.at(-1);
        const run = last && last[1] === a && last[3] === b ? last : ([a, a, b, b] as Found[number]);
        if (run !== last) found.push(run);
        if (part.removed) run[1] = a += part.count;
        else run[3] = b += part.count;
      }
      return found;
    };
  },
  "fast-myers-diff": async () => {
    const { diff } = await load("fast-myers-diff");
    return () => [...diff(lines(before), lines(after))] as Found;
  },
  "@codemirror/merge": async () => {
    const { Chunk } = await load("@codemirror/merge");
    const { Text } = await load("@codemirror/state");
    return () => {
      const [a, b] = [Text.of(before.split("\n")), Text.of(after.split("\n"))];
      const lineAt = (text: any, at: number) => (at > text.length ? text.lines : text.lineAt(at).number - 1);
      // The limit that its own merge view works with.
      return Chunk.build(a, b, { scanLimit: 500 }).map((chunk: any) => [
        lineAt(a, chunk.fromA),
        lineAt(a, chunk.toA),
        lineAt(b, chunk.fromB),
        lineAt(b, chunk.toB),
      ]) as Found;
    };
  },
  "vscode-diff": async () => {
    const module = await load("vscode-diff");
    const computer = new module.DefaultLinesDiffComputer();
    const options = { ignoreTrimWhitespace: false, maxComputationTimeMs: 0, computeMoves: false };
    return () =>
      computer.computeDiff(before.split("\n"), after.split("\n"), options).changes.map((change: any) => {
        const [a, b] = [change.original ?? change.originalRange, change.modified ?? change.modifiedRange];
        return [
          a.startLineNumber - 1,
          a.endLineNumberExclusive - 1,
          b.startLineNumber - 1,
          b.endLineNumberExclusive - 1,
        ];
      }) as Found;
  },
};

const run = await rivals[name]!();
const times: number[] = [];
let found: Found = [];
for (let round = 0; round < Number(rounds); round++) {
  const start = performance.now();
  found = run();
  times.push(performance.now() - start);
}
const [a, b] = [before.split("\n"), after.split("\n")];
const parts: string[] = [];
let at = 0;
for (const [from, to, newFrom, newTo] of found) {
  parts.push(...a.slice(at, from), ...b.slice(newFrom, newTo));
  at = to;
}
parts.push(...a.slice(at));
const changed = found.reduce((sum, [from, to, newFrom, newTo]) => sum + to - from + newTo - newFrom, 0);
console.log(
  JSON.stringify({ ms: Math.min(...times), hunks: found.length, changed, exact: parts.join("\n") === after }),
);

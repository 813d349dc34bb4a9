/** The model of a tree of files: what a hand does to it, and which of its files are one under a new path. Shares no code with the product. */
import type { Body } from "./model.ts";
import type { Handed } from "./modelFolderFile.ts";

export interface Tree {
  texts: Map<string, Body>;
  /** Paths that may be executed, if there is a file. A path keeps this while there is none. */
  modes: Set<string>;
}

export const copied = ({ texts, modes }: Tree): Tree => ({ texts: new Map(texts), modes: new Set(modes) });
export const modeBody = (tree: Tree, path: string): Body =>
  tree.texts.has(path) && tree.modes.has(path) ? "\0mode executable" : "\0mode plain";
export const pathBody = (path: string): Body => `\0path ${path}`;
export const pathIn = (body: Body) => (typeof body === "string" ? body.slice("\0path ".length) : null);

export const pathsIn = (...trees: Tree[]) => [...new Set(trees.flatMap((tree) => [...tree.texts.keys()]))];

/** What is there was seen. */
export function saw(tree: Tree, now: Tree): void {
  tree.texts = new Map(now.texts);
  for (const path of now.texts.keys()) tree.modes[now.modes.has(path) ? "add" : "delete"](path);
}

/** The same hands in both trees. */
export function hand(tree: Tree, does: Handed): void {
  const { texts, modes } = tree;
  // What comes to be cannot be executed.
  if (does.kind === "write" && !texts.has(does.path)) modes.delete(does.path);
  if (does.kind === "write") texts.set(does.path, does.lines);
  else if (does.kind === "remove") texts.delete(does.path);
  else if (does.kind === "mode") modes[does.executable ? "add" : "delete"](does.path);
  else {
    texts.set(does.to, texts.get(does.path)!);
    texts.delete(does.path);
    modes.delete(does.to);
    if (modes.delete(does.path)) modes.add(does.to);
  }
}

/** Likest first; of equals what kept most of its names from the end, then by path. */
export function renamesIn(
  gone: readonly [string, Body][],
  come: readonly [string, Body][],
): [from: string, to: string][] {
  const kept = (from: string, to: string) => {
    const [old, now] = [from.split("/").reverse(), to.split("/").reverse()];
    const other = old.findIndex((name, at) => name !== now[at]);
    return other < 0 ? old.length : other;
  };
  const pairs = gone.flatMap(([from, old]) =>
    come.map(([to, now]) => ({ from, to, like: likeness(old as string[], now as string[]), kept: kept(from, to) })),
  );
  const byPath = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const best = pairs
    .filter(({ like }) => like >= 0.5)
    .sort((a, b) => b.like - a.like || b.kept - a.kept || byPath(a.from, b.from) || byPath(a.to, b.to));
  const found: [string, string][] = [];
  for (const { from, to } of best) if (found.every((one) => one[0] !== from && one[1] !== to)) found.push([from, to]);
  return found;
}

function likeness(old: readonly string[], now: readonly string[]): number {
  const left = [...now];
  let both = 0;
  for (const line of old) {
    const at = left.indexOf(line);
    if (at < 0) continue;
    left.splice(at, 1);
    both++;
  }
  return old.length === 0 ? 0 : both / Math.max(old.length, now.length);
}

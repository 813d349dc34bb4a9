/**
 * Trees: the bytes of a folder, and what a hunk as shown would make of them.
 *
 * Shares no code with the product: a hunk is put in by looking for its lines where its numbers say they are.
 */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Bytes by relative path; `.git` is left out. */
export type Tree = ReadonlyMap<string, Buffer>;

export interface ShownRow {
  kind: "context" | "removed" | "added";
  text: string;
  /** The mark of an unusual line end; "" for LF. */
  end: string;
}

export function readTree(folder: string, below = ""): Map<string, Buffer> {
  const tree = new Map<string, Buffer>();
  for (const name of readdirSync(join(folder, below)).sort()) {
    if (name === ".git" || name === "node_modules") continue;
    const path = below === "" ? name : `${below}/${name}`;
    const stat = lstatSync(join(folder, path));
    if (stat.isDirectory()) for (const [inner, bytes] of readTree(folder, path)) tree.set(inner, bytes);
    else if (stat.isFile()) tree.set(path, readFileSync(join(folder, path)));
  }
  return tree;
}

/** Throws, naming the first path that differs. */
export function sameTrees(actual: Tree, expected: Tree, what: string): void {
  for (const path of new Set([...actual.keys(), ...expected.keys()])) {
    const [now, then] = [actual.get(path), expected.get(path)];
    if (now && then && now.equals(then)) continue;
    const state = !now ? "is missing" : !then ? "is new" : "has other bytes";
    throw new Error(
      `${what}: ${path} ${state}\n--- expected\n${then?.toString() ?? ""}\n--- actual\n${now?.toString() ?? ""}`,
    );
  }
}

/** The tree with a shown hunk in it: its context and removed lines, found once, give way to its context and added lines. */
export function spliced(tree: Tree, shown: { path: string; rows: readonly ShownRow[] }): Tree {
  const before = tree.get(shown.path)?.toString() ?? "";
  const text = (rows: readonly ShownRow[]) => rows.map((row) => row.text + ends[row.end]!).join("");
  const old = text(shown.rows.filter((row) => row.kind !== "added"));
  const now = text(shown.rows.filter((row) => row.kind !== "removed"));
  const result = new Map(tree);
  if (old === before) {
    if (now === "") result.delete(shown.path);
    else result.set(shown.path, Buffer.from(now));
    return result;
  }
  if (before.split(old).length !== 2) throw new Error(`The shown lines are not in ${shown.path} exactly once:\n${old}`);
  result.set(shown.path, Buffer.from(before.replace(old, () => now)));
  return result;
}

const ends: Record<string, string> = { "": "\n", CRLF: "\r\n", CR: "\r", "no line end": "" };

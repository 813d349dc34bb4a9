/**
 * Sides: a file of the draft beside the person's, line by line, to carry a place from one to the other.
 *
 * Reads the draft itself, and the person's file through the insight it is given. Line ends do not count.
 * Always: the person's file is asked for only where the draft has one of that path, behind the guard; each is read once for an answer;
 * a line of the person's is given out only where the draft's file has the very same line.
 */
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Insight } from "../../protocol/index.ts";
import { guard } from "../guard.ts";
import { whole } from "../unicode.ts";

/** Bytes of a draft's file above which it counts as none. */
const largest = 4 * 1024 * 1024;
/** Characters of a line that are given. */
const longest = 300;

export interface Sides {
  readonly root: string;
  /** The lines of the draft's file; null where there is no such text. */
  draft(path: string): Promise<readonly string[] | null>;
  /** The lines of the person's file; null where there is no such text, or none in the draft. */
  theirs(path: string): Promise<readonly string[] | null>;
  /** The person's line, where the draft's file has it too. */
  shared(path: string, line: number): Promise<string | null>;
  /** Whether both have the file, and not with the same lines. */
  differ(path: string): Promise<boolean>;
}

interface Pair {
  draft: readonly string[] | null;
  theirs: readonly string[] | null;
  known: ReadonlySet<string>;
}

export function openSides(root: string, insight: Pick<Insight, "text">): Sides {
  const drafts = new Map<string, Promise<readonly string[] | null>>();
  const pairs = new Map<string, Promise<Pair>>();
  const kept = <T>(map: Map<string, Promise<T>>, path: string, make: () => Promise<T>): Promise<T> => {
    const held = map.get(path) ?? make();
    map.set(path, held);
    return held;
  };
  const draft = (path: string) => kept(drafts, path, () => draftLines(root, path));
  const pair = (path: string) =>
    kept(pairs, path, async (): Promise<Pair> => {
      const mine = await draft(path);
      const text = mine === null ? null : await insight.text(path);
      return { draft: mine, theirs: text === null ? null : linesOf(text), known: new Set(mine) };
    });
  return {
    root,
    draft,
    theirs: async (path) => (await pair(path)).theirs,
    shared: async (path, line) => {
      const { theirs, known } = await pair(path);
      const text = theirs?.[line];
      return text !== undefined && known.has(text) ? text : null;
    },
    differ: async (path) => {
      const { draft: mine, theirs } = await pair(path);
      if (mine === null || theirs === null) return false;
      return mine.length !== theirs.length || mine.some((line, index) => line !== theirs[index]);
    },
  };
}

async function draftLines(root: string, path: string): Promise<readonly string[] | null> {
  const verdict = guard(root, path);
  if (verdict.kind === "refused" || verdict.path === "") return null;
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    await using file = await open(join(root, verdict.path), flags);
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > largest) return null;
    const bytes = await file.readFile();
    return bytes.includes(0) ? null : linesOf(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

function linesOf(text: string): string[] {
  return text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
}

/** Where a name stands, once a line, the line asked for first and then the nearest ones; as a word of its own before as a part of one. */
export function standing(lines: readonly string[], name: string, asked: number): { line: number; column: number }[] {
  if (name === "") return [];
  const found = lines.flatMap((text, line) => {
    const at = placeIn(text, name);
    return at === null ? [] : [{ line, ...at }];
  });
  const words = found.filter(({ word }) => word);
  const chosen = words.length > 0 ? words : found;
  return chosen
    .toSorted((a, b) => Math.abs(a.line - asked) - Math.abs(b.line - asked))
    .map(({ line, column }) => ({ line, column }));
}

function placeIn(text: string, name: string): { column: number; word: boolean } | null {
  const first = text.indexOf(name);
  for (let at = first; at >= 0; at = text.indexOf(name, at + 1))
    if (!joins(text.slice(0, at), name) && !joins(name, text.slice(at + name.length)))
      return { column: at, word: true };
  return first < 0 ? null : { column: first, word: false };
}

/** Whether the end of one text and the start of the next are parts of one word. */
function joins(before: string, after: string): boolean {
  return /[\p{ID_Continue}$]$/u.test(before) && /^[\p{ID_Continue}$]/u.test(after);
}

/** The line of the person's file that is the draft's: at the same number, else the nearest with the same text; null where there is none. */
export function theirLine(drafted: readonly string[], theirs: readonly string[], line: number): number | null {
  const text = drafted[line];
  for (let away = 0; away < Math.max(drafted.length, theirs.length); away++) {
    if (theirs[line - away] === text) return line - away;
    if (theirs[line + away] === text) return line + away;
  }
  return null;
}

/** The text, no longer than a line in an answer may be. */
export function shortened(text: string): string {
  return text.length <= longest ? text : `${whole(text.slice(0, longest))}…`;
}

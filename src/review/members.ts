/**
 * Members: where in a JSON text the members stand that do something, with the lines each of them takes.
 *
 * Pure. A forgiving reader of JSON with comments and trailing commas: what it cannot follow it calls unreadable instead of guessing.
 * Always: one pass over the text, whatever it holds; keys are compared as JSON reads them, escapes resolved.
 */
import type { Lines } from "./text.ts";

/** A member by what it does, with its lines: from its key to the end of its value, `to` not included. */
export interface Place {
  effect: string;
  from: number;
  to: number;
}

/** Whether a hunk's range of lines shares a line with the member, or stands inside it. */
export function touches(place: Place, from: number, to: number): boolean {
  return place.from < to && from < place.to;
}

/**
 * The members that do something: those of the outermost object by their name, those whose key fits a pattern wherever they stand,
 * and, as the effect "schema", every `$schema` with a web address.
 */
export function flaggedIn(
  lines: Lines,
  members: ReadonlyMap<string, string>,
  keys: readonly [RegExp, string][],
): Place[] | "unreadable" {
  // A large file of data is not read through for nothing.
  if (
    members.size === 0 &&
    keys.length === 0 &&
    !lines.some((line) => line.includes("$schema") || line.includes("\\u"))
  )
    return [];
  const found: Place[] = [];
  const followed = follow(lines.join(""), ({ key, depth, text, from, to }) => {
    const own = depth === 1 ? members.get(key) : undefined;
    const effect = own ?? keys.find(([pattern]) => pattern.test(key))?.[1];
    if (effect !== undefined) found.push({ effect, from, to });
    if (key === "$schema" && text !== null && /^\s*https?:/i.test(text)) found.push({ effect: "schema", from, to });
  });
  return followed || members.size === 0 ? found : "unreadable";
}

interface Member {
  key: string;
  /** 1 in the outermost object. */
  depth: number;
  /** The value where it is a string. */
  text: string | null;
  from: number;
  to: number;
}

interface Open {
  kind: "{" | "[";
  /** In an object: the member that is being read. */
  key: { name: string; line: number } | null;
  text: string | null;
  /** In an object: whether a colon came after the key. */
  valued: boolean;
}

const token =
  /"(?:[^"\\\n\r]|\\[^\n\r])*"|\/\/[^\n\r]*|\/\*[^]*?\*\/|[{}[\]:,]|\r\n|[\n\r]|[ \t\ufeff]+|[^\s"{}[\]:,/]+|[^]/gu;

/** Reads the text and tells each member as it ends. False: it is no JSON from one end to the other. */
function follow(text: string, tell: (member: Member) => void): boolean {
  const open: Open[] = [];
  let line = 0;
  /** Where the last thing stood that is more than a blank. */
  let last = 0;
  let sound = true;
  let values = 0;
  for (const [piece] of text.matchAll(token)) {
    const top = open.at(-1);
    if (piece === "\n" || piece === "\r" || piece === "\r\n") line += 1;
    else if (piece.startsWith("/*")) line += piece.match(/\r\n|\n|\r/g)?.length ?? 0;
    else if (piece.startsWith("//") || /^[ \t\ufeff]+$/.test(piece)) continue;
    else if (piece === "{" || piece === "[") {
      if (top === undefined) values += 1;
      open.push({ kind: piece, key: null, text: null, valued: false });
    } else if (piece === "}" || piece === "]") {
      if (top === undefined || top.kind !== (piece === "}" ? "{" : "[")) sound = false;
      if (top !== undefined) ended(top, open.length, last, tell);
      open.pop();
    } else if (piece === ",") {
      if (top === undefined) sound = false;
      else ended(top, open.length, last, tell);
    } else if (piece === ":") {
      if (top?.kind !== "{" || top.key === null || top.valued) sound = false;
      else top.valued = true;
    } else if (piece.startsWith('"') && piece.length > 1) {
      const string = stringOf(piece);
      if (string === null) sound = false;
      else if (top?.kind === "{" && top.key === null) top.key = { name: string, line };
      else if (top?.kind === "{" && top.valued) top.text = string;
    } else if (!/^(true|false|null|-?\d[\w.+-]*)$/.test(piece)) sound = false;
    if (!/^\s|^\/[/*]/.test(piece)) last = line;
  }
  for (const [index, one] of open.entries()) ended(one, index + 1, last, tell);
  return sound && open.length === 0 && values === 1;
}

/** Tells the member that ends here, and is ready for the next. */
function ended(one: Open, depth: number, last: number, tell: (member: Member) => void): void {
  if (one.key !== null) tell({ key: one.key.name, depth, text: one.text, from: one.key.line, to: last + 1 });
  one.key = null;
  one.text = null;
  one.valued = false;
}

function stringOf(quoted: string): string | null {
  try {
    return JSON.parse(quoted.replaceAll("\t", "\\t")) as string;
  } catch {
    return null;
  }
}

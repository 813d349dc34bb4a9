/**
 * Insight tools: definition, references, symbols and diagnostics, as the person's editor knows them of their files.
 *
 * The model reads a draft, the editor knows the person's files: a line is carried over from one to the other by its text. It names a
 * line and a name on it, no column, because models miscount columns.
 * Always: of a line that the draft does not have, nothing is said but where it is, so that files which were not copied, and what the
 * person is typing, stay with them; nothing of what keeps secrets; an answer comes in time, and what was left out is counted.
 */
import type { CodePlace, CodeProblem, CodeSymbol, Insight, Known, Severity } from "../../protocol/index.ts";
import { guard, keepsSecrets } from "../guard.ts";
import { aborting } from "./aborting.ts";
import { failed, type Result } from "./result.ts";
import { openSides, shortened, standing, theirLine, type Sides } from "./sides.ts";

export type InsightTool = "definition" | "references" | "symbols" | "diagnostics";

/** Said in each description: the model has to know whose files these are. */
const whose =
  "It knows the person's own files as they stand, not what you changed in the draft; for that, read and search the draft.";
const place = "Give the file, the line where the name stands (the nearest one counts), and the name itself.";

export const insightDescriptions: Record<InsightTool, string> = {
  definition: `Where a name is defined, as the person's editor knows it. ${place} ${whose}`,
  references: `Where a name is used, as the person's editor knows it. ${place} ${whose}`,
  symbols: `What a file defines (file_path), or what the project defines by a name (symbol), as the person's editor knows it. ${whose}`,
  diagnostics: `Errors and warnings that the person's editor has for a file, or for all files without file_path. ${whose}`,
};

/** Most that one answer lists. */
const [mostPlaces, mostSymbols, mostProblems] = [100, 300, 100];
/** Milliseconds after which nobody waits for an extension any more. */
const patience = 10_000;

export interface InsightInput {
  file_path?: string;
  line?: number;
  symbol?: string;
}

/** Runs one of the tools. Never rejects; ends soon after `signal` is aborted. */
export async function askInsight(
  tool: InsightTool,
  { root, insight, within = patience }: { root: string; insight: Insight; within?: number },
  input: InsightInput,
  signal: AbortSignal,
): Promise<Result> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), within);
  const until = AbortSignal.any([signal, late.signal]);
  try {
    const result = await aborting(answer(tool, root, insight, input, until), until);
    if (result !== undefined) return result;
    return failed(
      signal.aborted
        ? `${tool}: the person stopped the turn before there was an answer.`
        : `${tool}: no answer came from the person's editor within ${within / 1000} seconds. An extension there may still be starting, or hang. Go on with grep and read; ask again later at most once.`,
    );
  } catch {
    // What an extension throws may hold anything, also where the person's folder is.
    return failed(`${tool}: the person's editor could not answer. Go on with grep and read.`);
  } finally {
    clearTimeout(timer);
  }
}

async function answer(
  tool: InsightTool,
  root: string,
  insight: Insight,
  { file_path: given, line, symbol }: InsightInput,
  signal: AbortSignal,
): Promise<Result> {
  const verdict = given === undefined ? null : guard(root, given);
  if (verdict?.kind === "refused") return failed(verdict.why);
  if (verdict?.path === "") return failed("file_path names no file");
  const path = verdict?.path ?? null;
  const sides = openSides(root, insight);
  if (path !== null && (await sides.draft(path)) === null)
    return failed(`${tool}: ${path}: the draft has no such text file`);
  switch (tool) {
    case "definition":
    case "references":
      return places(tool, sides, insight, { path: path!, line: line! - 1, symbol: symbol! });
    case "symbols":
      if ((path === null) === (symbol === undefined)) return failed("symbols: give file_path or symbol, one of them");
      return path === null ? named(sides, insight, symbol!) : outline(sides, insight, path);
    case "diagnostics":
      return diagnostics(sides, insight, path, signal);
  }
}

async function places(
  tool: "definition" | "references",
  sides: Sides,
  insight: Insight,
  asked: { path: string; line: number; symbol: string },
): Promise<Result> {
  const { path, symbol } = asked;
  const drafted = (await sides.draft(path))!;
  const found = standing(drafted, symbol, asked.line);
  if (found.length === 0) return failed(`${tool}: “${shortened(symbol)}” does not stand in ${path} of the draft.`);
  const theirs = await sides.theirs(path);
  if (theirs === null) return failed(`${tool}: ${onlyInDraft(path)}`);
  for (const { line, column } of found) {
    const at = theirLine(drafted, theirs, line);
    if (at === null) continue;
    const known = await insight[tool]({ path, line: at, column });
    const where = `line ${String(at + 1)} of ${path}`;
    const name = shortened(symbol);
    const opening =
      tool === "definition"
        ? `Definition of “${name}” on ${where}, in the person's files:`
        : `References of “${name}” on ${where}, in the person's files:`;
    return listed(sides, known, opening, {
      none: `None found for “${name}” on ${where}.`,
      most: mostPlaces,
      placeOf: (one: CodePlace) => one,
      say: (_, line) => line,
    });
  }
  return failed(
    `${tool}: no line of ${path} with “${shortened(symbol)}” is in the person's file as it is in the draft: you or they changed it.`,
  );
}

async function outline(sides: Sides, insight: Insight, path: string): Promise<Result> {
  if ((await sides.theirs(path)) === null) return failed(`symbols: ${onlyInDraft(path)}`);
  return listed(sides, await insight.symbols(path), `What ${path} defines, in the person's files:`, {
    none: `Nothing found that ${path} defines.`,
    most: mostSymbols,
    ...symbolShape,
    say: ({ name, what, depth, place: at }) => `${"  ".repeat(depth)}${at.line + 1}: ${what} ${oneLine(name)}`,
  });
}

async function named(sides: Sides, insight: Insight, name: string): Promise<Result> {
  if (name.trim() === "") return failed("symbols: symbol is empty");
  return listed(
    sides,
    await insight.named(name),
    `Defined by a name like “${shortened(name)}”, in the person's files:`,
    {
      none: `Nothing found by a name like “${shortened(name)}”. Many extensions search only where a file of their language is open: grep searches the whole draft.`,
      most: mostPlaces,
      ...symbolShape,
      say: ({ name: own, what }, where) => `${what} ${oneLine(own)} – ${where}`,
    },
  );
}

const symbolShape = { placeOf: ({ place: at }: CodeSymbol) => at, needsLine: true };

async function diagnostics(sides: Sides, insight: Insight, path: string | null, signal: AbortSignal): Promise<Result> {
  if (path !== null && (await sides.theirs(path)) === null) return failed(`diagnostics: ${onlyInDraft(path)}`);
  const { items, more, open } = await insight.problems(path, signal);
  const where = path ?? "all files";
  const silent =
    path === null || !open
      ? " That is no proof: many extensions say something only of files that are open in an editor."
      : "";
  const sorted = items.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity));
  return listed(sides, { kind: "known", items: sorted, more }, `Diagnostics of ${where}, in the person's files:`, {
    none: `The person's editor has no diagnostics for ${where}.${silent}`,
    most: mostProblems,
    placeOf: ({ path: of, line }: CodeProblem) => ({ kind: "inside", path: of, line }),
    needsLine: true,
    say: ({ severity, message, source }, at) =>
      `${severity}: ${oneLine(message)}${source === "" ? "" : ` [${oneLine(source)}]`}\n  ${at}`,
  });
}

const severities: readonly Severity[] = ["error", "warning", "information", "hint"];

interface Listing<T> {
  /** Said where nothing was found. */
  none: string;
  most: number;
  placeOf(item: T): CodePlace;
  /** Leaves out, and counts, what stands in lines that the draft does not have: its words are of those lines. */
  needsLine?: boolean;
  say(item: T, where: string): string;
}

/** An answer as lines, each once, with what was left out in the end. */
async function listed<T>(sides: Sides, known: Known<T>, opening: string, how: Listing<T>): Promise<Result> {
  if (known.kind === "unreadable") return failed("The person's editor does not open this file as text.");
  if (known.kind === "foreign")
    return failed(
      `Nothing came for “${shortened(known.language)}” files: no extension in the person's editor knows them, or it is still starting. Go on with grep and read.`,
    );
  if (known.items.length === 0) return { ok: true, text: how.none };
  const lines = new Set<string>();
  const differing = new Set<string>();
  const left = { secret: 0, apart: 0, over: known.more };
  for (const item of known.items) {
    const at = how.placeOf(item);
    if (isSecret(sides.root, at)) left.secret++;
    else if (lines.size >= how.most) left.over++;
    else {
      const text = at.kind === "inside" ? await sides.shared(at.path, at.line) : null;
      if (how.needsLine === true && text === null) left.apart++;
      else lines.add(how.say(item, await whereOf(sides, at, text)));
      if (at.kind === "inside" && (await sides.differ(at.path))) differing.add(at.path);
    }
  }
  const notes = [
    left.over > 0 ? `[${left.over} more are left out]` : "",
    left.secret > 0 ? `[${left.secret} left out: in files that the model may not read]` : "",
    left.apart > 0 ? `[${left.apart} left out: in files or lines that the draft does not have]` : "",
    differing.size > 0
      ? `[Not the same in the draft, where line numbers may be other ones: ${[...differing].slice(0, 10).join(", ")}]`
      : "",
  ].filter((note) => note !== "");
  return { ok: true, text: [opening, ...lines, ...notes].join("\n") };
}

/** A place as the model reads it: with its line where the draft has the same, else with why there is none. */
async function whereOf(sides: Sides, at: CodePlace, text: string | null): Promise<string> {
  if (at.kind === "outside") return `outside the project: ${oneLine(at.name)}:${at.line + 1}`;
  const where = `${oneLine(at.path)}:${at.line + 1}`;
  if (text !== null) return `${where}: ${shortened(text.trim())}`;
  return (await sides.draft(at.path)) === null
    ? `${where} (a file that the draft does not have)`
    : `${where} (a line that the draft does not have)`;
}

/** Whether not even the name is for the model. */
function isSecret(root: string, at: CodePlace): boolean {
  return at.kind === "inside" ? guard(root, at.path).kind === "refused" : keepsSecrets(at.name);
}

function onlyInDraft(path: string): string {
  return `the person has no text file ${path}: it is only in the draft, or they took it away. Their editor knows their own files only.`;
}

function oneLine(text: string): string {
  return shortened(text.replace(/\s+/gu, " ").trim());
}

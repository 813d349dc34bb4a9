/**
 * Tools: what the model can do to the draft, and nothing else.
 *
 * Edges: the SDK's file tools (read, write, edit) confined to the draft, plus `glob`, `grep`, `delete` and `plan` of our own; no
 * shell, and no process is started: the SDK's own search would run a program that it finds on the PATH. What the turn brings along adds
 * questions, commands, and what the person's editor knows. Before each call
 * our own guard judges every path, anew.
 * Always: a call that fails is a result the model reads, never an exception; an edit whose old text does not stand in
 * the file exactly once changes nothing; no result holds the draft's absolute path.
 */
import { isUtf8 } from "node:buffer";
import { lstat, readFile, realpath, rm } from "node:fs/promises";
import { join, sep } from "node:path";
import { betaEditTool, betaReadTool, betaWriteTool } from "@anthropic-ai/sdk/tools/agent-toolset/node";
import type { Insight, PlanStep, TurnRequest } from "../../protocol/index.ts";
import { askDescription, askPerson } from "./asking.ts";
import { commandDescription, runCommand } from "./commanding.ts";
import { guard, guardPattern } from "../guard.ts";
import { asWritten, meant, missedBy, told } from "../hidden.ts";
import { askInsight, insightDescriptions, type InsightTool } from "./insight.ts";
import { problemOf, type Kind, type Shape } from "./input.ts";
import { failed, type Result } from "./result.ts";
import { search } from "./search.ts";

/** A tool as the API is told of it. */
export interface Definition {
  name: string;
  description: string;
  input_schema: {
    type: "object";
    properties: Record<string, unknown>;
    required: string[];
    additionalProperties: false;
  };
}

export interface Tools {
  readonly definitions: readonly Definition[];
  /** Runs one call. Never rejects. */
  run(name: string, input: unknown, signal: AbortSignal): Promise<Result>;
}

type Input = Record<string, unknown>;

interface Tool {
  description: string;
  properties: Record<string, unknown>;
  shape: Shape;
  /** What of the draft it can change; of those that it names, the one at `file_path`. */
  changes: "nothing" | "named" | "anything";
  run(input: Input, signal: AbortSignal): Promise<Result>;
}

/** The SDK's tool, as far as it is used here. */
interface Ready {
  description?: string;
  input_schema?: unknown;
  run(input: unknown, context?: unknown): unknown;
}

/** Largest file that `edit` loads, and the most text that one `read` gives, in bytes. */
const editLimit = 16 * 1024 * 1024;
const readLimit = 256 * 1024;

/** What a turn brings along for tools. */
type Along = Pick<TurnRequest, "ask" | "commands" | "insight">;

/** The tools for one draft, and for what one turn brings along; null when its folder is not there. */
export async function openTools(folder: string, turn?: Along): Promise<Tools | null> {
  const root = await realpath(folder).catch(() => null);
  if (root === null || !(await lstat(root)).isDirectory()) return null;
  const tools = new Map<string, Tool>(Object.entries({ ...toolsOf(root), ...(turn ? toolsWith(root, turn) : {}) }));
  return {
    definitions: [...tools].map(([name, tool]) => definition(name, tool)),
    run: async (name, input, signal) => {
      const tool = tools.get(name);
      if (tool === undefined)
        return { ...failed(told(`There is no tool ${JSON.stringify(name.slice(0, 60))}.`)), touched: [] };
      const problem = problemOf(tool.shape, input);
      if (problem !== null) return { ...failed(told(`${name}: ${problem}`)), touched: [] };
      const wanted = meant(input as Input);
      const touched = touchedBy(tool, root, wanted);
      try {
        const result = await tool.run(wanted, signal);
        const text = told(withoutRoot(result.text, root));
        return { ...result, text: result.ok ? text + asWritten(input as Input) : text, ...touched };
      } catch (error) {
        const text = told(withoutRoot(error instanceof Error ? error.message : String(error), root));
        return { ...failed(text), ...touched };
      }
    },
  };
}

function touchedBy(tool: Tool, root: string, input: Input): Pick<Result, "touched"> {
  if (tool.changes === "anything") return {};
  const verdict = tool.changes === "named" ? guarded(root, input) : null;
  return { touched: verdict?.kind === "ok" ? [verdict.input.file_path as string] : [] };
}

function toolsOf(root: string): Record<string, Tool> {
  const place = { workdir: root };
  const edit = betaEditTool({ ...place, maxFileBytes: editLimit }) as Ready;
  const editKeys = {
    file_path: "string!",
    old_string: "string!",
    new_string: "string!",
    replace_all: "boolean",
  } as const;
  return {
    read: wrap("nothing", root, betaReadTool({ ...place, maxFileBytes: readLimit }), {
      file_path: "string!",
      view_range: "range",
    }),
    write: wrap("named", root, betaWriteTool(place), { file_path: "string!", content: "string!" }),
    edit: {
      ...wrap("named", root, edit, editKeys, (input) => editProblem(root, input)),
      description:
        "Replace old_string with new_string in a file. old_string has to stand in it exactly once, unless replace_all.",
    },
    glob: finder(
      root,
      "glob",
      "Find files by a pattern for their path: * and ? inside a name, ** for any folders, {a,b} for either. Sorted by path.",
    ),
    grep: finder(
      root,
      "grep",
      "Find lines by a JavaScript regular expression, in all files or below path. Gives path:line number:line.",
    ),
    delete: {
      description: "Delete one file. A folder that is left empty is not part of the project any more.",
      properties: { file_path: { type: "string" } },
      shape: shapeOf({ file_path: "string!" }),
      changes: "named",
      run: (input) => remove(root, input),
    },
    plan: {
      description: "Show the person your plan for this task, whole, each time it changes. Keep it short.",
      properties: { steps: { type: "array", items: planStep } },
      shape: shapeOf({ steps: "steps!" }),
      changes: "nothing",
      run: async (input) => {
        const steps = (input.steps as PlanStep[]).map(({ text, status }) => ({ text, status }));
        return { ok: true, text: "The person sees the plan.", plan: steps };
      },
    },
  };
}

/** What needs the person, or the machine: there only where the turn has it. */
function toolsWith(root: string, { ask, commands, insight }: Along): Record<string, Tool> {
  const text = { type: "string" };
  const asking: Tool = {
    description: askDescription,
    properties: { question: text, choices: { type: "array", items: text, minItems: 2, maxItems: 6 } },
    shape: shapeOf({ question: "string!", choices: "choices!" }),
    changes: "nothing",
    run: (input, signal) => askPerson({ ask }, input as Parameters<typeof askPerson>[1], signal),
  };
  const known = insight === undefined ? {} : toolsOfInsight(root, insight);
  if (commands === undefined) return { ask_person: asking, ...known };
  return {
    run_command: {
      description: commandDescription,
      properties: {
        command: text,
        folder: { type: "string", description: "Where to run it. By default the project's root." },
        timeout_seconds: { type: "integer", minimum: 1, maximum: 3600 },
      },
      shape: shapeOf({ command: "string!", folder: "string", timeout_seconds: "seconds" }),
      changes: "anything",
      run: (input, signal) => runCommand(root, { ask, commands }, input as Parameters<typeof runCommand>[2], signal),
    },
    ask_person: asking,
    ...known,
  };
}

function toolsOfInsight(root: string, insight: Insight): Record<InsightTool, Tool> {
  const text = { type: "string" };
  const tool = (name: InsightTool, properties: Tool["properties"], keys: Parameters<typeof shapeOf>[0]): Tool => ({
    description: insightDescriptions[name],
    properties,
    shape: shapeOf(keys),
    changes: "nothing",
    run: (input, signal) => askInsight(name, { root, insight }, input, signal),
  });
  const named = { file_path: text, line: { type: "integer", minimum: 1 }, symbol: text };
  const place = { file_path: "string!", line: "line!", symbol: "string!" } as const;
  return {
    definition: tool("definition", named, place),
    references: tool("references", named, place),
    symbols: tool("symbols", { file_path: text, symbol: text }, { file_path: "string", symbol: "string" }),
    diagnostics: tool("diagnostics", { file_path: text }, { file_path: "string" }),
  };
}

const planStep = {
  type: "object",
  properties: { text: { type: "string" }, status: { type: "string", enum: ["pending", "in_progress", "done"] } },
  required: ["text", "status"],
  additionalProperties: false,
};

/** A tool of the SDK behind our guard. `check` may refuse a call whose paths are fine: it gives the reason, or null. */
function wrap(
  changes: Tool["changes"],
  root: string,
  ready: Ready,
  keys: Record<string, Kind | `${Kind}!`>,
  check?: (input: Input) => Promise<string | null>,
): Tool {
  return {
    description: ready.description ?? "",
    properties: (ready.input_schema as { properties: Record<string, unknown> }).properties,
    shape: shapeOf(keys),
    changes,
    run: async (input, signal) => {
      const verdict = guarded(root, input);
      if (verdict.kind === "refused") return failed(verdict.why);
      const problem = (await check?.(verdict.input)) ?? null;
      if (problem !== null) return failed(problem);
      signal.throwIfAborted();
      const text = String(await ready.run(verdict.input, { signal }));
      if (text.includes("\0")) return failed("This is not a text file.");
      return { ok: true, text: text === "" ? "(empty)" : text };
    },
  };
}

/** The input with every path judged and made relative. */
function guarded(root: string, input: Input): { kind: "ok"; input: Input } | { kind: "refused"; why: string } {
  const safe = { ...input };
  for (const key of ["file_path", "path"]) {
    const given = input[key];
    if (typeof given !== "string") continue;
    const verdict = guard(root, given);
    if (verdict.kind === "refused") return verdict;
    safe[key] = verdict.path;
    if (verdict.path !== "") continue;
    if (key === "file_path") return { kind: "refused", why: "file_path names no file" };
    delete safe[key];
  }
  return { kind: "ok", input: safe };
}

/** A search in a thread of its own. */
function finder(root: string, kind: "glob" | "grep", description: string): Tool {
  return {
    description,
    properties: {
      pattern: { type: "string" },
      path: { type: "string", description: "Folder or file to search in. By default the whole project." },
    },
    shape: shapeOf({ pattern: "string!", path: "string" }),
    changes: "nothing",
    run: async (input, signal) => {
      const { pattern } = input as { pattern: string };
      const verdict = guarded(root, input);
      if (verdict.kind === "refused") return failed(verdict.why);
      if (pattern === "") return failed(`${kind}: pattern is required`);
      const judged = kind === "glob" ? guardPattern(pattern) : null;
      if (judged?.kind === "refused") return failed(judged.why);
      const path = typeof verdict.input.path === "string" ? verdict.input.path : "";
      if (path !== "" && (await lstat(join(root, path)).catch(() => null)) === null)
        return failed(`${kind}: ${path}: no such file or folder`);
      const found = await search({ kind, root, path, pattern }, signal);
      if (found.kind === "invalid") return failed(`${kind}: ${found.why}`);
      const lines = found.lines.length === 0 ? ["no matches"] : found.lines;
      return { ok: true, text: [...lines, ...found.notes].join("\n") };
    },
  };
}

/** Why this edit must not be made; null when it may. */
async function editProblem(root: string, input: Input): Promise<string | null> {
  const { file_path: path, old_string: old } = input as { file_path: string; old_string: string };
  const found = await lstat(join(root, path)).catch(() => null);
  if (found === null || !found.isFile() || found.size > editLimit) return null; // the tool itself names these
  const bytes = await readFile(join(root, path));
  if (!isUtf8(bytes))
    return `${path} is not UTF-8 text; an edit would damage it. It can only be left alone or deleted.`;
  if (old === "") return null;
  const text = bytes.toString("utf8");
  const first = text.indexOf(old);
  if (first < 0 && text.includes("\r\n") && text.includes(old.replaceAll(/\r?\n/g, "\r\n"))) {
    return `edit: old_string not found in ${path}: its lines end in CRLF (\\r\\n). Use the same line ends in old_string and new_string.`;
  }
  const missed = first < 0 ? missedBy(old, text) : "";
  if (missed !== "") return `edit: old_string not found in ${path}.${missed}`;
  if (input.replace_all === true) return null;
  // The toolset does not count places that overlap; two places are two places.
  if (first >= 0 && text.includes(old, first + 1))
    return `edit: old_string appears more than once in ${path} (must be unique)`;
  return null;
}

async function remove(root: string, input: Input): Promise<Result> {
  const verdict = guarded(root, input);
  if (verdict.kind === "refused") return failed(verdict.why);
  const path = verdict.input.file_path as string;
  const found = await lstat(join(root, path)).catch(() => null);
  if (found === null) return failed(`delete: ${path}: no such file`);
  if (!found.isFile()) return failed(`delete: ${path} is not a file`);
  await rm(join(root, path));
  return { ok: true, text: `deleted ${path}` };
}

/** Paths as the model knows them: relative to the draft. */
function withoutRoot(text: string, root: string): string {
  return text.replaceAll(root + sep, "").replaceAll(root, ".");
}

function definition(name: string, tool: Tool): Definition {
  const required = [...tool.shape].filter(([, key]) => key.required).map(([key]) => key);
  return {
    name,
    description: tool.description,
    input_schema: { type: "object", properties: tool.properties, required, additionalProperties: false },
  };
}

function shapeOf(keys: Record<string, Kind | `${Kind}!`>): Shape {
  return new Map(
    Object.entries(keys).map(([key, kind]) => [
      key,
      { kind: kind.replace("!", "") as Kind, required: kind.endsWith("!") },
    ]),
  );
}

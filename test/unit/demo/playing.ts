/**
 * Playing a scenario in memory: the turns of a session without a server, with a small file toolset over a map of texts.
 *
 * Edges: reads the scenario and sample folders of the source tree. An edit whose old text is not there exactly once fails, as
 * in the engine.
 */
import { readdirSync, readFileSync } from "node:fs";
import { answerTo } from "../../../src/demo/answer.ts";
import type { ApiMessage } from "../../../src/demo/request.ts";
import { parseScenario } from "../../../src/demo/scenario.ts";
import type { Scenario } from "../../../src/demo/script.ts";

export type Files = Map<string, string>;

export const scenariosDir = new URL("../../../src/demo/scenarios/", import.meta.url);
export const sampleDir = new URL("../../../src/demo/sample/", import.meta.url);

export function scenarioNames(): string[] {
  return readdirSync(scenariosDir).map((file) => file.replace(/\.json$/, ""));
}

export function scenarioOf(name: string): Scenario {
  const parsed = parseScenario(readFileSync(new URL(`${name}.json`, scenariosDir), "utf8"));
  if (parsed.kind === "invalid") throw new Error(`${name}: ${parsed.message}`);
  return parsed.scenario;
}

export function sampleFiles(): Files {
  const files: Files = new Map();
  for (const entry of readdirSync(sampleDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = `${entry.parentPath}/${entry.name}`.slice(sampleDir.pathname.length).replace(/^\//, "");
    files.set(path, readFileSync(new URL(path, sampleDir), "utf8"));
  }
  return files;
}

export interface Call {
  step: number;
  name: string;
  input: Record<string, unknown>;
  /** What went wrong, or null. */
  error: string | null;
}

/** Sends the prompt and runs tools until the turn ends; `messages` and `files` are changed in place. */
export function playTurn(
  scenario: Scenario,
  messages: ApiMessage[],
  files: Files,
  prompt: string,
): { calls: Call[]; text: string } {
  messages.push({ role: "user", content: prompt });
  const played: Call[] = [];
  let text = "";
  for (let step = 0; ; step++) {
    const { blocks } = answerTo(scenario, messages);
    const content = blocks.map((block, index) => ({ ...block, id: `call_${messages.length}_${index}` }));
    messages.push({ role: "assistant", content });
    text += blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
    const calls = content.flatMap((block) => {
      if (block.type !== "tool_use") return [];
      const error = runTool(files, block.name, block.input);
      played.push({ step, name: block.name, input: block.input, error });
      return [{ type: "tool_result", tool_use_id: block.id, content: error ?? "ok", is_error: error !== null }];
    });
    if (calls.length === 0) return { calls: played, text };
    messages.push({ role: "user", content: calls });
  }
}

function runTool(files: Files, name: string, input: Record<string, unknown>): string | null {
  const path = String(input["file_path"]);
  const text = files.get(path);
  if (name === "write") files.set(path, String(input["content"]));
  if (name === "write" || name === "grep" || name === "glob" || name === "plan") return null;
  if (text === undefined) return `${path}: no such file`;
  if (name === "delete") files.delete(path);
  if (name === "delete" || name === "read") return null;
  if (name !== "edit") return `${name}: no such tool`;
  const parts = text.split(String(input["old_string"]));
  if (parts.length !== 2) return `${path}: old_string found ${parts.length - 1} times`;
  files.set(path, parts.join(String(input["new_string"])));
  return null;
}

/** One change a person can decide: a run of changed lines, or a file that is new or gone. `line` counts from 0 in `before`. */
export interface Change {
  path: string;
  kind: "edited" | "created" | "deleted";
  line: number;
  removed: string[];
  added: string[];
}

export function changesOf(before: Files, after: Files): Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((path): Change[] => {
    const old = before.get(path);
    const now = after.get(path);
    if (old === now) return [];
    if (old === undefined) return [{ path, kind: "created", line: 0, removed: [], added: linesOf(now ?? "") }];
    if (now === undefined) return [{ path, kind: "deleted", line: 0, removed: linesOf(old), added: [] }];
    return runsOf(linesOf(old), linesOf(now)).map((run) => ({ path, kind: "edited" as const, ...run }));
  });
}

/** The files with every change in but the given ones. */
export function without(before: Files, changes: readonly Change[], rejected: readonly Change[]): Files {
  const files: Files = new Map(before);
  for (const path of new Set(changes.map((change) => change.path))) {
    const kept = changes.filter((change) => change.path === path && !rejected.includes(change));
    const lines = linesOf(before.get(path) ?? "");
    for (const change of kept.toReversed()) lines.splice(change.line, change.removed.length, ...change.added);
    if (kept.some((change) => change.kind === "deleted") || (kept.length === 0 && !before.has(path)))
      files.delete(path);
    else files.set(path, lines.join(""));
  }
  return files;
}

/** What the model is told about a rejected change. */
export function reportOn(change: Change): string {
  const where = { edited: `hunk at line ${change.line + 1}`, created: "new file", deleted: "deletion" }[change.kind];
  const rows = [...change.removed.map((line) => `-${line}`), ...change.added.map((line) => `+${line}`)].join("");
  return `Rejected in ${change.path} (${where}): not like this\n--- a/${change.path}\n+++ b/${change.path}\n@@ -1 +1 @@\n${rows}`;
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Runs of changed lines by a longest common subsequence. */
function runsOf(old: string[], now: string[]): { line: number; removed: string[]; added: string[] }[] {
  const width = now.length + 1;
  const longest = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      longest[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const runs: { line: number; removed: string[]; added: string[] }[] = [];
  let run: (typeof runs)[number] | null = null;
  for (let i = 0, j = 0; i < old.length || j < now.length;) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      run = null;
      i++;
      j++;
      continue;
    }
    if (run === null) runs.push((run = { line: i, removed: [], added: [] }));
    if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1))) run.removed.push(old[i++] ?? "");
    else run.added.push(now[j++] ?? "");
  }
  return runs;
}

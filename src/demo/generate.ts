/**
 * Generated scenarios: very many hunks without very many lines of JSON.
 *
 * Pure. The scenario's `write` calls give each file its changed text; for them to be hunks of changed lines, and not new files,
 * the folder has the files of `generatedBase` beforehand.
 * Always: the change of one file has exactly `hunksPerFile` hunks, each one line replaced, four equal lines apart.
 */
import type { Turn } from "./script.ts";

export interface GeneratedSize {
  files: number;
  hunksPerFile: number;
}

/** The files to start from: path, relative with `/`, and text. */
export function generatedBase(size: GeneratedSize): { path: string; text: string }[] {
  return pathsOf(size).map((path, file) => ({ path, text: textOf(file, size.hunksPerFile, false) }));
}

/** One turn that rewrites every file, five calls in a step, and one that closes. */
export function generatedTurns(size: GeneratedSize): Turn[] {
  const writes = pathsOf(size).map((path, file) => ({
    type: "tool_use" as const,
    name: "write",
    input: { file_path: path, content: textOf(file, size.hunksPerFile, true) },
    when: {},
  }));
  const steps: Turn["otherwise"] = [];
  for (let from = 0; from < writes.length; from += 5) {
    steps.push({ when: {}, pace: {}, blocks: writes.slice(from, from + 5) });
  }
  const total = size.files * size.hunksPerFile;
  const closing = (text: string) => ({ when: {}, pace: {}, blocks: [{ type: "text" as const, text, when: {} }] });
  return [
    { cases: [], otherwise: [...steps, closing(`${total} lines are replaced in ${size.files} files.`)] },
    { cases: [], otherwise: [closing("There is nothing more to rewrite.")] },
  ];
}

function pathsOf({ files }: GeneratedSize): string[] {
  const width = String(files).length;
  return Array.from({ length: files }, (_, file) => `src/table-${String(file + 1).padStart(width, "0")}.js`);
}

function textOf(file: number, hunks: number, changed: boolean): string {
  const lines = [`// Table ${file + 1}: one entry per five lines.`];
  for (let entry = 1; entry <= hunks; entry++) {
    const value = changed ? `BigInt(${entry * (file + 2)})` : String(entry * (file + 1));
    lines.push(
      "",
      `/** Entry ${entry} of table ${file + 1}. */`,
      `export function entry${entry}() {`,
      `  return ${value};`,
      "}",
    );
  }
  return lines.join("\n") + "\n";
}

/** A build that is as new as its sources: made here when there is none. */
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../../..");

/** Builds when a source is newer than the entry, or a part of the build's record is missing. */
export function built(): void {
  const made = modified(join(root, "dist/extension.cjs"));
  const recorded = modified(join(root, "out/meta/extension.cjs.json"));
  const sources = ["esbuild.mjs", "package-lock.json", ...below("src"), ...below("media")];
  if (made > 0 && recorded > 0 && sources.every((path) => modified(join(root, path)) <= made)) return;
  execFileSync(process.execPath, ["esbuild.mjs"], { cwd: root, stdio: "pipe" });
}

/** Milliseconds since 1970; 0 where there is no such file. */
function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function below(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/**
 * An independent applier: git cuts the hunks between two folders, and git puts chosen ones of them into a third.
 *
 * No code of the product takes part. Hunks are cut without context; where only some are chosen their headers are renumbered.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { git } from "./stage.ts";

/** One hunk as git cut it: how many lines of the old file stand before it, and its lines with "-" and "+". */
export interface GitHunk {
  before: number;
  removed: number;
  added: number;
  body: string;
}

export interface GitFile {
  path: string;
  change: "changed" | "created" | "deleted";
  hunks: GitHunk[];
}

/** What git finds different between the folders `before` and `after` below `place`. */
export function cutByGit(place: string): GitFile[] {
  const args = ["diff", "--no-index", "-U0", "--no-color", "--no-ext-diff", "--no-renames", "before", "after"];
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CEILING_DIRECTORIES: dirname(place),
  };
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: place, encoding: "utf8", env, maxBuffer: 1 << 28 });
  assert.equal(status, 1, `git finds differences, without an error: ${stderr}`);
  return stdout
    .split(/^diff --git .*\n/m)
    .slice(1)
    .map(fileOf);
}

function fileOf(text: string): GitFile {
  const [head, ...parts] = text.split(/^(?=@@ )/m);
  const old = /^--- (?:a\/before\/(.+)|\/dev\/null)$/m.exec(head!)!;
  const now = /^\+\+\+ (?:b\/after\/(.+)|\/dev\/null)$/m.exec(head!)!;
  const path = (old[1] ?? now[1])!;
  return {
    path,
    change: old[1] === undefined ? "created" : now[1] === undefined ? "deleted" : "changed",
    hunks: parts.map(hunkOf),
  };
}

function hunkOf(text: string): GitHunk {
  const [, from, count, fresh] = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(text)!;
  const removed = Number(count ?? 1);
  return {
    // Where nothing is removed the number names the line in front.
    before: removed === 0 ? Number(from) : Number(from) - 1,
    removed,
    added: Number(fresh ?? 1),
    body: text.slice(text.indexOf("\n") + 1),
  };
}

/** Puts the chosen hunks into `folder`, whose files are as in `before`. */
export function applyByGit(folder: string, chosen: readonly GitFile[]): void {
  const patch = chosen
    .filter((file) => file.hunks.length > 0)
    .map(patchOf)
    .join("");
  if (patch === "") return;
  const file = join(dirname(folder), "chosen.patch");
  writeFileSync(file, patch);
  git(folder, "apply", "--unidiff-zero", "--whitespace=nowarn", file);
}

function patchOf({ path, change, hunks }: GitFile): string {
  const mode =
    change === "created" ? "new file mode 100644\n" : change === "deleted" ? "deleted file mode 100644\n" : "";
  const old = change === "created" ? "/dev/null" : `a/${path}`;
  const now = change === "deleted" ? "/dev/null" : `b/${path}`;
  let shift = 0;
  const parts = hunks.map(({ before, removed, added, body }) => {
    const place = before + shift;
    shift += added - removed;
    return `@@ -${removed === 0 ? before : before + 1},${removed} +${added === 0 ? place : place + 1},${added} @@\n${body}`;
  });
  return `diff --git a/${path} b/${path}\n${mode}--- ${old}\n+++ ${now}\n${parts.join("")}`;
}

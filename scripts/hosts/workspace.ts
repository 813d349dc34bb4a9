/**
 * Folders to work in: fresh copies of the sample project, and temporary folders that go away by themselves.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "../setup.mjs";

/** A new folder in the system's temporary folder, removed when this process ends. */
export function temporaryFolder(purpose: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `countersign-${purpose}-`)));
  process.once("exit", () => {
    try {
      // A server that was just ended may still be writing.
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch {
      // What is left is in the system's temporary folder and goes with it.
    }
  });
  return folder;
}

/** Makes `folder` a fresh git repository with the sample project as its only commit. */
export async function copySample(folder: string): Promise<void> {
  const sample = join(root, "src/demo/sample");
  if (!existsSync(sample)) throw new Error("The sample project src/demo/sample is not there.");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(sample, folder, { recursive: true });
  await makeRepository(folder);
}

/** Makes one commit of everything in `folder`, the same on every machine whatever the person's git settings are. */
export async function makeRepository(folder: string): Promise<void> {
  const settings = [
    "user.name=Countersign sample",
    "user.email=sample@localhost",
    "core.autocrlf=false",
    "commit.gpgSign=false",
  ];
  const env = {
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
    GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  };
  const git = (...args: string[]): Promise<string> =>
    run("git", [...settings.flatMap((each) => ["-c", each]), ...args], { cwd: folder, env });
  await git("init", "--quiet", "--initial-branch=main", "--template=");
  await git("add", "--all");
  await git("commit", "--quiet", "--message=The sample project");
}

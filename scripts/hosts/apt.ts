/**
 * Debian packages that `npm start` and `npm test` use, installed where that can be done.
 *
 * Always: nothing is installed without a yes, and what is missing ends with the one command that would bring it.
 */
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { lastLines, run, step } from "../setup.mjs";

/** Whether the packages are there now; if not, what would bring them. */
export type Installed = { kind: "installed" } | { kind: "missing"; remedy: string };

/** Installs packages where we are root on Debian and the answer is yes (`yes`, or the person's to `question`). */
export async function installed(packages: readonly string[], yes: boolean, question: string): Promise<Installed> {
  const command = `apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  if (!isDebian()) return { kind: "missing", remedy: "" };
  if (process.getuid?.() !== 0) return { kind: "missing", remedy: `run: sudo ${command}` };
  if (!yes && !(await agreed(`${question} Run "${command}" now? [y/N] `)))
    return { kind: "missing", remedy: `run: ${command}` };
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  try {
    await step(`Installing ${packages.join(", ")} (apt-get)`, async () => {
      await run("apt-get", ["update", "-q"], { env });
      await run("apt-get", command.split(" ").slice(1), { env });
    });
    return { kind: "installed" };
  } catch (problem) {
    const output = lastLines((problem as { output?: string }).output ?? "", 10);
    return { kind: "missing", remedy: `${(problem as Error).message}\n${output}` };
  }
}

function isDebian(): boolean {
  return existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"));
}

async function agreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}

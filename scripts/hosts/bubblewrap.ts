/**
 * Bubblewrap for the tests of the sandbox: found on the machine, or installed with apt where that can be done. Without it those tests
 * are left out, each with its cause, and everything else runs.
 */
import { existsSync } from "node:fs";
import { installed } from "./apt.ts";
import { takenAsYes } from "./browser.ts";

/** Prints what would bring it, where it is missing; Linux only. */
export async function bubblewrapReady(): Promise<void> {
  if (process.platform !== "linux" || existsSync("/usr/bin/bwrap")) return;
  const outcome = await installed(["bubblewrap"], takenAsYes({}), "The sandbox's tests need bubblewrap.");
  if (outcome.kind === "missing")
    console.log(
      `No bubblewrap: the sandbox's tests are left out. ${outcome.remedy || "Install bubblewrap 0.8 or later."}`,
    );
}

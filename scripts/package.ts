/**
 * `npm run package`: builds for production and makes the .vsix.
 *
 * The file goes to `out/countersign.vsix`, or to the path given as the only argument.
 */
import { mkdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { giveUp, root, run, step } from "./setup.mjs";

/** Packages what is in `dist`. The flags say that no repository address and no rewriting of links are meant. */
export async function packageExtension(out: string, folder = root): Promise<void> {
  mkdirSync(dirname(out), { recursive: true });
  const vsce = join(root, "node_modules/@vscode/vsce/vsce");
  const flags = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
  await run(process.execPath, [vsce, "package", ...flags, "--out", out], { cwd: folder });
}

if (process.argv[1] === import.meta.filename) {
  try {
    const out = resolve(process.argv[2] ?? join(root, "out/countersign.vsix"));
    await step("Building for production", () => run(process.execPath, ["esbuild.mjs", "--production"]));
    await step("Packaging", () => packageExtension(out));
    console.log(`${out}: ${statSync(out).size.toLocaleString("en")} bytes`);
  } catch (problem) {
    giveUp(problem);
  }
}

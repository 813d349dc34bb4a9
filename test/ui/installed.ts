/**
 * The extension as a stranger gets it: built for production and packed apart from this folder, installed by the host's own command line.
 */
import { cpSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { installExtension } from "../../scripts/hosts/server.ts";
import { temporaryFolder } from "../../scripts/hosts/workspace.ts";
import { packageExtension } from "../../scripts/package.ts";
import { root, run } from "../../scripts/setup.mjs";

let packed: Promise<string> | undefined;

/**
 * Builds and packs in a folder of its own, so that what others build and run here is left alone; once in a process. Gives the
 * package's path.
 */
export function packedApart(): Promise<string> {
  return (packed ??= packing());
}

async function packing(): Promise<string> {
  const stage = join(temporaryFolder("package"), "countersign");
  mkdirSync(stage);
  const names = ["package.json", "package.nls.json", "README.md", "CHANGELOG.md", "LICENSE", "THIRD-PARTY-NOTICES.md"];
  for (const name of [...names, "tsconfig.json", ".vscodeignore", "esbuild.mjs", "scripts", "src", "media", "l10n"]) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(stage, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(stage, "node_modules"));
  await run(process.execPath, ["esbuild.mjs", "--production"], { cwd: stage });
  const vsix = join(stage, "../countersign.vsix");
  await packageExtension(vsix, stage);
  return vsix;
}

/** Installs a package for a server host with this data folder. Gives the folder of its extensions. */
export async function installed(vsix: string, dataDir: string): Promise<string> {
  const extensionsDir = join(dataDir, "extensions");
  mkdirSync(extensionsDir, { recursive: true });
  await installExtension(vsix, { dataDir, extensionsDir });
  return extensionsDir;
}

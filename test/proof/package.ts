/**
 * Proof: the package itself. A production build, packed by vsce, holds the expected files and keeps to its budget.
 *
 * The sample of it in `npm test` asks vsce for its list without packing. Leaves a production build in `dist/` and the package in
 * `out/proof/countersign.vsix`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createVSIX } from "@vscode/vsce";
import type { Proof } from "../../scripts/proof.ts";
import { root } from "../unit/package/built.ts";
import { budget, packagedFiles } from "../unit/package/packaged.ts";

/** Names that vsce gives to files of ours, and files of its own. */
const renamed: Readonly<Record<string, string>> = {
  LICENSE: "LICENSE.txt",
  "README.md": "readme.md",
  "CHANGELOG.md": "changelog.md",
};
const added = ["[Content_Types].xml", "extension.vsixmanifest"];

const proof: Proof = async () => {
  execFileSync(process.execPath, ["esbuild.mjs", "--production"], { cwd: root, stdio: "pipe" });
  mkdirSync(join(root, "out/proof"), { recursive: true });
  const packagePath = join(root, "out/proof/countersign.vsix");
  const how = { dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false };
  await createVSIX({ cwd: root, packagePath, ...how });
  const zip = readFileSync(packagePath);
  const names = namesIn(zip);
  const expected = [...packagedFiles().map((path) => `extension/${renamed[path] ?? path}`), ...added];
  const cases = [
    ...names.filter((name) => !expected.includes(name)).map((name) => `not expected: ${name}`),
    ...expected.filter((name) => !names.includes(name)).map((name) => `missing: ${name}`),
    ...(zip.length > budget ? [`${zip.length} bytes, ${budget} allowed`] : []),
  ];
  console.log(`${names.length} files, ${zip.length} bytes`);
  return { tried: expected.length + 1, failed: cases.length, cases };
};

export default proof;

/** The names of a zip archive's directory, which is found from the archive's end. */
function namesIn(zip: Buffer): string[] {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const count = zip.readUInt16LE(end + 10);
  const names: string[] = [];
  for (let at = zip.readUInt32LE(end + 16); names.length < count;) {
    const length = zip.readUInt16LE(at + 28);
    names.push(zip.toString("utf8", at + 46, at + 46 + length));
    at += 46 + length + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return names;
}

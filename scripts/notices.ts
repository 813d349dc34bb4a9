/**
 * Third-party notices: which packages are in the bundles, and the licences they came with.
 *
 * `node scripts/notices.ts` writes `THIRD-PARTY-NOTICES.md` from the build's own record in `out/meta/`; build first. The text is
 * a function of that record and of `node_modules`, so that a test can compare.
 * Always: a package without a licence of a known kind stops the script; texts are taken over whole.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./setup.mjs";

/** A package that is in at least one file of `dist/`. */
export interface Bundled {
  name: string;
  version: string;
  licence: string;
  /** Licence files of the package, whole. */
  texts: { file: string; text: string }[];
}

interface Metafile {
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

const known = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD", "Unlicense", "CC-BY-4.0"];

/** Every package of the present build, by name. */
export function bundledPackages(): Bundled[] {
  const folders = new Set<string>();
  for (const input of builtFrom()) {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  const found = [...folders].map(described);
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

/** What the files of `dist/` are made of. A record of an earlier build, whose file is gone, is passed by. */
function builtFrom(): string[] {
  const folder = join(root, "out/meta");
  const records = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  return records.flatMap((name) => {
    const { inputs, outputs } = JSON.parse(readFileSync(join(folder, name), "utf8")) as Metafile;
    const output = Object.keys(outputs).find((path) => /^dist\/[^/]+\.(cjs|mjs|js|css)$/.test(path));
    if (output === undefined || !existsSync(join(root, output))) return [];
    return Object.keys(inputs);
  });
}

function described(folder: string): Bundled {
  const about = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Record<string, unknown>;
  const [name, version, licence] = [String(about["name"]), String(about["version"]), String(about["license"])];
  if (!known.includes(licence))
    throw new Error(`${name} ${version} has the licence “${licence}”: look at it, then add it here.`);
  const texts = readdirSync(join(root, folder))
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, folder, file), "utf8") }));
  if (texts.length === 0 && licence !== "MIT")
    throw new Error(`${name} ${version} comes without the text of its licence.`);
  const author = typeof about["author"] === "string" ? about["author"] : `The authors of ${name}`;
  return { name, version, licence, texts: texts.length > 0 ? texts : [{ file: "", text: mit(author) }] };
}

/** The notices as they stand in the file. */
export function noticesOf(packages: readonly Bundled[]): string {
  const rows = packages.map((one) => `| ${one.name} | ${one.version} | ${one.licence} |`);
  return [
    "# Third-party notices",
    "",
    "Countersign's bundles contain the packages below, under their own licences. This file is written by `scripts/notices.ts`.",
    "",
    "| package | version | licence |",
    "|---|---|---|",
    ...rows,
    ...packages.flatMap((one) => [
      "",
      `## ${one.name} ${one.version}`,
      ...one.texts.flatMap((each) => section(one, each)),
    ]),
    "",
  ].join("\n");
}

function section(one: Bundled, { file, text }: { file: string; text: string }): string[] {
  const from =
    file === ""
      ? `The package declares ${one.licence} and comes without its text, which is:`
      : `From its file \`${file}\`:`;
  const clean = text
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    .split("\n")
    .map((line) => line.trimEnd());
  // Four backquotes: no licence holds as many.
  return ["", from, "", "````text", clean.join("\n").trim(), "````"];
}

function mit(author: string): string {
  return readFileSync(join(root, "LICENSE"), "utf8").replace(/^Copyright .*$/m, `Copyright (c) ${author}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const packages = bundledPackages();
  if (packages.length === 0) throw new Error("There is no build to read: run `npm run build` first.");
  writeFileSync(join(root, "THIRD-PARTY-NOTICES.md"), noticesOf(packages));
  console.log(`THIRD-PARTY-NOTICES.md: ${packages.length} packages.`);
}

/**
 * Builds every bundle of the project: `node esbuild.mjs [--watch] [--production] [--tests]`.
 *
 * The table below is the whole list. An `import()` of another row's source, from any bundle of the extension, becomes a load of
 * that row's file on first use: so the entry stays small, and the source still shows what it loads, with its types.
 * Always: a row whose source is not there is left out with a note; what each bundle is made of is in `out/meta/`.
 */
import { context } from "esbuild";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { reviewModule } from "./scripts/review-module.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const watch = process.argv.includes("--watch");
const production = process.argv.includes("--production");
let building = 0;
const withTests = process.argv.includes("--tests") || watch;

// In a CommonJS bundle `import()` becomes `require`, which every extension host can do.
const node = { platform: "node", target: "node22", mainFields: ["module", "main"] };
const extensionPart = { ...node, format: "cjs", external: ["vscode"], supported: { "dynamic-import": false } };
const program = { ...node, format: "esm" };
const module = { ...program, ...reviewModule };
const page = { platform: "browser", target: "chrome130", format: "iife", jsx: "automatic", jsxImportSource: "preact" };
const style = { bundle: true, loader: { ".ttf": "file", ".woff2": "file", ".svg": "dataurl" }, assetNames: "[name]" };
const hostTest = { ...extensionPart, external: ["vscode", "mocha"], supported: {} };

const bundles = [
  { source: "src/extension.ts", file: "dist/extension.cjs", options: extensionPart },
  { source: "src/editor/person.ts", file: "dist/person.cjs", options: extensionPart },
  { source: "src/session/index.ts", file: "dist/session.cjs", options: extensionPart },
  { source: "src/state/index.ts", file: "dist/state.cjs", options: extensionPart },
  { source: "src/protocol/retelling.ts", file: "dist/words.cjs", options: extensionPart },
  { source: "src/memory/index.ts", file: "dist/memory.cjs", options: extensionPart },
  { source: "src/draft/index.ts", file: "dist/draft.cjs", options: extensionPart },
  { source: "src/engine/anthropic/index.ts", file: "dist/engine.cjs", options: extensionPart },
  { source: "src/engine/acp/index.ts", file: "dist/acp.cjs", options: extensionPart },
  { source: "src/system/agents/index.ts", file: "dist/agents.cjs", options: extensionPart },
  { source: "src/system/sandbox/index.ts", file: "dist/sandbox.cjs", options: extensionPart },
  { source: "src/draft/worker.ts", file: "dist/draft-worker.cjs", options: extensionPart },
  { source: "src/review/api.ts", file: "dist/review.mjs", options: module },
  { source: "src/demo/main.ts", file: "dist/demo.mjs", options: program },
  { source: "src/webview/main.tsx", file: "dist/webview.js", options: page },
  { source: "node_modules/@vscode/codicons/dist/codicon.css", file: "dist/codicon.css", options: style },
  ...namesIn("media", ".css").map((name) => ({ source: `media/${name}`, file: `dist/${name}`, options: style })),
  ...(withTests ? ["index.ts", ...namesIn("test/host", ".test.ts")] : []).map((name) => ({
    source: `test/host/${name}`,
    file: `out/test/host/${name.replace(/\.ts$/, ".cjs")}`,
    options: hostTest,
  })),
];

/** Folders that go into the package beside the bundles. */
const copies = [
  { source: "src/demo/sample", folder: "dist/demo/sample" },
  { source: "src/demo/scenarios", folder: "dist/demo/scenarios" },
];

mkdirSync(join(root, "out/meta"), { recursive: true });

const there = bundles.filter(
  ({ source, file }) => existsSync(join(root, source)) || note(`${file} left out: no ${source}`),
);
try {
  for (const { source, folder } of copies) {
    rmSync(join(root, folder), { recursive: true, force: true });
    if (existsSync(join(root, source))) cpSync(join(root, source), join(root, folder), { recursive: true });
    else note(`${folder} left out: no ${source}`);
  }
  if (watch && !existsSync(join(root, "out/start/sample")) && existsSync(join(root, "src/demo/sample"))) {
    // What F5 opens.
    const { copySample } = await import("./scripts/hosts/workspace.ts");
    await copySample(join(root, "out/start/sample"));
  }
  const builds = await Promise.all(there.map(prepare));
  if (watch) await Promise.all(builds.map((build) => build.watch()));
  else {
    const outcomes = await Promise.allSettled(builds.map((build) => build.rebuild()));
    await Promise.all(builds.map((build) => build.dispose()));
    // esbuild has printed each problem with its place already.
    if (outcomes.some((outcome) => outcome.status === "rejected")) process.exit(1);
    const made = outcomes.flatMap(({ value }) => Object.keys(value.metafile.outputs));
    if (production) for (const file of made.filter((each) => /^dist\/[^/]*\.cjs$/.test(each))) plainly(file);
    if (made.includes("dist/review.mjs")) {
      const { typesOf } = await import("./scripts/review-types.ts");
      writeFileSync(join(root, "dist/review.d.mts"), typesOf(join(root, "src/review/api.ts")));
      made.push("dist/review.d.mts");
    }
    for (const folder of ["dist", ...(withTests ? ["out/test/host"] : [])]) sweep(folder, made);
  }
} catch (problem) {
  console.error(problem.message);
  process.exit(1);
}

/** In the extension host a bundle with one character that is not ASCII takes twice the memory: strings are escaped by esbuild, expressions are as they were written. */
function plainly(file) {
  const [, around] = /(.{0,40}[^\0-\x7f].{0,20})/.exec(readFileSync(join(root, file), "utf8")) ?? [];
  if (around !== undefined) throw new Error(`${file} is not all ASCII. Write the character as an escape: ${around}`);
}

function prepare({ source, file, options }) {
  return context({
    absWorkingDir: root,
    entryPoints: [source],
    outfile: file,
    bundle: true,
    minify: production,
    sourcemap: production || options === style ? false : "linked",
    legalComments: "none",
    define:
      options === page
        ? { "process.env.NODE_ENV": JSON.stringify(production ? "production" : "development") }
        : { FOLD_SOURCES: JSON.stringify(foldSources()) },
    metafile: true,
    logLevel: "warning",
    ...options,
    plugins: [...(options === extensionPart ? [lazyParts(source)] : []), reports(file)],
  });
}

/** A digest of what makes a log a state: what was kept beside a log by another fold is not taken (`src/state/keeping.ts`). */
function foldSources() {
  const hash = createHash("sha256");
  for (const name of [...namesIn("src/state", ".ts").map((each) => `src/state/${each}`), "src/protocol/events.ts"])
    hash.update(readFileSync(join(root, name)));
  return hash.digest("hex").slice(0, 16);
}

/** Turns `import("…/index.ts")` of another row into a load of that row's file at run time. */
function lazyParts(own) {
  return {
    name: "lazy-parts",
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const target = relative(root, resolve(resolveDir, path)).replaceAll("\\", "/");
        const part = bundles.find(
          ({ source, options }) => source === target && source !== own && options === extensionPart,
        );
        return part && { path: `./${basename(part.file)}`, external: true };
      });
    },
  };
}

/** Writes what the bundle is made of, and in watch mode the two lines that the editor's task waits for. */
function reports(file) {
  return {
    name: "reports",
    setup(build) {
      build.onStart(() => {
        if (watch && building++ === 0) console.log("[watch] building");
      });
      build.onEnd((result) => {
        if (result.metafile)
          writeFileSync(join(root, "out/meta", `${basename(file)}.json`), JSON.stringify(result.metafile));
        if (watch && --building === 0) console.log("[watch] built");
      });
    },
  };
}

/** Removes the files of a folder that this build did not make: what an earlier source left there must not be packaged or run. */
function sweep(folder, made) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (entry.isFile() && !made.includes(`${folder}/${entry.name}`)) rmSync(join(root, folder, entry.name));
  }
}

function namesIn(folder, ending) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .sort();
}

function note(text) {
  console.log(text);
  return false;
}

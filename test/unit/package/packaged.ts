/** What belongs into the package: the bundles by name, the sample project by its folder. */
import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { root } from "./built.ts";

const bundles = [
  "codicon.css",
  "codicon.ttf",
  "demo.mjs",
  "draft-worker.cjs",
  "draft.cjs",
  "engine.cjs",
  "extension.cjs",
  "memory.cjs",
  "person.cjs",
  "review.css",
  "acp.cjs",
  "agents.cjs",
  "sandbox.cjs",
  "session.cjs",
  "state.cjs",
  "webview.js",
  "words.cjs",
];

const beside = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "THIRD-PARTY-NOTICES.md",
  "l10n/bundle.l10n.json",
  "media/icon.png",
  "media/icon.svg",
  "media/tab-dark.svg",
  "media/tab-light.svg",
  ...["answer", "demo", "left-off", "review", "task"].flatMap((name) => [
    `media/walkthrough/${name}-dark.png`,
    `media/walkthrough/${name}-light.png`,
  ]),
  "package.json",
  "package.nls.json",
];

/** Bytes of the whole package, compressed. */
export const budget = 3_000_000;

/** Paths from the project's folder, sorted. */
export function packagedFiles(): string[] {
  const sample = filesBelow("src/demo/sample").map((file) => `dist/demo/sample/${file}`);
  if (sample.length < 6) throw new Error("the sample project is not there");
  const demo = [...sample, "dist/demo/scenarios/demo.json"];
  return [...beside, ...bundles.map((name) => `dist/${name}`), ...demo].sort();
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  const start = join(root, folder).length + 1;
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(start).split(sep).join("/"));
}

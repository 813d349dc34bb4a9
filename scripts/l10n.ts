/**
 * `npm run l10n`: collects every text that the editor's room gives to `l10n.t` and the page to its `t`, and every sentence of the
 * rooms behind them, and writes `l10n/bundle.l10n.json` and the lists of those sentences.
 *
 * A translation is a copy of that file, `l10n/bundle.l10n.LANGUAGE.json`, beside `package.nls.LANGUAGE.json`.
 * Always: the bundle is a function of the sources, so that a test can compare; a text that is put together at run time
 * cannot be translated, and stops the script with its place.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";
import { sentenceFiles, sentencesOf } from "./sentences.ts";
import { root } from "./setup.mjs";

export const bundleFile = "l10n/bundle.l10n.json";

/** What a text is said by. */
const calls: ReadonlySet<string> = new Set(["l10n.t", "t"]);

/** Sources by their path from the project's folder: the rooms that speak to a person. */
export function localisedSources(): Map<string, string> {
  const below = ["src/editor", "src/webview"].flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) =>
        relative(root, join(root, room, name))
          .split(sep)
          .join("/"),
      ),
  );
  return new Map([...below, "src/extension.ts"].sort().map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** Every text, sorted, with itself as its English. Throws an Error that names each call whose text is not written out. */
export function bundleOf(sources: ReadonlyMap<string, string>): Record<string, string> {
  const texts = new Set<string>();
  const wrong: string[] = [];
  for (const [path, source] of sources) {
    const file = ts.createSourceFile(path, source, ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && calls.has(node.expression.getText(file))) {
        const [first] = node.arguments;
        if (first && ts.isStringLiteralLike(first)) texts.add(first.text);
        else wrong.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  if (wrong.length > 0) throw new Error(`A text to be translated has to be written out: ${wrong.join(", ")}`);
  return Object.fromEntries([...texts].sort().map((text) => [text, text]));
}

/** The bundle with what the other rooms say. */
export function withSentences(
  bundle: Record<string, string>,
  sentences: ReadonlyMap<string, string>,
): Record<string, string> {
  const all = { ...bundle, ...Object.fromEntries([...sentences.keys()].map((text) => [text, text])) };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The bundle as it stands in the file. */
export function bundleText(bundle: Record<string, string>): string {
  return `${JSON.stringify(bundle, null, 2)}\n`;
}

if (process.argv[1] === import.meta.filename) {
  const sentences = sentencesOf();
  const bundle = withSentences(bundleOf(localisedSources()), sentences);
  for (const [file, text] of sentenceFiles(sentences)) writeFileSync(join(root, file), text);
  mkdirSync(join(root, "l10n"), { recursive: true });
  writeFileSync(join(root, bundleFile), bundleText(bundle));
  console.log(`${bundleFile}: ${Object.keys(bundle).length} texts`);
}

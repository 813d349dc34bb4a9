/**
 * The sentences of the rooms that know nothing of an editor: read out of their sources, so that none has to be listed by hand.
 *
 * These rooms say everything in English, and their logs keep it so. What they say is put together from texts that stand in the
 * source; here each way to put one together becomes a template, `{0}` where a value stands. A name or a function of the same rooms
 * that stands for nothing but texts is followed. Which values may be sentences themselves is told by what they are called.
 * Always: a function of the sources alone; a template is more than its places.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "./setup.mjs";

/** Where a person's sentences are, and the files there that speak to a model or to nobody. */
const rooms: readonly { folder: string; but: RegExp }[] = [
  { folder: "src/session", but: /^(report|texts)\.ts$/ },
  { folder: "src/review", but: /^(?!protected\.ts)/ },
  { folder: "src/draft", but: /^(wire|worker|ignoring)\.ts$/ },
  { folder: "src/memory", but: /^(frames|session-id|kept)\.ts$/ },
  { folder: "src/engine/anthropic", but: /^(guard|hidden|history|input|search|shorten|summary|system|tools)\.ts$/ },
  { folder: "src/engine/acp", but: /^(files|index|options|place|queue|reading|told)\.ts$/ },
  { folder: "src/system", but: /^(?!paths\.ts)/ },
  { folder: "src/system/agents", but: /^(index|known|state|unconfined)\.ts$/ },
];
/** What a model reads, in files that speak to people as well. */
const forModels = /^(Nothing was run|Not run:|The person stopped the turn)/;
/** Names of values that are, or may be, sentences. */
const sentenceNames =
  /why|cause|reason|remedy|refusal|effect|message|failed|said|left|lines|text|protection|String\(error\)|named\(|inTheWay\(/i;
/** Signs of a text that some program reads. */
const noWords = /[<>`=\t\0]|^[a-z]+\.\w+$|^(\*|ref:|parent) |^\/|-\s*\//;
/** Functions that give a size or a time left: their letters are no words. */
const measures = /^(bytes|megabytes|hash)$/;
/** Names under which a single word is something that a person reads. */
const shownNames = /^(label|text|message|reason|remedy|doing|why)$/;

/** A way to put a text together: pieces, and places by whether a sentence may stand there. */
type Way = (string | { sentence: boolean })[];

/** Every template with the places at which a sentence may stand: "1" for the second, "" for none. */
export function sentencesOf(sources: ReadonlyMap<string, string> = sentenceSources()): Map<string, string> {
  const files = [...sources].map(([path, text]) => ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  const known = meaningsIn(files);
  const found = new Map<string, string>();
  for (const file of files) {
    const visit = (node: ts.Node): void => {
      if (isNoText(node)) return;
      if (isText(node)) {
        const shown = isShown(node);
        for (const way of waysOf(node, known, 0)) take(way, shown, found);
        // What stands in a place may be a text of its own.
        if (ts.isTemplateExpression(node)) node.templateSpans.forEach(({ expression }) => visit(expression));
        return;
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function sentenceSources(): Map<string, string> {
  return new Map(
    rooms.flatMap(({ folder, but }) =>
      readdirSync(join(root, folder))
        .filter((name) => name.endsWith(".ts") && !but.test(name))
        .sort()
        .map((name): [string, string] => [`${folder}/${name}`, readFileSync(join(root, folder, name), "utf8")]),
    ),
  );
}

/** Texts that are no sentences: types, kinds, comparisons, names of modules, and what a defect says. */
function isNoText(node: ts.Node): boolean {
  if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return true;
  if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isCaseClause(node.parent ?? node))
    return !ts.isStatement(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
  if (ts.isPropertyAssignment(node)) return /^(kind|verb|name|call|action)$/.test(node.name.getText());
  if (ts.isNewExpression(node)) return node.expression.getText() === "Error" && !isForPeople(node);
  if (!isText(node) || !ts.isBinaryExpression(node.parent)) return false;
  return /^[!=]==?$/.test(node.parent.operatorToken.getText());
}

/** An error of a session reaches the person as its notice; what begins small speaks of a defect. */
function isForPeople({ arguments: given }: ts.NewExpression): boolean {
  return /^["`][A-Z]/.test(given?.[0]?.getText() ?? "");
}

function isText(node: ts.Node): node is ts.StringLiteralLike | ts.TemplateExpression {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

function isShown({ parent }: ts.Node): boolean {
  if (ts.isConditionalExpression(parent)) return isShown(parent);
  if (ts.isPropertyAssignment(parent)) return shownNames.test(parent.name.getText());
  return ts.isBinaryExpression(parent) && shownNames.test(parent.left.getText());
}

function take(way: Way, shown: boolean, found: Map<string, string>): void {
  let places = "";
  let at = 0;
  const template = way
    .map((piece) => {
      if (typeof piece === "string") return piece;
      if (piece.sentence) places += at;
      return `{${at++}}`;
    })
    .join("")
    .trim();
  const own = way.filter((piece) => typeof piece === "string").join(" ");
  const isSentence = /[A-Za-z]{2,}/.test(own) && (/\S\s+\S/.test(template) || shown);
  if (isSentence && !forModels.test(template) && !noWords.test(own)) found.set(template, places);
}

// ── Following names ───────────────────────────────────────────────────────────────────────────────────────────

type Known = ReadonlyMap<string, readonly ts.Expression[]>;

/** What constants and functions stand for, by name; a name that means several things stands for all of them. */
function meaningsIn(files: readonly ts.SourceFile[]): Known {
  const known = new Map<string, ts.Expression[]>();
  const add = (name: string, value: ts.Expression) => known.set(name, [...(known.get(name) ?? []), value]);
  for (const file of files) {
    const visit = (node: ts.Node): void => {
      if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
        if ((node.parent.flags & ts.NodeFlags.Const) !== 0) add(`${file.fileName} ${node.name.text}`, node.initializer);
        if (ts.isSourceFile(node.parent.parent.parent)) add(node.name.text, node.initializer);
      }
      if (ts.isFunctionDeclaration(node) && node.name && node.body)
        for (const value of returnedBy(node.body)) {
          add(`${file.fileName} ${node.name.text}()`, value);
          if (node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
            add(`${node.name.text}()`, value);
        }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return known;
}

function returnedBy(body: ts.Node): ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    else if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/** Every way in which an expression becomes a text. */
function waysOf(node: ts.Expression, known: Known, depth: number): Way[] {
  if (ts.isStringLiteralLike(node)) return [[node.text]];
  if (ts.isParenthesizedExpression(node)) return waysOf(node.expression, known, depth);
  if (ts.isConditionalExpression(node))
    return [...waysOf(node.whenTrue, known, depth), ...waysOf(node.whenFalse, known, depth)];
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce<Way[]>(
      (ways, { expression, literal }) =>
        ways.flatMap((way) =>
          waysOf(expression, known, depth + 1).map((value): Way => [...way, ...value, literal.text]),
        ),
      [[node.head.text]],
    );
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return waysOf(node.left, known, depth).flatMap((left) =>
      waysOf(node.right, known, depth).map((right): Way => [...left, ...right]),
    );
  const meant = depth > 4 ? [] : meaningOf(node, known);
  const ways = meant.flatMap((one) => waysOf(one, known, depth + 1)).map(joined);
  const capital = ts.isCallExpression(node) && node.expression.getText() === "capital" && node.arguments[0];
  if (capital)
    return waysOf(capital, known, depth).map((way) =>
      joined(way).map((piece, at) => (at === 0 ? upper(piece) : piece)),
    );
  const isTextual = ways.length > 0 && ways.length <= 12 && ways.some((way) => way.some((piece) => isWord(piece)));
  return isTextual ? unique(ways) : [[{ sentence: sentenceNames.test(node.getText()) }]];
}

function meaningOf(node: ts.Expression, known: Known): readonly ts.Expression[] {
  const file = node.getSourceFile().fileName;
  if (ts.isIdentifier(node)) return known.get(`${file} ${node.text}`) ?? known.get(node.text) ?? [];
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || measures.test(node.expression.text)) return [];
  const name = `${node.expression.text}()`;
  return known.get(`${file} ${name}`) ?? known.get(name) ?? [];
}

/** The way with pieces that follow each other as one. */
function joined(way: Way): Way {
  const result: Way = [];
  for (const piece of way) {
    const last = result.at(-1);
    if (piece === "") continue;
    if (typeof piece === "string" && typeof last === "string") result[result.length - 1] = last + piece;
    else result.push(piece);
  }
  return result.length === 0 ? [""] : result;
}

function isWord(piece: Way[number]): boolean {
  return typeof piece === "string" && (piece === "" || /[A-Za-z]/.test(piece));
}

function upper(piece: Way[number]): Way[number] {
  return typeof piece === "string" ? piece.charAt(0).toUpperCase() + piece.slice(1) : piece;
}

function unique(ways: readonly Way[]): Way[] {
  return [...new Map(ways.map((way) => [JSON.stringify(way), way])).values()];
}

// ── The files ─────────────────────────────────────────────────────────────────────────────────────────────────

/** As the formatter leaves it. */
function quoted(text: string): string {
  const double = JSON.stringify(text);
  return text.includes('"') && !text.includes("'") ? `'${double.slice(1, -1).replaceAll('\\"', '"')}'` : double;
}

/** The lists as they stand in their files: what is always the same, and what has places for values. */
export function sentenceFiles(sentences: ReadonlyMap<string, string>): Map<string, string> {
  const hasPlaces = ([template]: [string, string]): boolean => /\{\d+\}/.test(template);
  const plain = [...sentences].filter((one) => !hasPlaces(one)).map(([text]) => `  ${quoted(text)},`);
  const shapes = [...sentences].filter(hasPlaces).map(([template, places]) => {
    const row = `  ${quoted(template)}: ${JSON.stringify(places)},`;
    return row.length > 120 ? row.replace(/: ("\d*",)$/, ":\n    $1") : row;
  });
  return new Map([
    [
      "src/protocol/sentences.ts",
      `/**
 * Sentences: what session, review, draft, memory and engine say to a person, in English as their logs keep it.
 *
 * Written by \`npm run l10n\` from their sources; not to be edited. Those with places for values are in \`sentenceShapes.ts\`.
 */
export const plainSentences: readonly string[] = [
${plain.join("\n")}
];
`,
    ],
    [
      "src/protocol/sentenceShapes.ts",
      `/**
 * Sentence shapes: what session, review, draft, memory and engine say to a person with values in it.
 *
 * Written by \`npm run l10n\` from their sources; not to be edited. Beside each stand the places in which a sentence may stand.
 */
export const sentenceShapes: Readonly<Record<string, string>> = {
${shapes.join("\n")}
};
`,
    ],
  ]);
}

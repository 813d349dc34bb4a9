/** The page's words: none is drawn that a translation could not replace. Reads every source of the page as a tree. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { moment, numeral, t } from "../../../src/webview/words.ts";

const room = join(import.meta.dirname, "../../../src/webview");
/** What of an element a person reads or hears. */
const told = new Set([
  "title",
  "aria-label",
  "placeholder",
  "aria-valuetext",
  "alt",
  "label",
  "text",
  "nothing",
  "word",
]);
/** What says its argument to the person. */
const sayers = new Set(["tell", "speak"]);

describe("the texts of the page", () => {
  for (const name of readdirSync(room).filter((file) => /\.tsx?$/.test(file)))
    it(`are said by t, every one of them: ${name}`, () => {
      assert.deepEqual(bare(name, readFileSync(join(room, name), "utf8")), []);
    });

  for (const [what, source] of [
    ["text between tags", "<p>Hello</p>"],
    ["text between tags and values", "<p>Hello {name}</p>"],
    ["a tooltip", '<p title="Hello" />'],
    ["a label put together", '<p aria-label={"Hello " + name} />'],
    ["a text that depends", '<p>{name ? "Hello" : t("Good bye")}</p>'],
    ["a table of texts", 'const words = { open: "To review" };'],
    ["a short answer", 'tell("nothing")'],
  ] as const)
    it(`would be found: ${what}`, () => {
      assert.equal(bare("a.tsx", source).length, 1);
    });

  for (const [what, source] of [
    ["a translated text", '<p title={t("Hello")}>{t("Hello {0}", name)}</p>'],
    ["signs and numbers", "<p>+{count} · …</p>"],
    ["names for the style sheet", '<p class="hunk active">{item.kind === "prompt" ? name : other}</p>'],
  ] as const)
    it(`may stand there: ${what}`, () => {
      assert.deepEqual(bare("a.tsx", source), []);
    });

  it("are English where there is no translation, with their values", () => {
    assert.equal(t("{0} of {1}", 2, "{0}"), "2 of {0}");
    assert.equal(numeral(1000), "1,000");
  });

  it("write a moment with its day only where that is not today", () => {
    const when = new Date(2026, 10, 20, 9, 5);
    assert.match(moment(when, new Date(2026, 10, 20, 23, 59)), /^0?9:05( AM)?$/);
    assert.match(moment(when, new Date(2026, 10, 21, 0, 1)), /^Nov 20, 0?9:05( AM)?$/);
  });
});

/** Every text of a source that a person would read, and that is not an argument of `t`: place and words. */
function bare(name: string, source: string): string[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== null && isRead(node, text))
      found.push(`${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}: ${text.trim()}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function textOf(node: ts.Node): string | null {
  if (ts.isJsxText(node) || ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("");
  return null;
}

/** Whether a person gets to see it: between tags, in what an element says, in a short answer, or a sentence anywhere. */
function isRead(node: ts.Node, text: string): boolean {
  if (!/\p{L}/u.test(text)) return false;
  if (ts.isJsxText(node)) return true;
  for (let child = node, at = node.parent; !ts.isSourceFile(at); child = at, at = at.parent) {
    if (ts.isCallExpression(at) && at.expression !== child) {
      const called = at.expression.getText();
      if (called === "t") return false;
      return sayers.has(called) || isSentence(text, called);
    }
    if (ts.isJsxAttribute(at)) return told.has(at.name.getText());
    if (ts.isJsxExpression(at) && !ts.isJsxAttribute(at.parent)) return true;
    if (ts.isBinaryExpression(at) && at.operatorToken.kind !== ts.SyntaxKind.PlusToken && !isChoice(at)) return false;
    if (ts.isImportDeclaration(at) || ts.isTypeNode(at) || ts.isCaseClause(at) || ts.isElementAccessExpression(at))
      return false;
    if (ts.isConditionalExpression(at) && at.condition === child) return false;
  }
  return isSentence(text, "");
}

function isChoice({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}

/** A capital and more words, or several words: no name of a style, an event or a selector looks like it. */
function isSentence(text: string, called: string): boolean {
  if (/querySelector|closest|matches|RegExp|addEventListener|matchMedia|Error$/.test(called)) return false;
  return /^\p{Lu}\p{Ll}+(?:$|[ ,.:])/u.test(text) && /\s/.test(text);
}

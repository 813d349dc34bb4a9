/**
 * What a source file imports, by the compiler's own reading of it.
 *
 * Pure: text in, values out. Static and dynamic imports, `export … from`, `import type`, `import("…")` as a type, `require`.
 * Always: an import whose target is not a plain string is reported as `null`, never passed by.
 */
import ts from "typescript";

export interface Import {
  /** As it is written; null where it is put together at run time. */
  target: string | null;
  /** Gone after compiling: it loads nothing. */
  typeOnly: boolean;
  /** Loaded when the line runs, not when the file does. */
  dynamic: boolean;
}

export function importsOf(path: string, text: string): Import[] {
  const kind = path.endsWith(".tsx") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false, kind);
  const found: Import[] = [];
  const add = (target: ts.Node | undefined, typeOnly: boolean, dynamic: boolean) => {
    const plain = target && (ts.isStringLiteral(target) || ts.isNoSubstitutionTemplateLiteral(target));
    found.push({ target: plain ? target.text : null, typeOnly, dynamic });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, namesTypesOnly(node.importClause), false);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly, false);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true, false);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false, false);
    else if (ts.isCallExpression(node) && isLoading(node.expression)) add(node.arguments[0], false, true);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** With `verbatimModuleSyntax` an import stays unless it says `import type`: `{ type A }` alone still loads the file. */
function namesTypesOnly(clause: ts.ImportClause | undefined): boolean {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function isLoading(called: ts.Expression): boolean {
  return called.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(called) && called.text === "require");
}

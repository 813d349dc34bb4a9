/**
 * The types of `dist/review.mjs`, in one file that needs nothing else.
 *
 * Made of the declarations of `src/review/api.ts` and of what it is made of: each file's own, one behind the other, with only those
 * exported that the entry exports. Always: two declarations of one name, a name
 * that is nowhere declared, or a type that is not written out fail the build.
 */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import ts from "typescript";

/** The text of the declarations for a module that `entry` begins. */
export function typesOf(entry: string): string {
  const declared = new Map<string, string>();
  const order: string[] = [];
  read(entry);
  const exported = exportsOf(declared.get(entry)!);
  const own = ownOf(declared.get(entry)!);
  const others = order.slice(0, -1).flatMap((file) => ownOf(declared.get(file)!));
  const statements = [...others.filter(({ name }) => !own.some((one) => one.name === name)), ...own];
  const used = reachable(statements, exported);
  const names = used.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`two types of the name ${twice}`);
  const nowhere = exported.find((name) => !names.includes(name));
  if (nowhere !== undefined) throw new Error(`${nowhere} is exported and nowhere declared`);
  // What is not written out where it is declared cannot be known from one file alone.
  if (used.some(({ text }) => /\bany\b/.test(withoutComments(text)))) throw new Error("a type is not written out");
  return `${used.map(({ text }) => text).join("\n")}\nexport { ${[...exported].sort().join(", ")} };\n`;

  /** Files in the order in which each comes behind those it is made of. */
  function read(file: string): void {
    if (declared.has(file)) return;
    const { outputText } = ts.transpileDeclaration(readFileSync(file, "utf8"), {
      fileName: file,
      compilerOptions: { target: ts.ScriptTarget.ES2023, strict: true, isolatedDeclarations: true },
    });
    declared.set(file, outputText);
    for (const from of parsed(outputText).statements.flatMap(sourceOf)) read(resolve(dirname(file), from));
    order.push(file);
  }
}

interface Statement {
  name: string;
  /** Whether other declarations can be made of it. */
  isType: boolean;
  text: string;
}

function parsed(text: string): ts.SourceFile {
  return ts.createSourceFile("declarations.d.ts", text, ts.ScriptTarget.ES2023, true);
}

function sourceOf(statement: ts.Statement): string[] {
  const from =
    ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement) ? statement.moduleSpecifier : undefined;
  return from && ts.isStringLiteral(from) ? [from.text] : [];
}

/** The names that a file gives on or exports itself. */
function exportsOf(text: string): string[] {
  return parsed(text).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause } = statement;
      return exportClause && ts.isNamedExports(exportClause) ? exportClause.elements.map(({ name }) => name.text) : [];
    }
    return isExported(statement) ? namesOf(statement) : [];
  });
}

/** The declarations of a file, without their `export`. */
function ownOf(text: string): Statement[] {
  const source = parsed(text);
  return source.statements.flatMap((statement) =>
    namesOf(statement).map((name) => ({
      name,
      isType: ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement),
      text: withoutHeader(statement.getFullText(source))
        .trim()
        .replace(/^export (declare )?/m, (_, declare: string | undefined) => declare ?? ""),
    })),
  );
}

/** A comment that stands by itself above another is the file's, not the declaration's. */
function withoutHeader(text: string): string {
  return text.replace(/^\s*\/\*\*(?:(?!\*\/)[^])*\*\/\s*(?=\/\*\*|import )/, "");
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const named = statement as ts.Statement & { name?: ts.Identifier };
  return ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isFunctionDeclaration(statement)
    ? [named.name!.text]
    : [];
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

/** What is exported, and what that is made of. */
function reachable(statements: readonly Statement[], exported: readonly string[]): Statement[] {
  const wanted = new Set(exported);
  for (let size = 0; size < wanted.size;) {
    size = wanted.size;
    for (const { name, text } of statements) {
      if (!wanted.has(name)) continue;
      for (const other of statements)
        if (other.isType && new RegExp(`\\b${other.name}\\b`).test(withoutComments(text))) wanted.add(other.name);
    }
  }
  return statements.filter(({ name }) => wanted.has(name));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, "");
}

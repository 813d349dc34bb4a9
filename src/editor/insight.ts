/**
 * What this editor knows of the code in the person's files: asked of whatever extensions are here, through VS Code's own commands.
 *
 * Only files below the workspace folder are opened, and without a tab: a document of a draft would let what it holds run here.
 * Always: every path passes the guard first; nothing is written or shown; of what lies elsewhere only the end of its name is told.
 */
import { realpathSync } from "node:fs";
import { stat } from "node:fs/promises";
import {
  DiagnosticSeverity,
  Position,
  SymbolKind,
  TabInputText,
  commands,
  languages,
  window,
  workspace,
  type Diagnostic,
  type DocumentSymbol,
  type Location,
  type LocationLink,
  type SymbolInformation,
  type TextDocument,
  Uri,
} from "vscode";
import type { CodeLocation, CodePlace, CodeProblem, Insight, Known, Severity } from "../protocol/index.ts";
import { findFile, type Ground, type Guard } from "./disk.ts";
import { pathIn } from "./within.ts";

/** Most that one answer holds; what is beyond it is counted. */
const most = 1_000;
/** Bytes of a file above which it is not read. */
const largest = 4 * 1024 * 1024;
/** Milliseconds that a file which was just opened is given for its first diagnostics. */
const firstLook = 2_000;

/** For the files below a workspace folder. */
export function openInsight(folder: Uri, guard: Guard): Insight {
  const ground: Ground = { root: folder.fsPath, guard };
  const roots = rootsOf(folder);

  const inside = (uri: Uri): string | null =>
    roots.map((root) => pathIn(root, uri)).find((path) => path !== null) ?? null;

  function placeOf(uri: Uri, line: number): CodePlace {
    const path = inside(uri);
    return path === null ? { kind: "outside", name: endOf(uri), line } : { kind: "inside", path, line };
  }

  function uriOf(path: string): Uri | null {
    const guarded = guard(ground.root, path);
    return guarded.kind === "inside" && guarded.exists ? Uri.joinPath(folder, path) : null;
  }

  /** The document, without a tab for it. */
  async function documentOf(path: string): Promise<TextDocument | null> {
    const uri = uriOf(path);
    if (uri === null) return null;
    try {
      return await workspace.openTextDocument(uri);
    } catch {
      return null;
    }
  }

  async function places(command: string, { path, line, column }: CodeLocation): Promise<Known<CodePlace>> {
    const document = await documentOf(path);
    if (document === null) return { kind: "unreadable" };
    const at = new Position(line, column);
    const found = await commands.executeCommand<(Location | LocationLink)[] | undefined>(command, document.uri, at);
    if (!found?.length) return nothing(document);
    return cut(found, (one) =>
      "targetUri" in one
        ? placeOf(one.targetUri, (one.targetSelectionRange ?? one.targetRange).start.line)
        : placeOf(one.uri, one.range.start.line),
    );
  }

  return {
    async text(path) {
      const uri = uriOf(path);
      if (uri === null) return null;
      const held = workspace.textDocuments.find((document) => !document.isClosed && inside(document.uri) === path);
      if (held) return held.getText();
      if ((await stat(uri.fsPath)).size > largest) return null;
      const found = await findFile(ground, path);
      if (found.kind !== "file") return null;
      const text = await workspace.decode(found.bytes, { uri });
      return text.includes("\0") ? null : text;
    },
    definition: (at) => places("vscode.executeDefinitionProvider", at),
    references: (at) => places("vscode.executeReferenceProvider", at),
    async symbols(path) {
      const document = await documentOf(path);
      if (document === null) return { kind: "unreadable" };
      const found = await symbolsOf(document);
      if (found.length === 0) return { kind: "foreign", language: document.languageId };
      return cut(
        found.flatMap((one) => flat(one, 0)),
        ({ name, kind, line, depth }) => ({
          name,
          what: whatOf(kind),
          depth,
          place: { kind: "inside", path, line },
        }),
      );
    },
    async named(name) {
      const found = await commands.executeCommand<SymbolInformation[] | undefined>(
        "vscode.executeWorkspaceSymbolProvider",
        name,
      );
      return cut(found ?? [], ({ name: own, kind, location }) => ({
        name: own,
        what: whatOf(kind),
        depth: 0,
        place: placeOf(location.uri, location.range?.start.line ?? 0),
      }));
    },
    async problems(path, signal) {
      if (path === null) {
        const all = languages.getDiagnostics().flatMap(([uri, list]) => {
          const of = inside(uri);
          return of === null ? [] : list.map((one) => problemOf(of, one));
        });
        return { ...worst(all), open: false };
      }
      const uri = uriOf(path);
      if (uri === null) return { items: [], more: 0, open: false };
      const open = isShown(uri);
      const known = () => languages.getDiagnostics(uri).map((one) => problemOf(path, one));
      if (known().length === 0 && !open) {
        const told = changed(uri, signal);
        if ((await documentOf(path)) !== null) await told;
      }
      return { ...worst(known()), open };
    },
  };
}

/** A folder can have a second path, through a link: extensions may tell either. */
function rootsOf(folder: Uri): string[] {
  try {
    return [...new Set([folder.fsPath, realpathSync(folder.fsPath)])];
  } catch {
    return [folder.fsPath];
  }
}

/** The end of a name outside: below the last `node_modules`, else the last part. */
function endOf({ path }: Uri): string {
  const parts = path.split("/");
  const library = parts.lastIndexOf("node_modules");
  return library < 0 ? (parts.at(-1) ?? "") : parts.slice(library).join("/");
}

/** Nothing came back. Whether anybody here knows the language is not told: symbols of the file are taken as a sign. */
async function nothing<T>(document: TextDocument): Promise<Known<T>> {
  const known = (await symbolsOf(document)).length > 0;
  return known ? { kind: "known", items: [], more: 0 } : { kind: "foreign", language: document.languageId };
}

async function symbolsOf({ uri }: TextDocument): Promise<(DocumentSymbol | SymbolInformation)[]> {
  type Found = (DocumentSymbol | SymbolInformation)[] | undefined;
  return (await commands.executeCommand<Found>("vscode.executeDocumentSymbolProvider", uri)) ?? [];
}

interface Flat {
  name: string;
  kind: SymbolKind;
  line: number;
  depth: number;
}

function flat(one: DocumentSymbol | SymbolInformation, depth: number): Flat[] {
  const { name, kind } = one;
  if ("location" in one && !("selectionRange" in one))
    return [{ name, kind, line: one.location.range.start.line, depth }];
  const { selectionRange, children } = one as DocumentSymbol;
  return [
    { name, kind, line: selectionRange.start.line, depth },
    ...children.flatMap((child) => flat(child, Math.min(depth + 1, 20))),
  ];
}

/** "function", "enum member". */
function whatOf(kind: SymbolKind): string {
  return (SymbolKind[kind] ?? "symbol").replace(/\B[A-Z]/g, " $&").toLowerCase();
}

function cut<T, U>(found: readonly T[], make: (one: T) => U): Known<U> {
  return { kind: "known", items: found.slice(0, most).map(make), more: Math.max(0, found.length - most) };
}

/** The most severe first, so that what is cut off is the least. */
function worst(found: CodeProblem[]): { items: CodeProblem[]; more: number } {
  const order: readonly Severity[] = ["error", "warning", "information", "hint"];
  const sorted = found.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return { items: sorted.slice(0, most), more: Math.max(0, sorted.length - most) };
}

function problemOf(path: string, { range, severity, message, source, code }: Diagnostic): CodeProblem {
  const number = typeof code === "object" ? code.value : code;
  return {
    path,
    line: range.start.line,
    severity: severityOf(severity),
    message,
    source: [source, number].filter((part) => part !== undefined && part !== "").join(" "),
  };
}

function severityOf(severity: DiagnosticSeverity): Severity {
  switch (severity) {
    case DiagnosticSeverity.Error:
      return "error";
    case DiagnosticSeverity.Warning:
      return "warning";
    case DiagnosticSeverity.Information:
      return "information";
    case DiagnosticSeverity.Hint:
      return "hint";
  }
}

function isShown(uri: Uri): boolean {
  const inputs = window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ input }) => input));
  return inputs.some((input) => input instanceof TabInputText && input.uri.toString() === uri.toString());
}

/** Resolves when the file's diagnostics are others, at the latest after a moment. */
function changed(uri: Uri, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      listening.dispose();
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const listening = languages.onDidChangeDiagnostics(({ uris }) => {
      if (uris.some((one) => one.toString() === uri.toString())) end();
    });
    const timer = setTimeout(end, firstLook);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}

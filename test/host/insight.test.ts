/**
 * What the editor knows of the person's files, in a real window: asked by the agent's tools, of providers that the test registers for
 * files of its own and of those that come with the editor.
 */
import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import {
  ConfigurationTarget,
  Diagnostic,
  DiagnosticSeverity,
  DocumentSymbol,
  Location,
  Position,
  Range,
  SymbolInformation,
  SymbolKind,
  Uri,
  WorkspaceEdit,
  commands,
  extensions,
  languages,
  window,
  workspace,
  type CancellationToken,
  type Disposable as Part,
  type TextDocument,
} from "vscode";
import { openInsight } from "../../src/editor/insight.ts";
import type { ForTests } from "../../src/extension.ts";
import type { Insight } from "../../src/protocol/index.ts";
import { extensionUnderTest, until } from "./extension.ts";
import { newestLog } from "./logged.ts";
import { windowThat } from "./said.ts";
import {
  begun,
  calls,
  connect,
  folderAt,
  rightKey,
  says,
  scriptedModel,
  temporary,
  writeFiles,
  type Model,
} from "./stage.ts";

const selector = { scheme: "file", pattern: "**/*.madeup" };
const names = ["definition", "references", "symbols", "diagnostics"];

/** Every place of words like this in a text. */
function placesOf(document: TextDocument, pattern: string): Range[] {
  return [...document.getText().matchAll(new RegExp(`\\b${pattern}\\b`, "g"))].map(
    ({ index, 0: word }) => new Range(document.positionAt(index), document.positionAt(index + word.length)),
  );
}

function wordAt(document: TextDocument, position: Position): string {
  return document.getText(document.getWordRangeAtPosition(position));
}

/** A language of one kind of statement: “def NAME” defines a name. Its definition of “stuck” never comes. */
function madeUp(root: string): Part[] {
  const main = Uri.file(join(root, "main.madeup"));
  const problems = languages.createDiagnosticCollection("madeup");
  problems.set(main, [new Diagnostic(new Range(1, 0, 1, 4), "unknown word", DiagnosticSeverity.Warning)]);
  return [
    problems,
    workspace.onDidOpenTextDocument(({ uri }) => {
      const late = () => problems.set(uri, [new Diagnostic(new Range(0, 0, 0, 1), "seen on opening")]);
      if (uri.path.endsWith("opened.madeup")) setTimeout(late, 200);
    }),
    languages.registerDefinitionProvider(selector, {
      provideDefinition: (document, position) => {
        const word = wordAt(document, position);
        if (word === "stuck") return new Promise(() => {});
        const outside = new Location(Uri.file("/usr/lib/node_modules/lib/base.madeup"), new Position(4, 0));
        const ranges = placesOf(document, `def ${word}`);
        return [...ranges.map((range) => new Location(document.uri, range)), ...(ranges.length > 0 ? [outside] : [])];
      },
    }),
    languages.registerReferenceProvider(selector, {
      provideReferences: (document, position) => [
        ...placesOf(document, wordAt(document, position)).map((range) => new Location(document.uri, range)),
        new Location(Uri.file(join(root, ".env")), new Position(0, 0)),
      ],
    }),
    languages.registerDocumentSymbolProvider(selector, {
      provideDocumentSymbols: (document) =>
        placesOf(document, "def \\w+").map(
          (range) => new DocumentSymbol(document.getText(range).slice(4), "", SymbolKind.EnumMember, range, range),
        ),
    }),
    languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: (query: string, _: CancellationToken) =>
        "alpha".startsWith(query)
          ? [new SymbolInformation("alpha", SymbolKind.Function, "", new Location(main, new Position(0, 4)))]
          : [],
    }),
  ];
}

function tabs(): number {
  return window.tabGroups.all.reduce((sum, group) => sum + group.tabs.length, 0);
}

describe("what the editor knows of the person's files", function () {
  this.timeout(60_000);
  let parts: ForTests;
  let root: string;
  let model: Model | undefined;
  let insight: Insight;
  let held: Part[] = [];
  const never = new AbortController().signal;

  before(async () => {
    parts = await extensionUnderTest();
    await parts.current.close();
    root = temporary("insight");
    writeFiles(root, {
      "main.madeup": "def alpha\nuse alpha\nuse stuck\n",
      "opened.madeup": "use alpha\n",
      ".env": "alpha=1\n",
      "plain.nobody": "alpha beta\n",
      "bad.json": '{ "a": 1,, }\n',
      "tsconfig.json": '{ "compilerOptions": { "strict": true }, "files": ["a.ts", "b.ts"] }\n',
      "a.ts": "export function shared(): number {\n  return 1;\n}\n",
      "b.ts": 'import { shared } from "./a";\nshared();\n',
    });
    symlinkSync("main.madeup", join(root, "linked.madeup"));
    mkdirSync(join(root, "sub/.git"), { recursive: true });
    writeFiles(root, { "sub/a.madeup": "def alpha\n" });
    held = madeUp(root);
    insight = openInsight(Uri.file(root), await parts.rooms.guard());
  });
  afterEach(async () => {
    await parts.current.close();
    await connect(parts);
    await model?.close();
    model = undefined;
  });
  after(() => {
    for (const part of held) part.dispose();
    if (root) rmSync(root, { recursive: true });
  });

  /** Runs a session whose model makes these calls, each in an answer of its own; the answers it got, and how they are called on the page. */
  async function asked(...of: [string, object][]): Promise<{ texts: string[]; summaries: string[] }> {
    const steps = [...of.map(([name, input]) => ({ blocks: [calls(name, input)] })), { blocks: [says("Done.")] }];
    model = await scriptedModel([steps]);
    await connect(parts, model.endpoint, rightKey);
    const session = await begun(parts, folderAt(root), "Look around.");
    const talk = (await session.everything()).flatMap((message) => (message.kind === "talk" ? message.items : []));
    return {
      texts: newestLog().flatMap((event) =>
        event.kind === "tool.answered" ? [String((event as unknown as { text: string }).text)] : [],
      ),
      summaries: talk.flatMap((item) => (item.kind === "tool" ? [item.summary] : [])),
    };
  }

  it("reaches the agent: definition, references, symbols and diagnostics, unsaved text included and without a tab", async () => {
    const uri = Uri.file(join(root, "main.madeup"));
    const before = tabs();
    const place = { file_path: "main.madeup", line: 2, symbol: "alpha" };
    const { texts, summaries } = await asked(
      ["definition", place],
      ["references", place],
      ["symbols", { file_path: "main.madeup" }],
      ["symbols", { symbol: "alp" }],
      ["diagnostics", { file_path: "main.madeup" }],
    );
    assert.deepEqual(texts, [
      "Definition of “alpha” on line 2 of main.madeup, in the person's files:\nmain.madeup:1: def alpha\noutside the project: node_modules/lib/base.madeup:5",
      "References of “alpha” on line 2 of main.madeup, in the person's files:\nmain.madeup:1: def alpha\nmain.madeup:2: use alpha\n[1 left out: in files that the model may not read]",
      "What main.madeup defines, in the person's files:\n1: enum member alpha",
      "Defined by a name like “alp”, in the person's files:\nfunction alpha – main.madeup:1: def alpha",
      "Diagnostics of main.madeup, in the person's files:\nwarning: unknown word\n  main.madeup:2: use alpha",
    ]);
    assert.deepEqual(summaries, [
      "definition of “alpha” in main.madeup",
      "references of “alpha” in main.madeup",
      "symbols main.madeup",
      "symbols of “alp”",
      "diagnostics main.madeup",
    ]);
    assert.equal(tabs(), before);
    const edit = new WorkspaceEdit();
    edit.insert(uri, new Position(0, 0), "use nothing\n");
    assert.ok(await workspace.applyEdit(edit));
    try {
      const found = await insight.definition({ path: "main.madeup", line: 2, column: 4 });
      assert.ok(found.kind === "known");
      assert.deepEqual(found.items[0], { kind: "inside", path: "main.madeup", line: 1 });
      assert.match((await insight.text("main.madeup"))!, /^use nothing\n/);
    } finally {
      await window.showTextDocument(uri);
      await commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    }
  });

  it("waits a moment for what an extension says of a file that was just opened for it", async () => {
    const { items, open } = await insight.problems("opened.madeup", never);
    assert.deepEqual([items.map(({ message }) => message), open], [["seen on opening"], false]);
  });

  it("is asked for no longer than ten seconds, and says whose silence it was", async () => {
    const { texts } = await asked(["definition", { file_path: "main.madeup", line: 3, symbol: "stuck" }]);
    assert.match(texts[0]!, /^definition: no answer came from the person's editor within 10 seconds/);
  });

  it("is nothing for files that no extension knows, and said so", async () => {
    const { texts } = await asked(["definition", { file_path: "plain.nobody", line: 1, symbol: "beta" }]);
    assert.match(
      texts[0]!,
      /^Nothing came for “plaintext” files: no extension in the person's editor knows them, or it is still starting\./,
    );
  });

  it("is nothing of links, other repositories, a repository's own data or what lies outside", async () => {
    for (const path of ["linked.madeup", "sub/a.madeup", "../x.ts", ".git/config", "/etc/passwd", "missing.ts"]) {
      assert.equal(await insight.text(path), null);
      assert.deepEqual(await insight.symbols(path), { kind: "unreadable" });
      assert.deepEqual(await insight.problems(path, never), { items: [], more: 0, open: false });
    }
  });

  it("comes from the editor's own extensions as well, where it has them", async function () {
    const [json, typescript] = ["vscode.json-language-features", "vscode.typescript-language-features"].map((id) =>
      extensions.getExtension(id),
    );
    assert.ok(json && typescript, "this host comes with JSON and TypeScript");
    await window.showTextDocument(Uri.file(join(root, "bad.json")));
    const { items, open } = await until("the diagnostics of JSON", async () => {
      const found = await insight.problems("bad.json", never);
      return found.items.length > 0 ? found : null;
    });
    await commands.executeCommand("workbench.action.closeActiveEditor");
    assert.deepEqual([items[0]!.severity, items[0]!.line, open], ["error", 0, true]);
    // A server host may come without the compiler: ours does the work.
    const compiler = join(__dirname, "../../../node_modules/typescript/lib");
    await workspace.getConfiguration("typescript").update("tsdk", compiler, ConfigurationTarget.Global);
    const found = await until("TypeScript's definition", async () => {
      const known = await insight.definition({ path: "b.ts", line: 1, column: 0 });
      const there = known.kind === "known" && known.items.some((one) => one.kind === "inside" && one.path === "a.ts");
      return there ? known : null;
    });
    assert.deepEqual(found.items, [{ kind: "inside", path: "a.ts", line: 0 }]);
    const symbols = await insight.symbols("a.ts");
    await workspace.getConfiguration("typescript").update("tsdk", undefined, ConfigurationTarget.Global);
    assert.ok(symbols.kind === "known");
    assert.deepEqual(symbols.items[0], {
      name: "shared",
      what: "function",
      depth: 0,
      place: { kind: "inside", path: "a.ts", line: 0 },
    });
  });

  it("is not offered to the agent in Restricted Mode", async () => {
    const offered = async (): Promise<string[]> => {
      await asked();
      const { tools } = model!.requests.at(-1)!.body as { tools: { name: string }[] };
      return tools.map(({ name }) => name).filter((name) => names.includes(name));
    };
    assert.deepEqual(await offered(), names);
    await parts.current.close();
    await model!.close();
    using _window = windowThat({ isTrusted: false });
    assert.deepEqual(await offered(), []);
  });
});

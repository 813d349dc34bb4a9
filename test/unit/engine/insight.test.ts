/** What the person's editor knows of their files, as the model is told: by a scripted editor beside a real draft. */
import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { askInsight } from "../../../src/engine/anthropic/insight.ts";
import type { Result } from "../../../src/engine/anthropic/result.ts";
import { openTools } from "../../../src/engine/anthropic/tools.ts";
import type { CodeLocation, CodePlace, CodeProblem, CodeSymbol, Insight, Known } from "../../../src/protocol/index.ts";
import { answered, done, kinds, last, play, says, turnIn, withFolder } from "./api.ts";

const never = new AbortController().signal;
const cart = "export function total(items) {\n  return subtotal(items);\n}\nconst totals = 1;\n";
const use = "import { total } from './cart';\nshow(total([]));\n";

/** What both sides have, unless a row says otherwise. */
const both = { "src/cart.ts": cart, "src/use.ts": use };
const inside = (path: string, line: number): CodePlace => ({ kind: "inside", path, line });
const known = <T>(...items: T[]): Known<T> => ({ kind: "known", items, more: 0 });

interface Row {
  name: string;
  tool: string;
  input: object;
  draft?: Record<string, string>;
  /** The person's files, where they are not the draft's. */
  theirs?: Record<string, string>;
  places?: Known<CodePlace>;
  symbols?: Known<CodeSymbol>;
  problems?: { items: CodeProblem[]; more: number; open: boolean };
  /** Where the editor has to be asked about. */
  asked?: CodeLocation;
  ok: boolean;
  text: string;
}

const total = { file_path: "src/use.ts", line: 2, symbol: "total" };
const symbol = (name: string, what: string, depth: number, place: CodePlace): CodeSymbol => ({
  name,
  what,
  depth,
  place,
});
const problem = (path: string, line: number, severity: CodeProblem["severity"], message: string): CodeProblem => ({
  path,
  line,
  severity,
  message,
  source: "ts 2304",
});

const rows: Row[] = [
  {
    name: "a definition with its place and line",
    tool: "definition",
    input: total,
    places: known(inside("src/cart.ts", 0)),
    asked: { path: "src/use.ts", line: 1, column: 5 },
    ok: true,
    text: "Definition of “total” on line 2 of src/use.ts, in the person's files:\nsrc/cart.ts:1: export function total(items) {",
  },
  {
    name: "the nearest line with the name, as a word of its own before a part of one",
    tool: "definition",
    input: { file_path: "src/cart.ts", line: 4, symbol: "total" },
    places: known(inside("src/cart.ts", 0)),
    asked: { path: "src/cart.ts", line: 0, column: 16 },
    ok: true,
    text: "Definition of “total” on line 1 of src/cart.ts, in the person's files:\nsrc/cart.ts:1: export function total(items) {",
  },
  {
    name: "references, each line once, those in libraries by the end of their name",
    tool: "references",
    input: total,
    places: known<CodePlace>(
      inside("src/use.ts", 0),
      inside("src/use.ts", 1),
      inside("src/use.ts", 1),
      { kind: "outside", name: "lib.es5.d.ts", line: 40 },
      inside("node_modules/a/index.d.ts", 7),
    ),
    ok: true,
    text: "References of “total” on line 2 of src/use.ts, in the person's files:\nsrc/use.ts:1: import { total } from './cart';\nsrc/use.ts:2: show(total([]));\noutside the project: lib.es5.d.ts:41\nnode_modules/a/index.d.ts:8 (a file that the draft does not have)",
  },
  {
    name: "many, cut off and counted",
    tool: "references",
    input: { file_path: "long.ts", line: 1, symbol: "n0" },
    draft: { "long.ts": Array.from({ length: 150 }, (_, index) => `n${index}`).join("\n") },
    places: { kind: "known", items: Array.from({ length: 150 }, (_, line) => inside("long.ts", line)), more: 1_000 },
    ok: true,
    text: `References of “n0” on line 1 of long.ts, in the person's files:\n${Array.from({ length: 100 }, (_, index) => `long.ts:${index + 1}: n${index}`).join("\n")}\n[1050 more are left out]`,
  },
  {
    name: "none",
    tool: "definition",
    input: total,
    places: known(),
    ok: true,
    text: "None found for “total” on line 2 of src/use.ts.",
  },
  {
    name: "a language that nobody there knows",
    tool: "references",
    input: total,
    places: { kind: "foreign", language: "cobol" },
    ok: false,
    text: "Nothing came for “cobol” files: no extension in the person's editor knows them, or it is still starting. Go on with grep and read.",
  },
  {
    name: "a file that the editor does not open",
    tool: "definition",
    input: total,
    places: { kind: "unreadable" },
    ok: false,
    text: "The person's editor does not open this file as text.",
  },
  {
    name: "files of secrets, links and repositories: counted, not named",
    tool: "references",
    input: total,
    draft: { ".env": "total=1\n" },
    places: known<CodePlace>(
      inside(".env", 0),
      inside("linked/a.ts", 0),
      inside(".git/config", 0),
      { kind: "outside", name: "id_rsa", line: 0 },
      inside("src/use.ts", 1),
    ),
    ok: true,
    text: "References of “total” on line 2 of src/use.ts, in the person's files:\nsrc/use.ts:2: show(total([]));\n[4 left out: in files that the model may not read]",
  },
  {
    name: "what the person typed since: the place alone",
    tool: "references",
    input: total,
    theirs: { "src/use.ts": `// mine: total\n${use}` },
    places: known(inside("src/use.ts", 0), inside("src/use.ts", 2)),
    asked: { path: "src/use.ts", line: 2, column: 5 },
    ok: true,
    text: "References of “total” on line 3 of src/use.ts, in the person's files:\nsrc/use.ts:1 (a line that the draft does not have)\nsrc/use.ts:3: show(total([]));\n[Not the same in the draft, where line numbers may be other ones: src/use.ts]",
  },
  {
    name: "a line that is in the draft only",
    tool: "definition",
    input: { file_path: "src/use.ts", line: 1, symbol: "fresh" },
    draft: { "src/use.ts": "fresh();\n" },
    theirs: { "src/use.ts": use },
    ok: false,
    text: "definition: no line of src/use.ts with “fresh” is in the person's file as it is in the draft: you or they changed it.",
  },
  {
    name: "a file that is in the draft only",
    tool: "definition",
    input: { file_path: "new.ts", line: 1, symbol: "a" },
    draft: { "new.ts": "a\n" },
    theirs: {},
    ok: false,
    text: "definition: the person has no text file new.ts: it is only in the draft, or they took it away. Their editor knows their own files only.",
  },
  {
    name: "a file that the draft does not have, as it is with ignored ones",
    tool: "symbols",
    input: { file_path: "dist/out.js" },
    theirs: { "dist/out.js": "secret\n" },
    ok: false,
    text: "symbols: dist/out.js: the draft has no such text file",
  },
  {
    name: "a name that does not stand there",
    tool: "references",
    input: { file_path: "src/use.ts", line: 1, symbol: "nope" },
    ok: false,
    text: "references: “nope” does not stand in src/use.ts of the draft.",
  },
  {
    name: "what a file defines, one in the other, without words of lines that the draft does not have",
    tool: "symbols",
    input: { file_path: "src/cart.ts" },
    theirs: { "src/cart.ts": `${cart}const hers = 'x';\n` },
    symbols: known(
      symbol("total", "function", 0, inside("src/cart.ts", 0)),
      symbol("inner\nfoe", "variable", 1, inside("src/cart.ts", 1)),
      symbol("hers", "constant", 0, inside("src/cart.ts", 4)),
    ),
    ok: true,
    text: "What src/cart.ts defines, in the person's files:\n1: function total\n  2: variable inner foe\n[1 left out: in files or lines that the draft does not have]\n[Not the same in the draft, where line numbers may be other ones: src/cart.ts]",
  },
  {
    name: "a name in the whole project, nothing of files that were not copied",
    tool: "symbols",
    input: { symbol: "tot" },
    symbols: known(
      symbol("total", "function", 0, inside("src/cart.ts", 0)),
      symbol("totalOfIgnored", "function", 0, inside("ignored.ts", 3)),
      symbol("totalElsewhere", "function", 0, { kind: "outside", name: "other.ts", line: 3 }),
    ),
    ok: true,
    text: "Defined by a name like “tot”, in the person's files:\nfunction total – src/cart.ts:1: export function total(items) {\n[2 left out: in files or lines that the draft does not have]",
  },
  {
    name: "neither a file nor a name",
    tool: "symbols",
    input: {},
    ok: false,
    text: "symbols: give file_path or symbol, one of them",
  },
  {
    name: "both a file and a name",
    tool: "symbols",
    input: { file_path: "src/cart.ts", symbol: "a" },
    ok: false,
    text: "symbols: give file_path or symbol, one of them",
  },
  {
    name: "diagnostics, the worst first, on one line each",
    tool: "diagnostics",
    input: {},
    problems: {
      items: [
        problem("src/use.ts", 1, "warning", "unused"),
        problem("src/cart.ts", 1, "error", "Cannot find\nname 'subtotal'."),
        problem("ignored.ts", 1, "error", "Type 'sk-1' is wrong"),
        problem(".env", 1, "error", "TOKEN"),
      ],
      more: 0,
      open: false,
    },
    ok: true,
    text: "Diagnostics of all files, in the person's files:\nerror: Cannot find name 'subtotal'. [ts 2304]\n  src/cart.ts:2: return subtotal(items);\nwarning: unused [ts 2304]\n  src/use.ts:2: show(total([]));\n[1 left out: in files that the model may not read]\n[1 left out: in files or lines that the draft does not have]",
  },
  {
    name: "no diagnostics of a file that no editor shows",
    tool: "diagnostics",
    input: { file_path: "src/cart.ts" },
    problems: { items: [], more: 0, open: false },
    ok: true,
    text: "The person's editor has no diagnostics for src/cart.ts. That is no proof: many extensions say something only of files that are open in an editor.",
  },
  {
    name: "no diagnostics of a file that an editor shows",
    tool: "diagnostics",
    input: { file_path: "src/cart.ts" },
    problems: { items: [], more: 0, open: true },
    ok: true,
    text: "The person's editor has no diagnostics for src/cart.ts.",
  },
  {
    name: "hidden characters spelled out, in lines, names and messages",
    tool: "diagnostics",
    input: { file_path: "src/h.ts" },
    draft: { "src/h.ts": "a\u200bb\n" },
    problems: { items: [problem("src/h.ts", 0, "hint", "m\u202en")], more: 0, open: true },
    ok: true,
    text: "Diagnostics of src/h.ts, in the person's files:\nhint: m⟦U+202E⟧n [ts 2304]\n  src/h.ts:1: a⟦U+200B⟧b",
  },
  {
    name: "a name with a hidden character, given by its spelling",
    tool: "definition",
    input: { file_path: "src/h.ts", line: 1, symbol: "a⟦U+200B⟧b" },
    draft: { "src/h.ts": "x a\u200bb\n" },
    places: known(),
    asked: { path: "src/h.ts", line: 0, column: 2 },
    ok: true,
    text: "None found for “a⟦U+200B⟧b” on line 1 of src/h.ts.",
  },
];

/** The editor as a row has it. A file it may not be asked for, or another way of asking, fails the test. */
function editorOf(row: Partial<Row>, asked: CodeLocation[] = []): Insight {
  const files: Record<string, string> = row.theirs ?? { ...both, ...row.draft };
  const at = async (place: CodeLocation): Promise<Known<CodePlace>> => {
    asked.push(place);
    return row.places ?? { kind: "unreadable" };
  };
  return {
    text: async (path) => {
      assert.doesNotMatch(path, /ignored|dist|\.env|linked|node_modules/, "was not copied, and is not read");
      return files[path] ?? null;
    },
    definition: at,
    references: at,
    symbols: async () => row.symbols ?? { kind: "unreadable" },
    named: async () => row.symbols ?? { kind: "unreadable" },
    problems: async () => row.problems ?? { items: [], more: 0, open: false },
  };
}

async function withDraft<T>(draft: Record<string, string>, act: (root: string) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const root = join(folder, "draft");
    for (const [path, text] of Object.entries({ ...both, ...draft })) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    await symlink("src", join(root, "linked"));
    return act(root);
  });
}

async function run(root: string, insight: Insight, tool: string, input: object): Promise<Result> {
  const tools = await openTools(root, turnIn(root, { insight }));
  assert.ok(tools !== null);
  return tools.run(tool, input, never);
}

describe("what the editor knows reaches the model as", () => {
  for (const row of rows)
    it(row.name, () =>
      withDraft(row.draft ?? {}, async (root) => {
        const asked: CodeLocation[] = [];
        const { ok, text } = await run(root, editorOf(row, asked), row.tool, row.input);
        const [first, ...rest] = text.split("\n");
        assert.deepEqual(
          [ok, first!.startsWith("[Characters that nobody sees") ? rest.join("\n") : text],
          [row.ok, row.text],
        );
        if (row.asked) assert.deepEqual(asked, [row.asked]);
      }),
    );
});

describe("a question to the editor", () => {
  const hostile = ["../x.ts", "/etc/passwd", ".git/config", ".env", "linked/a.ts", "a\0b", "", "src"];
  it("about a path outside, of secrets or behind a link does not reach it", () =>
    withDraft({ ".env": "TOKEN=1\n" }, async (root) => {
      const refuses = new Proxy({} as Insight, { get: () => assert.fail("the editor was asked") });
      for (const file_path of hostile)
        for (const tool of ["definition", "references", "symbols", "diagnostics"]) {
          const place = tool === "definition" || tool === "references" ? { line: 1, symbol: "TOKEN" } : {};
          const result = await run(root, refuses, tool, { file_path, ...place });
          assert.equal(result.ok, false, `${tool} ${file_path} gave ${result.text}`);
          assert.doesNotMatch(result.text, /TOKEN|could not answer/);
        }
    }));

  it("tells nothing of an ignored file, also where the draft was given one of its name", () =>
    withDraft({ "local.ts": "guess\n" }, async (root) => {
      const theirs = { "local.ts": "const key = 'sk-live';\n", "src/use.ts": use };
      const row: Partial<Row> = {
        theirs,
        places: known(inside("local.ts", 0)),
        symbols: known(symbol("key sk-live", "constant", 0, inside("local.ts", 0))),
        problems: { items: [problem("local.ts", 0, "error", "sk-live is unused")], more: 0, open: true },
      };
      for (const [tool, input] of [
        ["references", total],
        ["symbols", { file_path: "local.ts" }],
        ["symbols", { symbol: "key" }],
        ["diagnostics", { file_path: "local.ts" }],
        ["diagnostics", {}],
      ] as const)
        assert.doesNotMatch((await run(root, editorOf(row), tool, input)).text, /sk-live/, tool);
    }));

  it("that is never answered ends by itself, and says so", () =>
    withDraft({}, async (root) => {
      const insight = { ...editorOf({}), definition: () => new Promise<never>(() => {}) };
      const { ok, text } = await askInsight("definition", { root, insight, within: 30 }, total, never);
      assert.equal(ok, false);
      assert.match(text, /^definition: no answer came from the person's editor within 0\.03 seconds/);
    }));

  it("that fails there is a plain answer, without the editor's words", () =>
    withDraft({}, async (root) => {
      const insight = {
        ...editorOf({}),
        references: () => Promise.reject(new Error("the folder of the person is broken")),
      };
      assert.deepEqual(await run(root, insight, "references", total), {
        ok: false,
        text: "references: the person's editor could not answer. Go on with grep and read.",
        touched: [],
      });
    }));

  it("that hangs is over within a second of a stop", () =>
    withDraft({}, async (root) => {
      const insight = { ...editorOf({}), references: () => new Promise<never>(() => {}) };
      let stopped = 0;
      const { events } = await play({
        root,
        turn: { insight },
        answers: [says([{ tool: "references", input: total }], "tool_use"), done],
        each: (event, stop) => {
          if (event.kind !== "called") return;
          stopped = performance.now();
          stop.abort();
        },
      });
      assert.ok(performance.now() - stopped < 1_000);
      assert.equal(last(events).how, "stopped");
    }));
});

describe("the tools that ask the editor", () => {
  const names = ["definition", "references", "symbols", "diagnostics"];
  const named = (body: unknown) => (body as { tools: { name: string }[] }).tools.map(({ name }) => name);

  it("are in the request, after the others and the same each time, where there is an editor to ask", () =>
    withDraft({}, async (root) => {
      const insight = editorOf({ places: known(inside("src/cart.ts", 0)) });
      const { events, sent } = await play({
        root,
        turn: { insight },
        answers: [says([{ tool: "definition", input: total }], "tool_use"), done],
      });
      assert.match(answered(events)[0]!.text, /^Definition of “total”/);
      assert.deepEqual(
        events.flatMap((event) => (event.kind === "called" ? [event.summary] : [])),
        ["definition of “total” in src/use.ts"],
      );
      assert.deepEqual(kinds(events).slice(-1), ["ended done"]);
      assert.deepEqual(named(sent[0]!.body).slice(-4), names);
      const begins = ({ tools, system }: { tools?: unknown; system?: unknown }) => JSON.stringify([tools, system]);
      assert.equal(begins(sent[0]!.body), begins(sent[1]!.body));
      assert.match(JSON.stringify(sent[0]!.body), /definition, references, symbols and diagnostics tell/);
    }));

  it("are not in the request, nor in what the model is told, where there is none", () =>
    withDraft({}, async (root) => {
      const { sent } = await play({ root, answers: [done] });
      assert.deepEqual(
        named(sent[0]!.body).filter((name) => names.includes(name)),
        [],
      );
      assert.doesNotMatch(JSON.stringify(sent[0]!.body), /diagnostics/);
    }));
});

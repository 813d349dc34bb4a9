/** The documents say what the code says: events, rooms, keys, commands, settings, files; and nothing that must not be there. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventKinds } from "../../../src/protocol/events.ts";
import { lanes } from "../../../scripts/lanes.ts";
import { keyHelp } from "../../../src/webview/keys.ts";
import { rooms } from "./rooms.ts";
import {
  forbiddenIn,
  inlineIn,
  lockFaults,
  nativeIn,
  skippedIn,
  textsOf,
  trackedFiles,
  versionFaults,
} from "./tracked.ts";

const root = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json"));

/** A document's rows below a heading: each row's cells as they are written. */
function table(document: string, heading: string): string[][] {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  assert.ok(section !== undefined, `there is no section “${heading}”`);
  const rows = section.split("\n").filter((line) => line.startsWith("| "));
  return rows.slice(1).map((row) => row.slice(2, -2).split(/ ?(?<!\\)\| /));
}

const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

describe("ARCHITECTURE.md", () => {
  const document = read("ARCHITECTURE.md");

  it("has every event kind in its table, in the code's order, and no other", () => {
    const kinds = table(document, "Event kinds").map(([kind]) => quoted(kind!)[0]);
    assert.deepEqual(kinds, [...eventKinds]);
  });

  it("has every field of every event kind in its table, and no other", () => {
    const rows = table(document, "Event kinds").map(([kind, fields]) => [quoted(kind!)[0], fields!.split(", ")]);
    assert.deepEqual(Object.fromEntries(rows), fieldsByKind());
  });

  it("has every room in its table, with the arrows that are tested, and a paragraph about it", () => {
    const rows = table(document, "Rooms").map(([room, arrows, , node]) => ({
      room: quoted(room!)[0]!,
      arrows: arrows!,
      node,
    }));
    const folders = readdirSync(join(root, "src"));
    assert.deepEqual(rows.map(({ room }) => room).sort(), folders.sort());
    for (const { room, arrows, node } of rows) {
      const known = rooms[room as keyof typeof rooms];
      assert.equal(node, known.node ? "yes" : "no", room);
      if (room === "extension.ts") continue;
      const named = Object.keys(rooms).filter((other) => new RegExp(`\\b${other}\\b`).test(arrows));
      assert.deepEqual(named.sort(), [...known.rooms].sort(), room);
      assert.match(document, new RegExp(`^\\*\\*${room}(/anthropic)?\\*\\* – `, "m"));
    }
  });

  it("names files that are there", () => {
    const named = [...document.matchAll(/`((?:src|test|scripts)\/[\w./-]+)`/g)].map((match) => match[1]!);
    const missing = named.filter((path) => !existsSync(join(root, path)));
    assert.deepEqual(missing, []);
    const files = new Set(
      readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).map((path) => path.split(/[/\\]/).at(-1)),
    );
    const short = [...document.matchAll(/`([\w-]+\.tsx?)`/g)].map((match) => match[1]!);
    assert.deepEqual(
      short.filter((name) => !files.has(name)),
      [],
    );
  });
});

describe("README.md", () => {
  const document = read("README.md");

  it("names the two commands that start everything", () => {
    assert.match(document, /^npm start\b/m);
    assert.match(document, /^npm test\b/m);
  });

  it("has every command of the manifest in its table under its title, and no other", () => {
    const titles = JSON.parse(read("package.nls.json")) as Record<string, string>;
    const named = table(document, "Commands").flatMap(([title, ids]) => {
      const names = title!.replace(/ \(.*\)$/, "").split(", ");
      return quoted(ids!).map((id, index) => [id, names[index]] as const);
    });
    const commands = manifest.contributes.commands as { command: string; title: string }[];
    assert.deepEqual(
      Object.fromEntries(named),
      Object.fromEntries(commands.map(({ command, title }) => [command, titles[title.slice(1, -1)]])),
    );
  });

  it("has every setting of the manifest in its table, with its default, and no other", () => {
    const named = table(document, "Settings").map(([name, value]) => [quoted(name!)[0], quoted(value!)[0]]);
    const settings = manifest.contributes.configuration.properties as Record<string, { default: unknown }>;
    const expected = Object.entries(settings).map(([name, { default: value }]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    assert.deepEqual(named, expected);
  });

  it("has the keys of the review's own help", () => {
    const named = table(document, "The review").map(([keys, text]) => ({ keys: quoted(keys!), text }));
    assert.deepEqual(named, keyHelp);
  });
});

describe("CHANGELOG.md", () => {
  it("has lines under Unreleased", () => {
    assert.match(read("CHANGELOG.md"), /^## \[Unreleased\]\n\n### \w+\n\n- /m);
  });
});

describe("every document", () => {
  it("links to files that are there", () => {
    for (const name of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"]) {
      const targets = [...read(name).matchAll(/\]\((?!https:)([^)#]+)\)/g)].map((match) => match[1]!);
      assert.deepEqual(
        targets.filter((path) => !existsSync(join(root, path))),
        [],
        name,
      );
    }
  });

  it("names scripts of package.json that are there", () => {
    for (const name of ["README.md", "CONTRIBUTING.md"]) {
      const named = [...read(name).matchAll(/\bnpm run ([\w:]+)/g)].map((match) => match[1]!);
      assert.deepEqual(
        named.filter((script) => !(script in manifest.scripts)),
        [],
        name,
      );
    }
  });
});

describe("every text file of the project", () => {
  it("is free of machine paths, of text set as markup, of inline code, of proposed interfaces, and of tests left out; and none is native", function () {
    const files = trackedFiles(root);
    // A source archive has no list of files: then there is nothing that was tracked by mistake.
    if (files === null) return assert.ok(!existsSync(join(root, ".git")), "git lists this project's files");
    const texts = textsOf(files);
    assert.ok(texts.size > 100, `only ${texts.size} files were read`);
    assert.deepEqual(
      [...texts].flatMap(([path, text]) => [
        ...forbiddenIn(path, text),
        ...inlineIn(path, text),
        ...skippedIn(path, text),
      ]),
      [],
    );
    assert.deepEqual(
      [...files].flatMap(([path, bytes]) => nativeIn(path, bytes)),
      [],
    );
  });

  for (const [what, text] of [
    ["a home folder", `see /${"home"}/somebody/project`],
    ["a temporary folder", `"/${"tmp"}/x.log"`],
    ["a home folder on Windows", `C:\\\\${"Users"}\\\\somebody`],
    ["markup", `element.inner${"HTML"} = text`],
    ["a policy that allows inline styles", `style-src 'unsafe-${"inline"}'`],
    ["a proposed interface", `"enabled${"ApiProposals"}": []`],
    ["the types of a proposed interface", `/// <reference path="vscode.pro${"posed.chat.d.ts"}" />`],
  ] as const) {
    it(`would not pass with ${what}`, () => assert.equal(forbiddenIn("a.txt", text).length, 1));
  }

  for (const text of [
    `node.outer${"HTML"} = x`,
    `<p dangerously${"SetInnerHTML"}={{ __html: x }} />`,
    `document${".write"}(x)`,
    `ev${"al"}(x)`,
    `<a href="java${"script:"}x">`,
  ]) {
    it(`would not pass with ${text} in the page`, () => {
      assert.equal(inlineIn("src/webview/a.tsx", text).length, 1);
      assert.deepEqual(inlineIn("test/a.ts", text), []);
    });
  }

  for (const left of [
    `it${".skip"}("a", f);`,
    `describe${".only"}("a", f);`,
    `  this${".skip"}();`,
    `x${"it"}("a", f);`,
  ]) {
    it(`would not pass with ${left.trim()} and no reason`, () => {
      assert.equal(skippedIn("test/a.test.ts", `const a = 1;\n${left}`).length, 1);
      assert.deepEqual(skippedIn("test/a.test.ts", `// There is no display here.\n${left}`), []);
    });
  }

  for (const [path, start] of [
    ["a.node", ""],
    ["tool", "7f454c4602"],
    ["tool.txt", "4d5a9000"],
    ["module", "0061736d01"],
  ] as const) {
    it(`would not pass with ${path} that begins with “${start}”`, () =>
      assert.equal(nativeIn(path, Buffer.from(start, "hex")).length, 1));
  }

  it("passes with paths that are nobody's", () => {
    assert.deepEqual(forbiddenIn("a.txt", "`$" + "{home}/tmp/x`, out/tmp/x, /proc/1/stat, ~/tmp/x"), []);
  });
});

describe("continuous integration", () => {
  it("runs every lane, unattended, and ends where one fails", () => {
    const script = read(".ci/run").split("\n");
    for (const line of ["set -euo pipefail", "export CI=true", "npm test"]) assert.ok(script.includes(line), line);
    assert.equal(manifest.scripts.test, "node scripts/bootstrap.mjs test");
    const names = lanes.map(({ name }) => name);
    for (const lane of ["lint", "types", "format", "unit", "host", "desktop", "vsix"])
      assert.ok(names.includes(lane), lane);
  });

  it("has every lane in README's table", () => {
    const [, row] = /`npm test -- unit` \| (.*) \|/.exec(read("README.md"))!;
    assert.deepEqual(
      quoted(row!),
      lanes.map(({ name }) => name),
    );
  });
});

describe("the lock file and the manifest", () => {
  it("fix every package by its hash, without the place it was fetched from", () => {
    assert.deepEqual(lockFaults(JSON.parse(read("package-lock.json"))), []);
  });

  it("ask for exact versions", () => {
    assert.deepEqual(versionFaults(manifest), []);
  });

  it("would not pass otherwise", () => {
    const packages = {
      "": {},
      "node_modules/a": { resolved: "https://registry.example/a.tgz", integrity: "x" },
      "node_modules/b": {},
    };
    assert.deepEqual(lockFaults({ packages }), [
      "node_modules/a names where it was fetched: https://registry.example/a.tgz",
      "node_modules/b has no integrity",
    ]);
    assert.deepEqual(versionFaults({ dependencies: { a: "^1.0.0", b: "1.2.3" }, devDependencies: { c: "latest" } }), [
      "a in dependencies is “^1.0.0”, not one version",
      "c in devDependencies is “latest”, not one version",
    ]);
  });
});

/** The fields of every event, read from the source of the union: `seq` and `at` are everyone's. */
function fieldsByKind(): Record<string, string[]> {
  const source = read("src/protocol/events.ts").replace(/\/\*\*.*?\*\//gs, "");
  const union = source.slice(source.indexOf("export type EventBody ="), source.indexOf("export type SessionEvent"));
  const members = union.split(/^ {2}\| (?=\{)/m).slice(1);
  return Object.fromEntries(
    members.map((member) => {
      let depth = 0;
      // What stands inside a field's own braces is not a field of the event.
      const flat = [...member].filter((character) => {
        if (character === "}" || character === "]") depth -= 1;
        const shown = depth <= 1;
        if (character === "{" || character === "[") depth += 1;
        return shown;
      });
      const fields = [...flat.join("").matchAll(/(\w+)\??:/g)].map((match) => match[1]!);
      return [/kind: "([^"]+)"/.exec(member)![1]!, fields.filter((field) => field !== "kind")];
    }),
  );
}

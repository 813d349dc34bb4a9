/**
 * Hostile ground in a real editor: forged messages of the page, keys that come and go, the log, and what a bulk accept leaves.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commands, window, workspace } from "vscode";
import type { ForTests } from "../../src/extension.ts";
import type { FileView, HunkView } from "../../src/protocol/index.ts";
import type { Supervised } from "../../src/session/index.ts";
import { bytesIn, sameBytes } from "./bytes.ts";
import { extensionUnderTest, filesOf, idle, itemOf, until } from "./extension.ts";
import type { LoggedEvent } from "../ui/logs.ts";
import { decisionsIn, logOf } from "./logged.ts";
import { pageInOurHands } from "./pageInHand.ts";
import {
  begun,
  calls,
  connect,
  folderAt,
  makeRepository,
  reopened,
  rightKey,
  says,
  scriptedModel,
  temporary,
  writeFiles,
  type Model,
  type Step,
} from "./stage.ts";

const edit = (from: string, to: string): object =>
  calls("edit", { file_path: "notes.txt", old_string: from, new_string: to });
const turns: Step[][] = [
  [
    {
      blocks: [
        edit("two", "TWO"),
        edit("seven", "SEVEN"),
        calls("write", { file_path: ".vscode/tasks.json", content: '{ "runOptions": { "runOn": "folderOpen" } }\n' }),
        calls("write", { file_path: "../outside.txt", content: "x" }),
      ],
    },
    { blocks: [says("\u001b[2J\u001b]0;hostile\u0007Done. <img src=x>")] },
  ],
  [{ blocks: [edit("SEVEN", "Seven")] }, { blocks: [says("Again.")] }],
];

describe("hostile ground in the editor", function () {
  this.timeout(60_000);
  let parts: ForTests;
  let model: Model;
  let root: string;
  let session: Supervised;

  before(async () => {
    parts = await extensionUnderTest();
    await parts.current.close();
  });
  beforeEach(async () => {
    root = temporary("hostile");
    writeFiles(root, { "notes.txt": "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n" });
    makeRepository(root);
    model = await scriptedModel(turns);
    await connect(parts, model.endpoint, rightKey);
    session = await begun(parts, folderAt(root), "Be careful.");
  });
  afterEach(async () => {
    await parts.current.close();
    await connect(parts);
    await model.close();
    rmSync(root, { recursive: true });
  });

  const pending = async (): Promise<[FileView, HunkView][]> =>
    (await filesOf(session)).flatMap((file) =>
      file.hunks.filter(({ state }) => state === "pending").map((hunk): [FileView, HunkView] => [file, hunk]),
    );
  const logged = () =>
    decisionsIn(
      readFileSync(logOf(session.id), "utf8")
        .split("\n")
        .filter((line) => /^[0-9a-f]{8} \{/.test(line))
        .map((line) => JSON.parse(line.slice(9)) as LoggedEvent),
    );

  it("believes no message of a page without its token, of another page, or of another shape", async () => {
    await commands.executeCommand("workbench.action.closeAllEditors");
    await until("no page", () => !parts.review.open);
    using page = pageInOurHands();
    parts.review.show();
    const old = page.token();
    assert.ok(old.length >= 32);
    page.close();
    parts.review.show();
    const token = page.token();
    assert.notEqual(token, old);
    const shown = new Promise<void>((done) => parts.review.onDidShow(() => done()));
    page.send({ kind: "ready", token });
    await shown;

    const tree = bytesIn(root);
    const [[file, hunk]] = (await pending()) as [[FileView, HunkView]];
    const items = [itemOf(file, hunk)];
    const dropped = parts.review.dropped;
    const forged: unknown[] = [
      { kind: "accept", items },
      { kind: "accept", items, token: "" },
      { kind: "accept", items, token: old },
      { kind: "accept", items, token: token.slice(0, -1) },
      { kind: "accept", items, token: [token] },
      { kind: "accept", items, token: { toString: () => token } },
      { kind: "accept", items: "all", token },
      { kind: "accept", items: [{ ...items[0], hunks: [7] }], token },
      { kind: "accept", items: [{ ...items[0], revision: "1" }], token },
      { kind: "accept-all", token },
      { kind: "action", action: "workbench.action.quit", token },
      { kind: "open", file: 1, line: 1, token },
      JSON.parse('{"__proto__": {"kind": "accept"}}'),
      null,
      "accept",
      [{ kind: "accept", items, token }],
    ];
    for (const message of forged) page.send(message);
    assert.equal(parts.review.dropped - dropped, forged.length);

    // Of the right shape and with the token, but of something that is not there: nothing is done either.
    const head = session.head();
    for (const unknown of [
      [{ ...items[0]!, file: "f999" }],
      [{ ...items[0]!, file: "__proto__" }],
      [{ ...items[0]!, hunks: ["h999"] }],
      [{ ...items[0]!, hunks: ["constructor"] }],
      [{ ...items[0]!, revision: 999 }],
      [{ ...items[0]!, revision: -1 }],
      [{ ...items[0]!, hunks: [] }],
      [],
    ])
      for (const kind of ["accept", "reject", "take", "keep"]) page.send({ kind, items: unknown, token });
    page.send({ kind: "undo", decision: 999, token });
    page.send({ kind: "open", file: "../../../etc/passwd", line: 1, token });
    assert.equal((await session.accept([{ ...items[0]!, revision: 999 }])).kind, "moved on");
    assert.deepEqual(session.head().counts, head.counts);
    assert.deepEqual(logged(), []);
    sameBytes(bytesIn(root), tree, "after forged messages");

    // What a page adds to a known message is not used, and the real thing works.
    page.send({ kind: "accept", items, token, path: "/etc/passwd", text: "pwned", __proto__: { why: "x" } });
    await until("the accept", () => session.head().counts.accepted === 1);
    assert.deepEqual(logged(), ["accepting", "accepted"]);
    page.close();
  });

  it("does nothing for a decision that is played again, in its own proposal or in a later one", async () => {
    const [first, second] = (await pending()).filter(([file]) => file.path === "notes.txt");
    const items = [itemOf(...second!)];
    assert.equal((await session.accept([itemOf(...first!)])).kind, "done");
    const tree = bytesIn(root);
    assert.equal((await session.accept([itemOf(...first!)])).kind, "moved on");
    await session.prompt("Go on.");
    await idle(session);
    assert.equal((await session.accept(items)).kind, "moved on", "the lines are others now");
    sameBytes(bytesIn(root), tree, "after replayed decisions");
    session = await reopened(parts, folderAt(root), session.id);
    assert.equal((await session.accept(items)).kind, "moved on");
    sameBytes(bytesIn(root), tree, "after replayed decisions and a reload");
  });

  it("leaves protected hunks out of Accept All and Accept File, says so, and takes one by itself", async () => {
    const before = { showWarningMessage: window.showWarningMessage, showQuickPick: window.showQuickPick };
    const asked: { detail: string }[] = [];
    let offered: { label: string }[] = [];
    Object.assign(window, {
      showWarningMessage: (_: string, options: { detail: string }, ...labels: string[]) => {
        asked.push(options);
        return Promise.resolve(labels[0]);
      },
      showQuickPick: (items: { label: string }[]) => {
        offered = items;
        return Promise.resolve(undefined);
      },
    });
    try {
      await commands.executeCommand("countersign.acceptFile");
      assert.deepEqual(
        offered.map(({ label }) => label),
        ["notes.txt"],
      );
      await commands.executeCommand("countersign.acceptAll");
    } finally {
      Object.assign(window, before);
    }
    assert.match(asked[0]!.detail, /1 protected hunk is left/);
    assert.match(readFileSync(join(root, "notes.txt"), "utf8"), /TWO.*SEVEN/s);
    assert.ok(!existsSync(join(root, ".vscode")));
    const [[file, hunk]] = (await pending()) as [[FileView, HunkView]];
    assert.deepEqual(hunk.marks, [
      "protected: VS Code runs tasks from this file; a task may start by itself when the folder opens",
    ]);
    assert.equal((await session.accept([itemOf(file, hunk)])).kind, "done");
    assert.ok(existsSync(join(root, ".vscode/tasks.json")));
  });

  it("uses a key as soon as it is there, another as soon as it is another, and none when it is taken away", async () => {
    const turnWith = async (key?: string): Promise<string> => {
      await connect(parts, model.endpoint, key);
      await session.prompt("Go on.");
      return session.head().notice?.text ?? "";
    };
    assert.match(await turnWith("sk-test-of-another-person"), /not accepted/);
    assert.equal(await turnWith(rightKey), "");
    assert.match(await turnWith(), /asks for a key, and none was sent/);
    assert.equal(await turnWith(rightKey), "");
    const settings = JSON.stringify(workspace.getConfiguration("countersign"));
    assert.ok(!settings.includes(rightKey));
  });

  it("writes no key anywhere on the disk, and no key, text or terminal sequence into what it logs and reports", async () => {
    const wrong = "sk-test-never-to-be-written-0123456789";
    await connect(parts, model.endpoint, wrong);
    await session.prompt(`My key is none of yours.`);
    await parts.current.resume(folderAt(root), "\u001b[2J../../evil");
    // What was logged last stands in the report, and the whole log in what the editor keeps on the disk.
    const report = await commands.executeCommand<string>("countersign.copyReport");
    assert.match(report, /id of a session/);
    assert.ok(!report.includes(rightKey) && !report.includes(wrong), "the report holds a key");
    assert.ok(!/(?![\t\r\n])\p{Cc}/u.test(report), "the report holds a control character");
    assert.ok(!/seven|none of yours/.test(report), "the report holds a text of the folder or of the person");
    for (const [path, kept] of textsBelow(process.env["COUNTERSIGN_HOST_DATA"]!))
      assert.ok(!kept.includes(rightKey) && !kept.includes(wrong), `${path} holds a key`);
  });

  it("opens no file of the draft as a document of the window", async () => {
    const below = join(process.env["COUNTERSIGN_HOST_DATA"]!, "data/User/globalStorage/countersign.countersign");
    assert.ok(existsSync(join(below, "drafts")));
    for (const [file, hunk] of await pending()) await session.accept([itemOf(file, hunk)]);
    const strays = () => workspace.textDocuments.filter(({ uri }) => uri.fsPath.startsWith(below)).map(String);
    assert.deepEqual(strays(), []);
    const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
    assert.deepEqual(
      tabs.filter((tab) => JSON.stringify(tab.input ?? null).includes("/drafts/")),
      [],
    );
  });
});

function textsBelow(folder: string): [string, string][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return textsBelow(path);
    return entry.isFile() ? [[path, readFileSync(path, "latin1")]] : [];
  });
}

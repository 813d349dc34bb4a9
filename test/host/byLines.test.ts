/**
 * Decided otherwise than whole, from the page's message to the bytes in the folder, and back: some lines of a hunk, and lines that
 * the person wrote.
 */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commands } from "vscode";
import type { ForTests } from "../../src/extension.ts";
import type { DecisionItem, HostMessage } from "../../src/protocol/index.ts";
import type { Supervised } from "../../src/session/index.ts";
import { extensionUnderTest, filesOf, itemOf, until } from "./extension.ts";
import { pageInOurHands, type PageInHand } from "./pageInHand.ts";
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

const asked = "one\r\ntwo\r\nthree\r\nfour\r\nfive\r\n";
const agents = calls("edit", { file_path: "notes.txt", old_string: "two\r\nthree", new_string: "TWO\r\nTHREE" });

describe("a hunk decided otherwise than whole", function () {
  this.timeout(60_000);
  let parts: ForTests;
  let model: Model;
  let root: string;
  let session: Supervised;
  let page: PageInHand;
  let token: string;

  before(async () => {
    parts = await extensionUnderTest();
    await parts.current.close();
  });
  beforeEach(async () => {
    await commands.executeCommand("workbench.action.closeAllEditors");
    await until("no page", () => !parts.review.open);
    root = temporary("lines");
    writeFiles(root, { "notes.txt": asked });
    model = await scriptedModel([[{ blocks: [agents] }, { blocks: [says("Done.")] }]]);
    await connect(parts, model.endpoint, rightKey);
    session = await begun(parts, folderAt(root), "Shout.");
    page = pageInOurHands();
    parts.review.show();
    token = page.token();
    const shown = new Promise<void>((done) => parts.review.onDidShow(() => done()));
    page.send({ kind: "ready", token });
    await shown;
  });
  afterEach(async () => {
    page.close();
    page[Symbol.dispose]();
    await parts.current.close();
    await connect(parts);
    await model.close();
    rmSync(root, { recursive: true });
  });

  const text = (): string => readFileSync(join(root, "notes.txt"), "utf8");
  const posted = <K extends HostMessage["kind"]>(kind: K) =>
    page.posted.filter((message): message is Extract<HostMessage, { kind: K }> => message.kind === kind);
  async function pending(): Promise<DecisionItem[]> {
    return (await filesOf(session)).flatMap((file) =>
      file.hunks.filter(({ state }) => state === "pending").map((hunk) => itemOf(file, hunk)),
    );
  }

  it("has some of its lines accepted as the page was told of them; the rest waits, and undo brings all back", async () => {
    const [item] = await pending();
    page.send({ kind: "closer", item, token });
    const { pairs } = await until("a closer look", () => posted("closer")[0]?.hunks[0] ?? null);
    assert.deepEqual(
      pairs.map(({ old, new: now }) => [old, now]),
      [
        [2, 2],
        [3, 3],
      ],
    );
    page.send({ kind: "rows", item, old: [pairs[1]!.old], new: [pairs[1]!.new], token });
    await until("the accept", () => session.head().counts.accepted + session.head().decisions.length > 0);
    assert.equal(text(), asked.replace("three", "THREE"));
    assert.equal((await pending()).length, 1);
    page.send({ kind: "undo", token });
    await until("the undo", () => text() === asked);
    assert.equal((await pending()).length, 1);
  });

  it("has the person’s own lines put in, with the file’s line ends; the page is told, and undo brings the bytes back", async () => {
    const [item] = await pending();
    page.send({ kind: "edit", item, text: "zwei\nzweieinhalb\ndrei\n", token });
    await until("the page’s being told", () => posted("edited").length === 1);
    assert.deepEqual(posted("edited"), [{ kind: "edited", file: item!.file, hunk: item!.hunks[0] }]);
    assert.equal(text(), asked.replace("two\r\nthree", "zwei\r\nzweieinhalb\r\ndrei"));
    assert.deepEqual(await pending(), []);
    page.send({ kind: "undo", token });
    await until("the undo", () => text() === asked);
    page.send({ kind: "redo", token });
    await until("the redo", () => text().includes("zweieinhalb"));
    page.send({ kind: "edit", item, text: "late\n", token });
    await until("the refusal", () => posted("say").length > 0);
    assert.equal(posted("edited").length, 1);
  });
});

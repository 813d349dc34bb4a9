/**
 * A command of the agent's in the real window: asked on the page, answered there, run in the sandbox, reviewed as hunks, kept in the log.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commands, window } from "vscode";
import type { ForTests } from "../../src/extension.ts";
import type { Question, TalkItem } from "../../src/protocol/index.ts";
import { configuredConnection } from "../../src/editor/connection.ts";
import type { Supervised } from "../../src/session/index.ts";
import { openSandbox } from "../../src/system/sandbox/index.ts";
import { extensionUnderTest, filesOf, idle, until } from "./extension.ts";
import { newestLog } from "./logged.ts";
import { pageInOurHands } from "./pageInHand.ts";
import {
  calls,
  connect,
  folderAt,
  rightKey,
  says,
  scriptedModel,
  temporary,
  writeFiles,
  type Model,
  type Step,
} from "./stage.ts";

const edit = (from: string, to: string): Step => ({
  blocks: [calls("edit", { file_path: "share.txt", old_string: from, new_string: to })],
});
const check: Step = { blocks: [calls("run_command", { command: "sh check.sh && echo checked > result.txt" })] };

const hasOutput = (item: TalkItem): item is TalkItem & { kind: "tool"; output: string } =>
  item.kind === "tool" && item.output !== undefined;

describe("a command of the agent's in the editor", function () {
  this.timeout(60_000);
  let parts: ForTests;
  let model: Model;
  let root: string;
  let session: Supervised;

  before(async function () {
    parts = await extensionUnderTest();
    await parts.current.close();
    // There is no sandbox on this machine: nothing can be run.
    if ((await openSandbox({ records: "/nowhere" }).probe()).kind === "none") return this.skip();
    root = temporary("commands");
    writeFiles(root, {
      "share.txt": "amount / people\n",
      "check.sh": 'grep -q "amount / people" share.txt || { echo "the share is wrong: $(cat share.txt)"; exit 3; }\n',
    });
    model = await scriptedModel([
      [
        edit("amount / people", "amount"),
        check,
        edit("amount", "amount / people, rounded"),
        check,
        { blocks: [says("Done.")] },
      ],
    ]);
    await connect(parts, model.endpoint, rightKey);
  });
  after(async () => {
    await parts.current.close();
    await connect(parts);
    await model?.close();
    if (root) rmSync(root, { recursive: true });
  });

  it("is asked about on the page with the line itself, answered there, and its failure is read and repaired", async () => {
    const configured = configuredConnection();
    assert.ok(configured.kind === "connection");
    using page = pageInOurHands();
    parts.review.show();
    page.send({ kind: "ready", token: page.token() });
    const opened = await parts.current.start(folderAt(root), {
      goal: "Round the share.",
      attachments: [],
      connection: configured.connection,
    });
    assert.ok(opened.kind === "opened");
    session = opened.session;
    const question: Question = await until("the question", () => session.head().questions[0]);
    assert.deepEqual(question.lines, ["sh check.sh && echo checked > result.txt"]);
    assert.match(question.note, /If this changes, you are asked again: check\.sh/);
    const token = page.token();
    page.send({ kind: "answer", token: "forged", question: question.id, option: "session" });
    page.send({ kind: "answer", token, question: question.id, option: "nonsense" });
    page.send({ kind: "answer", token, question: question.id, option: "session" });
    await idle(session);
    page.close();
    const answered = newestLog().filter(({ kind }) => kind === "tool.answered");
    const texts = answered.map((event) => String((event as unknown as { text: string }).text));
    assert.match(texts[1]!, /^exit code 3 after .*\nthe share is wrong: amount\n$/);
    assert.match(texts[3]!, /^exit code 0 after .*\n\(no output\)$/);
    assert.equal(newestLog().filter(({ kind }) => kind === "asked").length, 1);
    const files = (await filesOf(session)).map(({ path, change }) => `${change} ${path}`);
    assert.deepEqual(files.sort(), ["changed share.txt", "created result.txt"]);
    assert.ok(!existsSync(join(root, "result.txt")));
    assert.equal(readFileSync(join(root, "share.txt"), "utf8"), "amount / people\n");
    assert.deepEqual(readdirSync(root).sort(), ["check.sh", "share.txt"]);
  });

  it("has all that it wrote in an editor that can only be read, and nothing that it did not write", async () => {
    using page = pageInOurHands();
    parts.review.show();
    page.send({ kind: "ready", token: page.token() });
    await until("the conversation", () => page.posted.some(({ kind }) => kind === "complete"));
    // The second one wrote nothing.
    const items = page.posted.flatMap((message) => (message.kind === "talk" ? message.items : [])).filter(hasOutput);
    assert.deepEqual(
      items.map(({ name, state }) => [name, state]),
      [["run_command", "failed"]],
    );
    page.send({ kind: "output", token: page.token(), output: items[0]!.output });
    const { document } = await until("an editor of it", () =>
      window.visibleTextEditors.find((editor) => editor.document.uri.scheme === "countersign-output"),
    );
    assert.equal(document.getText(), "the share is wrong: amount\n");
    assert.equal(document.isUntitled || document.isDirty, false);
    const [{ reviewed }] = newestLog().flatMap((event) =>
      event.kind === "looked" ? (event as unknown as { revisions: { reviewed: string }[] }).revisions : [],
    ) as [{ reviewed: string }];
    page.send({ kind: "output", token: page.token(), output: reviewed });
    await until("an answer", () => page.posted.find((message) => message.kind === "say"));
    const shown = window.visibleTextEditors.filter((editor) => editor.document.uri.scheme === "countersign-output");
    assert.equal(shown.length, 1);
    await commands.executeCommand("workbench.action.closeAllEditors");
    page.close();
  });
});

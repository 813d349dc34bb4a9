/**
 * What goes along with a task: texts, images and documents, from New Task… to the model's request; and what cannot, by its cause.
 */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Uri, commands, workspace } from "vscode";
import { attachmentOf, attachmentsOf, mediaOf } from "../../src/editor/attachments.ts";
import type { ForTests } from "../../src/extension.ts";
import { mostBytes, type TaskView } from "../../src/protocol/index.ts";
import { made } from "../unit/engine/images.ts";
import { extensionUnderTest, idle, until } from "./extension.ts";
import { pageInOurHands } from "./pageInHand.ts";
import { connect, reopened, rightKey, says, scriptedModel, temporary } from "./stage.ts";

describe("what goes along with a task", () => {
  let parts: ForTests;
  let folder = "";
  const file = (name: string, bytes: Uint8Array | string): Uri => {
    writeFileSync(join(folder, name), bytes);
    return Uri.file(join(folder, name));
  };

  before(async () => {
    parts = await extensionUnderTest();
    folder = temporary("attaching");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is in the first request behind its name, and stays in those that follow, also after a restart", async () => {
    const own = workspace.workspaceFolders?.[0];
    assert.ok(own);
    const answer = { blocks: [says("I see.")] };
    const model = await scriptedModel([[answer], [answer]]);
    const [png, pdf] = [made.png(4, 4, 900_000), made.pdf(2_000)];
    const files = [file("plan.png", png), file("spec.pdf", pdf), file("words.txt", "as words\n")];
    try {
      await connect(parts, model.endpoint, rightKey);
      await commands.executeCommand("countersign.newTask", { text: "Build this.", files });
      const session = await until("a session", () => parts.current.session());
      await idle(session);
      type Block = { type: string; text?: string; source?: { media_type: string; data: string } };
      const contentOf = (request: number): Block[] => {
        const { messages } = model.requests[request]?.body as { messages: { content: Block[] }[] };
        return messages[0]?.content ?? [];
      };
      const first = contentOf(0).filter(({ type, text }) => type !== "text" || !text?.startsWith("The project has"));
      assert.deepEqual(
        first.map(({ type, source }) => [type, source?.media_type]),
        [
          ["text", undefined],
          ["image", "image/png"],
          ["text", undefined],
          ["document", "application/pdf"],
          ["text", undefined],
          ["text", undefined],
        ],
      );
      assert.ok(first[0]?.text?.startsWith('The person attached the image "plan.png".'), first[0]?.text);
      assert.deepEqual(Buffer.from(first[1]?.source?.data ?? "", "base64"), Buffer.from(png));
      assert.deepEqual(Buffer.from(first[3]?.source?.data ?? "", "base64"), Buffer.from(pdf));
      assert.match(first[4]?.text ?? "", /"words\.txt"[^]*as words/);
      const again = await reopened(parts, own, session.id);
      await again.prompt("And now?");
      const bare = (blocks: Block[]): string => JSON.stringify(blocks).replaceAll(/,"cache_control":\{[^}]*\}/g, "");
      assert.equal(bare(contentOf(1)), bare(contentOf(0)));
    } finally {
      await parts.current.close();
      await connect(parts);
      await model.close();
    }
  });

  it("may be pasted into the box of a new task, which says what cannot go along", async () => {
    const model = await scriptedModel([[{ blocks: [says("I see.")] }]]);
    const png = made.png(4, 4, 2_000);
    const data = Buffer.from(png).toString("base64");
    await commands.executeCommand("workbench.action.closeAllEditors");
    await until("no page", () => !parts.review.open);
    using page = pageInOurHands();
    const shown = (): TaskView | null =>
      page.posted.flatMap((message) => (message.kind === "task" && message.task ? [message.task] : [])).at(-1) ?? null;
    const named = (): (string | undefined)[][] => (shown()?.along ?? []).map(({ name, size }) => [name, size]);
    try {
      await connect(parts, model.endpoint, rightKey);
      await parts.current.close();
      parts.review.show();
      page.send({ kind: "ready", token: page.token() });
      const started = commands.executeCommand("countersign.newTask", { files: [file("old.bmp", "BM")] });
      const token = await until("the box", () => shown() && page.token());
      assert.match(shown()?.problem ?? "", /^Not added to the task: old\.bmp is no image that can be sent/);
      page.send({ kind: "paste", token: "forged", name: "evil.png", data });
      page.send({ kind: "paste", token, name: "../plan.png", data });
      await until("the image", () => named().some(([name, size]) => name === "pasted plan.png" && size === "2.0 KB"));
      assert.equal(shown()?.problem, "");
      page.send({ kind: "paste", token, name: "words.png", data: Buffer.from("words").toString("base64") });
      await until("the problem", () => shown()?.problem?.includes("pasted words.png is no image that can be sent"));
      assert.deepEqual(named(), [["pasted plan.png", "2.0 KB"]]);
      page.send({ kind: "task", token, do: "start", text: "Build this.", without: [] });
      await started;
      await idle(await until("a session", () => parts.current.session()));
      const { messages } = model.requests[0]?.body as { messages: { content: { source?: { data: string } }[] }[] };
      const images = messages[0]?.content.flatMap(({ source }) => (source ? [source.data] : []));
      assert.deepEqual(images, [data]);
    } finally {
      page.close();
      await parts.current.close();
      await connect(parts);
      await model.close();
    }
  });

  it("is told by its bytes, not by its name", async () => {
    const image = await attachmentOf(file("really.txt", made.png()));
    assert.ok(image.kind === "attachment" && "type" in image.attachment && image.attachment.type === "image/png");
    const text = await attachmentOf(file("really.png", "only words\n"));
    assert.deepEqual(text, { kind: "attachment", attachment: { name: "really.png", text: "only words\n" } });
  });

  it("is called by its path in the folder, and elsewhere by its name alone", async () => {
    const own = workspace.workspaceFolders?.[0];
    assert.ok(own);
    for (const [uri, name] of [
      [file("far.txt", "x"), "far.txt"],
      [Uri.joinPath(own.uri, "package.json"), "package.json"],
      [Uri.joinPath(own.uri, "src"), "src"],
    ] as const) {
      const checked = await attachmentOf(uri);
      assert.ok(checked.kind === "attachment" ? checked.attachment.name === name : checked.why.startsWith(`${name} `));
    }
  });

  it("is named with its cause where it cannot go along", async () => {
    for (const [name, bytes, why] of [
      ["big.png", made.png(4, 4, mostBytes.image + 1), /^big\.png is too large: 3\.9 MB, and the most is 3\.9 MB$/],
      ["wide.png", made.png(9_000, 4), /^wide\.png has too many pixels: 9000 × 4, and the most of a side is 8,000$/],
      ["old.bmp", "BM\0\0", /^old\.bmp is no image that can be sent: png, jpeg, gif and webp can$/],
      ["photo.heic", "\0\0\0\x18ftypheic", /no image that can be sent/],
      ["data.bin", Buffer.from([0, 1, 2, 0, 255, 0]), /cannot be read as text, nor is it an image or a PDF document$/],
      ["long.txt", "x".repeat(200_001), /too long; the agent can read it in the folder$/],
      ["huge.log", Buffer.alloc(24_000_001, 0x20), /too long; the agent can read it/],
    ] as const) {
      const checked = await attachmentOf(file(name, bytes));
      assert.ok(checked.kind === "left", `${name} goes along`);
      assert.match(checked.why, why);
    }
    const gone = await attachmentOf(Uri.file(join(folder, "gone.png")));
    assert.ok(gone.kind === "left" && gone.why.startsWith("gone.png cannot be read"));
    const empty = mediaOf("pasted image.png", new Uint8Array());
    assert.ok(empty.kind === "left" && /too large/.test(empty.why));
  });

  it("is left out where all images together would be too much, and the rest goes along", async () => {
    const each = 3_900_000;
    const files = [1, 2, 3, 4, 5].map((one) => file(`part${one}.png`, made.png(4, 4, each)));
    const { added, left } = await attachmentsOf([...files, file("small.txt", "small\n")]);
    assert.deepEqual(
      added.map(({ name }) => name),
      ["part1.png", "part2.png", "part3.png", "part4.png", "small.txt"],
    );
    assert.deepEqual(left, ["part5.png is too much beside the other images: together they may have 16 MB"]);
    const many = Array.from({ length: 22 }, (_, one) => file(`tiny${one}.gif`, made.gif()));
    const some = await attachmentsOf(many);
    assert.equal(some.added.length, 20);
    assert.deepEqual(
      some.left,
      [20, 21].map((one) => `tiny${one}.gif is one image too many: 20 can go along`),
    );
  });
});

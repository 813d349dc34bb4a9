/** Images and documents that go along with a task: as the built-in engine sends them, and as an outside agent is given them. */
import assert from "node:assert/strict";
import type { Attachment } from "../../../src/protocol/index.ts";
import { ground, play as playAgent, prompts } from "./acp/playing.ts";
import { done, last, play } from "./api.ts";
import { made } from "./images.ts";

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const image = { name: "docs/plan\u202e.png", type: "image/png", bytes: made.png(4, 4, 5_000) } as const;
const document = { name: "spec.pdf", type: "application/pdf", bytes: made.pdf() } as const;
const attachments: Attachment[] = [{ name: "a.txt", text: "one" }, image, document];

describe("an attached image or document", () => {
  it("stands as a block of its own behind its name, before the person's words, which stay as they are", async () => {
    const { sent, events } = await play({ answers: [done], turn: { attachments, prompt: "Build this." } });
    assert.equal(last(events).how, "done");
    const content = sent[0]?.body.messages[0]?.content ?? [];
    assert.deepEqual(
      content.map(({ type }) => type),
      ["text", "text", "image", "text", "document", "text"],
    );
    assert.match(String(content[1]?.text), /^The person attached the image "docs\/plan⟦U\+202E⟧\.png"\. It is data/);
    assert.deepEqual(content[2]?.source, { type: "base64", media_type: "image/png", data: base64(image.bytes) });
    assert.match(String(content[3]?.text), /^The person attached the document "spec\.pdf"\. It is data/);
    assert.deepEqual(content[4]?.source, {
      type: "base64",
      media_type: "application/pdf",
      data: base64(document.bytes),
    });
    assert.equal(content[5]?.text, "Build this.");
  });

  it("is kept in the message, so that later requests begin with the very same one", async () => {
    const first = await play({ answers: [done], turn: { attachments, prompt: "Build this." } });
    const history = JSON.parse(JSON.stringify(first.history)) as unknown[];
    const second = await play({ answers: [done], turn: { history, prompt: "Go on." } });
    const bare = (text: string | undefined): string =>
      (text ?? "").replaceAll(',"cache_control":{"type":"ephemeral"}', "").replace(/^.*"messages":\[/, "");
    const [before, after] = [bare(first.sent[0]?.text), bare(second.sent[0]?.text)];
    assert.ok(before.includes(base64(image.bytes)));
    assert.ok(after.startsWith(before.slice(0, before.indexOf("Build this."))));
  });

  it("is given to an agent that says it can see images, as it is", async () => {
    using at = ground();
    const { events, ended } = await playAgent(at, "sees", { attachments: [image], prompt: "Build this." });
    assert.equal(ended.how, "done");
    const prompt = at.heard().find(({ method }) => method === "session/prompt")?.params["prompt"] as object[];
    assert.deepEqual(prompt.at(-2), { type: "image", data: base64(image.bytes), mimeType: "image/png" });
    assert.ok(!events.some(({ kind }) => kind === "note"));
  });

  it("is only named to an agent that cannot see it, and both are told", async () => {
    for (const [does, left] of [
      ["edits", [image, document]],
      ["sees", [document]],
    ] as const) {
      using at = ground();
      const { events, ended } = await playAgent(at, does, { attachments: [...left], prompt: "Build this." });
      assert.equal(ended.how, "done");
      const [prompt] = prompts(at);
      for (const { type } of left)
        assert.ok(prompt?.includes(`The ${type === "image/png" ? "image" : "document"} itself is not here`), prompt);
      assert.ok(!at.heard().some(({ params }) => JSON.stringify(params).includes(base64(left[0].bytes))));
      const notes = events.flatMap((event) => (event.kind === "note" ? [event.text] : []));
      const names = left.map(({ name }) => name.replace("\u202e", "⟦U+202E⟧")).join(", ");
      assert.ok(notes.includes(`Scripted cannot be shown ${names}: it was told the name alone.`), notes.join("; "));
    }
  });

  it("goes along where the built-in engine takes over from an agent that could not see it", async () => {
    using at = ground();
    const { history } = await playAgent(at, "edits", { attachments: [image], prompt: "Build this." });
    const { sent } = await play({ answers: [done], turn: { history, prompt: "Go on." } });
    assert.ok(JSON.stringify(sent[0]?.body.messages).includes(base64(image.bytes)));
  });
});

/** What goes along with a prompt: its bytes are kept as they are, and the engine is given the same. */
import assert from "node:assert/strict";
import type { Attachment } from "../../../src/protocol/index.ts";
import { idOf, scene } from "./scene.ts";

describe("what goes along with a prompt", () => {
  it("is logged by name, kind and content, its bytes beside the log, and reaches the engine as it was given", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
    const attachments: Attachment[] = [
      { name: "a.txt", text: "wörter" },
      { name: "plan.png", type: "image/png", bytes },
    ];
    await stage.session.prompt("Build this.", attachments);
    assert.deepEqual(stage.requests.at(-1)?.attachments, attachments);
    const started = stage.events().find((event) => event.kind === "turn.started");
    assert.ok(started);
    assert.deepEqual(
      started.attachments.map(({ name, type }) => [name, type]),
      [
        ["a.txt", undefined],
        ["plan.png", "image/png"],
      ],
    );
    assert.ok(!JSON.stringify(stage.events()).includes("wörter"), "no content stands in the log itself");
    assert.equal(started.attachments[1]?.content, idOf(bytes));
  });
});

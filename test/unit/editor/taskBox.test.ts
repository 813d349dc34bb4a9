/** The task box: what is asked on the page, what is kept of it, and what is never believed of the page. */
import assert from "node:assert/strict";
import { openTaskBox, type AskedTask } from "../../../src/editor/taskBox.ts";
import type { HostMessage, PageMessage, TaskView } from "../../../src/protocol/index.ts";

type Sent = Extract<PageMessage, { kind: "task" }>;

function scene() {
  const shown: (TaskView | null)[] = [];
  const box = openTaskBox((message: HostMessage) => {
    if (message.kind === "task") shown.push(message.task);
  });
  const say = (what: Sent["do"], text: string, without: string[] = []) =>
    box.receive({ kind: "task", token: "", do: what, text, without });
  return { box, say, shown, last: () => shown.at(-1) ?? null };
}

const about = (more: Partial<AskedTask> = {}): AskedTask => ({
  folder: "shop",
  connection: "Anthropic · a-model",
  size: Promise.resolve("3 files, 2 KB"),
  along: [
    { id: "selection", name: "src/a.ts:1-2" },
    { id: "file:///shop/b.ts", name: "b.ts" },
  ],
  more: async () => [],
  ...more,
});

describe("the box for a new task", () => {
  it("answers with the words and what goes along, and closes", async () => {
    const { box, say, last } = scene();
    const asked = box.ask(about());
    assert.equal(last()?.text, "");
    say("start", "  Make it\nexact.  ", ["selection", "file:///etc/passwd"]);
    assert.deepEqual(await asked, { text: "Make it\nexact.", along: ["file:///shop/b.ts"] });
    assert.equal(last(), null);
  });

  it("shows what will be copied as soon as it is known", async () => {
    const { box, last } = scene();
    void box.ask(about());
    assert.equal(last()?.size, "");
    await Promise.resolve();
    assert.equal(last()?.size, "3 files, 2 KB");
  });

  it("keeps what was written when the person leaves, until a session has begun with it", async () => {
    const { box, say, last } = scene();
    const first = box.ask(about());
    say("keep", "Half a th");
    say("leave", "Half a thought");
    assert.equal(await first, null);
    const second = box.ask(about());
    assert.equal(last()?.text, "Half a thought");
    say("start", "A whole thought");
    await second;
    void box.ask(about());
    assert.equal(last()?.text, "A whole thought", "nothing has begun with it yet");
    box.begun();
    void box.ask(about());
    assert.equal(last()?.text, "");
  });

  it("adds the files that the person chose, once each, and remembers them with the words", async () => {
    const { box, say, last } = scene();
    const more = async () => [
      { id: "file:///shop/b.ts", name: "b.ts" },
      { id: "file:///shop/c.ts", name: "c.ts" },
    ];
    void box.ask(about({ more }));
    say("files", "Some");
    await new Promise(setImmediate);
    assert.deepEqual(
      last()?.along.map(({ name }) => name),
      ["src/a.ts:1-2", "b.ts", "c.ts"],
    );
    say("leave", "Some");
    void box.ask(about({ along: [] }));
    assert.deepEqual(
      last()?.along.map(({ name }) => name),
      ["c.ts"],
    );
  });

  it("starts nothing without words", () => {
    const { box, say, last } = scene();
    void box.ask(about());
    say("start", " \n ");
    assert.notEqual(last(), null);
  });

  it("ends an asking when another comes, and when the page goes", async () => {
    const { box, last } = scene();
    const first = box.ask(about());
    const second = box.ask(about());
    assert.equal(await first, null);
    box.leave();
    assert.equal(await second, null);
    assert.equal(last(), null);
  });

  it("hears nothing of a page when nothing is asked", () => {
    const { say, shown } = scene();
    say("start", "Unasked");
    assert.deepEqual(shown, []);
  });
});

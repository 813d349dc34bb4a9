/** The task box: what is asked on the page, what is kept of it, and what is never believed of the page. */
import assert from "node:assert/strict";
import { openTaskBox, type Along, type AskedTask } from "../../../src/editor/taskBox.ts";
import type { HostMessage, PageMessage, TaskView } from "../../../src/protocol/index.ts";

type Sent = Extract<PageMessage, { kind: "task" }>;

function scene() {
  const shown: (TaskView | null)[] = [];
  const box = openTaskBox((message: HostMessage) => {
    if (message.kind === "task") shown.push(message.task);
  });
  const say = (what: Sent["do"], text: string, without: string[] = []) =>
    box.receive({ kind: "task", token: "", do: what, text, without });
  const paste = (name: string, data: string) => box.receive({ kind: "paste", token: "", name, data });
  return { box, say, paste, shown, last: () => shown.at(-1) ?? null };
}

const about = (more: Partial<AskedTask> = {}): AskedTask => ({
  folder: "shop",
  connection: "Anthropic · a-model",
  size: Promise.resolve("3 files, 2 KB"),
  along: [
    { id: "selection", name: "src/a.ts:1-2" },
    { id: "file:///shop/b.ts", name: "b.ts" },
  ],
  more: async () => ({ added: [], left: [] }),
  paste: () => ({ added: [], left: [] }),
  problem: (left) => `Not added: ${left.join("; ")}.`,
  ...more,
});

describe("the box for a new task", () => {
  it("answers with the words and what goes along, and closes", async () => {
    const { box, say, last } = scene();
    const asked = box.ask(about());
    assert.equal(last()?.text, "");
    say("start", "  Make it\nexact.  ", ["selection", "file:///etc/passwd"]);
    assert.deepEqual(await asked, { text: "Make it\nexact.", along: ["file:///shop/b.ts"], pasted: [] });
    assert.equal(last(), null);
  });

  it("shows what will be copied as soon as it is known", async () => {
    const { box, last } = scene();
    void box.ask(about());
    assert.equal(last()?.size, "");
    await Promise.resolve();
    assert.equal(last()?.size, "3 files, 2 KB");
  });

  it("closes for the choice of an agent, and opens again as it was, with who was chosen", async () => {
    const { box, say, last } = scene();
    const first = box.ask(about());
    say("agent", "Half a thought", ["selection"]);
    assert.equal(await first, "agent");
    assert.equal(last(), null);
    void box.ask(about({ connection: "Claude Code 1.0" }));
    const { text, connection, along } = last()!;
    assert.deepEqual(
      [text, connection, along.map((each) => each.with)],
      ["Half a thought", "Claude Code 1.0", [false, true]],
    );
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
    const more = async () => ({
      added: [
        { id: "file:///shop/b.ts", name: "b.ts" },
        { id: "file:///shop/c.ts", name: "c.ts" },
      ],
      left: [],
    });
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

  it("says what cannot be added and why, until the next is added", async () => {
    const { box, say, last } = scene();
    let left = ["big.png is too large"];
    const beside: string[][] = [];
    const more = async (these: readonly Along[]) => {
      beside.push(these.map(({ id }) => id));
      return { added: [{ id: "file:///shop/c.png", name: "c.png", size: "3 KB", bytes: 3_000 }], left };
    };
    void box.ask(about({ more, left: ["old.bmp is no image that can be sent"] }));
    assert.equal(last()?.problem, "Not added: old.bmp is no image that can be sent.");
    say("files", "Some", ["selection"]);
    await new Promise(setImmediate);
    assert.equal(last()?.problem, "Not added: big.png is too large.");
    assert.deepEqual(last()?.along.at(-1), { id: "file:///shop/c.png", name: "c.png", size: "3 KB", with: true });
    left = [];
    say("files", "Some", ["selection", "file:///shop/c.png"]);
    await new Promise(setImmediate);
    assert.equal(last()?.problem, "");
    assert.deepEqual(
      last()?.along.map(({ name, with: along }) => [name, along]),
      [
        ["src/a.ts:1-2", false],
        ["b.ts", true],
        ["c.png", true],
      ],
      "what was left out is in again once it is chosen again",
    );
    assert.deepEqual(beside, [["file:///shop/b.ts"], ["file:///shop/b.ts"]], "what goes along is told");
  });

  it("takes what is pasted, keeps it with the words, and gives it out when the task starts", async () => {
    const { box, say, last, paste } = scene();
    const pasted = { name: "pasted a.png", type: "image/png" as const, bytes: Uint8Array.of(1, 2, 3) };
    const given: [string, number[]][] = [];
    const task = about({
      paste: (name, bytes) => {
        given.push([name, [...bytes]]);
        return given.length > 1
          ? { added: [], left: ["b.png is no image"] }
          : { added: [{ id: "pasted:1", name: pasted.name, size: "3 B", bytes: 3, pasted }], left: [] };
      },
    });
    paste("a.png", "AQID");
    assert.deepEqual(given, [], "nothing is asked");
    const first = box.ask(task);
    paste("a.png", "AQID");
    paste("b.png", "");
    assert.deepEqual(given, [
      ["a.png", [1, 2, 3]],
      ["b.png", []],
    ]);
    assert.equal(last()?.problem, "Not added: b.png is no image.");
    assert.ok(!JSON.stringify(last()).includes("bytes"), "the page is told a name and a size alone");
    say("leave", "Like this");
    assert.equal(await first, null);
    const second = box.ask(about({ along: [] }));
    say("start", "Like this");
    assert.deepEqual(await second, { text: "Like this", along: [], pasted: [pasted] });
    box.begun();
    void box.ask(about({ along: [] }));
    assert.deepEqual(last()?.along, []);
  });

  it("leaves out what was pasted and then not wanted", async () => {
    const { box, say, paste } = scene();
    const pasted = { name: "a.png", type: "image/png" as const, bytes: Uint8Array.of(1) };
    const asked = box.ask(
      about({ along: [], paste: () => ({ added: [{ id: "pasted:1", name: "a.png", pasted }], left: [] }) }),
    );
    paste("a.png", "AQ==");
    say("start", "Go", ["pasted:1"]);
    assert.deepEqual(await asked, { text: "Go", along: [], pasted: [] });
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

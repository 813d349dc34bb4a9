import assert from "node:assert/strict";
import { batched, gathered } from "../../../src/editor/post.ts";
import type { FileView, HostMessage } from "../../../src/protocol/index.ts";

const file = (id: string, revision: number): FileView => ({
  id,
  path: id,
  revision,
  change: "changed",
  hunks: [],
  total: 0,
});
const part = (id: string, revision: number, number: number): HostMessage => ({
  kind: "file",
  file: file(id, revision),
  part: number,
});
const say = (text: string): HostMessage => ({ kind: "say", text, tone: "info" });
const order = (...files: string[]): HostMessage => ({ kind: "order", files });

describe("what is sent to the page once per frame", () => {
  const cases: { name: string; messages: HostMessage[]; sent: HostMessage[] }[] = [
    {
      name: "keeps short answers, all and in order",
      messages: [say("a"), say("a"), say("b")],
      sent: [say("a"), say("a"), say("b")],
    },
    {
      name: "sends the last order only",
      messages: [order("f1"), say("x"), order("f1", "f2")],
      sent: [say("x"), order("f1", "f2")],
    },
    {
      name: "sends each file's last view",
      messages: [part("f1", 1, 0), part("f2", 1, 0), part("f1", 2, 0)],
      sent: [part("f2", 1, 0), part("f1", 2, 0)],
    },
    {
      name: "keeps all parts of a file's last view and none of an earlier one",
      messages: [part("f1", 1, 0), part("f1", 1, 1), part("f1", 2, 0), part("f1", 2, 1), part("f1", 2, 2)],
      sent: [part("f1", 2, 0), part("f1", 2, 1), part("f1", 2, 2)],
    },
    {
      name: "keeps every piece of the conversation",
      messages: [
        { kind: "talk", from: 0, items: [] },
        { kind: "talk", from: 1, items: [] },
      ],
      sent: [
        { kind: "talk", from: 0, items: [] },
        { kind: "talk", from: 1, items: [] },
      ],
    },
    {
      name: "sends the last list of incoming edits only",
      messages: [
        { kind: "incoming", items: [] },
        { kind: "incoming", items: [] },
      ],
      sent: [{ kind: "incoming", items: [] }],
    },
  ];
  for (const { name, messages, sent } of cases) it(name, () => assert.deepEqual(gathered(messages), sent));
});

describe("posts", () => {
  const long = (id: string, characters: number): HostMessage => ({
    kind: "file",
    file: {
      ...file(id, 1),
      hunks: [
        {
          id: "h1",
          state: "pending",
          rows: [{ kind: "added", text: "x".repeat(characters) }],
          removed: 0,
          added: 1,
          marks: [],
        },
      ],
    },
    part: 0,
  });

  it("hold about 100 KB each, in order, and every message once", () => {
    const messages = [say("a"), long("f1", 60_000), long("f2", 60_000), long("f3", 250_000), say("b")];
    assert.deepEqual(batched(messages), [
      messages.slice(0, 2),
      messages.slice(2, 3),
      messages.slice(3, 4),
      messages.slice(4),
    ]);
  });

  it("are none when there is nothing to say", () => assert.deepEqual(batched([]), []));
});

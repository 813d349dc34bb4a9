import assert from "node:assert/strict";
import { batched, gathered, openPost } from "../../../src/editor/post.ts";
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

describe("a page that is slow to take its posts", () => {
  /** A page that takes nothing by itself. `next` resolves with the post that comes next. */
  function slowPage(): {
    deliver: (messages: HostMessage[]) => Promise<void>;
    posts: HostMessage[][];
    take: (how?: "fails") => void;
    next: () => Promise<HostMessage[]>;
  } {
    const posts: HostMessage[][] = [];
    const taking: { done: () => void; fail: (problem: Error) => void }[] = [];
    let told: ((messages: HostMessage[]) => void)[] = [];
    return {
      posts,
      deliver: (messages) => {
        posts.push(messages);
        for (const tell of told) tell(messages);
        told = [];
        return new Promise((done, fail) => taking.push({ done, fail }));
      },
      take: (how) => {
        const { done, fail } = taking.shift()!;
        if (how === "fails") fail(new Error("the page is gone"));
        else done();
      },
      next: () => new Promise((tell) => told.push(tell)),
    };
  }
  const flushed = (page: ReturnType<typeof slowPage>, texts: readonly string[]) => {
    const post = openPost(page.deliver);
    for (const text of texts) {
      post.send(say(text));
      post.flush();
    }
    return post;
  };

  it("has four on their way at most, and gets the others one by one, in order", async () => {
    const page = slowPage();
    const post = flushed(page, ["1", "2", "3", "4", "5", "6"]);
    assert.deepEqual(page.posts, [[say("1")], [say("2")], [say("3")], [say("4")]]);
    for (const text of ["5", "6"]) {
      const next = page.next();
      page.take();
      assert.deepEqual(await next, [say(text)]);
    }
    post.stop();
  });

  it("gets the last of what was said meanwhile, in one post", async () => {
    const page = slowPage();
    const post = flushed(page, ["1", "2", "3", "4"]);
    for (let count = 1; count <= 50; count++) {
      post.send(order(`f${count}`));
      post.send(part("f1", count, 0));
    }
    const next = page.next();
    page.take();
    assert.deepEqual(await next, [order("f50"), part("f1", 50, 0)]);
    assert.equal(page.posts.length, 5);
    post.stop();
  });

  it("that fails to take one gets the next all the same", async () => {
    const page = slowPage();
    const post = flushed(page, ["1", "2", "3", "4", "5"]);
    const next = page.next();
    page.take("fails");
    assert.deepEqual(await next, [say("5")]);
    post.stop();
  });

  it("that never says so gets the next after a while: it may be out of sight", async () => {
    const page = slowPage();
    const post = flushed(page, ["1", "2", "3", "4", "5"]);
    assert.deepEqual(await page.next(), [say("5")]);
    post.stop();
  });

  it("and was left gets nothing more", () => {
    const page = slowPage();
    const post = flushed(page, ["1", "2", "3", "4", "5"]);
    post.stop();
    page.take();
    post.send(say("6"));
    post.flush();
    assert.deepEqual(page.posts.at(-1), [say("6")]);
    assert.equal(page.posts.length, 5);
    post.stop();
  });
});

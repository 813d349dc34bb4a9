/** Questions to the person, and the limits of what a task may use up. */
import assert from "node:assert/strict";
import type { Limits, Question, Reply } from "../../../src/protocol/index.ts";
import { costOf, priceOf, reachedOf } from "../../../src/session/spending.ts";
import { stateOf } from "../../../src/state/index.ts";
import { scene } from "./scene.ts";

const question: Omit<Question, "id"> = {
  kind: "command",
  title: "The agent wants to run this command.",
  lines: ["npm test"],
  folder: "",
  options: [
    { id: "once", label: "Run Once", kind: "once" },
    { id: "refuse", label: "Refuse", kind: "refuse" },
  ],
  note: "",
};
const never = new AbortController().signal;

describe("a question", () => {
  it("is in the head while it waits, is answered once, and stands in the conversation with its answer", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    const said: unknown[] = [];
    await stage.turn([
      async () => {
        const asked = stage.requests.at(-1)!.ask(question, never);
        const shown = await until(() => stage.session.head().questions[0]);
        said.push(stage.session.head().activity, shown.lines);
        for (const [id, option] of [
          ["q9", "once"],
          [shown.id, "always"],
          [shown.id, "refuse"],
          [shown.id, "once"],
        ] as const)
          said.push((await stage.session.reply(id, option, "  not now  ")).kind);
        said.push(await asked, stage.session.head().questions.length);
      },
    ]);
    const reply: Reply = { option: "refuse", why: "not now" };
    assert.deepEqual(said, ["waiting", ["npm test"], "moved on", "refused", "done", "moved on", reply, 0]);
    const talk = stateOf(stage.events()).talk.find((item) => item.kind === "question");
    assert.deepEqual(talk, {
      kind: "question",
      id: "q1",
      title: question.title,
      lines: ["npm test"],
      state: "no",
      answer: "Refuse",
      why: "not now",
    });
  });

  it("is over with the engine's own signal, and is never a yes", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    const answers: unknown[] = [];
    await stage.turn([
      async () => {
        const taken = new AbortController();
        const asked = stage.requests.at(-1)!.ask(question, taken.signal);
        await until(() => stage.session.head().questions[0]);
        taken.abort();
        answers.push(await asked, await stage.requests.at(-1)!.ask(question, taken.signal));
      },
    ]);
    assert.deepEqual(answers, [null, null]);
    const replied = stage
      .events()
      .flatMap((event) => (event.kind === "replied" ? [`${event.how} ${event.option}`] : []));
    assert.deepEqual(replied, ["stopped null"]);
  });

  it("of a window that was killed is closed when the session is opened again", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    await stage.turn([
      async () => {
        const taken = new AbortController();
        const asked = stage.requests.at(-1)!.ask(question, taken.signal);
        await until(() => stage.session.head().questions[0]);
        taken.abort();
        await asked;
      },
    ]);
    // The log as a kill leaves it: nothing after the question.
    const events = stage.events();
    events.length = events.findIndex(({ kind }) => kind === "asked") + 1;
    await stage.reload();
    assert.deepEqual(
      events
        .slice(-2)
        .map((event) => (event.kind === "replied" || event.kind === "turn.ended" ? event.how : event.kind)),
      ["interrupted", "interrupted"],
    );
    assert.deepEqual(stage.session.head().questions, []);
    assert.equal(stateOf(events).talk.find((item) => item.kind === "question")?.state, "unanswered");
  });
});

const free = { steps: 0, tokens: 0, money: 0, minutes: 0, files: 0, bytes: 0 };
const day = { tokens: 0, money: 0, minutes: 0 };

describe("a limit", () => {
  for (const [what, used, today, set, message] of [
    ["none is set", { ...free, steps: 9 }, day, {}, null],
    ["it is not reached", { ...free, steps: 9 }, day, { task: { ...free, steps: 10 } }, null],
    [
      "steps",
      { ...free, steps: 10 },
      day,
      { task: { ...free, steps: 10 } },
      /reached its limit: 10 steps.*limits\.task\.steps/,
    ],
    ["tokens", { ...free, tokens: 11 }, day, { task: { ...free, tokens: 10 } }, /10 tokens/],
    ["money", { ...free, money: 2 }, day, { task: { ...free, money: 1.5 } }, /1\.5 spent/],
    ["minutes", { ...free, minutes: 2 }, day, { task: { ...free, minutes: 2 } }, /2 minutes/],
    ["files", { ...free, files: 3 }, day, { task: { ...free, files: 3 } }, /3 changed files/],
    ["bytes", { ...free, bytes: 2e6 }, day, { task: { ...free, bytes: 2e6 } }, /2 megabytes.*limits\.task\.megabytes/],
    [
      "the day's tokens",
      free,
      { ...day, tokens: 5 },
      { day: { ...day, tokens: 5 } },
      /Today's limit.*5 tokens.*limits\.day/,
    ],
    ["the day's money", free, { ...day, money: 5 }, { day: { ...day, money: 5 } }, /5 spent/],
    ["the day's minutes", free, { ...day, minutes: 5 }, { day: { ...day, minutes: 5 } }, /5 minutes/],
  ] as const)
    it(`is ${message === null ? "not reached where " : "named: "}${what}`, () => {
      const limits: Pick<Limits, "task" | "day"> = { task: free, day, ...set };
      const reached = reachedOf(used, today, limits);
      if (message === null) assert.equal(reached, null);
      else assert.match(`${reached?.message} ${reached?.remedy}`, message);
    });

  it("of files stops the turn in its middle, says so, and leaves the hunks", async () => {
    const limits: Limits = { task: { ...free, files: 2 }, day, prices: [], command: {} };
    const stage = await scene({ "a.txt": "one\n" }, { limits: () => limits });
    let further = false;
    await stage.turn([
      (draft) => draft.write("b.txt", "b\n"),
      (draft) => draft.write("c.txt", "c\n"),
      () => {
        further = true;
      },
    ]);
    assert.equal(further, false);
    const end = stage.events().findLast((event) => event.kind === "turn.ended");
    assert.ok(end?.kind === "turn.ended");
    assert.deepEqual([end.how, end.message], ["limit", "The task has reached its limit: 2 changed files."]);
    assert.equal((await stage.pending()).length, 2);
    assert.equal(stage.session.head().spent?.used.files, 2);
  });

  for (const [what, cost, how] of [
    ["what an agent says it costs is below it", 0.5, "done"],
    ["what an agent says it costs reaches it", 2, "limit"],
  ] as const)
    it(`of money: ${what}`, async () => {
      const limits: Limits = { task: { ...free, money: 2 }, day, prices: [], command: {} };
      const stage = await scene({ "a.txt": "one\n" }, { limits: () => limits });
      await stage.turn([
        () => ({ kind: "cost", amount: cost, currency: "EUR" }),
        (draft) => draft.write("b.txt", "b\n"),
      ]);
      const end = stage.events().findLast((event) => event.kind === "turn.ended");
      assert.equal(end?.kind === "turn.ended" && end.how, how);
      assert.equal(stage.session.head().spent?.used.money, cost);
      await stage.reload();
      assert.equal(stage.session.head().spent?.used.money, cost);
    });

  it("counts tokens by the model that had them, and an agent's by nothing but what it says", () => {
    const usage = { input: 2, output: 3, cacheRead: 0, cacheWrite: 0 };
    const connection = { name: "", endpoint: "", model: "one", key: "" };
    const chosen = { ...connection, model: "two" };
    const agent = { ...connection, model: "", agent: { name: "A", version: "1" } };
    const ended = { kind: "step.ended", turn: 1, step: 1, stop: "", usage };
    const events = [
      { kind: "session.started", version: 1, session: "s", goal: "", workspace: "", connection, engine: "anthropic" },
      ended,
      { kind: "engine.chosen", connection: chosen, engine: "anthropic" },
      ended,
      ended,
      { kind: "engine.chosen", connection: agent, engine: "acp" },
      ended,
      { kind: "cost", turn: 1, amount: 0.5, currency: "USD" },
    ].map((body, index) => ({ seq: index + 1, at: 0, ...body }));
    const { spent, usage: all } = stateOf(events);
    assert.deepEqual(
      [...spent.models],
      [
        ["one", usage],
        ["two", { ...usage, input: 4, output: 6 }],
      ],
    );
    assert.deepEqual([spent.told, all.input], [0.5, 8]);
  });

  it("in money is by the first price that the model's name begins with", () => {
    const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };
    const prices = [
      { model: "one-big", ...price, input: 30 },
      { model: "one", ...price },
    ];
    assert.equal(priceOf(prices, "one-big-2")?.input, 30);
    assert.equal(priceOf(prices, "one-small")?.input, 3);
    assert.equal(priceOf(prices, "other"), null);
    const usage = { input: 1_000_000, output: 100_000, cacheRead: 2_000_000, cacheWrite: 400_000 };
    assert.equal(costOf(usage, prices[1]!), 3 + 1.5 + 0.6 + 1.5);
    assert.equal(costOf(usage, null), 0);
  });
});

describe("the time that an agent worked", () => {
  it("is without the waiting for an answer, and without a window that was closed", () => {
    const at = (seq: number, seconds: number, body: object): unknown => ({ seq, at: seconds * 1000, ...body });
    const asked = { kind: "asked", turn: 1, question: { ...question, id: "q1" } };
    const events = [
      at(1, 0, { kind: "turn.started", turn: 1, prompt: "", attachments: [] }),
      at(2, 5, asked),
      at(3, 500, { kind: "replied", question: "q1", how: "answered", option: "once" }),
      at(4, 502, { kind: "turn.ended", turn: 1, how: "done" }),
      at(5, 600, { kind: "turn.started", turn: 2, prompt: "", attachments: [] }),
      at(6, 603, { kind: "note", text: "x" }),
      at(7, 90_000, { kind: "turn.ended", turn: 2, how: "interrupted" }),
    ];
    assert.equal(stateOf(events).spent.milliseconds, 10_000);
  });
});

/** Waits for a state that comes with the next turns of the queue. */
async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

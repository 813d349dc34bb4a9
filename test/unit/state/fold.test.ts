/** The fold and the recap: the same events give the same state, and what is remembered is what happened. */
import assert from "node:assert/strict";
import type { SessionEvent } from "../../../src/protocol/index.ts";
import { countsOf, emptyState, fold, recapOf, standing, stateOf, undone } from "../../../src/state/index.ts";

const connection = { name: "Test", endpoint: "http://127.0.0.1:1", model: "none", key: "test" };
const hunk = (id: string, from: number) => ({ id, from, to: from + 1, newFrom: from, newTo: from + 1 });
const revision = (number: number, ...ids: string[]) => ({
  file: "f1",
  path: "a.txt",
  number,
  reviewed: "r",
  proposed: `p${number}`,
  draft: `p${number}`,
  hunks: ids.map((id, at) => hunk(id, at * 3)),
  refusals: [],
  overtaken: [],
});
const texts = [
  {
    file: "f1",
    path: "a.txt",
    reviewed: { before: "r", after: "s" },
    proposed: { before: "p1", after: "p1" },
    user: { before: "r", after: "s" },
  },
];
const written = [{ file: "f1", result: { kind: "written" } }];
const items = (...hunks: string[]) => [{ file: "f1", revision: 1, hunks }];

/** Events numbered in order. */
function log(...bodies: object[]): SessionEvent[] {
  return bodies.map((body, index) => ({ seq: index + 1, at: 1000 + index, ...body }) as SessionEvent);
}

const begun: object[] = [
  {
    kind: "session.started",
    version: 1,
    session: "s1",
    goal: "the goal",
    workspace: { uri: "file:///w", name: "w" },
    connection,
    engine: "anthropic",
  },
  { kind: "boundary", turn: 1, revisions: [], told: "" },
  { kind: "turn.started", turn: 1, prompt: "the goal", attachments: [] },
  { kind: "tool.called", turn: 1, step: 1, call: "c1", name: "edit", summary: "edit a.txt", input: "i" },
  { kind: "tool.answered", turn: 1, call: "c1", ok: true, text: "" },
  { kind: "looked", turn: 1, call: "c1", revisions: [revision(1, "h1", "h2", "h3")], unshown: [] },
];
const accept = (...hunks: string[]) => ({
  kind: "accepting",
  items: items(...hunks),
  texts,
  take: false,
  revisions: [],
});
const reject = (...hunks: string[]) => ({ kind: "rejected", items: items(...hunks), texts, keep: false });
const outcome = (intent: number, result: object = { kind: "written" }) => ({
  kind: "accepted",
  intent,
  results: [{ file: "f1", result }],
  recovered: false,
});

describe("the fold", () => {
  const cases: {
    name: string;
    events: object[];
    counts: [number, number, number];
    standing: number[];
    undone: number[];
  }[] = [
    { name: "offers every hunk that was looked at", events: [], counts: [3, 0, 0], standing: [], undone: [] },
    { name: "decides nothing by an intent alone", events: [accept("h1")], counts: [3, 0, 0], standing: [], undone: [] },
    {
      name: "decides what was written",
      events: [accept("h1"), outcome(7)],
      counts: [2, 1, 0],
      standing: [7],
      undone: [],
    },
    {
      name: "decides nothing by a refused write",
      events: [accept("h1"), outcome(7, { kind: "refused", reason: "locked" })],
      counts: [3, 0, 0],
      standing: [],
      undone: [],
    },
    { name: "decides a rejection at once", events: [reject("h1", "h2")], counts: [1, 0, 2], standing: [7], undone: [] },
    {
      name: "takes an undone decision's verdicts back",
      events: [
        accept("h1"),
        outcome(7),
        { kind: "undoing", target: 7, texts, revisions: [], refolded: [] },
        { kind: "undone", intent: 9, results: written, recovered: false },
      ],
      counts: [3, 0, 0],
      standing: [],
      undone: [7],
    },
    {
      name: "leaves a decision whose undoing was refused",
      events: [
        accept("h1"),
        outcome(7),
        { kind: "undoing", target: 7, texts, revisions: [], refolded: [] },
        {
          kind: "undone",
          intent: 9,
          results: [{ file: "f1", result: { kind: "refused", reason: "locked" } }],
          recovered: false,
        },
      ],
      counts: [2, 1, 0],
      standing: [7],
      undone: [],
    },
    {
      name: "lets a redone decision stand last",
      events: [
        accept("h1"),
        outcome(7),
        reject("h2"),
        { kind: "undoing", target: 7, texts, revisions: [], refolded: [] },
        { kind: "undone", intent: 10, results: written, recovered: false },
        { kind: "undoing", target: 10, texts, revisions: [], refolded: [] },
        { kind: "undone", intent: 12, results: written, recovered: false },
      ],
      counts: [1, 1, 1],
      standing: [9, 7],
      undone: [],
    },
    {
      name: "counts what was accepted before a look after it too",
      events: [
        accept("h1"),
        outcome(7),
        { kind: "looked", turn: 1, call: null, revisions: [revision(2, "h2", "h3")], unshown: [] },
      ],
      counts: [2, 1, 0],
      standing: [7],
      undone: [],
    },
    {
      name: "offers a hunk again that never left an editor",
      events: [
        accept("h1"),
        outcome(7, { kind: "buffer" }),
        { kind: "withdrawn", decision: 7, file: "f1", texts: texts[0], revisions: [], why: "" },
      ],
      counts: [3, 0, 0],
      standing: [],
      undone: [],
    },
    {
      name: "passes by an event that it does not know",
      events: [{ kind: "countersigned", by: "me" }, reject("h1")],
      counts: [2, 0, 1],
      standing: [8],
      undone: [],
    },
  ];
  for (const { name, events, counts, standing: stand, undone: back } of cases) {
    it(name, () => {
      const state = stateOf(log(...begun, ...events));
      const { pending, accepted, rejected } = countsOf(state);
      assert.deepEqual([pending, accepted, rejected], counts);
      assert.deepEqual([standing(state).map((one) => one.seq), undone(state).map((one) => one.seq)], [stand, back]);
    });
  }

  it("marks what a window did not live to write", () => {
    const state = stateOf(
      log(...begun, accept("h1"), { ...outcome(7, { kind: "refused", reason: "closed" }), recovered: true }),
    );
    assert.deepEqual([...state.files.get("f1")!.missing], ["h1"]);
  });

  it("keeps what waits for a save until it is saved", () => {
    const events = [...begun, accept("h1"), outcome(7, { kind: "buffer" })];
    assert.deepEqual(stateOf(log(...events)).unsaved, [{ file: "f1", decision: 7 }]);
    assert.deepEqual(stateOf(log(...events, { kind: "saved", file: "f1", decision: 7 })).unsaved, []);
  });

  it("forgets at a boundary how texts came about, and what the engine was told", () => {
    const events = [
      ...begun,
      reject("h1"),
      { kind: "boundary", turn: 2, revisions: [revision(2, "h2")], told: "report" },
    ];
    const state = stateOf(log(...events));
    assert.deepEqual(
      [state.files.get("f1")!.steps, state.decisions.get(7)!.told, state.talk.at(-1)],
      [[], true, { kind: "report", text: "report" }],
    );
  });

  it("ends the calls that a turn left running", () => {
    const state = stateOf(
      log(
        ...begun,
        { kind: "tool.called", turn: 1, step: 1, call: "c2", name: "edit", summary: "edit", input: "i" },
        { kind: "turn.ended", turn: 1, how: "interrupted" },
      ),
    );
    assert.deepEqual(
      state.talk.filter((item) => item.kind === "tool").map((item) => item.state),
      ["ok", "failed"],
    );
  });

  it("is the same all at once and event by event", () => {
    const events = log(...begun, accept("h1"), outcome(7), reject("h2"));
    let state = emptyState();
    for (const event of JSON.parse(JSON.stringify(events)) as SessionEvent[]) state = fold(state, event);
    assert.deepEqual(state, stateOf(events));
  });
});

describe("the recap", () => {
  it("says what was asked, what came of it and how it ended", () => {
    const recap = recapOf(
      log(
        ...begun,
        accept("h1"),
        outcome(7),
        reject("h2"),
        { kind: "said", turn: 1, step: 1, text: "Done so far." },
        { kind: "turn.ended", turn: 1, how: "limit", message: "too long" },
      ),
    );
    assert.deepEqual(recap, {
      session: "s1",
      goal: "the goal",
      startedAt: 1000,
      lastAt: 1010,
      turns: 1,
      files: 1,
      accepted: 1,
      rejected: 1,
      pending: 1,
      ended: "limit",
      reason: "too long",
      lastSaid: "Done so far.",
      connection: "Test",
    });
  });

  const ends: [string, object[], string][] = [
    ["before the first turn", begun.slice(0, 1), "not begun"],
    ["while a turn runs, or was cut off", begun, "working"],
    ["after it", [...begun, { kind: "turn.ended", turn: 1, how: "done" }], "done"],
  ];
  for (const [when, events, ended] of ends)
    it(`says "${ended}" ${when}`, () => assert.equal(recapOf(log(...events)).ended, ended));
});

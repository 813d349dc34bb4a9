/** What is told of this window's own session. */
import assert from "node:assert/strict";
import type { HeadView } from "../../../src/protocol/view.ts";
import type { Recap } from "../../../src/state/recap.ts";
import { recapNow } from "../../../src/editor/recapNow.ts";

const recap: Recap = {
  session: "s",
  goal: "g",
  startedAt: 1,
  lastAt: 5,
  turns: 1,
  files: 1,
  accepted: 0,
  rejected: 0,
  pending: 3,
  ended: "done",
  reason: "",
  lastSaid: "",
  connection: "Demo",
};
const head: HeadView = {
  session: "s",
  goal: "g",
  folder: "f",
  connection: "Demo",
  activity: "idle",
  doing: "",
  counts: { files: 1, pending: 1, accepted: 2, rejected: 0, stale: 0 },
  plan: [],
  notice: null,
  questions: [],
  undo: null,
  redo: null,
  decisions: [
    { seq: 9, verb: "accepted", summary: "accepted 1 hunk in a", standing: true, at: 80 },
    { seq: 7, verb: "accepted", summary: "accepted 1 hunk in a", standing: true, at: 60 },
  ],
  usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
};

describe("this window's own session", () => {
  const cases: [string, HeadView["activity"], string, string][] = [
    ["is at work while its head says so", "working", "open", "working"],
    ["is at work until it has stopped", "stopping", "open", "working"],
    ["ended as its log says", "idle", "stopped", "stopped"],
    ["was interrupted where nobody ended its turn: it is not at work elsewhere", "idle", "open", "interrupted"],
    ["may be at work elsewhere where this window can only read it", "readonly", "open", "open"],
  ];
  for (const [name, activity, ended, told] of cases)
    it(name, () => assert.equal(recapNow({ ...recap, ended }, { ...head, activity }).ended, told));

  it("has the counts and the last time of its head", () => {
    const { pending, accepted, rejected, lastAt } = recapNow(recap, head);
    assert.deepEqual([pending, accepted, rejected, lastAt], [1, 2, 0, 80]);
  });
});

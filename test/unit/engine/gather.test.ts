import assert from "node:assert/strict";
import { gatherer } from "../../../src/engine/anthropic/gather.ts";

const start = { type: "message_start", message: { usage: {} } };
const begins = (index: unknown, content_block: unknown = { type: "text", text: "" }): object => ({
  type: "content_block_start",
  index,
  content_block,
});
const call = (id: unknown, name: unknown = "plan"): object => ({ type: "tool_use", id, name, input: {} });
const delta = (index: unknown, given: unknown = { type: "text_delta", text: "x" }): object => ({
  type: "content_block_delta",
  index,
  delta: given,
});
const ends = (index: unknown): object => ({ type: "content_block_stop", index });
const stops = { type: "message_delta", delta: { stop_reason: "tool_use" } };

/** Orders, indices and shapes that no answer can have: the last event of each is the one that cannot be. */
const impossible: Record<string, unknown[]> = {
  "a block before the message": [begins(0)],
  "the end of a block before the message": [ends(0)],
  "a reason to stop before the message": [stops],
  "the end of the message before it began": [{ type: "message_stop" }],
  "a second start": [start, start],
  "a block that begins at 1": [start, begins(1)],
  "a block that begins at -1": [start, begins(-1)],
  "a block whose index is a word": [start, begins("0")],
  "a block without an index": [start, begins(undefined)],
  "a block that is skipped": [start, begins(0), ends(0), begins(2)],
  "a block that begins twice": [start, begins(0), ends(0), begins(0)],
  "a block inside another": [start, begins(0), begins(1)],
  "a block behind the reason to stop": [start, stops, begins(0)],
  "a block without a type": [start, begins(0, {})],
  "a block that is none": [start, begins(0, null)],
  "a call without an id": [start, begins(0, call(undefined))],
  "a call whose id is a path": [start, begins(0, call("../x"))],
  "a call without a name": [start, begins(0, call("a", 7))],
  "two calls of one id": [start, begins(0, call("a")), ends(0), begins(1, call("a"))],
  "a delta of no block": [start, delta(0)],
  "a delta of another block": [start, begins(0), delta(1)],
  "a delta of a block that ended": [start, begins(0), ends(0), delta(0)],
  "a delta behind the reason to stop": [start, begins(0), { ...stops, delta: { stop_reason: "end_turn" } }, delta(0)],
  "a delta named like a part of every list": [start, begins(0), delta("length")],
  "text in a call": [start, begins(0, call("a")), delta(0)],
  "thinking in a text": [start, begins(0), delta(0, { type: "thinking_delta", thinking: "x" })],
  "a summary in a text": [start, begins(0), delta(0, { type: "compaction_delta", content: "x" })],
  "a summary that is a number": [
    start,
    begins(0, { type: "compaction" }),
    delta(0, { type: "compaction_delta", content: 1 }),
  ],
  "a signature of a text": [start, begins(0), delta(0, { type: "signature_delta", signature: "x" })],
  "text that is a number": [start, begins(0), delta(0, { type: "text_delta", text: 1 })],
  "input that is an object": [start, begins(0, call("a")), delta(0, { type: "input_json_delta", partial_json: {} })],
  "the end of no block": [start, ends(0)],
  "a second end of a block": [start, begins(0), ends(0), ends(0)],
  "the end of a block behind the reason to stop": [start, begins(0), stops, ends(0)],
  "the end of the message inside a call": [start, begins(0, call("a")), stops, { type: "message_stop" }],
};

describe("an answer", () => {
  for (const [name, events] of Object.entries(impossible)) {
    it(`with ${name} is unexpected, and not complete`, () => {
      const gathered = gatherer();
      const changes = events.map((event) => gathered.take(event).kind);
      assert.ok(!changes.slice(0, -1).includes("unexpected"), changes.join());
      assert.equal(changes.at(-1), "unexpected");
      assert.equal(gathered.complete(), false);
    });
  }

  it("is not moved by what is no event", () => {
    const gathered = gatherer();
    for (const event of [null, 7, "message_stop", [], {}, { type: 7 }, { type: "__proto__" }, { type: "ping" }])
      assert.equal(gathered.take(event).kind, "none");
    assert.deepEqual([gathered.begun(), gathered.complete()], [false, false]);
  });
});

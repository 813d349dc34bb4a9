/**
 * Recorded streams, whole: what they call is run, and a recorded error ends the turn by name. What becomes of them cut, in
 * pieces or out of order is in `distortions.test.ts`.
 */
import assert from "node:assert/strict";
import { last, play, refuses } from "./api.ts";
import { eventsIn, recordings } from "./recorded.ts";
import { replaying, stream } from "./replaying.ts";

const recorded = recordings();

if (recorded.length === 0) {
  describe("recorded streams (pending: STREAM_RECORDINGS names no folder of recordings)", () => {
    it("run what they call");
  });
} else {
  describe("recorded streams", () => {
    it("are there in number", () => assert.ok(recorded.length >= 15, `${recorded.length} recordings`));

    for (const { name, status, body, error } of recorded) {
      if (error !== undefined) {
        it(`${name} ends the turn by name`, async () => {
          const { events, sent } = await play({
            answers: [refuses(status || 401, error.type, error.message, { "x-should-retry": "false" })],
          });
          assert.equal(last(events).how, "failed");
          assert.match(last(events).message ?? "", /key was not accepted|too long for the model/);
          assert.equal(sent.length, 1);
        });
        continue;
      }
      it(`${name} whole runs what it calls and ends as it should`, async () => {
        const events = eventsIn(body);
        const stop = events.find(({ type }) => type === "message_delta")?.delta as { stop_reason: string } | undefined;
        const blocks = events.flatMap(({ content_block: block }) => (block === undefined ? [] : [block]));
        const calls = (blocks as { type: string; id: string }[]).filter(({ type }) => type === "tool_use");
        await replaying(async (replay) => {
          const { ran, how } = await replay([stream(body)]);
          assert.deepEqual(
            ran.map(({ id }) => id),
            stop?.stop_reason === "tool_use" ? calls.map(({ id }) => id) : [],
          );
          assert.equal(how, stop?.stop_reason === "refusal" ? "refused" : "done");
        });
      });
    }
  });
}

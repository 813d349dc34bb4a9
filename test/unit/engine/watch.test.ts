import assert from "node:assert/strict";
import { silence } from "../../../src/engine/anthropic/watch.ts";
import { events, last, play, sse } from "./api.ts";

/** What the ticks at these times say, with life at those; two minutes are too long, in seconds. */
function ticks(at: number[], alive: number[] = []): boolean[] {
  const counted = silence(120_000, 0);
  return at.map((time, index) => {
    for (const life of alive) if (life > (at[index - 1] ?? 0) && life <= time) counted.alive(life * 1000);
    return counted.tick(time * 1000);
  });
}

const every5 = Array.from({ length: 30 }, (_, index) => (index + 1) * 5);

describe("silence", () => {
  it("is too long after its time, and not before", () => {
    assert.equal(every5[ticks(every5).indexOf(true)], 125);
  });

  it("is counted anew from every byte", () => {
    assert.equal(ticks(every5, [60, 119]).includes(true), false);
  });

  it("of a machine that slept is not the stream's: it is counted anew from waking", () => {
    const hour = 3600;
    const awake = every5.map((time) => 10 + hour + time);
    const said = ticks([5, 10, 10 + hour, ...awake]);
    assert.deepEqual(said.slice(0, 3), [false, false, false]);
    assert.equal(awake[said.slice(3).indexOf(true)], 10 + hour + 125);
  });

  it("that a late tick finds is silence all the same", () => {
    assert.deepEqual(ticks([29, 58, 87, 116, 145]), [false, false, false, false, true]);
  });
});

describe("a stream of pings", () => {
  it("is alive for as long as they come, however long that is", async function () {
    this.timeout(20_000);
    const whole = events([{ text: "At last." }], "end_turn");
    const { events: seen, sent } = await play({
      options: { limits: { silence: 1000 } },
      answers: [
        (response) => {
          response.writeHead(200, { "content-type": "text/event-stream" });
          let pings = 0;
          const timer = setInterval(() => {
            if (++pings < 30) return response.write(sse([{ type: "ping" }]));
            clearInterval(timer);
            return response.end(sse(whole));
          }, 50);
        },
      ],
    });
    assert.equal(last(seen).how, "done", last(seen).message);
    assert.equal(sent.length, 1);
  });
});

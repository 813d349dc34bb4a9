/** A wait of the engine: counted down where the person looks, and above a minute made only when they agree. */
import assert from "node:assert/strict";
import type { HeadView, LongWait } from "../../../src/protocol/index.ts";
import { openAgreeing } from "../../../src/session/agreeing.ts";
import { openStreaming } from "../../../src/session/streaming.ts";
import { scene } from "./scene.ts";

const hour: LongWait = { seconds: 3600, why: "the rate limit is reached (429)" };

describe("a long wait", () => {
  it("is asked about in the head, made when the person says so, and noted in the log", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    const heads: HeadView[] = [];
    const answers: boolean[] = [];
    await stage.turn([
      async () => {
        const asked = stage.requests.at(-1)!.agree(hour, new AbortController().signal);
        heads.push(stage.session.head());
        stage.session.agree();
        answers.push(await asked);
        heads.push(stage.session.head());
      },
    ]);
    assert.deepEqual(answers, [true]);
    assert.equal(heads[0]?.activity, "waiting");
    assert.match(heads[0].notice?.text ?? "", /asks to wait 60 minutes: the rate limit is reached \(429\)/);
    assert.deepEqual(
      heads[0].notice?.actions.map(({ label, action }) => `${label} → ${action}`),
      ["Wait → wait", "Stop → stop"],
    );
    assert.equal(heads[1]?.notice, null);
    assert.deepEqual(
      stage.events().flatMap((event) => (event.kind === "note" ? [event.text] : [])),
      ["You agreed to wait 60 minutes: the rate limit is reached (429)."],
    );
  });

  it("is not made when the turn is stopped, before the question or after it", async () => {
    let changes = 0;
    const agreeing = openAgreeing(() => changes++);
    const stop = new AbortController();
    const asked = agreeing.ask(hour, stop.signal);
    assert.notEqual(agreeing.notice(), null);
    stop.abort();
    assert.equal(await asked, false);
    assert.equal(agreeing.notice(), null);
    assert.equal(changes, 2);
    agreeing.agree();
    assert.equal(await agreeing.ask(hour, stop.signal), false);
  });

  it("that nobody asked about is agreed to in vain", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    stage.session.agree();
    assert.equal(stage.session.head().notice, null);
  });
});

describe("a wait", () => {
  it("counts down in what is being done, and is over with the next event", async () => {
    const counted: string[] = [];
    const { promise: ticked, resolve } = Promise.withResolvers<void>();
    const streaming = openStreaming(() => {
      counted.push(streaming.doing());
      if (counted.length === 2) resolve();
    });
    const alive = setTimeout(() => {}, 60_000);
    streaming.take({ kind: "waiting", seconds: 30, why: "the service is overloaded (529)" });
    assert.equal(streaming.waiting(), true);
    await ticked;
    clearTimeout(alive);
    assert.equal(counted[0], "waiting 30 s: the service is overloaded (529)");
    // On a busy machine a tick may be late, but it shows what is left.
    assert.match(counted[1] ?? "", /^waiting [12]?\d s: the service is overloaded \(529\)$/);
    streaming.take({ kind: "step", step: 2 });
    assert.equal(streaming.waiting(), false);
    assert.equal(streaming.doing(), "thinking");
  });

  it("is shown in minutes and hours where it is long", () => {
    const streaming = openStreaming(() => {});
    const shown = [30, 90, 91, 5400, 5401, 86_400].map((seconds) => {
      streaming.take({ kind: "waiting", seconds, why: "x" });
      return streaming.doing();
    });
    streaming.clear();
    assert.deepEqual(shown, [
      "waiting 30 s: x",
      "waiting 90 s: x",
      "waiting 2 minutes: x",
      "waiting 90 minutes: x",
      "waiting 2 hours: x",
      "waiting 24 hours: x",
    ]);
  });
});

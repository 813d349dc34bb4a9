import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { secondsAsked } from "../../../src/engine/anthropic/faults.ts";
import type { LongWait } from "../../../src/protocol/index.ts";
import {
  answered,
  done,
  events as messageEvents,
  kinds,
  last,
  play,
  refuses,
  says,
  sse,
  streams,
  withFolder,
  type Responder,
} from "./api.ts";

const write = { tool: "write", input: { file_path: "a.txt", content: "x" } };
const whole = messageEvents([{ text: "I begin" }, write], "tool_use");
/** The same message up to where the tool call is complete but the message is not. */
const partial = sse(whole.slice(0, -2));
const overloaded =
  'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';

describe("trying again", () => {
  it("repeats a request that was cut once, keeps what was said, marked, and runs only the whole answer's tools", async () => {
    const { events, sent } = await play({
      answers: [streams(sse(whole.slice(0, 4))), says([{ text: "I begin" }, write], "tool_use"), done],
    });
    assert.equal(last(events).how, "done");
    assert.equal(sent[1]?.text, sent[0]?.text);
    const said = events.flatMap((event) => (event.kind === "said" ? [event.text] : []));
    assert.deepEqual(said, ["I begin […] (cut off here)", "I begin", "Done."]);
    const steps = events.flatMap((event) => (event.kind === "step.ended" ? [`${event.step} ${event.stop}`] : []));
    assert.deepEqual(steps, ["1 cut", "2 tool_use", "3 end_turn"]);
    assert.deepEqual(
      answered(events).map(({ ok }) => ok),
      [true],
    );
  });

  it("waits longer each time while the service is busy, says so, and goes on when it answers", async () => {
    const busy = refuses(529, "overloaded_error", "Overloaded");
    const { events, waits } = await play({
      answers: [busy, refuses(500, "api_error", "x"), busy, refuses(429, "rate_limit_error", "x"), done],
    });
    assert.equal(last(events).how, "done");
    assert.deepEqual(waits, [500, 2000, 4000, 8000]);
    const said = events.flatMap((event) => (event.kind === "waiting" ? [`${event.seconds} ${event.why}`] : []));
    assert.deepEqual(said, [
      "0.5 the service is overloaded (529)",
      "2 the service has a problem (500)",
      "4 the service is overloaded (529)",
      "8 the rate limit is reached (429)",
    ]);
    assert.equal(kinds(events).filter((kind) => kind === "step").length, 1, "nothing began, so it is one step");
  });

  it("obeys retry-after up to a minute, and never waits less than its own patience", async () => {
    const asks = (seconds: string): Responder => refuses(429, "rate_limit_error", "x", { "retry-after": seconds });
    const { waits } = await play({ answers: [asks("60"), asks("0.01"), asks("nonsense"), done] });
    assert.deepEqual(waits, [60_000, 2000, 4000]);
  });

  it("makes a wait above a minute when the person agrees, less the time they took, and asks again for the next", async () => {
    const slow = refuses(429, "rate_limit_error", "x", { "retry-after": "3600" });
    const asked: LongWait[] = [];
    const agree = async (wait: LongWait): Promise<boolean> => {
      asked.push(wait);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return true;
    };
    const { events, waits } = await play({ answers: [slow, slow, done], turn: { agree } });
    assert.equal(last(events).how, "done");
    assert.deepEqual(asked, Array(2).fill({ seconds: 3600, why: "the rate limit is reached (429)" }));
    assert.ok(
      waits.length === 2 && waits.every((wait) => wait < 3_600_000 - 15 && wait > 3_595_000),
      `waited ${waits.join()}`,
    );
  });

  it("asks for no wait of a minute or less", async () => {
    const agree = async (): Promise<boolean> => assert.fail("asked");
    const minute = refuses(429, "rate_limit_error", "x", { "retry-after": "60" });
    const { events, waits } = await play({ answers: [minute, done], turn: { agree } });
    assert.deepEqual([last(events).how, waits], ["done", [60_000]]);
  });

  it("logs a cut before the first event as an attempt of its own", async () => {
    const { events } = await play({ answers: [streams("event: mess"), done] });
    const steps = events.flatMap((event) => (event.kind === "step.ended" ? [`${event.step} ${event.stop}`] : []));
    assert.deepEqual(steps, ["1 cut", "2 end_turn"]);
  });

  it("takes overloaded_error inside a stream for a 529, and runs nothing of that message", async () => {
    const { events } = await play({ answers: [streams(partial + overloaded), done] });
    assert.deepEqual(answered(events), []);
    assert.deepEqual(
      events.find(({ kind }) => kind === "waiting"),
      { kind: "waiting", seconds: 0.5, why: "the service is overloaded (529)" },
    );
    assert.equal(last(events).how, "done");
  });

  it("asks for smaller pieces after a call that did not fit, and goes on", async () => {
    const { events, sent } = await play({
      answers: [
        says([write, { tool: "write", json: '{"file_path":"b.txt","content":"be', unclosed: true }], "max_tokens"),
        done,
      ],
    });
    assert.equal(last(events).how, "done");
    assert.deepEqual(
      answered(events).map(({ ok }) => ok),
      [false, false],
    );
    const results = sent[1]?.body.messages.at(-1)?.content ?? [];
    assert.deepEqual(
      results.map(({ is_error }) => is_error),
      [true, true],
    );
    assert.match(String(results[0]?.content), /smaller pieces/);
  });

  it("tells the model of a call that cannot be read, and counts only those in a row", async () => {
    const bad = says([{ tool: "write", json: '{"file_path":"a.txt"' }], "tool_use");
    const { events } = await play({ answers: [bad, bad, says([write], "tool_use"), bad, bad, done] });
    assert.equal(last(events).how, "done");
    assert.deepEqual(
      answered(events).map(({ ok }) => ok),
      [false, false, true, false, false],
    );
  });

  it("takes a call whose key stands twice for one that cannot be read", async () => {
    const { events } = await play({
      answers: [
        says([{ tool: "write", json: '{"file_path":"a.txt","content":"x","file_path":"../b.txt"}' }], "tool_use"),
        done,
      ],
    });
    assert.match(answered(events)[0]?.text ?? "", /"file_path" stands more than once/);
  });

  it("takes a tool without arguments that sends no JSON for one with an empty input", async () => {
    const { events } = await play({ answers: [says([{ tool: "plan", json: "" }], "tool_use"), done] });
    assert.deepEqual(answered(events), [{ ok: false, text: "plan: steps is missing" }]);
  });
});

describe("a conversation that is too long", () => {
  const long = refuses(400, "invalid_request_error", "prompt is too long: 3333404 tokens > 200000 maximum");
  const calls = (count: number): Responder[] =>
    Array.from({ length: count }, () => says([{ tool: "read", input: { file_path: "long.txt" } }], "tool_use"));
  const withLong = async (answers: Responder[]): Promise<Awaited<ReturnType<typeof play>>> =>
    withFolder(async (root) => {
      await writeFile(join(root, "long.txt"), "x".repeat(2000));
      return play({ answers, root });
    });
  const resultsOf = (messages: readonly { content: Record<string, unknown>[] }[]): unknown[] =>
    messages.flatMap(({ content }) => content.filter(({ type }) => type === "tool_result").map((one) => one.content));

  it("is sent again once, without the long results of long ago; what is kept of them stays whole", async () => {
    const { events, sent, history } = await withLong([...calls(4), long, ...calls(1), done]);
    assert.equal(last(events).how, "done");
    const whole = "x".repeat(2000);
    const dropped = "[dropped: 2000 characters of an earlier result; call the tool again]";
    assert.deepEqual(resultsOf(sent[4]!.body.messages), [whole, whole, whole, whole]);
    assert.deepEqual(resultsOf(sent[5]!.body.messages), [dropped, dropped, whole, whole]);
    assert.deepEqual(resultsOf(sent[6]!.body.messages), [dropped, dropped, whole, whole, whole], "it stays dropped");
    const messages = history.filter((message) => "content" in (message as object));
    assert.deepEqual(resultsOf(messages as { content: Record<string, unknown>[] }[]), Array(5).fill(whole));
    assert.deepEqual(
      events.filter(({ kind }) => kind === "note"),
      [
        {
          kind: "note",
          text: "The conversation was too long for the model. It was sent again without 2 earlier results of tools (4000 characters); the log has them whole.",
        },
      ],
    );
  });

  it("that is still too long ends the turn by name, and is not sent a third time", async () => {
    const { events, sent } = await withLong([...calls(4), long]);
    assert.match(last(events).message ?? "", /too long for the model \(400\)/);
    assert.equal(sent.length, 6);
    const ended = events.filter(({ kind }) => kind === "step.ended");
    assert.equal(events.filter(({ kind }) => kind === "step").length, ended.length);
  });

  it("with nothing long in it is not sent again", async () => {
    const { events, sent } = await play({ answers: [says([write], "tool_use"), long] });
    assert.match(last(events).message ?? "", /too long for the model/);
    assert.equal(sent.length, 2);
  });
});

describe("retry-after", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const cases: [Record<string, string>, number | null][] = [
    [{ "retry-after": "7" }, 7],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:30 GMT" }, 30],
    [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, null],
    [{ "retry-after-ms": "1500", "retry-after": "9" }, 1.5],
    [{ "retry-after": "-4" }, null],
    [{ "retry-after": "soon" }, null],
    [{}, null],
  ];
  for (const [headers, seconds] of cases) {
    it(`${JSON.stringify(headers)} asks for ${seconds} seconds`, () => {
      assert.equal(secondsAsked(new Headers(headers), now), seconds);
    });
  }
});

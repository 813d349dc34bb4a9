import assert from "node:assert/strict";
import { secondsAsked } from "../../../src/engine/anthropic/faults.ts";
import {
  answered,
  done,
  events as messageEvents,
  hangs,
  key,
  kinds,
  last,
  play,
  refuses,
  resets,
  says,
  sse,
  streams,
  withApi,
  type Play,
  type Responder,
} from "./api.ts";

const write = { tool: "write", input: { file_path: "a.txt", content: "x" } };
const whole = messageEvents([{ text: "I begin" }, write], "tool_use");
/** The same message up to where the tool call is complete but the message is not. */
const partial = sse(whole.slice(0, -2));
const overloaded =
  'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';

/** Ends a turn: the request answered like this, then how it ended and what was asked for. */
const ends: {
  name: string;
  answers: Responder[];
  how: string;
  message: RegExp;
  remedy: RegExp;
  requests: number;
  play?: Partial<Play>;
}[] = [
  {
    name: "a wrong key names Set API Key… and is not tried again",
    answers: [refuses(401, "authentication_error", "invalid x-api-key", { "x-should-retry": "false" })],
    how: "failed",
    message: /key was not accepted \(401\).*invalid x-api-key/,
    remedy: /Set API Key…/,
    requests: 1,
  },
  {
    name: "a key without the right names Set API Key…",
    answers: [refuses(403, "permission_error", "not allowed")],
    how: "failed",
    message: /may not do this \(403\)/,
    remedy: /Set API Key…/,
    requests: 1,
  },
  {
    name: "an unknown model is named",
    answers: [refuses(404, "not_found_error", "model: test-model")],
    how: "failed",
    message: /does not know the model “test-model” \(404\)/,
    remedy: /another model/,
    requests: 1,
  },
  {
    name: "a conversation that is too long is named",
    answers: [
      refuses(400, "invalid_request_error", "prompt is too long: 3333404 tokens > 200000 maximum", {
        "x-should-retry": "false",
      }),
    ],
    how: "failed",
    message: /too long for the model \(400\).*3333404 tokens/,
    remedy: /new task/,
    requests: 1,
  },
  {
    name: "another bad request is told in the API's words, without the key",
    answers: [refuses(400, "invalid_request_error", `bad header ${key}`)],
    how: "failed",
    message: /did not take the request \(400\).*bad header \[key\]/,
    remedy: /Resume/,
    requests: 1,
  },
  {
    name: "an account that cannot be billed is named",
    answers: [refuses(402, "billing_error", "no credit")],
    how: "failed",
    message: /cannot be billed/,
    remedy: /credit/,
    requests: 1,
  },
  {
    name: "an HTML page is no API answer",
    answers: [streams("<html><body>Sign in</body></html>", "text/html")],
    how: "failed",
    message: /not an API answer/,
    remedy: /sign-in page/,
    requests: 1,
  },
  {
    name: "an HTML page with an error status is no API answer",
    answers: [(response) => void response.writeHead(404, { "content-type": "text/html" }).end("<h1>Not found</h1>")],
    how: "failed",
    message: /not an API answer/,
    remedy: /endpoint/,
    requests: 1,
  },
  {
    name: "an empty stream is no API answer, the second time",
    answers: [streams("")],
    how: "failed",
    message: /not an API answer/,
    remedy: /endpoint/,
    requests: 2,
  },
  {
    name: "a redirect is not followed",
    answers: [(response) => void response.writeHead(307, { location: "https://example.com/v1/messages" }).end()],
    how: "failed",
    message: /redirects to another address/,
    remedy: /final address/,
    requests: 1,
  },
  {
    name: "a stop reason of the future runs nothing",
    answers: [says([write], "brand_new")],
    how: "failed",
    message: /does not know \("brand_new"\)/,
    remedy: /message/,
    requests: 1,
  },
  {
    name: "a call in an answer that says it is done is not run",
    answers: [says([write], "end_turn")],
    how: "failed",
    message: /does not know \("end_turn"\)/,
    remedy: /message/,
    requests: 1,
  },
  {
    name: "an answer that stops for tools without a call ends the turn",
    answers: [says([{ text: "Now." }], "tool_use")],
    how: "failed",
    message: /call that is not there/,
    remedy: /message/,
    requests: 1,
  },
  {
    name: "an answer cut by the output limit ends the turn",
    answers: [says([{ text: "Long" }], "max_tokens")],
    how: "limit",
    message: /output limit/,
    remedy: /go on/,
    requests: 1,
  },
  {
    name: "a context window that is full ends the turn",
    answers: [says([{ text: "Long" }], "model_context_window_exceeded")],
    how: "limit",
    message: /no longer fits/,
    remedy: /go on/,
    requests: 1,
  },
  {
    name: "two calls in a row that do not fit into the output limit end the turn",
    answers: [says([{ tool: "write", json: '{"file_path":"a.txt","content":"be', unclosed: true }], "max_tokens")],
    how: "limit",
    message: /twice/,
    remedy: /go on/,
    requests: 2,
  },
  {
    name: "three calls in a row that cannot be read end the turn",
    answers: [says([{ tool: "write", json: '{"file_path":"a.txt",,}' }], "tool_use")],
    how: "failed",
    message: /three calls in a row/,
    remedy: /another model/,
    requests: 3,
  },
  {
    name: "a clean end without message_stop is a cut, tried again once",
    answers: [streams(partial)],
    how: "failed",
    message: /twice: the connection was cut/,
    remedy: /network/,
    requests: 2,
  },
  {
    name: "a reset is a cut, tried again once",
    answers: [resets(partial)],
    how: "failed",
    message: /twice: the connection was cut/,
    remedy: /network/,
    requests: 2,
  },
  {
    name: "a second message_start inside a message is a cut",
    answers: [streams(sse([...whole.slice(0, -2), ...whole]))],
    how: "failed",
    message: /twice: unexpected event "message_start"/,
    remedy: /network/,
    requests: 2,
  },
  {
    name: "a damaged event is a cut",
    answers: [streams(`${partial}event: message_stop\ndata: {"type":\n\n`)],
    how: "failed",
    message: /twice: an event was damaged/,
    remedy: /network/,
    requests: 2,
  },
  {
    name: "a stream that falls silent is a cut",
    answers: [hangs(partial)],
    how: "failed",
    message: /twice: nothing arrived for too long/,
    remedy: /network/,
    requests: 2,
    play: { options: { limits: { silence: 60 } } },
  },
  {
    name: "a service that stays overloaded is tried five times in all",
    answers: [refuses(529, "overloaded_error", "Overloaded")],
    how: "failed",
    message: /after 5 tries: the service is overloaded \(529\)/,
    remedy: /later/,
    requests: 5,
  },
  {
    name: "a service that asks not to try again is not tried again",
    answers: [refuses(429, "rate_limit_error", "Slow down", { "x-should-retry": "false" })],
    how: "failed",
    message: /rate limit is reached \(429\), and asks not to try again/,
    remedy: /later/,
    requests: 1,
  },
  {
    name: "a wait of an hour is named and not made",
    answers: [refuses(429, "rate_limit_error", "Slow down", { "retry-after": "3600" })],
    how: "failed",
    message: /asks to wait 60 minutes/,
    remedy: /in 60 minutes/,
    requests: 1,
  },
  {
    name: "a port that no web address may have is named",
    answers: [done],
    play: { endpoint: "http://127.0.0.1:1" },
    how: "failed",
    message: /No network: 127\.0\.0\.1:1 could not be reached \(bad port\)/,
    remedy: /Check the network/,
    requests: 0,
  },
  {
    name: "a name that does not resolve means no network",
    answers: [done],
    play: { endpoint: "https://nowhere.invalid" },
    how: "failed",
    message: /No network: nowhere\.invalid could not be reached/,
    remedy: /Check the network/,
    requests: 0,
  },
];

describe("a fault of the connection or the answer", () => {
  for (const { name, answers, how, message, remedy, requests, play: more } of ends) {
    it(name, async () => {
      const { events, sent, history } = await play({ answers, ...more });
      const end = last(events);
      assert.equal(end.how, how);
      assert.match(end.message ?? "", message);
      assert.match(end.remedy ?? "", remedy);
      assert.equal(sent.length, requests);
      assert.equal(answered(events).filter(({ ok }) => ok).length, 0, "no tool ran");
      assert.ok(!JSON.stringify(events).includes(key), "the key is in no event");
      assert.equal(
        events.filter(({ kind }) => kind === "step").length,
        events.filter(({ kind }) => kind === "step.ended").length,
      );
      assertClosed(history);
    });
  }

  it("no one at the endpoint means no network", async () => {
    const closed = await withApi([done], async ({ endpoint }) => endpoint);
    const { events } = await play({ answers: [done], endpoint: closed });
    assert.match(last(events).message ?? "", /No network: 127\.0\.0\.1:\d+ could not be reached \(ECONNREFUSED\)/);
  });

  it("no encryption where it was expected means no network", async () => {
    await withApi([done], async ({ endpoint }) => {
      const { events } = await play({ answers: [done], endpoint: endpoint.replace("http:", "https:") });
      assert.match(
        last(events).message ?? "",
        /No network: the encrypted connection to 127\.0\.0\.1:\d+ could not be made/,
      );
    });
  });
});

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

/** Every call in the history has its result. */
function assertClosed(history: readonly unknown[]): void {
  const blocks = history.flatMap((message) => (message as { content: Record<string, unknown>[] }).content);
  const ids = (type: string, name: string): unknown[] =>
    blocks.filter((block) => block.type === type).map((block) => block[name]);
  assert.deepEqual(ids("tool_result", "tool_use_id"), ids("tool_use", "id"));
}

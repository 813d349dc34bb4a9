import assert from "node:assert/strict";
import {
  answered,
  done,
  events as messageEvents,
  hangs,
  key,
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
    message: /did not take the request \(400\).*bad header ‹masked›/,
    remedy: /Resume/,
    requests: 1,
  },
  {
    name: "a server that wants a key where none is set is named",
    answers: [refuses(401, "authentication_error", "missing key")],
    play: { options: { key: "", keyHeader: "none" } },
    how: "failed",
    message: /^127\.0\.0\.1:\d+ asks for a key, and none was sent \(401\).*missing key/,
    remedy: /Set API Key…/,
    requests: 1,
  },
  {
    name: "an attached image that the API cannot read is named",
    answers: [refuses(400, "invalid_request_error", "messages.0.content.1: Could not process image")],
    how: "failed",
    message: /did not take an image or a document that goes along \(400\).*Could not process image/,
    remedy: /new task without it/,
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
    name: "a wait of an hour is named and not made without a yes",
    answers: [refuses(429, "rate_limit_error", "Slow down", { "retry-after": "3600" })],
    how: "failed",
    message: /asks to wait 60 minutes/,
    remedy: /in 60 minutes/,
    requests: 1,
  },
  {
    name: "a wait of more than a day is not even asked about",
    answers: [refuses(429, "rate_limit_error", "Slow down", { "retry-after": "86401" })],
    play: { turn: { agree: async () => true } },
    how: "failed",
    message: /asks to wait 25 hours/,
    remedy: /in 25 hours/,
    requests: 1,
  },
  {
    name: "a limit of another kind that is exceeded is not taken for a long conversation",
    answers: [refuses(400, "invalid_request_error", "max_tokens: 64000 > 32000, which is the maximum allowed")],
    how: "failed",
    message: /did not take the request \(400\)/,
    remedy: /Resume/,
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

/** Every call in the history has its result. */
function assertClosed(history: readonly unknown[]): void {
  const blocks = history.flatMap((message) => (message as { content: Record<string, unknown>[] }).content);
  const ids = (type: string, name: string): unknown[] =>
    blocks.filter((block) => block.type === type).map((block) => block[name]);
  assert.deepEqual(ids("tool_result", "tool_use_id"), ids("tool_use", "id"));
}

/**
 * Faults on demand: each fault scenario, asked with the real SDK, and what its client is left with.
 */
import assert from "node:assert/strict";
import Anthropic from "@anthropic-ai/sdk";
import { startServer, type DemoServer } from "../../../src/demo/server.ts";
import { scenarioNames, scenarioOf, scenariosDir } from "./playing.ts";

const token = "a-key-for-this-test-only";

/** What came of one request: the last event seen, then how it ended. */
type Outcome = { last: string | null; ended: string; status?: number | undefined; retryAfter?: string | null };

describe("a fault on demand", () => {
  let server: DemoServer;
  beforeEach(async () => {
    server = await startServer({ token, scenariosDir, speed: 1000 });
  });
  afterEach(() => server.close());

  const call = "content_block_delta input_json_delta";
  const whole = { last: "message_stop", ended: "tool_use" };
  const table: { name: string; first: Outcome; second?: Outcome }[] = [
    { name: "cut-clean", first: { last: call, ended: "silently" }, second: whole },
    { name: "cut-always", first: { last: call, ended: "silently" }, second: { last: call, ended: "silently" } },
    { name: "cut-reset", first: { last: call, ended: "TypeError" }, second: whole },
    { name: "cut-bytes", first: { last: "content_block_start", ended: "silently" }, second: whole },
    { name: "delay", first: whole },
    { name: "401", first: { last: null, ended: "authentication_error", status: 401 } },
    { name: "403", first: { last: null, ended: "permission_error", status: 403 } },
    { name: "429", first: { last: null, ended: "rate_limit_error", status: 429, retryAfter: "1" } },
    { name: "429-hour", first: { last: null, ended: "rate_limit_error", status: 429, retryAfter: "3600" } },
    { name: "500", first: { last: null, ended: "api_error", status: 500 }, second: whole },
    { name: "529", first: { last: null, ended: "overloaded_error", status: 529 }, second: whole },
    { name: "overloaded-in-stream", first: { last: call, ended: "overloaded_error" }, second: whole },
    { name: "max-tokens", first: { last: "message_stop", ended: "max_tokens" } },
    { name: "malformed-tool-json", first: { last: "message_stop", ended: "tool_use" }, second: whole },
    { name: "second-start", first: { last: "message_stop", ended: "tool_use" }, second: whole },
    { name: "html", first: { last: null, ended: "text/html" } },
    { name: "empty", first: { last: null, ended: "silently" } },
    { name: "prompt-too-long", first: { last: null, ended: "invalid_request_error", status: 400 } },
    { name: "no-compaction", first: { last: null, ended: "invalid_request_error", status: 400 }, second: whole },
    { name: "refusal", first: { last: "message_stop", ended: "refusal" } },
    { name: "refusal-at-once", first: { last: "message_stop", ended: "refusal" } },
    { name: "pause-turn", first: { last: "message_stop", ended: "pause_turn" } },
    { name: "context-window", first: { last: "message_stop", ended: "model_context_window_exceeded" } },
    { name: "unknown-stop", first: { last: "message_stop", ended: "sunset" } },
  ];

  for (const { name, first, second } of table) {
    it(`is seen by a client of the raw stream: ${name}`, async () => {
      assert.deepEqual(await outcomeOf(`faults-${name}`), first);
      if (second !== undefined) assert.deepEqual(await outcomeOf(`faults-${name}`), second);
    }).timeout(20_000);
  }

  it("has a row in this table for every fault scenario that comes to an end", () => {
    const silent = ["idle", "idle-with-pings"];
    const named = scenarioNames()
      .filter((name) => name.startsWith("faults-"))
      .map((name) => name.slice("faults-".length));
    assert.deepEqual(named.sort(), [...table.map((row) => row.name), ...silent].sort());
  });

  it("falls silent inside a tool call, and the connection stays open", async () => {
    const stop = new AbortController();
    const response = await post("faults-idle", stop.signal);
    const seen = await readUntil(response, (text) => /partial_json":"\{/.test(text));
    assert.ok(!seen.includes('content_block_stop\ndata: {"type":"content_block_stop","index":1'));
    stop.abort();
  });

  it("sends pings and nothing else when it is idle with pings", async () => {
    const stop = new AbortController();
    const response = await post("faults-idle-with-pings", stop.signal);
    const seen = await readUntil(response, (text) => text.split("event: ping").length >= 4);
    assert.match(
      seen.slice(seen.lastIndexOf("input_json_delta")),
      /^[^\n]*\n\n(event: ping\ndata: \{"type":"ping"\}\n\n){2,}$/,
    );
    stop.abort();
  });

  it("leaves a tool call's JSON unfinished, or no JSON at all", async () => {
    const inputs: string[] = [];
    for (const name of ["faults-max-tokens", "faults-malformed-tool-json"]) {
      const text = await (await post(name)).text();
      const pieces = [...text.matchAll(/"partial_json":("(?:[^"\\]|\\.)*")/g)].map(
        (found) => JSON.parse(found[1] ?? '""') as string,
      );
      inputs.push(pieces.join(""));
    }
    assert.equal(inputs[0]?.length, 40);
    for (const input of inputs) assert.throws(() => JSON.parse(input), SyntaxError);
  });

  it("makes the SDK's accumulating stream throw on a cut, where the raw one ends without a word", async () => {
    await assert.rejects(client().messages.stream(body("faults-cut-always")).finalMessage());
  });

  it("ends the turn after the fault is over, in every scenario that recovers", async () => {
    for (const name of table.filter((row) => row.second === whole).map((row) => `faults-${row.name}`)) {
      const steps = scenarioOf(name).turns[0]?.otherwise ?? [];
      assert.deepEqual([steps[0]?.fault?.times, steps.at(-1)?.blocks.map((block) => block.type)], [1, ["text"]]);
    }
  });

  function client(): Anthropic {
    return new Anthropic({ apiKey: token, authToken: null, baseURL: `http://127.0.0.1:${server.port}`, maxRetries: 0 });
  }

  function body(scenario: string) {
    return {
      model: `demo:${scenario}`,
      max_tokens: 1000,
      messages: [{ role: "user" as const, content: "Write a note." }],
    };
  }

  async function outcomeOf(scenario: string): Promise<Outcome> {
    let last: string | null = null;
    let ended = "silently";
    try {
      const { data, response } = await client()
        .messages.create({ ...body(scenario), stream: true })
        .withResponse();
      for await (const event of data) {
        last = event.type === "content_block_delta" ? `${event.type} ${event.delta.type}` : event.type;
        if (event.type === "message_delta") ended = String(event.delta.stop_reason);
      }
      const kind = response.headers.get("content-type") ?? "";
      return { last, ended: kind.startsWith("text/html") ? "text/html" : ended };
    } catch (error) {
      if (!(error instanceof Anthropic.APIError)) return { last, ended: (error as Error).constructor.name };
      const { status, headers } = error as { status: number | undefined; headers: Headers | undefined };
      const type = (error.error as { error?: { type?: string } } | undefined)?.error?.type ?? error.name;
      const outcome: Outcome = { last, ended: type };
      if (status !== undefined) outcome.status = status;
      const wait = headers?.get("retry-after") ?? null;
      return wait === null ? outcome : { ...outcome, retryAfter: wait };
    }
  }

  function post(scenario: string, signal?: AbortSignal): Promise<Response> {
    const headers = { "x-api-key": token, "anthropic-version": "2023-06-01" };
    const request = {
      method: "POST",
      headers,
      body: JSON.stringify({ ...body(scenario), stream: true }),
      ...(signal && { signal }),
    };
    return fetch(`http://127.0.0.1:${server.port}/v1/messages`, request);
  }

  async function readUntil(response: Response, enough: (text: string) => boolean): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      if (enough(text)) break;
    }
    return text;
  }
});

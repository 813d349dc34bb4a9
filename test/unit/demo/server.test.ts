/**
 * The demo server as its client sees it: the real SDK over HTTP, and raw requests where the SDK would not send such a thing.
 */
import assert from "node:assert/strict";
import { request as rawRequest } from "node:http";
import Anthropic from "@anthropic-ai/sdk";
import { startServer, type DemoServer } from "../../../src/demo/server.ts";
import { sampleFiles, scenariosDir } from "./playing.ts";

const token = "a-key-for-this-test-only";
const task = "Cents go missing.";

interface Refusal {
  name: string;
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
  status: number;
  type: string;
  says?: RegExp;
}

describe("the demo server", () => {
  let server: DemoServer;
  let client: Anthropic;
  before(async () => {
    server = await startServer({ token, scenariosDir, speed: 1000 });
    client = clientFor(token);
  });
  after(() => server.close());

  function clientFor(apiKey: string): Anthropic {
    return new Anthropic({ apiKey, authToken: null, baseURL: `http://127.0.0.1:${server.port}`, maxRetries: 0 });
  }

  it("streams an answer that adds up to the message it sends whole", async () => {
    const body = { model: "demo:one-edit", max_tokens: 1000, messages: [{ role: "user" as const, content: task }] };
    const streamed = await client.messages.stream(body).finalMessage();
    const whole = await client.messages.create(body);
    const plain = (message: Anthropic.Message) => ({
      stop: message.stop_reason,
      content: message.content.map((block) => (block.type === "tool_use" ? { ...block, id: "" } : block)),
      tokens: message.usage.output_tokens,
    });
    assert.deepEqual(plain(streamed), plain(whole));
    assert.equal(whole.stop_reason, "tool_use");
  });

  describe("asked to summarise", () => {
    const betas = ["compact-2026-01-12"];
    const compacting = { context_management: { edits: [{ type: "compact_20260112" as const }] } };
    type Message = Anthropic.Beta.BetaMessageParam;
    const begun: Message[] = [
      { role: "user", content: task },
      { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "write", input: {} }] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "ok" }] },
    ];
    const body = (messages: Message[]) => ({ model: "demo:compaction", max_tokens: 1000, messages });

    it("streams a summary that adds up, in the SDK’s own reading, to the one it sends whole", async () => {
      const asked = { ...body(begun), ...compacting, betas };
      const streamed = await client.beta.messages.stream(asked).finalMessage();
      const whole = await client.beta.messages.create(asked);
      assert.equal(whole.content[0]?.type, "compaction");
      assert.deepEqual(streamed.content[0], whole.content[0]);
      assert.deepEqual(
        whole.usage.iterations?.map(({ type }) => type),
        ["compaction", "message"],
      );
      assert.deepEqual(streamed.usage.iterations, whole.usage.iterations);
      assert.equal(streamed.usage.output_tokens, whole.usage.iterations?.[1]?.output_tokens);
    });

    it("makes none for who does not ask for it", async () => {
      const { content } = await client.beta.messages.create(body(begun));
      assert.deepEqual(
        content.map(({ type }) => type),
        ["text", "tool_use"],
      );
    });

    it("counts a conversation from its summary on", async () => {
      const { content } = await client.beta.messages.create({ ...body(begun), ...compacting, betas });
      const [summary, , call] = content;
      const long: Message[] = [{ role: "user", content: "x".repeat(40_000) }];
      const results: Message[] = [
        { role: "assistant", content: [summary!, call!] as never },
        { role: "user", content: [{ type: "tool_result", tool_use_id: (call as { id: string }).id, content: "ok" }] },
      ];
      const { usage } = await client.beta.messages.create({ ...body([...long, ...results]), ...compacting, betas });
      const counted = usage.iterations?.[0]?.input_tokens ?? 0;
      assert.ok(counted > 20 && counted < 1000, `${counted} tokens`);
    });

    it("refuses the field without its beta, a summary without it, and one that was altered", async () => {
      const summary = { type: "compaction", content: "As it was not.", encrypted_content: "EqUBCkYIDemo" };
      const altered: Message[] = [...begun, { role: "assistant", content: [summary] as never }, begun[0]!];
      const refusals: [object, RegExp][] = [
        [{ ...body(begun), ...compacting }, /context_management: Extra inputs/],
        [
          { ...body(begun), ...compacting, betas: ["context-management-2025-06-27"] },
          /context_management: Extra inputs/,
        ],
        [body(altered), /come back as it was|need the beta/],
        [{ ...body(altered), ...compacting, betas }, /come back as it was/],
      ];
      for (const [asked, says] of refusals)
        await assert.rejects(async () => client.beta.messages.create(asked as never), says);
    });

    it("lets other edits of a conversation by, under their own beta", async () => {
      const edits = [{ type: "clear_tool_uses_20250919" as const }];
      const asked = { ...body(begun), context_management: { edits }, betas: ["context-management-2025-06-27"] };
      assert.equal((await client.beta.messages.create(asked)).stop_reason, "tool_use");
    });
  });

  it("sends the events of the real API in their order", async () => {
    const names: string[] = [];
    const body = {
      model: "demo",
      max_tokens: 1000,
      messages: [{ role: "user" as const, content: task }],
      stream: true as const,
    };
    for await (const event of await client.messages.create(body)) {
      const name = "delta" in event && "type" in event.delta ? event.delta.type : event.type;
      if (names.at(-1) !== name) names.push(name);
    }
    const block = (...deltas: string[]) => ["content_block_start", ...deltas, "content_block_stop"];
    assert.deepEqual(names, [
      "message_start",
      ...block("thinking_delta", "signature_delta"),
      ...block("text_delta"),
      ...block("input_json_delta"),
      ...block("input_json_delta"),
      "message_delta",
      "message_stop",
    ]);
  });

  it("plays a whole turn of tool calls, one step per request", async () => {
    const files = sampleFiles();
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: task }];
    const stops: (string | null)[] = [];
    for (;;) {
      const answer = await client.messages
        .stream({ model: "claude-sonnet-5-5", max_tokens: 4000, messages })
        .finalMessage();
      messages.push({ role: "assistant", content: answer.content });
      stops.push(answer.stop_reason);
      if (answer.stop_reason !== "tool_use") break;
      const calls = answer.content.filter((block) => block.type === "tool_use");
      for (const call of calls) {
        const input = call.input as Record<string, string>;
        if (call.name === "edit") {
          const text = files.get(input["file_path"] ?? "") ?? "";
          assert.equal(text.split(input["old_string"] ?? "").length, 2, input["old_string"]);
        }
      }
      messages.push({
        role: "user",
        content: calls.map((call) => ({ type: "tool_result", tool_use_id: call.id, content: "ok" })),
      });
    }
    assert.deepEqual(stops, [...Array.from({ length: 11 }, () => "tool_use"), "end_turn"]);
  }).timeout(20_000);

  it("goes on where another server was", async () => {
    const messages: Anthropic.MessageParam[] = [{ role: "user", content: task }];
    const ask = async (port: number) => {
      const own = new Anthropic({ apiKey: token, authToken: null, baseURL: `http://127.0.0.1:${port}`, maxRetries: 0 });
      const answer = await own.messages.create({ model: "demo:one-edit", max_tokens: 1000, messages });
      messages.push({ role: "assistant", content: answer.content });
      return answer;
    };
    const first = await ask(server.port);
    const results = first.content.filter((block) => block.type === "tool_use");
    messages.push({
      role: "user",
      content: results.map((call) => ({ type: "tool_result", tool_use_id: call.id, content: "ok" })),
    });
    const other = await startServer({ token, scenariosDir, speed: 1000 });
    const second = await ask(other.port);
    await other.close();
    assert.deepEqual(
      second.content.map((block) => block.type === "text" && block.text),
      ["That is all."],
    );
  });

  it("counts tokens by the length of the prompt", async () => {
    const count = async (content: string) =>
      (await client.messages.countTokens({ model: "demo", messages: [{ role: "user", content }] })).input_tokens;
    const short = await count("word");
    assert.equal((await count("word ".repeat(800) + "word")) - short, 1000);
  });

  it("reads from its cache what an earlier request marked", async () => {
    const system: Anthropic.TextBlockParam[] = [
      { type: "text", text: "rule ".repeat(2000), cache_control: { type: "ephemeral" } },
    ];
    const ask = async (content: string) => {
      const { usage } = await client.messages.create({
        model: "demo:one-edit",
        max_tokens: 1000,
        system,
        messages: [{ role: "user", content }],
      });
      return [usage.input_tokens > 0, usage.cache_creation_input_tokens, usage.cache_read_input_tokens];
    };
    const [first, second] = [await ask("one"), await ask("two")];
    assert.deepEqual([first[0], second[0]], [true, true]);
    assert.ok(Number(first[1]) > 2000);
    assert.deepEqual([first[2], second[1], second[2]], [0, 0, first[1]]);
  });

  it("leaves thinking out when it is turned off, and its text when that is omitted", async () => {
    const ask = async (thinking?: Anthropic.ThinkingConfigParam) => {
      const body = {
        model: "demo",
        max_tokens: 2000,
        messages: [{ role: "user" as const, content: task }],
        ...(thinking && { thinking }),
      };
      const [first] = (await client.messages.create(body)).content;
      return first?.type === "thinking" ? first.thinking.length > 0 : first?.type;
    };
    assert.deepEqual(
      [await ask(), await ask({ type: "disabled" }), await ask({ type: "adaptive", display: "omitted" })],
      [true, "text", false],
    );
  });

  it("records bodies, and never the key", async () => {
    await client.messages.countTokens({ model: "demo", messages: [{ role: "user", content: "remember me" }] });
    assert.deepEqual(server.requests.at(-1), {
      method: "POST",
      path: "/v1/messages/count_tokens",
      body: { model: "demo", messages: [{ role: "user", content: "remember me" }] },
    });
    assert.ok(!JSON.stringify(server.requests).includes(token));
  });

  it("refuses a wrong key as the real API does", async () => {
    for (const wrong of ["another", token + "x", " "]) {
      const error = await clientFor(wrong)
        .messages.create({ model: "demo", max_tokens: 10, messages: [{ role: "user", content: "x" }] })
        .catch((thrown: unknown) => thrown);
      assert.ok(error instanceof Anthropic.AuthenticationError);
      const { request_id: requestId, ...body } = error.error as Record<string, unknown>;
      assert.deepEqual(body, { type: "error", error: { type: "authentication_error", message: "invalid x-api-key" } });
      assert.equal(requestId, error.requestID);
      assert.equal(error.headers.get("x-should-retry"), "false");
    }
  });

  const good: Record<string, string> = { "x-api-key": token, "anthropic-version": "2023-06-01" };
  const said = { role: "user", content: "x" };
  const called = { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "read", input: {} }] };
  const answered = { role: "user", content: [{ type: "tool_result", tool_use_id: "t1", content: "ok" }] };
  const thought = {
    role: "assistant",
    content: [{ type: "thinking", thinking: "altered", signature: "EqUBCkYIDemoAAAA" }],
  };

  const refusals: Refusal[] = [
    {
      name: "a wrong key beside a right bearer token",
      headers: { ...good, "x-api-key": "x", authorization: `Bearer ${token}` },
      status: 401,
      type: "authentication_error",
    },
    { name: "no key", headers: { "anthropic-version": "2023-06-01" }, status: 401, type: "authentication_error" },
    {
      name: "a foreign host name",
      headers: { ...good, host: "demo.example:80" },
      status: 403,
      type: "permission_error",
    },
    {
      name: "a host name that only begins like ours",
      headers: { ...good, host: "127.0.0.1.example" },
      status: 403,
      type: "permission_error",
    },
    { name: "a web page", headers: { ...good, origin: "https://page.example" }, status: 403, type: "permission_error" },
    {
      name: "another path",
      method: "GET",
      path: "/v1/models",
      status: 404,
      type: "not_found_error",
      says: /POST \/v1\/messages/,
    },
    { name: "another method", method: "GET", status: 405, type: "invalid_request_error" },
    {
      name: "no version",
      headers: { "x-api-key": token },
      status: 400,
      type: "invalid_request_error",
      says: /anthropic-version/,
    },
    { name: "a body that is no JSON", body: "{", status: 400, type: "invalid_request_error", says: /not valid JSON/ },
    {
      name: "no messages",
      body: JSON.stringify({ model: "demo", max_tokens: 1 }),
      status: 400,
      type: "invalid_request_error",
      says: /messages/,
    },
    {
      name: "no max_tokens",
      body: JSON.stringify({ model: "demo", messages: [said] }),
      status: 400,
      type: "invalid_request_error",
      says: /max_tokens/,
    },
    {
      name: "half a surrogate pair",
      body: '{"model":"demo","max_tokens":1,"messages":[{"role":"user","content":"\\ud83d"}]}',
      status: 400,
      type: "invalid_request_error",
      says: /surrogate/,
    },
    {
      name: "a call without its result",
      body: ask([said, called, said]),
      status: 400,
      type: "invalid_request_error",
      says: /without `tool_result` blocks immediately after: t1/,
    },
    {
      name: "a call at the very end",
      body: ask([said, called]),
      status: 400,
      type: "invalid_request_error",
      says: /without `tool_result`/,
    },
    {
      name: "a result without its call",
      body: ask([said, answered]),
      status: 400,
      type: "invalid_request_error",
      says: /unexpected/,
    },
    {
      name: "an altered thinking block",
      body: ask([said, thought, said]),
      status: 400,
      type: "invalid_request_error",
      says: /Invalid `signature`/,
    },
    {
      name: "a model that is not there",
      body: ask([said], "demo:nothing-of-that-name"),
      status: 404,
      type: "not_found_error",
      says: /model: demo:nothing/,
    },
    {
      name: "a model name that leads elsewhere",
      body: ask([said], "demo:../sample/package"),
      status: 404,
      type: "not_found_error",
    },
    { name: "more than 32 MB", body: " ".repeat(32 * 1024 * 1024 + 1), status: 413, type: "request_too_large" },
  ];

  for (const {
    name,
    method = "POST",
    path = "/v1/messages",
    headers = good,
    body = "",
    status,
    type,
    says = /./,
  } of refusals) {
    it(`answers ${name} with ${status} and the API's error shape`, async () => {
      const answer = await send({ port: server.port, method, path, headers, body });
      const parsed = JSON.parse(answer.text) as { type: string; error: { type: string; message: string } };
      assert.deepEqual([answer.status, parsed.type, parsed.error.type], [status, "error", type]);
      assert.match(parsed.error.message, says);
      assert.ok(!answer.text.includes(token));
    }).timeout(20_000);
  }

  it("listens on the loopback address only, and is gone after close", async () => {
    const own = await startServer({ token, scenariosDir });
    const { port } = own;
    const nobody = fetch(`http://127.0.0.1:${port}/v1/models`, { headers: good });
    assert.equal((await nobody).status, 404);
    await own.close();
    await assert.rejects(fetch(`http://127.0.0.1:${port}/v1/models`, { headers: good }));
  });

  it("does not start without its scenario", async () => {
    await assert.rejects(
      startServer({ token, scenariosDir, scenario: "not-there" }),
      /scenario not-there: there is no such file/,
    );
  });

  function ask(messages: unknown[], model = "demo"): string {
    return JSON.stringify({ model, max_tokens: 100, messages });
  }
});

/** A request as written, with any Host. */
function send(to: {
  port: number;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { port, method, path, headers, body } = to;
    const outgoing = rawRequest(
      { host: "127.0.0.1", port, method, path, headers: { ...headers, "content-length": Buffer.byteLength(body) } },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

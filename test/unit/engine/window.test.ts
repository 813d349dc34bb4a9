/**
 * A conversation that stays within what the model can take in: summaries of the service, and endpoints that make none.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { startServer, type DemoServer } from "../../../src/demo/server.ts";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
import type { EngineEvent } from "../../../src/protocol/index.ts";
import {
  answered,
  done,
  last,
  play,
  refuses,
  says,
  sse,
  streams,
  turnIn,
  withFolder,
  type Responder,
  type Sent,
} from "./api.ts";

const beta = "compact-2026-01-12";
const write = { tool: "write", input: { file_path: "a.txt", content: "x" } };
const summary = { type: "compaction", content: "So far: \ud83d half.", encrypted_content: "EqQB", tool_changes: [] };
const usage = { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 3, cache_creation_input_tokens: 2 };

/** An answer that begins with a summary of these fields, whatever they are. */
function summarises(fields: Record<string, unknown>, more: Record<string, unknown> = {}): Responder {
  const call = { type: "tool_use", id: `toolu_s${++calls}`, name: "write", input: {} };
  const json = JSON.stringify(write.input);
  return streams(
    sse([
      { type: "message_start", message: { usage } },
      { type: "content_block_start", index: 0, content_block: { type: "compaction", content: null } },
      { type: "content_block_delta", index: 0, delta: { ...fields, type: "compaction_delta" } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 1, content_block: call },
      { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: json } },
      { type: "content_block_stop", index: 1 },
      { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 7, ...more } },
      { type: "message_stop" },
    ]),
  );
}
let calls = 0;

const notes = (events: readonly EngineEvent[]): string[] =>
  events.flatMap((event) => (event.kind === "note" ? [event.text] : []));
const asksFor = ({ headers, body }: Sent): [unknown, unknown] => [
  headers["anthropic-beta"],
  (body as unknown as Record<string, unknown>)["context_management"],
];
const managed = { edits: [{ type: "compact_20260112" }] };
/** The messages of a request without cache marks. */
const plain = ({ body }: Sent): string[] =>
  body.messages.map((message) => JSON.stringify(message).replaceAll(',"cache_control":{"type":"ephemeral"}', ""));

describe("a summary of the service", () => {
  it("is asked for with every request, in the header and in the body", async () => {
    const { sent } = await play({ answers: [says([write], "tool_use"), done] });
    assert.deepEqual(sent.map(asksFor), [
      [beta, managed],
      [beta, managed],
    ]);
  });

  it("goes back exactly as it came, with every message before it where it was, also in the next turn", async () => {
    const first = await play({ answers: [says([write], "tool_use"), summarises(summary), done] });
    assert.equal(last(first.events).how, "done");
    assert.deepEqual(first.sent[2]?.body.messages[3]?.content[0], summary);
    assert.deepEqual(plain(first.sent[2]).slice(0, 3), plain(first.sent[1]!));
    const next = await play({ answers: [done], turn: { history: first.history } });
    assert.deepEqual(plain(next.sent[0]!).slice(0, 5), plain(first.sent[2]));
  });

  it("is told to the person, with the tokens it stands for, and its own tokens count", async () => {
    const iterations = [
      { type: "compaction", input_tokens: 1000, output_tokens: 100, cache_read_input_tokens: 20 },
      { type: "message", input_tokens: 10, output_tokens: 7 },
    ];
    const { events } = await play({
      answers: [says([write], "tool_use"), summarises(summary, { iterations }), done],
    });
    assert.deepEqual(notes(events), [
      "The service summarised the conversation so far (22 tokens) to stay within the model’s window; the log has all of it.",
    ]);
    const used = events.flatMap((event) => (event.kind === "step.ended" ? [event.usage] : []));
    assert.deepEqual(used[1], { input: 1010, output: 107, cacheRead: 23, cacheWrite: 2 });
  });

  it("that failed is given back as it came, and nothing is said of it", async () => {
    const failed = { type: "compaction", content: null, encrypted_content: null };
    const { events, sent } = await play({ answers: [summarises(failed), done] });
    assert.deepEqual(sent[1]?.body.messages[1]?.content[0], failed);
    assert.deepEqual(notes(events), []);
  });

  it("that is empty is not sent back: the API takes none", async () => {
    const { events, sent } = await play({ answers: [summarises({ content: "" }), done] });
    assert.deepEqual(
      sent[1]?.body.messages[1]?.content.map(({ type }) => type),
      ["tool_use"],
    );
    assert.deepEqual(notes(events), []);
  });

  it("alone in an answer is followed by another request", async () => {
    const alone = says([{ raw: summary }], "compaction");
    const { events, sent } = await play({ answers: [alone, done] });
    assert.deepEqual([last(events).how, sent.length], ["done", 2]);
    assert.deepEqual(sent[1]?.body.messages[1]?.content, [summary]);
  });

  it("in a message of another model stays", async () => {
    const first = await play({ answers: [summarises(summary), done] });
    const next = await play({ answers: [done], turn: { history: first.history }, model: "another" });
    assert.deepEqual(next.sent[0]?.body.messages[1]?.content[0], summary);
  });
});

describe("an endpoint that makes no summaries", () => {
  const told = /^127\.0\.0\.1:\d+ cannot summarise a conversation that grows too long\./;
  const ways: [name: string, answer: Responder][] = [
    ["refuses the field", refuses(400, "invalid_request_error", "context_management: Extra inputs are not permitted")],
    [
      "refuses the beta",
      refuses(400, "invalid_request_error", `Unexpected value(s) \`${beta}\` for the \`anthropic-beta\` header`),
    ],
    ["refuses the model", refuses(400, "invalid_request_error", "This model does not support compaction.")],
    [
      "is a gateway with words of its own",
      (response) => {
        response.writeHead(403, { "content-type": "application/json" });
        response.end(JSON.stringify({ message: "invalid beta flag" }));
      },
    ],
    [
      "is a gateway that answers in plain text",
      (response) => {
        response.writeHead(422, { "content-type": "text/plain" });
        response.end("header anthropic-beta is not allowed here");
      },
    ],
    [
      "refuses it inside a stream",
      streams(
        sse([
          { type: "error", error: { type: "invalid_request_error", message: "context_management: unknown field" } },
        ]),
      ),
    ],
  ];
  for (const [name, refusal] of ways)
    it(`and ${name} is asked again at once without, and from then on; the person is told once`, async () => {
      const { events, sent, waits } = await play({ answers: [refusal, says([write], "tool_use"), done] });
      assert.equal(last(events).how, "done");
      assert.deepEqual(sent.map(asksFor), [
        [beta, managed],
        [undefined, undefined],
        [undefined, undefined],
      ]);
      assert.deepEqual(waits, []);
      assert.equal(notes(events).length, 1);
      assert.match(notes(events)[0]!, told);
    });

  it("is remembered in the session, also by the next window, for this endpoint and model", async () => {
    await withFolder(async (root) => {
      const server = await startServer({ token: "t", scenariosDir, scenario: "faults-no-compaction", speed: 1000 });
      try {
        const history: unknown[] = [];
        const said: string[] = [];
        for (const model of ["demo", "demo", "demo:faults-no-compaction"]) {
          const events = await turnOf(server, root, { model, history });
          history.push(...events.flatMap((event) => (event.kind === "message" ? [event.message] : [])));
          said.push(...notes(events));
        }
        const asked = server.requests.map(({ body }) => "context_management" in (body as object));
        assert.deepEqual(asked, [true, false, false, false, true]);
        assert.equal(said.length, 1);
        assert.deepEqual(server.beginnings(), { requests: 5, conversations: 1, breaks: [] });
      } finally {
        await server.close();
      }
    });
  });

  it("is sent no summary that another one made, and all that stood before it", async () => {
    const first = await play({ answers: [says([write], "tool_use"), summarises(summary), done] });
    const refusal = refuses(400, "invalid_request_error", "messages.3: compaction blocks are not permitted");
    const next = await play({ answers: [refusal, done], turn: { history: first.history } });
    assert.ok(!next.sent[1]!.text.includes("compaction"));
    assert.equal(next.sent[1]!.body.messages.length, next.sent[0]!.body.messages.length);
    assert.equal(notes(next.events).length, 1);
  });

  it("is not told apart from a fault that stays without it: that is said, and nothing is remembered", async () => {
    const { events, sent, history } = await play({
      answers: [refuses(404, "not_found_error", "model: some-model-beta")],
    });
    assert.equal(sent.length, 2);
    assert.match(last(events).message ?? "", /does not know the model/);
    assert.deepEqual([notes(events), history.length], [[], 1]);
  });

  it("that is only too long for the model is none", async () => {
    const long = refuses(400, "invalid_request_error", "prompt is too long for compaction: 3 tokens > 2 maximum");
    const { events, sent } = await play({ answers: [long] });
    assert.match(last(events).message ?? "", /too long for the model/);
    assert.deepEqual(sent.map(asksFor), [[beta, managed]]);
  });
});

describe("a conversation that is too long in spite of a summary", () => {
  const long = refuses(413, "request_too_large", "Request exceeds the maximum size");

  it("is sent again from the summary on, and so it stays in the turns after it", async () => {
    const first = await play({ answers: [says([write], "tool_use"), summarises(summary), long, done] });
    assert.equal(last(first.events).how, "done");
    const [before, after] = [first.sent[2]!.body.messages, first.sent[3]!.body.messages];
    assert.deepEqual(
      after.map(({ role }) => role),
      ["user", "assistant", "user"],
    );
    assert.deepEqual(after.slice(1), before.slice(-2));
    assert.deepEqual(notes(first.events).slice(1), [
      "The conversation was too long for the model. It was sent again from the service’s summary on, without the 3 messages before it; the log has them whole.",
    ]);
    const next = await play({ answers: [done], turn: { history: first.history } });
    assert.deepEqual(plain(next.sent[0]!).slice(0, 3), plain(first.sent[3]!));
  });

  it("and from the summary on as well ends by name", async () => {
    const { events, sent } = await play({ answers: [says([write], "tool_use"), summarises(summary), long] });
    assert.match(last(events).message ?? "", /too long for the model \(413\)/);
    assert.equal(sent.length, 4);
  });
});

// ── On the demo's server ─────────────────────────────────────────────────────────────────────────────────────────

const scenariosDir = new URL("../../../src/demo/scenarios/", import.meta.url);

async function turnOf(
  { port }: DemoServer,
  root: string,
  { model, history }: { model: string; history: unknown[] },
): Promise<EngineEvent[]> {
  const connection = { name: "Demo", endpoint: `http://127.0.0.1:${port}`, model, key: "demo" };
  const engine = anthropicEngine({ connection, key: "t", wait: async () => {} });
  const events: EngineEvent[] = [];
  for await (const event of engine.run(turnIn(root, { history: [...history] }), new AbortController().signal))
    events.push(event);
  return events;
}

describe("the demo's server", () => {
  it("plays summaries: each is asked for, kept, sent back, and every request begins with the one before", async () => {
    await withFolder(async (root) => {
      const server = await startServer({ token: "t", scenariosDir, scenario: "compaction", speed: 1000 });
      try {
        const history: unknown[] = [];
        const said: string[] = [];
        const used: number[] = [];
        for (let turn = 0; turn < 3; turn++) {
          const events = await turnOf(server, root, { model: "demo", history });
          assert.equal(last(events).how, "done");
          assert.ok(answered(events).every(({ ok }) => ok));
          history.push(...events.flatMap((event) => (event.kind === "message" ? [event.message] : [])));
          said.push(...notes(events));
          used.push(...events.flatMap((event) => (event.kind === "step.ended" ? [event.usage.input] : [])));
        }
        assert.equal(said.length, 2);
        assert.match(said[0]!, /^The service summarised the conversation so far \(\d+ tokens\)/);
        const sent = JSON.stringify(server.requests.at(-1)?.body);
        assert.equal(sent.match(/"type":"compaction"/g)?.length, 3);
        assert.deepEqual(server.beginnings(), { requests: 7, conversations: 1, breaks: [] });
        assert.equal(await readFile(`${root}/notes/four.md`, "utf8"), "# Four\n\nFourth.\n");
      } finally {
        await server.close();
      }
    });
  });
});

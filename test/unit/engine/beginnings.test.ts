/**
 * Each request begins with the one before, but for the first after a summary, a cut or a change of engine that was told.
 */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { watchBeginnings } from "../../../src/demo/beginnings.ts";
import { parseRequest } from "../../../src/demo/request.ts";
import { startServer, type DemoServer } from "../../../src/demo/server.ts";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
import type { EngineEvent } from "../../../src/protocol/index.ts";
import { last, turnIn, withFolder } from "./api.ts";

const user = (text: string, more: object = {}): object => ({
  role: "user",
  content: [{ type: "text", text, ...more }],
});
const said = (text: string): object => ({ role: "assistant", content: [{ type: "text", text }] });
const marked = { cache_control: { type: "ephemeral" } };

/** What is seen of requests with these messages, and with this beside them. */
function seen(...requests: { messages: object[]; tools?: object[]; system?: unknown }[]): object {
  const beginnings = watchBeginnings();
  for (const request of requests) {
    const parsed = parseRequest(JSON.stringify({ model: "m", max_tokens: 1, ...request }), false);
    if (parsed.kind === "invalid") throw new Error(parsed.message);
    beginnings.see(parsed.request);
  }
  return beginnings.report();
}

describe("what the demo’s server sees of beginnings", () => {
  const cases: [name: string, requests: Parameters<typeof seen>, conversations: number, breaks: number[]][] = [
    ["one request", [{ messages: [user("a")] }], 1, []],
    [
      "a conversation that grows, its marks moving",
      [{ messages: [user("a", marked)] }, { messages: [user("a"), said("b"), user("c", marked)] }],
      1,
      [],
    ],
    ["the same request again", [{ messages: [user("a")] }, { messages: [user("a")] }], 1, []],
    [
      "two conversations side by side",
      [
        { messages: [user("a")] },
        { messages: [user("b")] },
        { messages: [user("a"), said("1"), user("2")] },
        { messages: [user("b"), said("1"), user("2")] },
      ],
      2,
      [],
    ],
    [
      "a word of an earlier message that changed",
      [
        { messages: [user("a"), said("b"), user("c")] },
        { messages: [user("a"), said("B"), user("c"), said("d"), user("e")] },
      ],
      1,
      [1, 2],
    ],
    [
      "a message taken out",
      [
        { messages: [user("a")] },
        { messages: [user("a"), said("b"), user("c")] },
        { messages: [user("a"), user("c")] },
      ],
      1,
      [3],
    ],
    [
      "other tools",
      [
        { messages: [user("a")], tools: [{ name: "x" }] },
        { messages: [user("a"), said("b"), user("c")], tools: [{ name: "y" }] },
      ],
      1,
      [2],
    ],
    [
      "another system text",
      [
        { messages: [user("a")], system: "s" },
        { messages: [user("a"), said("b"), user("c")], system: [{ type: "text", text: "t" }] },
      ],
      1,
      [2],
    ],
    ["a conversation that nobody saw begin", [{ messages: [user("a"), said("b"), user("c")] }], 1, [1]],
  ];
  for (const [name, requests, conversations, breaks] of cases)
    it(`in ${name}: ${breaks.length} breaks`, () => {
      assert.deepEqual(seen(...requests), { requests: requests.length, conversations, breaks });
    });
});

describe("the engine’s requests", () => {
  const block = (name: string, input: object): object => ({ type: "tool_use", name, input });
  const read = { blocks: [block("read", { file_path: "long.txt" })] };
  const tooLong = {
    kind: "status",
    status: 400,
    type: "invalid_request_error",
    message: "prompt is too long: 3 tokens > 2 maximum",
    times: 1,
  };
  const thinks = { blocks: [{ type: "thinking", text: "Hm." }, block("read", { file_path: "long.txt" })] };
  const ends = { blocks: [{ type: "text", text: "Done." }] };

  /** Plays turns of these steps; gives what was told and which requests broke. */
  async function turns(
    steps: object[][],
    models: string[],
  ): Promise<{ told: string[]; beginnings: ReturnType<DemoServer["beginnings"]> }> {
    return withFolder(async (place) => {
      const [root, scenariosDir] = [join(place, "draft"), join(place, "scenarios")];
      for (const folder of [root, scenariosDir]) await mkdir(folder);
      await writeFile(join(root, "long.txt"), "x".repeat(2000));
      const scenario = { about: "Played by a test.", turns: steps.map((of) => ({ steps: of })) };
      for (const name of ["one", "two"]) await writeFile(join(scenariosDir, `${name}.json`), JSON.stringify(scenario));
      const server = await startServer({ token: "t", scenariosDir, scenario: "one", speed: 100_000 });
      try {
        const history: unknown[] = [];
        const told: string[] = [];
        for (const model of models) {
          const connection = { name: "Demo", endpoint: `http://127.0.0.1:${server.port}`, model, key: "demo" };
          const engine = anthropicEngine({ connection, key: "t", wait: async () => {} });
          const events: EngineEvent[] = [];
          const turn = turnIn(root, { history: [...history], prompt: `Turn ${history.length}.` });
          for await (const event of engine.run(turn, new AbortController().signal)) events.push(event);
          assert.equal(last(events).how, "done", last(events).message);
          history.push(...events.flatMap((event) => (event.kind === "message" ? [event.message] : [])));
          told.push(...events.flatMap((event) => (event.kind === "note" ? [event.text] : [])));
        }
        return { told, beginnings: server.beginnings() };
      } finally {
        await server.close();
      }
    });
  }

  it("all begin with the one before, over turns and with thinking between calls", async () => {
    const { told, beginnings } = await turns([[thinks, read, ends], [read, ends], [ends]], ["one", "one", "one"]);
    assert.deepEqual({ told, beginnings }, { told: [], beginnings: { requests: 6, conversations: 1, breaks: [] } });
  });

  it("begin anew after a cut, which is told, once; the turns after it begin with what the cut left", async () => {
    const { told, beginnings } = await turns(
      [[read, read, read, read, { ...ends, fault: tooLong }], [read, ends], [ends]],
      ["one", "one", "one"],
    );
    assert.equal(told.length, 1);
    assert.match(told[0]!, /^The conversation was too long for the model\./);
    // The fifth was refused as too long; the sixth is the same without old results.
    assert.deepEqual(beginnings, { requests: 9, conversations: 1, breaks: [6] });
  });

  it("begin anew where the model was changed, which the session’s log names: thinking is not for another model", async () => {
    const { beginnings } = await turns([[thinks, ends], [ends], [ends]], ["one", "demo:two", "demo:two"]);
    assert.deepEqual(beginnings, { requests: 4, conversations: 1, breaks: [3] });
  });
});

import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
import type { EngineEvent } from "../../../src/protocol/index.ts";
import { done, events as messageEvents, hangs, key, kinds, last, sse, turnIn, withApi, withFolder } from "./api.ts";
import { stopIn, stopStates } from "./stops.ts";

const write = { tool: "write", input: { file_path: "a.txt", content: "x" } };
const whole = messageEvents([{ thinking: "Hm", signature: "s" }, { text: "I begin" }, write], "tool_use");
const named = (name: string) => stopStates.find((state) => state.name === name)!;

describe("a stop", () => {
  it("has at least twenty states to come in", () => assert.ok(stopStates.length >= 20, String(stopStates.length)));

  for (const state of stopStates) {
    it(`${state.name} ends the turn within a second, and nothing runs after it`, async () => {
      const { events, took, files } = await stopIn(state);
      assert.deepEqual(last(events), { kind: "ended", how: "stopped" });
      assert.ok(took < 1000, `took ${took.toFixed(0)} ms`);
      for (const file of ["a.txt", "b.txt", "big.txt"])
        assert.ok(!files.includes(file) || state.may?.includes(file), `${file} was written`);
      assert.equal(
        kinds(events).filter((kind) => kind === "step").length,
        kinds(events).filter((kind) => kind === "step.ended").length,
      );
    });
  }

  it("before the start sends nothing", async () => {
    await withApi([done], async ({ endpoint, sent }) => {
      const engine = anthropicEngine({ connection: { name: "t", endpoint, model: "m", key: "t" }, key });
      const events: EngineEvent[] = [];
      for await (const event of engine.run(turnIn("/"), AbortSignal.abort())) events.push(event);
      assert.deepEqual(events, [{ kind: "ended", how: "stopped" }]);
      assert.equal(sent.length, 0);
    });
  });

  it("keeps what was being said, marked", async () => {
    const { events } = await stopIn(named("in the middle of text"));
    assert.deepEqual(
      events.findLast(({ kind }) => kind === "said"),
      { kind: "said", text: "I begin […] (stopped here)" },
    );
  });

  it("between two tools keeps the first one's result and closes the second one's call", async () => {
    const { events, files } = await stopIn(named("between two calls"));
    assert.equal(last(events).how, "stopped");
    const messages = events.flatMap((event) =>
      event.kind === "message" ? [event.message as { content: Record<string, unknown>[] }] : [],
    );
    const results = messages.at(-1)?.content ?? [];
    assert.equal(results.length, 2);
    assert.equal(results[0]?.is_error, undefined);
    // The stop may come while the second call is on its way; then it is either whole or not there at all.
    assert.equal(results[1]?.is_error === undefined, files.includes("b.txt"));
  });

  it("by leaving the loop early lets go of the connection", async () => {
    await withFolder(async (root) => {
      const { promise, resolve } = resolvable();
      await withApi(
        [(response, body) => (response.on("close", resolve), hangs(sse(whole.slice(0, 9)))(response, body))],
        async ({ endpoint }) => {
          const engine = anthropicEngine({ connection: { name: "t", endpoint, model: "m", key: "t" }, key });
          for await (const event of engine.run(turnIn(root), new AbortController().signal))
            if (event.kind === "text") break;
          await promise;
        },
      );
      await access(root);
    });
  });
});

function resolvable(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

import assert from "node:assert/strict";
import { access, readdir, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
import type { EngineEvent } from "../../../src/protocol/index.ts";
import {
  done,
  events as messageEvents,
  hangs,
  key,
  kinds,
  last,
  refuses,
  says,
  sse,
  withApi,
  withFolder,
  type Responder,
} from "./api.ts";

const write = { tool: "write", input: { file_path: "a.txt", content: "x" } };
const whole = messageEvents([{ thinking: "Hm", signature: "s" }, { text: "I begin" }, write], "tool_use");
const realWait = async (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal });

interface Stopped {
  events: EngineEvent[];
  /** Milliseconds from the stop to the end of the iteration. */
  took: number;
  files: string[];
}

/** Runs a turn and stops it: at the first event `at` accepts, or when the server says so. */
async function stopped(
  answers: (stop: () => void) => Responder[],
  at?: (event: EngineEvent) => boolean,
  prepare?: (root: string) => Promise<void>,
): Promise<Stopped> {
  return withFolder(async (root) => {
    await prepare?.(root);
    const controller = new AbortController();
    let when = 0;
    const stop = (): void => {
      when = performance.now();
      controller.abort();
    };
    return withApi(answers(stop), async ({ endpoint }) => {
      const connection = { name: "test", endpoint, model: "test-model", key: "test" };
      const engine = anthropicEngine({ connection, key, wait: realWait });
      const events: EngineEvent[] = [];
      const turn = { history: [], report: "", prompt: "Do it.", attachments: [], root };
      for await (const event of engine.run(turn, controller.signal)) {
        events.push(event);
        if (!controller.signal.aborted && at?.(event) === true) setImmediate(stop);
      }
      return { events, took: performance.now() - when, files: await readdir(root) };
    });
  });
}

const places: {
  name: string;
  answers: (stop: () => void) => Responder[];
  at?: (event: EngineEvent) => boolean;
  prepare?: (root: string) => Promise<void>;
}[] = [
  { name: "before any answer", answers: (stop) => [() => stop()] },
  {
    name: "before the first byte of the stream",
    answers: (stop) => [(response, body) => (hangs(": hello\n\n")(response, body), stop())],
  },
  {
    name: "in the middle of thinking",
    answers: () => [hangs(sse(whole.slice(0, 4)))],
    at: ({ kind }) => kind === "thinking",
  },
  {
    name: "in the middle of a tool call",
    answers: () => [hangs(sse(whole.slice(0, -3)))],
    at: ({ kind }) => kind === "input",
  },
  {
    name: "in a wait of half a minute",
    answers: () => [refuses(429, "rate_limit_error", "x", { "retry-after": "30" })],
    at: ({ kind }) => kind === "waiting",
  },
  {
    name: "in a tool that takes for ever",
    answers: () => [says([{ tool: "grep", input: { pattern: "^(a+)+$" } }, write], "tool_use"), done],
    at: ({ kind }) => kind === "called",
    prepare: (root) => writeFile(join(root, "long.txt"), `${"a".repeat(200)}b\n`),
  },
];

describe("a stop", () => {
  // With no ripgrep on the path the search runs in a worker and backtracks.
  const path = process.env.PATH;
  before(() => void (process.env.PATH = ""));
  after(() => void (process.env.PATH = path));

  for (const { name, answers, at, prepare } of places) {
    it(`${name} ends the turn within a second, and nothing runs after it`, async () => {
      const { events, took, files } = await stopped(answers, at, prepare);
      assert.deepEqual(last(events), { kind: "ended", how: "stopped" });
      assert.ok(took < 1000, `took ${took.toFixed(0)} ms`);
      assert.ok(!files.includes("a.txt"), "the tool of the stopped answer did not run");
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
      const turn = { history: [], report: "", prompt: "x", attachments: [], root: "/" };
      for await (const event of engine.run(turn, AbortSignal.abort())) events.push(event);
      assert.deepEqual(events, [{ kind: "ended", how: "stopped" }]);
      assert.equal(sent.length, 0);
    });
  });

  it("keeps what was being said, marked", async () => {
    const { events } = await stopped(
      () => [hangs(sse(whole.slice(0, 9)))],
      ({ kind }) => kind === "text",
    );
    assert.deepEqual(
      events.findLast(({ kind }) => kind === "said"),
      { kind: "said", text: "I begin […] (stopped here)" },
    );
  });

  it("between two tools keeps the first one's result and closes the second one's call", async () => {
    const second = { tool: "write", input: { file_path: "b.txt", content: "x" } };
    const { events, files } = await stopped(
      () => [says([write, second], "tool_use"), done],
      ({ kind }) => kind === "answered",
    );
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
          const turn = { history: [], report: "", prompt: "x", attachments: [], root };
          for await (const event of engine.run(turn, new AbortController().signal)) if (event.kind === "text") break;
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

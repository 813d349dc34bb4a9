/**
 * The engine on the demo's Messages API: the whole first turn of the sample task, and the faults it can play.
 */
import assert from "node:assert/strict";
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { startServer } from "../../../src/demo/server.ts";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
import type { EngineEvent } from "../../../src/protocol/index.ts";
import { answered, last, turnIn, withFolder } from "./api.ts";

const scenariosDir = new URL("../../../src/demo/scenarios/", import.meta.url);
const sampleDir = new URL("../../../src/demo/sample/", import.meta.url);

/** One turn of a scenario in a copy of the sample; `prompt` is the scenario's own task where it has one. */
async function demo(scenario: string, use?: (root: string) => Promise<void>): Promise<EngineEvent[]> {
  const { task } = JSON.parse(await readFile(new URL(`${scenario}.json`, scenariosDir), "utf8")) as { task?: string };
  const server = await startServer({ token: "demo-token", scenariosDir, scenario, speed: 1000 });
  try {
    return await withFolder(async (root) => {
      await cp(sampleDir, root, { recursive: true });
      const connection = { name: "Demo", endpoint: `http://127.0.0.1:${server.port}`, model: "demo", key: "demo" };
      const engine = anthropicEngine({ connection, key: "demo-token", wait: async () => {}, limits: { silence: 300 } });
      const events: EngineEvent[] = [];
      const turn = turnIn(root, { prompt: task ?? "Do the task." });
      for await (const event of engine.run(turn, new AbortController().signal)) events.push(event);
      await use?.(root);
      assert.deepEqual(server.beginnings().breaks, [], "each request begins with the one before");
      return events;
    });
  } finally {
    await server.close();
  }
}

describe("the engine on the demo", () => {
  it("does the sample task with its own tools, without a failing call", async function () {
    this.timeout(30_000);
    const events = await demo("demo", async (root) => {
      const files = await readdir(join(root, "src"));
      assert.ok(files.includes("shares.js") && !files.includes("round.js"), files.join());
    });
    assert.deepEqual(
      answered(events).filter(({ ok }) => !ok),
      [],
    );
    assert.equal(last(events).how, "done");
    assert.ok(events.some(({ kind }) => kind === "plan"));
  });

  const ends: [scenario: string, how: string, says: RegExp][] = [
    ["faults-401", "failed", /key was not accepted/],
    ["faults-403", "failed", /may not do this/],
    ["faults-429-hour", "failed", /asks to wait 60 minutes/],
    ["faults-429", "done", /^$/],
    ["faults-500", "done", /^$/],
    ["faults-529", "done", /^$/],
    ["faults-context-window", "limit", /no longer fits/],
    ["faults-cut-always", "failed", /twice: the connection was cut/],
    ["faults-cut-bytes", "done", /^$/],
    ["faults-cut-clean", "done", /^$/],
    ["faults-cut-reset", "done", /^$/],
    ["faults-empty", "failed", /not an API answer/],
    ["faults-html", "failed", /not an API answer/],
    ["compaction", "done", /^$/],
    ["faults-no-compaction", "done", /^$/],
    ["faults-overloaded-in-stream", "done", /^$/],
    ["faults-pause-turn", "done", /^$/],
    ["faults-prompt-too-long", "failed", /too long for the model/],
    ["faults-refusal", "refused", /refused/],
    ["faults-refusal-at-once", "refused", /refused/],
    ["faults-unknown-stop", "failed", /does not know/],
  ];
  for (const [scenario, how, says] of ends) {
    it(`meets ${scenario} with ${how}`, async () => {
      const events = await demo(scenario);
      assert.equal(last(events).how, how);
      assert.match(last(events).message ?? "", says);
    });
  }
});

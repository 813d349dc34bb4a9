import assert from "node:assert/strict";
import { agentStops, stopAgentIn } from "./stops.ts";

describe("a stop of an outside agent", () => {
  for (const state of agentStops)
    it(`${state.name} ends the turn within a second, and no process of it is left`, async () => {
      const { how, took } = await stopAgentIn(state);
      assert.equal(how, "stopped");
      assert.ok(took < 1_000, `took ${took.toFixed(0)} ms`);
    });
});

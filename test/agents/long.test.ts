/**
 * A sample of the long session; all of it is `npm run proof -- agents --only=long`.
 */
import assert from "node:assert/strict";
import { longSession } from "../proof/agents/long.ts";

describe("a long session with a person deciding all along", function () {
  this.timeout(120_000);

  it("loses no decision over a reload, and each request begins with the one before, a summary or not", async () => {
    const { tried, cases } = await longSession({ seed: 7, turns: 4 });
    assert.deepEqual(cases, []);
    assert.ok(tried > 60, `${tried} steps and decisions`);
  });
});

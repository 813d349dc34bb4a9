/** 200 pairs of real files, drawn by a fixed seed: a sample of `npm run proof -- review`. */
import assert from "node:assert/strict";
import { checkPairs, drawn, realPairs } from "./realPairs.ts";

describe("hunks of real files", function () {
  this.timeout(300_000);

  it("give the same in any choice as git apply, GNU patch and a splicer", async function () {
    const found = await realPairs(["graphql", "ramda", "moment", "bootstrap"]);
    if ("cause" in found) {
      this.test!.title += ` (not run: the packages cannot be had: ${found.cause})`;
      this.skip();
    }
    const outcome = checkPairs(drawn(found.pairs, 200, 1, 0.4), found.folder, 1);
    assert.deepEqual(outcome.failures, []);
    assert.ok(outcome.tried >= 200);
  });
});

/** What the editor knows is handed to each turn of a session's engine as it is, and is not there where the editor gives none. */
import assert from "node:assert/strict";
import type { Insight } from "../../../src/protocol/index.ts";
import { scene } from "./scene.ts";

describe("a turn of a session", () => {
  it("is given what the editor knows, the same one each time", async () => {
    const insight = {} as Insight;
    const stage = await scene({ "a.txt": "one\n" }, { insight });
    await stage.turn([]);
    await stage.turn([]);
    assert.deepEqual(
      stage.requests.map((request) => request.insight === insight),
      [true, true],
    );
  });

  it("has nothing of the kind where the editor gives none", async () => {
    const stage = await scene({ "a.txt": "one\n" });
    await stage.turn([]);
    assert.ok(!("insight" in stage.requests[0]!));
  });
});

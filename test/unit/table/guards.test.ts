/** Every guard of the list can be switched off: its change fits its source, and the tests that have to notice are there. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { guards } from "../../table/guards.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

describe("the list of guards", () => {
  for (const { guard, file, replace, by, tests } of guards) {
    it(`fits its sources: ${guard}`, () => {
      assert.equal(readFileSync(join(root, file), "utf8").split(replace).length - 1, 1, `${replace} in ${file}`);
      assert.notEqual(replace, by);
      assert.ok(existsSync(join(root, tests)), tests);
    });
  }

  it("names each guard once", () => {
    const names = guards.map(({ guard }) => guard);
    assert.deepEqual([...new Set(names)], names);
  });
});

/** The table of attacks names tests that are there, its guards hold, and no class is missing. */
import assert from "node:assert/strict";
import { checkTable } from "./checking.ts";
import { attacks } from "../../table/attacks.ts";

checkTable("the table of attacks", attacks);

describe("the classes of attacks", () => {
  it("are all in the table", () => {
    const numbers = [
      ...Array.from({ length: 36 }, (_, at) => at + 1),
      ...[37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 48, 49, 51, 52, 53, 54, 55],
    ];
    assert.deepEqual(
      attacks.flatMap(({ rows }) => rows.map(({ id }) => id)).toSorted(),
      numbers.map((number) => `A${String(number).padStart(2, "0")}`),
    );
  });
});

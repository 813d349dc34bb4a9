/** What an agent says it costs: totals of its session, told as what each adds. */
import assert from "node:assert/strict";
import type { EngineEvent } from "../../../../src/protocol/index.ts";
import { memoryOf } from "../../../../src/engine/acp/told.ts";
import { openTelling } from "../../../../src/engine/acp/telling.ts";

const by = "acp Scripted";

function told(updates: readonly unknown[], before = 0): { costs: unknown[]; kept: unknown[]; said: string } {
  const events: EngineEvent[] = [];
  const telling = openTelling("/draft", by, (event) => events.push(event));
  telling.goOn(before);
  for (const cost of updates) telling.take({ sessionUpdate: "usage_update", used: 1, size: 2, cost });
  return {
    costs: events.flatMap((event) => (event.kind === "cost" ? [[event.amount, event.currency]] : [])),
    kept: events.flatMap((event) => (event.kind === "message" ? [event.message] : [])),
    said: telling.cost(),
  };
}

const usd = (amount: unknown): object => ({ amount, currency: "USD" });

describe("the cost of an agent", () => {
  for (const [what, before, updates, costs, said] of [
    ["a total", 0, [usd(0.25)], [[0.25, "USD"]], "0.2500 USD"],
    [
      "totals that grow",
      0,
      [usd(0.25), usd(0.25), usd(1.25)],
      [
        [0.25, "USD"],
        [1, "USD"],
      ],
      "1.25 USD",
    ],
    ["a total that goes on from an earlier turn's", 0.25, [usd(0.25), usd(0.75)], [[0.5, "USD"]], "0.7500 USD"],
    ["a total that began anew", 5, [usd(1)], [[1, "USD"]], "1.00 USD"],
    ["another currency", 0, [{ amount: 2, currency: "EUR" }], [[2, "EUR"]], "2.00 EUR"],
    ["no amount", 0, [usd("1e9"), usd(-1), usd(Number.NaN), usd(1e300), null, 7, {}], [], ""],
    ["no currency", 0, [{ amount: 1 }, { amount: 1, currency: "money" }], [], ""],
  ] as const)
    it(`is counted from ${what}`, () => {
      const result = told(updates, before);
      assert.deepEqual([result.costs, result.said], [costs, said]);
    });

  it("is known to the next turn of the same session, and to no other agent's", () => {
    const { kept } = told([usd(0.25), usd(0.5)]);
    const session = (id: string, who = by): unknown => ({ kind: "acp.session", session: id, by: who });
    assert.equal(memoryOf([session("s"), ...kept], by).cost, 0.5);
    assert.equal(memoryOf([session("s"), ...kept, session("t")], by).cost, 0);
    assert.equal(memoryOf([session("s"), ...kept], "acp Other").cost, 0);
  });
});

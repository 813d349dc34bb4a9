import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMoney } from "../src/money.js";
import { splitExpense } from "../src/split.js";

const bill = { amount: parseMoney("100.00"), for: ["Auk", "Bee", "Crab"] };

test("everyone the expense was for has a share", () => {
  assert.deepEqual([...splitExpense(bill).keys()], bill.for);
});

test("the shares add up to the bill, give or take a cent", () => {
  const sum = [...splitExpense(bill).values()].reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(sum - bill.amount) < 0.015);
});

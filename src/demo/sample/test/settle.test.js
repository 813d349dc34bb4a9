import assert from "node:assert/strict";
import { test } from "node:test";
import { balancesOf } from "../src/balance.js";
import { tripOf } from "../src/ledger.js";
import { settle } from "../src/settle.js";

const trip = tripOf({
  name: "A day out",
  people: ["Ada", "Ben", "Cleo", "Dev"],
  expenses: [
    { what: "Train", paidBy: "Ada", amount: "64.00" },
    { what: "Lunch", paidBy: "Ben", amount: "48.00", for: ["Ada", "Ben"] },
  ],
});

test("those who owe pay those who are owed", () => {
  const payments = settle(balancesOf(trip));
  assert.deepEqual(payments.map(({ from, to }) => `${from} to ${to}`), ["Cleo to Ada", "Dev to Ada", "Dev to Ben"]);
});

test("nobody pays when everything is even", () => {
  assert.deepEqual(settle(new Map([["Ada", 0], ["Ben", 0]])), []);
});

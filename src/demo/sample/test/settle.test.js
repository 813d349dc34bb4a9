import assert from "node:assert/strict";
import { test } from "node:test";
import { balancesOf } from "../src/balance.js";
import { tripOf } from "../src/ledger.js";
import { settle } from "../src/settle.js";

const trip = tripOf({
  name: "A day out",
  people: ["Auk", "Bee", "Crab", "Dev"],
  expenses: [
    { what: "Train", paidBy: "Auk", amount: "64.00" },
    { what: "Lunch", paidBy: "Bee", amount: "48.00", for: ["Auk", "Bee"] },
  ],
});

test("those who owe pay those who are owed", () => {
  const payments = settle(balancesOf(trip));
  assert.deepEqual(payments.map(({ from, to }) => `${from} to ${to}`), ["Crab to Auk", "Dev to Auk", "Dev to Bee"]);
});

test("nobody pays when everything is even", () => {
  assert.deepEqual(settle(new Map([["Auk", 0], ["Bee", 0]])), []);
});

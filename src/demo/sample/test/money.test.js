import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMoney, parseMoney, sameMoney } from "../src/money.js";

test("an amount is written as it was read", () => {
  for (const text of ["0.00", "4.05", "12.30", "310.00"]) {
    assert.equal(formatMoney(parseMoney(text)), `€ ${text}`);
  }
});

test("what is no amount is named", () => {
  for (const text of ["", "twelve", "1.2.3"]) {
    assert.throws(() => parseMoney(text), /not an amount/);
  }
});

test("tenths add up", () => {
  assert.ok(sameMoney(parseMoney("0.10") + parseMoney("0.20"), parseMoney("0.30")));
});

#!/usr/bin/env node
/** The command line: reads a trip, prints what it comes to. */

import { balancesOf } from "./balance.js";
import { readTrip } from "./ledger.js";
import { balanceReport, paymentReport } from "./report.js";
import { settle } from "./settle.js";

const [file, view = "all"] = process.argv.slice(2);

if (file === undefined || !["all", "balance", "settle"].includes(view)) {
  console.error("use: evenly TRIP.json [balance|settle]");
  process.exit(2);
}

try {
  const trip = await readTrip(file);
  const balances = balancesOf(trip);
  const parts = [];
  if (view !== "settle") parts.push(balanceReport(trip, balances));
  if (view !== "balance") parts.push(paymentReport(trip, settle(balances)));
  console.log(parts.join("\n\n"));
} catch (error) {
  console.error(`evenly: ${error.message}`);
  process.exit(1);
}

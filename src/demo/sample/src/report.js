/** Reports: the text a person reads. */

import { formatMoney, sameMoney } from "./money.js";

/**
 * @param {import("./ledger.js").Trip} trip
 * @param {Map<string, number>} balances
 */
export function balanceReport(trip, balances) {
  const spent = trip.expenses.reduce((sum, expense) => sum + expense.amount, 0);
  const lines = [...balances].map(([person, amount]) => {
    const stands = sameMoney(amount, 0) ? "is even" : amount > 0 ? "gets back" : "owes";
    return `${person.padEnd(6)} ${stands.padEnd(10)} ${formatMoney(Math.abs(amount), trip.currency)}`;
  });
  return [trip.name, `Spent in all: ${trip.currency} ${spent.toFixed(2)}`, "", ...lines].join("\n");
}

/**
 * @param {import("./ledger.js").Trip} trip
 * @param {{ from: string, to: string, amount: number }[]} payments
 */
export function paymentReport(trip, payments) {
  if (payments.length === 0) return "Nobody owes anything.";
  return payments
    .map(({ from, to, amount }) => `${from} pays ${to} ${formatMoney(amount, trip.currency)}`)
    .join("\n");
}

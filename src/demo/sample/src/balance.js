/** Balances: what a person paid, less what was spent on them. */

import { roundToCents } from "./round.js";
import { splitExpense } from "./split.js";

/**
 * @param {import("./ledger.js").Trip} trip
 * @returns {Map<string, number>} above zero: gets money back
 */
export function balancesOf(trip) {
  const balances = new Map(trip.people.map((person) => [person, 0]));
  const add = (person, amount) => {
    balances.set(person, roundToCents(balances.get(person) + amount));
  };
  for (const expense of trip.expenses) {
    add(expense.paidBy, expense.amount);
    for (const [person, share] of splitExpense(expense)) add(person, -share);
  }
  return balances;
}

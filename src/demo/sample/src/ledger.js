/** The trip file: JSON in, a checked trip out. */

import { readFile } from "node:fs/promises";
import { parseMoney } from "./money.js";

/**
 * @typedef {{ what: string, paidBy: string, amount: number, for: string[] }} Expense
 * @typedef {{ name: string, currency: string, people: string[], expenses: Expense[] }} Trip
 */

/**
 * @param {string} file
 * @returns {Promise<Trip>}
 */
export async function readTrip(file) {
  return tripOf(JSON.parse(await readFile(file, "utf8")));
}

/**
 * @param {any} json
 * @returns {Trip}
 */
export function tripOf(json) {
  const { name, currency = "EUR", people, expenses } = json;
  if (!Array.isArray(people) || people.length === 0) throw new Error("a trip needs people");
  return {
    name,
    currency,
    people,
    expenses: expenses.map((expense) => {
      const sharedBy = expense.for ?? people;
      const stranger = [expense.paidBy, ...sharedBy].find((person) => !people.includes(person));
      if (stranger !== undefined) throw new Error(`${expense.what}: ${stranger} is not on this trip`);
      return { what: expense.what, paidBy: expense.paidBy, amount: parseMoney(expense.amount), for: sharedBy };
    }),
  };
}

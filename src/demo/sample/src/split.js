/** Splitting: what one expense comes to for each person it was for. */

import { roundToCents } from "./round.js";

/**
 * @param {{ amount: number, for: string[] }} expense
 * @returns {Map<string, number>} each person's share
 */
export function splitExpense(expense) {
  const share = roundToCents(expense.amount / expense.for.length);
  return new Map(expense.for.map((person) => [person, share]));
}

/** Settling up: a few payments that bring every balance to zero. */

/** Less than this is a rounding error, not a debt. */
const HALF_A_CENT = 0.005;

/**
 * The one who owes most pays the one who is owed most, until nobody owes anything.
 *
 * @param {Map<string, number>} balances
 * @returns {{ from: string, to: string, amount: number }[]}
 */
export function settle(balances) {
  const open = [...balances].map(([person, amount]) => ({ person, amount }));
  const payments = [];
  while (open.length > 1) {
    open.sort((a, b) => a.amount - b.amount);
    const debtor = open[0];
    const creditor = open[open.length - 1];
    if (-debtor.amount < HALF_A_CENT || creditor.amount < HALF_A_CENT) break;
    const amount = Math.min(-debtor.amount, creditor.amount);
    payments.push({ from: debtor.person, to: creditor.person, amount });
    debtor.amount += amount;
    creditor.amount -= amount;
  }
  return payments;
}

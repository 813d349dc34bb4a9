/** Money: amounts as people write them, and as this program counts them. */

const SYMBOLS = { EUR: "€", GBP: "£", USD: "$" };

/**
 * Reads an amount such as "12.30" or "1,250".
 *
 * @param {string} text
 * @returns {number}
 */
export function parseMoney(text) {
  const plain = text.trim().replaceAll(",", "");
  if (!/^-?\d+(\.\d+)?$/.test(plain)) throw new Error(`not an amount: ${text}`);
  return Number.parseFloat(plain);
}

/**
 * Writes an amount with the symbol of its currency.
 *
 * @param {number} amount
 * @param {string} [currency]
 */
export function formatMoney(amount, currency = "EUR") {
  const symbol = SYMBOLS[currency] ?? currency;
  return `${symbol} ${amount.toFixed(2)}`;
}

/** Whether two amounts look the same once they are written down. */
export function sameMoney(a, b) {
  return Math.abs(a - b) < 0.005;
}

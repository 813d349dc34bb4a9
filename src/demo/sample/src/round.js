/** Rounding: pulls a sum of floating-point amounts back to whole cents. */

export function roundToCents(amount) {
  return Math.round(amount * 100) / 100;
}

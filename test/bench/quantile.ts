/** Quantiles of measured values. */

/** The smallest value that at least this share of the values do not exceed; 0.5 gives the (lower) median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
}

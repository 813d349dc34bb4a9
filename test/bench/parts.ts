/**
 * The parts of a bench: those that were asked for, one after the other.
 *
 * Always: a part that fails is a row that says so, and the figures of the others are shown all the same.
 */
import type { Row } from "../../scripts/bench.ts";

export type Part = readonly [name: string, rowsOf: () => Promise<Row[]> | Row[]];

/** `args` may hold `--only=NAME,NAME`. */
export async function partsOf(parts: readonly Part[], args: readonly string[]): Promise<Row[]> {
  const only = args
    .find((each) => each.startsWith("--only="))
    ?.slice("--only=".length)
    .split(",");
  const rows: Row[] = [];
  for (const [name, rowsOf] of parts) {
    if (only && !only.includes(name)) continue;
    try {
      rows.push(...(await rowsOf()));
    } catch (problem) {
      const [note = ""] = String(problem).split("\n");
      rows.push({ figure: name, value: null, unit: "", met: "failed", note });
    }
  }
  return rows;
}

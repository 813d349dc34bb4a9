/** Sizes of what is shipped: the production bundles, minified. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/setup.mjs";
import type { Row } from "../../scripts/bench.ts";

export function sizeRows(): Row[] {
  const dist = join(root, "dist");
  const code = readdirSync(dist).filter((name) => /\.(cjs|mjs|js)$/.test(name));
  const size = (name: string) => statSync(join(dist, name)).size / 1000;
  const entry = size("extension.cjs");
  const all = code.reduce((sum, name) => sum + size(name), 0);
  return [
    {
      figure: "entry bundle, minified",
      value: entry,
      unit: "kB",
      goal: "≤ 100",
      met: entry <= 100,
      note: "extension.cjs",
    },
    { figure: "all code, minified", value: all, unit: "kB", goal: "≤ 1500", met: all <= 1500, note: code.join(", ") },
  ];
}

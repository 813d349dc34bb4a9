/**
 * What the review core weighs: in memory with 500 pairs held open, and as a bundle.
 *
 * The memory is that of a fresh process after two collections, held against the bytes of the texts themselves.
 */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Row } from "../../scripts/bench.ts";

const pairs = 500;
const linesEach = 200;

export function memoryRow(seed: number): Row {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", fileURLToPath(import.meta.url), String(seed)],
    {
      encoding: "utf8",
    },
  );
  if (status !== 0) return { figure: "memory", value: null, unit: "", met: "not run", note: stderr.slice(-200) };
  const { raw, held, hunks } = JSON.parse(stdout) as { raw: number; held: number; hunks: number };
  return {
    figure: `memory of ${pairs} pairs, ${(pairs * linesEach).toLocaleString("en")} lines, with ${hunks} hunks`,
    value: held / 1e6,
    unit: "MB",
    against: "the raw texts",
    rival: raw / 1e6,
    ratio: held / raw,
    goal: "<= 1.1",
    met: held / raw <= 1.1,
  };
}

export function sizeRow(file: string): Row {
  const size = statSync(file).size / 1000;
  return { figure: "review.mjs, minified", value: size, unit: "KB", goal: "<= 30", met: size <= 30 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { hunksOf } = await import("../../src/review/api.ts");
  const { seeded } = await import("./reviewPairs.ts");
  const collect = (globalThis as { gc?: () => void }).gc!;
  const random = seeded(Number(process.argv[2]));
  // Flat strings, as texts come from files.
  const flat = (text: string): string => Buffer.from(text).toString("latin1");
  const line = (): string =>
    `${" ".repeat(2 * Math.floor(random() * 5))}const value${Math.floor(random() * 1e9)} = call(${random()});`;
  // The code is compiled before: what it takes is not what the texts take.
  for (let pair = 0; pair < 400; pair++) hunksOf(Array.from({ length: 50 }, line).join("\n"), line());
  collect();
  collect();
  const used = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
  const before = used();
  const held: unknown[] = [];
  let raw = 0;
  let hunks = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const lines = Array.from({ length: linesEach }, line);
    const changed = lines.flatMap((each) => (random() < 0.02 ? (random() < 0.3 ? [] : [line()]) : [each]));
    const [old, now] = [flat(lines.join("\n")), flat(changed.join("\n"))];
    const found = hunksOf(old, now);
    held.push({ old, now, found });
    raw += old.length + now.length;
    hunks += found.length;
  }
  collect();
  collect();
  console.log(JSON.stringify({ raw, held: used() - before, hunks, kept: held.length }));
}

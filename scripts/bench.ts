/**
 * `npm run bench -- NAME [--seed N] [other arguments]`: runs `test/bench/NAME.ts` and shows its figures as a table.
 *
 * The rows go to `out/bench/NAME.json` as they are. Always: a figure is printed as it was measured, with at least four
 * significant digits; a rival that cannot run is named, not left out.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { giveUp, root } from "./setup.mjs";

/** One figure. `against` names the rival measured in the same run, `rival` is its value, `ratio` is value / rival. */
export type Row = {
  figure: string;
  value: number | string | null;
  unit: string;
  against?: string | null;
  rival?: number | string | null;
  ratio?: number | null;
  goal?: string | null;
  /** "failed": it could not be measured, and the bench as a whole fails. */
  met: boolean | "not run" | "failed" | null;
  note?: string;
};

/** What a bench file exports by default. */
export type Bench = (options: { seed: number; args: string[] }) => Promise<Row[]>;

const { name, seed, args } = request(process.argv.slice(2));

try {
  const file = join(root, "test/bench", `${name}.ts`);
  if (name === undefined || !existsSync(file))
    throw new Error(`Usage: npm run bench -- NAME [--seed N]. Names: ${known().join(", ") || "none yet"}.`);
  const bench = ((await import(file)) as { default: Bench }).default;
  const rows = await bench({ seed, args });
  mkdirSync(join(root, "out/bench"), { recursive: true });
  const machine = { node: process.version, platform: `${process.platform} ${process.arch}`, cores: cpus().length };
  writeFileSync(join(root, "out/bench", `${name}.json`), JSON.stringify({ name, seed, machine, rows }, null, 2) + "\n");
  console.log(table(rows));
  console.log(`\nWritten to out/bench/${name}.json.`);
  process.exit(rows.some(({ met }) => met === "failed") ? 1 : 0);
} catch (problem) {
  giveUp(problem);
}

function request(given: string[]): { name: string | undefined; seed: number; args: string[] } {
  const args = [...given];
  const at = args.findIndex((each) => each === "--seed" || each.startsWith("--seed="));
  const [flag = "", next] = at < 0 ? [] : args.splice(at, args[at] === "--seed" ? 2 : 1);
  const seed = Number(flag.includes("=") ? flag.slice(7) : (next ?? 1));
  const position = args.findIndex((each) => !each.startsWith("-"));
  const [name] = position < 0 ? [] : args.splice(position, 1);
  return { name, seed, args };
}

function known(): string[] {
  const folder = join(root, "test/bench");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((each) => each.endsWith(".ts") && readFileSync(join(folder, each), "utf8").includes("export default"))
    .map((each) => each.slice(0, -3));
}

function table(rows: Row[]): string {
  const head = ["figure", "value", "unit", "against", "its value", "ratio", "goal", "met", "note"];
  const cells = rows.map((row) => [
    row.figure,
    shown(row.value),
    row.unit,
    row.against ?? "",
    shown(row.rival),
    shown(row.ratio),
    row.goal ?? "",
    row.met === null ? "" : typeof row.met === "string" ? row.met : row.met ? "yes" : "NO",
    row.note ?? "",
  ]);
  const lines = [head, head.map(() => ""), ...cells];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => [...(line[column] ?? "")].length)));
  return lines
    .map((line, index) =>
      line
        .map((cell, column) => (index === 1 ? "─".repeat(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function shown(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string" || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1000 ? value.toFixed(1) : value.toPrecision(4);
}

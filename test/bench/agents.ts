/**
 * `npm run bench -- agents`: what it costs to let agents run commands, each figure beside what it is measured against, in one run.
 *
 * `--only=sandbox` takes some of the parts; `--rounds=N` sets how often each is measured.
 */
import type { Bench, Row } from "../../scripts/bench.ts";
import { sandboxRows } from "./sandbox.ts";

const bench: Bench = async ({ seed, args }) => {
  const value = (name: string) => args.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
  const only = value("only")?.split(",");
  const rounds = Number(value("rounds") ?? "21");
  const parts: [string, () => Promise<Row[]>][] = [["sandbox", () => sandboxRows(seed, rounds)]];
  const rows: Row[] = [];
  for (const [name, rowsOf] of parts) if (!only || only.includes(name)) rows.push(...(await rowsOf()));
  return rows;
};

export default bench;

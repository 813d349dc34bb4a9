/**
 * `npm run bench -- agents`: what it costs to let agents run commands, each figure beside what it is measured against, in one run.
 *
 * `--only=sandbox` takes some of the parts; `--rounds=N` sets how often each is measured.
 */
import type { Bench } from "../../scripts/bench.ts";
import { partsOf } from "./parts.ts";
import { sandboxRows } from "./sandbox.ts";

const bench: Bench = async ({ seed, args }) => {
  const value = (name: string) => args.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
  const rounds = Number(value("rounds") ?? "21");
  return partsOf([["sandbox", () => sandboxRows(seed, rounds)]], args);
};

export default bench;

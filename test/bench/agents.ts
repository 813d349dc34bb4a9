/**
 * `npm run bench -- agents`: what it costs to let agents work, each figure beside what it is measured against, in one run.
 *
 * `--only=sandbox,input,painting,drafts,looking,stopping` takes some of the parts; `--rounds=N` sets how often each is measured.
 */
import type { Bench } from "../../scripts/bench.ts";
import { draftsRows } from "./drafts.ts";
import { inputRows } from "./input.ts";
import { lookingRows } from "./looking.ts";
import { paintingRows } from "./painting.ts";
import { partsOf } from "./parts.ts";
import { sandboxRows } from "./sandbox.ts";
import { stoppingFamilies } from "./stopping.ts";

const bench: Bench = async ({ seed, args }) => {
  const value = (name: string) => args.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
  const rounds = Number(value("rounds") ?? "21");
  return partsOf(
    [
      ["sandbox", () => sandboxRows(seed, rounds)],
      ["input", () => inputRows(rounds)],
      ["painting", () => paintingRows(rounds)],
      ["drafts", () => draftsRows(seed, rounds)],
      ["looking", () => lookingRows(seed, rounds)],
      ["stopping", () => stoppingFamilies(rounds)],
    ],
    args,
  );
};

export default bench;

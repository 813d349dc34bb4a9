/**
 * `npm run bench -- main`: what the main job costs, each figure beside what it is measured against, in one run.
 *
 * `--only=sizes,draft,opening,stopping,latency,hosting,activation` takes some of the parts; `--starts=N` sets the starts of each extension.
 */
import { root, run, step } from "../../scripts/setup.mjs";
import type { Bench } from "../../scripts/bench.ts";
import { activationRows } from "./activation.ts";
import { draftRows } from "./draft.ts";
import { hostRows } from "./hosting.ts";
import { latencyRows } from "./latency.ts";
import { openingRows } from "./opening.ts";
import { partsOf } from "./parts.ts";
import { sizeRows } from "./sizes.ts";
import { stoppingRows } from "./stopping.ts";

const bench: Bench = async ({ seed, args }) => {
  const value = (name: string) => args.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
  const starts = Number(value("starts") ?? "15");
  await step("Building for production", () => run(process.execPath, ["esbuild.mjs", "--production"], { cwd: root }));
  return partsOf(
    [
      ["sizes", sizeRows],
      ["draft", () => draftRows(seed)],
      ["opening", openingRows],
      ["stopping", stoppingRows],
      ["latency", latencyRows],
      ["hosting", hostRows],
      ["activation", () => activationRows(starts)],
    ],
    args,
  );
};

export default bench;

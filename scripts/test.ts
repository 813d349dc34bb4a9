/**
 * `npm test`: runs the lanes in order, or those named as arguments, and ends with what failed, and the sum of what they counted.
 *
 * Always: a lane that cannot run is named with its cause; when no lane could run in a real VS Code, that is a failure.
 */
import { run, root, step } from "./setup.mjs";
import { lanes, type Counts, type LaneOutcome } from "./lanes.ts";

const names = process.argv.slice(2).filter((each) => !each.startsWith("-"));
const unknown = names.filter((name) => !lanes.some((lane) => lane.name === name));
if (unknown.length > 0) {
  console.error(`No such lane: ${unknown.join(", ")}. Lanes: ${lanes.map((lane) => lane.name).join(", ")}.`);
  process.exit(1);
}
const chosen = lanes.filter((lane) => names.length === 0 || names.includes(lane.name));

const built = chosen.some((lane) => lane.needsBuild) ? await build() : true;
const sum: Counts = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
let hostsTried = 0;
let hostsRun = 0;

for (const lane of chosen) {
  console.log(`\n── ${lane.name}`);
  const started = performance.now();
  const outcome = await outcomeOf(lane);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (lane.host) hostsTried += 1;
  if (outcome.kind === "cannot run") {
    sum.skipped += 1;
    console.log(`SKIPPED ${lane.name}: ${outcome.cause}`);
    continue;
  }
  if (lane.host) hostsRun += 1;
  sum.passed += outcome.passed;
  sum.failed += outcome.failed;
  sum.skipped += outcome.skipped;
  console.log(`── ${lane.name}: ${line(outcome)} (${seconds} s)`);
  if (outcome.failed > 0) {
    const known = outcome.failures ?? [];
    failures.push(
      ...(known.length > 0 ? known.map((each) => `${lane.name}: ${brief(each)}`) : [`${lane.name}: see there`]),
    );
  }
}

console.log("");
// Said again at the end, where somebody who kept only the last lines finds it.
for (const each of failures) console.log(`FAILED ${each}`);
if (hostsTried > 0 && hostsRun === 0) {
  sum.failed += 1;
  console.log("FAILED: no lane could run in a real VS Code.");
}
console.log(line(sum));
process.exit(sum.failed === 0 ? 0 : 1);

/** The first lines of a failure. */
function brief(failure: string): string {
  return failure.trim().split("\n").slice(0, 4).join("\n  ").slice(0, 500);
}

async function build(): Promise<boolean> {
  try {
    await step("Building", () => run(process.execPath, [`${root}/esbuild.mjs`, "--tests"]));
    return true;
  } catch (problem) {
    console.log((problem as { output?: string }).output ?? (problem as Error).message);
    return false;
  }
}

async function outcomeOf(lane: (typeof lanes)[number]): Promise<LaneOutcome> {
  const failure: LaneOutcome = { kind: "ran", passed: 0, failed: 1, skipped: 0 };
  if (lane.needsBuild && !built) {
    console.log("Not run: the build failed, see above.");
    return failure;
  }
  try {
    return await lane.run();
  } catch (problem) {
    console.log((problem as Error).message);
    const output = (problem as { output?: string }).output;
    if (output !== undefined) console.log(output);
    return failure;
  }
}

function line({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * A published package's own tests, run by the agent in the sandbox, in the draft: it breaks the package, reads which test fails, repairs it.
 *
 * Everything is real but the model: the package with its test runner as npm installs it, the command tool, the person's answer, the draft.
 * `node_modules` is ignored by the project, so the sandbox has it from the person's folder, read-only.
 * Always: the person's folder is byte for byte as it was; what the repaired draft proposes is the repair alone.
 */
import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSandbox } from "../../../src/system/sandbox/index.ts";
import { installedReady } from "../../bench/reviewPackages.ts";
import { answers, calls, onHostileGround, says, type Step } from "../../unit/hostile/ground.ts";
import type { Outcome } from "../agents.ts";

const specs = ["minimist@1.2.8", "tape@5.9.0"];
const suite = "node_modules/.bin/tape 'test/*.js'";

const edit = (from: string, to: string): Step => ({
  blocks: [calls("edit", { file_path: "index.js", old_string: from, new_string: to })],
});
const run: Step = { blocks: [calls("run_command", { command: suite })] };

export async function realSuite(): Promise<Outcome> {
  if ((await openSandbox({ records: "/nowhere" }).probe()).kind === "none")
    return failure("there is no sandbox on this machine");
  const installed = await installedReady("suite", specs, "Fetching a package and its test runner from npm");
  if ("cause" in installed) return failure(installed.cause);
  const { folder } = installed;
  const modules = join(folder, "node_modules");
  const whole = "(/^0x[0-9a-f]+$/i).test(x)";
  const broken = "(/^0x[0-9]+$/).test(x)";
  const better = "(/^0x[0-9A-F]+$/i).test(x)";
  let said: { ok: boolean; text: string }[] = [];
  let questions = 0;
  try {
    await onHostileGround(
      {
        turns: () => [[run, edit(whole, broken), run, edit(broken, better), run, { blocks: [says("All pass.")] }]],
        prepare: ({ root }) => {
          cpSync(join(modules, "minimist"), root, { recursive: true });
          cpSync(modules, join(root, "node_modules"), { recursive: true, verbatimSymlinks: true });
          writeFileSync(join(root, ".gitignore"), "node_modules/\n");
        },
        commands: () => {
          questions++;
          return { option: "session" };
        },
      },
      async (ground) => {
        said = answers(ground).filter(({ name }) => name === "run_command");
        const ran = ground.events().flatMap((event) => (event.kind === "ran" ? [event.output] : []));
        const written = await Promise.all(ran.map((name) => ground.session.output(name)));
        const [sound, failing, repaired] = written.map((all) => tally(new TextDecoder().decode(all!.bytes)));
        assert.equal(questions, 1, "the same line is asked about once");
        assert.deepEqual(
          said.map(({ ok }) => ok),
          [true, false, true],
        );
        assert.ok(sound!.pass > 100 && sound!.fail === 0, `before: ${JSON.stringify(sound)}`);
        assert.ok(failing!.fail > 0, `broken: ${JSON.stringify(failing)}`);
        assert.deepEqual(repaired, sound);
        assert.deepEqual(
          (await ground.files()).map(({ path, hunks }) => [path, hunks.length]),
          [["index.js", 1]],
        );
        console.log(
          `a package's own tests: ${sound!.pass} pass; broken, ${failing!.fail} fail; repaired, ${repaired!.pass} pass`,
        );
      },
    );
    return { tried: 1, failed: 0, cases: [] };
  } catch (problem) {
    return failure(problem instanceof Error ? problem.message : String(problem), said);
  }
}

/** What the runner counts at its end. */
function tally(text: string): { pass: number; fail: number } {
  const count = (word: string): number => Number(new RegExp(`^# ${word} +(\\d+)$`, "m").exec(text)?.[1] ?? 0);
  return { pass: count("pass"), fail: count("fail") };
}

function failure(why: string, said: unknown = null): Outcome {
  return { tried: 1, failed: 1, cases: [{ why, said }] };
}

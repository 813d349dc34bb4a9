/**
 * The main demo against the sample project: every edit fits, and every rejection can be answered.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ApiMessage } from "../../../src/demo/request.ts";
import { changesOf, playTurn, reportOn, sampleFiles, scenarioOf, without, type Change, type Files } from "./playing.ts";

const scenario = scenarioOf("demo");
const sample = sampleFiles();

/** The first turn, played once; the follow-ups begin from copies of it. */
const history: ApiMessage[] = [];
const proposed: Files = new Map(sample);
const firstTurn = playTurn(scenario, history, proposed, scenario.task ?? "");
const changes = changesOf(sample, proposed);

function followUp(rejected: readonly Change[]) {
  const before = without(sample, changes, rejected);
  const after: Files = new Map(before);
  const prompt = rejected.length > 0 ? rejected.map(reportOn).join("\n") : "Thank you, go on.";
  return { before, after, ...playTurn(scenario, [...history], after, prompt) };
}

describe("the main demo", () => {
  it("reads, plans and edits without a failing call", () => {
    assert.deepEqual(
      firstTurn.calls.filter((call) => call.error !== null),
      [],
    );
    const names = new Set(firstTurn.calls.map((call) => call.name));
    assert.deepEqual([...names].sort(), ["delete", "edit", "glob", "grep", "plan", "read", "write"]);
  });

  it("proposes sixteen hunks in nine files: one created, one deleted, four in one file", () => {
    const paths = [...new Set(changes.map((change) => change.path))];
    const of = (path: string) => changes.filter((change) => change.path === path);
    assert.deepEqual(
      paths.map((path) => [path, of(path).length, of(path)[0]?.kind]),
      [
        ["README.md", 1, "edited"],
        ["src/balance.js", 2, "edited"],
        ["src/money.js", 4, "edited"],
        ["src/report.js", 1, "edited"],
        ["src/round.js", 1, "deleted"],
        ["src/settle.js", 2, "edited"],
        ["src/shares.js", 1, "created"],
        ["src/split.js", 2, "edited"],
        ["test/split.test.js", 2, "edited"],
      ],
    );
  });

  it("makes exactly one hunk with each edit", () => {
    assert.equal(
      firstTurn.calls.filter((call) => ["edit", "write", "delete"].includes(call.name)).length,
      changes.length,
    );
  });

  it("never has two writing calls for one file in a step, so the order in which an engine runs them is no matter", () => {
    for (const rejected of [[], changes]) {
      const { calls } = followUp(rejected);
      for (const list of [firstTurn.calls, calls]) {
        const places = list
          .filter((call) => ["edit", "write", "delete"].includes(call.name))
          .map((call) => `${call.step} ${String(call.input["file_path"])}`);
        assert.deepEqual(places, [...new Set(places)]);
      }
    }
  });

  it("plays for about half a minute", () => {
    const steps = scenario.turns[0]?.otherwise.filter((step) => step.when.failed === undefined) ?? [];
    const letters = steps.flatMap((step) => step.blocks).filter((block) => Object.keys(block.when).length === 0);
    const typing = letters.reduce(
      (sum, block) => sum + (block.type === "tool_use" ? JSON.stringify(block.input) : (block.text ?? "")).length,
      0,
    );
    const waiting = steps.reduce((sum, step) => sum + (step.pace.before ?? scenario.pace.before), 0);
    const seconds = typing / scenario.pace.charsPerSecond + waiting / 1000;
    assert.ok(seconds > 25 && seconds < 40, `${seconds} seconds`);
  });

  it("says so and stops when the folder is not the sample", () => {
    const { calls, text } = playTurn(scenario, [], new Map([["README.md", "another project\n"]]), "Cents go missing.");
    assert.deepEqual(
      calls.filter((call) => call.name === "edit" || call.name === "write"),
      [],
    );
    assert.match(text, /written for the sample project/);
  });
});

describe("the answer to a rejection", () => {
  const single = changes.map((change) => [change]);
  const pairs = changes.flatMap((one, index) => changes.slice(index + 1).map((other) => [one, other]));
  const files = [...new Set(changes.map((change) => change.path))].map((path) =>
    changes.filter((change) => change.path === path),
  );

  for (const { name, sets } of [
    { name: "any one hunk", sets: single },
    { name: "any two hunks", sets: pairs },
    { name: "all hunks of any one file", sets: files },
    { name: "all hunks", sets: [changes] },
  ]) {
    it(`is a different edit at the place, and nowhere else: ${name}`, () => {
      for (const rejected of sets) {
        const { before, after, calls } = followUp(rejected);
        assert.deepEqual(
          calls.filter((call) => call.error !== null),
          [],
        );
        const writes = calls.filter((call) => ["edit", "write", "delete"].includes(call.name));
        assert.equal(writes.length, rejected.length);
        assert.deepEqual(
          new Set(changesOf(before, after).map((change) => change.path)),
          new Set(rejected.map((change) => change.path)),
        );
        for (const change of rejected) {
          const again = changesOf(sample, after).find((one) => reportOn(one) === reportOn(change));
          assert.equal(again, undefined, `the same again: ${reportOn(change)}`);
        }
      }
    });
  }

  it("says what is different", () => {
    for (const change of changes) {
      const { text } = followUp([change]);
      assert.ok(text.length > "I will look again at what you rejected.That is my second attempt".length + 60, text);
    }
  });

  it("is not given for a file whose name only begins like the rejected one", () => {
    const { calls } = playTurn(
      scenario,
      [...history],
      new Map(proposed),
      "Rejected in src/round.js.orig (deletion): no\n-x",
    );
    assert.deepEqual(calls, []);
  });

  it("is a small further edit when nothing was rejected", () => {
    const { before, after, calls } = followUp([]);
    assert.deepEqual(
      calls.filter((call) => call.error !== null),
      [],
    );
    assert.deepEqual(
      changesOf(before, after).map((change) => change.path),
      ["test/money.test.js"],
    );
  });

  it("is followed by a third turn that only says goodbye", () => {
    const messages = [...history];
    playTurn(scenario, messages, new Map(proposed), "Thank you, go on.");
    const { calls, text } = playTurn(scenario, messages, new Map(proposed), "And now?");
    assert.deepEqual(calls, []);
    assert.match(text, /end of the demo/);
  });
});

describe("the sample project", () => {
  for (const { name, files } of [
    { name: "as it is", files: () => sample },
    { name: "with the whole proposal", files: () => proposed },
    { name: "with every hunk rejected and answered again", files: () => followUp(changes).after },
    { name: "with the follow-up of a person who rejected nothing", files: () => followUp([]).after },
  ]) {
    it(`passes its own tests ${name}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "evenly-"));
      try {
        await unpack(files(), folder);
        const { code, output } = await run(["--test"], folder);
        assert.equal(code, 0, output);
      } finally {
        await rm(folder, { recursive: true });
      }
    }).timeout(20_000);
  }

  it("loses two cents before the change, and none after it", async () => {
    const seen: string[] = [];
    for (const files of [sample, proposed]) {
      const folder = await mkdtemp(join(tmpdir(), "evenly-"));
      await unpack(files, folder);
      const { output } = await run(["src/cli.js", "trips/lisbon.json"], folder);
      seen.push(/Auk +gets back +(.*)/.exec(output)?.[1] ?? "", ...(output.match(/pays Auk .*/g) ?? []));
      await rm(folder, { recursive: true });
    }
    const paid = ["pays Auk € 108.61", "pays Auk € 52.71"];
    assert.deepEqual(seen, ["€ 161.34", ...paid, "€ 161.32", ...paid]);
  }).timeout(20_000);

  it("is small, ends its lines with LF, and needs nothing installed", () => {
    assert.ok(sample.size >= 8 && sample.size <= 14);
    for (const [path, text] of sample) assert.ok(text.endsWith("\n") && !text.includes("\r"), path);
    const { dependencies, devDependencies } = JSON.parse(sample.get("package.json") ?? "{}") as Record<string, unknown>;
    assert.deepEqual([dependencies, devDependencies], [undefined, undefined]);
  });
});

async function unpack(files: Files, folder: string): Promise<void> {
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

function run(args: string[], cwd: string): Promise<{ code: number; output: string }> {
  // A test runner inside a test runner reports to the outer one unless this is gone.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, output: stdout + stderr });
    });
  });
}

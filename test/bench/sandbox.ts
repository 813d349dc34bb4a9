/**
 * The sandbox: what a command costs in it beside a plain start, how soon a hundred children are dead, and the agent's first `git status`
 * beside its second.
 *
 * Always: both sides in turn in one run, medians; where there is no sandbox the rows say so.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Row } from "../../scripts/bench.ts";
import { openDrafts } from "../../src/draft/index.ts";
import type { CommandProfile } from "../../src/protocol/index.ts";
import { openSandbox } from "../../src/system/sandbox/index.ts";
import { commitAll, git, keptBodies } from "../unit/draft/place.ts";
import { forking, forks, living, profileBelow, untilNone } from "../unit/system/sandbox/window.ts";
import { quantile } from "./quantile.ts";

const limits = { time: 60_000, output: 1e7, memory: 4e9, processes: 1_000, whole: 0, head: 10_000, tail: 10_000 };
const worker = fileURLToPath(new URL("../../src/draft/worker.ts", import.meta.url));

export async function sandboxRows(seed: number, rounds: number): Promise<Row[]> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-bench-sandbox-")));
  await using sandbox = openSandbox({ records: join(root, "running") });
  try {
    const found = await sandbox.probe();
    if (found.kind === "none")
      return [{ figure: "sandbox", value: null, unit: "", met: "not run", note: `${found.why} ${found.remedy}` }];
    const profile = profileBelow(root);
    const ended = async (argv: readonly [string, ...string[]], signal?: AbortSignal): Promise<void> => {
      const { end } = await sandbox.run({ argv, folder: "" }, profile, limits, signal);
      if (end.kind !== "exited" && end.kind !== "stopped") throw new Error(JSON.stringify(end));
    };
    return [
      await overhead(ended, rounds, `bubblewrap ${found.version}`),
      await death(ended, rounds, seed),
      ...(await firstStatus(sandbox, root, profile, rounds)),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

type Run = (argv: readonly [string, ...string[]], signal?: AbortSignal) => Promise<void>;

async function overhead(run: Run, rounds: number, tool: string): Promise<Row> {
  const plain = async (): Promise<void> => {
    const child = spawn("true", [], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.resume();
    child.stderr.resume();
    await once(child, "close");
  };
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const [a, b] = [await timed(() => run(["true"])), await timed(plain)];
    if (round < 0) continue;
    ours.push(a);
    theirs.push(b);
  }
  const [value, rival] = [quantile(ours, 0.5), quantile(theirs, 0.5)];
  return {
    figure: "command `true` in the sandbox",
    value,
    unit: "ms",
    against: "plain spawn",
    rival,
    ratio: value / rival,
    goal: "≤ +15",
    met: value - rival <= 15,
    note: `+${(value - rival).toFixed(1)} ms; fastest ${Math.min(...ours).toFixed(1)} against ${Math.min(...theirs).toFixed(1)}; ${rounds} pairs; ${tool}`,
  };
}

async function death(run: Run, rounds: number, seed: number): Promise<Row> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const mark = `${process.pid}${seed}${round}`;
    const stopping = new AbortController();
    const over = run(forking(mark), stopping.signal);
    while (living(mark) < forks) await new Promise((resolve) => setTimeout(resolve, 10));
    const began = performance.now();
    stopping.abort();
    await untilNone(mark);
    took.push(performance.now() - began);
    await over;
  }
  return {
    figure: `stop → all ${forks} children dead, p100`,
    value: Math.max(...took),
    unit: "ms",
    goal: "≤ 200",
    met: Math.max(...took) <= 200,
    note: `${rounds} stops; p50 ${quantile(took, 0.5).toFixed(1)}; looking through /proc included`,
  };
}

async function firstStatus(
  sandbox: ReturnType<typeof openSandbox>,
  root: string,
  profile: CommandProfile,
  rounds: number,
): Promise<Row[]> {
  const folder = join(root, "project");
  const files = 2_500;
  for (let index = 0; index < files; index++) {
    const at = join(folder, `part${index % 11}`, `area${Math.floor(index / 20)}`);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, `file${index}.ts`), `export const value${index} = ${index};\n`.repeat(150));
  }
  git(folder, "init", "-q");
  commitAll(folder);
  await using drafts = openDrafts({ storage: join(root, "storage"), worker });
  const bodies = keptBodies();
  const first: number[] = [];
  const second: number[] = [];
  const making: number[] = [];
  for (let round = 0; round < Math.min(rounds, 9); round++) {
    const draft = await drafts.make(folder, bodies, [], () => undefined);
    let own = await draft.repository!([]);
    await drafts.remove(draft.id);
    // Measured on the second of two drafts: the first one's removal is over then.
    const measured = await drafts.make(folder, bodies, [], () => undefined);
    making.push(await timed(async () => void (own = await measured.repository!([]))));
    const status = async (): Promise<void> => {
      const command = { argv: ["git", "status", "--porcelain"], folder: "" } as const;
      const own_ = { ...profile, draft: measured.root, tree: folder, history: own.borrowed };
      const { end, output } = await sandbox.run(command, own_, limits);
      if (end.kind !== "exited" || end.code !== 0 || output.bytes > 0)
        throw new Error(Buffer.from(output.head).toString());
    };
    first.push(await timed(status));
    second.push(await timed(status));
    await drafts.remove(measured.id);
  }
  const [value, rival] = [quantile(first, 0.5), quantile(second, 0.5)];
  return [
    {
      figure: `agent's first git status, ${files} files`,
      value,
      unit: "ms",
      against: "its second",
      rival,
      ratio: value / rival,
      goal: "≤ 2",
      met: value / rival <= 2,
      note: `sandbox included; making the repository ${quantile(making, 0.5).toFixed(0)} ms; ${first.length} drafts`,
    },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * What the extension host bears: its longest stall during the main job, and the memory of a proposal of 500 files.
 *
 * Both are taken inside a real extension host, with the extension built for production, in a window that shows the review. The
 * rival of a stall is the same host with nothing to do; that of the memory is the proposal's own text: the bytes of the files as
 * proposed, each once. What VS Code does by itself at a window's first https request, whoever makes it, is a figure of its own.
 */
import { build } from "esbuild";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { browserReady } from "../../scripts/hosts/browser.ts";
import { runInHost } from "../../scripts/hosts/in-host.ts";
import { trustSettings } from "../../scripts/hosts/profile.ts";
import { copySample, makeRepository, temporaryFolder } from "../../scripts/hosts/workspace.ts";
import { root, step } from "../../scripts/setup.mjs";
import type { Row } from "../../scripts/bench.ts";
import { startServer } from "../../src/demo/server.ts";
import { packedApart } from "../ui/installed.ts";
import type { Figures, Gap } from "./inHost/index.ts";
import { blame } from "./blame.ts";

const files = 500;
const linesPerFile = 300;
const stallGoal = 50;
const weightGoal = 1.5;
/** As the in-host stage has it. */
const rightKey = "sk-test-0123456789abcdef0123";

export async function hostRows(): Promise<Row[]> {
  const found = await browserReady(true);
  if (found.kind === "missing")
    return [{ figure: "extension host", value: null, unit: "ms", met: "not run", note: found.cause }];
  const place: Place = { browser: found.path, ...(await step("Building what is measured", built)) };
  const job = await step("The main job, watched", () => stalls(place, { what: "job" }));
  const seconds = Math.min(20, job.seconds);
  const idle = await step("Nothing to do, watched", () => stalls(place, { what: "idle", seconds }));
  const rows = stallRows(job, idle);
  if (worst(job.gaps, "own").own > stallGoal) {
    const again = await step("The main job, profiled", () => stalls(place, { what: "job", profile: true }));
    rows[0]!.note += `; ${blame(again.profile, place.extension)}`;
  }
  const https = await step("One https request, watched", () => stalls(place, { what: "https", profile: true }));
  const weight = await step(`A proposal of ${files} files`, () => weightRows(place)).catch((problem: Error): Row[] => [
    {
      figure: `host memory of a proposal of ${files} files, over idle, to the proposed texts' bytes`,
      value: null,
      unit: "MB",
      goal: `≤ ${weightGoal} × the text`,
      met: false,
      note: problem.message.split("\n").slice(-1)[0]!,
    },
  ]);
  return [...rows, httpsRow(https, idle, place), ...weight];
}

interface Place {
  browser: string;
  extension: string;
  suite: string;
}

type Stalls = Extract<Figures, { kind: "stalls" }>;

async function built(): Promise<Pick<Place, "extension" | "suite">> {
  const suite = join(root, "out/bench/inHost/index.cjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["test/bench/inHost/index.ts"],
    outfile: suite,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    external: ["vscode"],
    logLevel: "warning",
  });
  return { suite, extension: join(dirname(await packedApart()), "countersign") };
}

async function stalls(place: Place, order: { what: string; seconds?: number; profile?: boolean }): Promise<Stalls> {
  const workspace = join(temporaryFolder("hosting"), "sample");
  await copySample(workspace);
  const figures = await inside(place, workspace, order);
  if (figures.kind !== "stalls") throw new Error("the host gave other figures");
  return figures;
}

function stallRows(job: Stalls, idle: Stalls): Row[] {
  const row = (figure: string, by: "own" | "wall", goal: boolean): Row => {
    const [here, there] = [worst(job.gaps, by), worst(idle.gaps, by)];
    const others = [...new Set(job.gaps.map(({ [by]: value, during }) => `${value.toFixed(0)} ${during}`))].slice(0, 4);
    return {
      figure,
      value: here[by],
      unit: "ms",
      against: "the same host with nothing to do",
      rival: there[by],
      ratio: here[by] / there[by],
      goal: goal ? `≤ ${stallGoal}` : null,
      met: goal ? here[by] <= stallGoal : null,
      note: `during “${here.during}”, ${job.seconds.toFixed(0)} s watched; next: ${others.join(", ")}`,
    };
  };
  return [
    row("longest stall of the host in the main job, its own thread's time", "own", true),
    row("longest stall of the host in the main job, by the clock", "wall", false),
  ];
}

/** The demo speaks http to this machine and is spared this; a service on the network is not. */
function httpsRow(https: Stalls, idle: Stalls, place: Place): Row {
  const here = worst(https.gaps, "own");
  const rival = worst(idle.gaps, "own").own;
  return {
    figure: "longest stall at a window's first https request, by VS Code alone, its own thread's time",
    value: here.own,
    unit: "ms",
    against: "the same host with nothing to do",
    rival,
    ratio: here.own / rival,
    goal: null,
    met: null,
    note: `a bare fetch, none of our code; profiled; during “${here.during}”; ${blame(https.profile, place.extension)}`,
  };
}

function worst(gaps: readonly Gap[], by: "own" | "wall"): Gap {
  return gaps.reduce((most, gap) => (gap[by] > most[by] ? gap : most));
}

async function weightRows(place: Place): Promise<Row[]> {
  const workspace = join(temporaryFolder("weight"), "tables");
  const scenarios = temporaryFolder("scenario");
  const bytes = { before: 0, after: 0 };
  const writes: object[] = [];
  for (let file = 0; file < files; file++) {
    const [path, before, after] = [`src/table-${file}.js`, table(file, false), table(file, true)];
    mkdirSync(join(workspace, "src"), { recursive: true });
    writeFileSync(join(workspace, path), before);
    bytes.before += before.length;
    bytes.after += after.length;
    writes.push({ type: "tool_use", name: "write", input: { file_path: path, content: after } });
  }
  await makeRepository(workspace);
  const steps: object[] = [];
  for (let from = 0; from < files; from += 10) steps.push({ blocks: writes.slice(from, from + 10) });
  steps.push({ blocks: [{ type: "text", text: "Every table is rewritten." }] });
  const pace = { charsPerSecond: 10_000_000, chunk: 4_000, before: 0 };
  writeFileSync(join(scenarios, "tables.json"), JSON.stringify({ about: "Many files.", pace, turns: [{ steps }] }));
  const model = await startServer({ token: rightKey, scenariosDir: scenarios, scenario: "tables", record: false });
  try {
    const figures = await inside(place, workspace, { what: "weight", endpoint: `http://127.0.0.1:${model.port}` });
    if (figures.kind !== "weight") throw new Error("the host gave other figures");
    const { idle, proposed, closed } = figures;
    const sum = (weight: { heap: number; outside: number }): number => (weight.heap + weight.outside) / 1e6;
    const text = bytes.after / 1e6;
    const row = (figure: string, value: number, goal: boolean, note: string): Row => ({
      figure,
      value,
      unit: "MB",
      against: "the proposed texts",
      rival: text,
      ratio: value / text,
      goal: goal ? `≤ ${weightGoal} × the text` : null,
      met: goal ? value <= weightGoal * text : null,
      note,
    });
    const parts = (at: typeof idle) =>
      `heap ${(at.heap / 1e6).toFixed(1)}, outside ${(at.outside / 1e6).toFixed(1)}, resident ${(at.resident / 1e6).toFixed(0)}`;
    return [
      row(
        `host memory of a proposal of ${figures.files} files, over idle, to the proposed texts' bytes`,
        sum(proposed) - sum(idle),
        true,
        `each weighed at rest; MB idle: ${parts(idle)}; proposed: ${parts(proposed)}; the texts before, not counted: ${(bytes.before / 1e6).toFixed(2)}`,
      ),
      row(
        "of that, given back when the session is closed",
        sum(proposed) - sum(closed),
        false,
        `closed: ${parts(closed)}`,
      ),
    ];
  } finally {
    await model.close();
  }
}

/** Twelve changed lines in three places; about 12 KB. */
function table(file: number, changed: boolean): string {
  return Array.from({ length: linesPerFile }, (_, line) => {
    const other = changed && line % 100 >= 50 && line % 100 < 54;
    return `export const entry${line} = ${file * 1_000 + line + (other ? 500_000 : 0)}; // of table ${file}\n`;
  }).join("");
}

async function inside(place: Place, workspace: string, order: object): Promise<Figures> {
  const folder = temporaryFolder("figures");
  const out = join(folder, "figures.json");
  const outcome = await runInHost(
    {
      workspace,
      dataDir: join(folder, "profile"),
      // VS Code's own search for open ports reads all of /proc in one go, on this thread: 130 ms were seen.
      settings: { ...trustSettings, "git.enabled": false, "remote.autoForwardPorts": false },
      extensionDevelopmentPath: place.extension,
      extensionTestsPath: place.suite,
      env: { COUNTERSIGN_HOSTING: JSON.stringify({ ...order, out }) },
      browser: place.browser,
    },
    AbortSignal.timeout(8 * 60_000),
  );
  if (outcome.kind === "no answer" || outcome.code !== 0)
    throw new Error(
      `The host did not do it: ${outcome.kind === "ended" ? outcome.code : outcome.cause}\n${outcome.lines.slice(-20).join("\n")}`,
    );
  return JSON.parse(readFileSync(out, "utf8")) as Figures;
}

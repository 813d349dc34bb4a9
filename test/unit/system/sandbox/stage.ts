/**
 * A stage for the sandbox's tests: a person's home with keys, their folder, a draft beside it, and what listens around them.
 *
 * Also a program of its own: `node stage.ts` plays the whole table of break-outs with the rights it was started with and prints, as
 * JSON, what each did inside and outside. That is how the tests become an ordinary user.
 * Always: everything lies below one temporary folder; what listens is closed with the stage.
 */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  CommandLimits,
  CommandProfile,
  CommandRun,
  EngineProfile,
  Sandbox,
} from "../../../../src/protocol/index.ts";
import { openSandbox } from "../../../../src/system/sandbox/index.ts";
import { attacks, type Attack } from "./attacks.ts";

export interface Stage {
  root: string;
  tree: string;
  home: string;
  draft: string;
  outside: string;
  /** What must be read nowhere inside. */
  canary: string;
  port: number;
  /** Name of an abstract socket that answers with the canary. */
  abstract: string;
  sandbox: Sandbox & AsyncDisposable;
  profile: CommandProfile;
  engine: EngineProfile;
  run(
    argv: readonly string[],
    more?: { limits?: Partial<CommandLimits>; signal?: AbortSignal; profile?: CommandProfile | EngineProfile },
  ): Promise<CommandRun>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const limits: CommandLimits = {
  time: 20_000,
  output: 10_000_000,
  memory: 2_000_000_000,
  processes: 300,
  whole: 1_000_000,
  head: 10_000,
  tail: 10_000,
};

/** The program that runs these tests, as one more tool: the system may have no Node of its own. */
export const node = { folder: dirname(dirname(process.execPath)), programs: [dirname(process.execPath)] };

export async function openStage(): Promise<Stage> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-sandbox-")));
  const canary = `canary-${Math.random().toString(36).slice(2)}`;
  const [tree, home, draft, outside, state] = ["tree", "home", "storage/drafts/one", "outside", "storage/state"].map(
    (name) => {
      mkdirSync(join(root, name), { recursive: true });
      return join(root, name);
    },
  ) as [string, string, string, string, string];
  for (const folder of [join(tree, ".git"), join(home, ".ssh"), join(home, ".agent")]) mkdirSync(folder);
  for (const file of [
    join(tree, "secret.txt"),
    join(tree, ".git/config"),
    join(home, ".ssh/id"),
    join(outside, "file"),
  ])
    writeFileSync(file, `${canary}\n`);
  writeFileSync(join(home, ".agent/token"), "given\n");
  writeFileSync(join(draft, "own.txt"), "own\n");
  const answer = (): Server => createServer((socket) => void socket.on("error", () => undefined).end(canary));
  const abstract = `\0countersign-${canary}`;
  const servers = [answer(), answer(), answer(), answer()];
  await Promise.all(
    [
      { port: 0, host: "127.0.0.1" },
      { path: join(outside, "socket") },
      { path: join(tree, "socket") },
      { path: abstract },
    ].map((where, index) => new Promise<void>((resolve) => servers[index]!.listen(where, resolve))),
  );
  const sandbox = openSandbox({ records: join(root, "storage/running") });
  const profile: CommandProfile = {
    kind: "command",
    draft,
    tree,
    home,
    shared: [],
    history: [],
    masked: [],
    tools: [node],
  };
  const stage: Stage = {
    root,
    tree,
    home,
    draft,
    outside,
    canary,
    port: (servers[0]!.address() as { port: number }).port,
    abstract,
    sandbox,
    profile,
    engine: {
      ...profile,
      kind: "engine",
      program: node.folder,
      tools: [],
      state,
      credentials: [join(home, ".agent/token")],
      environment: {},
    },
    run: (argv, { limits: own, signal, profile: other } = {}) =>
      sandbox.run({ argv: argv as [string, ...string[]], folder: "" }, other ?? profile, { ...limits, ...own }, signal),
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
      rmSync(root, { recursive: true, force: true });
    },
  };
  return stage;
}

export function textOf(run: CommandRun): string {
  return [run.output.head, run.output.tail].map((bytes) => Buffer.from(bytes).toString("utf8")).join("");
}

export interface Tried {
  name: string;
  /** What it said inside, and how it ended there. */
  inside: string;
  end: string;
  /** What the same does without a sandbox: it has to break out there, or it proves nothing. */
  plain: string;
}

/** Plays attacks inside and, for comparison with the command profile, plainly. */
export async function playAll(
  stage: Stage,
  which: readonly Attack[] = attacks,
  profile: CommandProfile | EngineProfile = stage.profile,
): Promise<Tried[]> {
  const tried: Tried[] = [];
  for (const attack of which) {
    const argv = attack.argv(stage);
    const planted = attack.plants?.(stage);
    const left = (): string => (planted !== undefined && existsSync(planted) ? "ESCAPED" : "");
    const run = await stage.run(argv, { profile });
    const inside = textOf(run) + left();
    const plain = attack.alwaysHeld || profile.kind === "engine" ? "" : (await plainly(argv, stage.draft)) + left();
    if (planted !== undefined) rmSync(planted, { force: true });
    tried.push({ name: attack.name, inside, end: run.end.kind, plain });
  }
  return tried;
}

/** The same command without a sandbox, with a secret in its environment as ours would have. */
export function plainly(argv: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    const [program, ...args] = argv;
    const path = `${node.programs[0]}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`;
    const child = spawn(program!, args, {
      cwd,
      env: { PATH: path, SECRET_KEY: "in-the-environment" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece: Buffer) => (said += piece.toString("utf8")));
    child.once("error", (problem) => resolve(problem.message));
    child.once("close", () => resolve(said));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.env["SECRET_KEY"] = "in-the-environment";
  await using stage = await openStage();
  chmodSync(stage.root, 0o755);
  const found = await stage.sandbox.probe();
  const tried = found.kind === "none" ? [] : await playAll(stage);
  console.log(JSON.stringify({ uid: process.getuid!(), found, tried }));
}

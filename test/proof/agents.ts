/**
 * `npm run proof -- agents`: what is let run commands gets nothing it must not have, nothing of it outlives its window, and a long
 * session with it loses nothing.
 *
 * `--only=attacks,families,windows,suite,long,host` takes some of the parts; `--minutes=30` has the long sessions take so long. Attacks are those of the
 * sandbox's own tests, with canaries; the kills are of windows in processes of their own, at moments spread from the first step of
 * the start to long after a hundred children were forked; the long session, in this process and in a host, is in `agents/long.ts`.
 * Always: where there is no sandbox no attack is tried, and that is a failure: this proof cannot be had there.
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attacks } from "../unit/system/sandbox/attacks.ts";
import { openStage, playAll } from "../unit/system/sandbox/stage.ts";
import { living, openWindow, untilNone } from "../unit/system/sandbox/window.ts";
import { familiesHeld } from "./agents/families.ts";
import { longSession } from "./agents/long.ts";
import { realSuite } from "./agents/realSuite.ts";
import { longInHost } from "./agents/longHost.ts";

export interface Outcome {
  tried: number;
  failed: number;
  cases: unknown[];
}

const windows = 200;

export default async function agentsProof(options: {
  seed: number;
  slice: { k: number; n: number };
  only?: readonly string[];
  minutes?: number;
}): Promise<Outcome> {
  const { seed, slice, only, minutes } = options;
  const own = <T>(all: readonly T[]) => all.filter((_, index) => index % slice.n === slice.k - 1);
  const long = { seed, ...(minutes === undefined ? {} : { minutes }) };
  const parts: Record<string, () => Promise<Outcome>> = {
    attacks: () => attacksHeld(own(attacks)),
    families: () => familiesHeld({ seed, slice }),
    windows: () => windowsKilled(seed, own([...Array(windows).keys()])),
    suite: async () => (slice.k === 1 ? realSuite() : nothing),
    // One session cannot be divided: the first slice has it.
    long: async () => (slice.k === 1 ? longSession(long) : nothing),
    host: async () => (slice.k === 1 ? longInHost(long) : nothing),
  };
  const unknown = only?.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Error(`--only=${unknown}: the parts are ${Object.keys(parts).join(", ")}.`);
  const outcomes: Outcome[] = [];
  for (const [name, play] of Object.entries(parts)) if (only?.includes(name) ?? true) outcomes.push(await play());
  return {
    tried: outcomes.reduce((sum, { tried }) => sum + tried, 0),
    failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
    cases: outcomes.flatMap(({ cases }) => cases),
  };
}

const nothing: Outcome = { tried: 0, failed: 0, cases: [] };

async function attacksHeld(which: typeof attacks): Promise<Outcome> {
  await using stage = await openStage();
  const found = await stage.sandbox.probe();
  if (found.kind === "none") return { tried: 1, failed: 1, cases: [found] };
  const cases: unknown[] = [];
  const byClass = new Map<string, number>();
  for (const [index, tried] of (await playAll(stage, which)).entries()) {
    const { id, name, alwaysHeld } = which[index]!;
    byClass.set(id, (byClass.get(id) ?? 0) + 1);
    const through = tried.inside.includes("ESCAPED") || tried.inside.includes(stage.canary);
    // Without a sandbox it has to succeed, or it proves nothing.
    const idle = !alwaysHeld && !tried.plain.includes("ESCAPED");
    if (through || idle || tried.end === "not started")
      cases.push({ id, name, through, idle, said: tried.inside, end: tried.end });
  }
  console.log(`attacks: ${[...byClass].map(([id, count]) => `${id} ${count}`).join(", ")}; ${cases.length} through`);
  return { tried: which.length, failed: cases.length, cases };
}

/** Kills windows; the first hundred milliseconds of a start are where a sandbox could be left behind. */
async function windowsKilled(seed: number, which: readonly number[]): Promise<Outcome> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-proof-windows-")));
  const cases: unknown[] = [];
  let children = 0;
  let slowest = 0;
  try {
    for (const round of which) {
      const mark = `${process.pid}${seed}${round}`;
      const window = openWindow(root, mark);
      const late = round % 4 === 3;
      await window.said(late ? "forked" : "asked");
      // A quarter after all was forked; the others within the start and the forking, in steps of half a millisecond.
      if (!late) await new Promise((resolve) => setTimeout(resolve, ((round * 7 + seed) % 200) / 2));
      children += living(mark);
      window.process.kill("SIGKILL");
      const took = await untilNone(mark, 10_000);
      // What was still being set up when its window went ends at its gate: it is seen a moment later, and must not come to life.
      let quiet = 0;
      for (let look = 0; look < 400 && quiet < 20; look++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        quiet = living(mark) === 0 ? quiet + 1 : 0;
      }
      const left = quiet < 20 ? living(mark) : 0;
      if (took !== Infinity) slowest = Math.max(slowest, took);
      if (left > 0 || took === Infinity) cases.push({ round, seed, left, took });
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  console.log(
    `windows killed: ${which.length}, with ${children} processes alive; slowest death ${slowest.toFixed(0)} ms; left: ${cases.length}`,
  );
  return { tried: which.length, failed: cases.length, cases };
}

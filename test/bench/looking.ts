/**
 * The look after a tool call, in a draft of 50,000 files: one file was written, and is found; by a look at its path, by name, and by one at
 * the whole draft.
 *
 * Beside a bare walk of the same tree in this thread: every folder read, every file's lstat, nothing kept. The look is the whole of it, as a
 * session asks for it: question to the standing worker, walk, comparison, the changed file's bytes kept, what was learned taken over.
 * Always: both in turn, after rounds that do not count; each look finds exactly the file that was written; this thread's stalls are gaps
 * between ticks of a timer, its own processor time in each gap beside the clock's.
 */
import { appendFileSync, lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../../scripts/bench.ts";
import { openDrafts } from "../../src/draft/index.ts";
import { keptBodies, worker } from "../unit/draft/place.ts";
import { makeTree, noBodies, timed } from "./draft.ts";
import { quantile } from "./quantile.ts";

const files = 50_000;
/** Bytes of a middling file: a look reads none but those that changed. */
const middling = 300;
const goals = { named: 20, walk: 1.3, blocked: 16 };
/** What changed a shorter time before a look is read again by the next. */
export const young = 2_100;

export async function lookingRows(seed: number, given: number): Promise<Row[]> {
  const rounds = Math.min(given, 15);
  const place = mkdtempSync(join(tmpdir(), "countersign-bench-looking-"));
  try {
    const folder = join(place, "tree");
    makeTree(folder, files, seed, middling);
    await using drafts = openDrafts({ storage: join(place, "storage"), worker });
    const draft = await drafts.make(folder, noBodies, [], () => undefined);
    const opened = await drafts.open(draft.id, folder, keptBodies());
    if (opened === null) throw new Error("the draft that was made cannot be opened");
    await sleep(young);
    const first = await timed(() => opened.look());
    await sleep(young);
    const paths = readdirSync(opened.root, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".ts"),
    );
    const [byName, ofNew]: [number[], number[]] = [[], []];
    const looks: number[] = [];
    const walks: number[] = [];
    const stalls: Stall[] = [];
    let settle = Infinity;
    for (let round = -2; round < rounds; round++) {
      const path = paths[(round + 2) * 97]!;
      const looked = async (path: string, named?: string[]): Promise<number> => {
        appendFileSync(join(opened.root, path), "// written by a tool\n");
        return timed(async () => {
          const { changes, unshown } = await opened.look(named);
          const names = [...changes.map((change) => change.path), ...unshown.map((one) => one.path)];
          if (names.join() !== path) throw new Error(`the look found ${names.join()}, not ${path}`);
        });
      };
      const both = { look: 0, walk: 0, named: 0, fresh: 0, stall: { own: 0, wall: 0 } };
      const sides = [
        async () => {
          const watch = watchStalls();
          both.look = await looked(path);
          both.stall = watch.end();
        },
        async () => {
          both.named = await looked(path, [path]);
          const fresh = path.replace(/[^/]+$/, `made-${round}.ts`);
          both.fresh = await looked(fresh, [fresh]);
          rmSync(join(opened.root, fresh));
          await opened.look([fresh]);
        },
        async () => {
          both.walk = await timed(async () => {
            if (walk(opened.root) !== paths.length) throw new Error("the walk found other files");
          });
        },
      ];
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side();
      if (round < 0) continue;
      looks.push(both.look);
      walks.push(both.walk);
      byName.push(both.named);
      ofNew.push(both.fresh);
      stalls.push(both.stall);
      settle = Math.min(settle, both.look);
    }
    const [value, rival] = [quantile(looks, 0.5), quantile(walks, 0.5)];
    const own = Math.max(...stalls.map((stall) => stall.own));
    const wall = stalls.map((stall) => stall.wall);
    return [
      {
        figure: `look after a tool call, ${files} files, whole draft`,
        value,
        unit: "ms",
        against: "a bare lstat walk in this thread",
        rival,
        ratio: value / rival,
        goal: `≤ ${goals.walk}`,
        met: value / rival <= goals.walk,
        note:
          `${rounds} pairs; fastest ${settle.toFixed(0)} against ${Math.min(...walks).toFixed(0)} ms (${(settle / Math.min(...walks)).toFixed(2)}x); ` +
          `the first look, which reads what is younger than two seconds: ${first.toFixed(0)} ms`,
      },
      {
        figure: "the same, path named by the tool",
        value: quantile(byName, 0.5),
        unit: "ms",
        against: "the look at the whole draft",
        rival: value,
        ratio: quantile(byName, 0.5) / value,
        goal: `≤ ${goals.named} ms`,
        met: quantile(byName, 0.5) <= goals.named,
        note: `slowest ${Math.max(...byName).toFixed(1)} ms; of a new file p50 ${quantile(ofNew, 0.5).toFixed(1)}, slowest ${Math.max(...ofNew).toFixed(1)} ms`,
      },
      {
        figure: "longest time that looks held this thread, its own time",
        value: own,
        unit: "ms",
        goal: `< ${goals.blocked}`,
        met: own < goals.blocked,
        note: `by the clock ${Math.max(...wall).toFixed(1)}, p50 of the looks ${quantile(wall, 0.5).toFixed(1)} ms`,
      },
    ];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** How many files there are, every one of them asked for its stat. `but`: a name that is passed by. */
export function walk(root: string, but = ""): number {
  let count = 0;
  const waiting = [root];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      if (entry.name === but) continue;
      const path = `${at}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(path);
      else if (lstatSync(path).isFile()) count++;
    }
  }
  return count;
}

/** Milliseconds of the longest gap between two ticks: by this thread's processor time, and by the clock. */
interface Stall {
  own: number;
  wall: number;
}

function watchStalls(): { end(): Stall } {
  const own = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const longest: Stall = { own: 0, wall: 0 };
  let last: Stall = { own: own(), wall: performance.now() };
  const tick = (): void => {
    const now: Stall = { own: own(), wall: performance.now() };
    longest.own = Math.max(longest.own, now.own - last.own);
    longest.wall = Math.max(longest.wall, now.wall - last.wall);
    last = now;
  };
  const timer = setInterval(tick, 1);
  return {
    end() {
      clearInterval(timer);
      tick();
      return longest;
    },
  };
}

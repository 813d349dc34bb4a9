/**
 * Drafts of projects of every size beside `git worktree add --detach`, as `draft.ts` measures them, the largest one included.
 *
 * A draft's time ends when all of it is there: tree, base bytes on the disk, manifest. Nothing is appended behind. One that is made over a
 * spare is measured beside a bare walk of the folder: every folder read, every file's lstat.
 */
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Row } from "../../scripts/bench.ts";
import { openDrafts } from "../../src/draft/index.ts";
import { commitAll, git, worker } from "../unit/draft/place.ts";
import { draftRows, makeTree, noBodies, timed } from "./draft.ts";
import { walk, young } from "./looking.ts";
import { quantile } from "./quantile.ts";

export async function draftsRows(seed: number, rounds: number): Promise<Row[]> {
  const rows: Row[] = await draftRows(seed, [
    { files: 4_000, rounds: Math.min(rounds, 7), goal: 1 },
    { files: 10_000, rounds: Math.min(rounds, 7), goal: 1 },
    { files: 50_000, rounds: Math.min(rounds, 3), goal: 1.1 },
  ]);
  return [...rows, await overSpare(seed, Math.min(rounds, 3))];
}

const [files, changed, goal] = [50_000, 100, 1.5];

/** A draft over a spare, in a repository of which some files were changed since the spare was made. */
async function overSpare(seed: number, rounds: number): Promise<Row> {
  const place = mkdtempSync(join(tmpdir(), "countersign-bench-spare-"));
  try {
    const folder = join(place, "tree");
    makeTree(folder, files, seed, 300);
    git(folder, "init", "-q");
    commitAll(folder);
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
    await using drafts = openDrafts({ storage: join(place, "storage"), worker });
    const [made, walks]: [number[], number[]] = [[], []];
    let whole = 0;
    for (let round = -1; round < rounds; round++) {
      await sleep(young);
      if (round >= 0) await drafts.prepare(folder);
      for (let at = 0; at < changed; at++)
        appendFileSync(join(folder, paths[(round + 1) * changed + at]!), "// changed since\n");
      const draft = async (): Promise<void> => {
        const began = performance.now();
        const { id } = await drafts.make(folder, noBodies, [], () => {});
        if (round < 0) whole = performance.now() - began;
        else made.push(performance.now() - began);
        await drafts.remove(id);
        // What was removed is swept by the same worker: no other round is to wait for that.
        while (readdirSync(join(place, "storage/trash")).length > 0) await sleep(50);
      };
      const bare = async (): Promise<void> => {
        const took = await timed(async () => {
          if (walk(folder, ".git") !== files) throw new Error("the walk found other files");
        });
        if (round >= 0) walks.push(took);
      };
      for (const side of round % 2 === 0 ? [draft, bare] : [bare, draft]) await side();
    }
    const [value, rival] = [quantile(made, 0.5), quantile(walks, 0.5)];
    return {
      figure: `draft of ${files} files over a spare, ${changed} of them changed since`,
      value,
      unit: "ms",
      against: "a bare walk",
      rival,
      ratio: value / rival,
      goal: `<= ${goal}`,
      met: value / rival <= goal,
      note:
        `git's listing included; ${rounds} rounds; fastest ${Math.min(...made).toFixed(0)} against ${Math.min(...walks).toFixed(0)} ms; ` +
        `a whole copy ${whole.toFixed(0)} ms`,
    };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

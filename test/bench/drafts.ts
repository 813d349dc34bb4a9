/**
 * Drafts of projects of every size beside `git worktree add --detach`, as `draft.ts` measures them, the largest one included.
 *
 * A draft's time ends when all of it is there: tree, base bytes on the disk, manifest. Nothing is appended behind.
 */
import type { Row } from "../../scripts/bench.ts";
import { draftRows } from "./draft.ts";

export async function draftsRows(seed: number, rounds: number): Promise<Row[]> {
  const rows: Row[] = await draftRows(seed, [
    { files: 4_000, rounds: Math.min(rounds, 7), goal: 1 },
    { files: 10_000, rounds: Math.min(rounds, 7), goal: 1 },
    { files: 50_000, rounds: Math.min(rounds, 3), goal: 1.1 },
  ]);
  return [
    ...rows,
    {
      figure: "warm draft topped up after 100 changed files",
      value: null,
      unit: "ms",
      against: "a bare walk",
      goal: "<= 1.5",
      met: "not run",
      note: "there is no warm draft: every draft is a whole copy",
    },
  ];
}

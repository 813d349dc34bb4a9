/**
 * One long session, played wherever it is opened: its turns, a person deciding all along, the window closed at the end and opened again.
 *
 * Always: every decision that was answered "done" is found again after that, in what is shown and in the person's files.
 */
import { isDeepStrictEqual } from "node:util";
import type { HostMessage } from "../../../src/protocol/index.ts";
import type { Supervised } from "../../../src/session/supervised.ts";
import { seeded } from "../../unit/engine/chance.ts";
import { reviewing, type Person } from "./longPerson.ts";
import { goal } from "./longScript.ts";
import { atRest, watchStalls, type Gap } from "./stalls.ts";

export interface LongStage {
  /** The person's folder. */
  folder: string;
  session: Supervised;
  /** Whether the session's first turn was begun by starting it. */
  begun: boolean;
  /** Closes the session and opens it again from the disk. */
  reopened(): Promise<Supervised>;
  /** Milliseconds between two looks at whether memory is at rest. */
  pause: number;
}

export interface LongFigures {
  seconds: number;
  /** The longest stalls, the longest first. */
  gaps: Gap[];
  /** Bytes at rest: before, and after each ten turns. */
  weights: number[];
  decided: ReturnType<Person["decided"]>;
  summaries: number;
  lost: number;
  /** What did not hold. */
  cases: unknown[];
}

export async function playLong(
  stage: LongStage,
  { seed, turns }: { seed: number; turns: number },
): Promise<LongFigures> {
  const cases: unknown[] = [];
  const claim = (holds: boolean, said: unknown): void => void (holds || cases.push(said));
  const began = performance.now();
  const stalls = watchStalls();
  stalls.off();
  const { session } = stage;
  const person = reviewing(session, stage.folder, seeded(seed));
  const weights = stage.begun ? [] : [await atRest(stage.pause)];
  for (let turn = 0; turn < turns; turn++) {
    stalls.at(`turn ${turn + 1}`);
    stalls.on();
    if (turn === 0 && stage.begun) await idle(session);
    else await session.prompt(turn === 0 ? goal : `Go on with part ${turn + 1}.`);
    await person.quiet();
    stalls.off();
    const { activity, notice } = session.head();
    claim(activity === "idle" && notice === null, { turn, said: notice ?? activity });
    if ((turn + 1) % 10 === 0) weights.push(await atRest(stage.pause));
  }
  stalls.at("closing and opening again");
  const [before, head] = [await shownOf(session), session.head()];
  stalls.on();
  const opened = await stage.reopened();
  const after = await shownOf(opened);
  const gaps = stalls.end();
  claim(isDeepStrictEqual(after, before), "other hunks or verdicts after the reload");
  const again = opened.head();
  for (const what of ["counts", "decisions", "usage", "undo"] as const)
    claim(isDeepStrictEqual(again[what], head[what]), { what, before: head[what], after: again[what] });
  const lost = person.lost();
  claim(lost.length === 0, { lost });
  return {
    seconds: (performance.now() - began) / 1000,
    gaps,
    weights,
    decided: person.decided(),
    summaries: person.summaries(),
    lost: lost.length,
    cases,
  };
}

async function idle(session: Supervised): Promise<void> {
  while (session.head().activity !== "idle") await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What the page would show of the files, in order. */
async function shownOf(session: Supervised): Promise<HostMessage[]> {
  return (await session.everything()).filter(({ kind }) => kind === "file" || kind === "order");
}

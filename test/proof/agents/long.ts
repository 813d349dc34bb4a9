/**
 * One long session, in this process and in a real extension host, and what is asked of both.
 *
 * In this process session, engine, draft, memory and disk are the real ones, outside an editor. In the host it is the extension built
 * for production, in a window that shows the review. The model is a thread of its own, here in both cases.
 */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../../../scripts/hosts/workspace.ts";
import type { BeginningsReport } from "../../../src/demo/beginnings.ts";
import { openDrafts } from "../../../src/draft/index.ts";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
import { openMemory } from "../../../src/memory/index.ts";
import { resumeSession } from "../../../src/session/resume.ts";
import { startSession } from "../../../src/session/start.ts";
import type { SessionParts } from "../../../src/session/supervised.ts";
import { filesIn } from "../../agents/stage.ts";
import { worker } from "../../unit/draft/place.ts";
import type { Outcome } from "../agents.ts";
import { playLong, type LongFigures } from "./longPlay.ts";
import { makeProject, openLongModel } from "./longGround.ts";
import { allTurns, goal, key, stepsPerTurn, summariesIn } from "./longScript.ts";

/** Milliseconds of the thread's own time. */
const longestStall = 50;
/** Bytes that a step may leave behind in memory: a few lines of conversation, ids, decisions. */
const bytesPerStep = 20_000;

export interface LongOptions {
  seed: number;
  /** How long the model takes for all; as fast as it goes by default. */
  minutes?: number;
  /** Fewer are a sample: stalls and memory are then not judged, and nothing is printed. */
  turns?: number;
}

/** Plays the session in this process. */
export async function longSession({ seed, minutes = 0, turns = allTurns }: LongOptions): Promise<Outcome> {
  const place = temporaryFolder("long");
  const [folder, storage] = [join(place, "project"), join(place, "storage")];
  await makeProject(folder);
  mkdirSync(storage);
  await using model = await openLongModel(join(place, "model"), minutes);
  await using drafts = openDrafts({
    storage,
    worker,
    environment: { PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`, HOME: place },
  });
  const parts: SessionParts = {
    folder: { path: folder, uri: `file://${folder}`, name: "project" },
    drafts,
    memory: openMemory(storage),
    files: filesIn(folder),
    engine: async (connection) => anthropicEngine({ connection, key }),
  };
  const connection = { name: "Demo", endpoint: `http://127.0.0.1:${model.port}`, model: "demo", key: "k" };
  let session = await startSession(parts, { goal, attachments: [], connection });
  const reopened = async (): Promise<typeof session> => {
    await session.close();
    return (session = await resumeSession(parts, session.id));
  };
  const figures = await playLong({ folder, session, begun: false, reopened, pause: 150 }, { seed, turns });
  await session.close();
  return judged("in one process", turns, figures, await model.beginnings());
}

/** What is asked of a long session, wherever it was played; prints its figures, but for a sample. */
export function judged(where: string, turns: number, figures: LongFigures, beginnings: BeginningsReport): Outcome {
  const { decided, gaps, weights, summaries } = figures;
  const cases = [...figures.cases];
  const claim = (holds: boolean, said: unknown): void => void (holds || cases.push(said));
  const steps = turns * stepsPerTurn;
  claim(beginnings.requests === steps && beginnings.conversations === 1, beginnings);
  claim(beginnings.breaks.length === 0, { breaks: beginnings.breaks });
  claim(summaries === summariesIn.filter((turn) => turn < turns).length, { summaries });
  const { accepted, rejected, undone } = decided;
  const outcome = (): Outcome => ({ tried: steps + accepted + rejected + undone, failed: cases.length, cases });
  if (turns < allTurns) return outcome();

  const stall = gaps[0]!;
  claim(stall.own <= longestStall, { stall });
  const marks = weights.slice(-allTurns / 10);
  const grown = marks.slice(1).map((weight, index) => (weight - marks[index]!) / (10 * stepsPerTurn));
  const flat = grown.every((bytes) => bytes <= bytesPerStep);
  claim(flat, { bytesPerStep: grown });

  const list = (values: readonly number[], unit: number): string =>
    values.map((value) => (value / unit).toFixed(1)).join(", ");
  const others = gaps.slice(1).map(({ own, during }) => `${own.toFixed(1)} in ${during}`);
  console.log(
    `a long session, ${where}: ${steps} steps in ${figures.seconds.toFixed(0)} s; ${accepted} accepted, ${rejected} rejected, ${undone} undone; lost after the reload: ${figures.lost}`,
  );
  console.log(
    `longest stall ${stall.own.toFixed(1)} ms of its own time (${stall.wall.toFixed(0)} by the clock) in ${stall.during}; next: ${others.join(", ")}`,
  );
  console.log(
    `memory at rest after 100, 200, 300 steps: ${list(marks, 1e6)} MB; a step leaves ${list(grown, 1e3)} KB behind`,
  );
  console.log(
    `${beginnings.requests - beginnings.breaks.length} of ${beginnings.requests} requests begin with the one before; ${summaries} summaries of the service`,
  );
  return outcome();
}

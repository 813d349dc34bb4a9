/**
 * One long session: 30 turns of 10 steps, a person deciding all along, the window closed at the end and opened again.
 *
 * Session, engine, draft, memory and disk are the real ones, in this one process, outside an editor; the model is a thread of its own.
 * What is shown of the session is folded as the page folds it, and the person decides by that alone.
 * Always: every decision that was answered "done" is found again after the reload, in the log's state and in the person's files.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { makeRepository, temporaryFolder } from "../../../scripts/hosts/workspace.ts";
import { openDrafts } from "../../../src/draft/index.ts";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
import { openMemory } from "../../../src/memory/index.ts";
import type { FileView, HostMessage, HunkView } from "../../../src/protocol/index.ts";
import { resumeSession } from "../../../src/session/resume.ts";
import { startSession } from "../../../src/session/start.ts";
import type { Answer, SessionParts, Supervised } from "../../../src/session/supervised.ts";
import { filesIn } from "../../agents/stage.ts";
import { worker } from "../../unit/draft/place.ts";
import { seeded } from "../../unit/engine/chance.ts";
import type { Outcome } from "../agents.ts";
import { openScriptedModel } from "./scriptedModel.ts";
import { atRest, watchStalls } from "./stalls.ts";

const allTurns = 30;
const stepsPerTurn = 10;
const files = 40;
const linesPerFile = 120;
/** Turns in which the service summarises. */
const summariesIn = [2, 12, 22];
/** Milliseconds of the thread's own time. */
const longestStall = 50;
/** Bytes that a step may leave behind in memory: a few lines of conversation, ids, decisions. */
const bytesPerStep = 20_000;

const key = "sk-ant-demo-0123456789abcdefghij";

export interface LongOptions {
  seed: number;
  /** How long the model takes for all; as fast as it goes by default. */
  minutes?: number;
  /** Fewer are a sample: stalls and memory are then not judged, and nothing is printed. */
  turns?: number;
}

/** Plays the session. */
export async function longSession({ seed, minutes = 0, turns = allTurns }: LongOptions): Promise<Outcome> {
  const sample = turns < allTurns;
  const summariesDue = summariesIn.filter((turn) => turn < turns).length;
  const place = temporaryFolder("long");
  const [folder, storage, scenariosDir] = ["project", "storage", "model"].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [storage, scenariosDir, join(folder, "src")]) mkdirSync(each, { recursive: true });
  for (let file = 0; file < files; file++) writeFileSync(join(folder, pathOf(file)), textOf(file));
  await makeRepository(folder);
  writeFileSync(join(scenariosDir, "long.json"), JSON.stringify(scenario(minutes)));
  await using model = await openScriptedModel({ token: key, scenariosDir, scenario: "long" });
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
  const cases: unknown[] = [];
  const claim = (holds: boolean, said: unknown): void => void (holds || cases.push(said));

  const began = performance.now();
  const stalls = watchStalls();
  let session = await startSession(parts, { goal: "Go through the tables.", attachments: [], connection });
  const person = reviewing(session, folder, seeded(seed));
  stalls.off();
  const weights = [await atRest()];
  for (let turn = 0; turn < turns; turn++) {
    stalls.at(`turn ${turn + 1}`);
    stalls.on();
    await session.prompt(turn === 0 ? "Go through the tables." : `Go on with part ${turn + 1}.`);
    await person.quiet();
    stalls.off();
    const ended = session.head();
    claim(ended.activity === "idle" && ended.notice === null, { turn, said: ended.notice ?? ended.activity });
    if ((turn + 1) % 10 === 0) weights.push(await atRest());
  }
  const gaps = stalls.end();
  const took = (performance.now() - began) / 1000;

  const [before, head] = [await shownOf(session), session.head()];
  await session.close();
  session = await resumeSession(parts, session.id);
  claim(isDeepStrictEqual(await shownOf(session), before), "other hunks or verdicts after the reload");
  const again = session.head();
  for (const what of ["counts", "decisions", "usage", "undo"] as const)
    claim(isDeepStrictEqual(again[what], head[what]), { what, before: head[what], after: again[what] });
  const lost = person.expected().filter(({ path, line, there }) => holdsLine(join(folder, path), line) !== there);
  claim(lost.length === 0, { lost });
  await session.close();

  const beginnings = await model.beginnings();
  const steps = turns * stepsPerTurn;
  claim(beginnings.requests === steps && beginnings.conversations === 1, beginnings);
  claim(beginnings.breaks.length === 0, { breaks: beginnings.breaks });
  claim(person.summaries() === summariesDue, { summaries: person.summaries() });
  const { accepted, rejected, undone } = person.decided();
  const outcome = (): Outcome => ({ tried: steps + accepted + rejected + undone, failed: cases.length, cases });
  if (sample) return outcome();

  const stall = gaps[0]!;
  claim(stall.own <= longestStall, { stall });
  const [idle, ...marks] = weights as [number, number, number, number];
  const grown = marks.slice(1).map((weight, index) => (weight - marks[index]!) / 100);
  claim(
    grown.every((bytes) => bytes <= bytesPerStep),
    { bytesPerStep: grown },
  );

  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  console.log(
    `a long session, in one process: ${steps} steps in ${took.toFixed(0)} s; ${accepted} accepted, ${rejected} rejected, ${undone} undone; lost after the reload: ${lost.length}`,
  );
  console.log(
    `longest stall ${stall.own.toFixed(1)} ms of its own time (${stall.wall.toFixed(0)} by the clock) in ${stall.during}; next: ${gaps
      .slice(1)
      .map(({ own, during }) => `${own.toFixed(1)} in ${during}`)
      .join(", ")}`,
  );
  console.log(
    `memory at rest, MB: ${megabytes(idle)} before, ${marks.map(megabytes).join(", ")} after 100, 200, 300 steps; a step leaves ${grown.map((bytes) => (bytes / 1000).toFixed(1)).join(", then ")} KB`,
  );
  console.log(
    `${beginnings.requests - beginnings.breaks.length} of ${beginnings.requests} requests begin with the one before; ${person.summaries()} summaries of the service`,
  );
  return outcome();
}

/** What the page would show of the files, in order. */
async function shownOf(session: Supervised): Promise<HostMessage[]> {
  return (await session.everything()).filter(({ kind }) => kind === "file" || kind === "order");
}

// ── The person ───────────────────────────────────────────────────────────────────────────────────────────────────

interface Person {
  /** Resolves when the person has done what they set out to do. */
  quiet(): Promise<void>;
  /** Lines that have to be in the person's files, or must not be. */
  expected(): { path: string; line: string; there: boolean }[];
  decided(): { accepted: number; rejected: number; undone: number };
  /** How many summaries they were told of. */
  summaries(): number;
}

/** A person who looks at each file that is shown and decides now and then, while the agent works and between its turns. */
function reviewing(session: Supervised, folder: string, random: () => number): Person {
  const shown = new Map<string, FileView>();
  const lines = new Map<string, { path: string; line: string; there: boolean }>();
  const standing: { line: string; verb: "accepted" | "rejected" }[] = [];
  const decided = { accepted: 0, rejected: 0, undone: 0 };
  let summaries = 0;
  let busy: Promise<void> = Promise.resolve();
  let typed = 0;

  async function act(): Promise<void> {
    const chance = random();
    if (chance < 0.1 && standing.length > 0) return undo();
    if (chance < 0.15) {
      // What the person types themselves, in a file that the agent never writes.
      writeFileSync(join(folder, "notes.txt"), `Typed by the person, ${++typed}.\n`);
      return session.userChanged("notes.txt");
    }
    const waiting = [...shown.values()].flatMap((file) =>
      file.hunks.filter(({ state }) => state === "pending").map((hunk) => ({ file, hunk })),
    );
    const chosen = waiting[Math.floor(random() * waiting.length)];
    if (chosen === undefined) return;
    const { file, hunk } = chosen;
    const item = { file: file.id, revision: file.revision, hunks: [hunk.id] };
    const verb = chance < 0.65 ? "accepted" : "rejected";
    const answer: Answer =
      verb === "accepted"
        ? await session.accept([item])
        : await session.reject([item], chance > 0.9 ? "Leave this as it was." : undefined);
    if (answer.kind !== "done") return;
    decided[verb]++;
    const line = addedOf(hunk);
    standing.push({ line, verb });
    lines.set(line, { path: file.path, line, there: verb === "accepted" });
  }

  async function undo(): Promise<void> {
    const last = standing.at(-1)!;
    if ((await session.undo()).kind !== "done") return;
    decided.undone++;
    const told = lines.get(last.line)!;
    const again = random() < 0.5 && (await session.redo()).kind === "done";
    if (again) return;
    standing.pop();
    lines.set(last.line, { ...told, there: false });
  }

  session.listen((message) => {
    switch (message.kind) {
      case "file": {
        const known = message.part > 0 ? shown.get(message.file.id) : undefined;
        const hunks = known ? [...known.hunks, ...message.file.hunks] : message.file.hunks;
        shown.set(message.file.id, { ...message.file, hunks });
        busy = busy.then(act);
        return;
      }
      case "order": {
        const there = new Set(message.files);
        for (const id of shown.keys()) if (!there.has(id)) shown.delete(id);
        return;
      }
      case "talk":
        for (const item of message.items)
          if (item.kind === "note" && item.text.startsWith("The service summarised")) summaries++;
        return;
      default:
    }
  });

  return {
    async quiet() {
      // A decision shows files anew, and so leads to the next one: until nothing more is shown.
      for (let last = busy, round = 0; round < 12; round++, last = busy) {
        await last;
        if (last === busy) return;
      }
    },
    expected: () => [...lines.values()],
    decided: () => ({ ...decided }),
    summaries: () => summaries,
  };
}

/** The first line that a hunk adds: none is added twice. */
function addedOf(hunk: HunkView): string {
  const row = hunk.rows.find(({ kind }) => kind === "added");
  if (row === undefined) throw new Error("a hunk of the script adds a line");
  return row.text.replace(/\n$/, "");
}

function holdsLine(path: string, line: string): boolean {
  try {
    return readFileSync(path, "utf8").split("\n").includes(line);
  } catch {
    return false;
  }
}

// ── The script ───────────────────────────────────────────────────────────────────────────────────────────────────

/** Each turn reads two files, changes five lines that no other turn changes, searches, makes a file, and says so. */
function scenario(minutes: number): object {
  const before = Math.round((minutes * 60_000) / (allTurns * stepsPerTurn));
  const call = (name: string, input: object): object => ({ type: "tool_use", name, input });
  const say = (text: string): object => ({ type: "text", text });
  let edits = 0;
  const edit = (): object => {
    const [file, line] = [edits % files, 10 + 12 * Math.floor(edits / files) + (edits % 7)];
    edits++;
    return call("edit", {
      file_path: pathOf(file),
      old_string: lineOf(file, line),
      new_string: `${lineOf(file, line).replace(";", ` + ${edits};`)} // changed`,
    });
  };
  const all = Array.from({ length: allTurns }, (_, turn) => {
    const read = (of: number): object => call("read", { file_path: pathOf((turn * 2 + of) % files) });
    const made = call("write", {
      file_path: `made/part-${turn}.js`,
      content: `// Part ${turn}.\nexport const part${turn} = ${turn};\n`,
    });
    const summary = { type: "compaction", text: `Parts up to ${turn} are done. `.repeat(40) };
    return [
      [say(`I look at part ${turn}.`), read(0)],
      [...(summariesIn.includes(turn) ? [summary] : []), edit()],
      [edit()],
      [call("grep", { pattern: `f${turn}_line1\\d ` })],
      [say("These two belong together."), edit()],
      [made],
      [edit()],
      [read(1)],
      [edit()],
      [say(`Part ${turn} is done: five lines changed, one file made.`)],
    ];
  });
  return {
    about: "A long task.",
    pace: { charsPerSecond: 1_000_000, chunk: 40, before },
    turns: all.map((steps) => ({ steps: steps.map((blocks) => ({ blocks })) })),
  };
}

function pathOf(file: number): string {
  return `src/table-${file}.js`;
}

function lineOf(file: number, line: number): string {
  return `export const f${file}_line${line} = ${file * 1_000 + line};`;
}

function textOf(file: number): string {
  return Array.from({ length: linesPerFile }, (_, line) => `${lineOf(file, line)}\n`).join("");
}

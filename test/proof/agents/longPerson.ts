/**
 * A person who reviews a long session all along: while the agent works, and between its turns.
 *
 * What is shown of the session is folded as the page folds it, and they decide by that alone, one thing after another.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FileView, HunkView } from "../../../src/protocol/index.ts";
import type { Answer, Supervised } from "../../../src/session/supervised.ts";

export interface Person {
  /** Resolves when the person has done what they set out to do. */
  quiet(): Promise<void>;
  /** Lines that are not where the decisions put them: in the person's files, or not there. */
  lost(): { path: string; line: string; there: boolean }[];
  decided(): { accepted: number; rejected: number; undone: number };
  /** How many summaries they were told of. */
  summaries(): number;
}

/** A person who looks at each file that is shown and decides now and then, while the agent works and between its turns. */
export function reviewing(session: Supervised, folder: string, random: () => number): Person {
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
    lost: () => [...lines.values()].filter(({ path, line, there }) => holdsLine(join(folder, path), line) !== there),
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

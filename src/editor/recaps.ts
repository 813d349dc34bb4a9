/**
 * What the sessions of a folder came to: read from their logs when first asked, newest first.
 *
 * Reads only. A log that cannot be read is passed by and said in the output channel. The session of this window is told by its
 * head, which is newer than any log read before, and its log is read again after each turn.
 */
import { workspace } from "vscode";
import type { LogOutputChannel, WorkspaceFolder } from "vscode";
import type { Recap } from "../state/index.ts";
import type { Current } from "./current.ts";
import { isWorking, recapNow } from "./recapNow.ts";
import type { Rooms } from "./rooms.ts";

export { isWorking };

/** So many sessions are listed; older ones stay in memory. */
const listed = 50;

export interface Recaps {
  /** Sessions of a folder, newest first. */
  of(folder: WorkspaceFolder): Promise<Recap[]>;
  /** The newest session of a folder; one of another place of the same project only where the folder has none. */
  newest(folder: WorkspaceFolder): Promise<string | null>;
  /**
   * The newest session of this very folder, or the one named; null where there is none. Asks the memory alone: nothing of the
   * folder is read, and git is not run.
   */
  latest(folder: WorkspaceFolder, session?: string): Promise<Recap | null>;
  /** Reads again what is asked next: of one session, or of all. */
  forget(session?: string): void;
}

export function openRecaps(parts: { rooms: Rooms; current: Current; log: LogOutputChannel }): Recaps {
  const { rooms, current, log } = parts;
  const read = new Map<string, Promise<Recap | null>>();
  const roots = new Map<string, Promise<string | undefined>>();
  let worked = false;
  // The emitter is the window's own, and ends with it.
  current.onDidHead((head) => {
    const works = isWorking(head);
    if (worked !== works && head.session !== null) read.delete(head.session);
    worked = works;
  });

  /** A moved or freshly cloned project is found by its first commit. Told once per window and folder. */
  function rootCommit(folder: WorkspaceFolder): Promise<string | undefined> {
    if (!workspace.isTrusted) return Promise.resolve(undefined);
    const key = folder.uri.toString();
    const known = roots.get(key);
    if (known) return known;
    const asked = rooms
      .drafts()
      .then((drafts) => drafts.firstCommit(folder.uri.fsPath))
      .catch(() => {
        // Asked again next time: what failed once may have been in the middle of something.
        roots.delete(key);
        return undefined;
      });
    roots.set(key, asked);
    return asked;
  }

  async function ids(folder: WorkspaceFolder): Promise<string[]> {
    const memory = await rooms.memory();
    return memory.sessions(folder.uri.toString(), await rootCommit(folder));
  }

  async function recapOf(id: string): Promise<Recap | null> {
    try {
      const [memory, state] = await Promise.all([rooms.memory(), rooms.state()]);
      const session = await memory.open(id, "read", state.sessionFold);
      try {
        const recap = state.recapOfState(session.folded);
        // A turn that nobody ended, as far as this window knows: another one runs it, or it was cut off.
        return recap.ended === "working" ? { ...recap, ended: "open" } : recap;
      } finally {
        await session.close();
      }
    } catch (error) {
      log.warn(`session ${id}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }

  function recapKept(id: string): Promise<Recap | null> {
    const known = read.get(id);
    if (known) return known;
    const reading = recapOf(id).then((recap) => {
      // What could not be read is read again when it is asked for next: it may have been in the middle of something.
      if (recap === null && read.get(id) === reading) read.delete(id);
      return recap;
    });
    read.set(id, reading);
    return reading;
  }

  return {
    of: async (folder) => {
      const found: Recap[] = [];
      for (const id of (await ids(folder)).slice(0, listed)) {
        const recap = await recapKept(id);
        if (recap) found.push(current.session()?.id === id ? recapNow(recap, current.head()) : recap);
      }
      return found;
    },
    newest: async (folder) => {
      const memory = await rooms.memory();
      // This very folder's own go before those of another clone; and only then the first commit has to be asked for.
      return (await memory.sessions(folder.uri.toString()))[0] ?? (await ids(folder))[0] ?? null;
    },
    latest: async (folder, session) => {
      const ids = await (await rooms.memory()).sessions(folder.uri.toString());
      const id = session !== undefined && ids.includes(session) ? session : ids[0];
      return id === undefined ? null : recapKept(id);
    },
    forget: (session) => {
      if (session === undefined) read.clear();
      else read.delete(session);
    },
  };
}

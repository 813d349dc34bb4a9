/**
 * A supervised session as the editor sees it: one task from its text to its recap.
 *
 * Types only; `start.ts` and `resume.ts` make one. Nothing here shows anything: what is to be seen leaves as
 * host messages, what went wrong as an answer.
 */
import type {
  Attachment,
  CommandRoom,
  Connection,
  DayBook,
  DecisionItem,
  Drafts,
  Engine,
  Files,
} from "../protocol/index.ts";
import type { HostMessage, HeadView, Insight, Limits, Memory, SessionId, Survey } from "../protocol/index.ts";

/** What a session is built from. The rooms reach it as arguments; it imports none of them. */
export interface SessionParts {
  folder: { path: string; uri: string; name: string };
  drafts: Drafts;
  memory: Memory;
  files: Files;
  /** Makes the engine for a connection; reads the key from where it is kept. An agent keeps what it has to below the session's id. */
  engine(connection: Connection, session: SessionId): Promise<Engine>;
  /** For commands in the draft; where it is not given there are none. */
  commands?: CommandRoom;
  /** What the editor knows of the person's files; it stays the same for the whole session, as its tools do. */
  insight?: Insight;
  /** What the person set, asked anew each time; without it there are only the built-in ones. */
  limits?(): Limits;
  day?: DayBook;
  /** Bytes up to which the folder is copied ahead for its next task, asked anew each time; without it that is never done. */
  spare?(): number;
}

export interface NewTask {
  goal: string;
  attachments: readonly Attachment[];
  connection: Connection;
  /** What the folder is, where that was asked already. */
  survey?: Survey;
}

export type Answer =
  | { kind: "done" }
  /** The hunk is not there any more, or not as it was shown: nothing was done. */
  | { kind: "moved on"; text: string }
  /** "clash": the person's own text is in the way, and the hunk is marked as stale. */
  | { kind: "refused"; text: string; about?: "clash" };

export interface Supervised {
  readonly id: string;
  /** As of now: another one may be chosen. */
  readonly connection: Connection;
  /** Another connection does the work from the next turn on. Refused while a turn runs. */
  choose(connection: Connection): Promise<Answer>;
  /** The head as of now: counts, activity, what undo would do. */
  head(): HeadView;
  /** Runs a turn: boundary, engine, looks. Resolves when the turn has ended, whichever way; never rejects. */
  prompt(text: string, attachments?: readonly Attachment[]): Promise<void>;
  /** Ends the turn that runs, crosses the boundary and goes on with these words, and with what was decided. As `prompt` where none runs. */
  sendNow(text: string): Promise<void>;
  /** Ends the running turn; resolves when the engine is silent. */
  stop(): Promise<void>;
  /** The person agrees to the long wait that the head's notice asks about. Nothing happens where none is asked. */
  agree(): void;
  /** Answers a question of the head's with one of its options. */
  reply(question: string, option: string, why?: string): Promise<Answer>;
  accept(items: readonly DecisionItem[], why?: string): Promise<Answer>;
  /** Accepts one hunk with these words in the place of its new lines. */
  edit(item: DecisionItem, text: string, why?: string): Promise<Answer>;
  /** Accepts those rows of one hunk in which these lines stand; numbers as they are shown, from 1. */
  acceptRows(
    item: DecisionItem,
    lines: { old: readonly number[]; new: readonly number[] },
    why?: string,
  ): Promise<Answer>;
  reject(items: readonly DecisionItem[], why?: string): Promise<Answer>;
  /** Takes the agent's side of stale or overtaken hunks. */
  take(items: readonly DecisionItem[]): Promise<Answer>;
  /** Keeps the person's side of stale or overtaken hunks. */
  keep(items: readonly DecisionItem[]): Promise<Answer>;
  /** Undoes this decision, by default the last one that stands. */
  undo(decision?: number): Promise<Answer>;
  redo(decision?: number): Promise<Answer>;
  /** Tells that a file of the person's may have changed (typing, disk): stale marks are computed again, soon. */
  userChanged(path: string): void;
  /** Tells that the editor saw the person rename a file or a folder. */
  userRenamed(from: string, to: string): void;
  /** Goes on with a file under the name that the person gave it. */
  applyThere(file: string): Promise<Answer>;
  /** Tells that an editor was saved to disk. */
  userSaved(path: string): void;
  /** All that a command of the agent's wrote, by the name that the conversation gives it, and which command that was. */
  output(name: string): Promise<{ command: string; bytes: Uint8Array } | null>;
  /** Path of the file in the person's folder, for opening it; null for an unknown id. */
  pathOf(file: string): string | null;
  /** More of hunks that are in sight, sent to whoever listens: the words that changed, what goes together, where lines moved. */
  closer(item: DecisionItem): void;
  /** Listens to what changes; the listener must not throw. Returns the end of listening. */
  listen(listener: (message: HostMessage) => void): () => void;
  /** Everything that there is to show, ending with `complete`. */
  everything(): Promise<HostMessage[]>;
  /** Stops what runs and lets go of log and draft. Decides nothing. */
  close(): Promise<void>;
}

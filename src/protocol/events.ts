/**
 * Session events: the union of everything a session's log can hold.
 *
 * An event tells what happened; it never asks for anything. State is a fold of these and nothing else.
 * Texts do not stand in events: they are named by content id and kept as bodies beside the log, so an event
 * stays small and a decision is bound to exact bytes.
 *
 * Always: `seq` counts from 1 without gaps inside a session; `at` is wall time for display only, never for order.
 */
import type { AttributeKind } from "./attributes.ts";
import type { Content, ContentId, FileId, HunkId, SessionId } from "./ids.ts";
import type { MediaType } from "./media.ts";
import type { Allowed } from "./commands.ts";
import type { Question, QuestionEnd } from "./questions.ts";
import type { CommandEnd } from "./sandbox.ts";

/** A hunk's place: half-open line ranges, counted from 0, in the reviewed and in the proposed text of its revision. */
export interface HunkPlace {
  id: HunkId;
  from: number;
  to: number;
  newFrom: number;
  newTo: number;
  /**
   * Set when the hunk stands for the file as a whole: it comes to exist, ceases to, or cannot be read as lines; or all its
   * lines stay and only how they are written changes: their ends, the byte order mark, the encoding.
   */
  whole?: "create" | "delete" | "replace" | "ends" | "mark" | "encoding";
}

/** A hunk of an earlier revision, by name. */
export interface HunkReference {
  revision: number;
  hunk: HunkId;
}

/** Something the person refused that still stands in the draft: its line range there, until a look overtakes it. */
export interface Refusal extends HunkReference {
  /** seq of the decision that refused it. */
  decision: number;
  from: number;
  to: number;
  /** The agent changed these lines after the refusal. */
  overtaken: boolean;
}

/** An agent's change whose place the person's own text took at a boundary. Kept, with three sides, until decided. */
export interface Overtaken {
  id: HunkId;
  /** The person's lines that won: half-open range in the reviewed text of the revision that lists this. */
  from: number;
  to: number;
  /** The lines that both sides changed, and the agent's lines, each as a body. */
  before: ContentId;
  theirs: ContentId;
  /** Set when it concerns the file as a whole (deleted here, changed there); then the two are contents. */
  whole?: { before: Content; theirs: Content };
}

/**
 * One proposal revision of one file: the texts and hunks that decisions refer to. Made by a look, a boundary, or
 * an undo across one, and logged whole, so that no later version of the diff can move a decided hunk.
 */
export interface Revision {
  file: FileId;
  path: string;
  number: number;
  reviewed: Content;
  proposed: Content;
  draft: Content;
  hunks: HunkPlace[];
  refusals: Refusal[];
  overtaken: Overtaken[];
  /** Set when this is not the text of the file at `path`, but that attribute of it; contents are then its values' bodies. */
  attribute?: AttributeKind;
  /** The file's path in the draft, where it has another one there. */
  draftPath?: string;
}

/** The hunks of one file that one decision names, in one revision. */
export interface DecisionItem {
  file: FileId;
  revision: number;
  hunks: HunkId[];
}

/** What one decision does to one file's texts. `user` is equal before and after where nothing is written. */
export interface TextsChange {
  file: FileId;
  path: string;
  /** For a rename: the path after it, which every text and attribute of the file has then. */
  to?: string;
  reviewed: { before: Content; after: Content };
  proposed: { before: Content; after: Content };
  /** `mode`: the permission bits of the file that goes, or comes back; absent where the system keeps none. */
  user: { before: Content; after: Content; mode?: number };
}

/** How one file of a writing decision came out. */
export type WriteResult =
  | { kind: "written" }
  /** Written into an unsaved editor; only a later save brings it to the disk. */
  | { kind: "buffer" }
  /** Nothing was written. */
  | { kind: "refused"; reason: string; remedy?: string };

export interface Usage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

export interface PlanStep {
  text: string;
  status: "pending" | "in_progress" | "done";
}

/** How a turn came to its end. */
export type TurnEnd = "done" | "stopped" | "failed" | "refused" | "limit" | "interrupted";

/** What does the work: the built-in loop, or an agent that speaks the Agent Client Protocol. */
export type EngineKind = "anthropic" | "acp";

/** What a session talked to: never a key, only its name; `agent` where an agent of its own did the work. */
export interface LoggedConnection {
  name: string;
  endpoint: string;
  model: string;
  key: string;
  agent?: { name: string; version: string };
}

/** What went along with a prompt. `type` where it is no text: an image or a document, whose bytes the content is. */
export interface LoggedAttachment {
  name: string;
  content: ContentId;
  type?: MediaType;
}

export type EventBody =
  | {
      kind: "session.started";
      version: 1;
      session: SessionId;
      goal: string;
      workspace: { uri: string; name: string; rootCommit?: string };
      connection: LoggedConnection;
      engine: EngineKind;
    }
  /** From here on another engine, or another connection, does the work. */
  | { kind: "engine.chosen"; connection: LoggedConnection; engine: EngineKind }
  | { kind: "draft.made"; draft: string; files: number; bytes: number; left: { path: string; why: string }[] }
  | { kind: "boundary"; turn: number; revisions: Revision[]; told: string }
  | { kind: "turn.started"; turn: number; prompt: string; attachments: LoggedAttachment[] }
  | { kind: "step.started"; turn: number; step: number }
  | { kind: "message"; turn: number; content: ContentId }
  | { kind: "said"; turn: number; step: number; text: string }
  | { kind: "thought"; turn: number; step: number; text: string }
  | { kind: "tool.called"; turn: number; step: number; call: string; name: string; summary: string; input: ContentId }
  | { kind: "tool.answered"; turn: number; call: string; ok: boolean; text: string }
  | { kind: "plan"; turn: number; steps: PlanStep[] }
  | { kind: "asked"; turn: number; question: Question }
  /** `option` is null where nobody answered. */
  | { kind: "replied"; question: string; how: QuestionEnd; option: string | null; why?: string }
  | {
      kind: "ran";
      turn: number;
      line: string;
      folder: string;
      key: string;
      allowed: Allowed;
      end: CommandEnd;
      milliseconds: number;
      /** All it wrote, and of that what is kept. */
      bytes: number;
      output: ContentId;
    }
  | {
      kind: "looked";
      turn: number;
      call: string | null;
      revisions: Revision[];
      unshown: { path: string; why: string }[];
      /** Files that turned out to be another one under a new name: they are no files of their own any more. */
      joined?: FileId[];
    }
  | { kind: "step.ended"; turn: number; step: number; stop: string; usage: Usage }
  | { kind: "cost"; turn: number; amount: number; currency: string }
  | { kind: "turn.ended"; turn: number; how: TurnEnd; message?: string; remedy?: string }
  | {
      kind: "accepting";
      items: DecisionItem[];
      texts: TextsChange[];
      /** "take": the person's clashing lines are first taken as reviewed, then replaced. */
      take: boolean;
      /** New revisions the decision brings, where it moves hunks (with `take` and with `how`). */
      revisions: Revision[];
      /** One hunk was taken with the person's own lines in the place of the agent's, or some of its rows alone. */
      how?: "edited" | "rows";
      why?: string;
    }
  | { kind: "accepted"; intent: number; results: { file: FileId; result: WriteResult }[]; recovered: boolean }
  | { kind: "rejected"; items: DecisionItem[]; texts: TextsChange[]; keep: boolean; why?: string }
  | {
      kind: "undoing";
      target: number;
      texts: TextsChange[];
      /** Files whose hunks move with it. A file that is not here only has the decision's verdicts taken back. */
      revisions: Revision[];
      /** Those of them that were folded again since the last boundary; the others were merged. */
      refolded: FileId[];
    }
  | { kind: "undone"; intent: number; results: { file: FileId; result: WriteResult }[]; recovered: boolean }
  | { kind: "saved"; file: FileId; decision: number }
  | { kind: "withdrawn"; decision: number; file: FileId; texts: TextsChange; revisions: Revision[]; why: string }
  | { kind: "moved"; file: FileId; from: string; to: string }
  | { kind: "note"; text: string };

/** One line of the log. */
export type SessionEvent = { seq: number; at: number } & EventBody;
export type EventKind = EventBody["kind"];

/** Every kind this version knows. A kind that is not here is kept in the log and passed by. */
export const eventKinds: readonly EventKind[] = [
  "session.started",
  "engine.chosen",
  "draft.made",
  "boundary",
  "turn.started",
  "step.started",
  "message",
  "said",
  "thought",
  "tool.called",
  "tool.answered",
  "plan",
  "asked",
  "replied",
  "ran",
  "looked",
  "step.ended",
  "cost",
  "turn.ended",
  "accepting",
  "accepted",
  "rejected",
  "undoing",
  "undone",
  "saved",
  "withdrawn",
  "moved",
  "note",
];

const known = new Set<string>(eventKinds);

/** A line read back from the log: an event of a known kind, or one to pass by. Throws nothing. */
export function parseEvent(value: unknown): SessionEvent | { unknown: true; seq: number } {
  const record = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const seq = typeof record.seq === "number" ? record.seq : 0;
  if (seq > 0 && typeof record.kind === "string" && known.has(record.kind)) return value as SessionEvent;
  return { unknown: true, seq };
}

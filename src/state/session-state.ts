/**
 * A session's state: everything that is shown or remembered of it, as plain values.
 *
 * Types, the empty state, and questions asked of it. Texts are not here, only their content ids.
 */
import type {
  Connection,
  Content,
  ContentId,
  DecisionItem,
  FileId,
  HunkId,
  HunkPlace,
  PlanStep,
  Revision,
  SessionId,
  TalkItem,
  TextsChange,
  TurnEnd,
  Usage,
  WriteResult,
} from "../protocol/index.ts";
import type { Verdict } from "../review/index.ts";

/** What happened to a file since its texts can be folded again: looks and decisions, in order. */
export type FileStep =
  | { kind: "look"; draft: Content }
  | { kind: "decision"; decision: number; verdict: Verdict; revision: number; hunks: readonly HunkId[] };

export interface FileState {
  id: FileId;
  path: string;
  revision: Revision;
  verdicts: Map<HunkId, { verdict: Verdict; decision: number }>;
  /** Every revision so far, by number: decisions and refusals refer to them. */
  revisions: Map<number, Revision>;
  /** Where folding again begins, and all since. */
  start: Revision;
  steps: FileStep[];
  /** The highest number of a hunk's id so far. */
  used: number;
  /** Hunks that were accepted into an editor and never reached the file. */
  missing: Set<HunkId>;
}

export interface DecisionState {
  seq: number;
  kind: "accept" | "reject" | "undo";
  /** "take theirs" or "keep mine". */
  sided: boolean;
  at: number;
  why: string;
  items: readonly DecisionItem[];
  texts: readonly TextsChange[];
  revisions: readonly Revision[];
  refolded: readonly FileId[];
  /** How each file came out; empty until it is known. A rejection writes nothing and has all its files here. */
  results: Map<FileId, WriteResult>;
  /** For an undo: the decision it takes back. */
  target: number;
  /** The undo that took it back; 0 while it stands. */
  undoneBy: number;
  /** When it last came to stand. */
  since: number;
  /** Whether it stood when the engine was last told of decisions. */
  told: boolean;
}

export interface SessionState {
  session: SessionId;
  goal: string;
  workspace: { uri: string; name: string; rootCommit?: string };
  connection: Connection;
  startedAt: number;
  lastAt: number;
  lastSeq: number;
  draft: { id: string; files: number; bytes: number } | null;
  turn: number;
  step: number;
  turnOpen: boolean;
  ended: { how: TurnEnd; message: string; remedy: string } | null;
  /** seq of the last boundary. */
  boundary: number;
  files: Map<FileId, FileState>;
  byPath: Map<string, FileId>;
  decisions: Map<number, DecisionState>;
  /** Writing decisions whose outcome is not known: only a crash leaves one. */
  open: Set<number>;
  /** Accepted into an editor, not yet saved. */
  unsaved: { file: FileId; decision: number }[];
  plan: PlanStep[];
  usage: Usage;
  /** The engine's own messages, oldest first. */
  messages: ContentId[];
  talk: TalkItem[];
  /** Entries of the draft that changed and are no proposal. */
  unshown: { path: string; why: string }[];
}

export function emptyState(): SessionState {
  return {
    session: "",
    goal: "",
    workspace: { uri: "", name: "" },
    connection: { name: "", endpoint: "", model: "", key: "" },
    startedAt: 0,
    lastAt: 0,
    lastSeq: 0,
    draft: null,
    turn: 0,
    step: 0,
    turnOpen: false,
    ended: null,
    boundary: 0,
    files: new Map(),
    byPath: new Map(),
    decisions: new Map(),
    open: new Set(),
    unsaved: [],
    plan: [],
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    messages: [],
    talk: [],
    unshown: [],
  };
}

/** Hunks nobody has decided yet, those overtaken by the person's own text included. */
export function pendingHunks(file: FileState): HunkId[] {
  const ids = [...file.revision.hunks, ...file.revision.overtaken].map((hunk) => hunk.id);
  return ids.filter((id) => !file.verdicts.has(id));
}

export function undecidedPlaces(file: FileState): HunkPlace[] {
  return file.revision.hunks.filter((hunk) => !file.verdicts.has(hunk.id));
}

/** The accepts and rejects that stand, oldest standing first. */
export function standing(state: SessionState): DecisionState[] {
  const decisions = [...state.decisions.values()].filter((one) => one.kind !== "undo" && stands(one));
  return decisions.sort((a, b) => a.since - b.since);
}

export function stands(decision: DecisionState): boolean {
  return decision.undoneBy === 0 && [...decision.results.values()].some((result) => result.kind !== "refused");
}

/** The accepts and rejects that were undone, the latest undone last. */
export function undone(state: SessionState): DecisionState[] {
  const decisions = [...state.decisions.values()].filter((one) => one.kind !== "undo" && one.undoneBy > 0);
  return decisions.sort((a, b) => a.undoneBy - b.undoneBy);
}

/** How many hunks a decision decided, in the files where it came about. */
export function hunksDecided(decision: DecisionState): number {
  return decision.items.reduce((sum, item) => {
    const result = decision.results.get(item.file);
    return result && result.kind !== "refused" ? sum + item.hunks.length : sum;
  }, 0);
}

export interface Counts {
  /** Files with a hunk to decide. */
  files: number;
  pending: number;
  accepted: number;
  rejected: number;
}

export function countsOf(state: SessionState): Counts {
  const counts = { files: 0, pending: 0, accepted: 0, rejected: 0 };
  for (const file of state.files.values()) {
    const pending = pendingHunks(file).length;
    counts.pending += pending;
    if (pending > 0) counts.files++;
  }
  for (const decision of standing(state)) {
    if (decision.kind === "accept") counts.accepted += hunksDecided(decision);
    else counts.rejected += hunksDecided(decision);
  }
  return counts;
}

/**
 * A session's state: everything that is shown or remembered of it, as plain values.
 *
 * Types, the empty state, and questions asked of it. Texts are not here, only their content ids.
 */
import type {
  AttributeKind,
  Connection,
  Content,
  ContentId,
  DecisionItem,
  FileId,
  HunkId,
  HunkPlace,
  PlanStep,
  Question,
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

/** Revisions of a file by number, in their order; those of long ago may be read when first asked for. */
export interface Revisions {
  get(number: number): Revision | undefined;
  set(number: number, revision: Revision): void;
  values(): Iterable<Revision>;
}

export interface FileState {
  id: FileId;
  /** Where the person has it; `draftPath`: where the draft has it. */
  path: string;
  draftPath: string;
  /** Set when this is not a file's text but that attribute of it. */
  attribute: AttributeKind | null;
  revision: Revision;
  verdicts: Map<HunkId, { verdict: Verdict; decision: number }>;
  /** Every revision so far, by number: decisions and refusals refer to them. */
  revisions: Revisions;
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
  /** For an accept of one hunk: with other lines, or some of its rows alone. "" where it was taken whole. */
  how: "" | "edited" | "rows";
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
  /** Texts and attributes by their place, see `placeKey`: at the person's path, and at the draft's. */
  byPath: Map<string, FileId>;
  byDraft: Map<string, FileId>;
  /** Paths that a file left: moved away by a decision or by hand, or come to be another one under a new name. */
  vacated: Set<string>;
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
  /** Places in `talk` of the calls that run. */
  running: number[];
  /** What waits for the person's answer, and its place in `talk`. */
  questions: { question: Question; at: number }[];
  /** Questions asked so far: their ids count on. */
  asked: number;
  /**
   * The agent's steps and the time it worked; `since` while it works. `told`: what agents said they cost. `models`: tokens by the model that
   * the person pays for them, without those of agents.
   */
  spent: { steps: number; milliseconds: number; since: number | null; told: number; models: Map<string, Usage> };
  /** Commands that were run in the draft, or were to be. */
  commands: number;
  /** Decisions that came to stand, or ceased to, since the engine was last told of decisions. */
  untold: Set<number>;
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
    byDraft: new Map(),
    vacated: new Set(),
    decisions: new Map(),
    open: new Set(),
    unsaved: [],
    plan: [],
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    messages: [],
    talk: [],
    running: [],
    questions: [],
    asked: 0,
    spent: { steps: 0, milliseconds: 0, since: null, told: 0, models: new Map() },
    commands: 0,
    untold: new Set(),
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
  const waiting = new Set<string>();
  for (const file of state.files.values()) {
    const pending = pendingHunks(file).length;
    counts.pending += pending;
    if (pending > 0) waiting.add(file.path);
  }
  counts.files = waiting.size;
  for (const decision of standing(state)) {
    if (decision.kind === "accept") counts.accepted += hunksDecided(decision);
    else counts.rejected += hunksDecided(decision);
  }
  return counts;
}

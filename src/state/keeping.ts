/**
 * Keeping: a session's state in pieces that JSON can hold, and back, so that a log need not be folded from its first event each time.
 *
 * Pure. A piece is a run of the conversation, of messages or of decisions, a file, or one other field of the state. Maps and sets are packed
 * wherever they stand. The revisions of a file come before it as the texts of their JSON: of a long session's many, few are ever asked for.
 *
 * Always: the state that comes back is equal to the one given away, and folds on as that one would; what was kept by a fold that was written
 * otherwise is not taken.
 */
import type { Fold, Revision } from "../protocol/index.ts";
import { foldLine } from "./fold.ts";
import { emptyState, type DecisionState, type FileState, type Revisions, type SessionState } from "./session-state.ts";

/** A digest of the sources that make up the fold; set by the build. */
declare const FOLD_SOURCES: string | undefined;

/** The fold of a session's log. */
export const sessionFold: Fold<SessionState> = {
  version: `1 ${typeof FOLD_SOURCES === "string" ? FOLD_SOURCES : "sources"}`,
  empty: emptyState,
  take: foldLine,
  pieces: piecesOf,
  restore,
};

type Piece =
  /** Revisions of the next file, as JSON. */
  | string
  | { talk: SessionState["talk"] }
  | { messages: SessionState["messages"] }
  | { file: unknown }
  | { decisions: unknown[] }
  | { field: string; value: unknown };

/** How many stand in one piece: each is written, and read, at one go. */
const inOnePiece = { talk: 200, messages: 500, revisions: 200, decisions: 50 };

function* piecesOf(state: SessionState): Generator<Piece> {
  const { talk, messages, files, decisions, ...rest } = state;
  for (const [field, value] of Object.entries(rest)) yield { field, value: packed(value) };
  for (const part of partsOf(talk, inOnePiece.talk)) yield { talk: part };
  for (const part of partsOf(messages, inOnePiece.messages)) yield { messages: part };
  for (const { revisions, ...file } of files.values()) {
    for (const part of partsOf([...revisions.values()], inOnePiece.revisions)) yield JSON.stringify(part);
    yield { file: packed(file) };
  }
  for (const part of partsOf([...decisions.values()], inOnePiece.decisions)) yield { decisions: part.map(packed) };
}

function restore(): { take(piece: unknown): void; done(): SessionState | null } {
  const state = emptyState();
  const fields = new Set(Object.keys(state));
  for (const name of ["talk", "messages", "files", "decisions"]) fields.delete(name);
  let texts: string[] = [];
  return {
    take(value) {
      const piece = value as Piece;
      if (typeof piece === "string") texts.push(piece);
      else if ("talk" in piece) for (const item of piece.talk) state.talk.push(item);
      else if ("messages" in piece) for (const id of piece.messages) state.messages.push(id);
      else if ("file" in piece) {
        const file = unpacked(piece.file) as FileState;
        file.revisions = revisionsFrom(texts);
        texts = [];
        state.files.set(file.id, file);
      } else if ("decisions" in piece) {
        for (const one of piece.decisions.map(unpacked) as DecisionState[]) state.decisions.set(one.seq, one);
      } else if (fields.delete(piece.field)) Object.assign(state, { [piece.field]: unpacked(piece.value) });
    },
    done: () => (fields.size === 0 ? state : null),
  };
}

/** The revisions in these texts, which are read when one of them is asked for, and those that come after. */
function revisionsFrom(texts: readonly string[]): Revisions {
  const later = new Map<number, Revision>();
  let all: Map<number, Revision> | null = null;
  const read = (): Map<number, Revision> => {
    if (all) return all;
    const kept = texts.flatMap((text) => JSON.parse(text) as Revision[]);
    all = new Map([...kept.map((one) => [one.number, one] as const), ...later]);
    texts = [];
    return all;
  };
  return {
    get: (number) => later.get(number) ?? read().get(number),
    set(number, revision) {
      later.set(number, revision);
      all?.set(number, revision);
    },
    values: () => read().values(),
  };
}

function partsOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

// No field of the state has a name that begins so, and no object of it has keys that come from elsewhere.
const mark = { map: "\0map", set: "\0set" };

function packed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(packed);
  if (value instanceof Map)
    return { [mark.map]: [...(value as Map<unknown, unknown>)].map(([key, one]) => [key, packed(one)]) };
  if (value instanceof Set) return { [mark.set]: [...(value as Set<unknown>)] };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, packed(one)]));
}

function unpacked(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (const [at, one] of value.entries()) if (typeof one === "object") value[at] = unpacked(one);
    return value as unknown;
  }
  const record = value as Record<string, unknown>;
  const map = record[mark.map] as [unknown, unknown][] | undefined;
  if (map) return new Map(map.map(([key, one]) => [key, unpacked(one)]));
  if (record[mark.set]) return new Set(record[mark.set] as unknown[]);
  for (const key of Object.keys(record)) if (typeof record[key] === "object") record[key] = unpacked(record[key]);
  return record;
}

/**
 * The desk: what all parts of a session work on. The log and the state folded from it, the texts, the person's side
 * of each file, and the one queue in which everything that changes the session stands in line.
 *
 * Always: an event is appended, then folded, then shown. What cannot be appended is not done.
 */
import type { Draft, EventBody, FileId, HunkId, Log, SessionEvent, UserFile } from "../protocol/index.ts";
import {
  ended,
  endedWith,
  sideStill,
  userSideSlices,
  type Sides,
  type Text,
  type UserSide,
  type Verdict,
} from "../review/index.ts";
import { fold, type FileState, type SessionState } from "../state/index.ts";
import { readUser } from "./attributes.ts";
import { keptSide, sideFrom, type KeptSide } from "./kept-side.ts";
import { inSlices } from "./slices.ts";
import type { SessionParts } from "./supervised.ts";
import { openTexts, type Texts } from "./texts.ts";

/** A file's texts in its present revision. */
export interface FileTexts {
  sides: Sides;
  draft: Text;
  verdicts: ReadonlyMap<HunkId, Verdict>;
}

/** The person's side of a file at this moment, fit for composing with the file's hunks. */
export interface UserNow extends FileTexts {
  file: UserFile;
  side: UserSide;
  user: Text;
}

export interface Desk {
  readonly parts: SessionParts;
  readonly log: Log;
  readonly texts: Texts;
  readonly state: SessionState;
  draft: Draft | null;
  /** Names that the person gave to files, by their path before: offered, not yet followed. */
  readonly renamed: Map<string, string>;
  /** Appends events, folds them, and tells the listeners. Rejects when the log cannot be written: nothing was done. */
  append(...bodies: EventBody[]): Promise<SessionEvent[]>;
  /** Runs one change of the session after the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  textsOf(file: FileState): Promise<FileTexts>;
  /** Reads the person's file and brings its side up to date. Only in turn. */
  userOf(file: FileState): Promise<UserNow>;
  /** Whether the person's side of the file's present revision was read. */
  userKnown(file: FileState): boolean;
  /** The person's side as last read, without reading their file again, and the texts it is compared with. */
  userSeen(file: FileState): Promise<Pick<UserNow, "sides" | "side"> | null>;
  /**
   * Reads the person's file again, in turn: between a write and its outcome our own lines would pass for theirs. Their
   * side stays as it is where they have not typed.
   */
  readUser(file: FileId): Promise<void>;
  /** How often the person's side of a file was made anew. */
  typed(file: FileId): number;
  nextFileId(): FileId;
  onAppend: (events: readonly SessionEvent[]) => void;
}

/** The desk of a session whose log came to `state`, which is the desk's own from then on. */
export function openDesk(parts: SessionParts, log: Log, state: SessionState): Desk {
  let line: Promise<unknown> = Promise.resolve();
  const texts = openTexts(log.bodies);
  const seen = new Map<FileId, Seen>();
  let fileNumber = 0;

  const desk: Desk = {
    parts,
    log,
    texts,
    get state() {
      return state;
    },
    draft: null,
    renamed: new Map(),
    onAppend: () => {},

    async append(...bodies) {
      if (bodies.length === 0) return [];
      const events = await log.append(bodies);
      for (const event of events) state = fold(state, event);
      desk.onAppend(events);
      return events;
    },

    inTurn(work) {
      const result = line.then(work, work);
      line = result.catch(() => {});
      return result;
    },

    async textsOf(file) {
      const { reviewed, proposed, draft, hunks } = file.revision;
      const verdicts = verdictsOf(file);
      const read = await texts.read([reviewed, proposed, draft]);
      return { sides: { reviewed: read[0]!, proposed: read[1]!, hunks }, draft: read[2]!, verdicts };
    },

    async userOf(file) {
      const user = await readUser(parts.files, file);
      const { number, reviewed, proposed, draft, hunks } = file.revision;
      const verdicts = verdictsOf(file);
      const read = await texts.read([reviewed, proposed, draft, user.bytes]);
      const eol = user.dirty?.eol ?? "";
      const exact: Sides = { reviewed: read[0]!, proposed: read[1]!, hunks };
      const compared = comparedAs(eol, exact);
      const text = eol ? ended(eol, read[3]!) : read[3]!;
      const known = seen.get(file.id);
      const before = known?.revision === number && known.eol === eol ? sideFrom(compared, known.kept) : null;
      const still = before && sideStill(compared, before, acceptedIn(verdicts), text);
      const side = still ?? (await inSlices(userSideSlices(compared, verdicts, text)));
      const made = (known?.made ?? 0) + (still ? 0 : 1);
      if (side !== before) seen.set(file.id, { revision: number, eol, kept: keptSide(side), made });
      return { sides: compared, draft: read[2]!, verdicts, file: user, side, user: text };
    },

    userKnown: (file) => seen.get(file.id)?.revision === file.revision.number,

    async userSeen(file) {
      const known = seen.get(file.id);
      const { number, reviewed, proposed, hunks } = file.revision;
      if (known?.revision !== number) return null;
      const read = await texts.read([reviewed, proposed]);
      const sides = comparedAs(known.eol, { reviewed: read[0]!, proposed: read[1]!, hunks });
      return { sides, side: sideFrom(sides, known.kept) };
    },

    readUser: (id) =>
      desk.inTurn(async () => {
        const file = state.files.get(id);
        if (file) await desk.userOf(file);
      }),

    typed: (id) => seen.get(id)?.made ?? 0,

    nextFileId() {
      fileNumber = Math.max(fileNumber, ...[...state.files.keys()].map((id) => Number(id.slice(1))));
      return `f${++fileNumber}`;
    },
  };
  return desk;
}

/** What is remembered of the person's side of a file: no text that the log has. */
interface Seen {
  revision: number;
  eol: "" | "\n" | "\r\n";
  kept: KeptSide;
  made: number;
}

/** An editor's document has one kind of line end: what is composed into it is compared without terminators. */
function comparedAs(eol: Seen["eol"], exact: Sides): Sides {
  return eol === "" ? exact : endedWith(eol, exact);
}

export function verdictsOf(file: FileState): Map<HunkId, Verdict> {
  return new Map([...file.verdicts].map(([hunk, { verdict }]) => [hunk, verdict]));
}

export function acceptedIn(verdicts: ReadonlyMap<HunkId, Verdict>): Set<HunkId> {
  return new Set([...verdicts].filter(([, verdict]) => verdict === "accepted").map(([hunk]) => hunk));
}

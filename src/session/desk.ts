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
  sameText,
  userSideOf,
  userWith,
  type Sides,
  type Text,
  type UserSide,
  type Verdict,
} from "../review/index.ts";
import { fold, stateOf, type FileState, type SessionState } from "../state/index.ts";
import type { SessionParts } from "./supervised.ts";
import { openTexts, type Coding, type Texts } from "./texts.ts";

/** A file's texts in its present revision. */
export interface FileTexts {
  sides: Sides;
  draft: Text;
  coding: Coding;
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
  /** Appends events, folds them, and tells the listeners. Rejects when the log cannot be written: nothing was done. */
  append(...bodies: EventBody[]): Promise<SessionEvent[]>;
  /** Runs one change of the session after the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  textsOf(file: FileState): Promise<FileTexts>;
  /** Reads the person's file and brings its side up to date. */
  userOf(file: FileState): Promise<UserNow>;
  /** The person's side as last read, without reading again. */
  userSeen(file: FileId): UserSide | null;
  /** Reads the person's file again; their side stays as it is where they have not typed. */
  readUser(file: FileId): Promise<void>;
  nextFileId(): FileId;
  onAppend: (events: readonly SessionEvent[]) => void;
}

export function openDesk(parts: SessionParts, log: Log): Desk {
  let state = stateOf(log.events);
  let line: Promise<unknown> = Promise.resolve();
  const texts = openTexts(log.bodies);
  const sides = new Map<FileId, { revision: number; eol: string; side: UserSide }>();
  let fileNumber = 0;

  const desk: Desk = {
    parts,
    log,
    texts,
    get state() {
      return state;
    },
    draft: null,
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
      const { texts: read, coding } = await texts.read([reviewed, proposed, draft]);
      return {
        sides: { reviewed: read[0]!, proposed: read[1]!, hunks },
        draft: read[2]!,
        coding,
        verdicts: verdictsOf(file),
      };
    },

    async userOf(file) {
      const user = await parts.files.read(file.path);
      const { reviewed, proposed, draft, hunks } = file.revision;
      const { texts: read, coding } = await texts.read([reviewed, proposed, draft, user.bytes]);
      const eol = user.dirty?.eol ?? "";
      const exact: Sides = { reviewed: read[0]!, proposed: read[1]!, hunks };
      // An editor's document has one kind of line end: what is composed into it is compared without terminators.
      const compared = user.dirty ? endedWith(user.dirty.eol, exact) : exact;
      const text = user.dirty ? ended(user.dirty.eol, read[3]!) : read[3]!;
      const verdicts = verdictsOf(file);
      const known = sides.get(file.id);
      let side = known?.side;
      if (
        !side ||
        known?.revision !== file.revision.number ||
        known.eol !== eol ||
        !explains(compared, side, verdicts, text)
      ) {
        side = userSideOf(compared, verdicts, text);
        sides.set(file.id, { revision: file.revision.number, eol, side });
      }
      return { sides: compared, draft: read[2]!, coding, verdicts, file: user, side, user: text };
    },

    userSeen(file) {
      const known = sides.get(file);
      return known && known.revision === state.files.get(file)?.revision.number ? known.side : null;
    },

    async readUser(id) {
      const file = state.files.get(id);
      if (file) await desk.userOf(file);
    },

    nextFileId() {
      fileNumber = Math.max(fileNumber, ...[...state.files.keys()].map((id) => Number(id.slice(1))));
      return `f${++fileNumber}`;
    },
  };
  return desk;
}

export function verdictsOf(file: FileState): Map<HunkId, Verdict> {
  return new Map([...file.verdicts].map(([hunk, { verdict }]) => [hunk, verdict]));
}

export function acceptedIn(verdicts: ReadonlyMap<HunkId, Verdict>): Set<HunkId> {
  return new Set([...verdicts].filter(([, verdict]) => verdict === "accepted").map(([hunk]) => hunk));
}

/** Whether the text is what the side says it should be: then nobody has typed since. */
function explains(sides: Sides, side: UserSide, verdicts: ReadonlyMap<HunkId, Verdict>, user: Text): boolean {
  const expected = userWith(sides, side, acceptedIn(verdicts));
  return expected.kind === "text" && sameText(expected.text, user);
}

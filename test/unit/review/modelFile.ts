/** What a history does to a file in a session, and what it sees of it: asked of the product and of the model alike. */
import type { Body } from "./model.ts";

export interface File {
  /** The person has this text now. */
  type(text: Body): void;
  /** The draft holds this now, and is looked at. */
  look(draft: Body): void;
  boundary(): unknown;
  /** Hunks by their place in what is shown. Answers which were accepted. */
  accept(hunks: readonly number[]): number[];
  reject(hunks: readonly number[]): number[];
  take(hunk: number): number[];
  /** Accepts a hunk with these words in the place of its lines, or with some of its lines alone: places in the hunk. */
  edit(hunk: number, words: string): number[];
  rows(hunk: number, chosen: Chosen): number[];
  /** By the decision's number. */
  undo(decision: number): string;
  redo(decision: number): string;
  /** Nothing but what is logged is known any more. */
  reload(): void;
  view(): View;
  /** Becomes a copy of another. */
  become?(other: File): void;
  copied?(): unknown;
}

/** Places of old and new lines in a hunk. */
export interface Chosen {
  old: readonly number[];
  new: readonly number[];
}

/** Before and after. */
export interface Texts {
  reviewed: [Body, Body];
  proposed: [Body, Body];
  user: [Body, Body];
}

export interface HunkShown {
  from: number;
  before: readonly string[];
  after: readonly string[];
  state: "accepted" | "rejected" | "stale" | "pending";
  /** "The other half is not in". */
  half: boolean;
  /** "Changed since you refused it". */
  changed: boolean;
}

export interface View {
  /** Reviewed, proposed, draft, user. */
  texts: [Body, Body, Body, Body];
  hunks: HunkShown[];
  refusals: string[];
  /** What the person's own text overtook, and how often it was a whole file. */
  lost: { from: number; to: number; before: Body; theirs: Body }[];
  wholes: number;
  decisions: { seq: number; stands: boolean }[];
}

/** What taking back would do; it is done when that is committed. */
export interface Taking {
  answer: string;
  user: Body;
  commit: () => void;
}

/** A file of a folder: what is decided there is decided for several at once. */
export interface ModelFile extends File {
  look(draft: Body, moved?: boolean): void;
  /** `drops`: what is proposed then is not, as there is no file any more, or the name is taken. Answers whether there is a next revision. */
  boundary(how?: { drops: (proposed: Body) => "gone" | "taken" | null; moved: boolean }): boolean;
  accepting(hunks: readonly number[], bulk: boolean): { hunks: number[]; user: Body; commit: () => void };
  takingBack(decision: number, doing: boolean): Taking;
  /** Their numbers, the newest last. */
  decisions(): number[];
  /** `reading`: the person's text is, before. */
  view(reading?: boolean): View;
  /** Nothing of the person's is read for it. */
  seen(): {
    texts: [reviewed: Body, proposed: Body, draft: Body];
    said: number;
    open: boolean;
    waits: boolean;
    lost: number;
  };
}

/**
 * What the main thread asks of the draft's worker, and what it answers.
 *
 * Plain values and bytes only. Bytes go over by transfer, in buffers of their own.
 * Always: one question, one answer; a question that is cancelled is answered too.
 */
import type { ContentId } from "../protocol/index.ts";
import type { Left, Listing } from "./listing.ts";
import type { Found, LinkFound, ModeFound } from "./sides.ts";
import type { FileToWrite, Wrote } from "./writing.ts";

export type Bytes = Uint8Array<ArrayBuffer>;
export type Unsaved = { path: string; bytes: Bytes }[];

/** What one side has otherwise than before. */
export interface Changed {
  found: Found[];
  modes: ModeFound[];
  links: LinkFound[];
}

/** Every question by its name: what is asked, and the answer. */
export interface Questions {
  survey: { ask: { folder: string; listing: Listing; avoid: string | null }; answer: { files: number; bytes: number } };
  /** Begins a draft with what is known to be there, and ends it with the rest: only then it exists. One that fails leaves nothing. */
  begin: {
    ask: { storage: string; id: string; folder: string; listing: Listing; avoid: string | null; unsaved: Unsaved };
    answer: null;
  };
  finish: { ask: { id: string; rest: Extract<Listing, { kind: "git" }> | null }; answer: Loaded };
  /** Begins a spare of a folder that has none; the answer is whether there is more to do, which `prepareMore` does piece by piece. */
  prepare: {
    ask: { storage: string; id: string; folder: string; listing: Listing; avoid: string | null };
    answer: boolean;
  };
  prepareMore: { ask: { storage: string; id: string }; answer: boolean };
  /** Reads the manifest again: both sides are as they were when the copy was made. */
  load: { ask: { storage: string; id: string }; answer: Loaded | null };
  look: { ask: { id: string; named: readonly string[] | null }; answer: Changed & { unshown: Left[] } };
  compare: {
    ask: { id: string; folder: string; listing: Listing; avoid: string | null; unsaved: Unsaved };
    answer: Changed;
  };
  /** The bodies of the last look or comparison are kept: the next one goes on from there. */
  commit: { ask: { id: string; side: "draft" | "user" }; answer: null };
  /** Bytes of the base, by content. Null where the base has no such body. */
  bodies: { ask: { id: string; contents: ContentId[] }; answer: (Bytes | null)[] };
  write: { ask: { id: string; files: FileToWrite[] }; answer: Wrote[] };
  /** Makes the draft's own `.git`, or finds it; the answer is the id of its base commit. */
  repository: {
    ask: {
      storage: string;
      id: string;
      parent: string | null;
      alternates: string | null;
      shallow: string;
      blobs: Bytes;
      shared: readonly string[];
    };
    answer: string;
  };
  unload: { ask: { id: string }; answer: null };
  remove: { ask: { storage: string; id: string }; answer: null };
}

export interface Loaded {
  root: string;
  files: number;
  bytes: number;
  left: Left[];
}

export type Question = keyof Questions;

/** One question on its way. `cancel` holds one number: other than 0 means stop. */
export interface Asked<Name extends Question = Question> {
  number: number;
  name: Name;
  ask: Questions[Name]["ask"];
  cancel: Int32Array<SharedArrayBuffer>;
}

export type Answered =
  | { number: number; kind: "answer"; answer: unknown }
  | { number: number; kind: "progress"; files: number; bytes: number }
  | { number: number; kind: "cancelled" }
  /** The worker has no such draft in memory (it was started anew): load it and ask again. */
  | { number: number; kind: "unknown draft" }
  | { number: number; kind: "failed"; code: string; message: string };

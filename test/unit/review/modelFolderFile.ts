/** What a history does to a folder in a session, and what it sees of it: asked of the product and of the model alike. */
import type { Body } from "./model.ts";
import type { Chosen, HunkShown, View } from "./modelFile.ts";

export type What = "text" | "mode" | "path";

/** Done to the person's files, or to the draft. */
export type Handed =
  | { kind: "write"; path: string; lines: readonly string[] }
  | { kind: "remove"; path: string }
  | { kind: "move"; path: string; to: string }
  | { kind: "mode"; path: string; executable: boolean };

type One = [{ file: number; hunks: [number] }];

/** Files, hunks and decisions by their place in what is shown. */
export type Choice =
  | { kind: "accept"; items: { file: number; hunks: number[] }[] }
  | { kind: "reject"; items: { file: number; hunks: number[] }[] }
  | { kind: "edit"; items: One; words: string }
  | { kind: "rows"; items: One; chosen: Chosen }
  | { kind: "undo"; decision: number }
  | { kind: "redo"; decision: number };

/** One call of the agent: what the person decides during it comes before what it does. */
export type Call = () => Promise<Handed | null>;

export interface Folder {
  /** A boundary, then the calls, each looked at. */
  turn(calls: readonly Call[]): Promise<void>;
  person(does: Handed): Promise<unknown>;
  /** "done" or "refused". */
  decide(choice: Choice): Promise<string>;
  reload(): Promise<unknown>;
  view(): Promise<FolderView>;
}

export interface FolderView {
  /** By path; of each its path, text and mode. */
  files: {
    what: What;
    path: string;
    /** Where the draft has it; a path is nowhere. */
    draftPath: string;
    texts: View["texts"];
    hunks: Omit<HunkShown, "changed">[];
  }[];
  user: [path: string, text: Body][];
  executable: string[];
  draft: [path: string, text: Body][];
  /** Those of which something could be written. */
  decisions: ("stands" | "undone")[];
}

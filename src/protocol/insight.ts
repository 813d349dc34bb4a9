/**
 * Insight: what the person's editor knows of the code in their files, for an engine to ask.
 *
 * Types only. All of it is about the person's files as they stand, unsaved text included, never about a draft. Paths are relative to
 * the person's folder, with "/"; lines and columns count from 0, columns in UTF-16 units.
 * Always: asking changes no file and shows nothing; whoever answers may be slow or never answer, so whoever asks keeps the time.
 */

export interface CodeLocation {
  path: string;
  line: number;
  column: number;
}

/** Where something stands. Of what is not in the folder only the end of its name is told. */
export type CodePlace =
  { kind: "inside"; path: string; line: number } | { kind: "outside"; name: string; line: number };

export interface CodeSymbol {
  name: string;
  /** "function", "class", "enum member", … */
  what: string;
  /** How deep it lies in other symbols of its file; 0 where that is not known. */
  depth: number;
  place: CodePlace;
}

export type Severity = "error" | "warning" | "information" | "hint";

export interface CodeProblem {
  path: string;
  line: number;
  severity: Severity;
  message: string;
  /** Who found it, and its code, as far as they are named: "ts 2304". */
  source: string;
}

export type Known<T> =
  /** `more`: how many there are beyond those given. */
  | { kind: "known"; items: T[]; more: number }
  /** Nothing came, nor any symbol of the file: no extension there knows this language, or not yet. */
  | { kind: "foreign"; language: string }
  /** The editor does not open the file: it is gone, no text, or too large. */
  | { kind: "unreadable" };

export interface Insight {
  /** The text of the person's file. Null: there is none that can be read. */
  text(path: string): Promise<string | null>;
  definition(at: CodeLocation): Promise<Known<CodePlace>>;
  references(at: CodeLocation): Promise<Known<CodePlace>>;
  /** What a file defines, in its order. */
  symbols(path: string): Promise<Known<CodeSymbol>>;
  /** What the whole folder defines by a name like this. */
  named(name: string): Promise<Known<CodeSymbol>>;
  /** What was found wrong; null: in all files. `open`: whether an editor shows the file, without which many extensions say nothing of it. */
  problems(path: string | null, signal: AbortSignal): Promise<{ items: CodeProblem[]; more: number; open: boolean }>;
}

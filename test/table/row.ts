/**
 * A row of the tables of faults and attacks: what can happen, and the tests that it is held against.
 *
 * A test is named by its file, below `test/`, and the title or a part of it that stands in the file's text. What cannot
 * happen names why, and a guard that fails on the day it can.
 */

export interface TestName {
  file: string;
  title: string;
}

export type Row = { id: string; name: string } & (
  | { tests: readonly TestName[] }
  /** `guard` is asked by the table's test; it gives the sentence that says what appeared, or null while nothing has. */
  | { unreachable: string; guard: () => string | null }
);

/** The tests of one file. */
export function tests(file: string, ...titles: string[]): TestName[] {
  return titles.map((title) => ({ file, title }));
}

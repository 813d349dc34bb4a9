/** A proposal over many files of 600 lines, three of them changed in each. */
export function largeProposal(files: number): { paths: string[]; textOf: (file: number, changed: boolean) => string } {
  return {
    paths: Array.from({ length: files }, (_, at) => `src/${at}.txt`),
    textOf: (at, changed) =>
      Array.from(
        { length: 600 },
        (_, row) => `row ${row} of ${at}, ${changed && row % 200 === 99 ? "new" : "old"} as it is\n`,
      ).join(""),
  };
}

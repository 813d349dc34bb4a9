/**
 * The pairs of texts that the bench of the review room runs on: real ones from published packages, and made ones.
 *
 * Always: the same texts for the same seed; a real pair is two versions of one published file, as they are.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Pair {
  name: string;
  /** "made" pairs are cases of a kind, "hard" ones are made to be hard. */
  kind: "real" | "made" | "hard";
  before: string;
  after: string;
}

/** The package versions that the real pairs come from. */
export const specs = [
  "lodash@4.17.15",
  "lodash@4.17.21",
  "react-dom@18.2.0",
  "react-dom@18.3.1",
  "typescript@4.9.5",
  "typescript@5.0.4",
  "typescript@5.8.3",
  "typescript@5.9.3",
] as const;

type Spec = (typeof specs)[number];

const real: readonly [string, Spec, string, Spec, string?][] = [
  ["array.js of lodash (small)", "lodash@4.17.15", "_baseClone.js", "lodash@4.17.21"],
  ["template.js of lodash (small)", "lodash@4.17.15", "template.js", "lodash@4.17.21"],
  ["lodash.js 4.17.15 to 4.17.21", "lodash@4.17.15", "lodash.js", "lodash@4.17.21"],
  ["react-dom 18.2 to 18.3", "react-dom@18.2.0", "cjs/react-dom.development.js", "react-dom@18.3.1"],
  ["react-dom server 18.2 to 18.3", "react-dom@18.2.0", "cjs/react-dom-server.node.development.js", "react-dom@18.3.1"],
  ["lib.es5.d.ts 4.9 to 5.9", "typescript@4.9.5", "lib/lib.es5.d.ts", "typescript@5.9.3"],
  ["typescript.d.ts 5.8 to 5.9", "typescript@5.8.3", "lib/typescript.d.ts", "typescript@5.9.3"],
  ["lib.dom.d.ts 5.0 to 5.8", "typescript@5.0.4", "lib/lib.dom.d.ts", "typescript@5.8.3"],
  ["lib.dom.d.ts 5.8 to 5.9", "typescript@5.8.3", "lib/lib.dom.d.ts", "typescript@5.9.3"],
  ["_tsc.js 5.8 to 5.9", "typescript@5.8.3", "lib/_tsc.js", "typescript@5.9.3"],
  ["typescript.js 5.0 to 5.8", "typescript@5.0.4", "lib/typescript.js", "typescript@5.8.3"],
  ["typescript.js 4.9 to 5.0 (reindented)", "typescript@4.9.5", "lib/typescript.js", "typescript@5.0.4"],
];

export function realPairs(folderOf: (spec: string) => string): Pair[] {
  return real.map(([name, from, path, to, newPath]) => ({
    name,
    kind: "real",
    before: readFileSync(join(folderOf(from), path), "utf8"),
    after: readFileSync(join(folderOf(to), newPath ?? path), "utf8"),
  }));
}

/** Made pairs on the lines of a real file: `source` has 10,000 lines or more. */
export function madePairs(source: string, seed: number): Pair[] {
  const random = seeded(seed);
  const lines = source.split("\n").slice(0, 10_000);
  const joined = (all: readonly string[]) => all.join("\n") + "\n";
  const before = joined(lines);
  const edited = (from: readonly string[], edits: number): string => {
    const result = [...from];
    for (let edit = 0; edit < edits; edit++) {
      const at = Math.floor(random() * result.length);
      const kind = random();
      if (kind < 0.3) result.splice(at, 1 + Math.floor(random() * 3));
      else if (kind < 0.6) result.splice(at, 0, `added ${edit}`, "", `  return ${edit};`);
      else result[at] = `${result[at]} // changed ${edit}`;
    }
    return joined(result);
  };
  const shuffled = (from: readonly string[]): string[] => {
    const result = [...from];
    for (let at = result.length - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1));
      [result[at], result[other]] = [result[other]!, result[at]!];
    }
    return result;
  };
  const three = () => Array.from({ length: 10_000 }, () => ["a", "b", "c"][Math.floor(random() * 3)]!);
  const numbers = Array.from({ length: 6_000 }, (_, index) => `line ${index}`);
  return [
    {
      name: "1,000 lines, 50 edits",
      kind: "made",
      before: joined(lines.slice(0, 1_000)),
      after: edited(lines.slice(0, 1_000), 50),
    },
    { name: "10,000 lines, 5 edits", kind: "made", before, after: edited(lines, 5) },
    { name: "10,000 lines, 500 edits", kind: "made", before, after: edited(lines, 500) },
    { name: "10,000 lines reversed", kind: "hard", before, after: joined([...lines].reverse()) },
    {
      name: "10,000 lines reindented",
      kind: "hard",
      before,
      after: joined(lines.map((line) => (line === "" ? line : `    ${line}`))),
    },
    {
      name: "10,000 lines, all changed",
      kind: "hard",
      before,
      after: joined(lines.map((line, index) => `${line} ${index}`)),
    },
    { name: "10,000 lines out of 3 distinct", kind: "hard", before: joined(three()), after: joined(three()) },
    { name: "6,000 distinct lines shuffled", kind: "hard", before: joined(numbers), after: joined(shuffled(numbers)) },
    { name: "10,000 lines shuffled", kind: "hard", before, after: joined(shuffled(lines)) },
    { name: "1 MB on one line, 20 edits", kind: "hard", ...longLine() },
  ];

  function longLine(): { before: string; after: string } {
    const words = Array.from({ length: 150_000 }, () => Math.floor(random() * 1e6).toString(36));
    const after = [...words];
    for (let edit = 0; edit < 20; edit++) after[Math.floor(random() * after.length)] = `edit${edit}`;
    return { before: words.join(" "), after: after.join(" ") };
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

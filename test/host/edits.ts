/**
 * Edits that a scripted model makes to real files: seeded, so that a failure can be had again.
 *
 * Pure: texts in, values out. Each edit is what the edit tool is given: an old text that stands in the file exactly once when
 * its turn comes, and a new one. Edits lie far apart, so that each is a hunk of its own.
 */

export interface Edit {
  path: string;
  old: string;
  now: string;
}

/** A number from 0 up to 1; the same seed gives the same row of them. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** So many edits of one file, from its top down, and the text they lead to. The file's lines end in LF. */
export function editsOf(
  path: string,
  text: string,
  count: number,
  random: () => number,
): { edits: Edit[]; after: string } {
  const lines = text.split(/(?<=\n)/);
  const part = Math.floor(lines.length / count);
  if (part < 24) throw new Error(`${path} has too few lines for ${count} edits that lie apart`);
  const edits: Edit[] = [];
  let after = text;
  for (let index = 0; index < count; index += 1) {
    const made = tried(lines, index * part, part, random, (old) => after.split(old).length === 2);
    edits.push({ path, ...made });
    after = after.replace(made.old, () => made.now);
  }
  return { edits, after };
}

/** An edit of one part of the file; tried again until its place in the text is beyond doubt. */
function tried(
  lines: readonly string[],
  from: number,
  length: number,
  random: () => number,
  once: (old: string) => boolean,
): { old: string; now: string } {
  for (;;) {
    const at = from + 8 + Math.floor(random() * (length - 20));
    const change = changes[Math.floor(random() * changes.length)]!;
    const count = 1 + Math.floor(random() * 4);
    const removed = lines.slice(at, at + count);
    const added = change(removed, Math.floor(random() * 1e9));
    if (added === null || !apart(lines, at, removed, added)) continue;
    for (let around = 1; around <= 6; around += 1) {
      const [before, behind] = [lines.slice(at - around, at), lines.slice(at + count, at + count + around)];
      const old = [...before, ...removed, ...behind].join("");
      if (once(old)) return { old, now: [...before, ...added, ...behind].join("") };
    }
  }
}

/** What becomes of some lines; `mark` makes new lines unlike any other. */
const changes: ((lines: readonly string[], mark: number) => string[] | null)[] = [
  (lines, mark) =>
    lines.every((line) => line.trim() !== "")
      ? lines.map((line, index) => line.replace(/\n$/, ` // ${mark}-${index}\n`))
      : null,
  (lines, mark) => [`\t// Checked: ${mark}.\n`, ...lines.slice(1).map((_, index) => `\tcheck( ${mark}, ${index} );\n`)],
  (lines) => (lines.some((line) => line.trim() !== "") ? [] : null),
  (lines, mark) => [
    ...lines,
    `\n`,
    `\t// Added ${mark}: a value between two others.\n`,
    `\tvar v${mark} = ${mark % 97};\n`,
  ],
];

/** Whether the changed lines are unlike the lines around them, so that nobody can cut this into two hunks. */
function apart(lines: readonly string[], at: number, removed: readonly string[], added: readonly string[]): boolean {
  const around = [...lines.slice(at - 4, at), ...lines.slice(at + removed.length, at + removed.length + 4)];
  const kept = added.length > removed.length && removed.every((line, index) => added[index] === line);
  const gone = kept ? [] : removed;
  const fresh = kept ? added.slice(removed.length).filter((line) => line !== "\n") : added;
  return (
    gone.every((line) => !around.includes(line)) &&
    fresh.every((line) => !around.includes(line) && !removed.includes(line))
  );
}

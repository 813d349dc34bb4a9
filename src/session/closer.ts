/**
 * Closer: what is worked out of hunks only once they are in sight: the words that changed, which lines are taken together, and
 * where lines came from or went to.
 *
 * It is asked for hunk by hunk, gathered by file, and made in short goes, so that nobody waits for it and what is never looked
 * at costs nothing.
 *
 * Always: what goes along with a line is what accepting that line takes; an answer names the revision that it is about.
 */
import type {
  CloserView,
  DecisionItem,
  FileId,
  HostMessage,
  HunkId,
  HunkPlace,
  MovedView,
  PairView,
} from "../protocol/index.ts";
import { bareLine, closed, movedBlocks, rowsOf, terminatorOf, wordsOf, type Lines, type Row } from "../review/index.ts";
import type { Desk } from "./desk.ts";
import { readable } from "./texts.ts";

/** Lines of a hunk, old and new ones, that pairs are told of: more of them would be a message of their own. */
const mostLines = 2_000;
/** Pairs whose words are looked at: as many as are drawn at once. */
const mostWords = 400;
/** Changed lines of a file in which moved blocks are looked for. */
const mostChanged = 50_000;
/** Milliseconds in one go. */
const spell = 8;

export interface Closer {
  want(item: DecisionItem): void;
  close(): void;
}

export function openCloser(desk: Desk, send: (message: HostMessage) => void): Closer {
  const wanted = new Map<FileId, Set<HunkId>>();
  let working = false;
  let ended = false;

  const one = async (id: FileId, hunks: ReadonlySet<HunkId>) => {
    const file = desk.state.files.get(id);
    if (!file || file.attribute !== null) return;
    const revision = file.revision.number;
    const views: CloserView[] = [];
    for await (const view of closerViews(desk, file.revision, hunks)) views.push(view);
    if (!ended && views.length > 0) send({ kind: "closer", file: id, revision, hunks: views });
  };

  const work = async () => {
    for (const [id, hunks] of wanted) {
      wanted.delete(id);
      // What cannot be read is not shown closer: the hunk itself says so.
      await one(id, hunks).catch(() => {});
    }
    working = false;
  };

  return {
    want({ file, hunks }) {
      if (ended) return;
      const known = wanted.get(file) ?? new Set();
      for (const hunk of hunks) known.add(hunk);
      wanted.set(file, known);
      if (working) return;
      working = true;
      // What comes into sight together is asked for in a row.
      setImmediate(() => void work());
    },
    close() {
      ended = true;
    },
  };
}

type Texts = { hunks: readonly HunkPlace[]; reviewed: string | null; proposed: string | null };

async function* closerViews(desk: Desk, revision: Texts, wanted: ReadonlySet<HunkId>): AsyncGenerator<CloserView> {
  const [reviewed, proposed] = await desk.texts.read([revision.reviewed, revision.proposed]);
  if (reviewed!.kind !== "lines" || proposed!.kind !== "lines") return;
  const [before, after] = [reviewed!.lines, proposed!.lines];
  const hunks = revision.hunks.filter((hunk) => !hunk.whole);
  const moved = movedIn(hunks, before, after);
  let since = performance.now();
  for (const place of hunks) {
    if (!wanted.has(place.id)) continue;
    yield { hunk: place.id, pairs: pairsOf(place, before, after), moved: moved.get(place.id) ?? [] };
    if (performance.now() - since < spell) continue;
    await new Promise((done) => setImmediate(done));
    since = performance.now();
  }
}

/** The hunk's lines as they are taken, each with its words where it became another. */
export function pairsOf(place: HunkPlace, before: Lines, after: Lines): PairView[] {
  const old = before.slice(place.from, place.to);
  const now = after.slice(place.newFrom, place.newTo);
  if (old.length + now.length > mostLines) return [];
  const rows = rowsOf(old, now);
  const along = alongOf(rows, old, now);
  return rows.map((row, index): PairView => {
    const others = along.get(index);
    return {
      ...(row.old === null ? {} : { old: place.from + row.old + 1 }),
      ...(row.new === null ? {} : { new: place.newFrom + row.new + 1 }),
      ...(index < mostWords ? wordsIn(row, old, now) : {}),
      ...(others ? { along: others } : {}),
    };
  });
}

function wordsIn(row: Row, old: Lines, now: Lines): Pick<PairView, "oldWords" | "newWords"> {
  if (row.old === null || row.new === null) return {};
  const [from, to] = [readable(bareLine(old[row.old]!)), readable(bareLine(now[row.new]!))];
  const words = wordsOf(from, to);
  // A line of which everything changed says so by its colour.
  const all = (parts: [number, number][], text: string) =>
    parts.length === 1 && parts[0]![1] - parts[0]![0] === text.length;
  return {
    ...(words.old.length === 0 || all(words.old, from) ? {} : { oldWords: words.old }),
    ...(words.new.length === 0 || all(words.new, to) ? {} : { newWords: words.new }),
  };
}

/** The rows that have others taken with them. Only the end of a text without a last line end ties rows together. */
function alongOf(rows: readonly Row[], old: Lines, now: Lines): Map<number, number[]> {
  const open = (lines: Lines, at: number | null) => at !== null && terminatorOf(lines[at]!) === "";
  const oldAt = rows.findIndex((row) => open(old, row.old));
  const newAt = rows.findIndex((row) => open(now, row.new));
  const along = new Map<number, number[]>();
  rows.forEach((_, index) => {
    if (index !== newAt && (oldAt < 0 || index < oldAt)) return;
    const others = [...closed(rows, [index], old, now)].filter((one) => one !== index);
    if (others.length > 0)
      along.set(
        index,
        others.sort((a, b) => a - b),
      );
  });
  return along;
}

/** Which hunks take out lines that another puts in, both ways; lines that move within one hunk are in sight there. */
export function movedIn(hunks: readonly HunkPlace[], before: Lines, after: Lines): Map<HunkId, MovedView[]> {
  const found = new Map<HunkId, MovedView[]>();
  if (hunks.reduce((sum, hunk) => sum + hunk.to - hunk.from + hunk.newTo - hunk.newFrom, 0) > mostChanged) return found;
  const add = (hunk: HunkId, view: MovedView) => found.set(hunk, [...(found.get(hunk) ?? []), view]);
  for (const { from, to, newFrom } of movedBlocks(hunks, before, after)) {
    const source = hunks.find((hunk) => hunk.from <= from && from < hunk.to);
    const goal = hunks.find((hunk) => hunk.newFrom <= newFrom && newFrom < hunk.newTo);
    if (!source || !goal || source === goal) continue;
    add(source.id, { way: "to", line: newFrom + 1, lines: to - from, hunk: goal.id });
    add(goal.id, { way: "from", line: from + 1, lines: to - from, hunk: source.id });
  }
  return found;
}

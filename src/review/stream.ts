/**
 * Streaming: the hunks of a text that is still arriving, line by line, against a text that is known.
 *
 * Pure but for what it remembers. What has arrived is followed along the old text. Where it leaves it, everything
 * from there on is *tentative* until the new lines have followed the old text again for at least as many lines as they
 * skipped of it: a block that comes early because it was moved up must not make all that it was moved across look
 * deleted. Then the part is compared exactly and its hunks are *settled*, but for those that could stand elsewhere as
 * well: where lines are alike, what is still to come decides which of them are kept.
 *
 * Always: the hunks turn the old text into what has arrived, followed by the old lines from `resume` on; a settled
 * hunk is never taken back before the end; the end gives what `diffLines` gives, but for the hunks that are pinned.
 */
import type { Change } from "./diff.ts";
import { openKnown } from "./streamLines.ts";
import { openFollowed, plain, type Run } from "./streamRuns.ts";

/** A text that is arriving, and the hunks that it makes of the text before. */
export interface Stream {
  /** Takes the next piece of the text, cut anywhere. A line counts once its end is there. */
  push(piece: string): void;
  /** Settled hunks so far, in order. The list only ever grows. */
  settled(): readonly Change[];
  /**
   * The hunks that are shown besides, in order, until the next piece comes: those behind the settled ones, and between
   * them those that lines like theirs leave open until the end.
   */
  tentative(): readonly Change[];
  /** The old line that goes on behind the last line that has arrived. */
  resume(): number;
  /** The exact hunks of the whole. `pinned` are hunks already decided on: they stay as they are. */
  end(pinned?: readonly Change[]): Change[];
}

function lengthOf(chain: readonly Run[]): number {
  return chain.reduce((sum, run) => sum + run.length, 0);
}

/** Equal lines that are needed beyond the skipped ones, where each stands in one place. */
const margin = 3;
/** Skipped old lines up to which a tentative part is shown as replaced; further jumps are shown as put in only. */
const near = 40;

/** `before` is the text that the arriving one is held against. */
export function openStream(before: string): Stream {
  const known = openKnown(before);
  const followed = openFollowed(known);
  const settled: Change[] = [];
  /** First of them, the hunks in front of the frontier that only the end decides. */
  const tentative: Change[] = [];
  let open = 0;
  /** The line that has begun, and whether a line feed may still belong to one that ended in a carriage return. */
  let held = "";
  let mayGoOn = false;

  const settle = (): void => {
    for (let chain = followed.chain(); chain.length > 0; chain = followed.chain()) {
      // Up to the first run that stands by itself: the weaker ones before it are decided by the exact diff.
      let first: Run | null = null;
      let weight = 0;
      for (const run of chain) {
        if (first === null && run.weight >= margin * plain) first = run;
        weight += run.weight;
      }
      if (first === null || weight < (first.old - followed.old + margin) * plain) return;
      const changes = followed.window(followed.old, first.old + first.length, followed.new, first.new + first.length);
      // A change that could still slide down with the next line is not settled.
      if (changes.length > 0 && changes[changes.length - 1]!.to === first.old + first.length) return;
      tentative.length = open;
      for (const change of changes) (followed.isSure(change, changes) ? settled : tentative).push(change);
      open = tentative.length;
      followed.advance(first);
    }
  };

  /** The runs that are shown as kept, of those that are not settled yet. */
  const shown = (): Run[] => {
    const chain = followed.chain();
    let old = followed.old;
    let length = lengthOf(chain);
    const runs: Run[] = [];
    for (const run of chain) {
      if (run.old - old > Math.max(near, length)) break;
      runs.push(run);
      old = run.old + run.length;
      length -= run.length;
    }
    return runs;
  };

  return {
    push(piece) {
      if (!mayGoOn && !piece.includes("\n") && !piece.includes("\r")) {
        held += piece;
        return;
      }
      const text = held + piece;
      const next = followed.next();
      const lines = next < 0 ? -1 : known.goesOn(next, text);
      let length = 0;
      if (lines >= 0) {
        length = known.lengthOf(next, lines);
        followed.goOn(lines);
      } else {
        length = wholeLines(text);
        known.take(text.slice(0, length), followed);
      }
      held = length === text.length ? "" : text.slice(length);
      mayGoOn = held.endsWith("\r");
      settle();
    },
    settled: () => settled,
    tentative() {
      tentative.length = open;
      let [from, newFrom] = [followed.old, followed.new];
      if (followed.count() === newFrom) return tentative;
      for (const run of shown()) {
        if (run.old > from || run.new > newFrom) tentative.push({ from, to: run.old, newFrom, newTo: run.new });
        from = run.old + run.length;
        newFrom = run.new + run.length;
      }
      if (followed.count() > newFrom) tentative.push({ from, to: from, newFrom, newTo: followed.count() });
      return tentative;
    },
    resume() {
      const last = shown().at(-1);
      return last === undefined ? followed.old : last.old + last.length;
    },
    end(pinned = []) {
      known.take(held, followed);
      held = "";
      const changes: Change[] = [];
      let [from, newFrom] = [0, 0];
      for (const pin of pinned) {
        changes.push(...followed.window(from, pin.from, newFrom, pin.newFrom), pin);
        [from, newFrom] = [pin.to, pin.newTo];
      }
      changes.push(...followed.window(from, known.old.length, newFrom, followed.count()));
      return changes;
    },
  };
}

/** How many characters of the text are in lines that have their whole end. */
function wholeLines(text: string): number {
  for (let at = text.length - 1; at >= 0; at--) {
    const code = text.charCodeAt(at);
    // A line feed may still come behind a carriage return at the very end.
    if (code === 10 || (code === 13 && at < text.length - 1)) return at + 1;
  }
  return 0;
}

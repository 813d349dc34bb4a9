/**
 * Streaming: the hunks of a text that is still arriving, line by line, against a text that is known.
 *
 * Pure but for what it remembers. What has arrived is followed along the old text. Where it leaves it, everything
 * from there on is *tentative* until the new lines have followed the old text again for at least as many lines as they
 * skipped of it: a block that comes early because it was moved up must not make all that it was moved across look
 * deleted. Then the part is compared exactly and its hunks are *settled*.
 *
 * Always: the hunks turn the old text into what has arrived, followed by the old lines from `resume` on; a settled
 * hunk is never taken back before the end; the end gives what `diffLines` gives, but for the hunks that are pinned.
 */
import { changesOf, type Change } from "./diff.ts";
import { openFollowed, type Run } from "./streamRuns.ts";
import { linesOf, type Lines } from "./text.ts";

export interface Stream {
  /** Takes the next piece of the text, cut anywhere. A line counts once its end is there. */
  push(piece: string): void;
  /** Settled hunks so far, in order. The list only ever grows. */
  settled(): readonly Change[];
  /** What is shown behind the settled hunks, as of now. */
  tentative(): Change[];
  /** The old line that goes on behind the last line that has arrived. */
  resume(): number;
  /** The exact hunks of the whole. `pinned` are hunks already decided on: they stay as they are. */
  end(pinned?: readonly Change[]): Change[];
}

function lengthOf(chain: readonly Run[]): number {
  return chain.reduce((sum, run) => sum + run.length, 0);
}

/** Equal lines that are needed beyond the skipped ones. */
const margin = 3;
/** Skipped old lines up to which a tentative part is shown as replaced; further jumps are shown as put in only. */
const near = 40;

export function openStream(before: Lines): Stream {
  const followed = openFollowed(before);
  const settled: Change[] = [];
  let held = "";

  const settle = (): void => {
    let chain = followed.chain();
    while (chain.length > 0) {
      // Up to the first run that stands by itself: the weaker ones before it are decided by the exact diff.
      const first = chain.find((run) => run.weight >= margin);
      if (first === undefined) return;
      const weight = chain.reduce((sum, run) => sum + run.weight, 0);
      if (weight < first.old - followed.old + margin) return;
      const changes = windowOf(followed.old, first.old + first.length, followed.new, first.new + first.length);
      // A change that could still slide down with the next line is not settled.
      if (changes.length > 0 && changes.at(-1)!.to === first.old + first.length) return;
      settled.push(...changes);
      followed.advance(first);
      chain = followed.chain();
    }
  };

  const windowOf = (from: number, to: number, newFrom: number, newTo: number): Change[] =>
    changesOf(followed.part(from, to, newFrom, newTo)).map((change) => ({
      from: change.from + from,
      to: change.to + from,
      newFrom: change.newFrom + newFrom,
      newTo: change.newTo + newFrom,
    }));

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
      const text = held + piece;
      let from = 0;
      if (text.includes("\r")) {
        const lines = linesOf(text);
        // A line feed may still come behind a carriage return at the very end.
        if (!lines.at(-1)!.endsWith("\n")) lines.pop();
        for (const line of lines) {
          followed.take(line);
          from += line.length;
        }
      } else {
        for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
          followed.take(text.slice(from, end + 1));
          from = end + 1;
        }
      }
      held = text.slice(from);
      settle();
    },
    settled: () => settled,
    tentative() {
      const changes: Change[] = [];
      let [from, newFrom] = [followed.old, followed.new];
      for (const run of shown()) {
        if (run.old > from || run.new > newFrom) changes.push({ from, to: run.old, newFrom, newTo: run.new });
        from = run.old + run.length;
        newFrom = run.new + run.length;
      }
      if (followed.count() > newFrom) changes.push({ from, to: from, newFrom, newTo: followed.count() });
      return changes;
    },
    resume() {
      const last = shown().at(-1);
      return last === undefined ? followed.old : last.old + last.length;
    },
    end(pinned = []) {
      if (held !== "") followed.take(held);
      held = "";
      const changes: Change[] = [];
      let [from, newFrom] = [0, 0];
      for (const pin of pinned) {
        changes.push(...windowOf(from, pin.from, newFrom, pin.newFrom), pin);
        [from, newFrom] = [pin.to, pin.newTo];
      }
      changes.push(...windowOf(from, before.length, newFrom, followed.count()));
      return changes;
    },
  };
}

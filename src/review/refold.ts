/**
 * Refold: a file's texts since the last boundary, folded again without some of the decisions.
 *
 * Pure. This is how a decision is undone across a look: the agent's later changes are merged as if the decision had
 * never been made. A later decision whose hunk is then not there blocks it, by name.
 *
 * Always: folding again with every decision gives what there was.
 */
import { reviewedNow, proposedNow, type Sides, type Verdict } from "./decide.ts";
import { placesSlices, editOf } from "./hunks.ts";
import { lookSlices, refusedSlices, type Looked, type RefusalName } from "./look.ts";
import { whole, type Slices } from "./slices.ts";
import { sameLines, type Lines, type Text } from "./text.ts";
import type { Refusal } from "../protocol/index.ts";

/** A decided hunk by what it changes: its lines before and after, and about where. */
export interface Described {
  from: number;
  before: Lines;
  after: Lines;
  whole: boolean;
  name: RefusalName;
}

export type Step =
  { kind: "look"; draft: Text } | { kind: "decision"; decision: number; verdict: Verdict; hunks: readonly Described[] };

export type Refolded = { kind: "folded"; result: Looked } | { kind: "blocked"; by: number };

/** A file's texts and what stood refused in it when the folding begins. */
export interface Start {
  reviewed: Text;
  proposed: Text;
  draft: Text;
  refusals: readonly Refusal[];
}

export function refold(start: Start, steps: readonly Step[], without: ReadonlySet<number>): Refolded {
  return whole(refoldSlices(start, steps, without));
}

/** The same, piece by piece. */
export function* refoldSlices(start: Start, steps: readonly Step[], without: ReadonlySet<number>): Slices<Refolded> {
  let texts: Looked = { ...start, refusals: [...start.refusals] };
  let sides = yield* sidesOf(texts);
  let verdicts = new Map<string, Verdict>();
  let names = new Map<string, RefusalName>();
  const now = () => ({
    sides,
    verdicts,
    draft: texts.draft,
    refusals: texts.refusals,
    refusedAs: (hunk: string) => names.get(hunk)!,
  });
  for (const step of steps) {
    if (step.kind === "look") {
      texts = yield* lookSlices(now(), step.draft);
      sides = yield* sidesOf(texts);
      verdicts = new Map();
      names = new Map();
      continue;
    }
    if (without.has(step.decision)) continue;
    for (const hunk of step.hunks) {
      const found = find(sides, verdicts, hunk);
      if (found === null) return { kind: "blocked", by: step.decision };
      verdicts.set(found, step.verdict);
      names.set(found, hunk.name);
    }
  }
  const refusals = yield* refusedSlices(now());
  const reviewed = reviewedNow(sides, verdicts);
  return { kind: "folded", result: { reviewed, proposed: proposedNow(sides, verdicts), draft: texts.draft, refusals } };
}

function* sidesOf(texts: { reviewed: Text; proposed: Text }): Slices<Sides> {
  const hunks = (yield* placesSlices(texts.reviewed, texts.proposed)).map((place, index) => ({
    id: `${index}`,
    ...place,
  }));
  return { ...texts, hunks };
}

/** The undecided hunk that changes the same lines to the same lines, nearest to where it was. */
function find(sides: Sides, verdicts: ReadonlyMap<string, Verdict>, wanted: Described): string | null {
  let best: { id: string; distance: number } | null = null;
  for (const hunk of sides.hunks) {
    if (verdicts.has(hunk.id) || Boolean(hunk.whole) !== wanted.whole) continue;
    const before = sides.reviewed.kind === "lines" ? sides.reviewed.lines.slice(hunk.from, hunk.to) : [];
    if (!sameLines(before, wanted.before) || !sameLines(editOf(hunk, sides.proposed).lines, wanted.after)) continue;
    const distance = Math.abs(hunk.from - wanted.from);
    if (best === null || distance < best.distance) best = { id: hunk.id, distance };
  }
  return best?.id ?? null;
}

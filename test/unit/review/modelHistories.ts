/**
 * Histories of an agent and a person on one file, played on the review room and on the model at once.
 *
 * fast-check draws the commands and makes a failing history small. After every command all that is shown must be the same; no typed
 * line may be lost but by an accepted hunk that showed it removed, or with the decision that brought it; and within a revision the order
 * of decisions may not matter.
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { diffLines, rowsOf } from "../../../src/review/index.ts";
import type { Body, Diff } from "./model.ts";
import { modelOf } from "./modelDecisions.ts";
import type { File, View } from "./modelFile.ts";
import { productOf } from "./modelProduct.ts";

const diff: Diff = (from, to) =>
  diffLines(from, to).map((one) => ({ from: one.from, to: one.to, lines: to.slice(one.newFrom, one.newTo) }));

/** What there is at the start, and how many lines are like others. */
interface Beginning {
  equal: number;
  start: readonly number[] | null;
}

interface Play {
  product: File;
  model: File;
  seen: View;
  /** Lines are numbered, so that each can be found again. */
  fresh: number;
  equal: number;
  /** What each decision brought and took of typed lines, by its number. */
  moves: Map<number, { come: Set<string>; gone: Set<string> }>;
  done: Map<string, number>;
}

const ends = ["\n", "\n", "\n", "\n", "\r\n"];

function lineFrom(play: Pick<Play, "fresh" | "equal">, pick: number, who: string): string {
  if (pick % 100 < play.equal) return ["}\n", "\n", "  return;\n"][pick % 3]!;
  return `${who} ${++play.fresh}${ends[pick % ends.length]}`;
}

// ── Edits ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Edit {
  at: number;
  take: number;
  put: readonly number[];
  /** Where what is taken out goes instead of being gone; 0 where it goes nowhere. */
  move: number;
}
interface Writing {
  edits: readonly Edit[];
  /** 0 the end's line break goes or comes; 1 the file goes, 2 is no text, 3 is emptied, 4 is written anew; 5 to 7 its form changes. */
  odd: number;
}

function written(play: Play, body: Body, { edits, odd }: Writing, who: string): Body {
  if (odd === 1) return null;
  if (odd === 2) return `bytes ${++play.fresh}`;
  if (odd === 3) return [];
  if (odd >= 5 && odd <= 7 && Array.isArray(body) && body.length > 0) return inForm(body as string[], odd);
  let lines = Array.isArray(body) && odd !== 4 ? [...(body as string[])] : [];
  for (const { at, take, put, move } of edits) {
    const place = at % (lines.length + 1);
    const taken = lines.splice(place, take, ...put.map((pick) => lineFrom(play, pick, who)));
    if (move > 0) lines.splice(move % (lines.length + 1), 0, ...taken);
  }
  lines = lines.map((line, index) => (/[\r\n]$/.test(line) || index === lines.length - 1 ? line : `${line}\n`));
  if (odd === 0 && lines.length > 0) {
    const last = lines.at(-1)!;
    const bare = last.replace(/\r?\n$/, "");
    if (bare !== "") lines[lines.length - 1] = bare === last ? `${last}\n` : bare;
  }
  return lines;
}

/** The same in other words' clothes: all line ends alike, or with or without a byte order mark. */
function inForm(lines: readonly string[], odd: number): string[] {
  const [first = "", ...others] = lines;
  if (odd === 7) return [first.startsWith(bom) ? first.slice(bom.length) : bom + first, ...others];
  return lines.map((line) => line.replace(/\r?\n$/, odd === 5 ? "\n" : "\r\n"));
}

const bom = "\xef\xbb\xbf";
const pick = fc.nat(999);
const writing: fc.Arbitrary<Writing> = fc.record({
  edits: fc.array(
    fc.record({
      at: fc.nat(20),
      take: fc.nat(3),
      put: fc.array(pick, { maxLength: 3, size: "max" }),
      move: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(20) }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  odd: fc.nat(66).map((odd) => (odd > 59 ? odd - 59 : odd < 8 ? 0 : 9)),
});

// ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Doing = (play: Play) => void;
interface Command extends fc.Command<Play, Play> {
  name: string;
}

function command(name: string, of: unknown, run: Doing): Command {
  return {
    name,
    check: () => true,
    run: (play) => {
      count(play, name);
      run(play);
      look(play);
    },
    toString: () => `${name}(${JSON.stringify(of)})`,
  };
}

const count = (play: Play, what: string) => play.done.set(what, (play.done.get(what) ?? 0) + 1);

const open = (view: View) =>
  view.hunks.flatMap((hunk, at) => (hunk.state === "pending" || hunk.state === "stale" ? [at] : []));
const one = <T>(all: readonly T[], pick: number): T[] => (all.length === 0 ? [] : [all[pick % all.length]!]);

const both = <T>(play: Play, act: (file: File) => T): T => {
  const answers = [act(play.product), act(play.model)] as const;
  same(answers[0], answers[1], "the answer");
  return answers[0];
};

function same(product: unknown, model: unknown, what: string): void {
  if (JSON.stringify(product) !== JSON.stringify(model)) assert.deepEqual(product, model, what);
}

function look(play: Play): void {
  play.seen = play.product.view();
  same(play.seen, play.model.view(), "what is shown");
  const { hunks, lost, wholes, refusals } = play.seen;
  const met = {
    stale: hunks.some(({ state }) => state === "stale"),
    "other half": hunks.some(({ half }) => half),
    "changed since refused": hunks.some(({ changed }) => changed),
    refusals: refusals.length > 0,
    overtaken: lost.length + wholes > 0,
    "three or more hunks": hunks.length > 2,
  };
  for (const [what, is] of Object.entries(met)) if (is) count(play, `(${what})`);
  const [reviewed, proposed] = play.seen.texts;
  if (play.seen.hunks.every(({ state }) => state === "accepted"))
    same(reviewed, proposed, "all accepted is what was proposed");
}

const typed = (body: Body) =>
  (Array.isArray(body) ? (body as string[]) : []).filter((line) => line.replace(bom, "").startsWith("mine"));
/** What a line says, however it is written down. */
const bare = (line: string) => line.replace(/[\r\n]+$/, "").replace(bom, "");
/** Typed lines that one text has more often than the other. */
const without = (of: Body, other: Body) => {
  const there = typed(other).map(bare);
  return typed(of)
    .map(bare)
    .filter((line) => {
      const at = there.indexOf(line);
      if (at >= 0) there.splice(at, 1);
      return at < 0;
    });
};

function decided(play: Play, act: (file: File) => number[]): void {
  const [before, shown] = [play.seen.texts[3], play.seen.hunks];
  const hunks = both(play, act);
  const view = play.product.view();
  const made = view.decisions.at(-1);
  if (hunks.length === 0 || made === undefined) return;
  const gone = without(before, view.texts[3]);
  const removed = hunks.flatMap((hunk) => shown[hunk]!.before.map(bare));
  // Taking theirs shows the person's own lines as removed as well.
  const mine = hunks.some((hunk) => shown[hunk]!.state === "stale");
  if (!mine)
    assert.deepEqual(
      gone.filter((line) => !removed.includes(line)),
      [],
      "no typed line is lost unseen",
    );
  const come = [...without(view.texts[3], before), ...hunks.flatMap((hunk) => shown[hunk]!.after.map(bare))];
  play.moves.set(made.seq, { come: new Set(come), gone: new Set([...gone, ...removed]) });
}

/** Mostly the last one; redo where nothing is undone undoes. */
function turning(play: Play, at: number, verb: "undo" | "redo"): void {
  const fits = play.seen.decisions.filter(({ stands }) => stands === (verb === "undo")).map(({ seq }) => seq);
  if (fits.length > 0) turned(play, at % 3 === 0 ? fits[at % fits.length]! : fits.at(-1)!, verb);
  else if (verb === "redo") turning(play, at, "undo");
}

function turned(play: Play, decision: number, verb: "undo" | "redo"): void {
  const before = play.seen.texts[3];
  const answer = both(play, (file) => file[verb](decision));
  const after = play.product.view().texts[3];
  if (answer !== "done") return same(after, before, "an undo that is refused changes nothing");
  count(play, `${verb}ne`);
  const moved = play.moves.get(decision)!;
  const [from, to] = verb === "undo" ? [moved.come, moved.gone] : [moved.gone, moved.come];
  const gone = without(before, after);
  assert.deepEqual(
    gone.filter((line) => !from.has(line)),
    [],
    `${verb} takes only what the decision moved`,
  );
  for (const line of gone) to.add(line);
}

/** The same verdicts in two orders, on files that are then forgotten. */
function inAnyOrder(play: Play, mask: number, turn: number): void {
  const hunks = open(play.seen);
  const verdicts = hunks.map((hunk, at) => ({
    hunk,
    verb: (["accept", "reject", null] as const)[(mask >> (2 * (at % 10))) % 3]!,
  }));
  const said = verdicts.filter((each) => each.verb !== null);
  const outcome = (order: typeof said) => {
    const file = productOf(null);
    file.become!(play.product);
    for (const { hunk, verb } of order) {
      file[verb]([hunk]);
      file.view();
    }
    const { texts, hunks: shown } = file.view();
    return { texts, states: shown.map(({ state }) => state) };
  };
  if (said.length < 2) return;
  const other = [...said.slice(turn % said.length), ...said.slice(0, turn % said.length)].reverse();
  same(outcome(said), outcome(other), "the order of decisions does not matter");
}

const commands: [number, fc.Arbitrary<Command>][] = [
  [6, writing.map((how) => command("agent", how, (play) => both(play, agentBy(play, how))))],
  [6, writing.map((how) => command("type", how, (play) => both(play, typingBy(play, how))))],
  [2, fc.constant(command("boundary", "", (play) => both(play, (file) => void file.boundary())))],
  [8, pick.map((at) => command("accept", at, (play) => acting(play, one(open(play.seen), at), "accept")))],
  [3, pick.map((at) => command("reject", at, (play) => acting(play, one(open(play.seen), at), "reject")))],
  [2, pick.map((mask) => command("accept some", mask, (play) => acting(play, masked(play, mask), "accept")))],
  [1, pick.map((mask) => command("reject some", mask, (play) => acting(play, masked(play, mask), "reject")))],
  [3, pick.map((at) => command("take", at, (play) => taking(play, at)))],
  [
    2,
    fc
      .tuple(pick, fc.array(pick, { maxLength: 3 }))
      .map((how) => command("edit", how, (play) => editing(play, ...how))),
  ],
  [2, fc.tuple(pick, fc.nat(4095)).map((how) => command("rows", how, (play) => choosing(play, ...how)))],
  [4, pick.map((at) => command("undo", at, (play) => turning(play, at, "undo")))],
  [3, pick.map((at) => command("redo", at, (play) => turning(play, at, "redo")))],
  [1, fc.constant(command("reload", "", (play) => both(play, (file) => file.reload())))],
  [
    1,
    fc
      .tuple(fc.nat(2 ** 20), pick)
      .map(([mask, turn]) => command("orders", mask, (play) => inAnyOrder(play, mask, turn))),
  ],
];

function agentBy(play: Play, how: Writing): (file: File) => void {
  const draft = written(play, play.seen.texts[2], how, "agent");
  return (file) => file.look(draft);
}

function typingBy(play: Play, how: Writing): (file: File) => void {
  const text = written(play, play.seen.texts[3], how, "mine");
  return (file) => file.type(text);
}

function acting(play: Play, hunks: readonly number[], verb: "accept" | "reject"): void {
  if (hunks.length > 0) decided(play, (file) => file[verb](hunks));
}

function editing(play: Play, at: number, picks: readonly number[]): void {
  const [hunk] = one(open(play.seen), at);
  const words = picks.map((pick) => lineFrom(play, pick, "mine")).join("");
  if (hunk !== undefined) decided(play, (file) => file.edit(hunk, words));
}

function choosing(play: Play, at: number, mask: number): void {
  const [hunk] = one(open(play.seen), at);
  if (hunk === undefined) return;
  const { before, after } = play.seen.hunks[hunk]!;
  const some = (lines: readonly string[], from: number) =>
    [...lines.keys()].filter((line) => (mask >> (from + (line % 6))) % 2 === 1);
  decided(play, (file) => file.rows(hunk, { old: some(before, 0), new: some(after, 6) }));
}

const masked = (play: Play, mask: number) => open(play.seen).filter((_, at) => (mask >> (at % 10)) % 2 === 1);

function taking(play: Play, at: number): void {
  // Mostly what is stale: elsewhere it is an accept.
  const stale = open(play.seen).filter((hunk) => play.seen.hunks[hunk]!.state === "stale");
  const [hunk] = one(at % 4 === 0 ? open(play.seen) : stale, at);
  if (hunk !== undefined) decided(play, (file) => file.take(hunk));
}

const steps = 40;
const anything = fc.oneof(
  { withCrossShrink: true, maxDepth: 1 },
  { weight: 1, arbitrary: fc.constant(command("nothing", "", () => {})) },
  ...commands.map(([weight, arbitrary]) => ({ weight, arbitrary })),
);

const beginning: fc.Arbitrary<Beginning> = fc.record({
  equal: fc.constantFrom(0, 30, 70),
  start: fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 9, arbitrary: fc.array(pick, { maxLength: 14, size: "max" }) },
  ),
});

export interface Histories {
  tried: number;
  failed: number;
  cases: string[];
  /** How often each command was run. */
  done: Map<string, number>;
}

/** Plays histories from a seed until one fails; that one is made small and told. */
export function playHistories(seed: number, count: number): Histories {
  const done = new Map<string, number>();
  let tried = 0;
  const outcome = fc.check(
    fc.property(beginning, fc.array(anything, { minLength: steps, maxLength: steps }), (begin, all) => {
      tried++;
      const setup = { fresh: 0, equal: begin.equal };
      const start = begin.start?.map((each, at) => {
        const line = lineFrom(setup, each, "line");
        return at === begin.start!.length - 1 && each % 5 === 0 && bare(line) !== "" ? bare(line) : line;
      });
      const files = { product: productOf(start ?? null), model: modelOf(start ?? null, diff, rowsOf) };
      const play: Play = { ...setup, ...files, seen: files.product.view(), moves: new Map(), done };
      fc.modelRun(() => ({ model: play, real: play }), all);
    }),
    { seed, numRuns: count },
  );
  if (!outcome.failed) return { tried, failed: 0, cases: [], done };
  const [begin, all] = outcome.counterexample!;
  const told = all.map(String).filter((each) => !each.startsWith("nothing"));
  return {
    tried,
    failed: 1,
    cases: [`seed ${seed}: ${JSON.stringify(begin)}\n${told.join("\n")}\n${String(outcome.errorInstance)}`],
    done,
  };
}

/**
 * Histories of an agent and a person on a folder of some files, played on whole sessions and on the model at once: texts, renames and
 * executable bits, and decisions on several of them, also while the agent works.
 *
 * After every command all that is shown must be the same, and no typed line may be lost but by an accepted hunk that showed it removed,
 * or with the decision that brought it. A session is held in memory; its way to log, page and files is the real one.
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { diffLines, rowsOf } from "../../../src/review/index.ts";
import type { Body, Diff } from "./model.ts";
import { modelOf } from "./modelDecisions.ts";
import { folderOf } from "./modelFolder.ts";
import type { Choice, Folder, FolderView, Handed } from "./modelFolderFile.ts";
import { productFolder } from "./modelFolderProduct.ts";

const diff: Diff = (from, to) =>
  diffLines(from, to).map((one) => ({ from: one.from, to: one.to, lines: to.slice(one.newFrom, one.newTo) }));

type Side = "product" | "model";
interface Play {
  product: Folder;
  model: Folder;
  equal: number;
  /** What changes beside texts. */
  beside: "paths" | "modes" | "both";
  /** Lines are numbered, so that each can be found again. */
  fresh: number;
  /** What each decision brought and took of typed lines, by its place. */
  moves: { come: Set<string>; gone: Set<string> }[];
  done: Map<string, number>;
}

/** Numbers from which an act is made once what there is to act on is known. */
interface Picks {
  what: number;
  at: number;
  take: number;
  put: readonly number[];
  mask: number;
}
interface Call {
  act: Picks;
  choice: Picks | null;
}

const names = ["a", "b", "c", "src/a", "src/d"];
const count = (play: Play, what: string) => play.done.set(what, (play.done.get(what) ?? 0) + 1);
const one = <T>(all: readonly T[], pick: number): T | undefined => all[pick % all.length];

// ── Acts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function linesFrom(play: Pick<Play, "equal">, who: string, fresh: number, picks: readonly number[]): string[] {
  const equal = ["}\n", "\n", "  return;\n"];
  return picks.map((pick, at) => (pick % 100 < play.equal ? equal[pick % 3]! : `${who} ${fresh + at}\n`));
}

/** What a hand does to a tree; null where there is nothing to do it to. */
function handed(
  play: Pick<Play, "equal" | "beside">,
  tree: FolderView["user"],
  { what, at, take, put, mask }: Picks,
  who: string,
  fresh: number,
): Handed | null {
  const lines = linesFrom(play, who, fresh, put);
  const path = one(names, mask)!;
  const there = one(tree, at);
  const free = names.filter((name) => tree.every(([taken]) => taken !== name));
  if (!there || what === 0) return { kind: "write", path, lines: [...lines, ...linesFrom(play, who, fresh + 9, put)] };
  const [old, text] = there;
  const to = one(free, mask);
  if (what === 1) return { kind: "remove", path: old };
  if (what <= 4 && to !== undefined && play.beside !== "modes") return { kind: "move", path: old, to };
  if (what <= 6 && play.beside !== "paths") return { kind: "mode", path: old, executable: mask % 2 === 0 };
  const now = [...(text as readonly string[])];
  now.splice(mask % (now.length + 1), take, ...lines);
  return { kind: "write", path: old, lines: now };
}

function chosen(play: Pick<Play, "equal">, view: FolderView, picks: Picks, fresh: number): Choice | null {
  const { what, at, mask, put } = picks;
  const open = view.files.flatMap(({ hunks }, file) =>
    hunks.flatMap(({ state }, hunk) => (state === "pending" || state === "stale" ? [{ file, hunks: [hunk] }] : [])),
  );
  const decisions = (wanted: string) => view.decisions.flatMap((is, place) => (is === wanted ? [place] : []));
  const some = new Map<number, number[]>();
  for (const [place, { file, hunks }] of open.entries())
    if ((mask >> (place % 8)) % 2 === 0) some.set(file, [...(some.get(file) ?? []), ...hunks]);
  const items = [...some].map(([file, hunks]) => ({ file, hunks }));
  const each = one(open, at);
  const undo = mask % 3 === 0 ? one(decisions("stands"), at) : decisions("stands").at(-1);
  const redo = mask % 3 === 0 ? one(decisions("undone"), at) : decisions("undone").at(-1);
  if (what < 3) return redo === undefined ? null : { kind: "redo", decision: redo };
  if (what < 6) return undo === undefined ? null : { kind: "undo", decision: undo };
  if (!each) return null;
  if (what < 8 && items.length > 0) return { kind: "accept", items };
  if (what < 9 && items.length > 0) return { kind: "reject", items };
  if (what < 11) return { kind: "reject", items: [each] };
  if (what > 13) return { kind: "accept", items: [each] };
  const [item] = [{ file: each.file, hunks: [each.hunks[0]!] as [number] }];
  if (what === 11) return { kind: "edit", items: [item], words: linesFrom(play, "mine", fresh, put).join("") };
  const { before, after } = view.files[item.file]!.hunks[item.hunks[0]]!;
  const rows = (lines: readonly string[], from: number) =>
    [...lines.keys()].filter((line) => (mask >> (from + (line % 4))) % 2 === 1);
  return { kind: "rows", items: [item], chosen: { old: rows(before, 0), new: rows(after, 4) } };
}

// ── What must hold ───────────────────────────────────────────────────────────────────────────────────────────────

function same(product: unknown, model: unknown, what: string): void {
  if (JSON.stringify(product) !== JSON.stringify(model)) assert.deepEqual(product, model, what);
}

const typed = (all: FolderView["user"]) =>
  all
    .flatMap(([, text]) => (text as readonly string[]).filter((line) => line.startsWith("mine")))
    .map((line) => line.trim());
function without(of: FolderView["user"], other: FolderView["user"]): string[] {
  const there = typed(other);
  return typed(of).filter((line) => {
    const at = there.indexOf(line);
    if (at >= 0) there.splice(at, 1);
    return at < 0;
  });
}
const linesOf = (body: Body) => (Array.isArray(body) ? (body as string[]) : []).map((line) => line.trim());

/** A decision on one side; on the product's what it does to typed lines is looked at as well. */
async function decide(play: Play, side: Side, picks: Picks, fresh: number): Promise<string> {
  const folder = play[side];
  const before = await folder.view();
  const choice = chosen(play, before, picks, fresh);
  if (!choice) return "nothing";
  const answer = await folder.decide(choice);
  if (side === "model") return `${choice.kind}: ${answer}`;
  count(play, `${choice.kind} ${answer}`);
  const after = await folder.view();
  const gone = without(before.user, after.user);
  const come = without(after.user, before.user);
  if (choice.kind === "undo" || choice.kind === "redo") {
    const moved = play.moves[choice.decision]!;
    const [from, to] = choice.kind === "undo" ? [moved.come, moved.gone] : [moved.gone, moved.come];
    same(
      gone.filter((line) => !from.has(line)),
      [],
      `${choice.kind} takes only what the decision moved`,
    );
    for (const line of gone) to.add(line);
    return `${choice.kind}: ${answer}`;
  }
  const hunks = choice.items.flatMap(({ file, hunks: places }) =>
    places.map((place) => before.files[file]!.hunks[place]!),
  );
  const removed = hunks.flatMap((hunk) => linesOf(hunk.before));
  same(
    gone.filter((line) => !removed.includes(line)),
    [],
    "no typed line is lost unseen",
  );
  if (after.decisions.length > before.decisions.length)
    play.moves.push({
      come: new Set([...come, ...hunks.flatMap((hunk) => linesOf(hunk.after))]),
      gone: new Set([...gone, ...removed]),
    });
  return `${choice.kind}: ${answer}`;
}

async function look(play: Play): Promise<void> {
  const [product, model] = [await play.product.view(), await play.model.view()];
  same(product, model, "what is shown");
  for (const what of ["path", "mode", "text"] as const)
    if (product.files.some((file) => file.what === what && file.hunks.some(({ state }) => state === "pending")))
      count(play, `(${what})`);
  if (product.files.some(({ hunks }) => hunks.some(({ half }) => half))) count(play, "(other half)");
  if (product.files.some(({ hunks }) => hunks.some(({ state }) => state === "stale"))) count(play, "(stale)");
}

// ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

function command(name: string, of: unknown, run: (play: Play) => Promise<void>): fc.AsyncCommand<Play, Play> {
  return {
    check: () => true,
    async run(play) {
      await run(play);
      await look(play);
    },
    toString: () => `${name}(${JSON.stringify(of)})`,
  };
}

async function both(play: Play, act: (folder: Folder, side: Side) => Promise<unknown>): Promise<void> {
  same(await act(play.product, "product"), await act(play.model, "model"), "the answer");
}

async function turn(play: Play, calls: readonly Call[]): Promise<void> {
  const fresh = play.fresh;
  play.fresh += 40 * calls.length;
  await both(play, async (folder, side) => {
    const answers: string[] = [];
    await folder.turn(
      calls.map(({ act, choice }, index) => async () => {
        const own = fresh + 40 * index;
        if (choice) answers.push(await decide(play, side, choice, own));
        return handed(play, (await folder.view()).draft, act, "agent", own + 20);
      }),
    );
    return answers;
  });
}

async function byHand(play: Play, picks: Picks): Promise<void> {
  const fresh = (play.fresh += 20);
  await both(play, async (folder) => {
    const does = handed(play, (await folder.view()).user, picks, "mine", fresh);
    if (does) await folder.person(does);
  });
}

async function decision(play: Play, picks: Picks): Promise<void> {
  const fresh = (play.fresh += 20);
  await both(play, (_, side) => decide(play, side, picks, fresh));
}

const picks = (most: number): fc.Arbitrary<Picks> =>
  fc.record({
    what: fc.nat(most),
    at: fc.nat(99),
    take: fc.nat(3),
    put: fc.array(fc.nat(999), { maxLength: 3 }),
    mask: fc.nat(255),
  });
const choice = picks(18);
const call: fc.Arbitrary<Call> = fc.record({ act: picks(14), choice: fc.option(choice, { freq: 2 }) });
const anything = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant(command("nothing", "", async () => {})) },
  { weight: 5, arbitrary: fc.array(call, { maxLength: 3 }).map((of) => command("turn", of, (play) => turn(play, of))) },
  { weight: 5, arbitrary: picks(14).map((of) => command("person", of, (play) => byHand(play, of))) },
  { weight: 14, arbitrary: choice.map((of) => command("decide", of, (play) => decision(play, of))) },
  { weight: 2, arbitrary: fc.constant(command("reload", "", (play) => both(play, (folder) => folder.reload()))) },
);

const beginning = fc.record({
  equal: fc.constantFrom(0, 30, 70),
  beside: fc.constantFrom<Play["beside"]>("paths", "modes", "both"),
  texts: fc.dictionary(fc.constantFrom(...names), fc.array(fc.nat(999), { maxLength: 9, size: "max" }), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
});

/** Plays histories from a seed until one fails; that one is made small and told. With the path that is told it alone is played. */
export async function playFolders(seed: number, histories: number, path?: string) {
  const done = new Map<string, number>();
  let tried = 0;
  const outcome = await fc.check(
    fc.asyncProperty(
      beginning,
      fc.array(anything, { minLength: 40, maxLength: 40 }),
      async ({ equal, beside, texts }, all) => {
        tried++;
        const start = Object.entries(texts).map(([path, picked], at): [string, string[]] => [
          path,
          linesFrom({ equal }, `line ${at}`, 0, picked),
        ]);
        const product = await productFolder(Object.fromEntries(start.map(([path, lines]) => [path, lines.join("")])));
        const model = folderOf({ texts: new Map(start), modes: new Set() }, (body) => modelOf(body, diff, rowsOf));
        const play: Play = { product, model, equal, beside, fresh: 0, moves: [], done };
        try {
          await fc.asyncModelRun(() => ({ model: play, real: play }), all);
        } finally {
          await product.close();
        }
      },
    ),
    { seed, numRuns: histories, ...(path === undefined ? {} : { path, endOnFailure: true }) },
  );
  if (!outcome.failed) return { tried, failed: 0, cases: [], done };
  const [begin, all] = outcome.counterexample!;
  const told = all.map(String).filter((each) => !each.startsWith("nothing"));
  const said = `seed ${seed}, path ${outcome.counterexamplePath}: ${JSON.stringify(begin)}\n${told.join("\n")}\n${String(outcome.errorInstance)}`;
  return { tried, failed: 1, cases: [said], done };
}

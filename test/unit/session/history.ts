/**
 * A history: random work of an agent and a person on one session, with the oracle asked at every step.
 *
 * Everything is drawn from one seed, so a failure is told by its number. Lines the person types are unique ("mine 12"),
 * so that not one can go missing unseen.
 */
import assert from "node:assert/strict";
import type { DecisionItem, HunkView } from "../../../src/protocol/index.ts";
import type { Answer } from "../../../src/session/supervised.ts";
import { addedBy, checkBoundary, checkRows, removedBy, surplus } from "./oracle.ts";
import { chanceOf, changed, textOf, type Writer } from "./chance.ts";
import { exactly } from "./written.ts";
import { scene, type DraftHand, type Scene, type Script } from "./scene.ts";

/** What the decisions of a history did to the person's lines, by the decision's number. */
type Moves = Map<number, Map<string, { gone: string[]; come: string[] }>>;

interface Play extends Writer {
  stage: Scene;
  moves: Moves;
  did: string[];
  /** A turn is running: the window stays open. */
  running: boolean;
}

/** Plays one history. Throws what the oracle throws, with the steps so far in its message. */
export async function playHistory(
  seed: number,
  steps: number,
  watch?: (stage: Scene, did: readonly string[]) => void,
): Promise<{ decisions: number; undos: number; boundaries: number }> {
  const chance = chanceOf(seed);
  const play: Play = {
    stage: undefined as never,
    chance,
    moves: new Map(),
    did: [],
    fresh: 0,
    running: false,
    equal: chance.of([0, 0.3, 0.7]),
  };
  play.stage = await scene(Object.fromEntries(["a", "b", "c"].map((path) => [path, textOf(play)])));
  try {
    await turn(play);
    for (let step = 0; step < steps; step++) {
      watch?.(play.stage, play.did);
      await one(play);
    }
    const events = play.stage.events();
    const count = (...kinds: string[]) => events.filter((event) => kinds.includes(event.kind)).length;
    return { decisions: count("accepting", "rejected"), undos: count("undoing"), boundaries: count("boundary") };
  } catch (error) {
    throw new Error(
      `history of seed ${seed}, after ${play.did.length} steps:\n${play.did.slice(-12).join("\n")}\n${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    await play.stage.session.close();
  }
}

async function one(play: Play): Promise<void> {
  const [command] = play.chance.of([
    [turn],
    [turn],
    [type],
    [type],
    [type],
    [dirty],
    [save],
    [discard],
    [decide],
    [decide],
    [decide],
    [decide],
    [decide],
    [bulk],
    [undo],
    [undo],
    [undo],
    [redo],
    [redo],
    [backAndForth],
    [reload],
  ] as const);
  await command(play);
  await checkRows(play.stage, (await play.stage.view()).files);
}

// ── The agent ─────────────────────────────────────────────────────────────────────────────────────────────────

async function turn(play: Play): Promise<void> {
  const { stage, chance } = play;
  const calls: string[] = [];
  const script: Script = Array.from({ length: chance.below(4) }, () => async (draft: DraftHand) => {
    calls.push(edit(play, draft));
    if (chance.in(0.4)) await still(play, () => decide(play));
  });
  const before = stage.user;
  const check: Script = [
    async () => {
      assert.deepEqual(
        new Map([...stage.user].sort()),
        new Map([...before].sort()),
        "a boundary changes nothing of the person's",
      );
      await checkBoundary(stage);
    },
  ];
  play.running = true;
  await stage.turn([...check, ...script]);
  play.running = false;
  assert.equal(stage.session.head().notice, null, "the turn ended well");
  play.did.push(`turn: ${calls.join(", ")}`);
}

/** A tool call is under way: what the draft holds and was not looked at yet stays as it is. */
async function still(play: Play, act: () => Promise<void>): Promise<void> {
  const draft = play.stage.draft();
  await act();
  assert.deepEqual(play.stage.draft(), draft, "nobody writes into the draft under a running agent");
}

function edit(play: Play, draft: DraftHand): string {
  const { stage, chance } = play;
  const paths = [...stage.draft().keys()];
  if (paths.length === 0 || chance.in(0.1)) {
    const path = chance.of(["new", "a", "b"]);
    draft.write(path, textOf(play, "agent"));
    return `write ${path}`;
  }
  const path = chance.of(paths);
  if (chance.in(0.07)) {
    draft.remove(path);
    return `remove ${path}`;
  }
  draft.write(path, changed(play, draft.read(path), "agent"));
  return `edit ${path}`;
}

// ── The person ────────────────────────────────────────────────────────────────────────────────────────────────

async function type(play: Play): Promise<void> {
  const { stage, chance } = play;
  const path = chance.of([...stage.user.keys(), "a"]);
  const text = stage.user.get(path);
  if (stage.dirty(path)) stage.openDirty(path, changed(play, text!, "mine"), stage.dirty(path)!.eol);
  else if (text === undefined) stage.type(path, textOf(play, "mine"));
  else if (chance.in(0.06)) stage.type(path, null);
  else stage.type(path, changed(play, text, "mine"));
  play.did.push(`type in ${path}`);
}

async function dirty(play: Play): Promise<void> {
  const { stage, chance } = play;
  const path = chance.of([...stage.user.keys(), ""]);
  if (path === "" || stage.dirty(path)) return;
  const text = stage.user.get(path)!;
  stage.openDirty(path, changed(play, text, "mine"), text.includes("\r\n") ? "\r\n" : "\n");
  play.did.push(`unsaved typing in ${path}`);
}

const unsavedPath = (play: Play) => [...play.stage.user.keys()].find((path) => play.stage.dirty(path));

async function save(play: Play): Promise<void> {
  const path = unsavedPath(play);
  if (path === undefined) return;
  const before = play.stage.user;
  play.stage.save(path);
  await settled(play);
  assert.deepEqual(play.stage.user.get(path), before.get(path));
  play.did.push(`save ${path}`);
}

async function discard(play: Play): Promise<void> {
  const path = unsavedPath(play);
  if (path === undefined) return;
  play.stage.discard(path);
  play.did.push(`discard ${path}`);
}

/** Whatever stands in the session's queue is done. */
async function settled(play: Play): Promise<void> {
  await play.stage.session.accept([]);
}

// ── Decisions ─────────────────────────────────────────────────────────────────────────────────────────────────

type Choice = DecisionItem & { path: string; view: HunkView };

async function decide(play: Play): Promise<void> {
  const all = await play.stage.pending();
  if (all.length === 0) return;
  const choice = play.chance.of(all);
  const verb = play.chance.of(["accept", "accept", "accept", "reject", "reject", "take", "keep"] as const);
  await deciding(play, verb, [choice]);
}

async function bulk(play: Play): Promise<void> {
  const all = await play.stage.pending();
  const some = all.filter(() => play.chance.in(0.7));
  if (some.length > 0) await deciding(play, play.chance.of(["accept", "accept", "reject"]), some);
}

async function deciding(
  play: Play,
  verb: "accept" | "reject" | "take" | "keep",
  choices: readonly Choice[],
): Promise<void> {
  const { stage } = play;
  const shown = (await stage.view()).files;
  const [before, events] = [stage.user, stage.events().length];
  const items = choices.map(({ file, revision, hunks }) => ({ file, revision, hunks }));
  const answer = await stage.session[verb](items);
  play.did.push(`${verb} ${choices.map(({ path, hunks }) => `${path} ${hunks.join()}`).join(", ")}: ${said(answer)}`);
  const after = stage.user;
  const added = stage.events().slice(events);
  const intents = added.filter((event) => event.kind === "accepting");
  if (verb === "reject" || verb === "keep" || intents.length === 0) {
    assert.deepEqual(after, before, `${verb} writes nothing here`);
    return;
  }
  const touched = new Set<string>();
  for (const intent of intents) {
    const result = added.find((event) => event.kind === "accepted" && event.intent === intent.seq);
    assert.ok(result?.kind === "accepted");
    const moves = new Map<string, { gone: string[]; come: string[] }>();
    for (const { path } of intent.texts) {
      const view = shown.find((one) => one.path === path)!;
      const ids = intent.items.filter((item) => item.file === view.id).flatMap((item) => item.hunks);
      assert.deepEqual(
        ids.filter((id) => choices.every((one) => one.file !== view.id || !one.hunks.includes(id))),
        verb === "take" ? ids.filter((id) => !choices.some((one) => one.hunks.includes(id))) : [],
        "only what was named is accepted",
      );
      assert.equal(new Set(ids).size, ids.length);
      if (result.results.find((one) => one.file === view.id)?.result.kind === "refused") continue;
      touched.add(path);
      const hunks = view.hunks.filter((hunk) => ids.includes(hunk.id));
      const change = {
        gone: surplus(before.get(path), after.get(path)),
        come: surplus(after.get(path), before.get(path)),
      };
      // With the rows: of equal lines one may go and another come.
      moves.set(path, {
        gone: [...change.gone, ...hunks.flatMap(removedBy)],
        come: [...change.come, ...hunks.flatMap(addedBy)],
      });
      if (verb === "take" || intents.length > 1) {
        const may = hunks.flatMap((hunk) => [...removedBy(hunk).map(bare), ...(hunk.yours ?? [])]);
        assert.deepEqual(
          change.gone.filter((each) => each.startsWith("mine") && !may.includes(bare(each))),
          [],
          "what take theirs takes away was shown as mine",
        );
        continue;
      }
      await exactly(
        stage,
        path,
        view.hunks.filter((hunk) => hunk.state === "accepted"),
        hunks,
        before.get(path) ?? null,
        after.get(path) ?? null,
      );
    }
    play.moves.set(intent.seq, moves);
  }
  for (const path of new Set([...before.keys(), ...after.keys()]))
    if (!touched.has(path)) assert.equal(after.get(path), before.get(path), `${path} is none of this`);
  if (play.chance.in(0.25) && intents.length === 1 && touched.size > 0 && touched.size === intents[0]!.texts.length)
    await thereAndBack(play, before, after);
}

const bare = (text: string) => text.replace(/[\r\n]+$/, "");

function said(answer: Answer): string {
  return answer.kind === "done" ? "done" : `${answer.kind}: ${answer.text}`;
}

/** A decision just made can be undone and made again, and leaves no trace. */
async function thereAndBack(play: Play, before: Map<string, string>, after: Map<string, string>): Promise<void> {
  // A reload may settle what was left in editors: then it is not just made any more.
  if (same(before, after) || (!play.running && play.chance.in(0.3) && (await settles(play)))) return;
  assert.deepEqual(await play.stage.session.undo(), { kind: "done" }, "a decision just made can be undone");
  assert.deepEqual(
    new Map([...play.stage.user].sort()),
    new Map([...before].sort()),
    "undo brings back what there was",
  );
  if (!play.running && play.chance.in(0.3) && (await settles(play))) return;
  assert.deepEqual(await play.stage.session.redo(), { kind: "done" }, "an undone decision can be made again");
  assert.deepEqual(
    new Map([...play.stage.user].sort()),
    new Map([...after].sort()),
    "redo brings back what was accepted",
  );
  play.did.push("undo, redo");
}

const same = (a: Map<string, string>, b: Map<string, string>) =>
  a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);

async function settles(play: Play): Promise<boolean> {
  const events = play.stage.events().length;
  await play.stage.reload();
  return play.stage.events().length > events;
}

async function undo(play: Play): Promise<void> {
  const decisions = play.stage.session.head().decisions.filter((one) => one.standing);
  if (decisions.length > 0) await takeBack(play, "undo", play.chance.of(decisions).seq);
}

async function redo(play: Play): Promise<void> {
  const decisions = play.stage.session.head().decisions.filter((one) => !one.standing);
  if (decisions.length > 0) await takeBack(play, "redo", play.chance.of(decisions).seq);
}

async function takeBack(play: Play, verb: "undo" | "redo", seq: number): Promise<boolean> {
  const { stage } = play;
  const [before, events] = [stage.user, stage.events().length];
  const answer = await stage.session[verb](seq);
  play.did.push(`${verb} ${seq}: ${said(answer)}`);
  const after = stage.user;
  if (answer.kind !== "done") {
    assert.deepEqual(after, before, "an undo that is refused changes nothing");
    const tried = stage.events().slice(events);
    assert.ok(
      tried.every(
        (event) =>
          event.kind === "undoing" ||
          (event.kind === "undone" && event.results.some(({ result }) => result.kind === "refused")),
      ),
    );
    return false;
  }
  const moves = play.moves.get(seq);
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const gone = surplus(before.get(path), after.get(path));
    const come = surplus(after.get(path), before.get(path));
    if (before.get(path) === after.get(path)) continue;
    const own = moves?.get(path);
    assert.ok(own, `${path} is none of decision ${seq}`);
    const [mayGo, mayCome] = verb === "undo" ? [own.come, own.gone] : [own.gone, own.come];
    assert.deepEqual(beyond(gone, mayGo), [], `${verb} takes away what the decision brought`);
    assert.deepEqual(beyond(come, mayCome), [], `${verb} brings what the decision took away`);
    const [went, came] = verb === "undo" ? [come, gone] : [gone, come];
    moves!.set(path, { gone: [...own.gone, ...went], come: [...own.come, ...came] });
  }
  return true;
}

/** Lines that can be told apart and are not among those, whatever their ends: an editor may have changed these. */
function beyond(lines: readonly string[], allowed: readonly string[]): string[] {
  const texts = new Set(allowed.map(bare));
  return lines.filter((each) => /\d/.test(each) && !texts.has(bare(each)));
}

async function backAndForth(play: Play): Promise<void> {
  const decisions = play.stage.session.head().decisions.filter((one) => one.standing);
  if (decisions.length === 0) return;
  const { seq } = play.chance.of(decisions);
  const before = play.stage.user;
  if (!(await takeBack(play, "undo", seq))) return;
  if (await takeBack(play, "redo", seq))
    assert.deepEqual(new Map([...play.stage.user].sort()), new Map([...before].sort()), "undo and redo leave no trace");
  else assert.fail("what was undone just now can be done again");
}

async function reload(play: Play): Promise<void> {
  const { stage } = play;
  const before = stage.user;
  if (play.chance.in(0.15)) stage.loseDraft();
  await stage.reload();
  const [first, events] = [await stage.view(), stage.events().length];
  await stage.reload();
  assert.deepEqual(await stage.view(), first, "a reload shows the same");
  assert.equal(stage.events().length, events, "a reload does nothing");
  assert.deepEqual(stage.user, before, "a reload changes no file");
  play.did.push("reload");
}

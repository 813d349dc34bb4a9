/**
 * A file in a session, made of the review room's functions as the session puts them together, without log, disk and editor.
 */
import type { HunkPlace, Refusal } from "../../../src/protocol/index.ts";
import {
  boundaryOf,
  carried,
  chosenLines,
  diffLines,
  edited,
  editOf,
  lookAt,
  named,
  placesOf,
  proposedNow,
  refold,
  refusedRanges,
  reviewedNow,
  sameText,
  sideForEdit,
  sideStill,
  staleHunks,
  taken,
  takenBack,
  userSideOf,
  userWith,
  whole,
  writtenLines,
  type Composed,
  type Described,
  type FileNow,
  type Lines,
  type Lost,
  type Sides,
  type Step,
  type Text,
  type UserSide,
  type Verdict,
} from "../../../src/review/index.ts";
import { changedRefusals, halvesMissing } from "../../../src/session/marks.ts";
import type { FileState } from "../../../src/state/index.ts";
import type { Body } from "./model.ts";
import type { File, HunkShown, View } from "./modelFile.ts";

interface Revision {
  number: number;
  reviewed: Text;
  proposed: Text;
  draft: Text;
  refusals: readonly Refusal[];
  hunks: readonly HunkPlace[];
}
type Pair = [Text, Text];
interface Texts {
  reviewed: Pair;
  proposed: Pair;
  user: Pair;
}
interface Decision {
  seq: number;
  kind: "accept" | "reject";
  revision: number;
  hunks: readonly string[];
  texts: Texts;
  undone: { texts: Texts } | null;
  since: number;
}

const textOf = (body: Body): Text =>
  body === null
    ? { kind: "none" }
    : typeof body === "string"
      ? { kind: "opaque", id: body }
      : { kind: "lines", lines: body };
const bodyOf = (text: Text): Body => (text.kind === "none" ? null : text.kind === "opaque" ? text.id : text.lines);
const formOf = ({ whole }: HunkPlace) => whole === "ends" || whole === "mark" || whole === "encoding";
const linesIn = (text: Text) => (text.kind === "lines" ? text.lines : []);

export function productOf(start: Body): File {
  const first = textOf(start);
  let now: Revision = { number: 0, reviewed: first, proposed: first, draft: first, refusals: [], hunks: [] };
  let verdicts = new Map<string, { verdict: Verdict; decision: number }>();
  let user = first;
  let side: UserSide | null = null;
  let lost: (Pick<Lost, "from" | "to"> & { before: Body; theirs: Body })[] = [];
  let wholes = 0;
  let used = 0;
  let seq = 0;
  let boundary = 0;
  let origin = now;
  let steps: Step[] = [];
  let all = new Map([[0, now]]);
  let decisions = new Map<number, Decision>();

  const state = () => ({ now, verdicts, user, side, lost, used, seq, decisions, all, boundary, origin, steps });
  const sides = (): Sides => now;
  const said = () => new Map([...verdicts].map(([hunk, { verdict }]) => [hunk, verdict]));
  const accepted = (of: ReadonlyMap<string, Verdict>) =>
    new Set([...of].filter(([, one]) => one === "accepted").map(([hunk]) => hunk));
  const fileNow = (): FileNow => ({
    sides: sides(),
    verdicts: said(),
    draft: now.draft,
    refusals: now.refusals,
    refusedAs: (hunk) => ({ decision: verdicts.get(hunk)!.decision, revision: now.number, hunk }),
  });

  function enter(texts: Omit<Revision, "number" | "hunks">, restart: boolean): void {
    const undecided = now.hunks.filter((hunk) => !verdicts.has(hunk.id));
    const moved = diffLines(linesIn(now.reviewed), linesIn(texts.reviewed));
    const next = named(placesOf(texts.reviewed, texts.proposed), undecided, moved, used);
    if (now.reviewed.kind === "lines" && texts.reviewed.kind === "lines") {
      const changes = diffLines(now.reviewed.lines, texts.reviewed.lines);
      lost = lost.map((one) => {
        const { from, to } = carried(changes, one.from, one.to);
        return { ...one, from, to };
      });
    }
    used = next.used;
    now = { ...texts, number: now.number + 1, hunks: next.hunks };
    verdicts = new Map();
    side = null;
    all.set(now.number, now);
    if (restart) [origin, steps] = [now, []];
  }

  /** The person's side is kept while it says what they have. */
  function sideNow(): UserSide {
    side = (side && sideStill(sides(), side, accepted(said()), user)) ?? userSideOf(sides(), said(), user);
    return side;
  }

  const described = (hunks: readonly string[], decision: number): Described[] =>
    now.hunks
      .filter((hunk) => hunks.includes(hunk.id))
      .map((hunk) => ({
        from: hunk.from,
        before: linesIn(now.reviewed).slice(hunk.from, hunk.to),
        after: editOf(hunk, now.proposed).lines,
        whole: Boolean(hunk.whole),
        name: { decision, revision: now.number, hunk: hunk.id },
      }));

  function say(kind: Decision["kind"], hunks: readonly string[], text: Text): void {
    const before = [reviewedNow(sides(), said()), proposedNow(sides(), said()), user] as const;
    const decision = ++seq;
    const verdict = kind === "accept" ? "accepted" : "rejected";
    for (const hunk of hunks) verdicts.set(hunk, { verdict, decision });
    user = text;
    const texts: Texts = {
      reviewed: [before[0], reviewedNow(sides(), said())],
      proposed: [before[1], proposedNow(sides(), said())],
      user: [before[2], user],
    };
    decisions.set(decision, { seq, kind, revision: now.number, hunks, texts, undone: null, since: seq });
    steps.push({ kind: "decision", decision, verdict, hunks: described(hunks, decision) });
  }

  /** As `src/session/editing.ts` does it. */
  function sayWith(hunk: string, lines: Lines | null, how: "edited" | "rows"): string[] {
    const other = lines && edited(sides(), hunk, lines);
    if (!other) return [];
    const [reviewed, proposed] = [reviewedNow(sides(), said()), proposedNow(sides(), said())];
    const wanted = new Map([...said(), [hunk, "accepted" as const]]);
    const after = reviewedNow(other, wanted);
    if (sameText(after, reviewed)) return [];
    const own = whole(sideForEdit(sides(), { side: sideNow(), user }, said(), hunk));
    const composed = userWith(other, own, accepted(wanted));
    if (composed.kind === "clash") return [];
    const next = how === "edited" ? proposedNow(other, wanted) : proposed;
    const decision = ++seq;
    const refusals = refusedRanges(fileNow());
    const { number: revision, draft, hunks } = now;
    if (how === "edited" && now.proposed.kind === "lines" && draft.kind === "lines") {
      const place = hunks.find((one) => one.id === hunk)!;
      const { from, to } = carried(diffLines(now.proposed.lines, draft.lines), place.newFrom, place.newTo);
      refusals.push({ decision, revision, hunk, from, to, overtaken: false });
    }
    const texts: Texts = { reviewed: [reviewed, after], proposed: [proposed, next], user: [user, composed.text] };
    decisions.set(decision, { seq, kind: "accept", revision, hunks: [hunk], texts, undone: null, since: seq });
    user = composed.text;
    enter({ reviewed: after, proposed: next, draft, refusals }, true);
    return [hunk];
  }

  const linesNotIn = () => [
    ...lost.flatMap((one) => (Array.isArray(one.theirs) ? (one.theirs as string[]) : [])),
    ...[...decisions.values()]
      .filter((one) => one.kind === "reject" && !one.undone && one.revision !== now.number)
      .flatMap((one) => {
        const then = all.get(one.revision)!;
        return then.hunks
          .filter((hunk) => one.hunks.includes(hunk.id) && !formOf(hunk))
          .flatMap((hunk) => editOf(hunk, then.proposed).lines);
      }),
  ];
  const stale = () => staleHunks(sides(), sideNow(), said());
  const halves = () => halvesMissing({ sides: sides(), draft: now.draft, verdicts: said() }, stale(), linesNotIn());
  const changed = () =>
    whole(
      changedRefusals({ sides: sides(), draft: now.draft, verdicts: said() }, {
        revision: { refusals: now.refusals, number: now.number },
        verdicts,
      } as unknown as FileState),
    );

  function userAfter(texts: Texts, taking: Pair, composed: (() => Composed) | null): Text | null {
    const [before, after] = texts.user;
    if (sameText(user, after)) return before;
    if (sameText(before, after)) return user;
    if (sameText(before, texts.reviewed[0]) && sameText(user, taking[0])) return taking[1];
    const again = composed?.();
    return again?.kind === "text" ? again.text : takenBack(before, after, user);
  }

  function composedWithout(texts: Texts, one: Decision, without: ReadonlySet<string>): Composed {
    const unknown: Composed = { kind: "clash", hunks: [] };
    const earlier = [...verdicts].filter(([, { decision }]) => decisions.get(decision)!.since < one.since);
    const then = new Map(earlier.map(([hunk, { verdict }]) => [hunk, verdict]));
    if (!sameText(reviewedNow(sides(), then), texts.reviewed[0])) return unknown;
    const base = userSideOf(sides(), then, texts.user[0]);
    const expected = userWith(sides(), base, accepted(said()));
    if (expected.kind === "clash" || !sameText(expected.text, user)) return unknown;
    return userWith(sides(), base, without);
  }

  function takeBack(one: Decision, doing: boolean): string {
    let texts = doing ? one.undone!.texts : one.texts;
    if (doing && sameText(...texts.user)) texts = { ...texts, user: [one.texts.user[1], one.texts.user[0]] };
    const before = [reviewedNow(sides(), said()), proposedNow(sides(), said()), user] as const;
    const finish = (reviewed: Text, proposed: Text, text: Text): string => {
      const done: Texts = { reviewed: [before[0], reviewed], proposed: [before[1], proposed], user: [before[2], text] };
      seq++;
      user = text;
      one.undone = doing ? null : { texts: done };
      if (doing) [one.since, one.texts] = [seq, done];
      return "done";
    };
    if (one.revision === now.number) {
      if (doing && one.hunks.some((hunk) => verdicts.has(hunk))) return "blocked";
      const then = new Map(verdicts);
      for (const hunk of one.hunks)
        if (doing) then.set(hunk, { verdict: one.kind === "accept" ? "accepted" : "rejected", decision: one.seq });
        else then.delete(hunk);
      const wanted = new Map([...then].map(([hunk, { verdict }]) => [hunk, verdict]));
      const after = [reviewedNow(sides(), wanted), proposedNow(sides(), wanted)] as const;
      const composed = () =>
        doing ? userWith(sides(), sideNow(), accepted(wanted)) : composedWithout(texts, one, accepted(wanted));
      const text = one.kind === "reject" ? user : userAfter(texts, [before[0], after[0]], composed);
      if (text === null) return "blocked";
      verdicts = then;
      return finish(after[0], after[1], text);
    }
    const fold = one.seq > boundary && steps.some((step) => step.kind === "decision" && step.decision === one.seq);
    let result: { reviewed: Text; proposed: Text; refusals: readonly Refusal[] };
    if (fold) {
      const not = new Set([...decisions.values()].filter((each) => each.undone).map((each) => each.seq));
      if (doing) not.delete(one.seq);
      else not.add(one.seq);
      const folded = refold(origin, steps, not);
      if (folded.kind === "blocked") return `blocked by ${folded.by}`;
      result = folded.result;
    } else {
      const reviewed = takenBack(...texts.reviewed, before[0]);
      const proposed = takenBack(...texts.proposed, before[1]);
      if (!reviewed || !proposed) return "blocked";
      const refusals = refusedRanges(fileNow()).filter((each) => each.decision !== one.seq);
      result = { reviewed, proposed, refusals };
    }
    const text = one.kind === "reject" ? user : userAfter(texts, [before[0], result.reviewed], null);
    if (text === null) return "blocked";
    if (sameText(result.reviewed, before[0]) && sameText(result.proposed, before[1]) && sameText(text, user))
      return "still";
    const [start, kept] = [origin, steps];
    enter({ ...result, draft: now.draft }, true);
    if (fold) [origin, steps] = [start, kept];
    return finish(result.reviewed, result.proposed, text);
  }

  const ids = (hunks: readonly number[]) => hunks.map((hunk) => now.hunks[hunk]!.id);
  const placesIn = (hunks: readonly string[]) => now.hunks.flatMap((hunk, at) => (hunks.includes(hunk.id) ? [at] : []));

  return {
    type(body) {
      user = textOf(body);
    },
    look(body) {
      const draft = textOf(body);
      if (sameText(draft, now.draft)) return;
      enter(lookAt(fileNow(), draft), false);
      steps.push({ kind: "look", draft });
    },
    boundary() {
      const bounded = boundaryOf(fileNow(), user);
      const waiting = [...changed().values()];
      boundary = ++seq;
      const { reviewed, proposed } = bounded;
      const nothing =
        verdicts.size === 0 &&
        sameText(reviewed, now.reviewed) &&
        sameText(proposed, now.proposed) &&
        sameText(proposed, now.draft);
      if (!nothing) {
        const left = bounded.refusals.filter(
          (one) => !one.overtaken || waiting.some((each) => each.revision === one.revision && each.hunk === one.hunk),
        );
        enter({ reviewed, proposed, draft: proposed, refusals: left }, true);
        lost = [...lost, ...bounded.lost];
        wholes += Number(bounded.lostWhole !== null);
      }
      [origin, steps] = [now, []];
    },
    accept(hunks) {
      const half = hunks.length > 1 ? halves() : new Set<string>();
      let some = ids(hunks).filter((hunk) => !half.has(hunk));
      const with_ = () => userWith(sides(), sideNow(), new Set([...accepted(said()), ...some]));
      let composed = with_();
      if (composed.kind === "clash") {
        const stuck = new Set(composed.hunks.map((way) => way.hunk));
        some = some.filter((hunk) => !stuck.has(hunk));
        composed = with_();
      }
      if (some.length === 0 || composed.kind === "clash") return [];
      say("accept", some, composed.text);
      return placesIn(some);
    },
    reject: (hunks) => (say("reject", ids(hunks), user), [...hunks]),
    take(hunk) {
      const group = taken(sides(), sideNow(), said(), now.hunks[hunk]!.id);
      say("accept", group.hunks, group.user);
      return placesIn(group.hunks);
    },
    edit(hunk, words) {
      const { id } = now.hunks[hunk]!;
      return sayWith(id, writtenLines(sides(), id, words), "edited").map(() => hunk);
    },
    rows(hunk, chosen) {
      const { id, from, newFrom } = now.hunks[hunk]!;
      const lines = {
        old: new Set(chosen.old.map((at) => from + at)),
        new: new Set(chosen.new.map((at) => newFrom + at)),
      };
      return sayWith(id, chosenLines(sides(), id, lines), "rows").map(() => hunk);
    },
    undo: (number) => takeBack(decisions.get(number)!, false),
    redo: (number) => takeBack(decisions.get(number)!, true),
    reload() {
      side = null;
    },
    copied: state,
    become(other) {
      const from = structuredClone(other.copied!()) as ReturnType<typeof state>;
      ({ now, verdicts, user, side, lost, used, seq, decisions, all, boundary, origin, steps } = from);
    },
    view(): View {
      const [old, half, made] = [stale(), halves(), changed()];
      const hunks = now.hunks.map((hunk): HunkShown => {
        const state = verdicts.get(hunk.id)?.verdict ?? (old.has(hunk.id) ? "stale" : "pending");
        const before = linesIn(now.reviewed).slice(hunk.from, hunk.to);
        const after = editOf(hunk, now.proposed).lines;
        return { from: hunk.from, before, after, state, half: half.has(hunk.id), changed: made.has(hunk.id) };
      });
      const refusals = refusedRanges(fileNow()).map((one) => {
        const index = all.get(one.revision)!.hunks.findIndex((hunk) => hunk.id === one.hunk);
        return `${one.revision}.${index} ${one.from}-${one.to} ${one.overtaken}`;
      });
      return {
        texts: [
          bodyOf(reviewedNow(sides(), said())),
          bodyOf(proposedNow(sides(), said())),
          bodyOf(now.draft),
          bodyOf(user),
        ],
        hunks,
        refusals: refusals.sort(),
        lost: lost.map(({ from, to, before, theirs }) => ({ from, to, before, theirs })),
        wholes,
        decisions: [...decisions.values()].map((one) => ({ seq: one.seq, stands: one.undone === null })),
      };
    },
  };
}

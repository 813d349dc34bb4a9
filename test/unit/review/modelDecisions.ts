/**
 * The model of a file in a session: its revisions, the decisions on it and their undoing, by the laws of `model.ts` alone.
 */
import {
  again,
  carry,
  crossed,
  equal,
  linesOfHunk,
  looked,
  ownOf,
  proposedIn,
  refusedIn,
  reviewedIn,
  revision,
  saidYes,
  settled,
  staleIn,
  takeIn,
  takenBack,
  userWith,
  withHunks,
  type Body,
  type Diff,
  type Lost,
  type Own,
  type Revision,
  type Step,
} from "./model.ts";
import { asLines, editedAs, withChosen, type Rows } from "./modelEdits.ts";
import type { HunkShown, ModelFile, Taking, Texts, View } from "./modelFile.ts";

interface Decision {
  seq: number;
  kind: "accept" | "reject";
  revision: number;
  hunks: number[];
  texts: Texts;
  /** The undo that took it back, and what that did. */
  undone: { seq: number; texts: Texts } | null;
  since: number;
}

/** What a line says; a byte order mark is nothing said. */
const worded = (line: string) => {
  const said = line.replace(/^\xef\xbb\xbf/, "").trim();
  return /[\p{L}\p{N}]/u.test(said) ? said : "";
};

export function modelOf(start: Body, diff: Diff, rows: Rows): ModelFile {
  let now = revision(diff, 0, { reviewed: start, proposed: start, draft: start, refusals: [] });
  let user = start;
  let own: Own = ownOf(diff, now, user);
  let known = now;
  let lost: Lost[] = [];
  let wholes = 0;
  let seq = 0;
  let boundary = 0;
  let origin = now;
  let steps: Step[] = [];
  const all = new Map<number, Revision>([[0, now]]);
  const decisions = new Map<number, Decision>();

  const enter = (next: Revision, restart: boolean) => {
    const changes = lines(now.reviewed) && lines(next.reviewed) ? diff(now.reviewed, next.reviewed) : null;
    if (changes) lost = lost.map((one) => ({ ...one, ...carry(changes, one.from, one.to), touched: undefined }));
    now = next;
    all.set(next.number, next);
    if (restart) [origin, steps] = [next, []];
  };
  const textsNow = (): Texts => ({
    reviewed: [reviewedIn(now), reviewedIn(now)],
    proposed: [proposedIn(now), proposedIn(now)],
    user: [user, user],
  });

  /** The person's changes are told anew once they have typed. */
  function read(): void {
    const expected = known === now ? userWith(now, own, saidYes(now)) : null;
    const fits = expected?.stuck.length === 0 && equal(expected.text, user);
    own = (fits ? settled(now, own) : null) ?? ownOf(diff, now, user);
    known = now;
  }

  function say(kind: Decision["kind"], hunks: readonly number[], text: Body): void {
    const texts = textsNow();
    for (const hunk of hunks) now.said.set(hunk, { yes: kind === "accept", decision: seq + 1 });
    const number = ++seq;
    user = text;
    const after = textsNow();
    for (const side of ["reviewed", "proposed", "user"] as const) texts[side] = [texts[side][0], after[side][0]];
    decisions.set(number, {
      seq: number,
      kind,
      revision: now.number,
      hunks: [...hunks],
      texts,
      undone: null,
      since: number,
    });
    const said = hunks.map((hunk) => ({
      ...linesOfHunk(now, hunk),
      from: now.hunks[hunk]!.from,
      whole: now.whole,
      name: `${now.number}.${hunk}`,
    }));
    steps.push({ decision: number, yes: kind === "accept", hunks: said });
  }

  /** Accepts the hunk with other lines, which makes a revision of its own. `instead`: they replace the agent's there too. */
  function sayWith(hunk: number, lines: readonly string[] | null, instead: boolean): number[] {
    const edited = lines && editedAs(now, hunk, lines);
    if (!edited) return [];
    const texts = textsNow();
    const wanted = new Set([...saidYes(now), hunk]);
    texts.reviewed[1] = withHunks(edited, wanted);
    // Told from a text with the agent's lines, the person's changes say nothing of one with other lines.
    const side = own.inIt.has(hunk) ? ownOf(diff, now, user) : own;
    const made = userWith(edited, side, wanted);
    if (equal(...texts.reviewed) || made.stuck.length > 0) return [];
    if (instead) texts.proposed[1] = proposedIn(edited);
    texts.user[1] = user = made.text;
    const number = ++seq;
    const one = { seq: number, kind: "accept" as const, revision: now.number, hunks: [hunk], texts };
    decisions.set(number, { ...one, undone: null, since: number });
    const { draft } = now;
    const refusals = refusedIn(diff, now);
    if (instead) {
      const no = { ...now, said: new Map([[hunk, { yes: false, decision: number }]]), refusals: [] };
      refusals.push(...refusedIn(diff, no));
    }
    enter(
      revision(diff, now.number + 1, { reviewed: texts.reviewed[1], proposed: texts.proposed[1], draft, refusals }),
      true,
    );
    return [hunk];
  }

  function halves(stale: ReadonlySet<number>): Set<number> {
    // A change of form moves no line.
    const brought = (of: Revision, hunk: number) => (of.form ? [] : linesOfHunk(of, hunk).after);
    const elsewhere = new Set(
      [
        ...now.hunks.flatMap((_, at) => (stale.has(at) || now.said.get(at)?.yes === false ? brought(now, at) : [])),
        ...lost.flatMap((one) => (lines(one.theirs) ? one.theirs : [])),
        ...[...decisions.values()]
          .filter((one) => one.kind === "reject" && !one.undone && one.revision !== now.number)
          .flatMap((one) => one.hunks.flatMap((hunk) => brought(all.get(one.revision)!, hunk))),
      ].map(worded),
    );
    const open = now.hunks.map((_, hunk) => hunk).filter((hunk) => !now.said.has(hunk) && !stale.has(hunk));
    const half = (hunk: number) => {
      const gone = linesOfHunk(now, hunk)
        .before.map(worded)
        .filter((line) => line !== "");
      return gone.length > 0 && gone.every((line) => elsewhere.has(line));
    };
    return new Set(now.form ? [] : open.filter(half));
  }

  /** Hunks that show what the agent made of something refused, each with the refusal. */
  function changed(): Map<number, string> {
    const found = new Map<number, string>();
    const { draft, proposed } = now;
    if (!lines(draft) || !lines(proposed)) return found;
    for (const one of refusedIn(diff, now).filter((each) => each.overtaken)) {
      const { from, to } = carry(diff(draft, proposed), one.from, one.to);
      let above = 0;
      for (const [at, hunk] of now.hunks.entries()) {
        const top = hunk.from + above;
        above += hunk.lines.length - hunk.to + hunk.from;
        if (!now.said.has(at) && top <= to && from <= top + hunk.lines.length) found.set(at, one.name);
      }
    }
    return found;
  }

  /** The person's text without the decision, or with it again. */
  function userAfter(
    texts: Texts,
    taking: [Body, Body],
    composed: (() => Body | undefined) | null,
  ): { text: Body } | null {
    const [before, after] = texts.user;
    if (equal(user, after)) return { text: before };
    if (equal(before, after)) return { text: user };
    if (equal(before, texts.reviewed[0]) && equal(user, taking[0])) return { text: taking[1] };
    const text = composed?.();
    return text === undefined ? takenBack(diff, before, after, user) : { text };
  }

  function composedWithout(texts: Texts, one: Decision, wanted: ReadonlySet<number>): Body | undefined {
    const earlier = [...now.said].filter(([, said]) => decisions.get(said.decision)!.since < one.since);
    const then = new Set(earlier.filter(([, { yes }]) => yes).map(([hunk]) => hunk));
    if (!equal(withHunks(now, then), texts.reviewed[0])) return undefined;
    const side = ownOf(diff, now, texts.user[0], then);
    const expected = userWith(now, side, saidYes(now));
    if (expected.stuck.length > 0 || !equal(expected.text, user)) return undefined;
    const without = userWith(now, side, wanted);
    return without.stuck.length > 0 ? undefined : without.text;
  }

  /** Takes back a decision, or the undo of one, once that is committed. */
  function takeBack(one: Decision, doing: boolean): Taking {
    read();
    let texts: Texts = one.texts;
    if (doing) {
      texts = one.undone!.texts;
      if (equal(texts.user[0], texts.user[1])) texts = { ...texts, user: [one.texts.user[1], one.texts.user[0]] };
    }
    const [reviewed, proposed] = [reviewedIn(now), proposedIn(now)];
    const done: Texts = { reviewed: [reviewed, reviewed], proposed: [proposed, proposed], user: [user, user] };
    const refused = (answer: string): Taking => ({ answer, user, commit: () => {} });
    const stands = () => {
      seq++;
      one.undone = doing ? null : { seq, texts: done };
      if (doing) [one.since, one.texts] = [seq, done];
    };
    if (one.revision === now.number) {
      if (doing && one.hunks.some((hunk) => now.said.has(hunk))) return refused("blocked");
      const was = new Map(now.said);
      for (const hunk of one.hunks)
        if (doing) now.said.set(hunk, { yes: one.kind === "accept", decision: one.seq });
        else now.said.delete(hunk);
      const wanted = saidYes(now);
      const after = [reviewedIn(now), proposedIn(now)] as const;
      const then = now.said;
      now.said = was;
      const composed = () => {
        if (!doing) return composedWithout(texts, one, wanted);
        const made = userWith(now, own, wanted);
        return made.stuck.length > 0 ? undefined : made.text;
      };
      const back = one.kind === "reject" ? { text: user } : userAfter(texts, [reviewed, after[0]], composed);
      if (back === null) return refused("blocked");
      [done.reviewed, done.proposed, done.user] = [
        [reviewed, after[0]],
        [proposed, after[1]],
        [user, back.text],
      ];
      const commit = () => {
        now.said = then;
        user = back.text;
        stands();
      };
      return { answer: "done", user: back.text, commit };
    }
    const fold = one.seq > boundary && steps.some((step) => "decision" in step && step.decision === one.seq);
    let result: Pick<Revision, "reviewed" | "proposed" | "refusals">;
    if (fold) {
      const not = new Set([...decisions.values()].filter((each) => each.undone).map((each) => each.seq));
      if (doing) not.delete(one.seq);
      else not.add(one.seq);
      const folded = again(diff, origin, steps, not);
      if ("blockedBy" in folded) return refused(`blocked by ${folded.blockedBy}`);
      result = folded;
    } else {
      const back = takenBack(diff, ...texts.reviewed, reviewed);
      const backProposed = takenBack(diff, ...texts.proposed, proposed);
      if (!back || !backProposed) return refused("blocked");
      const refusals = refusedIn(diff, now).filter((each) => each.decision !== one.seq);
      result = { reviewed: back.text, proposed: backProposed.text, refusals };
    }
    const back = one.kind === "reject" ? { text: user } : userAfter(texts, [reviewed, result.reviewed], null);
    if (back === null) return refused("blocked");
    [done.reviewed, done.proposed, done.user] = [
      [reviewed, result.reviewed],
      [proposed, result.proposed],
      [user, back.text],
    ];
    if (equal(result.reviewed, reviewed) && equal(result.proposed, proposed) && equal(back.text, user))
      return { answer: "still", user, commit: stands };
    const commit = () => {
      const [start, kept] = [origin, steps];
      enter(revision(diff, now.number + 1, { ...result, draft: now.draft }), true);
      if (fold) [origin, steps] = [start, kept];
      user = back.text;
      stands();
    };
    return { answer: "done", user: back.text, commit };
  }

  const turned = (taking: Taking): string => {
    if (taking.answer === "done") taking.commit();
    return taking.answer;
  };

  const file: ModelFile = {
    type(body) {
      user = body;
    },
    look(draft, moved = false) {
      if (equal(draft, now.draft) && !moved) return;
      enter(looked(diff, now, draft), false);
      steps.push({ draft });
    },
    boundary(how) {
      const found = crossed(diff, now, user);
      const drops = how?.drops(found.next.proposed);
      if (drops) found.next = revision(diff, found.next.number, { ...found.next, proposed: user, draft: user });
      if (drops === "taken") found.lostWhole = true;
      const waiting = new Set(changed().values());
      found.next.refusals = found.next.refusals.filter((one) => !one.overtaken || waiting.has(one.name));
      const texts = [found.next.reviewed, found.next.proposed, found.next.proposed];
      const was = [now.reviewed, now.proposed, now.draft];
      boundary = ++seq;
      const isNext = how?.moved || now.said.size > 0 || texts.some((text, at) => !equal(text, was[at]!));
      if (isNext) {
        enter(found.next, true);
        lost = [...lost, ...found.lost];
        wholes += Number(found.lostWhole);
      }
      [origin, steps] = [now, []];
      return isNext;
    },
    accepting(hunks, bulk) {
      read();
      const left = bulk ? halves(staleIn(now, own)) : new Set<number>();
      const some = hunks.filter((hunk) => !left.has(hunk));
      const stuck = new Set(userWith(now, own, new Set([...saidYes(now), ...some])).stuck);
      const fit = some.filter((hunk) => !stuck.has(hunk));
      const { text } = userWith(now, own, new Set([...saidYes(now), ...fit]));
      return { hunks: fit, user: text, commit: () => say("accept", fit, text) };
    },
    accept(hunks) {
      const { hunks: fit, commit } = file.accepting(hunks, hunks.length > 1);
      if (fit.length > 0) commit();
      return fit;
    },
    reject: (hunks) => (say("reject", hunks, user), [...hunks]),
    take(hunk) {
      const { hunks, text } = takeIn(now, own, hunk);
      say("accept", hunks, text);
      return hunks;
    },
    edit: (hunk, words) => sayWith(hunk, asLines(now, hunk, words), true),
    rows(hunk, chosen) {
      const { before, after } = linesOfHunk(now, hunk);
      return sayWith(hunk, withChosen(rows, before, after, chosen), false);
    },
    takingBack: (number, doing) => takeBack(decisions.get(number)!, doing),
    undo: (number) => turned(file.takingBack(number, false)),
    redo: (number) => turned(file.takingBack(number, true)),
    reload() {
      own = ownOf(diff, now, user);
    },
    decisions: () => [...decisions.keys()],
    seen: () => ({
      texts: [reviewedIn(now), proposedIn(now), now.draft],
      said: now.said.size,
      open: now.said.size < now.hunks.length,
      waits: now.hunks.length > 0 || !equal(now.proposed, now.draft),
      lost: lost.length + wholes,
    }),
    view(reading = true): View {
      if (reading) read();
      const stale = staleIn(now, own);
      const half = halves(stale);
      const made = changed();
      const hunks = now.hunks.map((hunk, at): HunkShown => {
        const said = now.said.get(at);
        const state = said ? (said.yes ? "accepted" : "rejected") : stale.has(at) ? "stale" : "pending";
        const { before, after } = linesOfHunk(now, at);
        return { from: hunk.from, before, after, state, half: half.has(at), changed: made.has(at) };
      });
      const refusals = refusedIn(diff, now).map((one) => `${one.name} ${one.from}-${one.to} ${one.overtaken}`);
      return {
        texts: [reviewedIn(now), proposedIn(now), now.draft, user],
        hunks,
        refusals: refusals.sort(),
        lost: lost.map(({ from, to, before, theirs }) => ({ from, to, before, theirs })),
        wholes,
        decisions: [...decisions.values()].map((one) => ({ seq: one.seq, stands: one.undone === null })),
      };
    },
  };
  return file;
}

const lines = (body: Body): body is readonly string[] => Array.isArray(body);

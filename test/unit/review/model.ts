/**
 * The model: the laws of review for one file, written down a second time.
 *
 * It shares no code with the review room. A text is made cell by cell, each line with where it comes from; what clashes is asked of
 * every pair; a place is found by counting cells. Only the line diff is given to it: that is proved elsewhere.
 */

/** A file: its lines, the id of what is no text, or nothing. */
export type Body = readonly string[] | string | null;
/** Lines [from, to) become these. */
export interface Change {
  from: number;
  to: number;
  lines: readonly string[];
}
export type Diff = (from: readonly string[], to: readonly string[]) => Change[];
export interface Refused {
  name: string;
  decision: number;
  from: number;
  to: number;
  overtaken: boolean;
}

const isLines = (body: Body): body is readonly string[] => Array.isArray(body);
const equalLines = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((line, at) => line === b[at]);
export const equal = (a: Body, b: Body): boolean => (isLines(a) && isLines(b) ? equalLines(a, b) : a === b);
const equalChange = (a: Change, b: Change) => a.from === b.from && a.to === b.to && equalLines(a.lines, b.lines);

interface Cell {
  line: string;
  /** The line of the old text that it is; -1 where a change brought it. */
  at: number;
  by: Change | null;
}

/** At each gap first what replaces the lines that end there, then what is put in there, then the old line if it stays. */
function cells(base: readonly string[], changes: readonly Change[]): Cell[] {
  const once = changes.filter((one, index) => changes.findIndex((other) => equalChange(one, other)) === index);
  const made: Cell[] = [];
  for (let gap = 0; gap <= base.length; gap++) {
    for (const put of [false, true])
      for (const by of once)
        if (by.to === gap && (by.from === by.to) === put) for (const line of by.lines) made.push({ line, at: -1, by });
    if (gap < base.length && !once.some((one) => one.from <= gap && gap < one.to))
      made.push({ line: base[gap]!, at: gap, by: null });
  }
  return made;
}

const textOf = (made: readonly Cell[]) => made.map((cell) => cell.line);

export function clashing(a: Change, b: Change, length: number): boolean {
  const puts = (one: Change) => one.from === one.to;
  const inside = (one: Change, other: Change) => puts(one) && other.from < one.from && one.from < other.to;
  if (equalChange(a, b)) return false;
  if (puts(a) && puts(b)) return a.from === b.from;
  if (inside(a, b) || inside(b, a)) return true;
  if (!puts(a) && !puts(b) && a.from < b.to && b.from < a.to) return true;
  if (a.to !== b.from && b.to !== a.from) return false;
  const [first, second] = a.to === b.from ? [a, b] : [b, a];
  const open = first.lines.length > 0 && !/[\r\n]$/.test(first.lines.at(-1)!);
  if (first.to === length && second.to === length && open && second.lines.length > 0) return true;
  const [short, long] = a.lines.length < b.lines.length ? [a.lines, b.lines] : [b.lines, a.lines];
  const heads = short.every((line, at) => line === long[at]);
  const tails = short.every((line, at) => line === long[long.length - short.length + at]);
  return short.length > 0 && (heads || tails);
}

interface Group {
  from: number;
  to: number;
  ours: Change[];
  theirs: Change[];
}

export function mergeOf(diff: Diff, from: Body, ours: Body, theirs: Body, winner: "ours" | "theirs") {
  const none: Group[] = [];
  if (equal(ours, theirs) || equal(theirs, from)) return { text: ours, groups: none, whole: false };
  if (equal(ours, from)) return { text: theirs, groups: none, whole: false };
  if (!isLines(from) || !isLines(ours) || !isLines(theirs))
    return { text: winner === "ours" ? ours : theirs, groups: none, whole: true };
  const shaped = formed(from, ours)?.(theirs) ?? formed(from, theirs)?.(ours);
  if (shaped) return { text: shaped as Body, groups: none, whole: false };
  const [a, b] = [diff(from, ours), diff(from, theirs)];
  const all = [...a, ...b];
  const label = new Map(all.map((one, index) => [one, index]));
  const fought = new Set<Change>();
  for (const x of a)
    for (const y of b) {
      if (!clashing(x, y, from.length)) continue;
      const [keep, drop] = [label.get(x)!, label.get(y)!];
      for (const one of all) if (label.get(one) === drop) label.set(one, keep);
      fought.add(x).add(y);
    }
  const groups = [...new Set([...fought].map((one) => label.get(one)!))].map((own): Group => {
    const members = all.filter((one) => label.get(one) === own);
    const bounds = [Math.min(...members.map((one) => one.from)), Math.max(...members.map((one) => one.to))] as const;
    const of = (side: Change[]) => side.filter((one) => label.get(one) === own);
    return { from: bounds[0], to: bounds[1], ours: of(a), theirs: of(b) };
  });
  groups.sort((x, y) => x.from - y.from || x.to - y.to);
  const lost = new Set(groups.flatMap((group) => (winner === "ours" ? group.theirs : group.ours)));
  const kept = all.filter((one) => !lost.has(one));
  return { text: textOf(cells(from, kept)) as Body, groups, whole: false };
}

/** Where a range stands after the changes: it grows by every change that reaches into it. */
export function carry(changes: readonly Change[], from: number, to: number) {
  const reaches = (one: Change) =>
    (one.from < to && from < one.to) || (from === to && one.from === one.to && one.from === from);
  const growth = (some: readonly Change[]) => some.reduce((sum, one) => sum + one.lines.length - one.to + one.from, 0);
  const into = changes.filter(reaches);
  const above = growth(changes.filter((one) => !reaches(one) && one.to <= from));
  return {
    from: Math.min(from, ...into.map((one) => one.from)) + above,
    to: Math.max(to, ...into.map((one) => one.to)) + above + growth(into),
    touched: into.length > 0,
  };
}

// ── Forms: what two texts that say the same differ in ────────────────────────────────────────────────────────────

const bom = "\xef\xbb\xbf";
const split = (line: string) => /^([^]*?)(\r\n|\n|\r|)$/.exec(line)!.slice(1) as [string, string];

/** How the first of two texts that say the same is turned into the form of the second: `null` where they do not. */
function formed(before: Body, after: Body): ((text: readonly string[]) => readonly string[] | null) | null {
  if (!isLines(before) || !isLines(after) || before.length !== after.length || equalLines(before, after)) return null;
  const pairs = before.map((line, at) => [split(line), split(after[at]!)] as const);
  if (pairs.every(([[old, a], [now, b]]) => old === now && (a === b || (a !== "" && b !== "")))) {
    const ends = new Set(after.map((line) => split(line)[1]).filter((end) => end !== ""));
    if (ends.size !== 1) return () => null;
    return (text) => text.map((line) => (split(line)[1] === "" ? line : split(line)[0] + [...ends][0]!));
  }
  const [one, two] = [before.join(""), after.join("")];
  if (two === bom + one && !one.startsWith(bom))
    return (text) => (text[0]?.startsWith(bom) ? text : [bom + (text[0] ?? ""), ...text.slice(1)]);
  if (one === bom + two && !two.startsWith(bom))
    return (text) => (text[0]?.startsWith(bom) ? [text[0].slice(bom.length), ...text.slice(1)] : text);
  return null;
}

// ── A revision: two texts, what is between them, and what was said to it ─────────────────────────────────────────

export interface Revision {
  number: number;
  reviewed: Body;
  proposed: Body;
  draft: Body;
  refusals: Refused[];
  hunks: Change[];
  /** The file as a whole is the only hunk. */
  whole: boolean;
  /** And only its form would change. */
  form: boolean;
  said: Map<number, { yes: boolean; decision: number }>;
}

export function revision(
  diff: Diff,
  number: number,
  texts: Pick<Revision, "reviewed" | "proposed" | "draft" | "refusals">,
): Revision {
  const { reviewed, proposed } = texts;
  const both = isLines(reviewed) && isLines(proposed);
  const form = formed(reviewed, proposed) !== null;
  const whole = form || (!both && !equal(reviewed, proposed));
  const lines = (body: Body) => (isLines(body) ? body : []);
  const all = [{ from: 0, to: lines(reviewed).length, lines: lines(proposed) }];
  return { number, ...texts, hunks: whole ? all : both ? diff(reviewed, proposed) : [], whole, form, said: new Map() };
}

export const saidYes = (of: Revision) => new Set([...of.said].filter(([, { yes }]) => yes).map(([hunk]) => hunk));

/** The reviewed text of the revision with these hunks in it. */
export function withHunks(of: Revision, hunks: ReadonlySet<number>): Body {
  if (of.whole) return hunks.has(0) ? of.proposed : of.reviewed;
  if (!isLines(of.reviewed)) return of.reviewed;
  return textOf(
    cells(
      of.reviewed,
      of.hunks.filter((_, index) => hunks.has(index)),
    ),
  );
}

export const reviewedIn = (of: Revision) => withHunks(of, saidYes(of));

export function proposedIn(of: Revision): Body {
  const left = of.hunks.map((_, index) => index).filter((hunk) => of.said.get(hunk)?.yes !== false);
  return left.length === of.hunks.length ? of.proposed : withHunks(of, new Set(left));
}

/** What stands refused, as ranges of the draft. */
export function refusedIn(diff: Diff, of: Revision): Refused[] {
  const { proposed, draft } = of;
  if (of.whole || !isLines(proposed) || !isLines(draft)) return of.refusals;
  const now = of.hunks.flatMap((hunk, index) => {
    const said = of.said.get(index);
    if (said?.yes !== false) return [];
    const above = of.hunks.slice(0, index).reduce((sum, one) => sum + one.lines.length - one.to + one.from, 0);
    const at = carry(diff(proposed, draft), hunk.from + above, hunk.from + above + hunk.lines.length);
    const name = `${of.number}.${index}`;
    return [{ name, decision: said.decision, from: at.from, to: at.to, overtaken: false }];
  });
  return [...of.refusals, ...now];
}

function refusedOn(diff: Diff, of: Revision, draft: Body, counts: boolean): Refused[] {
  const { draft: seen } = of;
  if (!isLines(seen) || !isLines(draft)) return [];
  return refusedIn(diff, of).map((one) => {
    const { from, to, touched } = carry(diff(seen, draft), one.from, one.to);
    return { ...one, from, to, overtaken: one.overtaken || (counts && touched) };
  });
}

export function looked(diff: Diff, of: Revision, draft: Body, number = of.number + 1): Revision {
  const proposed = mergeOf(diff, of.draft, proposedIn(of), draft, "theirs").text;
  const refusals = refusedOn(diff, of, draft, true);
  return revision(diff, number, { reviewed: reviewedIn(of), proposed, draft, refusals });
}

export interface Lost {
  from: number;
  to: number;
  before: Body;
  theirs: Body;
}

export function crossed(diff: Diff, of: Revision, user: Body): { next: Revision; lost: Lost[]; lostWhole: boolean } {
  const [reviewed, proposed] = [reviewedIn(of), proposedIn(of)];
  const merged = mergeOf(diff, reviewed, user, proposed, "ours");
  const refusals = refusedOn(diff, of, merged.text, false);
  const next = revision(diff, of.number + 1, { reviewed: user, proposed: merged.text, draft: merged.text, refusals });
  if (!isLines(reviewed) || !isLines(user)) return { next, lost: [], lostWhole: merged.whole };
  const own = diff(reviewed, user);
  const lost = merged.groups.map(({ from, to, ours, theirs }): Lost => {
    const has = (one: Change) => ours.some((each) => equalChange(each, one));
    const made = cells(reviewed, own);
    const above = made.filter(({ at, by }) => (by ? by.to <= from && !has(by) : at < from)).length;
    const here = made.filter(({ at, by }) => (by ? has(by) : from <= at && at < to)).length;
    const part = theirs.map((one) => ({ ...one, from: one.from - from, to: one.to - from }));
    const before = reviewed.slice(from, to);
    return { from: above, to: above + here, before, theirs: textOf(cells(before, part)) };
  });
  return { next, lost, lostWhole: merged.whole };
}

// ── The person's side ────────────────────────────────────────────────────────────────────────────────────────────

export interface Own {
  user: Body;
  /** Which hunks were in the reviewed text that the person's changes are told from. */
  inIt: ReadonlySet<number>;
  changes: Change[];
}

export function ownOf(diff: Diff, of: Revision, user: Body, inIt: ReadonlySet<number> = saidYes(of)): Own {
  const base = withHunks(of, inIt);
  if (!isLines(user) || equal(base, user)) return { user, inIt, changes: [] };
  return { user, inIt, changes: isLines(base) ? diff(base, user) : [{ from: 0, to: 0, lines: user }] };
}

/** A hunk as a change of a text that has some of the hunks: found by counting what stands above it there. */
function within(of: Revision, hunk: number, inIt: ReadonlySet<number>): Change {
  const old = of.reviewed as readonly string[];
  const one = of.hunks[hunk]!;
  const made = cells(
    old,
    of.hunks.filter((_, index) => inIt.has(index)),
  );
  const from = made.filter(({ at, by }) => (by ? by !== one && by.to <= one.from : at < one.from)).length;
  if (inIt.has(hunk)) return { from, to: from + one.lines.length, lines: old.slice(one.from, one.to) };
  return { from, to: from + one.to - one.from, lines: one.lines };
}

/** The person's text with exactly these hunks in it, or which hunks their own changes are in the way of. */
export function userWith(of: Revision, own: Own, wanted: ReadonlySet<number>) {
  const turned = of.hunks.map((_, index) => index).filter((hunk) => wanted.has(hunk) !== own.inIt.has(hunk));
  const base = withHunks(of, own.inIt);
  const stuckAt = (stuck: number[]) => ({ text: null as Body, stuck });
  if (turned.length === 0) return { text: own.user, stuck: turned };
  if (of.whole || !isLines(base) || !isLines(own.user)) {
    const target = wanted.has(turned[0]!) ? of.proposed : of.reviewed;
    if (equal(own.user, base)) return { text: target, stuck: [] };
    if (equal(own.user, target)) return { text: target, stuck: [] };
    const text = isLines(own.user) ? formed(base, target)?.(own.user) : null;
    return text ? { text: text as Body, stuck: [] } : stuckAt(turned);
  }
  const changes = turned.map((hunk) => within(of, hunk, own.inIt));
  const stuck = turned.filter((_, index) => own.changes.some((one) => clashing(one, changes[index]!, base.length)));
  if (stuck.length > 0) return stuckAt(stuck);
  return { text: textOf(cells(base, [...own.changes, ...changes])) as Body, stuck: [] };
}

/** What the person took out by hand, and a decision has taken out since, is no change of theirs; null where a whole is out so. */
export function settled(of: Revision, own: Own): Own | null {
  const out = [...own.inIt].filter((hunk) => !saidYes(of).has(hunk));
  const base = withHunks(of, own.inIt);
  if (out.length === 0) return own;
  if (of.whole || !isLines(base) || !isLines(own.user))
    return equal(userWith(of, own, saidYes(of)).text, own.user) ? null : own;
  const back = (hunk: number) => within(of, hunk, own.inIt);
  const byHand = out.filter((hunk) => own.changes.some((one) => equalChange(one, back(hunk))));
  const changes = own.changes
    .filter((one) => byHand.every((hunk) => !equalChange(one, back(hunk))))
    .map((one) => {
      const above = byHand.map(back).filter(({ to }) => to <= one.from);
      const by = above.reduce((sum, { from, to, lines }) => sum + lines.length - to + from, 0);
      return { ...one, from: one.from + by, to: one.to + by };
    });
  return { ...own, inIt: new Set([...own.inIt].filter((hunk) => !byHand.includes(hunk))), changes };
}

export function staleIn(of: Revision, own: Own): Set<number> {
  const open = of.hunks.map((_, index) => index).filter((hunk) => !of.said.has(hunk) && !own.inIt.has(hunk));
  return new Set(open.filter((hunk) => userWith(of, own, new Set([...own.inIt, hunk])).stuck.length > 0));
}

/** Take theirs: the hunks of the group, and the person's text with them instead of the person's changes that clash. */
export function takeIn(of: Revision, own: Own, hunk: number): { hunks: number[]; text: Body } {
  const base = withHunks(of, own.inIt);
  const fitting = userWith(of, own, new Set([...saidYes(of), hunk]));
  if (fitting.stuck.length === 0) return { hunks: [hunk], text: fitting.text };
  if (of.whole || !isLines(base)) return { hunks: [hunk], text: of.proposed };
  const group = new Set([hunk]);
  const given = new Set<Change>();
  const open = of.hunks.map((_, index) => index).filter((each) => !of.said.has(each) && !own.inIt.has(each));
  for (let before = -1; before !== group.size + given.size;) {
    before = group.size + given.size;
    for (const one of own.changes)
      for (const each of open) {
        if (!clashing(one, within(of, each, own.inIt), base.length)) continue;
        if (group.has(each)) given.add(one);
        if (given.has(one)) group.add(each);
      }
  }
  const wanted = new Set([...saidYes(of), ...group]);
  const turned = of.hunks.map((_, index) => index).filter((each) => wanted.has(each) !== own.inIt.has(each));
  const changes = [
    ...own.changes.filter((one) => !given.has(one)),
    ...turned.map((each) => within(of, each, own.inIt)),
  ];
  return { hunks: [...group].sort((a, b) => a - b), text: textOf(cells(base, changes)) };
}

// ── Folding again ────────────────────────────────────────────────────────────────────────────────────────────────

export interface Said {
  before: Body;
  after: Body;
  from: number;
  whole: boolean;
  name: string;
}
export type Step = { draft: Body } | { decision: number; yes: boolean; hunks: Said[] };

/** The file again from `start`, without some decisions; or the number of the decision that then has nothing to decide. */
export function again(diff: Diff, start: Revision, steps: readonly Step[], without: ReadonlySet<number>) {
  let now = revision(diff, 0, start);
  const names = new Map<string, string>();
  const renamed = (all: Refused[]) => all.map((one) => ({ ...one, name: names.get(one.name) ?? one.name }));
  for (const [at, step] of steps.entries()) {
    if ("draft" in step) {
      now = looked(diff, now, step.draft, -1 - at);
      now.refusals = renamed(now.refusals);
      continue;
    }
    if (without.has(step.decision)) continue;
    for (const one of step.hunks) {
      const fits = now.hunks
        .map((hunk, index) => ({ index, far: Math.abs(hunk.from - one.from), said: linesOfHunk(now, index) }))
        .filter(
          ({ index, said }) => !now.said.has(index) && equal(said.before, one.before) && equal(said.after, one.after),
        )
        .filter(() => now.whole === one.whole)
        .sort((a, b) => a.far - b.far);
      if (fits.length === 0) return { blockedBy: step.decision };
      now.said.set(fits[0]!.index, { yes: step.yes, decision: step.decision });
      names.set(`${now.number}.${fits[0]!.index}`, one.name);
    }
  }
  return { reviewed: reviewedIn(now), proposed: proposedIn(now), refusals: renamed(refusedIn(diff, now)) };
}

export function linesOfHunk(of: Revision, hunk: number): { before: readonly string[]; after: readonly string[] } {
  const one = of.hunks[hunk]!;
  return { before: isLines(of.reviewed) ? of.reviewed.slice(one.from, one.to) : [], after: one.lines };
}

export function takenBack(diff: Diff, before: Body, after: Body, now: Body): { text: Body } | null {
  if (equal(now, after)) return { text: before };
  const merged = mergeOf(diff, after, now, before, "ours");
  return merged.whole || merged.groups.length > 0 ? null : { text: merged.text };
}

/**
 * Deciding: what the person says to hunks, from the click to the bytes.
 *
 * A decision names file, revision and hunks. What is not there any more, or not as it was shown, has moved on, and
 * nothing is done. An accept is two events: the intent with the contents before and after, durable, then the write,
 * then the outcome as read back.
 *
 * Always: preconditions of every file come before the first write; a write changes nothing but whole accepted hunks.
 */
import type { DecisionItem, FileId, HunkId, TextsChange } from "../protocol/index.ts";
import {
  editOf,
  proposedNow,
  reviewedNow,
  sameLines,
  staleHunks,
  taken,
  userWith,
  type Text,
} from "../review/index.ts";
import { fileAt, type FileState } from "../state/index.ts";
import { hiding, pathAfter } from "./attributes.ts";
import { acceptedIn, type Desk, type UserNow } from "./desk.ts";
import { halvesMissing, linesNotIn, protectedByName, protectedIn } from "./marks.ts";
import type { Answer } from "./supervised.ts";
import { bytesOf } from "./texts.ts";
import { takeOvertaken } from "./overtaken.ts";
import { itemsOf, refused, withVerdicts, write, type Found, type Plan } from "./writing.ts";

export const movedOn: Answer = {
  kind: "moved on",
  text: "These lines have changed since they were shown. Nothing was done: look again.",
};

/**
 * Accepts hunks. What the person changed in the very moment of the write is planned anew against their newest text,
 * `retries` times: whoever types on while accepting is not asked to click again.
 */
export async function accept(desk: Desk, items: readonly DecisionItem[], why: string, retries = 2): Promise<Answer> {
  const found = await find(desk, items);
  if (found === null) return movedOn;
  if (found.some((one) => one.hunks.some((hunk) => isOvertaken(one.file, hunk)))) {
    return refused("Your own text took the place of this change: take theirs, or keep yours.", "clash");
  }
  const bulk = found.reduce((sum, one) => sum + one.hunks.length, 0) > 1;
  const plans: Plan[] = [];
  const left: string[] = [];
  let about: "clash" | undefined;
  for (const one of found) {
    const planned = await planAccept(desk, one, bulk);
    left.push(...planned.left);
    about ??= planned.about;
    if (planned.plan) plans.push(planned.plan);
  }
  if (plans.length === 0) return refused(left.join("\n") || "There is nothing to accept.", about);
  const { answer, moved } = await write(desk, plans, { why, take: false });
  if (moved && retries > 0) return accept(desk, items, why, retries - 1);
  if (left.length === 0) return answer;
  const rest = `Left to decide one by one:\n${left.join("\n")}`;
  return refused(answer.kind === "done" ? `Accepted what fits. ${rest}` : `${answer.text}\n${rest}`, about);
}

export async function reject(desk: Desk, items: readonly DecisionItem[], why: string, keep: boolean): Promise<Answer> {
  const found = await find(desk, items);
  if (found === null) return movedOn;
  const texts: TextsChange[] = [];
  for (const { file, hunks } of found) {
    const now = await desk.textsOf(file);
    const after = withVerdicts(now, hunks, "rejected");
    const reviewed = await desk.texts.keep(reviewedNow(now.sides, now.verdicts));
    texts.push({
      file: file.id,
      path: file.path,
      reviewed: { before: reviewed, after: reviewed },
      proposed: {
        before: await desk.texts.keep(proposedNow(now.sides, now.verdicts)),
        after: await desk.texts.keep(proposedNow(now.sides, after)),
      },
      user: { before: null, after: null },
    });
  }
  await desk.append({ kind: "rejected", items: itemsOf(found), texts, keep, ...(why ? { why } : {}) });
  return { kind: "done" };
}

/** The agent's side of stale or overtaken hunks, over the person's lines. */
export async function take(desk: Desk, items: readonly DecisionItem[]): Promise<Answer> {
  const found = await find(desk, items);
  if (found === null) return movedOn;
  const one = found.length === 1 && found[0]!.hunks.length === 1;
  for (const { file, hunks } of found) {
    const protection = one ? new Map<HunkId, string>() : protectedIn(file, await desk.textsOf(file));
    const named = protectedByName(file);
    for (const hunk of hunks) {
      if (file.verdicts.has(hunk)) continue;
      const effect = protection.get(hunk) ?? (one ? null : named);
      if (effect !== null) return refused(`${file.path}: ${effect}. Decide it by itself.`);
      const answer = isOvertaken(file, hunk)
        ? await takeOvertaken(desk, file, hunk)
        : await takeStale(desk, file, hunk);
      if (answer.kind !== "done") return answer;
    }
  }
  return { kind: "done" };
}

async function takeStale(desk: Desk, file: FileState, hunk: HunkId): Promise<Answer> {
  const seen = await desk.userSeen(file);
  const now = await desk.userOf(file);
  const group = taken(now.sides, now.side, now.verdicts, hunk);
  // Only lines that were shown as theirs are taken over: what was typed since is shown first.
  const yours = ({ sides, side }: Pick<UserNow, "sides" | "side">) => {
    const stale = staleHunks(sides, side, now.verdicts);
    return JSON.stringify(group.hunks.map((one) => stale.get(one)?.map((edit) => edit.lines)));
  };
  if (!seen || yours(seen) !== yours(now)) return movedOn;
  const plan = await planOf(desk, { file, hunks: group.hunks }, now, group.user);
  return "refusal" in plan ? refused(plan.refusal) : (await write(desk, [plan], { why: "", take: true })).answer;
}

// ── Finding what was named ────────────────────────────────────────────────────────────────────────────────────

/** The named hunks, each still undecided and with the lines that were shown; null when one of them is not. */
export async function find(desk: Desk, items: readonly DecisionItem[]): Promise<Found[] | null> {
  const found = new Map<FileId, { file: FileState; here: Set<HunkId>; hunks: Set<HunkId> }>();
  for (const item of items) {
    const file = desk.state.files.get(item.file);
    if (!file || item.hunks.length === 0) return null;
    // A file is planned and written once, in however many items it was named.
    const one = found.get(file.id) ?? { file, here: hunksIn(file), hunks: new Set() };
    for (const hunk of item.hunks) {
      if (file.verdicts.has(hunk)) return null;
      const shown =
        item.revision === file.revision.number ? one.here.has(hunk) : await asShown(desk, file, item.revision, hunk);
      if (!shown) return null;
      one.hunks.add(hunk);
    }
    found.set(file.id, one);
  }
  return found.size === 0 ? null : [...found.values()].map(({ file, hunks }) => ({ file, hunks: [...hunks] }));
}

function hunksIn(file: FileState): Set<HunkId> {
  return new Set([...file.revision.hunks, ...file.revision.overtaken].map((one) => one.id));
}

function isOvertaken(file: FileState, hunk: HunkId): boolean {
  return file.revision.overtaken.some((one) => one.id === hunk);
}

/** Whether a hunk shown in an earlier revision has the same lines, before and after, in this one. */
async function asShown(desk: Desk, file: FileState, revision: number, hunk: HunkId): Promise<boolean> {
  const shown = file.revisions.get(revision);
  const then = shown?.hunks.find((one) => one.id === hunk);
  const now = file.revision.hunks.find((one) => one.id === hunk);
  if (!shown || !then || !now || then.whole || now.whole) return false;
  const texts = await desk.texts.read([shown.reviewed, shown.proposed, file.revision.reviewed, file.revision.proposed]);
  const before = (text: Text, from: number, to: number) => (text.kind === "lines" ? text.lines.slice(from, to) : []);
  return (
    sameLines(before(texts[0]!, then.from, then.to), before(texts[2]!, now.from, now.to)) &&
    sameLines(editOf(then, texts[1]!).lines, editOf(now, texts[3]!).lines)
  );
}

// ── Writing ───────────────────────────────────────────────────────────────────────────────────────────────────

/** What is left is said, and whether the person's own text is why. */
type Planned = { plan: Plan | null; left: string[]; about?: "clash" };

async function planAccept(desk: Desk, one: Found, bulk: boolean): Promise<Planned> {
  const now = await desk.userOf(one.file);
  const left: string[] = [];
  let hunks = one.hunks;
  if (bulk) {
    const halves = halvesMissing(now, staleHunks(now.sides, now.side, now.verdicts), await linesNotIn(desk, one.file));
    const protection = protectedIn(one.file, now);
    hunks = hunks.filter((hunk) => !halves.has(hunk) && !protection.has(hunk));
    for (const hunk of one.hunks) {
      if (protection.has(hunk)) left.push(`${one.file.path}: ${protection.get(hunk)}`);
      else if (halves.has(hunk)) left.push(`${one.file.path}: the other half of a move is not in`);
    }
  }
  let composed = userWith(now.sides, now.side, new Set([...acceptedIn(now.verdicts), ...hunks]));
  const about = composed.kind === "clash" ? { about: "clash" as const } : {};
  if (composed.kind === "clash") {
    const clashing = new Set(composed.hunks.map((way) => way.hunk));
    hunks = hunks.filter((hunk) => !clashing.has(hunk));
    left.push(
      `${one.file.path}: ${clashing.size === 1 ? "a change no longer fits" : `${clashing.size} changes no longer fit`} your text: take theirs, or keep yours`,
    );
  }
  if (hunks.length === 0) return { plan: null, left, ...about };
  if (composed.kind === "clash")
    composed = userWith(now.sides, now.side, new Set([...acceptedIn(now.verdicts), ...hunks]));
  if (composed.kind === "clash") return { plan: null, left, ...about };
  const plan = await planOf(desk, { file: one.file, hunks }, now, composed.text);
  if ("refusal" in plan) return { plan: null, left: [...left, plan.refusal], ...about };
  return { plan, left, ...about };
}

/** Changes of how a text is written: an editor's unsaved text does not hold it so that it could be changed there. */
const formsOf: ReadonlySet<string> = new Set(["ends", "mark", "encoding"]);

async function planOf(desk: Desk, one: Found, now: UserNow, user: Text): Promise<Plan | { refusal: string }> {
  if (now.file.refusal) return { refusal: `${one.file.path}: ${now.file.refusal.reason} ${now.file.refusal.remedy}` };
  if (one.file.attribute === "path" && (now.file.bytes === null || user.kind === "none"))
    return { refusal: `${one.file.path}: there is no file that could be given another name.` };
  const form = one.file.revision.hunks.find((hunk) => one.hunks.includes(hunk.id) && formsOf.has(hunk.whole ?? ""));
  if (form && now.file.dirty)
    return {
      refusal: `${one.file.path}: it has unsaved text, which the editor writes in its own way. Save or revert this file first.`,
    };
  const exact = await desk.textsOf(one.file);
  const after = user.kind === "opaque" ? await desk.log.bodies.get(user.id) : bytesOf(user);
  const keep = async (bytes: Uint8Array | null) => (bytes === null ? null : desk.log.bodies.put(bytes));
  const accepted = withVerdicts(exact, one.hunks, "accepted");
  const proposed = await desk.texts.keep(proposedNow(exact.sides, exact.verdicts));
  const to = pathAfter(one.file, after);
  const way = to !== undefined && fileAt(desk.state, to)?.revision.draft ? hiding(desk, to) : null;
  if (way !== null) return { refusal: way };
  const texts: TextsChange = {
    file: one.file.id,
    path: one.file.path,
    ...(to === undefined ? {} : { to }),
    reviewed: {
      before: await desk.texts.keep(reviewedNow(exact.sides, exact.verdicts)),
      after: await desk.texts.keep(reviewedNow(exact.sides, accepted)),
    },
    proposed: { before: proposed, after: proposed },
    user: {
      before: await keep(now.file.bytes),
      after: await keep(after),
      ...(after === null && now.file.mode !== undefined ? { mode: now.file.mode } : {}),
    },
  };
  return { file: one.file, hunks: one.hunks, before: now.file.bytes, after, texts };
}

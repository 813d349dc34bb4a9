/**
 * The person's text after a decision was taken back.
 *
 * Where it is as the decision left it, the bytes of before. Where nothing of theirs is in it, the reviewed text. Where
 * nothing was typed since, what they had typed before, composed with the other decisions. Else what the decision did is
 * merged out of it, and where their lines are in the way of that, nothing.
 *
 * Always: what the decision did not write is not taken out.
 */
import type { Content, HunkId, TextsChange } from "../protocol/index.ts";
import {
  ended,
  reviewedNow,
  sameText,
  takenBackSlices,
  userSideSlices,
  userWith,
  type Composed,
  type Text,
  type Verdict,
} from "../review/index.ts";
import type { DecisionState, FileState } from "../state/index.ts";
import { acceptedIn, type Desk, type UserNow } from "./desk.ts";
import { inSlices } from "./slices.ts";

/**
 * The person's text with the decision taken back; null where their lines are in the way. What the decision did not write
 * is not taken out again, though the same lines stand there: then they are the person's own.
 */
export async function userAfter(
  desk: Desk,
  now: UserNow,
  texts: TextsChange,
  taking: { reviewed: Text; after: Text },
  again?: () => Composed | Promise<Composed>,
): Promise<Text | null> {
  const exact = await exactlyBack(desk, now, texts);
  if (exact) return exact;
  if (texts.user.before === texts.user.after) return now.user;
  const held = (text: Text) => (now.file.dirty ? ended(now.file.dirty.eol, text) : text);
  const [user, reviewed] = await desk.texts.read([texts.user.before, texts.reviewed.before]);
  const nothingOwn = sameText(held(user!), held(reviewed!)) && sameText(now.user, held(taking.reviewed));
  if (nothingOwn) return held(taking.after);
  const composed = await again?.();
  return composed?.kind === "text" ? composed.text : mergedBack(desk, now, texts);
}

/** Where nothing was typed since the decision: what the person had typed before it, composed with the other decisions. */
export async function composedWithout(
  desk: Desk,
  file: FileState,
  now: UserNow,
  texts: TextsChange,
  original: DecisionState,
  without: ReadonlyMap<HunkId, Verdict>,
): Promise<Composed> {
  const unknown: Composed = { kind: "clash", hunks: [] };
  const earlier = [...file.verdicts].filter(
    ([, one]) => desk.state.decisions.get(one.decision)!.since < original.since,
  );
  const verdicts = new Map(earlier.map(([hunk, one]) => [hunk, one.verdict]));
  const [user, reviewed] = await desk.texts.read([texts.user.before, texts.reviewed.before]);
  const held = (text: Text) => (now.file.dirty ? ended(now.file.dirty.eol, text) : text);
  if (!sameText(reviewedNow(now.sides, verdicts), held(reviewed!))) return unknown;
  const side = await inSlices(userSideSlices(now.sides, verdicts, held(user!)));
  const expected = userWith(now.sides, side, acceptedIn(now.verdicts));
  if (expected.kind === "clash" || !sameText(expected.text, now.user)) return unknown;
  return userWith(now.sides, side, acceptedIn(without));
}

/** Nothing was typed since: the bytes of before, to the last one. */
async function exactlyBack(desk: Desk, now: UserNow, texts: TextsChange): Promise<Text | null> {
  const id: Content = now.file.bytes === null ? null : await desk.log.bodies.put(now.file.bytes);
  if (id !== texts.user.after) return null;
  return (await desk.texts.read([texts.user.before]))[0]!;
}

async function mergedBack(desk: Desk, now: UserNow, texts: TextsChange): Promise<Text | null> {
  const read = await desk.texts.read([texts.user.before, texts.user.after]);
  const eol = now.file.dirty?.eol;
  const [before, after] = eol ? [ended(eol, read[0]!), ended(eol, read[1]!)] : [read[0]!, read[1]!];
  return inSlices(takenBackSlices(before, after, now.user));
}

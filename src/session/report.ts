/**
 * The report: what an engine is told at a boundary, once, before the person's words.
 *
 * What was refused since it last heard, with the reason and the refused lines; which refusals were taken back; which of
 * its changes the person's own text overtook; and what the person changed themselves. Plain text, for a model to read.
 */
import type { Content, Revision, TreeChange } from "../protocol/index.ts";
import { bareLine, diffSlices, editOf, reviewedNow, sameText, type Lines, type Text } from "../review/index.ts";
import { fileAt, hunksDecided, standing, stands, type DecisionState, type FileState } from "../state/index.ts";
import { valueIn } from "./attributes.ts";
import type { Desk } from "./desk.ts";
import { inSlices } from "./slices.ts";
import { readable } from "./texts.ts";

/** Lines of one difference before the rest is counted instead. */
const lineLimit = 120;

/** Empty when there is nothing to tell. */
export async function reportOf(desk: Desk, changes: readonly TreeChange[]): Promise<string> {
  const parts: string[] = [];
  const fresh = standing(desk.state).filter((one) => !one.told);
  for (const decision of fresh) if (decision.kind === "reject") parts.push(...(await refusals(desk, decision)));
  for (const decision of desk.state.decisions.values()) {
    if (decision.kind === "reject" && decision.told && !stands(decision)) {
      parts.push(`The refusal in ${paths(decision)} was taken back: those changes stand in the files again.`);
    }
  }
  for (const decision of fresh) if (decision.how === "edited") parts.push(...(await edits(desk, decision)));
  const accepted = fresh.filter((one) => one.kind === "accept").reduce((sum, one) => sum + hunksDecided(one), 0);
  if (accepted > 0) parts.push(`Accepted since then: ${accepted} ${accepted === 1 ? "change" : "changes"}.`);
  for (const change of changes) {
    const own = await ownChange(desk, change);
    if (own) parts.push(own);
  }
  parts.push(...(await moves(desk)));
  if (parts.length === 0) return "";
  return ["What the person decided and changed since your last turn. The files are as described here.", ...parts].join(
    "\n\n",
  );
}

async function refusals(desk: Desk, decision: DecisionState): Promise<string[]> {
  const parts: string[] = [];
  const reason = decision.why ? `: ${decision.why}` : "";
  for (const item of decision.items) {
    const file = desk.state.files.get(item.file);
    const revision = file?.revisions.get(item.revision);
    if (!file || !revision) continue;
    const texts = await desk.texts.read([revision.reviewed, revision.proposed]);
    for (const hunk of revision.hunks) {
      if (!item.hunks.includes(hunk.id)) continue;
      if (file.attribute !== null) {
        parts.push(`Rejected: ${await proposalOf(desk, revision)}${reason}`);
        continue;
      }
      const before = linesIn(texts[0]!).slice(hunk.from, hunk.to);
      const what =
        hunk.whole === "create" ? "new file" : hunk.whole === "delete" ? "deletion" : `hunk at line ${hunk.from + 1}`;
      parts.push(`Rejected in ${file.path} (${what})${reason}\n${shown(before, editOf(hunk, texts[1]!).lines)}`);
    }
    for (const one of revision.overtaken) {
      if (item.hunks.includes(one.id))
        parts.push(`Kept as the person wrote it in ${file.path} (line ${one.from + 1})${reason}`);
    }
  }
  return parts;
}

/** Changes that were accepted with other lines than the agent's. */
async function edits(desk: Desk, { texts, why }: DecisionState): Promise<string[]> {
  const reason = why ? `: ${why}` : "";
  return Promise.all(
    texts.map(async ({ path, proposed }) => {
      const [before, after] = (await desk.texts.read([proposed.before, proposed.after])).map(linesIn);
      const hunks = (await inSlices(diffSlices(before!, after!))).map(
        (one) =>
          `line ${one.newFrom + 1}:\n${shown(before!.slice(one.from, one.to), after!.slice(one.newFrom, one.newTo))}`,
      );
      return `Accepted in ${path} with the person's own lines in the place of yours${reason}\n${hunks.join("\n")}`;
    }),
  );
}

/** What an attribute's revision proposes, in words. */
async function proposalOf(desk: Desk, { path, proposed, attribute }: Revision): Promise<string> {
  const value = await valueIn(desk, proposed);
  if (value?.kind === "path") return `the rename of ${path} to ${value.path}. The file is at ${path} again`;
  if (attribute === "link") {
    const target = await linkIn(desk, proposed);
    return target === null ? `the removal of the link ${path}` : `the link ${path} to ${target}`;
  }
  return `making ${path} ${value?.kind === "mode" && value.executable ? "executable" : "not executable"}`;
}

/** A link's target, spelled so that no character of it can pass for the sentence around it. */
async function linkIn(desk: Desk, content: Content): Promise<string | null> {
  const value = await valueIn(desk, content);
  return value?.kind === "link" ? JSON.stringify(value.target) : null;
}

/** Files that the person gave another path than the draft has them under. */
async function moves(desk: Desk): Promise<string[]> {
  const parts: string[] = [];
  for (const file of desk.state.files.values()) {
    const rename = fileAt(desk.state, file.path, "path");
    const proposed = rename && (await valueIn(desk, rename.revision.proposed));
    const here = proposed?.kind === "path" && proposed.path === file.draftPath;
    if (file.attribute === null && file.path !== file.draftPath && !here)
      parts.push(`The person renamed ${file.draftPath} to ${file.path}: it is there now.`);
  }
  return parts;
}

async function ownChange(desk: Desk, change: TreeChange): Promise<string | null> {
  const file = fileAt(desk.state, change.path, change.attribute);
  const known = file ? file.revision.draft : change.before;
  const texts = await desk.texts.read([known, change.now, file ? await reviewed(desk, file) : change.before]);
  // What the person accepted is not theirs to be told of again.
  if (sameText(texts[1]!, texts[2]!) || sameText(texts[0]!, texts[1]!)) return null;
  if (change.attribute === "link") {
    const target = await linkIn(desk, change.now);
    if (target === null) return `The person removed the link ${change.path}.`;
    return `The person made ${change.path} a link to ${target}.`;
  }
  if (change.attribute) {
    const value = await valueIn(desk, change.now);
    return `The person made ${change.path} ${value?.kind === "mode" && value.executable ? "executable" : "not executable"}.`;
  }
  // The file went from there to another path: that is told by itself.
  if (texts[1]!.kind === "none" && !file && desk.state.vacated.has(change.path)) return null;
  if (texts[1]!.kind === "none") return `The person deleted ${change.path}.`;
  if (texts[2]!.kind === "none") return `The person created ${change.path}.`;
  const [before, now] = [linesIn(texts[2]!), linesIn(texts[1]!)];
  const hunks = (await inSlices(diffSlices(before, now))).map(
    (one) => `line ${one.newFrom + 1}:\n${shown(before.slice(one.from, one.to), now.slice(one.newFrom, one.newTo))}`,
  );
  return `The person changed ${change.path} themselves. Their text stands; where it met a change of yours, it took its place.\n${hunks.join("\n")}`;
}

async function reviewed(desk: Desk, file: FileState) {
  const { sides, verdicts } = await desk.textsOf(file);
  return desk.texts.keep(reviewedNow(sides, verdicts));
}

function linesIn(text: Text): Lines {
  return text.kind === "lines" ? text.lines : [];
}

function paths(decision: DecisionState): string {
  return [...new Set(decision.texts.map((one) => one.path))].join(", ");
}

function shown(before: Lines, after: Lines): string {
  const lines = [
    ...before.map((line) => `-${readable(bareLine(line))}`),
    ...after.map((line) => `+${readable(bareLine(line))}`),
  ];
  if (lines.length <= lineLimit) return lines.join("\n");
  return [...lines.slice(0, lineLimit), `… ${lines.length - lineLimit} more lines`].join("\n");
}

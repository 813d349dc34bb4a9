/**
 * The report: what an engine is told at a boundary, once, before the person's words.
 *
 * What was refused since it last heard, with the reason and the refused lines; which refusals were taken back; which of
 * its changes the person's own text overtook; and what the person changed themselves. Plain text, for a model to read.
 */
import type { TreeChange } from "../protocol/index.ts";
import { bareLine, diffLines, editOf, reviewedNow, sameText, type Lines, type Text } from "../review/index.ts";
import { hunksDecided, standing, stands, type DecisionState, type FileState } from "../state/index.ts";
import type { Desk } from "./desk.ts";
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
  const accepted = fresh.filter((one) => one.kind === "accept").reduce((sum, one) => sum + hunksDecided(one), 0);
  if (accepted > 0) parts.push(`Accepted since then: ${accepted} ${accepted === 1 ? "change" : "changes"}.`);
  for (const change of changes) {
    const own = await ownChange(desk, change);
    if (own) parts.push(own);
  }
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

async function ownChange(desk: Desk, change: TreeChange): Promise<string | null> {
  const id = desk.state.byPath.get(change.path);
  const file: FileState | undefined = id === undefined ? undefined : desk.state.files.get(id);
  const known = file ? file.revision.draft : change.before;
  const texts = await desk.texts.read([known, change.now, file ? await reviewed(desk, file) : change.before]);
  // What the person accepted is not theirs to be told of again.
  if (sameText(texts[1]!, texts[2]!) || sameText(texts[0]!, texts[1]!)) return null;
  if (texts[1]!.kind === "none") return `The person deleted ${change.path}.`;
  if (texts[2]!.kind === "none") return `The person created ${change.path}.`;
  const [before, now] = [linesIn(texts[2]!), linesIn(texts[1]!)];
  const hunks = diffLines(before, now).map(
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

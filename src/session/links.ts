/**
 * Links: what a person sees of a symbolic link that comes, goes, or leads elsewhere.
 *
 * From the values' bodies to rows and sentences; where a link leads is told by its text, nothing is looked up.
 * Always: both targets are shown whole; a link that may lead out of the folder says so.
 */
import { linkLeads, type FileView, type RowView } from "../protocol/index.ts";
import type { Text } from "../review/index.ts";
import type { FileState } from "../state/index.ts";
import { valueIn } from "./attributes.ts";
import type { Desk } from "./desk.ts";

/** What a decision about a link does beyond a text. */
export const linkEffect = "whoever reads or writes at this path reaches what the link leads to";

export interface LinkShown {
  rows: RowView[];
  detail: string;
  marks: string[];
}

export async function linkShown(desk: Desk, file: FileState): Promise<LinkShown> {
  const { reviewed, proposed } = file.revision;
  const [before, after] = [await targetIn(desk, reviewed), await targetIn(desk, proposed)];
  return {
    rows: [...targetRows("removed", before), ...targetRows("added", after)],
    detail: before === null ? "new link" : after === null ? "link removed" : "link leads elsewhere",
    marks: [
      ...((await isRefusedBefore(desk, file)) ? ["refused before"] : []),
      ...(after === null ? [] : leadingMark(file.path, after)),
    ],
  };
}

/** The target of a text that is a link's value, as lines. */
export async function targetOf(desk: Desk, text: Text): Promise<string[]> {
  const target = text.kind === "opaque" ? await targetIn(desk, text.id) : null;
  return target === null ? [] : [target];
}

/** A target as a row: it has no number, and no line end. */
export function targetRows(kind: "removed" | "added", target: string | null | undefined): RowView[] {
  return typeof target === "string" ? [{ kind, text: target }] : [];
}

async function targetIn(desk: Desk, content: FileState["revision"]["reviewed"]): Promise<string | null> {
  const value = await valueIn(desk, content);
  return value?.kind === "link" ? value.target : null;
}

function leadingMark(path: string, target: string): string[] {
  switch (linkLeads(path, target)) {
    case "inside":
      return [];
    case "absolute":
      return ["the target is an absolute path: it may lead anywhere on this machine"];
    case "outside":
      return ["the target leads out of this folder"];
    case "unclear":
      return ["the target may lead out of this folder"];
  }
}

/** Whether this very change stands refused, from an earlier revision. */
async function isRefusedBefore(desk: Desk, file: FileState): Promise<boolean> {
  const { number, reviewed, proposed } = file.revision;
  for (const decision of desk.state.decisions.values()) {
    if (decision.kind !== "reject" || decision.undoneBy > 0) continue;
    for (const item of decision.items) {
      if (item.file !== file.id || item.revision === number) continue;
      const then = file.revisions.get(item.revision);
      if (then?.reviewed === reviewed && then.proposed === proposed) return true;
    }
  }
  return false;
}

/** What the page calls a change of this attribute. */
export function changeOfAttribute(attribute: NonNullable<FileState["attribute"]>): FileView["change"] {
  return attribute === "path" ? "renamed" : attribute;
}

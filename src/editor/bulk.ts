/**
 * Decisions over many hunks from the palette: a whole file, or everything that waits.
 *
 * Always: what is decided is named hunk by hunk as it was shown; stale and overtaken hunks are never among them.
 */
import { l10n, window } from "vscode";
import type { DecisionItem, FileView } from "../protocol/index.ts";
import type { Answer, Supervised } from "../session/index.ts";

/** Asks which file, then decides its pending hunks. Null: the person chose none. */
export async function decideFile(session: Supervised, verb: "accept" | "reject"): Promise<Answer | null> {
  const waiting = await pendingFiles(session);
  if (waiting.length === 0) return nothingWaits();
  const items = waiting.map(({ path, item }) => ({
    label: path.replaceAll("$(", "$\u200b("),
    description: l10n.t("{0} to review", item.hunks.length),
    item,
  }));
  const title = verb === "accept" ? l10n.t("Accept File") : l10n.t("Reject File");
  const chosen = await window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen ? session[verb]([chosen.item]) : null;
}

/** Asks once, with the numbers, then decides every pending hunk. Null: the person chose otherwise. */
export async function decideAll(session: Supervised, verb: "accept" | "reject"): Promise<Answer | null> {
  const waiting = await pendingFiles(session);
  if (waiting.length === 0) return nothingWaits();
  const hunks = waiting.reduce((sum, { item }) => sum + item.hunks.length, 0);
  const question =
    verb === "accept"
      ? l10n.t("Accept {0} hunks in {1} files?", hunks, waiting.length)
      : l10n.t("Reject {0} hunks in {1} files?", hunks, waiting.length);
  const yes = verb === "accept" ? l10n.t("Accept All") : l10n.t("Reject All");
  const chosen = await window.showWarningMessage(question, { modal: true, detail: l10n.t("It can be undone.") }, yes);
  return chosen === yes ? session[verb](waiting.map(({ item }) => item)) : null;
}

async function pendingFiles(session: Supervised): Promise<{ path: string; item: DecisionItem }[]> {
  const files = new Map<string, FileView>();
  for (const message of await session.everything()) {
    if (message.kind !== "file") continue;
    const { file } = message;
    const before = message.part > 0 ? files.get(file.id) : undefined;
    files.set(file.id, before ? { ...file, hunks: [...before.hunks, ...file.hunks] } : file);
  }
  return [...files.values()].flatMap(({ id, path, revision, hunks }) => {
    const pending = hunks.filter((hunk) => hunk.state === "pending").map((hunk) => hunk.id);
    return pending.length > 0 ? [{ path, item: { file: id, revision, hunks: pending } }] : [];
  });
}

function nothingWaits(): Answer {
  return { kind: "moved on", text: l10n.t("Nothing waits for a decision.") };
}

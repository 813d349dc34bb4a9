/**
 * Decisions over many hunks from the palette: a whole file, or everything that waits.
 *
 * Always: what is decided is named hunk by hunk as it was shown; stale and overtaken hunks are never among them, and
 * an accept leaves hunks that do more than change text: they are counted, and decided one by one on the page.
 */
import { l10n, window } from "vscode";
import type { DecisionItem, FileView, HunkView } from "../protocol/index.ts";
import type { Answer, Supervised } from "../session/index.ts";

/** Asks which file, then decides its pending hunks. Null: the person chose none. */
export async function decideFile(session: Supervised, verb: "accept" | "reject"): Promise<Answer | null> {
  const { waiting, guarded } = await pendingFiles(session, verb);
  if (waiting.length === 0) return nothingWaits(guarded);
  const items = waiting.map(({ path, left, item }) => ({
    label: plainly(path),
    description: [l10n.t("{0} to review", item.hunks.length), ...protectedText(left)].join(", "),
    item,
  }));
  const title = verb === "accept" ? l10n.t("Accept File") : l10n.t("Reject File");
  const chosen = await window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen ? session[verb]([chosen.item]) : null;
}

/** Asks once, with the numbers, then decides every pending hunk. Null: the person chose otherwise. */
export async function decideAll(session: Supervised, verb: "accept" | "reject"): Promise<Answer | null> {
  const { waiting, guarded } = await pendingFiles(session, verb);
  if (waiting.length === 0) return nothingWaits(guarded);
  const hunks = waiting.reduce((sum, { item }) => sum + item.hunks.length, 0);
  const what = [
    hunks === 1 ? l10n.t("1 hunk") : l10n.t("{0} hunks", hunks),
    waiting.length === 1 ? l10n.t("1 file") : l10n.t("{0} files", waiting.length),
  ];
  const question = verb === "accept" ? l10n.t("Accept {0} in {1}?", ...what) : l10n.t("Reject {0} in {1}?", ...what);
  const yes = verb === "accept" ? l10n.t("Accept All") : l10n.t("Reject All");
  const detail = [l10n.t("It can be undone."), ...protectedText(guarded)].join(" ");
  const chosen = await window.showWarningMessage(question, { modal: true, detail }, yes);
  return chosen === yes ? session[verb](waiting.map(({ item }) => item)) : null;
}

interface Waiting {
  path: string;
  /** Its protected hunks, which `item` does not name. */
  left: number;
  item: DecisionItem;
}

/** What a decision over many hunks may name, file by file, and how many protected hunks it leaves in all. */
async function pendingFiles(
  session: Supervised,
  verb: "accept" | "reject",
): Promise<{ waiting: Waiting[]; guarded: number }> {
  const files = new Map<string, FileView>();
  for (const message of await session.everything()) {
    if (message.kind !== "file") continue;
    const { file } = message;
    const before = message.part > 0 ? files.get(file.id) : undefined;
    files.set(file.id, before ? { ...file, hunks: [...before.hunks, ...file.hunks] } : file);
  }
  const all = [...files.values()].map(({ id, path, revision, hunks }): Waiting => {
    const pending = hunks.filter((hunk) => hunk.state === "pending");
    const named = pending.filter((hunk) => verb === "reject" || !isProtected(hunk));
    return {
      path,
      left: pending.length - named.length,
      item: { file: id, revision, hunks: named.map((hunk) => hunk.id) },
    };
  });
  return {
    waiting: all.filter(({ item }) => item.hunks.length > 0),
    guarded: all.reduce((sum, { left }) => sum + left, 0),
  };
}

function isProtected(hunk: HunkView): boolean {
  return hunk.apart === "protected";
}

function protectedText(count: number): string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? l10n.t("1 protected hunk is left, to be decided by itself.")
      : l10n.t("{0} protected hunks are left, to be decided one by one.", count),
  ];
}

function nothingWaits(guarded: number): Answer {
  return { kind: "moved on", text: [l10n.t("Nothing waits for a decision."), ...protectedText(guarded)].join(" ") };
}

/** A path in a list of the editor: no icon is made of it, and no character hides or turns it around. */
function plainly(path: string): string {
  return path
    .replaceAll("$(", "$\u200b(")
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu, "\ufffd");
}

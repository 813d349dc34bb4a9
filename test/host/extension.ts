/**
 * The extension as the in-host tests hold it, and waiting for what becomes so.
 */
import assert from "node:assert/strict";
import { extensions } from "vscode";
import type { ForTests } from "../../src/extension.ts";
import type { FileView, HunkView, DecisionItem } from "../../src/protocol/index.ts";
import type { Supervised } from "../../src/session/index.ts";

export async function extensionUnderTest(): Promise<ForTests> {
  const extension = extensions.getExtension<ForTests | undefined>("countersign.countersign");
  const parts = await extension?.activate();
  assert.ok(parts, "the extension gives its parts to tests only: this host does not run it as under test");
  return parts;
}

/** Resolves with what `look` gives as soon as that is something; rejects with `what` when it takes too long. */
export async function until<T>(what: string, look: () => T | Promise<T>, seconds = 40): Promise<NonNullable<T>> {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`within ${seconds} s it did not come about: ${what}`);
    await new Promise((next) => setTimeout(next, 25));
  }
}

/** Every file of a session as the page would have it. */
export async function filesOf(session: Supervised): Promise<FileView[]> {
  const files = new Map<string, FileView>();
  for (const message of await session.everything()) {
    if (message.kind !== "file") continue;
    const before = message.part > 0 ? files.get(message.file.id) : undefined;
    files.set(
      message.file.id,
      before ? { ...message.file, hunks: [...before.hunks, ...message.file.hunks] } : message.file,
    );
  }
  return [...files.values()];
}

/** One hunk, as a decision names it. */
export function itemOf(file: FileView, hunk: HunkView): DecisionItem {
  return { file: file.id, revision: file.revision, hunks: [hunk.id] };
}

/** Resolves when the session's turn is over. */
export async function idle(session: Supervised): Promise<void> {
  await until("the turn's end", () => session.head().activity === "idle");
}

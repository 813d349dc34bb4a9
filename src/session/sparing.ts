/**
 * Sparing: while the person reviews, the folder is copied once more, for its next task to begin with.
 *
 * Always: once for a session, after its first turn, of a folder that takes a while to copy and is not larger than the person allows; a
 * failure of it is nobody's: the next task copies the folder itself.
 */
import type { Desk } from "./desk.ts";

export interface Sparing {
  /** A turn has ended. */
  begin(): void;
  /** Resolves when nothing of it runs any more. */
  close(): Promise<void>;
}

/** Files below which a copy is made in no time. */
const worthIt = 1_000;

export function openSparing({ parts, draft }: Pick<Desk, "parts"> & { draft: () => Desk["draft"] }): Sparing {
  const closing = new AbortController();
  let preparing: Promise<void> | null = null;
  return {
    begin() {
      const made = draft();
      if (preparing || closing.signal.aborted || made === null) return;
      if (made.files < worthIt || made.bytes > (parts.spare?.() ?? 0)) return;
      preparing = parts.drafts.prepare(parts.folder.path, closing.signal).catch(() => undefined);
    },
    async close() {
      closing.abort(new Error("the session was closed"));
      await preparing;
    },
  };
}

/**
 * Handover: one window asks another to let go of a session, and the other hears of it.
 *
 * Whoever asks puts an empty file `asked.<random token>` into the session's folder and waits until no running process claims the lease; the
 * holder sees the file come, and lets go of the session as it would on closing. Nothing is taken: the lease (`lease.ts`) has one
 * holder at every moment, and a holder that does not answer keeps it.
 *
 * Always: the file goes with the asking; one that a killed window left behind asks nobody, since only its coming is heard.
 */
import { randomBytes } from "node:crypto";
import { watch } from "node:fs";
import { access, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { leaseHolder } from "./lease.ts";
import { isSessionId } from "./session-id.ts";

/** What came of asking; `pid` is the process that keeps the session. */
export type Handover = { kind: "free" } | { kind: "kept"; pid: number };

export interface Handovers {
  /** Asks whoever has the session to let go of it, and waits until it is free, or nobody answers. Rejects when the folder cannot be written. */
  ask(session: string): Promise<Handover>;
  /** Calls `asked` when another window asks for the session. Returns the end of listening. */
  whenAsked(session: string, asked: () => void): () => void;
}

/** Milliseconds that a window has for stopping its agent and letting go. */
const patience = 10_000;
const name = /^asked\.[0-9a-f]{16}$/;

/** The sessions below `storage`; `wait` is how long an answer is waited for, in milliseconds. */
export function openHandovers(storage: string, wait = patience): Handovers {
  function folderOf(session: string): string {
    if (!isSessionId(session)) throw new Error("This is not the id of a session.");
    return join(storage, "sessions", session);
  }
  return {
    async ask(session) {
      const folder = folderOf(session);
      const file = join(folder, `asked.${randomBytes(8).toString("hex")}`);
      await (await open(file, "wx", 0o600)).close();
      try {
        const end = performance.now() + wait;
        for (;;) {
          const holder = await leaseHolder(folder);
          if (holder === null) return { kind: "free" };
          if (performance.now() > end) return { kind: "kept", pid: holder.pid };
          await pause(50);
        }
      } finally {
        await unlink(file).catch(() => {});
      }
    },
    whenAsked(session, asked) {
      const folder = folderOf(session);
      const watcher = watch(folder, { persistent: false }, (_event, file) => {
        if (file === null || !name.test(file)) return;
        // Its going is heard as well.
        access(join(folder, file)).then(asked, () => {});
      });
      // A folder that can no longer be watched is one that nobody can ask in.
      watcher.on("error", () => watcher.close());
      return () => watcher.close();
    },
  };
}

/**
 * Which sessions belong to a folder: told by the first event of each log, and by nothing else.
 *
 * Always: no more than the beginning of a log is read, once for as long as this memory lives; a folder that cannot be read is passed by.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { SessionId } from "../protocol/index.ts";
import type { Disk } from "./disk.ts";
import { readFirst } from "./frames.ts";
import { isSessionId } from "./session-id.ts";

/** Where a session was started: the folder's URI, and its repository's first commit where it has one. */
interface Origin {
  uri: unknown;
  rootCommit: unknown;
}

/** Lists sessions newest first. Answers [] when there is no such folder. */
export function sessionLister(
  disk: Disk,
  root: string,
): (workspaceUri: string, rootCommit?: string) => Promise<SessionId[]> {
  const origins = new Map<SessionId, Origin>(); // a first event never changes

  async function originOf(session: SessionId): Promise<Origin | null> {
    const known = origins.get(session);
    if (known !== undefined) return known;
    try {
      const file = await disk.open(join(root, session, "log"), "read");
      const first = await readFirst(file).finally(() => file.close());
      const workspace = (first as { workspace?: Partial<Origin> } | null)?.workspace;
      if (typeof workspace !== "object" || workspace === null) return null;
      const origin = { uri: workspace.uri, rootCommit: workspace.rootCommit };
      origins.set(session, origin);
      return origin;
    } catch {
      return null;
    }
  }

  return async (workspaceUri, rootCommit) => {
    const names = await readdir(root).catch(() => []);
    const ids = names.filter(isSessionId).sort().reverse();
    const mine = new Set<SessionId>();
    let next = 0;
    const read = async (): Promise<void> => {
      while (next < ids.length) {
        const session = ids[next++] as SessionId;
        const origin = await originOf(session);
        if (origin === null) continue;
        if (origin.uri === workspaceUri || (rootCommit !== undefined && origin.rootCommit === rootCommit))
          mine.add(session);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, read));
    return ids.filter((id) => mine.has(id));
  };
}

const atOnce = 16;

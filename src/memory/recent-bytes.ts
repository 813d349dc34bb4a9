/**
 * The bodies read last, by id, up to a fixed number of bytes: a review asks for the same few texts again and again. It is small,
 * because a session keeps the texts it works on itself.
 *
 * Always: at most `limit` bytes are held; what is larger than an eighth of it is not held at all.
 */
import type { ContentId } from "../protocol/index.ts";

export interface RecentBytes {
  get(id: ContentId): Uint8Array | undefined;
  keep(id: ContentId, bytes: Uint8Array): void;
}

/** An empty one. `limit` is in bytes. */
export function recentBytes(limit = 1 << 18): RecentBytes {
  const held = new Map<ContentId, Uint8Array>(); // oldest use first
  let size = 0;
  return {
    get(id) {
      const bytes = held.get(id);
      if (bytes === undefined) return undefined;
      held.delete(id);
      held.set(id, bytes);
      return bytes;
    },
    keep(id, bytes) {
      if (bytes.length > limit / 8 || held.has(id)) return;
      held.set(id, bytes);
      size += bytes.length;
      for (const [oldest, old] of held) {
        if (size <= limit) break;
        held.delete(oldest);
        size -= old.length;
      }
    },
  };
}

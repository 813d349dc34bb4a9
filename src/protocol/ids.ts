/**
 * Ids and contents: the names by which every room speaks of the same thing.
 *
 * Pure types. A content id is the SHA-256 (lower-case hex) of exact bytes; `null` as a content says that
 * the file does not exist. Paths are relative to the session's folder, with `/`, never empty, never `..`.
 */

/** A session's id: 26 characters of [0-9a-z], sortable by time of creation. */
export type SessionId = string;
/** A file's id within one session ("f1", "f2", …). It outlives a change of the file's path. */
export type FileId = string;
/** A hunk's id within one file of one session ("h1", "h2", …). It follows the hunk's place, not its text. */
export type HunkId = string;
/** SHA-256 of a file's exact bytes, 64 lower-case hex digits. */
export type ContentId = string;
/** What a file holds: the id of its bytes, or null where there is no such file. */
export type Content = ContentId | null;

/** For the end of a switch over a union: reached only when a case was forgotten. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}

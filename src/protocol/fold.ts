/**
 * The fold of a log, as the memory room is handed one: it reads and keeps, and knows nothing of what comes of it.
 *
 * Types only.
 */

/**
 * How a log's events become one value, and how that value is kept beside the log, so that opening it again need not take every
 * event again. Whoever keeps it knows nothing of what it holds.
 */
export interface Fold<T> {
  /** Names this fold: what another version kept is not taken. */
  readonly version: string;
  empty(): T;
  /** Takes over the value it is given, and one more event as parsed JSON. */
  take(value: T, event: unknown): T;
  /** The value in pieces that JSON can hold, each small, because it is written and read at one go. A string has no newline in it. */
  pieces(value: T): Iterable<unknown>;
  /** The way back: it is handed the pieces in their order. Null, or throws, when they make no value. */
  restore(): { take(piece: unknown): void; done(): T | null };
}

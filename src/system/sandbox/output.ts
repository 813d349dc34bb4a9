/**
 * What a command writes, kept within bounds: the beginning and the end for a reader, the whole up to a limit for the log.
 *
 * Bytes, as they came; nothing is decoded here.
 * Always: `head`, the cut and `tail` add up to all that came, and without a cut `head` is all of it.
 */
import type { CommandLimits, CommandOutput } from "../../protocol/index.ts";

export interface Captured {
  add(piece: Uint8Array): void;
  /** Bytes so far. */
  size(): number;
  output(): CommandOutput;
}

export function capture(limits: Pick<CommandLimits, "whole" | "head" | "tail">): Captured {
  const room = Math.max(limits.whole, limits.head + limits.tail);
  const begun: Uint8Array[] = [];
  let held = 0;
  let bytes = 0;
  let ring: Uint8Array = new Uint8Array(0);

  return {
    add(piece) {
      bytes += piece.length;
      const taken = piece.subarray(0, Math.max(0, room - held));
      if (taken.length > 0) begun.push(taken.slice());
      held += taken.length;
      // The end is kept apart once the whole is not.
      const rest = piece.subarray(taken.length);
      if (rest.length > 0) ring = ending(ring, rest, limits.tail);
    },
    size: () => bytes,
    output() {
      const all = joined(begun);
      const whole = all.slice(0, limits.whole);
      if (bytes <= limits.head + limits.tail) return { bytes, whole, head: all, cut: 0, tail: new Uint8Array(0) };
      const tail = ending(ending(new Uint8Array(0), all, limits.tail), ring, limits.tail);
      return { bytes, whole, head: all.slice(0, limits.head), cut: bytes - limits.head - tail.length, tail };
    },
  };
}

/** The last bytes of two pieces one after the other. */
function ending(before: Uint8Array, after: Uint8Array, size: number): Uint8Array {
  if (size === 0) return new Uint8Array(0);
  if (after.length >= size) return after.slice(after.length - size);
  const kept = before.subarray(Math.max(0, before.length + after.length - size));
  return joined([kept, after]);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

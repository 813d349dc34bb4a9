/**
 * Texts of contents: from a body's bytes to lines and back.
 *
 * A line holds one character a byte, whatever the file's encoding, so that contents of one file compare although one
 * of them may be UTF-8 and another not, and nothing is lost on the way. Only what a person or a model reads is made
 * `readable`. What holds a NUL, or more than is compared line by line, is opaque.
 *
 * Always: bytes → text → bytes gives the same bytes.
 */
import type { Bodies, Content, ContentId } from "../protocol/index.ts";
import { isOpaque, linesOf, none, type Lines, type Text } from "../review/index.ts";

export interface Texts {
  /** Reads contents: by id, null for no file, or bytes at hand. */
  read(sources: readonly (Content | Uint8Array)[]): Promise<Text[]>;
  /** Keeps a text as a body. */
  keep(text: Text): Promise<Content>;
}

/** Bytes that the texts at hand may take, the newest few aside: a review asks for the same few again and again. */
const heldLimit = 100_000;
/** The sides of one file stay at hand however large they are: its hunks are decided one after the other. */
const newest = 4;
/** What a line costs beyond its characters. */
const lineCost = 40;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function bytesOf(text: Text): Uint8Array | null {
  if (text.kind === "none") return null;
  if (text.kind === "opaque") throw new Error("an opaque text has no bytes of its own");
  return Buffer.from(text.lines.join(""), "latin1");
}

/** The lines of bytes that are known to be no opaque ones. */
export function linesIn(bytes: Uint8Array): Lines {
  return linesOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1"));
}

/** A line, or a part of one, as a person reads it: as UTF-8 where it is UTF-8. */
export function readable(line: string): string {
  if (!/[\x80-\xff]/.test(line)) return line;
  try {
    return utf8.decode(Buffer.from(line, "latin1"));
  } catch {
    return line;
  }
}

/** The texts of a session's bodies. They stay on the disk; at hand are those used last. */
export function openTexts(bodies: Bodies): Texts {
  const texts = new Map<ContentId, { text: Text; cost: number }>(); // oldest use first
  // A text that came from a body, or went into one, need not be hashed to be named.
  const ids = new WeakMap<Text, ContentId>();
  const reading = new Map<ContentId, Promise<Text>>();
  let held = 0;

  const hold = (id: ContentId, text: Text, cost = costOf(text)) => {
    held += cost - (texts.get(id)?.cost ?? 0);
    texts.delete(id);
    texts.set(id, { text, cost });
    ids.set(text, id);
    for (const [oldest, old] of texts) {
      if (held <= heldLimit || texts.size <= newest) break;
      texts.delete(oldest);
      held -= old.cost;
    }
  };

  const readBody = async (id: ContentId): Promise<Text> => {
    try {
      const text = textFrom(id, await bodies.get(id));
      hold(id, text);
      return text;
    } finally {
      reading.delete(id);
    }
  };

  const textOf = (id: ContentId): Text | Promise<Text> => {
    const known = texts.get(id);
    if (known) {
      hold(id, known.text, known.cost);
      return known.text;
    }
    const read = reading.get(id) ?? readBody(id);
    reading.set(id, read);
    return read;
  };

  return {
    read: (sources) =>
      Promise.all(
        sources.map(async (source): Promise<Text> => {
          if (source === null) return none;
          if (typeof source === "string") return textOf(source);
          return isOpaque(source)
            ? { kind: "opaque", id: await bodies.put(source), size: source.length }
            : { kind: "lines", lines: linesIn(source) };
        }),
      ),

    async keep(text) {
      if (text.kind === "none") return null;
      if (text.kind === "opaque") return text.id;
      const known = ids.get(text);
      if (known !== undefined) return known;
      const id = await bodies.put(bytesOf(text)!);
      hold(id, text);
      return id;
    },
  };
}

function textFrom(id: ContentId, bytes: Uint8Array): Text {
  return isOpaque(bytes) ? { kind: "opaque", id, size: bytes.length } : { kind: "lines", lines: linesIn(bytes) };
}

function costOf(text: Text): number {
  return text.kind === "lines" ? text.lines.reduce((sum, line) => sum + line.length + lineCost, 0) : 0;
}

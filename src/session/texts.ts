/**
 * Texts of contents: from a body's bytes to lines and back.
 *
 * A line holds one character a byte, whatever the file's encoding, so that contents of one file compare although one
 * of them may be UTF-8 and another not, and nothing is lost on the way. Only what a person or a model reads is made
 * `readable`. What holds a NUL is opaque.
 *
 * Always: bytes → text → bytes gives the same bytes.
 */
import type { Bodies, Content, ContentId } from "../protocol/index.ts";
import { linesOf, none, type Lines, type Text } from "../review/index.ts";

export interface Texts {
  /** Reads contents: by id, null for no file, or bytes at hand. */
  read(sources: readonly (Content | Uint8Array)[]): Promise<Text[]>;
  /** Keeps a text as a body. */
  keep(text: Text): Promise<Content>;
}

/** Bytes of texts kept at hand. */
const cacheLimit = 24_000_000;

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

export function openTexts(bodies: Bodies): Texts {
  const texts = new Map<ContentId, Text>();
  // A text that came from a body, or went into one, need not be hashed to be named.
  const ids = new WeakMap<Text, ContentId>();
  let held = 0;

  const hold = (id: ContentId, text: Text, size: number) => {
    held += size;
    if (held > cacheLimit) {
      texts.clear();
      held = size;
    }
    texts.set(id, text);
    ids.set(text, id);
  };

  const textOf = async (id: ContentId): Promise<Text> => {
    const known = texts.get(id);
    if (known) return known;
    const bytes = await bodies.get(id);
    const text: Text = bytes.includes(0) ? { kind: "opaque", id } : { kind: "lines", lines: linesIn(bytes) };
    hold(id, text, bytes.length);
    return text;
  };

  return {
    read: (sources) =>
      Promise.all(
        sources.map(async (source): Promise<Text> => {
          if (source === null) return none;
          if (typeof source === "string") return textOf(source);
          return source.includes(0)
            ? { kind: "opaque", id: await bodies.put(source) }
            : { kind: "lines", lines: linesIn(source) };
        }),
      ),

    async keep(text) {
      if (text.kind === "none") return null;
      if (text.kind === "opaque") return text.id;
      const known = ids.get(text);
      if (known !== undefined) return known;
      const bytes = bytesOf(text)!;
      const id = await bodies.put(bytes);
      hold(id, text, bytes.length);
      return id;
    },
  };
}

/**
 * Texts of contents: from a body's bytes to lines and back.
 *
 * Bytes are read as UTF-8 where they are UTF-8; other bytes without a NUL are read one character a byte, which loses
 * nothing; what holds a NUL is opaque. The contents of one file are always read alike, so that their lines compare.
 *
 * Always: bytes → text → bytes gives the same bytes.
 */
import type { Bodies, Content, ContentId } from "../protocol/index.ts";
import { linesOf, none, type Text } from "../review/index.ts";

/** How the texts of one file are read and written. */
export type Coding = "utf8" | "bytes";

/** Several contents of one file, read alike. */
export interface Reading {
  texts: Text[];
  coding: Coding;
}

export interface Texts {
  /** Reads contents of one file: by id, null for no file, or bytes at hand. */
  read(sources: readonly (Content | Uint8Array)[]): Promise<Reading>;
  /** Keeps a text as a body. */
  keep(text: Text, coding: Coding): Promise<Content>;
}

/** Characters of decoded text kept at hand. */
const cacheLimit = 24_000_000;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const oneByteEach = new TextDecoder("latin1");

export function bytesOf(text: Text, coding: Coding): Uint8Array | null {
  if (text.kind === "none") return null;
  if (text.kind === "opaque") throw new Error("an opaque text has no bytes of its own");
  const joined = text.lines.join("");
  if (coding === "utf8") return new TextEncoder().encode(joined);
  return Uint8Array.from(joined, (character) => character.charCodeAt(0));
}

interface Decoded {
  /** Null: not UTF-8. */
  utf8: string | null;
  opaque: boolean;
  size: number;
}

export function openTexts(bodies: Bodies): Texts {
  const decoded = new Map<ContentId, Decoded>();
  const lines = new Map<string, Text>();
  let held = 0;

  const decode = async (id: ContentId): Promise<Decoded> => {
    const known = decoded.get(id);
    if (known) return known;
    const found = decodeBytes(await bodies.get(id));
    decoded.set(id, found);
    held += found.size;
    if (held > cacheLimit) {
      decoded.clear();
      lines.clear();
      held = 0;
    }
    return found;
  };

  const textOf = async (id: ContentId, coding: Coding): Promise<Text> => {
    const key = `${coding} ${id}`;
    const known = lines.get(key);
    if (known) return known;
    const found = await decode(id);
    const text: Text = found.opaque
      ? { kind: "opaque", id }
      : { kind: "lines", lines: linesOf(coding === "utf8" ? found.utf8! : perByte(await bodies.get(id))) };
    lines.set(key, text);
    return text;
  };

  return {
    async read(sources) {
      const parts = await Promise.all(
        sources.map(async (source) => {
          if (source === null) return null;
          return typeof source === "string" ? await decode(source) : decodeBytes(source);
        }),
      );
      const coding: Coding = parts.some((part) => part && !part.opaque && part.utf8 === null) ? "bytes" : "utf8";
      const texts = await Promise.all(
        sources.map(async (source, index): Promise<Text> => {
          if (source === null) return none;
          if (typeof source === "string") return textOf(source, coding);
          const part = parts[index]!;
          if (part.opaque) return { kind: "opaque", id: await bodies.put(source) };
          return { kind: "lines", lines: linesOf(coding === "utf8" ? part.utf8! : perByte(source)) };
        }),
      );
      return { texts, coding };
    },

    async keep(text, coding) {
      if (text.kind === "none") return null;
      if (text.kind === "opaque") return text.id;
      const id = await bodies.put(bytesOf(text, coding)!);
      lines.set(`${coding} ${id}`, text);
      return id;
    },
  };
}

function decodeBytes(bytes: Uint8Array): Decoded {
  if (bytes.includes(0)) return { utf8: null, opaque: true, size: 0 };
  try {
    return { utf8: utf8.decode(bytes), opaque: false, size: bytes.length };
  } catch {
    return { utf8: null, opaque: false, size: bytes.length };
  }
}

/** One character a byte. The Web's "latin1" is windows-1252, whose 0x80 to 0x9F would not come back: mapped by hand. */
function perByte(bytes: Uint8Array): string {
  let plain = true;
  for (const byte of bytes) if (byte >= 0x80 && byte <= 0x9f) plain = false;
  if (plain) return oneByteEach.decode(bytes);
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(start, start + 8192)));
  }
  return parts.join("");
}

/**
 * Attachments: what goes along with a prompt beside its words, and which images and documents can.
 *
 * Pure. What a file is, is read off its first bytes, never off its name.
 * Always: what passes here is within what the Messages API takes; the limits are its own, as far as they can be told from the bytes.
 */

/** A text; or an image or a document, byte for byte as the person gave it. */
export type Attachment = { name: string } & ({ text: string } | { type: MediaType; bytes: Uint8Array });

export type MediaType = "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "application/pdf";

export interface Media {
  type: MediaType;
  /** In pixels; null where the bytes do not tell. */
  width: number | null;
  height: number | null;
}

/** The largest image and document, in bytes: five, and less than 32, of the API's megabytes once they are base64. */
export const mostBytes = { image: 3_932_160, document: 15_728_640 } as const;
/** All images and documents of a task together, in bytes. */
export const mostBytesTogether = 15_728_640;
/** Images and documents of a task. */
export const mostMedia = 20;
/** Pixels of a side. */
const mostPixels = 8_000;

/** Why it cannot go along; null: it can. */
export function mediaProblem(media: Media, bytes: number): "large" | "wide" | null {
  const most = media.type === "application/pdf" ? mostBytes.document : mostBytes.image;
  if (bytes > most) return "large";
  return Math.max(media.width ?? 0, media.height ?? 0) > mostPixels ? "wide" : null;
}

/** What the bytes are, if they are an image or a document that can go along. */
export function mediaIn(bytes: Uint8Array): Media | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sized = (type: MediaType, size: [number, number] | null): Media => ({
    type,
    width: size?.[0] ?? null,
    height: size?.[1] ?? null,
  });
  if (holds(bytes, 0, "\x89PNG\r\n\x1a\n") && bytes.length >= 24)
    return sized("image/png", [view.getUint32(16), view.getUint32(20)]);
  if ((holds(bytes, 0, "GIF87a") || holds(bytes, 0, "GIF89a")) && bytes.length >= 10)
    return sized("image/gif", [view.getUint16(6, true), view.getUint16(8, true)]);
  if (holds(bytes, 0, "\xff\xd8\xff")) return sized("image/jpeg", jpegSize(view));
  if (holds(bytes, 0, "RIFF") && holds(bytes, 8, "WEBP")) return sized("image/webp", webpSize(bytes, view));
  if (holds(bytes, 0, "%PDF-")) return sized("application/pdf", null);
  return null;
}

function holds(bytes: Uint8Array, at: number, text: string): boolean {
  return bytes.length >= at + text.length && [...text].every((one, index) => bytes[at + index] === one.charCodeAt(0));
}

/** The size stands in the frame's header, behind segments that say how long they are. */
function jpegSize(view: DataView): [number, number] | null {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // Fill bytes, and markers that stand alone.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function webpSize(bytes: Uint8Array, view: DataView): [number, number] | null {
  if (bytes.length < 30) return null;
  if (holds(bytes, 12, "VP8X")) {
    const side = (at: number): number => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1;
    return [side(24), side(27)];
  }
  if (holds(bytes, 12, "VP8L")) {
    const bits = view.getUint32(21, true);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
  }
  if (holds(bytes, 12, "VP8 ")) return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  return null;
}

/**
 * Attributes: what of a file, beside its text, is decided by itself.
 *
 * Each is a file of its own to the laws of review: it has reviewed, proposed, drafted and present value, revisions, hunks
 * and decisions. Its value is kept as a body that begins with NUL: no text reads like it, so it changes as a whole.
 *
 * Always: `attributeOf(attributeBody(a)) ` gives `a` back; bytes that are no attribute's give null.
 */

/** "mode": whether its owner may execute the file. "path": its name and folder. */
export type AttributeKind = "mode" | "path";

export type Attribute = { kind: "mode"; executable: boolean } | { kind: "path"; path: string };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes that stand for this value. */
export function attributeBody(attribute: Attribute): Uint8Array {
  return encoder.encode(
    attribute.kind === "mode" ? `\0mode ${attribute.executable ? "executable" : "plain"}` : `\0path ${attribute.path}`,
  );
}

/** The value that these bytes stand for. */
export function attributeOf(bytes: Uint8Array): Attribute | null {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return null;
  }
  if (text === "\0mode executable" || text === "\0mode plain")
    return { kind: "mode", executable: text === "\0mode executable" };
  return text.startsWith("\0path ") ? { kind: "path", path: text.slice(6) } : null;
}

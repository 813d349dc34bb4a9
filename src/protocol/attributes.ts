/**
 * Attributes: what of a file, beside its text, is decided by itself.
 *
 * Each is a file of its own to the laws of review: it has reviewed, proposed, drafted and present value, revisions, hunks
 * and decisions. Its value is kept as a body that begins with NUL: no text reads like it, so it changes as a whole.
 *
 * Always: `attributeOf(attributeBody(a)) ` gives `a` back; bytes that are no attribute's give null.
 */

/** "mode": whether its owner may execute the file. "path": its name and folder. "link": the symbolic link that stands in a file's place. */
export type AttributeKind = "mode" | "path" | "link";

/** Those that a tree is found to have; a new path is concluded. */
export type TreeAttribute = Exclude<AttributeKind, "path">;

/** `target`: the link's text, as it is read. Where no link stands there is no value. */
export type Attribute =
  { kind: "mode"; executable: boolean } | { kind: "path"; path: string } | { kind: "link"; target: string };

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes that stand for this value. */
export function attributeBody(attribute: Attribute): Uint8Array {
  return encoder.encode(`\0${attribute.kind} ${valueText(attribute)}`);
}

function valueText(attribute: Attribute): string {
  if (attribute.kind === "mode") return attribute.executable ? "executable" : "plain";
  return attribute.kind === "path" ? attribute.path : attribute.target;
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
  if (text.startsWith("\0path ")) return { kind: "path", path: text.slice(6) };
  return text.startsWith("\0link ") ? { kind: "link", target: text.slice(6) } : null;
}

/**
 * Where a link at `path` leads, by its text alone. "unclear": upwards behind a name that may be a link itself. Both kinds of
 * separators count, whatever the system.
 */
export function linkLeads(path: string, target: string): "inside" | "outside" | "absolute" | "unclear" {
  if (/^([\\/]|[a-zA-Z]:)/.test(target)) return "absolute";
  const parts = target.split(/[\\/]/).filter((part) => part !== "" && part !== ".");
  const down = parts.findIndex((part) => part !== "..");
  const up = down === -1 ? parts.length : down;
  if (up > path.split("/").length - 1) return "outside";
  return parts.indexOf("..", up) === -1 ? "inside" : "unclear";
}

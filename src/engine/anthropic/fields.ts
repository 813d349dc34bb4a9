/**
 * Fields: the text of a tool input's string fields while its JSON is still arriving.
 *
 * Pure. Takes the JSON in pieces of any size, cut anywhere (inside an escape, inside a surrogate pair), and gives out
 * what each piece adds to the fields that are shown. Each character is looked at once, so a delta costs the same
 * whether it is the first or the ten-thousandth. It shows; it does not judge: the finished input is parsed by JSON.
 * Always: for valid JSON whose keys stand once, the pieces of a field add up to the parsed value, and no piece ends in
 * half a surrogate pair that the text goes on to complete. Never throws.
 */

/** The fields a person sees arriving. */
export type Field = "path" | "old" | "new";

export interface Piece {
  field: Field;
  text: string;
}

export interface FieldScanner {
  /** Takes the next piece of JSON; what it adds to each shown field, in order. */
  push(delta: string): Piece[];
  /** A key that stood more than once in the outermost object, or null. */
  repeated(): string | null;
}

/** The file tools' keys and the fields they are shown as. */
const shown = new Map<string, Field>([
  ["file_path", "path"],
  ["old_string", "old"],
  ["new_string", "new"],
  ["content", "new"],
]);

const escapes: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** A scanner for one tool input. */
export function fieldScanner(): FieldScanner {
  const keys = new Set<string>();
  let repeated: string | null = null;
  let depth = 0;
  let object = false;
  /** What the next string of the outermost object is. */
  let expects: "key" | "value" = "key";
  let key = "";
  /** The string being read: none, a key, a shown value, or one that is passed over. */
  let reading: "none" | "key" | "field" | "other" = "none";
  let field: Field = "path";
  let text = "";
  /** null: no escape is open; "": a backslash stood; else the "u" and hex digits so far. */
  let escape: string | null = null;

  function begin(): void {
    text = "";
    const top = depth === 1 && object;
    const named = top && expects === "value" ? shown.get(key) : undefined;
    if (named !== undefined) {
      field = named;
      reading = "field";
    } else {
      reading = top && expects === "key" ? "key" : "other";
    }
  }

  /** Reads on inside a string from `at`; the place behind what was read. */
  function string(delta: string, at: number, pieces: Piece[]): number {
    if (escape !== null) {
      escaped(delta[at] as string);
      return at + 1;
    }
    let end = at;
    let code = 0;
    while (end < delta.length && (code = delta.charCodeAt(end)) !== 0x22 && code !== 0x5c) end++;
    if (reading !== "other") text += delta.slice(at, end);
    if (end === delta.length) return end;
    if (code === 0x5c) escape = "";
    else finish(pieces);
    return end + 1;
  }

  function escaped(char: string): void {
    let meant: string | null = null;
    if (escape === "") {
      if (char === "u") escape = "u";
      else meant = escapes[char] ?? char;
    } else {
      escape += char;
      if (escape?.length === 5) meant = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    }
    if (meant === null) return;
    escape = null;
    if (reading !== "other") text += meant;
  }

  function finish(pieces: Piece[]): void {
    if (reading === "field") give(pieces, text.length);
    if (reading === "key") {
      if (keys.has(text)) repeated = text;
      keys.add(text);
      key = text;
    }
    reading = "none";
  }

  function give(pieces: Piece[], length: number): void {
    if (length > 0) pieces.push({ field, text: text.slice(0, length) });
    text = text.slice(length);
  }

  function structure(code: number): void {
    if (code === 0x7b || code === 0x5b) {
      if (depth === 0) object = code === 0x7b;
      depth++;
    } else if (code === 0x7d || code === 0x5d) depth--;
    else if (depth === 1 && code === 0x3a) expects = "value";
    else if (depth === 1 && code === 0x2c) expects = "key";
    else if (code === 0x22) begin();
  }

  return {
    push(delta) {
      const pieces: Piece[] = [];
      let at = 0;
      while (at < delta.length) {
        if (reading === "none") structure(delta.charCodeAt(at++));
        else at = string(delta, at, pieces);
      }
      if (reading === "field") give(pieces, endsHalf(text) ? text.length - 1 : text.length);
      return pieces;
    },
    repeated: () => repeated,
  };
}

/** Whether the text ends in the first half of a surrogate pair. */
function endsHalf(text: string): boolean {
  const code = text.charCodeAt(text.length - 1);
  return code >= 0xd800 && code <= 0xdbff;
}

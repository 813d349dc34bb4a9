/**
 * Texts: what a file holds, as far as review is concerned.
 *
 * Pure. A text is a list of lines, each with its own terminator (LF, CRLF, a lone CR, or none at the very end), so
 * that joining the lines gives the text back, character for character. A file that is not there, or that cannot be
 * read as lines, is a text too, but only ever as a whole.
 *
 * Always: `linesOf(t).join("") === t`; only the last line may be without a terminator.
 */

/** Lines, each with its own terminator. */
export type Lines = readonly string[];

export type Text =
  | { kind: "none" }
  | { kind: "lines"; lines: Lines }
  /** Not read as lines: known by the id of its bytes alone, and their number where that is at hand. */
  | { kind: "opaque"; id: string; size?: number };

export const none: Text = { kind: "none" };

/** What has more lines, or more bytes, than this is decided as a whole: no difference of lines is computed. */
export const mostLines = 200_000;
export const mostBytes = 64 * 1024 * 1024;

/** Whether these bytes are decided as a whole: they hold a NUL, or more than is compared line by line. */
export function isOpaque(bytes: Uint8Array): boolean {
  if (bytes.length > mostBytes || bytes.includes(0)) return true;
  if (bytes.length <= mostLines) return false;
  let lines = bytes.at(-1) === 10 || bytes.at(-1) === 13 ? 0 : 1;
  for (let at = bytes.indexOf(10); at >= 0 && lines <= mostLines; at = bytes.indexOf(10, at + 1)) lines++;
  for (let at = bytes.indexOf(13); at >= 0 && lines <= mostLines; at = bytes.indexOf(13, at + 1))
    if (bytes[at + 1] !== 10) lines++;
  return lines > mostLines;
}

/** The text, as it is when it is read again: too many lines together are no lines any more. */
export function isTooLong(text: Text): boolean {
  if (text.kind !== "lines") return false;
  return text.lines.length > mostLines || text.lines.reduce((sum, line) => sum + line.length, 0) > mostBytes;
}

/** Splits after each terminator. The pieces are flat copies' slices of `text` and share its storage. */
export function linesOf(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 10 && code !== 13) continue;
    if (code === 13 && text.charCodeAt(index + 1) === 10) index++;
    lines.push(text.slice(start, index + 1));
    start = index + 1;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

export function text(content: string): Text {
  return { kind: "lines", lines: linesOf(content) };
}

/** The line's terminator: LF, CRLF, CR or none. */
export function terminatorOf(line: string): "\n" | "\r\n" | "\r" | "" {
  if (line.endsWith("\r\n")) return "\r\n";
  if (line.endsWith("\n")) return "\n";
  return line.endsWith("\r") ? "\r" : "";
}

/** The line without its terminator. */
export function bareLine(line: string): string {
  return line.slice(0, line.length - terminatorOf(line).length);
}

/** The same lines, every terminator replaced by `terminator`: how an editor holds them. An unterminated end stays so. */
export function withTerminator(lines: Lines, terminator: "\n" | "\r\n"): string[] {
  return lines.map((line) => {
    const own = terminatorOf(line);
    return own === terminator || own === "" ? line : line.slice(0, line.length - own.length) + terminator;
  });
}

export function sameLines(a: Lines, b: Lines): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

export function sameText(a: Text, b: Text): boolean {
  if (a.kind === "lines" && b.kind === "lines") return sameLines(a.lines, b.lines);
  if (a.kind === "opaque" && b.kind === "opaque") return a.id === b.id;
  return a.kind === "none" && b.kind === "none";
}

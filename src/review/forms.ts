/**
 * Forms: how a text is written down beside what it says: its line ends, its byte order mark, its encoding.
 *
 * Pure. Where two texts say the same and only their form differs, that is one change. It is brought into a text that somebody
 * has typed in by converting that text, so it meets no line of theirs. A line's characters are its bytes.
 *
 * Always: the second of two texts that differ in form alone is the first one converted; a missing end of the last line is no
 * form but a line that differs.
 */
import { bareLine, terminatorOf, type Lines, type Text } from "./text.ts";

export type Form =
  /** `from` and `to`: the one end that all lines have; null where they are mixed. */
  | { kind: "ends"; from: End | null; to: End | null; lines: number }
  | { kind: "mark"; has: boolean }
  /** The bytes are read as UTF-8 on one side, one character a byte on the other. */
  | { kind: "encoding"; utf8: boolean };

export type End = "\n" | "\r\n" | "\r";

const mark = "\xef\xbb\xbf";
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How two texts differ that say the same; null where they differ otherwise, or not at all. */
export function formChange(before: Text, after: Text): Form | null {
  if (before.kind !== "lines" || after.kind !== "lines" || before.lines.length !== after.lines.length) return null;
  return (
    endsChange(before.lines, after.lines) ?? markChange(before.lines, after.lines) ?? encodingChange(before, after)
  );
}

function endsChange(before: Lines, after: Lines): Form | null {
  let lines = 0;
  for (let at = 0; at < before.length; at++) {
    if (before[at] === after[at]) continue;
    const [old, now] = [terminatorOf(before[at]!), terminatorOf(after[at]!)];
    if (old === "" || now === "" || bareLine(before[at]!) !== bareLine(after[at]!)) return null;
    lines += 1;
  }
  return lines === 0 ? null : { kind: "ends", from: onlyEnd(before), to: onlyEnd(after), lines };
}

/** The end that all lines have, but for the last where it has none. */
function onlyEnd(lines: Lines): End | null {
  const first = terminatorOf(lines[0] ?? "");
  if (first === "") return null;
  const same = lines.every((line, at) => {
    const end = terminatorOf(line);
    return end === first || (end === "" && at === lines.length - 1);
  });
  return same ? first : null;
}

function markChange(before: Lines, after: Lines): Form | null {
  const [old, now] = [before[0] ?? "", after[0] ?? ""];
  const has = now.startsWith(mark);
  if (has === old.startsWith(mark)) return null;
  const said = has ? now === mark + old : old === mark + now;
  return said && rest(before, after) ? { kind: "mark", has } : null;
}

function rest(before: Lines, after: Lines): boolean {
  for (let at = 1; at < before.length; at++) if (before[at] !== after[at]) return false;
  return true;
}

function encodingChange(before: Text & { kind: "lines" }, after: Text & { kind: "lines" }): Form | null {
  let now: boolean | null = null; // whether the second one is the UTF-8
  for (let at = 0; at < before.lines.length; at++) {
    const [one, other] = [before.lines[at]!, after.lines[at]!];
    if (one === other) continue;
    const said = one.length < other.length ? decoded(other) === one : decoded(one) === other;
    if (!said || (now !== null && now !== one.length < other.length)) return null;
    now = one.length < other.length;
  }
  // Where both read as UTF-8, they say different things: a text that was decoded once too often, and is put right.
  const other = now ? before : after;
  return now === null || other.lines.every((line) => decoded(line) !== null) ? null : { kind: "encoding", utf8: now };
}

/** A line of UTF-8 bytes as its characters; null where it is none. */
function decoded(line: string): string | null {
  if (/[^\p{ASCII}\x80-\xff]/u.test(line)) return null;
  try {
    return utf8.decode(Uint8Array.from(line, (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}

/** The text in the form that a change brings; null where it cannot be brought into a text that differs otherwise too. */
export function converted(form: Form, text: Text): Text | null {
  if (text.kind !== "lines") return null;
  switch (form.kind) {
    case "ends": {
      const { to } = form;
      if (to === null) return null;
      return {
        kind: "lines",
        lines: text.lines.map((line) => (terminatorOf(line) === "" ? line : bareLine(line) + to)),
      };
    }
    case "mark": {
      const [first = "", ...others] = text.lines;
      if (first.startsWith(mark) === form.has) return text;
      return { kind: "lines", lines: [form.has ? mark + first : first.slice(mark.length), ...others] };
    }
    case "encoding":
      return null;
  }
}

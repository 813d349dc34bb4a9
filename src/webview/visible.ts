/**
 * Visible: text cut into runs, so that no character can hide, turn a line around, or pass for another one.
 *
 * Pure: text in, runs out. Whoever draws a run draws a mark as a box with its code point in it.
 * Always: the runs' texts put together are the text that came in, and no "text" run holds a character that is marked.
 */
import { codePoint, emojiSource, hidingSource } from "../protocol/characters.ts";
import { t } from "./words.ts";

/** A piece of text. A mark stands for one character, or for up to `longestMark` of the same one after another. */
export type Run =
  | { kind: "text"; text: string }
  /** Spaces or tabs: drawn so that they can be told apart and seen at a line's end. */
  | { kind: "blank"; text: string; trailing: boolean }
  | { kind: "mark"; text: string; label: string; name: string }
  /** A word whose letters pass for others, and why: "Latin and Cyrillic letters in one word". */
  | { kind: "mixed"; text: string; why: string };

export interface Slot {
  /** Line feeds stay: the slot shows text of several lines. */
  lines?: boolean;
  /** Tabs and spaces at the end become runs of their own. */
  blanks?: boolean;
}

const plain = /^[\x20-\x7e]*$/;
// Letters and combining marks that are drawn at all: some of each are not.
// Punctuation that is drawn like that of every programming language, and is none of it.
const alike = new Map<number, string>([
  [0x01c0, t("looks like {0}", "|")],
  [0x01c3, t("looks like {0}", "!")],
  [0x037e, t("Greek question mark, looks like {0}", ";")],
  [0x0589, t("Armenian full stop, looks like {0}", ":")],
  [0x05c3, t("Hebrew mark, looks like {0}", ":")],
  [0x2024, t("looks like {0}", ".")],
  [0x2215, t("looks like {0}", "/")],
  [0x2223, t("looks like {0}", "|")],
  [0x2236, t("looks like {0}", ":")],
  [0x29f5, t("looks like {0}", "\\")],
  [0x29f8, t("looks like {0}", "/")],
  [0xa789, t("looks like {0}", ":")],
  [0xfe54, t("looks like {0}", ";")],
  [0xfe68, t("looks like {0}", "\\")],
]);
const alikeClass = `[${[...alike.keys()].map((code) => `\\u{${code.toString(16)}}`).join("")}]`;
// Full-width punctuation belongs to Chinese, Japanese and Korean text; elsewhere it passes for the plain one.
const fullWidth = "[\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff5e]";
const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u;
const seen = `(?!\\p{Default_Ignorable_Code_Point}|${alikeClass})`;
const combining = `(?:${seen}\\p{Mn})`;
const piece = new RegExp(
  [
    `(?<emoji>${emojiSource})`,
    `(?<odd>${hidingSource})`,
    `(?<alike>${alikeClass}|${fullWidth})`,
    `(?<heap>${combining}{5,})`,
    `(?<word>(?:${seen}[\\p{L}\\p{N}_$](?:${combining}{1,4}(?!${combining}))?)+)`,
  ].join("|"),
  "gu",
);
const longestMark = 999;

/** The text as runs. Tabs stay text, unless `blanks` asks for them; a line feed is a mark, unless `lines` keeps it. */
export function visible(text: string, slot: Slot = {}): Run[] {
  const runs = plain.test(text) ? (text === "" ? [] : [{ kind: "text", text } as Run]) : cut(text, slot);
  return slot.blanks ? withBlanks(runs) : runs;
}

/** The text as one string for a tooltip or a label: marks, and letters that pass for others, are spelled out as ⟦U+202E⟧. */
export function spelled(text: string): string {
  return visible(text)
    .map((run) => {
      if (run.kind === "mark") return `⟦${run.label}⟧`;
      return run.kind === "mixed"
        ? [...run.text].map((each) => (plain.test(each) ? each : `⟦${codePoint(each)}⟧`)).join("")
        : run.text;
    })
    .join("");
}

/** Whether the text holds anything that would be marked. */
export function isOdd(text: string, slot: Slot = {}): boolean {
  return visible(text, slot).some((run) => run.kind === "mark" || run.kind === "mixed");
}

function cut(text: string, slot: Slot): Run[] {
  const runs: Run[] = [];
  let kept = 0;
  const flush = (end: number) => {
    if (end > kept) runs.push({ kind: "text", text: text.slice(kept, end) });
  };
  for (const match of text.matchAll(piece)) {
    const run = runOf(match.groups as Record<string, string | undefined>, slot, text);
    if (run === null) continue;
    flush(match.index);
    const last = runs.at(-1);
    if (run.kind === "mark" && last?.kind === "mark" && repeats(last, run)) runs[runs.length - 1] = joined(last, run);
    else runs.push(run);
    kept = match.index + run.text.length;
  }
  flush(text.length);
  return runs;
}

function runOf(
  { odd, alike: same, heap, word }: Record<string, string | undefined>,
  slot: Slot,
  text: string,
): Run | null {
  if (odd !== undefined) {
    if (odd === "\t" || (odd === "\n" && slot.lines)) return null;
    return { kind: "mark", text: odd, label: codePoint(odd), name: nameOf(odd) };
  }
  if (same !== undefined) {
    const looks = alike.get(same.codePointAt(0) ?? 0);
    if (looks === undefined && eastAsian.test(text)) return null;
    return {
      kind: "mark",
      text: same,
      label: codePoint(same),
      name: looks ?? t("full-width, looks like {0}", same.normalize("NFKC")),
    };
  }
  if (heap !== undefined) {
    return {
      kind: "mark",
      text: heap,
      label: `${codePoint(heap)} … ×${[...heap].length}`,
      name: t("heap of combining marks"),
    };
  }
  if (word !== undefined) {
    const why = plain.test(word) ? null : (mixture(word) ?? disguise(word, text));
    if (why !== null) return { kind: "mixed", text: word, why };
  }
  return null;
}

type Mark = Extract<Run, { kind: "mark" }>;

function repeats(last: Mark, next: Mark): boolean {
  return last.label.split(" ")[0] === next.label && last.name === next.name && last.text.length < longestMark;
}

function joined(last: Mark, next: Mark): Run {
  const text = last.text + next.text;
  return { ...last, text, label: `${next.label} ×${[...text].length}` };
}

function withBlanks(runs: readonly Run[]): Run[] {
  return runs.flatMap((run, index): Run[] => {
    if (run.kind !== "text") return [run];
    const end = index === runs.length - 1 ? run.text.search(/[ \t]+$/) : -1;
    const body = end < 0 ? run.text : run.text.slice(0, end);
    const pieces = body.split(/(\t+)/).filter((part) => part !== "");
    const result: Run[] = pieces.map((part) =>
      part.startsWith("\t") ? { kind: "blank", text: part, trailing: false } : { kind: "text", text: part },
    );
    if (end >= 0) result.push({ kind: "blank", text: run.text.slice(end), trailing: true });
    return result;
  });
}

// Letters that only are Latin ones in other clothes; each kind counts as a script of its own.
const dressed = "\\uff21-\\uff3a\\uff41-\\uff5a\\u{1d400}-\\u{1d7ff}\\u2102-\\u2134\\u2139\\u2160-\\u217f";
// Scripts whose letters are drawn like Latin ones.
const scripts: readonly [string, RegExp][] = [
  ["full-width", /[\uff21-\uff3a\uff41-\uff5a]/u],
  ["mathematical", /[\u{1d400}-\u{1d7ff}\u2102-\u2134\u2139\u2160-\u217f]/u],
  ["Latin", new RegExp(`(?![${dressed}])\\p{Script=Latin}`, "u")],
  ["phonetic", /[\u0250-\u02af\u1d00-\u1d7f]/u],
  ["Greek", /(?![\u{1d400}-\u{1d7ff}\u1d00-\u1d7f])\p{Script=Greek}/u],
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Armenian", /\p{Script=Armenian}/u],
  ["Cherokee", /\p{Script=Cherokee}/u],
  ["Coptic", /\p{Script=Coptic}/u],
  ["Lisu", /\p{Script=Lisu}/u],
  ["Georgian", /\p{Script=Georgian}/u],
];

const scriptNames: Readonly<Record<string, string>> = {
  "full-width": t("full-width"),
  mathematical: t("mathematical"),
  Latin: t("Latin"),
  phonetic: t("phonetic"),
  Greek: t("Greek"),
  Cyrillic: t("Cyrillic"),
  Armenian: t("Armenian"),
  Cherokee: t("Cherokee"),
  Coptic: t("Coptic"),
  Lisu: t("Lisu"),
  Georgian: t("Georgian"),
};

function nameOfScript(script: string): string {
  return scriptNames[script] ?? script;
}

/** Letters of several scripts, or digits of several systems, in one word. */
function mixture(word: string): string | null {
  const found = scripts.filter(([, letters]) => letters.test(word)).map(([name]) => name);
  if (found.length > 1 && !(found.length === 2 && found.includes("phonetic") && !/[a-z]/i.test(word)))
    return t(
      "{0} letters in one word",
      found.map(nameOfScript).reduce((some, one) => t("{0} and {1}", some, one)),
    );
  return /[0-9]/.test(word) && /(?![0-9])\p{Nd}/u.test(word) ? t("digits of two kinds in one word") : null;
}

// Letters that cannot be told from Latin ones by sight.
const doubles: readonly [string, RegExp, RegExp][] = [
  ["Cyrillic", /\p{Script=Cyrillic}/u, /[аеорсухіјѕһԁԛԝӏАВЕЗКМНОРСТУХІЈЅҮԌԚԜ]/u],
  ["Greek", /\p{Script=Greek}/u, /[οΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϳ]/u],
  ["Armenian", /\p{Script=Armenian}/u, /[օոսցքհյՕՍԼ]/u],
  ["Cherokee", /\p{Script=Cherokee}/u, /\p{Script=Cherokee}/u],
  ["Lisu", /\p{Script=Lisu}/u, /\p{Script=Lisu}/u],
  ["mathematical", /[\u{1d400}-\u{1d7ff}]/u, /[\u{1d400}-\u{1d7ff}]/u],
  ["full-width", /[\uff21-\uff3a\uff41-\uff5a]/u, /[\uff21-\uff3a\uff41-\uff5a]/u],
];

/**
 * A word of one other script that reads like a Latin one from end to end. Where the text has words of that script that cannot be
 * mistaken, it is a text in that script, and says what it says.
 */
function disguise(word: string, text: string): string | null {
  const letters = word.match(/\p{L}/gu) ?? [];
  const double = doubles.find(([, , each]) => letters.length > 0 && letters.every((letter) => each.test(letter)));
  if (double === undefined || !/[A-Za-z]/.test(text)) return null;
  const [name, script, each] = double;
  const honest = (text.match(/\p{L}/gu) ?? []).some((letter) => script.test(letter) && !each.test(letter));
  if (honest || (name === "full-width" && eastAsian.test(text))) return null;
  return t("{0} letters that look like Latin ones", nameOfScript(name));
}

const names = new Map<number, string>([
  [0x00, t("null")],
  [0x07, t("bell")],
  [0x08, t("backspace")],
  [0x09, t("tab")],
  [0x0a, t("line feed")],
  [0x0b, t("vertical tab")],
  [0x0c, t("form feed")],
  [0x0d, t("carriage return")],
  [0x1b, t("escape")],
  [0x7f, t("delete")],
  [0x85, t("next line")],
  [0xa0, t("no-break space")],
  [0xad, t("soft hyphen")],
  [0x200b, t("zero-width space")],
  [0x200c, t("zero-width non-joiner")],
  [0x200d, t("zero-width joiner")],
  [0x200e, t("left-to-right mark")],
  [0x200f, t("right-to-left mark")],
  [0x2028, t("line separator")],
  [0x2029, t("paragraph separator")],
  [0x202a, t("left-to-right embedding")],
  [0x202b, t("right-to-left embedding")],
  [0x202c, t("pop directional formatting")],
  [0x202d, t("left-to-right override")],
  [0x202e, t("right-to-left override")],
  [0x2060, t("word joiner")],
  [0x2066, t("left-to-right isolate")],
  [0x2067, t("right-to-left isolate")],
  [0x2068, t("first strong isolate")],
  [0x2069, t("pop directional isolate")],
  [0x2800, t("blank braille pattern")],
  [0x3000, t("ideographic space")],
  [0x3164, t("invisible Hangul letter")],
  [0xfeff, t("byte order mark")],
]);

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const known = names.get(code);
  if (known !== undefined) return known;
  if (code < 0x20 || (code >= 0x80 && code < 0xa0)) return t("control character");
  if (code >= 0xd800 && code < 0xe000) return t("half of a character");
  if (code >= 0xe0000 && code < 0xe0080) return t("invisible tag character");
  if ((code >= 0xfe00 && code < 0xfe10) || (code >= 0xe0100 && code < 0xe01f0)) return t("variation selector");
  if (/\p{Zs}/u.test(character)) return t("unusual space");
  if (/\p{Co}/u.test(character)) return t("private use character");
  if (/\p{Cn}/u.test(character)) return t("unassigned character");
  return t("invisible character");
}

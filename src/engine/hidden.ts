/**
 * Hidden: no character reaches the model out of files, names or attachments that a person would not see there.
 *
 * Pure. What the model reads has each of them spelled out as `⟦U+200B⟧`, with a line before it that says so, only where there is
 * one. In a path, a pattern or the old text of an edit the spelling means the character, also where the model was not told: a text that
 * looks like one is spelled out itself, so there is only one thing it can mean, and an edit matches the raw text exactly or not at
 * all. New text is taken as it is written, because the person sees it marked; where it holds a spelling, the model is told that
 * it now stands there letter by letter. The person's own words are not changed.
 */
import { firstSpelling, hidingSource, spelledOut, unspelled } from "../protocol/characters.ts";
import { whole } from "./unicode.ts";

/** Characters of one text for the model; spelled out, a hidden one takes up eight or more. */
const longest = 400_000;

/** Said once, before a text in which something is spelled out. */
export const spellingNote =
  "[Characters that nobody sees are spelled out here: ⟦U+200B⟧ stands for the one character U+200B. In paths, patterns and old_string write them the same way; in new text write the character itself.]";

/** The text as the model may read it, with the note where it is needed. */
export function told(text: string): string {
  const { spelled, note } = spelling(text);
  return note === "" ? spelled : `${note}\n${spelled}`;
}

/** The text as the model may read it, and the note apart from it, "" where none is needed. */
export function spelling(text: string): { spelled: string; note: string } {
  const spelled = spelledOut(whole(text));
  const note = spelled === text || firstSpelling(spelled) === null ? "" : spellingNote;
  if (note === "" || spelled.length <= longest) return { spelled, note };
  return { spelled: `${whole(spelled.slice(0, longest))}\n[cut off here: too many characters are spelled out]`, note };
}

const named = ["file_path", "path", "pattern", "old_string", "symbol"];

/** The input with the characters that its paths, its pattern and its old text mean. */
export function meant(input: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      key,
      named.includes(key) && typeof value === "string" ? unspelled(value) : value,
    ]),
  );
}

/** What the model has to know about new text that holds a spelling; "" where it holds none. */
export function asWritten(input: Record<string, unknown>): string {
  for (const key of ["content", "new_string"]) {
    const text = input[key];
    const found = typeof text === "string" ? firstSpelling(text) : null;
    if (found === null) continue;
    const shown = spelledOut(found);
    return `\n[${key} was taken as it is written: it holds ${shown}, letter by letter, and not the character. Where you meant the character, write the character itself.]`;
  }
  return "";
}

/** Why old text is not in a file, as far as hidden characters have a part in it; "" where they have none. Not spelled out yet. */
export function missedBy(old: string, text: string): string {
  if (bare(text) !== text && bare(text).includes(bare(old)))
    return " Characters that nobody sees stand in it there, or in old_string: read those lines, and write them in old_string as they are spelled out.";
  const [hidden] = old.match(hiding) ?? [];
  return hidden === undefined
    ? ""
    : ` In old_string, ${hidden} means that one character; for a text that only looks so, write ${spelledOut(hidden)}.`;
}

const hiding = new RegExp(`(?![\\t\\n\\r])(?:${hidingSource})`, "gu");

function bare(text: string): string {
  return text.replace(hiding, (character) => (/\p{Zs}/u.test(character) ? " " : ""));
}

/**
 * Characters that hide: what nobody sees, what turns a line around, and what passes for a plain space.
 *
 * One table for the page, which draws them as boxes, and for a model, which reads them spelled out as `⟦U+200B⟧`. A text that
 * happens to look so has its bracket spelled out (`⟦U+27E6⟧U+200B⟧`), everywhere and always: so the spelling says the same in
 * whatever the model reads and in whatever it sends back, and nothing has to be remembered or guessed to read it.
 * Always: pure; `unspelled(spelledOut(text)) === text`, for every text.
 */

/** An emoji with what makes it up: a presentation selector, a joiner or a skin tone between parts that are pictures, a keycap. */
export const emojiSource =
  "(?:\\p{Extended_Pictographic}\\ufe0f?\\p{Emoji_Modifier}?(?:\\u200d\\p{Extended_Pictographic}\\ufe0f?\\p{Emoji_Modifier}?)*)|[0-9#*]\\ufe0f\\u20e3";

/**
 * One character that hides, line feeds and tabs included: controls, formats (bidirectional ones, joiners, tags), halves, private and
 * unassigned ones, variation selectors, fillers, and every space but the plain one. Emoji have to be passed by first.
 */
export const hidingSource =
  "[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800\\ufff9-\\ufffc]|(?! )\\p{Zs}";

const plain = /^[\t\n\r\x20-\x7e]*$/;
const toSpell = new RegExp(`(?<emoji>${emojiSource})|(?![\\t\\n\\r])(?:${hidingSource})|⟦(?=U\\+[0-9A-F]{4,6}⟧)`, "gu");
const spelling = /\u27e6U\+([0-9A-F]{4,6})\u27e7/g;
const hiding = new RegExp(`^(?:${hidingSource})$`, "u");
const bracket = 0x27e6;

/** The text with each hiding character spelled out; line ends, tabs and emoji stay. */
export function spelledOut(text: string): string {
  if (plain.test(text)) return text;
  return text.replace(toSpell, (character, emoji: string | undefined) => emoji ?? spellingOf(character));
}

/** The text that was spelled out so. What `spelledOut` never writes stays as it is. */
export function unspelled(text: string): string {
  return text.replace(spelling, (written, digits: string) => {
    const code = Number.parseInt(digits, 16);
    if (code > 0x10ffff) return written;
    const character = String.fromCodePoint(code);
    return spellingOf(character) === written && isSpelled(character) ? character : written;
  });
}

/** The first character in the text that is spelled out, or null. */
export function firstSpelling(text: string): string | null {
  return [...text.matchAll(spelling)].map(([written]) => written).find((one) => unspelled(one) !== one) ?? null;
}

/** "U+200B". */
export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function spellingOf(character: string): string {
  return `⟦${codePoint(character)}⟧`;
}

function isSpelled(character: string): boolean {
  return character.codePointAt(0) === bracket || (hiding.test(character) && !/[\t\n\r]/.test(character));
}

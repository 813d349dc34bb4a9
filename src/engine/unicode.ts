/**
 * Unicode: half characters, which JSON can carry and an API refuses.
 *
 * Pure. A half is a surrogate without its other half; with the `u` flag `\p{Cs}` matches those and no pair.
 */

/** Whether the text has no half character in it. */
export function isWhole(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}

/** The text with U+FFFD in place of each half character. */
export function whole(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

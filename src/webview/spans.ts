/**
 * Spans: words somebody wrote, cut where single backticks mark a piece of code.
 *
 * Pure: text in, pieces out. No other markup means anything here.
 * Always: outside a code piece nothing is left out; a code piece leaves out its two backticks alone, and stays on one line.
 */

export interface Span {
  code: boolean;
  text: string;
}

// A backtick beside another one is part of something longer, such as a fence: it stays as it is.
const marked = /(?<!`)`(?!`)([^`\n]+)`(?!`)/g;

/** A backtick that nothing closes, as while words still stream, is text. */
export function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  let kept = 0;
  const plain = (end: number) => {
    if (end > kept) spans.push({ code: false, text: text.slice(kept, end) });
  };
  for (const match of text.matchAll(marked)) {
    plain(match.index);
    spans.push({ code: true, text: match[1] ?? "" });
    kept = match.index + match[0].length;
  }
  plain(text.length);
  return spans;
}

/**
 * Words: every text of the page's own, in the person's language.
 *
 * The editor puts its bundle into the page's document; it is read when the first text is said. Without one, and outside a page,
 * everything is said in English. Always: a text stands whole at its call of `t`, so that it can be collected and translated; what
 * comes from a file, a path or a model never goes through here.
 */
import { translator, type Bundle, type Translate } from "../protocol/translate.ts";

let translate: Translate | undefined;
let numerals: Intl.NumberFormat | undefined;

/** Says a text of the page's own; `{0}` and so on are the values' places. */
export function t(message: string, ...values: (string | number)[]): string {
  translate ??= translator(bundleOf(content("countersign-words")));
  return translate(message, ...values);
}

/** A number as the person writes it: 1,000. */
export function numeral(value: number): string {
  numerals ??= new Intl.NumberFormat(languages());
  return numerals.format(value);
}

/** A time of day as the person's system writes it, with its day, in the page's language, where that is not today. */
export function moment(when: Date, now = new Date()): string {
  const time = when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (when.toDateString() === now.toDateString()) return time;
  return `${when.toLocaleDateString(languages(), { day: "numeric", month: "short" })}, ${time}`;
}

/** The language the page is in; what is no language tag is English. */
function languages(): string[] {
  const lang = typeof document === "undefined" ? "" : document.documentElement.lang;
  try {
    return Intl.getCanonicalLocales([lang, "en"].filter((tag) => tag !== ""));
  } catch {
    return ["en"];
  }
}

function content(name: string): string | undefined {
  if (typeof document === "undefined") return undefined;
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
}

function bundleOf(text: string | undefined): Bundle | undefined {
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  return typeof value === "object" && value !== null ? (value as Bundle) : undefined;
}

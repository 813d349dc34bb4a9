/**
 * Secrets: the one place that takes them out of what is logged, reported or said about an error.
 *
 * Pure. What is masked: values that are known to be secret, the known shapes of keys, private keys, credentials in headers and
 * addresses, what is assigned to a name that speaks of a key and looks random, and long random text. What has a shape of its own and
 * is none stays: hashes, commits, content ids, UUIDs, session ids, names. Nothing that a person reviews passes through here.
 * Always: masking twice is masking once; time grows with the text's length alone.
 */

export const masked = "‹masked›";

/** Shortest value that is taken out wherever it stands: a shorter one would tear up ordinary words. */
const shortest = 6;

/** The text without secrets. `known`: exact values that are secret, as they are kept. */
export function withoutSecrets(text: string, known: Iterable<string> = []): string {
  const values = [...known].flatMap((value) => [value, encodeURIComponent(value.toWellFormed())]);
  const exact = [...new Set(values)].filter((value) => value.length >= shortest).sort((a, b) => b.length - a.length);
  const rest = exact.reduce((left, value) => left.replaceAll(value, masked), text);
  return shapes
    .reduce((left, shape) => left.replace(shape, masked), rest.replace(pem, masked))
    .replace(header, (whole, name: string, value: string) => (value.startsWith(masked) ? whole : `${name}${masked}`))
    .replace(bearer, (_, scheme: string) => `${scheme} ${masked}`)
    .replace(account, (whole, scheme: string, who: string) => (isCredential(who) ? `${scheme}${masked}@` : whole))
    .replace(assigned, (whole, name: string, value: string) => (isRandom(value) ? `${name}${masked}` : whole))
    .replace(long, (token) => (isLongRandom(token) ? masked : token));
}

const pem = /-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,40}-----|$)/g;

// Nothing is found twice from within a long text of the same kind: each search begins at a start, or is short.
const start = "(?<![A-Za-z0-9])";
/** Keys that say what they are. */
const shapes: readonly RegExp[] = [
  "sk-(?:ant|proj|svcacct|admin|or)-[\\w-]{6,}",
  "[spr]k_(?:live|test)_[A-Za-z0-9]{8,}",
  "sk-[A-Za-z0-9]{20,}",
  "gh[pousr]_[A-Za-z0-9]{10,}",
  "github_pat_\\w{10,}",
  "gl(?:pat|dt|rt|ptt|cbt|oas)-[\\w-]{10,}",
  "(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])",
  "(?:xox[a-z]|xapp)-[A-Za-z0-9-]{10,}",
  "AIza[\\w-]{30,}",
  "ya29\\.[\\w-]{10,}",
  "(?:npm|hf)_[A-Za-z0-9]{20,}",
  "pypi-[\\w-]{20,}",
  "SG\\.[\\w-]{16,64}\\.[\\w-]{16,}",
  "(?<![\\w-])eyJ[\\w-]{8,}\\.[\\w-]{8,}(?:\\.[\\w-]*)?",
].map((shape) => new RegExp(start + shape, "g"));

/** Headers that carry credentials, to the end of their line or value. */
const header =
  /((?<![\w-])(?:(?:proxy-)?authorization|(?:set-)?cookie|x-api-key|x-auth-token)["']?\s{0,4}[:=]\s{0,4}["']?)((?:bearer|basic|token|digest) [^\s"',;]+|[^\s"',][^\r\n"']*)/gi;
const bearer = /(?<![\w-])(bearer|basic)[ \t]{1,4}(?=[\w.~+/=-]{0,400}(?:\d|[._]\w))[\w.~+/=-]{6,}/gi;
const account = /([a-z][a-z0-9+.-]{0,20}:\/\/)([^\s/?#"'<>]{1,400})@/gi;
const assigned =
  /((?<![A-Za-z])(?:[A-Za-z0-9]{1,20}[_-]?)??(?:api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|signing[_-]?key|auth[_-]?key|account[_-]?key|token|secret|passw(?:or)?d|pwd|passphrase|credentials?)["'`]?\s{0,4}(?:=>|:=|[:=])\s{0,4}["'`]?)((?:[\w.~+/=!@#$%^*-]|&(?!\w+=)){8,}(?![\w(]))/gi;
const long = /(?<![\w+/=-])[\w+/-]{32,}(?![\w+/=-]*[.(])/g;

function isCredential(who: string): boolean {
  return who !== masked && (who.includes(":") || who.length >= 16);
}

/** Whether a value of a name that speaks of a key is one: not a word, a number, a place in code. */
function isRandom(value: string): boolean {
  if (value.startsWith(masked) || /^[\d.,_-]+$/.test(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^\w]/].filter((kind) => kind.test(value)).length;
  return kinds > 1 && /\d|[!@#$%^&*+/=~]/.test(value) && entropy(value) >= 2.5;
}

/** Whether a long token is nothing but random: letters of both cases and digits, changing at every second step. */
function isLongRandom(token: string): boolean {
  if (/^[\da-f]+$/i.test(token) || !/[a-z]/.test(token) || !/[A-Z]/.test(token) || !/\d/.test(token)) return false;
  if (/^sha\d{1,3}-/.test(token) || token.split("/").length > 4) return false;
  let changes = 0;
  for (let at = 1; at < token.length; at++) if (kindOf(token[at]!) !== kindOf(token[at - 1]!)) changes++;
  return changes / (token.length - 1) >= 0.45 && entropy(token) >= 3.5;
}

function kindOf(character: string): number {
  return /[a-z]/.test(character) ? 1 : /[A-Z]/.test(character) ? 2 : /\d/.test(character) ? 3 : 4;
}

/** Bits a character, by how often each occurs. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

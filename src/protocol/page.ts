/**
 * The review page's document: what stands around the script before it draws anything.
 *
 * Pure string building. Nothing is inline, nothing is fetched from anywhere but `cspSource`, no image is ever shown.
 * Always: every value is escaped, so no path, token or language can end an attribute.
 */

import type { Bundle } from "./translate.ts";

export interface PageParts {
  /** What the host calls its own files (`webview.cspSource`). */
  cspSource: string;
  /** Addresses of the page's script and styles, as the host gives them out. */
  script: string;
  style: string;
  /** A further style sheet, where icons come in one of their own. */
  codicons?: string;
  /** Comes back with every message from the page. */
  token: string;
  /** BCP 47 tag of the language the person's editor speaks. */
  lang: string;
  /** The page's own texts in that language; absent: English. */
  words?: Bundle;
  /** Allows the script by a nonce too, where the source alone does not. */
  nonce?: string;
}

/** The whole document. Set it once per panel: setting it again starts the page anew. */
export function pageHtml(parts: PageParts): string {
  const nonce = parts.nonce === undefined ? "" : ` nonce="${attribute(parts.nonce)}"`;
  const styles = [parts.codicons, parts.style].filter((address) => address !== undefined);
  return [
    "<!DOCTYPE html>",
    `<html lang="${attribute(parts.lang)}">`,
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${attribute(policy(parts))}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<meta name="countersign-token" content="${attribute(parts.token)}">`,
    ...(parts.words === undefined
      ? []
      : [`<meta name="countersign-words" content="${attribute(JSON.stringify(parts.words))}">`]),
    "<title>Countersign Review</title>",
    ...styles.map((address) => `<link rel="stylesheet" href="${attribute(address)}">`),
    `<script defer${nonce} src="${attribute(parts.script)}"></script>`,
    "</head>",
    '<body><main id="page"></main></body>',
    "</html>",
    "",
  ].join("\n");
}

function policy({ cspSource, nonce }: PageParts): string {
  return [
    "default-src 'none'",
    `script-src ${cspSource}${nonce === undefined ? "" : ` 'nonce-${nonce}'`}`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    "img-src 'none'",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
}

function attribute(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

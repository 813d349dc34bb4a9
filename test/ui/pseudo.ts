/**
 * Pseudo: the page in a language that no person speaks, to see that every word of its own goes through the translation.
 *
 * Each text of the bundle stands in ⟦brackets⟧; what a message brought stands as it came. Always: any letter the page shows, says
 * in a tooltip or to a screen reader is in brackets, or is of a message.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { Bundle } from "../../src/protocol/translate.ts";

/** Every text of the project, in brackets. */
export function pseudoBundle(root: string): Bundle {
  const texts = JSON.parse(readFileSync(join(root, "l10n/bundle.l10n.json"), "utf8")) as Record<string, string>;
  return Object.fromEntries(Object.keys(texts).map((text) => [text, `⟦${text}⟧`]));
}

/** What the page says without brackets and without having been told: empty where all is well. */
export async function unsaid(page: Page, messages: unknown): Promise<string[]> {
  const given = textsIn(messages).join("\n");
  const said = await page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    // A sentence may stand in several nodes: brackets close in the block in which they open.
    const blocks = new Map<Element, string>();
    while (walker.nextNode()) {
      // Keys and code points are the same in every language.
      if (walker.currentNode.parentElement?.closest("kbd, .odd")) continue;
      const block = walker.currentNode.parentElement?.closest(
        "p, button, summary, h1, h2, h3, h4, td, th, li, dt, dd, label, legend, span.count, .chip",
      );
      if (!block) found.push(walker.currentNode.textContent ?? "");
      else blocks.set(block, `${blocks.get(block) ?? ""}\n${walker.currentNode.textContent ?? ""}`);
    }
    found.push(...blocks.values());
    for (const element of document.querySelectorAll("[title], [aria-label], [placeholder], [aria-valuetext]"))
      for (const name of ["title", "aria-label", "placeholder", "aria-valuetext"]) {
        const value = element.getAttribute(name);
        if (value !== null) found.push(value);
      }
    return found;
  });
  return [
    ...new Set(
      said
        .flatMap((text) => outside(text).split("\n"))
        .flatMap((text) => text.match(/[\p{L}][\p{L}’-]*/gu) ?? [])
        .filter((word) => !given.includes(word) && !known.has(word)),
    ),
  ];
}

/** Names and signs that are the same in every language: keys, units, the product. */
const known = new Set(["Countersign", "CRLF", "CR", "Enter", "Esc", "U", "k", "M"]);

/** A text without what stands in brackets, which may stand in each other. */
function outside(text: string): string {
  let depth = 0;
  let left = "";
  for (const character of text) {
    if (character === "⟦") depth++;
    else if (character === "⟧") depth = Math.max(0, depth - 1);
    else if (depth === 0) left += character;
  }
  return left;
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

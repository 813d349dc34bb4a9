/**
 * The review page as a person sees it in a workbench: its hunks, their places and rows, and its outline.
 */
import type { FrameLocator, Locator, Page } from "playwright-core";
import { webview } from "./driver.ts";
import type { ShownRow } from "./trees.ts";

/** The page, once it is drawn. */
export async function review(page: Page): Promise<FrameLocator> {
  const view = await webview(page);
  await view.locator("main#page .page").waitFor();
  return view;
}

/** Hunks to review. */
export const hunks = (view: FrameLocator): Locator => view.locator(".hunk.pending");

/** The hunk at a place, once it is in that state. */
export const at = (view: FrameLocator, place: string, state: string): Locator =>
  view.locator(`.hunk.${state}[data-place="${place}"]`);

/** Which hunk it is, as long as the page lives. */
export async function placeOf(hunk: Locator): Promise<string> {
  return (await hunk.getAttribute("data-place")) ?? "";
}

/** The rows of a hunk and the path of its file, as the page shows them. */
export async function rowsOf(hunk: Locator): Promise<{ path: string; rows: ShownRow[] }> {
  return hunk.evaluate((element) => {
    const rows = [...element.querySelectorAll("tr.row")].map((row) => ({
      kind: ["context", "removed", "added"].find((kind) => row.classList.contains(kind)) as ShownRow["kind"],
      text: row.querySelector("td.code .line, td.code > :first-child")?.textContent ?? "",
      end: row.querySelector("td.code .end")?.textContent ?? "",
    }));
    const path = element.closest("section.file")?.querySelector("h3 [title], h3 button")?.getAttribute("title");
    return { path: path ?? element.closest("section.file")?.querySelector("h3")?.textContent ?? "", rows };
  });
}

/** What the review says, without the parts that a reload may fold. */
export async function outline(view: FrameLocator): Promise<unknown> {
  return view.locator("main#page").evaluate((page) => ({
    goal: page.querySelector("h1")?.textContent,
    hunks: [...page.querySelectorAll(".hunk")].map(
      (hunk) => `${hunk.getAttribute("data-place")} ${hunk.getAttribute("aria-label")}`,
    ),
  }));
}

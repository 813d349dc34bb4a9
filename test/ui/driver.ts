/**
 * Drives a VS Code workbench in a browser as a person would: palette, keyboard, pages, pictures.
 *
 * Always: it waits for what a person would see, never for time alone; each wait has a limit and names what it waited for.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { themes, type Theme } from "../../scripts/hosts/profile.ts";

/** How long a state may take to come, in milliseconds, on a slow machine. */
const patience = 30_000;

/** Opens the address in a window of its own and waits until the workbench takes commands. */
export async function openWorkbench(
  browser: Browser,
  address: string,
  viewport: { width: number; height: number } = { width: 1440, height: 900 },
): Promise<Page> {
  const context = await browser.newContext({ viewport, deviceScaleFactor: 1 });
  const page = await context.newPage();
  await page.goto(address);
  await workbenchReady(page);
  return page;
}

/** Waits until the workbench is drawn and knows its extensions. */
export async function workbenchReady(page: Page): Promise<void> {
  await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: 2 * patience });
  // A theme comes from an extension: its class is there once the extensions are.
  await page.locator('.monaco-workbench[class*="vscode-theme-"]').waitFor({ timeout: patience });
}

/** Reloads the window, as *Developer: Reload Window* does, and waits until it takes commands again. */
export async function reload(page: Page): Promise<void> {
  await page.reload();
  await workbenchReady(page);
}

/**
 * Runs a command through the palette by the title a person sees, category included ("Countersign: New Task…").
 * Waits for the command to be offered, since extensions arrive after the workbench.
 */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = rowNamed(page, title);
  await until(`the palette offers "${title}"`, async () => {
    if ((await typedInPalette(page, `>${title}`)) && (await chosen(row.first()))) return true;
    await page.keyboard.press("Escape");
    return false;
  });
}

/** Answers the input box with this title, which a command has opened: types the text, presses Enter. */
export async function answer(page: Page, title: string, text: string): Promise<void> {
  const box = page.locator(".quick-input-widget", { has: page.locator(".quick-input-title", { hasText: title }) });
  await box.waitFor({ timeout: patience });
  await box.locator(".quick-input-box input").fill(text);
  await box.locator(".quick-input-box input").press("Enter");
  await box.waitFor({ state: "hidden", timeout: patience });
}

/** Opens the page's box for a new task; the command is given again until a key that was just set is known. */
export async function newTaskBox(page: Page): Promise<Locator> {
  let box: Locator | undefined;
  await until("the box for a new task", async () => {
    await runCommand(page, "Countersign: New Task…");
    box = (await webview(page)).locator("dialog.task");
    return box.waitFor({ timeout: 5_000 }).then(
      () => true,
      () => false,
    );
  });
  return box as unknown as Locator;
}

/** Gives a new task, as a person would: the command, the words, Ctrl+Enter. */
export async function newTask(page: Page, text: string): Promise<void> {
  const box = await newTaskBox(page);
  await box.locator("textarea").fill(text);
  await box.locator("textarea").press("Control+Enter");
  await box.waitFor({ state: "hidden", timeout: patience });
}

/** Chooses the row with exactly this label in a quick pick that a command has opened. */
export async function pick(page: Page, label: string): Promise<void> {
  const row = rowNamed(page, label).first();
  // A pick that is still being filled drops what was typed: type again until the row is there.
  await until(`the pick offers "${label}"`, async () => {
    await page.locator(".quick-input-widget .quick-input-box input").fill("");
    await page.locator(".quick-input-widget .quick-input-box input").fill(label);
    return chosen(row);
  });
}

/** Opens a file of the workspace through the quick open box. */
export async function openFile(page: Page, name: string): Promise<void> {
  const row = page.locator(".quick-input-list .monaco-list-row").filter({ hasText: name });
  await until(`quick open offers "${name}"`, async () => {
    if ((await typedInPalette(page, name)) && (await chosen(row.first()))) return true;
    await page.keyboard.press("Escape");
    return false;
  });
  await tab(page, name).waitFor({ timeout: patience });
}

/** The editor tab with this title. */
export function tab(page: Page, title: string): Locator {
  return page.locator(".tabs-container .tab").filter({ hasText: title });
}

/** The content of a webview: the only one, or the one whose page has this title. Waits until it is loaded. */
export async function webview(page: Page, title?: string): Promise<FrameLocator> {
  const inner =
    title === undefined ? "iframe#active-frame" : `iframe#active-frame[title="${title.replaceAll('"', '\\"')}"]`;
  let found: FrameLocator | undefined;
  await until(title === undefined ? "a webview is shown" : `the webview "${title}" is shown`, async () => {
    const count = await page.locator("iframe.webview").count();
    for (let index = 0; index < count; index++) {
      const outer = page.locator("iframe.webview").nth(index).contentFrame();
      if ((await outer.locator(inner).count()) > 0) {
        found = outer.frameLocator(inner);
        return true;
      }
    }
    return false;
  });
  return found as unknown as FrameLocator;
}

/** Saves a picture of the whole window to `file` (PNG). */
export async function screenshot(page: Page, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
}

/** Chooses the colour theme through the theme picker, and waits until the workbench shows it. */
export async function setTheme(page: Page, theme: Theme): Promise<void> {
  const { label, style } = themes[theme];
  const row = rowNamed(page, label).first();
  await until(`the theme picker offers "${label}"`, async () => {
    await runCommand(page, "Preferences: Color Theme");
    if ((await typed(page, label)) && (await chosen(row))) return true;
    await page.keyboard.press("Escape");
    return false;
  });
  await page.locator(`.monaco-workbench.${style}`).waitFor({ timeout: patience });
}

/** Waits until `state` holds, looking again every 50 ms; throws with `what` when it does not come. */
export async function until(what: string, state: () => Promise<boolean> | boolean, limit = patience): Promise<void> {
  const end = performance.now() + limit;
  while (!(await state())) {
    if (performance.now() > end) throw new Error(`Waited ${Math.round(limit / 1000)} s, but not: ${what}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}

/** The row of the quick pick with exactly this label; its accessible name goes on with keybinding and description. */
function rowNamed(page: Page, label: string): Locator {
  const quoted = label.replaceAll('"', '\\"');
  const row = ".quick-input-list .monaco-list-row";
  return page.locator(`${row}[aria-label="${quoted}"], ${row}[aria-label^="${quoted},"]`);
}

/** Clicks the row; false when it does not come, or the list closed under the click. */
async function chosen(row: Locator): Promise<boolean> {
  try {
    await row.waitFor({ timeout: 1_500 });
    await row.click({ timeout: 3_000 });
    return true;
  } catch {
    return false;
  }
}

/** Opens the palette and types; false when it closed again under the typing, as it may while the workbench starts. */
async function typedInPalette(page: Page, text: string): Promise<boolean> {
  await page.keyboard.press("F1");
  return typed(page, text);
}

function typed(page: Page, text: string): Promise<boolean> {
  const input = page.locator(".quick-input-widget .quick-input-box input");
  return input.fill(text, { timeout: 3_000 }).then(
    () => true,
    () => false,
  );
}

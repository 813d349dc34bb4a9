/**
 * The review page by itself in a browser: pictures of every state, an accessibility check of each, its keys and its speed.
 *
 * `node test/ui/page.ts [state …] [--theme=dark,light,hc,hc-light] [--no-pictures]`. Pictures go to `out/page/`.
 * Always: the page runs under its real policy; a violation of it, an error in the page, an accessibility violation, a word that
 * cannot be translated, a part that is cut off at the side or a wrong answer to a key ends with exit code 1.
 */
import { build } from "esbuild";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { findBrowser, openBrowser } from "../../scripts/hosts/browser.ts";
import { pageHtml } from "../../src/protocol/page.ts";
import { parsePageMessage, type HostMessage, type PageMessage } from "../../src/protocol/view.ts";
import { pseudoBundle, unsaid } from "./pseudo.ts";
import { states } from "./states.ts";
import { themes, type ThemeName } from "./themes.ts";
import { walks } from "./walks.ts";
import { walksByLines } from "./walksByLines.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const out = join(root, "out/page");
const token = "a-token-of-the-harness";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pseudo = pseudoBundle(root);
const sizes = {
  wide: { width: 1280, height: 860 },
  narrow: { width: 460, height: 860 },
  slim: { width: 350, height: 700 },
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    theme: { type: "string", default: "dark,light,hc,hc-light" },
    "no-pictures": { type: "boolean", default: false },
  },
});
const problems: string[] = [];
/** What the page says without anybody's doing. */
const unasked: ReadonlySet<PageMessage["kind"]> = new Set(["beat", "ready", "closer"] as const);

mkdirSync(out, { recursive: true });
await buildPage();
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const name = pathname.slice(1);
  const types: Record<string, string> = { ".js": "text/javascript", ".css": "text/css", ".ttf": "font/ttf" };
  if (name === "") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    const cspSource = `http://${request.headers.host}`;
    const words = searchParams.has("pseudo") ? { words: pseudo } : {};
    response.end(pageHtml({ cspSource, script: "/webview.js", style: "/review.css", token, lang: "en", ...words }));
  } else if (types[extname(name)] !== undefined && !name.includes("..")) {
    response.setHeader("content-type", types[extname(name)] ?? "");
    response.end(readFileSync(join(out, "site", name)));
  } else response.writeHead(404).end();
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

const path = findBrowser();
if (path === undefined) {
  console.log("SKIPPED page: no Chromium found");
  process.exit(0);
}
const browser = await openBrowser({ path, headless: true });
try {
  if (!values["no-pictures"]) await pictures(browser);
  if (positionals.length === 0) {
    await keys(browser);
    await speed(browser);
  }
} finally {
  await browser.close();
  server.close();
}
for (const problem of problems) console.log(`FAILED ${problem}`);
console.log(problems.length === 0 ? "page: everything held" : `page: ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

async function buildPage(): Promise<void> {
  const common = { absWorkingDir: root, bundle: true, minify: true, logLevel: "warning" } as const;
  await build({
    ...common,
    entryPoints: ["src/webview/main.tsx"],
    outfile: join(out, "site/webview.js"),
    format: "iife",
    platform: "browser",
    target: "chrome130",
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  await build({
    ...common,
    entryPoints: ["media/review.css"],
    outfile: join(out, "site/review.css"),
    loader: { ".ttf": "file" },
    assetNames: "[name]",
  });
}

async function pictures(browser: Browser): Promise<void> {
  for (const { name, messages, keys = [] } of states) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    for (const theme of values.theme.split(",") as ThemeName[]) {
      for (const [size, viewport] of Object.entries(sizes)) {
        const label = `${name}-${theme}-${size}`;
        const page = await openPage(browser, label, theme, viewport);
        await send(page, messages);
        for (const key of keys) await page.keyboard.press(key);
        await settled(page);
        await page.screenshot({ path: join(out, `${label}.png`) });
        await accessible(page, label);
        for (const cut of await overhanging(page)) problems.push(`${label}: ${cut} is larger than its place`);
        await page.close();
      }
    }
    await translated(browser, name, messages, keys);
    console.log(`${name}: pictures taken`);
  }
}

/** The page in one theme, with the host's side of it standing in: what it posts is gathered in `window.posted`. */
async function openPage(
  browser: Browser,
  label: string,
  theme: ThemeName,
  viewport: { width: number; height: number },
  query = "",
): Promise<Page> {
  const page = await browser.newPage({ viewport, reducedMotion: "reduce", timezoneId: "UTC", locale: "en-GB" });
  page.on("pageerror", (error) => problems.push(`${label}: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(`${label}: ${message.text()}`);
  });
  await page.addInitScript(({ body, variables }) => {
    const posted: unknown[] = [];
    const kept = () => JSON.parse(sessionStorage.getItem("kept") ?? "null") as unknown;
    Object.assign(window, {
      posted,
      outside: 0,
      acquireVsCodeApi: () => ({
        postMessage: (message: unknown) => posted.push(message),
        getState: kept,
        setState: (state: unknown) => sessionStorage.setItem("kept", JSON.stringify(state)),
      }),
    });
    // What the editor around the page would hear.
    window.addEventListener("keydown", () => ((window as unknown as { outside: number }).outside += 1));
    document.addEventListener("DOMContentLoaded", () => {
      for (const [name, value] of Object.entries(variables))
        document.documentElement.style.setProperty(`--vscode-${name}`, value);
      document.body.className = body;
    });
  }, themes[theme]);
  await page.goto(address + query);
  await page.waitForFunction(() => (window as unknown as { posted: unknown[] }).posted.length > 0);
  return page;
}

function send(page: Page, messages: readonly HostMessage[]): Promise<void> {
  return page.evaluate((list) => {
    for (const message of list) window.postMessage(message, "*");
    return new Promise<void>((resolve) =>
      setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())), 0),
    );
  }, messages as HostMessage[]);
}

async function posted(page: Page): Promise<PageMessage[]> {
  const messages = await page.evaluate(() => (window as unknown as { posted: unknown[] }).posted.splice(0));
  return messages.flatMap((message) => {
    const parsed = parsePageMessage(message, token);
    if (parsed === null) problems.push(`the page posted what is no message: ${JSON.stringify(message)}`);
    return parsed === null || unasked.has(parsed.kind) ? [] : [parsed];
  });
}

/** Waits until everything is drawn that is going to be, and fonts are there. */
function settled(page: Page): Promise<unknown> {
  return page.evaluate(async () => {
    await document.fonts.ready;
    let count = -1;
    while (count !== document.querySelectorAll(".hunk").length) {
      count = document.querySelectorAll(".hunk").length;
      for (let frame = 0; frame < 6; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  });
}

/** Every word of the page's own comes from the bundle. */
async function translated(
  browser: Browser,
  name: string,
  messages: readonly HostMessage[],
  keys: readonly string[],
): Promise<void> {
  const page = await openPage(browser, name, "dark", sizes.wide, "?pseudo");
  await send(page, messages);
  for (const key of keys) await page.keyboard.press(key);
  await settled(page);
  if (name === "review") await page.screenshot({ path: join(out, "review-pseudo.png") });
  for (const word of await unsaid(page, messages)) problems.push(`${name}: “${word}” cannot be translated`);
  await page.close();
}

/** What reaches out of the page: at the side it can neither be read nor scrolled to. */
function overhanging(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const parts = [...document.querySelectorAll("#page *:not(.spoken, .spoken *, .blank, .tab)")];
    const wide = parts
      .filter((part) => part.getClientRects().length > 0 && part.getBoundingClientRect().right > width + 1)
      .map((part) => `${part.tagName.toLowerCase()}.${part.className}`);
    // The columns scroll; were the document longer than the window, its head could be scrolled away for good.
    const { scrollHeight, clientHeight } = document.documentElement;
    return [
      ...(scrollHeight > clientHeight ? [`the document, ${scrollHeight} of ${clientHeight} high,`] : []),
      ...wide,
    ].slice(0, 3);
  });
}

async function accessible(page: Page, label: string): Promise<void> {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(
          context: unknown,
        ): Promise<{ violations: { id: string; nodes: { target: string[]; failureSummary: string }[] }[] }>;
      };
    };
    // A thousand hunks are a thousand times the same: two files stand for all.
    const many = document.querySelectorAll(".hunk").length > 200;
    const { violations } = await axe.run(
      many ? { include: [".head", ".talk", ".follow", ".files-head", ".file:nth-of-type(-n+2)"] } : document,
    );
    return violations.map(
      ({ id, nodes }) =>
        `${id} ×${nodes.length}: ${nodes[0]?.target.join(" ")}: ${nodes[0]?.failureSummary.split("\n")[1]?.trim()}`,
    );
  });
  problems.push(...violations.map((violation) => `${label}: ${violation}`));
}

async function keys(browser: Browser): Promise<void> {
  for (const walk of [...walks, ...walksByLines]) {
    const page = await openPage(browser, walk.name, "dark", sizes.wide);
    await send(page, states.find(({ name }) => name === walk.state)?.messages ?? []);
    await settled(page);
    let pointed = { x: 0, y: 0 };
    for (const step of walk.steps) {
      if (step.rest !== undefined) await page.waitForTimeout(step.rest);
      if (step.point !== undefined) {
        pointed = await middleOf(page, step.point);
        await page.mouse.move(pointed.x, pointed.y);
      }
      if (step.clickHere) await page.mouse.click(pointed.x, pointed.y);
      if (step.type !== undefined) await page.keyboard.type(step.type);
      if (step.paste !== undefined) await paste(page, step.paste);
      if (step.click !== undefined) await page.click(step.click);
      if (step.press !== undefined) await page.keyboard.press(step.press);
      if (step.receive !== undefined) await send(page, step.receive);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const got = (await posted(page)).map(({ token: _, ...message }) => message);
      const focus = await page.evaluate(
        () => document.activeElement?.getAttribute("data-place") ?? document.activeElement?.id ?? "",
      );
      if (step.still !== undefined) {
        const { x, y } = await middleOf(page, step.still);
        if (Math.abs(x - pointed.x) > 2 || Math.abs(y - pointed.y) > 2)
          problems.push(`${walk.name}: ${step.still} went from ${pointed.x},${pointed.y} to ${x},${y}`);
      }
      const wanted = JSON.stringify(step.posts ?? []);
      const where = `${walk.name}, after ${step.press ?? step.type ?? step.click ?? "a message"}`;
      if (JSON.stringify(got) !== wanted) problems.push(`${where}: posted ${JSON.stringify(got)}, not ${wanted}`);
      if (step.focus !== undefined && focus !== step.focus)
        problems.push(`${where}: the focus is on "${focus}", not "${step.focus}"`);
      if (step.shows !== undefined && !(await page.locator("body").innerText()).includes(step.shows))
        problems.push(`${where}: "${step.shows}" is not shown`);
    }
    const outside = await page.evaluate(() => (window as unknown as { outside: number }).outside);
    if (outside !== (walk.outside ?? 0))
      problems.push(`${walk.name}: ${outside} keys reached the editor, not ${walk.outside ?? 0}`);
    await page.close();
  }
  console.log(`keys: ${walks.length + walksByLines.length} walks`);
}

/** As a person pastes an image that is on the clipboard; the page reads it before it posts. */
async function paste(page: Page, image: { name: string; data: string }): Promise<void> {
  await page.evaluate(({ name, data }) => {
    const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], name, { type: "image/png" }));
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement?.dispatchEvent(event);
    // Read after the page's own reader, which was asked first.
    return new Promise((resolve) => {
      const reader = new FileReader();
      reader.addEventListener("load", resolve);
      reader.readAsDataURL(new File([bytes], name));
    });
  }, image);
}

async function middleOf(page: Page, selector: string): Promise<{ x: number; y: number }> {
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not there`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function speed(browser: Browser): Promise<void> {
  const page = await openPage(browser, "speed", "dark", sizes.wide);
  const messages = states.find(({ name }) => name === "thousand")?.messages ?? [];
  const figures = await page.evaluate(async (list) => {
    const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
    const tasks: number[] = [];
    new PerformanceObserver((entries) => tasks.push(...entries.getEntries().map(({ duration }) => duration))).observe({
      entryTypes: ["longtask"],
    });
    const start = performance.now();
    for (const message of list) window.postMessage(message, "*");
    while (!document.querySelector(".hunk")) await frame();
    const first = performance.now() - start;
    while (document.querySelectorAll(".hunk").length < 1000) await frame();
    const all = performance.now() - start;
    // Long tasks are reported late.
    for (let wait = 0; wait < 10; wait++) await frame();
    const longest = Math.max(0, ...tasks);
    tasks.length = 0;
    const next: number[] = [];
    for (let press = 0; press < 60; press++) {
      const before = performance.now();
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
      await frame();
      await new Promise((resolve) => setTimeout(resolve, 0));
      next.push(performance.now() - before);
    }
    const one = list.find((message) => message.kind === "file");
    const updates: number[] = [];
    for (let round = 0; round < 30 && one?.kind === "file"; round++) {
      const before = performance.now();
      const hunks = one.file.hunks.map((hunk, index) =>
        index === round % 25 ? { ...hunk, marks: [`round ${round}`] } : hunk,
      );
      window.postMessage({ ...one, file: { ...one.file, hunks } }, "*");
      while (!document.body.textContent?.includes(`round ${round}`)) await frame();
      updates.push(performance.now() - before);
    }
    const half = (list: number[]) => list.sort((one, other) => one - other)[Math.floor(list.length / 2)] ?? 0;
    return {
      first,
      all,
      longest,
      longestLater: Math.max(0, ...tasks),
      next: half(next),
      worstNext: next.at(-1) ?? 0,
      update: half(updates),
      worstUpdate: updates.at(-1) ?? 0,
    };
  }, messages as HostMessage[]);
  console.log(
    "1,000 hunks in 40 files, milliseconds:",
    Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(1))])),
  );
  await page.close();
}

/**
 * The package as a stranger meets it: installed by the host's own command line into a fresh profile, and driven in a browser by
 * pointer and keyboard, from the walkthrough to the removal.
 *
 * Always: workspace trust is on and every question is answered as a person would; after each decision the bytes of the files are
 * compared; the folder that the person had open is never touched. The first step that does not hold ends it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { openBrowser } from "../../scripts/hosts/browser.ts";
import { listExtensions, serverHost, uninstallExtension, type ServerHost } from "../../scripts/hosts/server.ts";
import { temporaryFolder } from "../../scripts/hosts/workspace.ts";
import { root } from "../../scripts/setup.mjs";
import { openWorkbench, pick, reload, runCommand, screenshot, until } from "./driver.ts";
import { installed, packedApart } from "./installed.ts";
import { readLog } from "./logs.ts";
import { at, hunks, outline, placeOf, review, rowsOf } from "./review.ts";
import { readTree, sameTrees, spliced, type Tree } from "./trees.ts";

const id = "countersign.countersign";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface World {
  browser: Browser;
  dataDir: string;
  extensionsDir: string;
  host: ServerHost;
  page: Page;
  /** The person's own folder, and its bytes. */
  own: { folder: string; tree: Tree };
  /** The sample that the demo opened, and what its files have to hold. */
  sample: { folder: string; tree: Tree };
}

type Step = [name: string, act: (world: World) => Promise<void>];

/** Does every step; each prints a line. */
export async function asAStranger(options: {
  browser: string;
  print: (line: string) => void;
}): Promise<{ passed: number; failed: number }> {
  let passed = 0;
  let at = "pack it";
  const timed = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    at = name;
    const began = performance.now();
    const value = await act();
    passed += 1;
    options.print(`✔ ${name} (${Math.round(performance.now() - began)} ms)`);
    return value;
  };
  const world: Partial<World> = {};
  try {
    const vsix = await timed("pack it", packedApart);
    await timed("install it by the host's command line into a fresh profile", () => install(world, vsix));
    await timed("open a folder, and trust it when asked", () => open(world, options.browser));
    for (const [name, act] of steps) await timed(name, () => act(world as World));
    return { passed, failed: 0 };
  } catch (problem) {
    options.print(`✖ ${at}\n${(problem as Error).stack ?? String(problem)}`);
    if (world.page) await screenshot(world.page, join(root, "out/vsix/failed.png")).catch(() => {});
    return { passed, failed: 1 };
  } finally {
    await world.browser?.close();
    await world.host?.stop();
  }
}

async function install(world: Partial<World>, vsix: string): Promise<void> {
  world.dataDir = temporaryFolder("stranger");
  world.extensionsDir = await installed(vsix, world.dataDir);
  const { dataDir, extensionsDir } = world;
  const listed = await listExtensions({ dataDir, extensionsDir });
  if (!listed.includes(id)) throw new Error(`the host lists ${listed.join(", ") || "nothing"}`);
}

async function open(world: Partial<World>, path: string): Promise<void> {
  const folder = join(temporaryFolder("own"), "project");
  mkdirSync(folder);
  writeFileSync(join(folder, "notes.md"), "# Notes\n\nMine.\n");
  world.own = { folder, tree: readTree(folder) };
  const { dataDir, extensionsDir } = world as World;
  const env = { COUNTERSIGN_DEMO_SPEED: "12" };
  world.host = await serverHost({ workspace: folder, dataDir, extensionsDir, settings: {}, env });
  world.browser = await openBrowser({ path, headless: true });
  world.page = await openWorkbench(world.browser, world.host.address);
  await world.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await trust(world.page);
}

const steps: Step[] = [
  [
    "see the walkthrough: five steps with their pictures",
    async ({ page }) => {
      await openWalkthrough(page);
      const names = page.locator(".getting-started-step .step-title");
      await until("five steps", async () => (await names.count()) === 5);
      for (let index = 0; index < 5; index++) {
        await walkthroughStep(page, index);
        const picture = page.locator(".getting-started-media img").first();
        await until(
          `a picture beside step ${index + 1}`,
          async () =>
            (await picture.count()) > 0 &&
            (await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth > 0)),
        );
      }
      await screenshot(page, join(root, "out/vsix/walkthrough.png"));
    },
  ],
  [
    "press the walkthrough's buttons: they do what they say",
    async ({ page }) => {
      const pressed = async (step: number, label: string, came: Locator) => {
        await walkthroughStep(page, step);
        await page
          .locator(".getting-started-step.expanded .monaco-button", { hasText: new RegExp(`^${label}$`) })
          .click();
        await came.first().waitFor();
        await page.keyboard.press("Escape");
        await came.first().waitFor({ state: "hidden" });
      };
      const titled = (title: string) => page.locator(".quick-input-widget .quick-input-title", { hasText: title });
      await pressed(2, "Set API Key", titled("Set API Key"));
      await pressed(4, "Where Did We Leave Off\\?", page.locator(".notification-toast, .quick-input-widget:visible"));
    },
  ],
  [
    "start the demo from the walkthrough: it opens a project of its own, and asks for trust",
    async (world) => {
      const { page, dataDir } = world;
      await walkthroughStep(page, 0);
      await page.locator(".getting-started-step.expanded .monaco-button", { hasText: "Start Demo Session" }).click();
      await dialogButton(page, "Open Here").click();
      await until("the window is on the sample", () =>
        /[?&]folder=[^&]*globalStorage/.test(decodeURIComponent(page.url())),
      );
      const demos = join(dataDir, "data/User/globalStorage", id, "demo");
      await until("the sample is there", () => existsSync(demos) && readdirSync(demos).length === 1);
      const place = join(demos, readdirSync(demos)[0]!);
      const folder = join(
        place,
        readdirSync(place).find((name) => name !== "start")!,
      );
      world.sample = { folder, tree: readTree(folder) };
      await trust(page);
    },
  ],
  [
    "see the demo's hunks arrive; no file changes",
    async ({ page, sample }) => {
      const view = await review(page);
      await until("8 hunks", async () => (await hunks(view).count()) >= 8, 90_000);
      await until("the turn ends", async () => (await view.locator(".chip.idle").count()) > 0, 90_000);
      sameTrees(readTree(sample.folder), sample.tree, "no byte changes before an accept");
    },
  ],
  ["find nothing wrong with axe in the real page", async ({ page }) => accessible(await review(page))],
  [
    "review with the mouse: accept one, reject one",
    async (world) => {
      const view = await review(world.page);
      await accepted(world, view, hunks(view).nth(1), () => hunks(view).nth(1).locator("button.accept").click());
      const place = await placeOf(hunks(view).nth(2));
      await hunks(view).nth(2).locator("button.reject").click();
      await at(view, place, "rejected").waitFor();
      sameTrees(readTree(world.sample.folder), world.sample.tree, "a reject changes no byte");
    },
  ],
  [
    "review with the keyboard alone: to the page, accept, reject and say why, undo, redo",
    async (world) => {
      const { page } = world;
      const files = () => readTree(world.sample.folder);
      await byKeys(page, "Countersign: Open Review");
      const view = await review(page);
      await until("the page has the focus", () => view.locator("body").evaluate(() => document.hasFocus()));
      // The page takes no decision from a key within half a second of the focus: a person is not that fast.
      await view.locator("body").evaluate(() => new Promise((done) => setTimeout(done, 700)));
      const inFront = async (): Promise<string> => {
        await page.keyboard.press("j");
        const focused = view.locator(".hunk.pending:focus-within, .hunk.pending:focus");
        await focused.waitFor();
        return placeOf(focused);
      };
      const first = await inFront();
      await accepted(world, view, at(view, first, "pending"), () => page.keyboard.press("a"));
      const withIt = world.sample.tree;
      const second = await inFront();
      await page.keyboard.press("Shift+R");
      await view.locator("form.why input:focus").waitFor();
      await page.keyboard.type("not this way");
      await page.keyboard.press("Enter");
      await at(view, second, "rejected").waitFor();
      sameTrees(files(), withIt, "a reject changes no byte");
      const why = () => readLog(world.dataDir).findLast(({ kind }) => kind === "rejected")?.["why"];
      if (why() !== "not this way") throw new Error(`the log has the reason ${String(why())}`);
      const third = await inFront();
      await accepted(world, view, at(view, third, "pending"), () => page.keyboard.press("a"));
      const both = world.sample.tree;
      await page.keyboard.press("u");
      await at(view, third, "pending").waitFor();
      sameTrees(files(), withIt, "undo brings back every byte");
      await page.keyboard.press("Shift+U");
      await at(view, third, "accepted").waitFor();
      sameTrees(files(), both, "redo brings back every byte");
    },
  ],
  ["find nothing wrong with axe after decisions", async ({ page }) => accessible(await review(page))],
  [
    "reload the window: the same review",
    async ({ page, sample }) => {
      const before = JSON.stringify(await outline(await review(page)));
      await reload(page);
      const view = await review(page);
      await until("what was shown", async () => JSON.stringify(await outline(view)) === before, 60_000);
      sameTrees(readTree(sample.folder), sample.tree, "a reload changes no byte");
    },
  ],
  [
    "ask where we left off",
    async ({ page }) => {
      await runCommand(page, "Countersign: Where Did We Leave Off?");
      const row = page.locator(".quick-input-list .monaco-list-row", { hasText: "Cents go missing" }).first();
      await row.waitFor();
      const text = (await row.textContent()) ?? "";
      for (const words of ["3 accepted", "2 rejected"])
        if (!text.includes(words)) throw new Error(`the recap says "${text}", not "${words}"`);
      await page.keyboard.press("Escape");
    },
  ],
  [
    "copy the diagnostic report: counts, and no path",
    async ({ page, sample }) => {
      await runCommand(page, "Countersign: Copy Diagnostic Report");
      const copied = () => page.evaluate(() => navigator.clipboard.readText()).catch(() => "");
      await until("the report", async () => (await copied()).startsWith("## Countersign diagnostic report"));
      const report = await copied();
      for (const row of ["| endpoint | api.anthropic.com |", "3 accepted, 2 rejected", "| API key | not set |"])
        if (!report.includes(row)) throw new Error(`not in the report: ${row}\n${report}`);
      if (report.includes(sample.folder)) throw new Error(`the report names a folder:\n${report}`);
    },
  ],
  [
    "remove it: no command is left, and every file is as it was",
    async ({ page, dataDir, extensionsDir, sample, own }) => {
      await uninstallExtension(id, { dataDir, extensionsDir });
      const listed = await listExtensions({ dataDir, extensionsDir });
      if (listed.includes(id)) throw new Error("the host still lists it");
      await reload(page);
      const row = page.locator(".quick-input-list .monaco-list-row");
      await until("the palette knows no Countersign", async () => {
        await page.keyboard.press("F1");
        const input = page.locator(".quick-input-widget .quick-input-box input");
        if (
          !(await input.fill(">Countersign: New", { timeout: 2_000 }).then(
            () => true,
            () => false,
          ))
        )
          return false;
        await row
          .first()
          .waitFor({ timeout: 2_000 })
          .catch(() => {});
        const found = await row.filter({ hasText: "New Task" }).count();
        const said = await row.count();
        await page.keyboard.press("Escape");
        return said > 0 && found === 0;
      });
      sameTrees(readTree(sample.folder), sample.tree, "the sample after the removal");
      sameTrees(readTree(own.folder), own.tree, "the person's own folder");
    },
  ],
];

/** Accepts by `act`; then the file holds exactly what the hunk showed. */
async function accepted(world: World, view: FrameLocator, hunk: Locator, act: () => Promise<void>): Promise<void> {
  const [shown, place] = [await rowsOf(hunk), await placeOf(hunk)];
  await act();
  await at(view, place, "accepted").waitFor();
  const tree = spliced(world.sample.tree, shown);
  sameTrees(readTree(world.sample.folder), tree, "exactly the accepted hunk is in the file");
  world.sample = { ...world.sample, tree };
}

/** Trusts the folder as the editor lets a person: by its question, or where it asks none by its banner and the page behind. */
async function trust(page: Page): Promise<void> {
  const yes = dialogButton(page, "Yes, I trust the authors");
  const manage = page.locator(".part.banner a", { hasText: "Manage" });
  await yes.or(manage).first().waitFor({ timeout: 60_000 });
  if ((await yes.count()) > 0) return yes.click();
  await manage.click();
  const button = page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).first();
  await button.click();
  await manage.waitFor({ state: "hidden" });
}

function dialogButton(page: Page, label: string): Locator {
  return page.locator(".monaco-dialog-box .monaco-button", { hasText: label }).first();
}

async function openWalkthrough(page: Page): Promise<void> {
  await runCommand(page, "Welcome: Open Walkthrough...");
  await pick(page, "Get Started with Countersign");
}

/** Opens one step of the walkthrough, and that again where Esc left it; a step that is open stays so. */
async function walkthroughStep(page: Page, index: number): Promise<void> {
  const step = page.locator(".getting-started-step").nth(index);
  await step.waitFor({ state: "attached" });
  if (!(await step.isEnabled())) await openWalkthrough(page);
  await until(`step ${index + 1} is open`, async () => {
    if (/\bexpanded\b/.test((await step.getAttribute("class")) ?? "")) return true;
    await step.locator(".step-title").click();
    return false;
  });
}

/** Runs a command through the palette with no pointer. */
async function byKeys(page: Page, title: string): Promise<void> {
  const focused = page.locator(`.quick-input-list .monaco-list-row.focused[aria-label^="${title}"]`);
  await until(`the palette offers "${title}"`, async () => {
    await page.keyboard.press("F1");
    // Before the box has the focus, letters would go to what had it: the review has a key for most of them.
    const typed = page.locator(".quick-input-widget .quick-input-box input:focus");
    if (!(await comes(typed))) return false;
    await page.keyboard.press("End");
    await page.keyboard.type(title);
    if (await comes(focused)) return true;
    await page.keyboard.press("Escape");
    return false;
  });
  await page.keyboard.press("Enter");
}

function comes(what: Locator): Promise<boolean> {
  return what.waitFor({ timeout: 3_000 }).then(
    () => true,
    () => false,
  );
}

/** The page's policy stays in force: what is evaluated here comes through the browser's own debugger. */
async function accessible(view: FrameLocator): Promise<void> {
  const element = await view.owner().elementHandle();
  const frame = await element?.contentFrame();
  if (!frame) throw new Error("the page has no frame");
  await frame.evaluate(axe);
  const violations = await frame.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(): Promise<{ passes: unknown[]; violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    const { passes, violations } = await axe.run();
    const said = violations.map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.target.join(" ")}`);
    return passes.length > 10 ? said : [...said, `only ${passes.length} rules looked at anything`];
  });
  if (violations.length > 0) throw new Error(`axe: ${violations.join("\n")}`);
}

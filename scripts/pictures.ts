/**
 * `npm run pictures`: pictures of the real product in a real workbench, made anew.
 *
 * Each state is brought about as a person would, then shown in every theme. They go to `out/pictures/`; the one that
 * README shows goes to `media/readme/`, those of the walkthrough to `media/walkthrough/`.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { generatedBase } from "../src/demo/generate.ts";
import { startServer } from "../src/demo/server.ts";
import {
  answer,
  newTask,
  newTaskBox,
  openWorkbench,
  runCommand,
  screenshot,
  setTheme,
  until,
  webview,
} from "../test/ui/driver.ts";
import { readLog } from "../test/ui/logs.ts";
import { browserReady, openBrowser } from "./hosts/browser.ts";
import { trustSettings, writeMachineSettings, type Theme } from "./hosts/profile.ts";
import { serverHost } from "./hosts/server.ts";
import { copySample, makeRepository, temporaryFolder } from "./hosts/workspace.ts";
import { giveUp, root, run, step } from "./setup.mjs";

const themes: Theme[] = ["light", "dark", "high contrast"];
const out = join(root, "out/pictures");
const key = "sk-ant-picture-0000000000000000";

interface Scene {
  page: Page;
  view: FrameLocator;
  workspace: string;
  dataDir: string;
}

interface State {
  name: string;
  /** The scenario the model plays; none: no model is reached. */
  scenario?: string;
  /** The demo session, instead of a task of one's own. */
  demo?: boolean;
  speed?: number;
  /** Files that the folder needs beforehand, on top of the sample. */
  files?: { path: string; text: string }[];
  /** Run after the task was given, or at once where there is none. */
  reach(scene: Scene): Promise<void>;
  /** Pictures for the walkthrough, taken in this state. */
  shots?: Shot[];
}

/** One picture of the walkthrough, in both themes. */
interface Shot {
  name: string;
  /** What to do first, in each theme again. */
  prepare?(scene: Scene): Promise<void>;
  /** Pixels from the top of the window; the rest is cut off. */
  height: number;
}

/** A walkthrough shows its pictures at about this width. */
const small = { width: 960, height: 680 };
/** Bytes: ten of them are in the package. */
const largest = 120_000;

const hunks = (view: FrameLocator, state: string) => view.locator(`.hunk.${state}`);
const idle = (view: FrameLocator) =>
  until("the agent is idle", async () => (await view.locator(".chip.idle").count()) > 0, 90_000);

const states: State[] = [
  {
    name: "empty",
    async reach({ page }) {
      await runCommand(page, "Countersign: Open Review");
    },
  },
  {
    name: "streaming",
    scenario: "demo",
    speed: 0.25,
    async reach({ view }) {
      await until("an edit streams", async () => (await view.locator(".incoming").count()) > 0, 90_000);
      await hunks(view, "pending").nth(1).waitFor({ timeout: 120_000 });
    },
    shots: [{ name: "demo", height: 560 }],
  },
  {
    name: "one-hunk",
    scenario: "one-edit",
    async reach({ view }) {
      await hunks(view, "pending").first().waitFor();
      await idle(view);
    },
    shots: [
      {
        name: "task",
        height: 640,
        async prepare({ page }) {
          const box = await newTaskBox(page);
          await box
            .locator("textarea")
            .fill("Show amounts with the currency of the trip, not always in euros.\nKeep the tests as they are.");
          await box
            .getByText(/\d files/)
            .first()
            .waitFor();
        },
      },
    ],
  },
  {
    name: "thousand-hunks",
    scenario: "thousand-hunks",
    files: generatedBase({ files: 10, hunksPerFile: 100 }),
    async reach({ view }) {
      await until(
        "1,000 hunks to review",
        async () => ((await view.locator(".head").textContent()) ?? "").includes("1,000 to review"),
        120_000,
      );
      await idle(view);
    },
  },
  {
    name: "stale",
    scenario: "one-edit",
    async reach({ view, workspace }) {
      await hunks(view, "pending").first().waitFor();
      await idle(view);
      const file = join(workspace, "src/money.js");
      writeFileSync(file, readFileSync(file, "utf8").replace(/^.*\n/, "/** Money, counted by hand. */\n"));
      await hunks(view, "stale").first().waitFor();
    },
  },
  {
    name: "error",
    scenario: "faults-401",
    async reach({ view }) {
      await view.locator(".notice").first().waitFor();
    },
  },
  {
    name: "review",
    demo: true,
    async reach({ view, page }) {
      await hunks(view, "pending").nth(10).waitFor({ timeout: 90_000 });
      await idle(view);
      await hunks(view, "pending").nth(1).locator("button.accept").click();
      await hunks(view, "accepted").first().waitFor();
      await hunks(view, "pending").nth(2).locator("button.reject").click();
      await hunks(view, "rejected").first().waitFor();
      await page.keyboard.press("Escape");
      await view.locator(".files").evaluate((files) => files.scrollTo(0, 0));
    },
    shots: [
      { name: "review", height: 560 },
      {
        name: "answer",
        height: 600,
        async prepare({ view }) {
          await view.locator("textarea").first().fill("Keep round.js for now: the import script still uses it.");
        },
      },
      {
        name: "left-off",
        height: 420,
        async prepare({ page }) {
          await runCommand(page, "Countersign: Where Did We Leave Off?");
          await page.locator(".quick-input-list .monaco-list-row").first().waitFor();
        },
      },
    ],
  },
];

try {
  const wanted = process.argv.slice(2);
  const found = await browserReady(true);
  if (found.kind === "missing") throw new Error(found.cause);
  await step("Building", () => run(process.execPath, ["esbuild.mjs"]));
  if (wanted.length === 0) rmSync(out, { recursive: true, force: true });
  for (const state of states) {
    if (wanted.length === 0 || wanted.includes(state.name))
      await step(`Pictures: ${state.name}`, () => pictures(state, found.path));
  }
  const best = join(out, "review-dark.png");
  const shown = join(root, "media/readme/review.png");
  mkdirSync(dirname(shown), { recursive: true });
  copyFileSync(best, shown);
  console.log(`Pictures are in out/pictures; README shows ${shown.slice(root.length + 1)}.`);
  process.exit(0);
} catch (problem) {
  giveUp(problem);
}

async function pictures(state: State, path: string): Promise<void> {
  const workspace = join(temporaryFolder("pictures"), "sample");
  const dataDir = temporaryFolder("profile");
  await copySample(workspace);
  for (const file of state.files ?? []) {
    mkdirSync(dirname(join(workspace, file.path)), { recursive: true });
    writeFileSync(join(workspace, file.path), file.text);
  }
  if (state.files) await makeRepository(workspace);
  const scenariosDir = join(root, "src/demo/scenarios");
  const model = await startServer({
    token: key,
    scenariosDir,
    scenario: state.scenario ?? "demo",
    speed: state.speed ?? 8,
  });
  writeMachineSettings(dataDir, { "countersign.endpoint": `http://127.0.0.1:${model.port}` });
  const host = await serverHost({
    workspace,
    dataDir,
    settings: trustSettings,
    extensionDevelopmentPath: root,
    env: { COUNTERSIGN_DEMO_SPEED: "8" },
  });
  const browser = await openBrowser({ path, headless: true });
  const page = await openWorkbench(browser, host.address, { width: 1280, height: 800 });
  try {
    await setTheme(page, themes[0]!);
    if (state.demo) {
      await runCommand(page, "Countersign: Start Demo Session");
    } else if (state.scenario) {
      await runCommand(page, "Countersign: Set API Key…");
      await answer(page, "Set API Key", key);
      await newTask(page, "Count money in whole cents, so that shares always add up to the bill.");
    } else {
      await runCommand(page, "Countersign: Open Review");
    }
    const view = await webview(page);
    await view.locator("main#page .page").waitFor();
    if (state.scenario) await until("the session is in the log", () => readLog(dataDir).length > 0);
    await state.reach({ page, view, workspace, dataDir });
    for (const theme of themes) {
      await setTheme(page, theme);
      await screenshot(page, join(out, `${state.name}-${theme.replaceAll(" ", "-")}.png`));
    }
    if (state.shots) await walkthrough(state.shots, { page, view, workspace, dataDir });
    await page.setViewportSize({ width: 760, height: 900 });
    await screenshot(page, join(out, `${state.name}-narrow.png`));
  } catch (problem) {
    await screenshot(page, join(out, `failed-${state.name}.png`));
    throw problem;
  } finally {
    await browser.close();
    await host.stop();
    await model.close();
  }
}

/** The page beside nothing else, small enough to be read where the walkthrough shows it. */
async function walkthrough(shots: readonly Shot[], scene: Scene): Promise<void> {
  const { page } = scene;
  await page.setViewportSize(small);
  await runCommand(page, "View: Toggle Primary Side Bar Visibility");
  for (const theme of ["dark", "light"] as const) {
    await setTheme(page, theme);
    for (const shot of shots) {
      await shot.prepare?.(scene);
      const path = join(root, "media/walkthrough", `${shot.name}-${theme}.png`);
      mkdirSync(dirname(path), { recursive: true });
      const clip = { x: 0, y: 0, width: small.width, height: shot.height };
      await page.screenshot({ path, clip, animations: "disabled", caret: "hide" });
      const { size } = statSync(path);
      if (size > largest) throw new Error(`${path} has ${size} bytes, and ${largest} are allowed`);
      await page.keyboard.press("Escape");
    }
  }
  await runCommand(page, "View: Toggle Primary Side Bar Visibility");
}

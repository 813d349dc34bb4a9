/**
 * The main job as a person does it, in a real workbench: palette, page, keyboard. After every step the bytes of the
 * files and the log are compared, not only the page.
 *
 * Always: what a step expects of the files comes from the rows the page showed, put in by a splicer of its own; the
 * first step that does not hold is named, and ends it.
 */
import { join } from "node:path";
import type { FrameLocator, Locator, Page } from "playwright-core";
import type { SmokeOptions } from "../../scripts/start.ts";
import { openBrowser } from "../../scripts/hosts/browser.ts";
import { openWorkbench, reload, runCommand, screenshot, until } from "./driver.ts";
import { readLog, type LoggedEvent } from "./logs.ts";
import { at, hunks, outline, placeOf, review, rowsOf } from "./review.ts";
import { readTree, sameTrees, spliced, type Tree } from "./trees.ts";

/** Runs the job. Resolves with 0, or with 1 after naming the step that failed. */
export async function smoke(options: SmokeOptions): Promise<number> {
  const browser = await openBrowser({ path: options.browser, headless: true });
  const job = { ...options, browser, number: 0 };
  let at = "open the workbench";
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    at = name;
    const began = performance.now();
    const result = await work();
    console.log(`${String(++job.number).padStart(2)}  ${name}  ${Math.round(performance.now() - began)} ms`);
    return result;
  };
  let page: Page | null = null;
  try {
    page = await step("open the workbench", () => openWorkbench(browser, options.host.address));
    await mainJob(page, options, step);
    console.log("The main job is done.");
    return 0;
  } catch (problem) {
    console.log(`FAILED at: ${at}`);
    console.log(problem instanceof Error ? (problem.stack ?? problem.message) : String(problem));
    if (page) await screenshot(page, join(options.out, "failed.png")).catch(() => {});
    return 1;
  } finally {
    await browser.close();
  }
}

type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

async function mainJob(page: Page, options: SmokeOptions, step: Step): Promise<void> {
  const { workspace, dataDir, out } = options;
  let number = 0;
  const picture = (name: string) => screenshot(page, join(out, `${String(++number).padStart(2, "0")}-${name}.png`));
  const before = readTree(workspace);
  let expected: Tree = before;
  const log = (): LoggedEvent[] => readLog(dataDir);
  const same = (what: string) => sameTrees(readTree(workspace), expected, what);

  await step("start the demo session from the palette", async () => {
    await runCommand(page, "Countersign: Start Demo Session");
    await review(page);
  });
  let view = await review(page);
  await step("see hunks arrive while the agent works", async () => {
    await until("an edit is shown while it streams", async () => (await view.locator(".incoming").count()) > 0);
    await picture("streaming");
    await until(
      "8 hunks in 3 files while the agent works",
      async () =>
        (await hunks(view).count()) >= 8 &&
        (await view.locator("section.file .hunk").count()) >= 8 &&
        (await filesOf(view)) >= 3,
      60_000,
    );
    const activity = await view.locator(".chip.working").count();
    if (activity === 0) throw new Error("the hunks were seen only after the agent had ended");
    same("no byte changes before an accept");
  });
  await step("the turn ends, nothing is in the files", async () => {
    await until("the turn ends", async () => (await view.locator(".chip.idle").count()) > 0, 90_000);
    same("no byte changes before an accept");
    expectEvent(log(), (event) => event.kind === "turn.ended" && event.how === "done", "turn.ended: done");
    await picture("proposal");
  });

  const accept = async (name: string, hunk: Locator, act: () => Promise<void>) =>
    step(name, async () => {
      const shown = await rowsOf(hunk);
      const place = await placeOf(hunk);
      await act();
      await until("the page shows it as accepted", async () => (await at(view, place, "accepted").count()) > 0);
      expected = spliced(expected, shown);
      same("exactly the accepted hunk is in the file");
      const last = log().findLast((event) => event.kind === "accepted");
      if (!last) throw new Error("no accepted event in the log");
    });

  await accept("accept a hunk with the mouse", hunks(view).nth(1), async () => {
    await hunks(view).nth(1).locator("button.accept").click();
  });
  await accept("accept a hunk with the keyboard", hunks(view).nth(0), async () => {
    await hunks(view).nth(0).locator(".hunk-head").click();
    await page.keyboard.press("a");
  });
  const third = hunks(view).nth(2);
  await accept("accept a hunk from the palette", third, async () => {
    await third.locator(".hunk-head").click();
    await runCommand(page, "Countersign: Accept Hunk");
  });

  const money = () => hunkIn(view, "money.js");
  await step("reject a hunk with the keyboard, and say why", async () => {
    const hunk = money();
    const place = await placeOf(hunk);
    await hunk.locator(".hunk-head").click();
    await page.keyboard.press("Shift+R");
    await view.locator("form.why input").fill("Nobody asked for this here");
    await page.keyboard.press("Enter");
    await until("the page shows it as rejected", async () => (await at(view, place, "rejected").count()) > 0);
    same("a rejected hunk changes no byte");
    expectEvent(
      log(),
      (event) => event.kind === "rejected" && event.why === "Nobody asked for this here",
      "rejected, with the reason",
    );
  });
  await step("reject a hunk with the mouse", async () => {
    const hunk = hunkIn(view, "report.js");
    const place = await placeOf(hunk);
    await hunk.locator("button.reject").first().click();
    await until("the page shows it as rejected", async () => (await at(view, place, "rejected").count()) > 0);
    same("a rejected hunk changes no byte");
    await picture("decided");
  });

  await step("undo the last accept, and redo it", async () => {
    const withIt = expected;
    const decisions = log().filter((event) => event.kind === "accepting");
    const hunk = view.locator(".hunk.accepted").first();
    const place = await placeOf(hunk);
    await hunk.getByRole("button", { name: "Undo" }).click();
    await until("the hunk is to review again", async () => (await at(view, place, "pending").count()) > 0);
    if (sameAs(readTree(workspace), withIt)) throw new Error("the undo changed no byte");
    expectEvent(log(), (event) => event.kind === "undone", "undone");
    await runCommand(page, "Countersign: Redo Decision");
    await until("the hunk is accepted again", async () => (await at(view, place, "accepted").count()) > 0);
    same("redo brings back every byte");
    if (log().filter((event) => event.kind === "accepting").length !== decisions.length)
      throw new Error("redo accepted anew");
  });

  await step("send a follow-up: the agent answers the rejection", async () => {
    const rejectedRows = log().filter((event) => event.kind === "rejected").length;
    if (rejectedRows !== 2) throw new Error(`${rejectedRows} rejections in the log, not 2`);
    await view.locator(".follow textarea, textarea").first().fill("Please answer what I rejected.");
    await page.keyboard.press("Control+Enter");
    await until("the second turn begins", () =>
      log().some((event) => event.kind === "turn.started" && event.turn === 2),
    );
    await until(
      "the second turn ends",
      () => log().some((event) => event.kind === "turn.ended" && event.turn === 2),
      90_000,
    );
    expectEvent(
      log(),
      (event) =>
        event.kind === "boundary" && event.turn === 2 && String(event.told).includes("Nobody asked for this here"),
      "the reason was told",
    );
    const looked = log().filter((event) => event.kind === "looked" && event.turn === 2);
    if (looked.length === 0) throw new Error("the second turn proposed nothing");
    await until("the page is idle again", async () => (await view.locator(".chip.idle").count()) > 0);
    same("a follow-up changes no byte");
    await picture("answered");
  });

  const shown = await outline(view);
  const logged = log().length;
  await step("reload the window: the same review", async () => {
    await reload(page);
    view = await review(page);
    await until(
      "the page shows what it showed",
      async () => JSON.stringify(await outline(view)) === JSON.stringify(shown),
      60_000,
    ).catch(async (problem: Error) => {
      throw new Error(
        `${problem.message}\nbefore: ${JSON.stringify(shown)}\nafter:  ${JSON.stringify(await outline(view))}`,
      );
    });
    same("a reload changes no byte");
    if (log().length !== logged) throw new Error(`the reload added ${log().length - logged} events`);
    await picture("reloaded");
  });
  await step("ask where we left off", async () => {
    await runCommand(page, "Countersign: Where Did We Leave Off?");
    const row = page.locator(".quick-input-list .monaco-list-row", { hasText: "Cents go missing" }).first();
    await row.waitFor();
    const text = (await row.textContent()) ?? "";
    for (const words of ["3 accepted", "2 rejected", "13 "]) {
      if (!text.includes(words)) throw new Error(`the recap says "${text}", not "${words}"`);
    }
    await picture("recap");
    await row.click();
    view = await review(page);
    await view.locator("h1", { hasText: "Cents go missing" }).waitFor();
    same("asking changes no byte");
  });
}

async function filesOf(view: FrameLocator): Promise<number> {
  return view.locator("section.file:has(.hunk)").count();
}

function hunkIn(view: FrameLocator, name: string): Locator {
  return view
    .locator("section.file", { has: view.locator("h3", { hasText: name }) })
    .locator(".hunk.pending")
    .last();
}

function expectEvent(log: LoggedEvent[], fits: (event: LoggedEvent) => boolean, what: string): void {
  if (!log.some(fits)) throw new Error(`not in the log: ${what}`);
}

function sameAs(a: Tree, b: Tree): boolean {
  try {
    sameTrees(a, b, "");
    return true;
  } catch {
    return false;
  }
}

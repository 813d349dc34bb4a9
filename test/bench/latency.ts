/**
 * Latency of the main job in a real workbench, the demo being the agent.
 *
 * Tool call complete → hunk visible: from the wall time of `tool.answered` in the log to the first frame after the
 * hunk's element came into the page. Click → bytes: from the click's event in the page to the moment at which another
 * process sees the new bytes in the file. Page, host and bench share one clock.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FrameLocator } from "playwright-core";
import { browserReady, openBrowser } from "../../scripts/hosts/browser.ts";
import { trustSettings } from "../../scripts/hosts/profile.ts";
import { serverHost } from "../../scripts/hosts/server.ts";
import { copySample, temporaryFolder } from "../../scripts/hosts/workspace.ts";
import { root, step } from "../../scripts/setup.mjs";
import type { Row } from "../../scripts/bench.ts";
import { openWorkbench, runCommand, until, webview } from "../ui/driver.ts";
import { readLog } from "../ui/logs.ts";
import { quantile } from "./quantile.ts";

const rounds = 3;

export async function latencyRows(): Promise<Row[]> {
  const found = await browserReady(true);
  if (found.kind === "missing") {
    return [{ figure: "tool call → hunk visible", value: null, unit: "ms", met: "not run", note: found.cause }];
  }
  const visible: number[] = [];
  const written: number[] = [];
  const frames: number[] = [];
  const writes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await step(`Main job, round ${round + 1} of ${rounds}`, () =>
      oneRound(found.path, { visible, written, frames, writes }),
    );
  }
  const row = (
    figure: string,
    values: number[],
    share: number,
    against: string,
    rivals: number[],
    note: string,
  ): Row => {
    const [value, rival] = [quantile(values, share), quantile(rivals, share)];
    return { figure, value, unit: "ms", met: null, against, rival, ratio: value / rival, note };
  };
  const draw = "two frames of that page";
  const disk = "write, rename, read in one process";
  return [
    row("tool call complete → hunk visible, p50", visible, 0.5, draw, frames, `${visible.length} hunks`),
    row("tool call complete → hunk visible, p95", visible, 0.95, draw, frames, `${visible.length} hunks`),
    row("click → bytes in the file, p50", written, 0.5, disk, writes, `${written.length} accepts`),
    row("click → bytes in the file, p95", written, 0.95, disk, writes, `${written.length} accepts`),
  ];
}

interface Measured {
  visible: number[];
  written: number[];
  frames: number[];
  writes: number[];
}

async function oneRound(path: string, { visible, written, frames, writes }: Measured): Promise<void> {
  const workspace = join(temporaryFolder("bench"), "sample");
  const dataDir = temporaryFolder("profile");
  mkdirSync(dataDir, { recursive: true });
  await copySample(workspace);
  const env = { COUNTERSIGN_DEMO_SPEED: "6" };
  const host = await serverHost({ workspace, dataDir, settings: trustSettings, extensionDevelopmentPath: root, env });
  const browser = await openBrowser({ path, headless: true });
  try {
    const page = await openWorkbench(browser, host.address);
    await runCommand(page, "Countersign: Start Demo Session");
    const view = await webview(page);
    await view.locator("main#page .page").waitFor();
    await watchHunks(view);
    await until("the turn ends", () => readLog(dataDir).some((event) => event.kind === "turn.ended"), 90_000);
    await until("the page is idle", async () => (await view.locator(".chip.idle").count()) > 0);
    const seen = await view
      .locator("main#page")
      .evaluate(() => (window as never as { seen: Record<string, number> }).seen);
    const events = readLog(dataDir);
    for (const event of events) {
      if (event.kind !== "looked") continue;
      const answered = events.findLast((one) => one.kind === "tool.answered" && one.call === event.call);
      for (const revision of event.revisions as { file: string; hunks: { id: string }[] }[]) {
        for (const hunk of revision.hunks) {
          const place = `${revision.file}/${hunk.id}`;
          const at = seen[place];
          if (answered === undefined || at === undefined || at < Number(answered.at)) continue;
          visible.push(at - Number(answered.at));
          delete seen[place];
        }
      }
    }
    for (let index = 0; index < 8; index++) {
      frames.push(await twoFrames(view));
      writes.push(bareWrite(workspace));
      written.push(await clickToBytes(view, workspace, dataDir));
    }
  } finally {
    await browser.close();
    await host.stop();
  }
}

/** Notes for every hunk the time of the first frame in which it is there. */
async function watchHunks(view: FrameLocator): Promise<void> {
  await view.locator("main#page").evaluate((page) => {
    const seen: Record<string, number> = {};
    (window as never as { seen: Record<string, number> }).seen = seen;
    const look = () => {
      const fresh = [...page.querySelectorAll<HTMLElement>(".hunk[data-place]")].filter(
        (one) => !(one.dataset["place"]! in seen),
      );
      if (fresh.length === 0) return;
      for (const one of fresh) seen[one.dataset["place"]!] = Number.NaN;
      requestAnimationFrame(() => {
        for (const one of fresh) seen[one.dataset["place"]!] = Date.now();
      });
    };
    new MutationObserver(look).observe(page, { childList: true, subtree: true });
    look();
  });
}

/** Milliseconds of two frames of the page as it stands: what nothing that is drawn can beat. */
export async function twoFrames(view: FrameLocator): Promise<number> {
  return view.locator("main#page").evaluate(
    () =>
      new Promise<number>((done) => {
        const began = performance.now();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
      }),
  );
}

/** Milliseconds of a bare write beside the file, a rename over it and the look of another reader. */
function bareWrite(workspace: string): number {
  const file = join(workspace, "README.md");
  const bytes = readFileSync(file);
  const began = performance.now();
  writeFileSync(`${file}.bare`, bytes, { flush: true });
  renameSync(`${file}.bare`, file);
  readFileSync(file);
  return performance.now() - began;
}

async function clickToBytes(view: FrameLocator, workspace: string, dataDir: string): Promise<number> {
  const hunk = view.locator(".hunk.pending").first();
  const button = hunk.locator("button.accept");
  await button.waitFor();
  const path = await hunk.evaluate((one) => one.closest("section.file")?.querySelector("h3")?.textContent ?? "");
  const file = join(workspace, path);
  const content = () => {
    try {
      return readFileSync(file).toString("latin1");
    } catch {
      return null;
    }
  };
  const before = content();
  const accepted = readLog(dataDir).filter((event) => event.kind === "accepted").length;
  const clicked = button.evaluate((one) => {
    const at = Date.now();
    (one as HTMLElement).click();
    return at;
  });
  let now = 0;
  const end = performance.now() + 10_000;
  while (now === 0) {
    if (content() !== before) now = Date.now();
    else await new Promise((next) => setImmediate(next));
    if (performance.now() > end) throw new Error(`no new bytes in ${path} within 10 s of the click`);
  }
  const at = await clicked;
  await until(
    "the accept is in the log",
    () => readLog(dataDir).filter((event) => event.kind === "accepted").length > accepted,
  );
  await until("the next hunk can be decided", async () => (await view.locator(".hunk.sent").count()) === 0);
  return now - at;
}

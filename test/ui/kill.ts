/**
 * Processes killed at every step of a task and of a decision, with the extension installed, and what a person finds when they
 * come back: nothing acknowledged is lost, every file holds what it held before or after, and what waits can be decided.
 *
 * Always: what a file may hold is told by the intent in the log and the bytes of before; the first thing that does not hold ends
 * the life it belongs to and names the kill.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { openBrowser } from "../../scripts/hosts/browser.ts";
import { trustSettings } from "../../scripts/hosts/profile.ts";
import { serverHost, type ServerHost } from "../../scripts/hosts/server.ts";
import { copySample, temporaryFolder } from "../../scripts/hosts/workspace.ts";
import { openWorkbench, runCommand, screenshot, until } from "./driver.ts";
import { installed, packedApart } from "./installed.ts";
import {
  acknowledged,
  extensionHosts,
  isTemporary,
  killAt,
  newestLog,
  standing,
  type Standing,
  type Victim,
} from "./killing.ts";
import type { Kill, Step } from "./killSteps.ts";
import { readLog, type LoggedEvent } from "./logs.ts";
import { readTree, sameTrees, type Tree } from "./trees.ts";

export interface Killed {
  tried: number;
  failed: number;
  cases: { kill: string; said: string }[];
}

/** Lives through these kills, one after the other, in as few worlds as hold. Never rejects for a kill that lost something. */
export async function liveThrough(
  kills: readonly Kill[],
  options: { browser: string; print?: (line: string) => void },
): Promise<Killed> {
  const vsix = await packedApart();
  const browser = await openBrowser({ path: options.browser, headless: true });
  const result: Killed = { tried: 0, failed: 0, cases: [] };
  let world: World | null = null;
  try {
    for (const kill of kills) {
      const name = `${kill.victim} killed ${kill.later} ms after ${kill.step.name}`;
      const began = performance.now();
      result.tried += 1;
      try {
        world ??= await newWorld(vsix, browser);
        const left = await live(world, kill);
        options.print?.(`✔ ${name}: ${left} (${Math.round(performance.now() - began)} ms)`);
      } catch (problem) {
        result.failed += 1;
        const said = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
        result.cases.push({ kill: name, said });
        options.print?.(`✖ ${name}: ${said}`);
        if (world) await screenshot(world.page, join("out/kill", `${result.failed}.png`)).catch(() => {});
        await world?.host.stop();
        await world?.page.context().close();
        world = null;
      }
    }
  } finally {
    await world?.host.stop();
    await browser.close();
  }
  return result;
}

// ── One world ─────────────────────────────────────────────────────────────────────────────────────────────────

interface World {
  workspace: string;
  /** The sample's bytes before anything was done. */
  first: Tree;
  dataDir: string;
  extensionsDir: string;
  browser: Browser;
  host: ServerHost;
  page: Page;
  /** Kills of the extension host since the window was opened: the third is final. */
  hostKills: number;
  /** The tokens of pages whose extension host was killed: what is drawn there, nobody answers for. */
  orphaned: Set<string>;
}

async function newWorld(vsix: string, browser: Browser): Promise<World> {
  const workspace = join(temporaryFolder("kill"), "sample");
  const dataDir = temporaryFolder("profile");
  await copySample(workspace);
  const extensionsDir = await installed(vsix, dataDir);
  const host = await serverHost({ workspace, dataDir, extensionsDir, settings: trustSettings });
  const page = await openWorkbench(browser, host.address);
  return {
    workspace,
    first: readTree(workspace),
    dataDir,
    extensionsDir,
    browser,
    host,
    page,
    hostKills: 0,
    orphaned: new Set(),
  };
}

/** Brings the world to where the step's action can begin, begins it, kills, comes back, and looks. Says what came of it. */
async function live(world: World, { step, victim, later }: Kill): Promise<string> {
  if (victim === "host" && world.hostKills === 2) await freshWindow(world);
  await prepared(world, step.action);
  const from = standing(world);
  const killing = killAt(from, step.moment, { victim, later });
  // What is begun may lose the page under it: only the kill has to come about.
  const acting = begin(world, step.action).catch((problem: Error) => problem);
  const problem = await Promise.race([killing, acting.then(async (said) => (said ? said : killing))]);
  if (problem instanceof Error) await Promise.race([killing, acting.then(() => Promise.reject(problem))]);
  await killing;

  const atKill = look(world, from);
  await comeBack(world, victim);
  if (atKill.events.length === 0) {
    sameTrees(withoutTemporaries(readTree(world.workspace)), from.tree, "a session that never began");
    return "no session yet";
  }
  await returned(world, from, atKill);
  const decided = await decidable(world);
  return `${atKill.said}; ${decided}`;
}

function withoutTemporaries(tree: Tree): Tree {
  return new Map([...tree].filter(([path]) => !isTemporary(path)));
}

/** What the disk says right after the kill. Throws where it says what it must not. */
function look(world: World, from: Standing): { events: LoggedEvent[]; kept: Buffer; tree: Tree; said: string } {
  const path = newestLog(world);
  const tree = withoutTemporaries(readTree(world.workspace));
  if (path === null) return { events: [], kept: Buffer.alloc(0), tree, said: "" };
  const kept = acknowledged(path);
  if (kept.length === 0) return { events: [], kept, tree, said: "" };
  const events = eventsIn(kept);
  const same = from.log?.path === path;
  const intent = events.findLast(({ kind }) => kind === "accepting" || kind === "undoing");
  const since = same && from.log ? eventsIn(readFileSync(path).subarray(0, from.log.size)).length : 0;
  const expected = new Map(from.tree);
  let said = `${events.length} events`;
  if (intent && intent.seq > since) {
    const states: string[] = [];
    for (const { path: file, user } of textsOf(intent)) {
      const now = hashOf(tree.get(file));
      if (now !== user.before && now !== user.after) throw new Error(`${file} holds neither what was before nor after`);
      states.push(now === user.after ? "after" : "before");
      const bytes = tree.get(file);
      if (bytes) expected.set(file, bytes);
      else expected.delete(file);
    }
    said += `, ${states.join("/")}`;
  }
  sameTrees(tree, expected, "at the kill");
  return { events, kept, tree, said };
}

/** What must be so once the person has come back. */
async function returned(world: World, from: Standing, atKill: ReturnType<typeof look>): Promise<void> {
  const path = newestLog(world)!;
  await until("every intent has its outcome", () => {
    const events = readLog(world.dataDir);
    const told = events.map((event) => (event.kind === "boundary" ? String(event["told"]) : "")).join("\n");
    const own = /The person (deleted|created|changed) .*/.exec(told);
    if (own) throw new Error(`the agent was told: ${own[0]}`);
    const open = events.filter(({ kind }) => kind === "accepting" || kind === "undoing");
    return open.every(({ seq }) => events.some((event) => event["intent"] === seq));
  });
  const now = readFileSync(path);
  if (!now.subarray(0, atKill.kept.length).equals(atKill.kept)) throw new Error("the log lost what was acknowledged");
  const tree = readTree(world.workspace);
  const left = [...tree.keys()].filter(isTemporary);
  if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
  const events = readLog(world.dataDir);
  const intent = events.findLast(({ kind }) => kind === "accepting" || kind === "undoing");
  const known = atKill.events.at(-1)!.seq;
  if (!intent || events.every((event) => event["intent"] !== intent.seq || event.seq <= known)) {
    sameTrees(tree, atKill.tree, "coming back changes no byte");
    return;
  }
  const outcome = events.find((event) => event["intent"] === intent.seq)!;
  const results = outcome["results"] as { file: string; result: { kind: string } }[];
  const expected = new Map(intent.kind === "undoing" ? from.tree : atKill.tree);
  for (const { file, path: name, user } of textsOf(intent)) {
    const written = results.find((one) => one.file === file)?.result.kind === "written";
    if (hashOf(tree.get(name)) !== (written ? user.after : user.before))
      throw new Error(`the log says ${name} was ${written ? "" : "not "}written, and that is not so`);
    const bytes = tree.get(name);
    if (bytes) expected.set(name, bytes);
    else expected.delete(name);
  }
  if (intent.kind === "undoing" && new Set(results.map(({ result }) => result.kind)).size > 1)
    throw new Error("half of an undo was done");
  sameTrees(tree, expected, "coming back settles the intent and nothing else");
}

// ── A person's hands ──────────────────────────────────────────────────────────────────────────────────────────

async function prepared(world: World, action: Step["action"]): Promise<void> {
  if (action === "task") return pristine(world);
  const decisions = () => readLog(world.dataDir).filter(({ kind }) => kind === "accepted").length;
  const wanted = action === "accept all" ? ".file:has(.hunk.pending)" : ".hunk.pending";
  const enough = async () =>
    action === "follow-up" ||
    (await (await review(world.page)).locator(wanted).count()) >= (action === "accept all" ? 2 : 1);
  const begun = newestLog(world);
  if (begun === null || !(await enough())) {
    pristine(world);
    await startDemo(world);
    await until("a new session", () => ![null, begun].includes(newestLog(world)));
    await until("the turn's end", () => readLog(world.dataDir).some(({ kind }) => kind === "turn.ended"), 90_000);
    await until("hunks to decide", enough);
  }
  if (action === "undo" || action === "redo") {
    const before = decisions();
    await (await review(world.page)).locator(".hunk.pending button.accept").first().click();
    await until("an accept to undo", () => decisions() > before);
  }
  if (action === "redo") {
    await runCommand(world.page, "Countersign: Undo Last Decision");
    await until("an undo to redo", () => readLog(world.dataDir).at(-1)?.kind === "undone");
  }
}

async function begin(world: World, action: Step["action"]): Promise<void> {
  const { page } = world;
  const pending = async () => (await review(page)).locator(".hunk.pending").first();
  switch (action) {
    case "task":
      return startDemo(world);
    case "accept":
      return (await pending()).locator("button.accept").click({ noWaitAfter: true });
    case "reject":
      return (await pending()).locator("button.reject").click({ noWaitAfter: true });
    case "accept all":
      await runCommand(page, "Countersign: Accept All Hunks…");
      return page.locator(".monaco-dialog-box .monaco-button", { hasText: "Accept All" }).first().click();
    case "undo":
      return runCommand(page, "Countersign: Undo Last Decision");
    case "redo":
      return runCommand(page, "Countersign: Redo Decision");
    case "follow-up": {
      const words = (await review(page)).locator(".follow textarea, textarea").first();
      await words.fill("Go on.");
      return words.press("Control+Enter", { noWaitAfter: true });
    }
  }
}

/** Gives the folder its first bytes again, as the person: the demo's task is written for them. */
function pristine({ workspace, first }: World): void {
  const now = readTree(workspace);
  for (const path of now.keys()) if (!first.has(path)) rmSync(join(workspace, path));
  for (const [path, bytes] of first) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    if (!now.get(path)?.equals(bytes)) writeFileSync(join(workspace, path), bytes);
  }
}

async function startDemo(world: World): Promise<void> {
  await runCommand(world.page, "Countersign: Start Demo Session");
}

/** The review that is in front. The page of a host that was killed may still be there, behind it, with nobody to talk to. */
async function review(page: Page): Promise<FrameLocator> {
  let front: FrameLocator | undefined;
  await until("a review is in front", async () => {
    const frames = page.locator("iframe.webview");
    for (let index = (await frames.count()) - 1; index >= 0 && front === undefined; index -= 1) {
      if (!(await frames.nth(index).isVisible())) continue;
      const inner = frames.nth(index).contentFrame().frameLocator("iframe#active-frame");
      if ((await inner.locator("main#page .page").count()) > 0) front = inner;
    }
    return front !== undefined;
  });
  return front!;
}

/** Waits for the extension host that VS Code starts anew, or starts the server anew; then asks where we left off. */
async function comeBack(world: World, victim: Victim): Promise<void> {
  if (victim === "server") await freshServer(world);
  else {
    world.hostKills += 1;
    for (const token of await tokens(world.page)) world.orphaned.add(token);
    await until("a new extension host", () => extensionHosts(world.dataDir).length > 0);
  }
  await openLast(world);
}

/** Asks where we left off, and opens what is told, as long as there is something to tell. */
async function openLast(world: World): Promise<void> {
  const path = newestLog(world);
  if (path === null || acknowledged(path).length === 0) return;
  await runCommand(world.page, "Countersign: Where Did We Leave Off?");
  const row = world.page.locator(".quick-input-list .monaco-list-row", { hasText: "Cents go missing" }).first();
  await row.waitFor();
  await row.click();
  // Until the new host has set the page anew, the old one is still drawn: what is read or clicked there goes nowhere.
  await until("a page of the living host", async () => {
    const now = await tokens(world.page);
    return now.length > 0 && now.every((token) => !world.orphaned.has(token));
  });
  await (await review(world.page)).locator("h1", { hasText: "Cents go missing" }).waitFor();
}

/** The tokens of the review pages in this window. */
async function tokens(page: Page): Promise<string[]> {
  const found: string[] = [];
  const frames = page.locator("iframe.webview");
  for (let index = (await frames.count()) - 1; index >= 0; index -= 1) {
    const inner = frames.nth(index).contentFrame().frameLocator("iframe#active-frame");
    const meta = inner.locator('meta[name="countersign-token"]');
    if ((await meta.count()) > 0)
      found.push((await meta.getAttribute("content", { timeout: 1_000 }).catch(() => null)) ?? "");
  }
  return found;
}

async function freshServer(world: World): Promise<void> {
  await world.host.stop();
  await world.page.context().close();
  const { workspace, dataDir, extensionsDir } = world;
  world.host = await serverHost({ workspace, dataDir, extensionsDir });
  world.page = await openWorkbench(world.browser, world.host.address);
  world.hostKills = 0;
}

async function freshWindow(world: World): Promise<void> {
  await world.page.context().close();
  await until("the old window's host to end", () => extensionHosts(world.dataDir).length === 0, 60_000).catch(() => {});
  world.page = await openWorkbench(world.browser, world.host.address);
  world.hostKills = 0;
  await openLast(world);
}

/** Nothing passes for the person's own change, and a hunk that waits can be accepted, and that taken back, byte for byte. */
async function decidable(world: World): Promise<string> {
  const view = await review(world.page);
  const odd = await view.locator(".hunk.stale, .hunk.overtaken").count();
  if (odd > 0) throw new Error(`${odd} hunks pass for changed by the person`);
  const waiting = view.locator(".hunk.pending button.accept");
  const count = await waiting.count();
  if (count === 0) return "nothing to decide";
  const before = readTree(world.workspace);
  const known = readLog(world.dataDir).length;
  const place = await view.locator(".hunk.pending").first().getAttribute("data-place");
  const came = (kind: string) =>
    readLog(world.dataDir)
      .slice(known)
      .find((event) => event.kind === kind);
  await waiting.first().click();
  await until("the accept's outcome", () => came("accepted") !== undefined);
  for (const { path, user } of textsOf(came("accepting")!)) {
    if (hashOf(readTree(world.workspace).get(path)) !== user.after) throw new Error(`the accept did not write ${path}`);
  }
  await view.locator(`.hunk.accepted[data-place="${place}"]`).getByRole("button", { name: "Undo" }).click();
  await until("the undo's outcome", () => came("undone") !== undefined);
  sameTrees(readTree(world.workspace), before, "accepted and taken back");
  await view.locator(`.hunk.pending[data-place="${place}"]`).waitFor();
  return `${count} to decide`;
}

// ── The log ───────────────────────────────────────────────────────────────────────────────────────────────────

interface TextsOf {
  file: string;
  path: string;
  user: { before: string | null; after: string | null };
}

function textsOf(event: LoggedEvent): TextsOf[] {
  return event["texts"] as TextsOf[];
}

function eventsIn(bytes: Buffer): LoggedEvent[] {
  const lines = bytes.toString("utf8").split("\n");
  return lines.filter((line) => /^[0-9a-f]{8} /.test(line)).map((line) => JSON.parse(line.slice(9)) as LoggedEvent);
}

function hashOf(bytes: Buffer | undefined): string | null {
  return bytes === undefined ? null : createHash("sha256").update(bytes).digest("hex");
}

/**
 * `npm start`: builds, and opens a real VS Code with the extension on a fresh copy of the sample project.
 *
 * Flags: `--host=code|desktop|server`, `--workspace=DIR`, `--smoke`, `--yes`.
 * Always: the window has a profile of our own; what is started here ends here.
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { browserReady, openBrowser, takenAsYes } from "./hosts/browser.ts";
import { codeOnPath, downloadedDesktop, hasDisplay, openDesktop, type Desktop } from "./hosts/desktop.ts";
import { trustSettings, type Settings } from "./hosts/profile.ts";
import { serverHost, serverInstalled } from "./hosts/server.ts";
import { copySample, temporaryFolder } from "./hosts/workspace.ts";
import { giveUp, root, run, step } from "./setup.mjs";

/** What the smoke test is given; `browser` is the path of a Chromium. It resolves with the exit code. */
export type SmokeOptions = {
  host: { address: string };
  workspace: string;
  dataDir: string;
  out: string;
  browser: string;
};

const hosts = ["code", "desktop", "server"];

try {
  process.exit(await start());
} catch (problem) {
  giveUp(problem);
}

async function start(): Promise<number> {
  const { values: flags } = parseArgs({
    options: {
      host: { type: "string" },
      workspace: { type: "string" },
      smoke: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
    },
  });
  if (flags.host !== undefined && !hosts.includes(flags.host)) throw new Error(`--host is one of ${hosts.join(", ")}.`);
  const project = flags.workspace === undefined ? undefined : resolve(flags.workspace);
  if (project !== undefined && !existsSync(project)) throw new Error(`--workspace: ${project} is not there.`);

  await step("Building", () => run(process.execPath, ["esbuild.mjs"]));
  if (flags.smoke) return smoke();

  const { workspace, dataDir, settings } = await place(project);
  const desktop = await chosenDesktop(flags.host);
  if (desktop.kind === "found") {
    console.log(`ready: ${desktop.command} on ${workspace} (close the window to end)`);
    console.log("In the window: F1, then “Countersign: Start Demo Session”.");
    await openDesktop(desktop, { workspace, dataDir, settings });
    return 0;
  }
  console.log(`Using VS Code's server in a browser: ${desktop.cause}.`);
  return serve({ workspace, dataDir, settings, yes: takenAsYes(flags) });
}

/** The main job, unattended, in the server host. */
async function smoke(): Promise<number> {
  const browser = await browserReady(true);
  if (browser.kind === "missing") throw new Error(browser.cause);
  const script = join(root, "test/ui/smoke.ts");
  if (!existsSync(script)) throw new Error("The smoke test test/ui/smoke.ts is not there.");
  const workspace = join(temporaryFolder("smoke"), "sample");
  const dataDir = temporaryFolder("profile");
  const out = join(root, "out/smoke");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await step("Copying the sample project", () => copySample(workspace));
  await serverInstalled();
  const host = await step("Starting VS Code's server", () =>
    serverHost({ workspace, dataDir, settings: trustSettings, extensionDevelopmentPath: root }),
  );
  try {
    const module = (await import(script)) as { smoke(options: SmokeOptions): Promise<number> };
    return await module.smoke({ host, workspace, dataDir, out, browser: browser.path });
  } finally {
    await host.stop();
  }
}

/** A fresh sample with a fresh profile, or the person's own project with a profile that stays between starts. */
async function place(project: string | undefined): Promise<{ workspace: string; dataDir: string; settings: Settings }> {
  // A project of the person's own is opened as VS Code opens any: it asks whether its authors are trusted.
  if (project !== undefined) return { workspace: project, dataDir: join(root, ".vscode-test/profile"), settings: {} };
  const workspace = join(root, "out/start/sample");
  const dataDir = join(root, "out/start/profile");
  rmSync(dataDir, { recursive: true, force: true });
  await step("Copying the sample project", () => copySample(workspace));
  return { workspace, dataDir, settings: trustSettings };
}

async function chosenDesktop(host: string | undefined): Promise<Desktop> {
  if (host === "server") return { kind: "none", cause: "--host=server" };
  const onPath: Desktop = host === "desktop" ? { kind: "none", cause: "--host=desktop" } : await codeOnPath();
  if (onPath.kind === "found") return onPath;
  if (host === "code") throw new Error(`--host=code: ${onPath.cause}.`);
  const downloaded = await downloadedDesktop();
  if (downloaded.kind === "found") return downloaded;
  if (host === "desktop") throw new Error(`--host=desktop: ${downloaded.cause}.`);
  return { kind: "none", cause: [...new Set([onPath.cause, downloaded.cause])].join("; ") };
}

/** Serves until Ctrl+C, or until the browser that was opened for a person is closed. */
async function serve(options: {
  workspace: string;
  dataDir: string;
  settings: Settings;
  yes: boolean;
}): Promise<number> {
  const browser = hasDisplay() ? await browserReady(options.yes) : undefined;
  const host = await step("Starting VS Code's server", () =>
    serverHost({ ...options, extensionDevelopmentPath: root }),
  );
  const stopped = new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => done());
  });
  try {
    console.log(`ready: ${host.address}`);
    console.log("In the window: F1, then “Countersign: Start Demo Session”.");
    if (browser?.kind === "missing") console.log(`Open the address in a browser (${browser.cause}).`);
    if (browser?.kind !== "ready") {
      console.log("Ctrl+C ends it.");
      await stopped;
      return 0;
    }
    const window = await openBrowser({ path: browser.path, headless: false }).catch((problem: Error) => problem);
    if (window instanceof Error) {
      console.log(`Open the address in a browser: ${browser.path} did not start. Ctrl+C ends it.`);
      await stopped;
      return 0;
    }
    const page = await window.newPage({ viewport: null });
    await page.goto(host.address);
    await Promise.race([stopped, new Promise((done) => page.once("close", done))]);
    await window.close();
    return 0;
  } finally {
    await host.stop();
  }
}

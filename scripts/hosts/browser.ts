/**
 * A Chromium for the server host: found on the machine, or installed with apt where that can be done.
 *
 * Always: nothing is installed without a yes, and a missing browser ends with the one command that is missing.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { installed } from "./apt.ts";

const packages = ["chromium", "fonts-liberation", "fonts-dejavu-core"];

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "brave-browser",
];

const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** The path of a Chromium-based browser on this machine. `COUNTERSIGN_BROWSER` names one that is somewhere else. */
export function findBrowser(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = [
    process.env["COUNTERSIGN_BROWSER"] ?? "",
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    ...elsewhere,
  ];
  return candidates.find((path) => path !== "" && canRun(path));
}

/** What `browserReady` found: a browser, or why there is none and what would bring one. */
export type BrowserReady = { kind: "ready"; path: string } | { kind: "missing"; cause: string };

/** A browser, installed first where we are root on Debian and the answer is yes (`yes`, or nobody is there to be asked). */
export async function browserReady(yes: boolean): Promise<BrowserReady> {
  const path = findBrowser();
  if (path !== undefined) return { kind: "ready", path };
  const outcome = await installed(packages, yes, "A browser is needed.");
  if (outcome.kind === "missing")
    return missing(outcome.remedy || "install Chromium or Google Chrome, or name one in COUNTERSIGN_BROWSER");
  const now = findBrowser();
  return now === undefined ? missing("install Chromium or Google Chrome") : { kind: "ready", path: now };
}

/** Whether nobody needs to be asked: `--yes`, an unattended run, or no terminal to ask at. */
export function takenAsYes(flags: { yes?: boolean; smoke?: boolean }): boolean {
  return flags.yes === true || flags.smoke === true || Boolean(process.env["CI"]) || !process.stdin.isTTY;
}

/** A running browser under Playwright; `close()` ends it, and so does the end of this process. */
export function openBrowser(options: {
  path: string;
  headless: boolean;
  window?: { width: number; height: number };
}): Promise<Browser> {
  const window = options.window ?? { width: 1440, height: 900 };
  return chromium.launch({
    executablePath: options.path,
    headless: options.headless,
    args: [
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      `--window-size=${window.width},${window.height}`,
    ],
  });
}

function missing(remedy: string): BrowserReady {
  return { kind: "missing", cause: `no browser found; ${remedy}` };
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a module's `run()` inside the extension host of a real VS Code window, and gives its outcome.
 *
 * The window is the server host in a headless browser; the module is the one that desktop VS Code would get as
 * `extensionTestsPath`.
 */
import type { Browser } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { serverHost, type ServerHostOptions } from "./server.ts";

/** How a run in a host ended; `code` 0 means `run()` resolved. `lines` is what it wrote to its console. */
export type HostRun =
  { kind: "ended"; code: number; lines: string[] } | { kind: "no answer"; cause: string; lines: string[] };

/** Starts a server host and a browser, runs the module, and stops both. `print` gets each console line at once. */
export async function runInHost(
  options: ServerHostOptions & { extensionTestsPath: string; browser: string; print?: (line: string) => void },
  signal: AbortSignal,
): Promise<HostRun> {
  const host = await serverHost(options);
  let browser: Browser | undefined;
  const lines: string[] = [];
  try {
    browser = await openBrowser({ path: options.browser, headless: true });
    const page = await browser.newPage();
    await page.exposeFunction("codeAutomationLog", (level: string, args: unknown[]) => {
      const line = args.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join(" ");
      lines.push(`${level} ${line}`);
      options.print?.(line);
    });
    const exit = new Promise<number>((done, fail) => {
      page.on("crash", () => fail(new Error("the browser's page crashed")));
      page.on("close", () => fail(new Error("the browser's page was closed")));
      signal.addEventListener("abort", () => fail(new Error("it took too long")), { once: true });
      void page
        .exposeFunction("codeAutomationExit", (code: number) => done(code))
        .then(() => page.goto(host.address))
        .catch(fail);
    });
    return { kind: "ended", code: await exit, lines };
  } catch (problem) {
    return { kind: "no answer", cause: (problem as Error).message, lines };
  } finally {
    await browser?.close();
    await host.stop();
  }
}

/**
 * Activation of the packaged extension beside an empty one: alternating starts of a fresh window of the same server
 * kind, each with one of the two installed, read off VS Code's own *Running Extensions* editor.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { browserReady, openBrowser } from "../../scripts/hosts/browser.ts";
import { trustSettings } from "../../scripts/hosts/profile.ts";
import { installExtension, serverHost } from "../../scripts/hosts/server.ts";
import { copySample, temporaryFolder } from "../../scripts/hosts/workspace.ts";
import { packageExtension } from "../../scripts/package.ts";
import { step } from "../../scripts/setup.mjs";
import type { Row } from "../../scripts/bench.ts";
import { openWorkbench, runCommand } from "../ui/driver.ts";
import { quantile } from "./quantile.ts";

export async function activationRows(starts: number): Promise<Row[]> {
  const found = await browserReady(true);
  if (found.kind === "missing")
    return [{ figure: "activation", value: null, unit: "ms", met: "not run", note: found.cause }];
  const folder = temporaryFolder("activation");
  const ours = join(folder, "countersign.vsix");
  const empty = await step("Packaging both extensions", async () => {
    await packageExtension(ours);
    return packageEmpty(join(folder, "empty"));
  });
  const kinds = [
    { vsix: ours, name: "Countersign", times: [] as number[] },
    { vsix: empty, name: "Empty", times: [] as number[] },
  ];
  const workspace = join(folder, "sample");
  await copySample(workspace);
  for (const kind of kinds) {
    const dataDir = join(folder, kind.name);
    mkdirSync(dataDir, { recursive: true });
    await installExtension(kind.vsix, { dataDir, extensionsDir: join(dataDir, "extensions") });
  }
  const browser = await openBrowser({ path: found.path, headless: true });
  try {
    for (let start = 0; start < starts; start++) {
      for (const kind of kinds) {
        await step(`Start ${start + 1} of ${starts}: ${kind.name}`, async () => {
          kind.times.push(await activationOf(browser, kind.name, join(folder, kind.name), workspace));
        });
      }
    }
  } finally {
    await browser.close();
  }
  const [own, control] = [quantile(kinds[0]!.times, 0.5), quantile(kinds[1]!.times, 0.5)];
  return [
    {
      figure: `activation, median of ${starts} alternating starts`,
      value: own,
      unit: "ms",
      against: "an empty extension",
      rival: control,
      ratio: control === 0 ? null : own / control,
      goal: "≤ +15 ms",
      met: own - control <= 15,
      note: `difference ${own - control} ms; ours ${Math.min(...kinds[0]!.times)}–${Math.max(...kinds[0]!.times)}, empty ${Math.min(...kinds[1]!.times)}–${Math.max(...kinds[1]!.times)}`,
    },
  ];
}

async function packageEmpty(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({
      name: "empty",
      displayName: "Empty",
      version: "0.0.1",
      publisher: "countersign",
      license: "MIT",
      engines: { vscode: "^1.101.0" },
      main: "./extension.cjs",
      activationEvents: ["onStartupFinished"],
    }),
  );
  writeFileSync(join(folder, "extension.cjs"), "exports.activate = () => {};\n");
  writeFileSync(join(folder, "README.md"), "Does nothing.\n");
  writeFileSync(join(folder, "LICENSE"), "MIT\n");
  const vsix = join(folder, "empty.vsix");
  await packageExtension(vsix, folder);
  return vsix;
}

/** The milliseconds that VS Code says it took to load and activate the extension, in a fresh server and window. */
async function activationOf(
  browser: Awaited<ReturnType<typeof openBrowser>>,
  name: string,
  dataDir: string,
  workspace: string,
): Promise<number> {
  const host = await serverHost({ workspace, dataDir, settings: trustSettings });
  try {
    // Tall enough for the whole list: rows that do not fit are not drawn.
    const page = await openWorkbench(browser, host.address, { width: 1440, height: 2400 });
    await runCommand(page, "Developer: Show Running Extensions");
    const row = page.locator(".runtime-extensions-editor .extension", {
      has: page.locator(".name", { hasText: new RegExp(`^${name}$`) }),
    });
    const time = row.locator(".activation-time");
    await time.filter({ hasText: /\d+ms/ }).waitFor();
    const milliseconds = Number(/(\d+)ms/.exec((await time.textContent()) ?? "")![1]);
    await page.context().close();
    return milliseconds;
  } finally {
    await host.stop();
  }
}

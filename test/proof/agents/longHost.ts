/**
 * The long session in a real extension host: the extension built for production, the review shown in a window.
 *
 * What runs inside is `longSuite.ts`. Needs a Chromium; without one nothing is tried, and that is a failure.
 */
import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { browserReady } from "../../../scripts/hosts/browser.ts";
import { runInHost } from "../../../scripts/hosts/in-host.ts";
import { trustSettings } from "../../../scripts/hosts/profile.ts";
import { temporaryFolder } from "../../../scripts/hosts/workspace.ts";
import { root } from "../../../scripts/setup.mjs";
import { packedApart } from "../../ui/installed.ts";
import type { Outcome } from "../agents.ts";
import { judged, type LongOptions } from "./long.ts";
import type { LongFigures } from "./longPlay.ts";
import { makeProject, openLongModel } from "./longGround.ts";
import { allTurns } from "./longScript.ts";

/** Plays the session in a host. */
export async function longInHost({ seed, minutes = 0, turns = allTurns }: LongOptions): Promise<Outcome> {
  const browser = await browserReady(true);
  if (browser.kind === "missing") return { tried: 1, failed: 1, cases: [browser.cause] };
  const place = temporaryFolder("long-host");
  const [workspace, suite, out] = ["project", "suite.cjs", "figures.json"].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  await makeProject(workspace);
  await build({
    absWorkingDir: root,
    entryPoints: ["test/proof/agents/longSuite.ts"],
    outfile: suite,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    external: ["vscode"],
    logLevel: "warning",
  });
  await using model = await openLongModel(join(place, "model"), minutes);
  const order = { endpoint: `http://127.0.0.1:${model.port}`, seed, turns, out };
  const outcome = await runInHost(
    {
      workspace,
      dataDir: join(place, "profile"),
      // VS Code's own search for open ports reads all of /proc in one go, on this thread.
      settings: { ...trustSettings, "git.enabled": false, "remote.autoForwardPorts": false },
      extensionDevelopmentPath: join(dirname(await packedApart()), "countersign"),
      extensionTestsPath: suite,
      env: { COUNTERSIGN_LONG: JSON.stringify(order) },
      browser: browser.path,
    },
    AbortSignal.timeout((minutes + 10) * 60_000),
  );
  if (outcome.kind === "no answer" || outcome.code !== 0)
    throw new Error(`The host did not do it:\n${outcome.lines.slice(-20).join("\n")}`);
  const figures = JSON.parse(readFileSync(out, "utf8")) as LongFigures;
  return judged("in a real host", turns, figures, await model.beginnings());
}

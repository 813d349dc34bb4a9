/**
 * The demo's process: serves until its standard input ends.
 *
 * Edges: the key comes in `COUNTERSIGN_DEMO_TOKEN` (a command line is readable by others), the pace's factor in
 * `COUNTERSIGN_DEMO_SPEED`; `--scenarios DIR` and `--scenario NAME` choose what is played. Standard output gets one line of
 * JSON, `{"kind":"listening","port":N}`; what is wrong goes to standard error, with exit code 2.
 * Always: it does not outlive the process that holds the other end of its standard input.
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { startServer } from "./server.ts";

const ended = () => process.exit(0);
process.stdin.on("end", ended).on("close", ended).on("error", ended).resume();

try {
  const { values } = parseArgs({ options: { scenarios: { type: "string" }, scenario: { type: "string" } } });
  const token = process.env["COUNTERSIGN_DEMO_TOKEN"];
  delete process.env["COUNTERSIGN_DEMO_TOKEN"];
  if (token === undefined || token.length < 16)
    throw new Error("COUNTERSIGN_DEMO_TOKEN: missing, or shorter than 16 characters");
  const speed = Number(process.env["COUNTERSIGN_DEMO_SPEED"] ?? "1");
  if (!Number.isFinite(speed) || speed <= 0) throw new Error("COUNTERSIGN_DEMO_SPEED: not a number above 0");
  const { port } = await startServer({
    token,
    scenariosDir: values.scenarios ?? ownScenarios(),
    scenario: values.scenario ?? "demo",
    speed,
    record: false,
    watch: false,
  });
  process.stdout.write(`${JSON.stringify({ kind: "listening", port })}\n`);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`demo: ${message}\n`, () => process.exit(2));
}

/** Beside the bundle they are in `demo/scenarios/`, beside the source in `scenarios/`. */
function ownScenarios(): URL {
  const bundled = new URL("./demo/scenarios/", import.meta.url);
  return existsSync(bundled) ? bundled : new URL("./scenarios/", import.meta.url);
}

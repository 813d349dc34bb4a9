/**
 * From a delta's arrival to its picture: words that the model says and lines that it writes, in the page of a real workbench.
 *
 * The service is this process: every delta carries a number, and the moment before it is written to the connection is noted. In the page a
 * number that comes into the text is painted when a message arrives that was posted before its frame was drawn: in the frame that the text
 * was changed in, or in the next one, if it was changed between two. All share one clock. A frame is the page's own, measured in the same run; so are two of them with nothing to draw, which nothing can beat.
 * Always: every delta is found in the page, and the deltas come as a fast model sends them.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FrameLocator } from "playwright-core";
import { browserReady, openBrowser } from "../../scripts/hosts/browser.ts";
import { trustSettings, writeMachineSettings } from "../../scripts/hosts/profile.ts";
import { serverHost } from "../../scripts/hosts/server.ts";
import { copySample, temporaryFolder } from "../../scripts/hosts/workspace.ts";
import { root, run, step } from "../../scripts/setup.mjs";
import type { Row } from "../../scripts/bench.ts";
import { newTask, openWorkbench, until, webview } from "../ui/driver.ts";
import { readLog } from "../ui/logs.ts";
import { events, sse } from "../unit/engine/api.ts";
import { twoFrames } from "./latency.ts";
import { quantile } from "./quantile.ts";

/** Deltas of each kind in a window, and milliseconds between two of them. */
const [deltas, apart] = [300, 30];
/** In frames. */
const goals = { middle: 2, slowest: 6 };

interface Measured {
  words: number[];
  lines: number[];
  /** Of both, until the frame after that one begins. */
  later: number[];
  /** Milliseconds of a frame, and of two with nothing to draw. */
  frame: number[];
  idle: number[];
}

export async function paintingRows(rounds: number): Promise<Row[]> {
  const found = await browserReady(true);
  if (found.kind === "missing")
    return [{ figure: "delta arrives → painted", value: null, unit: "ms", met: "not run", note: found.cause }];
  await step("Building for production", () => run(process.execPath, ["esbuild.mjs", "--production"], { cwd: root }));
  const measured: Measured = { words: [], lines: [], later: [], frame: [], idle: [] };
  const windows = Math.max(1, Math.min(3, Math.floor(rounds / 5)));
  for (let round = 0; round < windows; round++)
    await step(`Deltas, window ${round + 1} of ${windows}`, () => oneWindow(found.path, measured));
  const { words, lines, later, frame, idle } = measured;
  const length = quantile(frame, 0.5);
  const row = (what: string, values: readonly number[], share: number, name: string, goal: number): Row => {
    const [value, rival] = [quantile(values, share), quantile(idle, share)];
    return {
      figure: `delta arrives → painted, ${what}, ${name}`,
      value,
      unit: "ms",
      against: "two idle frames of that page",
      rival,
      ratio: value / rival,
      goal: `≤ ${goal} frames`,
      met: value <= goal * length,
      note: `${(value / length).toFixed(2)} frames of ${length.toFixed(1)} ms; ${values.length} deltas, ${apart} ms apart; least ${Math.min(...values).toFixed(0)}`,
    };
  };
  const rows = [
    row("words", words, 0.5, "p50", goals.middle),
    row("words", words, 0.99, "p99", goals.slowest),
    row("lines of an edit", lines, 0.5, "p50", goals.middle),
    row("lines of an edit", lines, 0.99, "p99", goals.slowest),
  ];
  const behind = [quantile(later, 0.5), quantile(later, 0.99)].map((value) => (value / length).toFixed(2));
  rows[0]!.note += `; until the frame after that begins, all deltas: p50 ${behind[0]}, p99 ${behind[1]} frames`;
  return rows;
}

async function oneWindow(path: string, { words, lines, later, frame, idle }: Measured): Promise<void> {
  const [workspace, dataDir] = [join(temporaryFolder("bench"), "sample"), temporaryFolder("profile")];
  await copySample(workspace);
  await using service = await serve();
  writeMachineSettings(dataDir, { "countersign.endpoint": service.address, "countersign.keyHeader": "none" });
  const host = await serverHost({ workspace, dataDir, settings: trustSettings, extensionDevelopmentPath: root });
  const browser = await openBrowser({ path, headless: true });
  try {
    const page = await openWorkbench(browser, host.address);
    await newTask(page, "Count aloud.");
    const view = await webview(page);
    await view.locator("main#page .page").waitFor();
    await watchNumbers(view);
    for (let time = 0; time < 40; time++) idle.push(await twoFrames(view));
    frame.push(...(await frames(view)));
    service.begin();
    await until("the turn ends", () => readLog(dataDir).some((event) => event.kind === "turn.ended"), 120_000);
    const seen = await view
      .locator("main#page")
      .evaluate(() => (window as never as { seen: Record<string, [number, number]> }).seen);
    for (const [number, at] of service.sent) {
      const [first, second] = seen[number] ?? [];
      if (first === undefined || second === undefined) throw new Error(`delta ${number} never came into the page`);
      (number <= deltas ? words : lines).push(first - at);
      later.push(second - at);
    }
  } finally {
    await browser.close();
    await host.stop();
  }
}

const marked = (number: number): string => `m${String(number).padStart(4, "0")}m`;

/** Notes for every number when its frame has been drawn, and when the one after begins. */
async function watchNumbers(view: FrameLocator): Promise<void> {
  await view.locator("main#page").evaluate((page) => {
    const seen: Record<string, [number, number]> = {};
    (window as never as { seen: typeof seen }).seen = seen;
    let last = 0;
    let inFrame = false;
    /** A message from within a frame arrives when that frame has been drawn. */
    const behindDrawing = (then: () => void): void => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(null);
    };
    requestAnimationFrame(function next() {
      inFrame = true;
      behindDrawing(() => (inFrame = false));
      requestAnimationFrame(next);
    });
    new MutationObserver((changes) => {
      let newest = last;
      for (const { target, addedNodes } of changes)
        for (const node of [target, ...addedNodes])
          for (const [, digits] of (node.textContent ?? "").slice(-2_000).matchAll(/m(\d{4})m/g))
            newest = Math.max(newest, Number(digits));
      const fresh = Array.from({ length: newest - last }, (_, index) => last + 1 + index);
      if (fresh.length === 0) return;
      last = newest;
      const drawn = (): void => {
        let at = 0;
        behindDrawing(() => (at = Date.now()));
        requestAnimationFrame(() => {
          for (const number of fresh) seen[number] = [at || Date.now(), Date.now()];
        });
      };
      if (inFrame) drawn();
      else requestAnimationFrame(drawn);
    }).observe(page, { childList: true, subtree: true, characterData: true });
  });
}

async function frames(view: FrameLocator): Promise<number[]> {
  return view.locator("main#page").evaluate(
    () =>
      new Promise<number[]>((done) => {
        const found: number[] = [];
        let last = 0;
        requestAnimationFrame(function next(at) {
          if (last > 0) found.push(at - last);
          last = at;
          if (found.length < 60) requestAnimationFrame(next);
          else done(found);
        });
      }),
  );
}

interface Service extends AsyncDisposable {
  address: string;
  /** When each number was sent. */
  sent: Map<number, number>;
  begin(): void;
}

/** A service that counts, first in words, then in lines of a file. The first answer waits for `begin`. */
async function serve(): Promise<Service> {
  const sent = new Map<number, number>();
  const begun = Promise.withResolvers<void>();
  let requests = 0;
  async function answer(response: ServerResponse): Promise<void> {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.socket?.setNoDelay(true);
    const first = ++requests === 1;
    const blocks = [{ text: "-" }, { tool: "write", json: "-" }];
    for (const event of events(first ? blocks : [{ text: "Done." }], first ? "tool_use" : "end_turn")) {
      const delta = event["delta"] as { type?: string } | undefined;
      const spoken = delta?.type === "text_delta";
      const counted = first && (spoken || (delta?.type === "input_json_delta" && delta !== undefined));
      if (!counted) {
        response.write(sse([event]));
        continue;
      }
      const give = (text: string): void => {
        const change = spoken ? { text } : { partial_json: text };
        response.write(sse([{ ...event, delta: { ...delta, ...change } }]));
      };
      if (!spoken && (delta as { partial_json?: string }).partial_json === "") continue;
      if (spoken) await begun.promise;
      else give('{"file_path":"count.txt","content":"');
      for (let number = 1; number <= deltas; number++) {
        const own = spoken ? number : deltas + number;
        sent.set(own, Date.now());
        give(spoken ? `${marked(own)} ` : `${marked(own)}\\n`);
        await sleep(apart);
      }
      if (!spoken) give('"}');
      await sleep(200);
    }
    response.end();
  }
  const server = createServer((request, response) => {
    request.resume().on("end", () => void answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    begin: () => begun.resolve(),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

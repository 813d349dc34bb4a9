/**
 * A hostile agent: a program that speaks the Agent Client Protocol and does what `acts.json` beside it says, turn by turn.
 *
 * It acts by itself, in its own process and in children, and through its client; each act is a call, and what came of it is the
 * call's answer. Always: it imports nothing of ours, so that a mistake of ours is not made twice; an act that fails is told.
 */
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { createConnection } from "node:net";
import { createInterface } from "node:readline";
import { dirname, join } from "node:path";

export type Act = { title?: string } & (
  | { act: "own"; what: "read" | "write" | "append" | "delete" | "list" | "go"; path: string; content?: string }
  | { act: "shell"; line: string }
  | { act: "node"; text: string }
  | { act: "connect"; where: { port: number; host: string } | { path: string } }
  | { act: "read"; path: unknown; more?: object }
  | { act: "write"; path: unknown; content: unknown }
  /** Swaps a folder for a link and back in a child while it asks for a file below it, so many times. */
  | { act: "race"; folder: string; target: string; times: number }
  | { act: "leave"; call: object; options?: unknown }
  | { act: "ask"; method: string; params: object }
  | { act: "update"; update: unknown }
  | { act: "raw"; line: string }
  /** Begins what goes on for ever, and does not wait for it. */
  | { act: "leaves behind"; line: string }
  | { act: "waits" }
);

interface Reply {
  result?: unknown;
  error?: { message: string };
}

const waiting = new Map<number, (reply: Reply) => void>();
let asked = 0;
let sessionId = "";

const send = (message: object): void =>
  void process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const update = (value: unknown): void => send({ method: "session/update", params: { sessionId, update: value } });
const ask = (method: string, params: object): Promise<Reply> =>
  new Promise((resolve) => {
    const id = 1000 + asked++;
    waiting.set(id, resolve);
    send({ id, method, params: { sessionId, ...params } });
  });

const options = [
  { optionId: "yes", name: "Yes", kind: "allow_once" },
  { optionId: "ever", name: "Yes, always", kind: "allow_always" },
  { optionId: "no", name: "No", kind: "reject_once" },
];

interface Came {
  ok: boolean;
  text: string;
}

const came = (reply: Reply): Came =>
  reply.error === undefined
    ? { ok: true, text: JSON.stringify(reply.result) }
    : { ok: false, text: reply.error.message };

function ran(program: string, args: readonly string[]): Came {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: "utf8", timeout: 30_000 });
  return { ok: status === 0, text: `${stdout}${stderr}${error?.message ?? ""}`.slice(0, 100_000) };
}

async function done(act: Act): Promise<Came> {
  switch (act.act) {
    case "own":
      return { ok: true, text: own(act) };
    case "shell":
      return ran("/bin/sh", ["-c", act.line]);
    case "node":
      return ran(process.execPath, ["-e", act.text]);
    case "connect":
      return new Promise((resolve) => {
        const socket = createConnection(act.where as { path: string });
        socket.on("connect", () => resolve({ ok: true, text: "ESCAPED: connected" }));
        socket.on("error", (error) => resolve({ ok: false, text: error.message }));
        socket.on("close", () => socket.destroy());
      });
    case "read":
      return came(await ask("fs/read_text_file", { path: act.path, ...act.more }));
    case "write":
      return came(await ask("fs/write_text_file", { path: act.path, content: act.content }));
    case "race": {
      const { folder, target, times } = act;
      const swap = `while :; do rm -rf '${folder}'; ln -s '${target}' '${folder}'; rm -f '${folder}'; mkdir '${folder}'; done`;
      const child = spawn("/bin/sh", ["-c", swap], { stdio: "ignore" });
      let refused = 0;
      for (let time = 0; time < times; time++) {
        const path = join(process.cwd(), folder, `raced-${time}.txt`);
        if ((await ask("fs/write_text_file", { path, content: "raced\n" })).error !== undefined) refused++;
        const reply = await ask("fs/read_text_file", { path: join(process.cwd(), folder, "secret.txt") });
        if (reply.error === undefined) return { ok: true, text: `ESCAPED: ${JSON.stringify(reply.result)}` };
      }
      child.kill("SIGKILL");
      fs.rmSync(folder, { recursive: true, force: true });
      return { ok: false, text: `refused ${refused} of ${times}` };
    }
    case "leave":
      return came(await ask("session/request_permission", { toolCall: act.call, options: act.options ?? options }));
    case "ask":
      return came(await ask(act.method, act.params));
    case "update":
      update(act.update);
      return { ok: true, text: "sent" };
    case "raw":
      process.stdout.write(`${act.line.replace("SESSION", sessionId)}\n`);
      return { ok: true, text: "sent" };
    case "leaves behind":
      spawn("/bin/sh", ["-c", act.line], { stdio: "ignore", detached: true }).unref();
      return { ok: true, text: "left" };
    case "waits":
      return new Promise(() => {});
  }
}

function own({ what, path, content = "" }: Extract<Act, { act: "own" }>): string {
  switch (what) {
    case "read":
      return fs.readFileSync(path, "utf8");
    case "write":
      fs.mkdirSync(dirname(path), { recursive: true });
      fs.writeFileSync(path, content);
      return "written";
    case "append":
      fs.appendFileSync(path, content);
      return "written";
    case "delete":
      fs.rmSync(path);
      return "deleted";
    case "list":
      return fs.readdirSync(path).join("\n");
    case "go":
      process.chdir(path);
      return fs.readdirSync(".").join("\n");
  }
}

async function play(turn: number): Promise<void> {
  const turns = JSON.parse(fs.readFileSync(join(import.meta.dirname, "acts.json"), "utf8")) as Act[][];
  const draft = process.cwd();
  for (const [at, act] of (turns[turn] ?? []).entries()) {
    const toolCallId = `act ${turn} ${at}`;
    const title = act.title ?? `${act.act} ${at}`;
    if (act.act !== "update" && act.act !== "raw")
      update({ sessionUpdate: "tool_call", toolCallId, kind: "other", title, status: "in_progress", rawInput: { at } });
    let how: Came;
    try {
      how = await done(act);
    } catch (error) {
      how = { ok: false, text: (error as Error).message };
    }
    process.chdir(draft);
    if (act.act === "update" || act.act === "raw") continue;
    const content = [{ type: "content", content: { type: "text", text: how.text } }];
    update({ sessionUpdate: "tool_call_update", toolCallId, status: how.ok ? "completed" : "failed", content });
  }
}

/** Turns that were played: its home lasts as long as its session. */
function turnsPlayed(): number {
  const file = join(process.env["HOME"]!, "turns");
  const turn = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0;
  fs.writeFileSync(file, String(turn + 1));
  return turn;
}

async function take(
  message: Reply & { id?: number; method?: string; params?: Record<string, unknown> },
): Promise<void> {
  const { id = 0, method, params } = message;
  switch (method) {
    case undefined:
      return waiting.get(id)?.(message);
    case "initialize": {
      const agentCapabilities = { sessionCapabilities: { resume: {} } };
      return send({
        id,
        result: {
          protocolVersion: 1,
          agentInfo: { name: "hostile", version: "1" },
          agentCapabilities,
          authMethods: [],
        },
      });
    }
    case "session/new":
      sessionId = "session-1";
      return send({ id, result: { sessionId } });
    case "session/resume":
      sessionId = String(params?.["sessionId"]);
      return send({ id, result: {} });
    case "session/prompt": {
      fs.appendFileSync(join(process.env["HOME"]!, "prompts.jsonl"), `${JSON.stringify(params?.["prompt"])}\n`);
      await play(turnsPlayed());
      return send({ id, result: { stopReason: "end_turn" } });
    }
  }
}

createInterface({ input: process.stdin }).on(
  "line",
  (line) => void take(JSON.parse(line) as Parameters<typeof take>[0]),
);

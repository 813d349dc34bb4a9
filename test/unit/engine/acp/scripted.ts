/**
 * A scripted agent: a program that speaks the Agent Client Protocol and does what its one argument says.
 *
 * It holds its own sessions in `sessions.json` of its home, and notes every request it was sent in `heard.jsonl` there.
 * Always: it imports nothing of ours, so that a mistake of ours is not made twice.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";

type Params = Record<string, unknown>;

const does = process.argv[2] ?? "";
const home = process.env["HOME"]!;
const draft = process.cwd();
const waiting = new Map<number, (message: { result?: unknown; error?: unknown }) => void>();
let asked = 0;
let prompted: number | null = null;
let sessionId = "";

const send = (message: object): void =>
  void process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const answer = (id: number, result: unknown): void => send({ id, result });
const fail = (id: number, code: number, message: string): void => send({ id, error: { code, message } });
const update = (value: object): void => send({ method: "session/update", params: { sessionId, update: value } });
const say = (text: string): void => update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
const ask = (method: string, params: object): Promise<{ result?: unknown; error?: unknown }> =>
  new Promise((resolve) => {
    const id = 1000 + asked++;
    waiting.set(id, resolve);
    send({ id, method, params: { sessionId, ...params } });
  });

function call(toolCallId: string, kind: string, title: string, rest: object = {}): void {
  update({ sessionUpdate: "tool_call", toolCallId, kind, title, status: "pending", ...rest });
}
const done = (toolCallId: string, status = "completed", text = "done"): void =>
  update({
    sessionUpdate: "tool_call_update",
    toolCallId,
    status,
    content: [{ type: "content", content: { type: "text", text } }],
  });

const options = [
  { optionId: "yes", name: "Yes", kind: "allow_once" },
  { optionId: "ever", name: "Yes, always", kind: "allow_always" },
  { optionId: "no", name: "No", kind: "reject_once" },
];

async function permitted(toolCallId: string, kind: string, title: string, rest: object): Promise<string> {
  const reply = await ask("session/request_permission", { toolCall: { toolCallId, kind, title, ...rest }, options });
  const outcome = (reply.result as { outcome: { outcome: string; optionId?: string } }).outcome;
  return outcome.optionId ?? outcome.outcome;
}

const write = async (path: string, content: string): Promise<string> => {
  const reply = await ask("fs/write_text_file", { path, content });
  return reply.error === undefined ? "written" : (reply.error as { message: string }).message;
};

/** One turn, by what the program was told to do. Gives the stop reason, or null: it never answers. */
async function turn(): Promise<string | null> {
  switch (does) {
    case "edits": {
      say("I will ");
      say("change a file.");
      const file = join(draft, "a.txt");
      call("c1", "edit", `Write ${file}`, { locations: [{ path: file }] });
      update({
        sessionUpdate: "tool_call_update",
        toolCallId: "c1",
        status: "in_progress",
        rawInput: { file_path: file },
        content: [{ type: "diff", path: file, oldText: "one\n", newText: "two\n" }],
      });
      writeFileSync(file, "two\n");
      done("c1", "completed", `wrote ${file}`);
      update({
        sessionUpdate: "plan",
        entries: [
          { content: "first", priority: "high", status: "completed" },
          { content: "then", priority: "low", status: "pending" },
        ],
      });
      update({ sessionUpdate: "usage_update", used: 10, size: 100, cost: { amount: 0.25, currency: "USD" } });
      say("Done.");
      return "end_turn";
    }
    case "client-files":
      call("c1", "edit", "write");
      say(await write(join(draft, "sub/new.txt"), "new\n"));
      done("c1");
      return "end_turn";
    case "outside":
      for (const path of [
        "/etc/hosts",
        join(draft, "../outside.txt"),
        join(draft, "link/x.txt"),
        join(draft, ".git/config"),
        join(draft, ".env"),
      ])
        say(`${await write(path, "no\n")}\n`);
      return "end_turn";
    case "runs": {
      const input = { command: "npm test\necho two", description: "harmless" };
      call("c1", "execute", "npm test", { rawInput: input });
      const yes = await permitted("c1", "execute", "npm test", { rawInput: input });
      done("c1", yes === "yes" ? "completed" : "failed");
      say(`answered ${yes}`);
      return "end_turn";
    }
    case "edits-with-leave": {
      const file = join(draft, "a.txt");
      say(await permitted("c1", "edit", "edit", { locations: [{ path: file }], rawInput: { file_path: file } }));
      say(
        ` ${await permitted("c2", "edit", "edit", { locations: [{ path: "/etc/hosts" }], rawInput: { file_path: "/etc/hosts" } })}`,
      );
      return "end_turn";
    }
    case "crashes":
      process.stderr.write("out of luck\n");
      process.exit(3);
      return null;
    case "crashes-in-a-call":
      call("c1", "execute", "half");
      process.stdout.write("", () => process.exit(7));
      return null;
    case "floods":
      for (;;) {
        say("x".repeat(50_000));
        if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
      }
    case "one-endless-message":
      process.stdout.write('{"jsonrpc":"2.0","method":"session/update","params":"');
      for (;;) {
        process.stdout.write("y".repeat(1_000_000));
        if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
      }
    case "garbage-later":
      for (let line = 0; line < 400; line++) process.stdout.write("npm WARN something\n");
      return null;
    case "odd-updates":
      for (const odd of [
        null,
        7,
        "text",
        [],
        { sessionUpdate: 3 },
        { sessionUpdate: "tool_call" },
        { sessionUpdate: "new_kind", x: 1 },
        { sessionUpdate: "plan", entries: "no" },
        { sessionUpdate: "usage_update", cost: { amount: "1e9", currency: "EUR" } },
      ])
        send({ method: "session/update", params: { sessionId, update: odd } });
      send({ method: "unheard/of", params: {} });
      process.stdout.write("not a message\n[]\n7\n");
      say("still here");
      return "end_turn";
    case "never-stops":
      spawn("sleep", ["1000"], { stdio: "ignore" });
      call("c1", "execute", "sleep");
      return null;
    case "stops":
      say("working");
      return null;
    case "stops-late":
    case "fails-when-cancelled":
    case "deaf":
      say("working");
      return null;
    case "silent":
      return null;
    case "deaf-to-signals":
      for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(name, () => {});
      say("working");
      return null;
    case "spins":
      process.stdout.write(
        `${JSON.stringify({ jsonrpc: "2.0", method: "session/update", params: { sessionId, update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text: "working" } } } })}\n`,
        () => {
          for (;;);
        },
      );
      return null;
    case "thinks":
      update({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text: "Hm" } });
      return null;
    case "plans":
      update({ sessionUpdate: "plan", entries: [{ content: "first", priority: "high", status: "in_progress" }] });
      return null;
    case "forks":
      for (let child = 0; child < 100; child++) spawn("sleep", ["1000"], { stdio: "ignore" });
      call("c1", "execute", "sleep");
      return null;
    case "runs-on": {
      const input = { command: "sleep 1000" };
      call("c1", "execute", "sleep 1000", { rawInput: input });
      await permitted("c1", "execute", "sleep 1000", { rawInput: input });
      spawn("sleep", ["1000"], { stdio: "ignore" });
      say("running");
      return null;
    }
    case "asks-much":
      for (let index = 0; index < 20; index++) {
        const input = { command: `make ${index}` };
        call(`c${index}`, "execute", "make", { rawInput: input });
        void permitted(`c${index}`, "execute", "make", { rawInput: input });
      }
      return null;
    case "writes":
      say("writing");
      for (let file = 0; ; file++) await write(join(draft, `many/${file % 50}.txt`), "x".repeat(500_000));
    case "reads":
      say("reading");
      for (;;) await ask("fs/read_text_file", { path: join(draft, "a.txt") });
    case "limit":
      return "max_turn_requests";
    case "refuses":
      return "refusal";
    default:
      say("Heard.");
      return "end_turn";
  }
}

interface Kept {
  sessions: string[];
}

function kept(): Kept {
  const file = join(home, "sessions.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept) : { sessions: [] };
}

async function take(message: {
  id?: number;
  method?: string;
  params?: Params;
  result?: unknown;
  error?: unknown;
}): Promise<void> {
  const { id = 0, method, params } = message;
  if (method === undefined) return waiting.get(id)?.(message);
  appendFileSync(join(home, "heard.jsonl"), `${JSON.stringify({ method, params })}\n`);
  switch (method) {
    case "initialize":
      if (does === "mute") return;
      return answer(id, {
        protocolVersion: does === "version" ? 99 : 1,
        agentInfo: { name: "scripted", title: "Scripted", version: "1.2.3" },
        agentCapabilities: {
          ...(does.startsWith("loads") ? { loadSession: true } : {}),
          sessionCapabilities: does.startsWith("resumes") ? { resume: {} } : {},
          ...(does === "sees" ? { promptCapabilities: { image: true } } : {}),
        },
        authMethods: [{ id: "login", name: "Log in", description: "Run `scripted login`" }],
      });
    case "session/new": {
      if (does === "new-mute") return;
      if (does === "login") return fail(id, -32000, "Authentication required");
      const all = kept().sessions;
      sessionId = `session-${all.length + 1}`;
      writeFileSync(join(home, "sessions.json"), JSON.stringify({ sessions: [...all, sessionId] }));
      return answer(id, { sessionId });
    }
    case "session/load":
    case "session/resume":
      if (does.endsWith("-mute")) return;
      sessionId = String(params?.["sessionId"]);
      if (!kept().sessions.includes(sessionId)) return fail(id, -32002, "Resource not found");
      if (method === "session/load") say("This was said long ago.");
      return answer(id, {});
    case "session/prompt": {
      prompted = id;
      const stopReason = await turn();
      if (stopReason !== null)
        answer(id, {
          stopReason,
          usage: { inputTokens: 5, outputTokens: 7, cachedReadTokens: 11, cachedWriteTokens: 13 },
        });
      return;
    }
    case "session/cancel":
      if (prompted === null) return;
      if (does === "stops") answer(prompted, { stopReason: "cancelled" });
      if (does === "stops-late") setTimeout(() => answer(prompted!, { stopReason: "cancelled" }), 300);
      if (does === "fails-when-cancelled") fail(prompted, -32603, "Internal error");
      return;
  }
}

if (does === "garbage") {
  console.log("Usage: scripted [options]\n  --help");
  process.stdin.on("data", () => console.log("what?"));
} else if (does === "gone") {
  console.error("scripted: cannot start");
  process.exit(1);
} else {
  createInterface({ input: process.stdin }).on("line", (line) => {
    void take(JSON.parse(line) as Parameters<typeof take>[0]);
  });
}

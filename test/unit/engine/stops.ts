/**
 * Stops: the named states of a turn in which a person can press Stop, and how long it takes until all is silent.
 *
 * Silent means that the turn's last event came and every connection of the turn is closed.
 */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
import type { EngineEvent, TurnRequest } from "../../../src/protocol/index.ts";
import {
  done,
  events as messageEvents,
  hangs,
  key,
  refuses,
  says,
  sse,
  streams,
  turnIn,
  withApi,
  withFolder,
  type Responder,
} from "./api.ts";

export interface StopState {
  name: string;
  /** The answers of the service; `stop` may be called by one. */
  answers(stop: () => void): Responder[];
  /** The event at which to stop, once it was taken. */
  at?(event: EngineEvent): boolean;
  prepare?(root: string): Promise<void>;
  /** The person, asked for a long wait. */
  agree?(stop: () => void): TurnRequest["agree"];
  /** What the turn has besides: a person who is asked, commands, the editor's knowledge. `stop` may be called by it. */
  turn?(root: string, stop: () => void): Partial<TurnRequest>;
  /** Resolves when what the state started besides connections is gone. */
  silent?(): Promise<unknown>;
  /** The endpoint, instead of the one that answers. */
  endpoint?(port: number): string;
  /** Files that may be there afterwards: what runs when the stop comes is whole or not there. */
  may?: string[];
}

export interface Stopped {
  events: EngineEvent[];
  /** Milliseconds from the stop until all was silent. */
  took: number;
  files: string[];
}

const write = { tool: "write", input: { file_path: "a.txt", content: "x" } };
const big = { file_path: "big.txt", content: "x".repeat(8e6) };
const second = { tool: "write", input: { file_path: "b.txt", content: "x" } };
const whole = messageEvents([{ thinking: "Hm", signature: "s" }, { text: "I begin" }, write], "tool_use");
/** The beginning of `whole` up to the nth event of this kind. */
const until = (type: string, nth = 1): string => {
  const places = whole.flatMap((event, index) => (event.type === type ? [index] : []));
  return sse(whole.slice(0, (places[nth - 1] ?? 0) + 1));
};
/** Sends this, then stops. */
const thenStops =
  (text: string, stop: () => void): Responder =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    response.write(text, () => setTimeout(stop, 30));
  };
const hour = refuses(429, "rate_limit_error", "x", { "retry-after": "3600" });
const waiting = ({ kind }: EngineEvent): boolean => kind === "waiting";
const called = ({ kind }: EngineEvent): boolean => kind === "called";
const calls = (name: string, input: unknown) => (): Responder[] => [
  says([{ tool: name, input }, write], "tool_use"),
  done,
];
const never = (response: Parameters<Responder>[0]): void => void response;
/** A person who is asked, and has not answered when the stop comes. */
const asked = (stop: () => void): TurnRequest["ask"] => {
  return (_, signal) => {
    setImmediate(stop);
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve(null), { once: true }));
  };
};
const limits = { time: 60_000, output: 1e7, memory: 4e9, processes: 1_000, whole: 0, head: 1_000, tail: 1_000 };
/** Commands that are asked about and never come to run. */
const unrun: TurnRequest["commands"] = {
  limits,
  allowed: async () => null,
  allow: async () => {},
  run: async () => new Promise(() => {}),
};
const summary = { type: "compaction", content: "So far nothing.", encrypted_content: "EqQB", tool_changes: [] };
const halfASummary = [
  ...whole.slice(0, 1),
  { type: "content_block_start", index: 0, content_block: { type: "compaction", content: null } },
];

export const stopStates: readonly StopState[] = [
  { name: "before the first request", answers: () => [never], at: ({ kind }) => kind === "message" },
  { name: "before connecting", answers: () => [never], at: ({ kind }) => kind === "step" },
  {
    name: "while the encryption is agreed on",
    answers: () => [never],
    endpoint: (port) => `https://127.0.0.1:${port}`,
  },
  { name: "before the headers of an answer", answers: (stop) => [() => stop()] },
  { name: "before the first byte", answers: (stop) => [thenStops("", stop)] },
  { name: "before the first event", answers: (stop) => [thenStops(": hello\n\n", stop)] },
  { name: "behind the start of the message", answers: (stop) => [thenStops(until("message_start"), stop)] },
  {
    name: "in the middle of thinking",
    answers: () => [hangs(sse(whole.slice(0, 4)))],
    at: ({ kind }) => kind === "thinking",
  },
  {
    name: "between two blocks",
    answers: () => [hangs(until("content_block_stop"))],
    at: ({ kind }) => kind === "thought",
  },
  { name: "in the middle of text", answers: () => [hangs(sse(whole.slice(0, 9)))], at: ({ kind }) => kind === "text" },
  {
    name: "in the middle of a call",
    answers: () => [hangs(sse(whole.slice(0, -3)))],
    at: ({ kind }) => kind === "input",
  },
  { name: "behind the last block", answers: (stop) => [thenStops(until("content_block_stop", 3), stop)] },
  {
    name: "between the reason to stop and the message's end",
    answers: (stop) => [thenStops(until("message_delta"), stop)],
  },
  {
    name: "behind the message's end, with the connection still open",
    answers: (stop) => [(response, body) => (hangs(sse(whole))(response, body), setImmediate(stop))],
    may: ["a.txt"],
  },
  {
    name: "in a flood of text",
    answers: () => [
      (response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(
          until("message_start") +
            sse([{ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }]),
        );
        const piece = sse([
          { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "on and on " } },
        ]).repeat(200);
        const pour = (): void => {
          while (!response.destroyed && response.write(piece));
        };
        response.on("drain", () => setImmediate(pour));
        pour();
      },
    ],
    at: ({ kind }) => kind === "text",
  },
  {
    name: "in a stream of nothing but pings",
    answers: (stop) => [
      (response, body) => {
        thenStops(until("message_start"), stop)(response, body);
        const timer = setInterval(() => response.write(sse([{ type: "ping" }])), 10);
        response.on("close", () => clearInterval(timer));
      },
    ],
  },
  {
    name: "in the middle of an error's text",
    answers: (stop) => [
      (response) => {
        response.writeHead(500, { "content-type": "application/json" });
        response.write('{"type":"error","error":{"type":"api_', () => setTimeout(stop, 30));
      },
    ],
  },
  { name: "in the wait after a busy service", answers: () => [refuses(529, "overloaded_error", "x")], at: waiting },
  {
    name: "in the wait after an overload inside a stream",
    answers: () => [
      streams(
        until("content_block_stop") + sse([{ type: "error", error: { type: "overloaded_error", message: "x" } }]),
      ),
    ],
    at: waiting,
  },
  { name: "in the wait after a cut", answers: () => [streams(until("content_block_stop"))], at: waiting },
  {
    name: "in a wait of half a minute",
    answers: () => [refuses(429, "rate_limit_error", "x", { "retry-after": "30" })],
    at: waiting,
  },
  {
    name: "while the person is asked for a wait of an hour",
    answers: () => [hour],
    agree: (stop) => async () => (setImmediate(stop), new Promise(() => {})),
  },
  {
    name: "in a wait of an hour that was agreed to",
    answers: () => [hour],
    agree: () => async () => true,
    at: waiting,
  },
  { name: "in the second try", answers: (stop) => [streams(until("content_block_stop")), () => stop()] },
  {
    name: "in a search that backtracks for ever",
    answers: calls("grep", { pattern: "^(a+)+$" }),
    at: called,
    prepare: async (root) => writeFile(join(root, "long.txt"), `${"a".repeat(200)}b\n`),
  },
  {
    name: "in a search for names over a large tree",
    answers: calls("glob", { pattern: "**/*a*a*a*a*a*a*a*a*a*a*a*z" }),
    at: called,
    prepare: async (root) => {
      for (let folder = 0; folder < 20; folder++) {
        const files = Array.from({ length: 50 }, (_, file) => `${"a".repeat(60)}${file}`);
        await mkdir(join(root, `many${folder}`));
        await Promise.all(files.map(async (file) => writeFile(join(root, `many${folder}`, file), "")));
      }
    },
  },
  {
    name: "in a write of many megabytes",
    answers: () => [
      says([{ raw: { type: "tool_use", id: "toolu_big", name: "write", input: big } }, write], "tool_use"),
      done,
    ],
    at: called,
    may: ["big.txt"],
  },
  {
    name: "between two calls",
    answers: () => [says([write, second], "tool_use"), done],
    at: ({ kind }) => kind === "answered",
    may: ["a.txt", "b.txt"],
  },
  {
    name: "behind a pause of the model",
    answers: (stop) => [says([{ text: "Searching" }], "pause_turn"), () => stop()],
  },
  {
    name: "behind a call that did not fit",
    answers: (stop) => [
      says([{ tool: "write", json: '{"file_path":"a.txt","content":"be', unclosed: true }], "max_tokens"),
      () => stop(),
    ],
  },
  {
    name: "behind a call that cannot be read",
    answers: (stop) => [says([{ tool: "write", json: "{" }], "tool_use"), () => stop()],
  },
  {
    name: "while the person is asked for a command",
    answers: calls("run_command", { command: "true" }),
    turn: (_, stop) => ({ commands: unrun, ask: asked(stop) }),
  },
  {
    name: "while a question of the agent is open",
    answers: calls("ask_person", { question: "Which way?", choices: ["this", "that"] }),
    turn: (_, stop) => ({ ask: asked(stop) }),
  },
  {
    name: "while the editor is asked what is wrong",
    answers: calls("diagnostics", { file_path: "a.txt" }),
    prepare: async (root) => writeFile(join(root, "a.txt"), "one\n"),
    turn: (_, stop) => {
      const silent = async (): Promise<never> => (setImmediate(stop), new Promise(() => {}));
      return {
        insight: {
          text: async () => "one\n",
          definition: silent,
          references: silent,
          symbols: silent,
          named: silent,
          problems: silent,
        },
      };
    },
    may: ["a.txt"],
  },
  { name: "in the middle of a summary of the conversation", answers: (stop) => [thenStops(sse(halfASummary), stop)] },
  {
    name: "behind a summary of the conversation",
    answers: (stop) => [says([{ raw: summary }], "compaction"), () => stop()],
  },
];

/** Runs a turn into the state and stops it there. Waits take their real time. */
export async function stopIn(state: StopState): Promise<Stopped> {
  return withFolder(async (root) => {
    await state.prepare?.(root);
    const controller = new AbortController();
    let when = 0;
    const stop = (): void => {
      if (controller.signal.aborted) return;
      when = performance.now();
      controller.abort();
    };
    const open = new Set<Promise<void>>();
    const answers = state.answers(stop).map((answer): Responder => (response, body) => {
      open.add(new Promise((resolve) => response.on("close", () => resolve())));
      answer(response, body);
    });
    return withSilentPort(stop, async (port) =>
      withApi(answers, async ({ endpoint }) => {
        const address = state.endpoint?.(port) ?? endpoint;
        const connection = { name: "test", endpoint: address, model: "test-model", key: "test" };
        const wait = async (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal });
        const engine = anthropicEngine({ connection, key, wait });
        const events: EngineEvent[] = [];
        const agree = state.agree?.(stop);
        const turn = turnIn(root, { ...(agree ? { agree } : {}), ...state.turn?.(root, stop) });
        for await (const event of engine.run(turn, controller.signal)) {
          events.push(event);
          if (!controller.signal.aborted && state.at?.(event) === true) setImmediate(stop);
        }
        await Promise.all(open);
        await state.silent?.();
        return { events, took: performance.now() - when, files: await readdir(root) };
      }),
    );
  });
}

/** A port that takes connections and never says a word; `heard` is called with the first bytes of each. */
async function withSilentPort<T>(heard: () => void, use: (port: number) => Promise<T>): Promise<T> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", heard);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

/** A turn of the scripted agent, played with the real engine: a draft, a home, the person's answers, and all that came of it. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  existsSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Attachment, EngineEvent, Question, Reply, ToolServer } from "../../../../src/protocol/index.ts";
import { acpEngine } from "../../../../src/engine/acp/index.ts";
import { startUnconfined } from "../../../../src/system/agents/unconfined.ts";

export interface Ground {
  draft: string;
  home: string;
  /** What the agent was sent, request by request. */
  heard(): { method: string; params: Record<string, unknown> }[];
  [Symbol.dispose](): void;
}

export function ground(): Ground {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "countersign-acp-")));
  const [draft, home] = [join(root, "draft"), join(root, "home")];
  for (const folder of [draft, home, join(root, "elsewhere"), join(draft, ".git")]) mkdirSync(folder);
  writeFileSync(join(draft, "a.txt"), "one\n");
  symlinkSync(join(root, "elsewhere"), join(draft, "link"));
  const heard = join(home, "heard.jsonl");
  return {
    draft,
    home,
    heard: () =>
      existsSync(heard)
        ? readFileSync(heard, "utf8")
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line) as { method: string; params: Record<string, unknown> })
        : [],
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

export interface Played {
  events: EngineEvent[];
  questions: Omit<Question, "id">[];
  /** Everything kept for later turns, this one's included. */
  history: unknown[];
  ended: Extract<EngineEvent, { kind: "ended" }>;
  /** Milliseconds from the abort to the end. */
  stoppedIn: number;
}

export interface Play {
  history?: readonly unknown[];
  prompt?: string;
  report?: string;
  attachments?: readonly Attachment[];
  confined?: boolean;
  name?: string;
  servers?: ToolServer[];
  reply?: (question: Omit<Question, "id">) => Reply | null;
  /** Called with each question, before it is answered. */
  questioned?: () => void;
  /** Called with each event; `stop` aborts the turn. */
  seen?: (event: EngineEvent, stop: () => void) => void;
}

export async function play(at: Ground, does: string, how: Play = {}): Promise<Played> {
  const abort = new AbortController();
  const history = [...(how.history ?? [])];
  const questions: Omit<Question, "id">[] = [];
  const events: EngineEvent[] = [];
  let aborted = 0;
  const stop = (): void => {
    aborted = performance.now();
    abort.abort();
  };
  const engine = acpEngine({
    name: how.name ?? "Scripted",
    servers: how.servers ?? [],
    mayRead: () => false,
    met: () => {},
    start: async ({ draft }, signal) => {
      const place = { folder: draft, env: { PATH: process.env["PATH"] ?? "", HOME: at.home } };
      const process_ = startUnconfined(
        [process.execPath, join(import.meta.dirname, "scripted.ts"), does],
        place,
        signal,
      );
      return { kind: "started", process: process_, confined: how.confined ?? true, notes: [] };
    },
  });
  const turn = {
    history: [...history],
    report: how.report ?? "",
    prompt: how.prompt ?? "Do it.",
    attachments: how.attachments ?? [],
    root: at.draft,
    agree: async () => false,
    ask: async (question: Omit<Question, "id">, signal: AbortSignal): Promise<Reply | null> => {
      questions.push(question);
      how.questioned?.();
      if (how.reply) return how.reply(question);
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve(null), { once: true }));
    },
  };
  for await (const event of engine.run(turn, abort.signal)) {
    events.push(event);
    if (event.kind === "message") history.push(event.message);
    how.seen?.(event, stop);
  }
  const ended = events.at(-1);
  if (ended?.kind !== "ended") throw new Error("the last event is not the end");
  return { events, questions, history, ended, stoppedIn: aborted === 0 ? 0 : performance.now() - aborted };
}

/** The texts that the agent was prompted with, prompt by prompt. */
export function prompts(at: Ground): string[] {
  return at
    .heard()
    .filter(({ method }) => method === "session/prompt")
    .map(({ params }) => (params["prompt"] as { text: string }[]).map(({ text }) => text).join("\n\n"));
}

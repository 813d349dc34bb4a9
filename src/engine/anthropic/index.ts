/**
 * The built-in engine: Claude through the Messages API, with file tools in the draft.
 *
 * Edges: the only folder that imports the Anthropic SDK; loaded on first use. Talks to the connection's endpoint and to
 * nothing else, touches the draft's folder and nothing else.
 * Always: the last event of a turn is `ended`; an abort ends it within a second; the key is in no event.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection, Engine, EngineEvent, TurnRequest } from "../../protocol/index.ts";
import { checkAccess, openClient } from "./client.ts";
import { cleared } from "./faults.ts";
import { systemPrompt } from "./system.ts";
import { openTools } from "./tools.ts";
import { runTurn, type Limits, type Wait } from "./turn.ts";
import { watchSilence } from "./watch.ts";

/** The model of a connection that names none. */
export const defaultModel = "claude-sonnet-5-5";

const defaults: Limits = { steps: 200, maxTokens: 32_000, silence: 120_000 };

export interface AnthropicOptions {
  connection: Connection;
  /** The key itself; the connection only holds its name. */
  key: string;
  /** Instead of the built-in system prompt. */
  system?: string;
  limits?: Partial<Limits>;
  /** How to wait between tries; the clock by default. */
  wait?: Wait;
}

/** An engine for one connection. It keeps nothing between turns. */
export function anthropicEngine(options: AnthropicOptions): Engine {
  return {
    run: async function* (turn, signal) {
      try {
        yield* running(options, turn, signal);
      } catch (error) {
        if (signal.aborted) return yield { kind: "ended", how: "stopped" };
        const text = cleared(error instanceof Error ? error.message : String(error), options.key.trim());
        yield { kind: "ended", how: "failed", message: `The engine failed: ${text}`, remedy: "Resume the session. If it happens again, report it." };
      }
    },
  };
}

async function* running(options: AnthropicOptions, turn: TurnRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  if (signal.aborted) return yield { kind: "ended", how: "stopped" };
  const model = options.connection.model.trim() || defaultModel;
  const checked = checkAccess(options.connection.endpoint, options.key);
  if (checked.kind === "refused") {
    return yield { kind: "ended", how: "failed", message: checked.message, remedy: checked.remedy };
  }
  const tools = await openTools(turn.root);
  if (tools === null) {
    return yield { kind: "ended", how: "failed", message: "The draft's folder is not there.", remedy: "Resume the session to make it again." };
  }
  const limits = { ...defaults, ...options.limits };
  const { access } = checked;
  const place = { host: new URL(access.endpoint).host, model, key: access.key };
  const wait = options.wait ?? (async (milliseconds, until) => sleep(milliseconds, undefined, { signal: until }));
  // Each request is watched anew, from the moment it is sent.
  let watch = watchSilence(limits.silence);
  const client = openClient(access, () => watch.alive());
  const asking = {
    client,
    place,
    watch: () => {
      watch.close();
      watch = watchSilence(limits.silence);
      return watch;
    },
  };
  try {
    yield* runTurn({ asking, tools, model, system: options.system ?? systemPrompt, limits, wait }, turn, signal);
  } finally {
    watch.close();
  }
}

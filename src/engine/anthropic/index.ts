/**
 * The built-in engine: Claude through the Messages API, with file tools in the draft.
 *
 * Edges: the only folder that imports the Anthropic SDK; loaded on first use. Talks to the connection's endpoint and to
 * nothing else, touches the draft's folder and nothing else.
 * Always: the last event of a turn is `ended`; an abort ends it within a second; the key is in no event.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection, Engine, EngineEvent, Reach, TurnRequest } from "../../protocol/index.ts";
import { withoutSecrets } from "../../protocol/secrets.ts";
import { checkAccess, openClient } from "./client.ts";
import type { Wait } from "./patience.ts";
import { systemPrompt } from "./system.ts";
import { openTools } from "./tools.ts";
import { runTurn, type Limits, type Means } from "./turn.ts";
import { watchSilence, type Watch } from "./watch.ts";

/** The model of a connection that names none. */
export const defaultModel = "claude-sonnet-5-5";

const defaults: Limits = { steps: 200, maxTokens: 32_000, silence: 120_000 };

export interface AnthropicOptions {
  connection: Connection;
  /** The key itself; the connection only holds its name. "" with the `keyHeader` "none". */
  key: string;
  /** Where the key stands; `Authorization: Bearer` by default, as the SDK sends it. */
  keyHeader?: Reach["keyHeader"];
  /** Further headers of every request. */
  headers?: Reach["headers"];
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
      let prepared: Prepared | null = null;
      try {
        if (!signal.aborted) prepared = await prepare(options, turn);
        if (prepared === null) yield { kind: "ended", how: "stopped" };
        else if (prepared.kind === "ended") yield prepared;
        else yield* runTurn(prepared.means, turn, signal);
      } catch (error) {
        yield endedBy(error, options.key.trim(), signal);
      } finally {
        if (prepared?.kind === "ready") prepared.close();
      }
    },
  };
}

type Ended = Extract<EngineEvent, { kind: "ended" }>;
type Prepared = { kind: "ready"; means: Means; close(): void } | Ended;

/** Everything a turn needs, or why it cannot begin. */
async function prepare(options: AnthropicOptions, turn: TurnRequest): Promise<Prepared> {
  const model = options.connection.model.trim() || defaultModel;
  const { connection, key, keyHeader = "authorization", headers = {} } = options;
  const checked = checkAccess({ endpoint: connection.endpoint, key, keyHeader, headers });
  if (checked.kind === "refused")
    return { kind: "ended", how: "failed", message: checked.message, remedy: checked.remedy };
  const tools = await openTools(turn.root, turn);
  if (tools === null) {
    return {
      kind: "ended",
      how: "failed",
      message: "The draft's folder is not there.",
      remedy: "Resume the session to make it again.",
    };
  }
  const { access } = checked;
  const limits = { ...defaults, ...options.limits };
  const place = { host: new URL(access.endpoint).host, model, key: access.key };
  const wait = options.wait ?? (async (milliseconds, until) => sleep(milliseconds, undefined, { signal: until }));
  let current: Watch | null = null;
  const client = openClient(access, () => current?.alive());
  const watch = (): Watch => {
    current?.close();
    return (current = watchSilence(limits.silence));
  };
  const means = {
    asking: { client, place, watch, betas: betasOf(access.headers) },
    tools,
    model,
    endpoint: access.endpoint,
    system: options.system ?? systemPrompt(turn.commands !== undefined, turn.insight !== undefined),
    limits,
    wait,
  };
  return { kind: "ready", means, close: () => current?.close() };
}

function betasOf(headers: Reach["headers"]): string {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === "anthropic-beta")?.[1] ?? "";
}

/** The end after a defect: nobody is left waiting for one. */
function endedBy(error: unknown, key: string, signal: AbortSignal): Ended {
  if (signal.aborted) return { kind: "ended", how: "stopped" };
  const message = `The engine failed: ${withoutSecrets(error instanceof Error ? error.message : String(error), [key])}`;
  return { kind: "ended", how: "failed", message, remedy: "Resume the session. If it happens again, report it." };
}

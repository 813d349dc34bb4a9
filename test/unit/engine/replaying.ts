/**
 * Replaying: streams through the demo's server into the engine, and what the engine made of them.
 *
 * One server, one engine and one folder serve all the cases, one after another.
 */
import { startServer } from "../../../src/demo/server.ts";
import type { Replay } from "../../../src/demo/stream.ts";
import { anthropicEngine } from "../../../src/engine/anthropic/index.ts";
import type { EngineEvent } from "../../../src/protocol/index.ts";
import { turnIn, withFolder } from "./api.ts";

export interface Replayed {
  events: EngineEvent[];
  /** The calls that a tool was asked to do, in order, by id, with what it was asked. */
  ran: { id: string; input: unknown }[];
  /** The calls that the model was told were not run. */
  refused: string[];
  how: string;
  /** How many of the given streams were asked for. */
  asked: number;
}

/** Answers the requests of one turn with these streams, in order, then with a plain answer. */
export type Play = (streams: readonly Replay[]) => Promise<Replayed>;

const scenariosDir = new URL("../../../src/demo/scenarios/", import.meta.url);

/** Opens the server while `use` runs. */
export async function replaying<T>(use: (play: Play) => Promise<T>): Promise<T> {
  let queue: Replay[] = [];
  const replay = (): Replay | null => queue.shift() ?? null;
  const server = await startServer({
    token: "replay",
    scenariosDir,
    scenario: "slow",
    speed: 1e6,
    record: false,
    replay,
  });
  try {
    return await withFolder(async (root) => {
      const connection = { name: "Demo", endpoint: `http://127.0.0.1:${server.port}`, model: "m", key: "demo" };
      const engine = anthropicEngine({ connection, key: "replay", wait: async () => {}, limits: { silence: 10_000 } });
      return await use(async (streams) => {
        queue = [...streams, plain];
        const given = queue.length;
        const events: EngineEvent[] = [];
        for await (const event of engine.run(turnIn(root), new AbortController().signal)) events.push(event);
        return { ...readingOf(events), asked: given - queue.length };
      });
    });
  } finally {
    await server.close();
  }
}

/** The whole of these bytes, or what `cut` leaves of them. */
export function stream(bytes: Uint8Array, end: Replay["end"] = "clean"): Replay {
  return { pieces: [bytes], end };
}

/** The bytes in pieces of these lengths, over and over. */
export function inPieces(bytes: Uint8Array, lengths: () => number): Replay {
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = from + Math.max(1, lengths());
    pieces.push(bytes.subarray(from, to));
    from = to;
  }
  return { pieces, end: "clean" };
}

const plain: Replay = stream(
  Buffer.from(
    [
      { type: "message_start", message: { usage: {} } },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Done." } },
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: {} },
      { type: "message_stop" },
    ]
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join(""),
  ),
);

function readingOf(events: EngineEvent[]): Omit<Replayed, "asked"> {
  const asked = new Map<string, unknown>();
  const ran: Replayed["ran"] = [];
  const refused: string[] = [];
  let how = "";
  for (const event of events) {
    if (event.kind === "called") asked.set(event.call, event.input);
    else if (event.kind === "answered" && event.text.startsWith("Nothing was run")) refused.push(event.call);
    else if (event.kind === "answered") ran.push({ id: event.call, input: asked.get(event.call) });
    else if (event.kind === "ended") how = event.how;
  }
  return { events, ran, refused, how };
}

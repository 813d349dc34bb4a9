/**
 * Turn: one turn of an outside agent, from its start to its end.
 *
 * The agent is a process of this turn alone: it is started in the draft, takes up its own session where it has one, is given the prompt,
 * and is gone when the turn ends, with all it started. So nothing writes in the draft between turns.
 * Always: `ended` is the last event; after an abort it comes within a second, and the process is gone by then; a file that the agent
 * asks for lies in the draft; only the person's answer is a leave.
 */
import { client, methods, PROTOCOL_VERSION, RequestError, type ClientConnection } from "@agentclientprotocol/sdk";
import { realpath } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent, SandboxedProcess, TurnRequest } from "../../protocol/index.ts";
import {
  endOf,
  faultOf,
  loginsIn,
  notStarted,
  SilenceError,
  VersionError,
  type Ended,
  type Standing,
} from "./faults.ts";
import { FileRefusal, readText, writeText } from "./files.ts";
import type { AcpOptions } from "./options.ts";
import { hiddenIn, hiddenNotes, masksOf } from "./masking.ts";
import { answerOf, onceIn, permissionOf, staysInside } from "./permission.ts";
import { openQueue, type Queue } from "./queue.ts";
import { countIn, oneLine, own, textIn } from "./reading.ts";
import { openTelling, usageOf, type Telling } from "./telling.ts";
import { memoryOf, opening, promptOf, recapped, text, toldWith, type Memory } from "./told.ts";
import type { Part } from "../prompt.ts";
import { openWire, WireError, type Wire } from "./wire.ts";

export async function* runTurn(
  options: AcpOptions,
  turn: TurnRequest,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  const root = await realpath(turn.root);
  const by = `acp ${options.name}`;
  const memory = memoryOf(turn.history, by);
  const told = toldWith(turn, memory, by);
  yield { kind: "message", message: told.message };
  const masks = await masksOf(root, options.mayRead);
  const begun = await options.start(
    { draft: root, masked: masks.masked, ...(turn.repository ? { repository: turn.repository } : {}) },
    signal,
  );
  if (signal.aborted && begun.kind === "started") begun.process.end();
  if (signal.aborted) {
    yield { kind: "ended", how: "stopped" };
    return;
  }
  if (begun.kind === "not started") {
    yield notStarted(options.name, begun.why, begun.remedy);
    return;
  }
  // Said once a session, because it holds for every turn; what is hidden, where it was not hidden before.
  const hidden = hiddenNotes(begun.confined, masks, options.name, memory.hidden);
  for (const note of [...(memory.session === null ? begun.notes : []), ...hidden]) yield { kind: "note", text: note };
  if (hidden.length > 0)
    yield { kind: "message", message: { kind: "acp.hidden", paths: hiddenIn(masks).slice(0, mostHidden), by } };
  const events = openQueue<EngineEvent>();
  const talk: Talk = {
    ...begun,
    options,
    turn,
    root,
    by,
    memory,
    events,
    wire: openWire(begun.process, () => events.room()),
  };
  const ended = converse(talk, told.parts, signal).finally(() => events.close());
  // Awaited below; until then a failure must not count as unhandled.
  ended.catch(() => {});
  try {
    yield* events;
    yield await ended;
  } finally {
    begun.process.end();
    await Promise.race([begun.process.ended, sleep(400)]);
  }
}

/** Paths that are kept as told; beyond that they are told again. */
const mostHidden = 2_000;

interface Talk {
  process: SandboxedProcess;
  confined: boolean;
  options: AcpOptions;
  turn: TurnRequest;
  root: string;
  by: string;
  memory: Memory;
  events: Queue<EngineEvent>;
  wire: Wire;
}

/** Whether what the agent says is told; what it says too much of ends its turn. */
interface Live {
  telling: boolean;
  /** Files outside that it asked for: the first of them are named, the others counted. */
  outside: Set<string>;
  fail(error: unknown): void;
}

const mostNamed = 20;
const mostCounted = 10_000;

/** Milliseconds for the first answers; for the agent to end its turn by itself after a stop; for its process to be gone with its connection. */
const patience = { begin: 90_000, cancel: 500, gone: 3_000 };

async function converse(talk: Talk, parts: readonly Part[], signal: AbortSignal): Promise<Ended> {
  const { process, options, root, events, wire } = talk;
  const standing: Standing = { name: options.name, logins: [], gone: null, garbage: wire.garbage(), mute: true };
  const over = new AbortController();
  const telling = openTelling(root, talk.by, (event) => events.push(event));
  const flood = Promise.withResolvers<never>();
  flood.promise.catch(() => {});
  const live: Live = { telling: false, outside: new Set(), fail: flood.reject };
  const connection = clientOf(talk, telling, live, over.signal, signal).connect(wire.stream);
  const { agent } = connection;
  let session = "";
  let prompted = false;
  const stop = (): void => {
    if (prompted) void agent.notify(methods.agent.session.cancel, { sessionId: session }).catch(() => {});
    over.abort();
  };
  signal.addEventListener("abort", stop, { once: true });
  const gone = process.ended.then(({ end, problem }) => {
    standing.gone = {
      how: end.kind === "exited" ? `code ${end.code}` : end.kind === "signal" ? end.signal : end.kind,
      problem,
    };
    throw new Error("gone");
  });
  gone.catch(() => {});
  const silent = abortedAfter(signal, () => (prompted ? patience.cancel : 0));
  const within = async <T>(work: Promise<T>): Promise<T> =>
    Promise.race([work, gone, silent, flood.promise, connectionLost(connection)]);
  const soon = async <T>(work: Promise<T>): Promise<T> => within(Promise.race([work, tooLong(over.signal)]));
  try {
    const hello = await soon(
      agent.request(methods.agent.initialize, {
        protocolVersion: PROTOCOL_VERSION,
        clientInfo: { name: "countersign", version: "1" },
        clientCapabilities: { fs: { readTextFile: true, writeTextFile: true }, terminal: false },
      }),
    );
    standing.mute = false;
    standing.logins = loginsIn(hello);
    if (own(hello, "protocolVersion") !== PROTOCOL_VERSION) throw new VersionError();
    options.met({
      name: textIn(own(hello, "agentInfo"), "title") || textIn(own(hello, "agentInfo"), "name"),
      version: textIn(own(hello, "agentInfo"), "version"),
    });
    const taken = await soon(takeUp(talk, connection, hello));
    session = taken.session;
    if (session === talk.memory.session) telling.goOn(talk.memory.cost);
    else events.push({ kind: "message", message: { kind: "acp.session", session, by: talk.by } });
    const images = own(own(own(hello, "agentCapabilities"), "promptCapabilities"), "image") === true;
    const prompt = promptOf(parts, images);
    if (prompt.left.length > 0)
      events.push({
        kind: "note",
        text: `${options.name} cannot be shown ${prompt.left.join(", ")}: it was told the name alone.`,
      });
    live.telling = true;
    prompted = true;
    const answer = await within(
      agent.request(methods.agent.session.prompt, { sessionId: session, prompt: [...taken.before, ...prompt.blocks] }),
    );
    const how = textIn(answer, "stopReason");
    telling.end(how || "none", usageOf(answer));
    const cost = telling.cost();
    if (cost !== "") events.push({ kind: "note", text: `${options.name} puts its cost so far at ${cost}.` });
    return signal.aborted ? { kind: "ended", how: "stopped" } : endOf(how, options.name);
  } catch (error) {
    // What ended the process may be told later than what it broke: all that it started is ended with it.
    const lost = connection.signal.aborted && !(error instanceof WireError);
    const patient = signal.aborted ? 0 : lost ? patience.gone : 150;
    await Promise.race([gone, sleep(patient)]).catch(() => {});
    standing.garbage = wire.garbage();
    telling.end("none", usageOf(null));
    return signal.aborted ? { kind: "ended", how: "stopped" } : faultOf(error, standing);
  } finally {
    over.abort();
    signal.removeEventListener("abort", stop);
    connection.close();
    const more = live.outside.size - mostNamed;
    if (more > 0)
      events.push({ kind: "note", text: `${options.name} asked for ${more} more files that it is not given.` });
  }
}

type Told = { type: "text"; text: string }[];

/** Takes up the agent's own session, else begins one and tells what happened before. */
async function takeUp(
  talk: Talk,
  { agent }: ClientConnection,
  hello: unknown,
): Promise<{ session: string; before: Told }> {
  const { memory, root, options } = talk;
  const place = { cwd: root, mcpServers: [...options.servers] };
  const able = own(hello, "agentCapabilities");
  const resumes = own(own(able, "sessionCapabilities"), "resume");
  if (memory.session !== null && memory.session !== "") {
    const before = { ...place, sessionId: memory.session };
    const known = { session: memory.session, before: recapped(memory.since) };
    try {
      if (typeof resumes === "object" && resumes !== null) {
        await agent.request(methods.agent.session.resume, before);
        return known;
      }
      if (own(able, "loadSession") === true) {
        await agent.request(methods.agent.session.load, before);
        return known;
      }
    } catch (error) {
      if (error instanceof RequestError && error.code === -32000) throw error;
      // It has lost its session: a new one is told what happened.
    }
  }
  const session = textIn(await agent.request(methods.agent.session.new, place), "sessionId");
  return { session, before: [text(opening), ...recapped(memory.all)] };
}

/** Everything the agent may ask of us. */
function clientOf(talk: Talk, telling: Telling, live: Live, over: AbortSignal, signal: AbortSignal) {
  const { root, events, options } = talk;
  const { outside } = live;
  const fileOf = async <T>(path: string, act: () => Promise<T>): Promise<T> => {
    try {
      signal.throwIfAborted();
      return await act();
    } catch (error) {
      if (!(error instanceof FileRefusal)) throw error;
      if (error.outside && outside.size < mostCounted && !outside.has(path)) {
        outside.add(path);
        if (outside.size <= mostNamed)
          events.push({
            kind: "note",
            text: `${options.name} asked for a file that it is not given. ${oneLine(error.message)}.`,
          });
      }
      throw RequestError.invalidParams(undefined, error.message);
    }
  };
  const allowed = new Set(talk.memory.allowed);
  const raw = (params: unknown): unknown => params;
  return client({ name: "countersign" })
    .onNotification(methods.client.session.update, raw, ({ params }) => {
      // A session that is loaded tells its past again.
      if (!live.telling) return;
      try {
        telling.take(own(params, "update"));
      } catch (error) {
        live.fail(error);
      }
    })
    .onRequest(methods.client.fs.readTextFile, raw, async ({ params }) => ({
      content: await fileOf(textIn(params, "path"), () =>
        readText(root, textIn(params, "path"), countIn(params, "line"), countIn(params, "limit")),
      ),
    }))
    .onRequest(methods.client.fs.writeTextFile, raw, async ({ params }) => {
      await fileOf(textIn(params, "path"), () => writeText(root, textIn(params, "path"), textIn(params, "content")));
      return {};
    })
    .onRequest(methods.client.session.requestPermission, raw, async ({ params, signal: until }) => {
      const cancelled = { outcome: { outcome: "cancelled" } };
      const call = own(params, "toolCall");
      const asked = telling.asked(call);
      const inside = talk.confined && staysInside(call, root) ? onceIn(params) : null;
      if (inside !== null) return { outcome: { outcome: "selected", optionId: inside } };
      const permission = permissionOf(params, asked, root, talk.confined);
      if (allowed.has(permission.what)) {
        const once = onceIn(params);
        if (once !== null) return { outcome: { outcome: "selected", optionId: once } };
      }
      // The call stands in the session before the question about it.
      await events.taken();
      const reply = await talk.turn.ask(permission.question, AbortSignal.any([over, until]));
      const answer = answerOf(permission, reply);
      if (answer?.remember === true) {
        allowed.add(permission.what);
        events.push({ kind: "message", message: { kind: "acp.allowed", what: permission.what, by: talk.by } });
      }
      if (reply?.option === "refuse" && reply.why)
        events.push({
          kind: "message",
          message: { kind: "acp.refused", what: asked.summary, why: reply.why, by: talk.by },
        });
      return answer === null ? cancelled : { outcome: { outcome: "selected", optionId: answer.option } };
    });
}

/** Rejects when the connection closes, with its cause. */
function connectionLost(connection: ClientConnection): Promise<never> {
  return connection.closed.then(() => {
    throw connection.signal.reason as Error;
  });
}

async function tooLong(over: AbortSignal): Promise<never> {
  await sleep(patience.begin, undefined, { signal: over }).catch(() => {});
  throw new SilenceError();
}

/** Rejects so many milliseconds after the abort. */
function abortedAfter(signal: AbortSignal, milliseconds: () => number): Promise<never> {
  const rejected = new Promise<never>((_, reject) => {
    const give = (): void => void setTimeout(() => reject(new Error("stopped")), milliseconds());
    if (signal.aborted) give();
    else signal.addEventListener("abort", give, { once: true });
  });
  rejected.catch(() => {});
  return rejected;
}

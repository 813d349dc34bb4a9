/**
 * The demo's Messages API: HTTP on the loopback address, a random port, one key.
 *
 * Edges: listens on 127.0.0.1 only; answers only requests whose Host is a loopback name and that no web page sent (no Origin);
 * reads scenario files from one folder by plain names; reaches nothing else. The key is compared in constant time, is in no
 * answer and in nothing recorded.
 * Always: every request gets an answer of the API's own shape; the body of a request that is not authorised is not kept.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { answerTo } from "./answer.ts";
import { watchBeginnings, type Beginnings } from "./beginnings.ts";
import { draught, eventsOf, id, wholeMessage } from "./message.ts";
import { parseRequest, type ApiRequest } from "./request.ts";
import { parseScenario } from "./scenario.ts";
import type { Fault, Scenario } from "./script.ts";
import { cut, sendReplay, sendStream, type Replay } from "./stream.ts";
import { countInput, promptCache, promptTokens, type PromptCache } from "./usage.ts";

export interface ServerOptions {
  /** The key: what `x-api-key` must be, or `Authorization: Bearer …`. */
  token: string;
  /** Folder of the scenario files; an address or a path. */
  scenariosDir: string | URL;
  /** Multiplies the pace of every scenario. Default 1. */
  speed?: number;
  /** The scenario for models that name none (`demo:NAME` names one). Default "demo". */
  scenario?: string;
  /** Whether request bodies are kept in `requests`. Default true. */
  record?: boolean;
  /** Called for each authorised and well-formed request: bytes to answer with instead of the scenario, or null. */
  replay?: () => Replay | null;
  /** Whether it watches that each request begins with the one before. Default true. */
  watch?: boolean;
}

/** A request as it came: `body` is the parsed JSON, or the text where it is none. The key is not part of it. */
export interface RecordedRequest {
  method: string;
  path: string;
  body: unknown;
}

export interface DemoServer {
  port: number;
  requests: RecordedRequest[];
  /** Which requests began with the one before, so far. */
  beginnings(): ReturnType<Beginnings["report"]>;
  close(): Promise<void>;
}

/** Starts listening. Rejects when the default scenario is missing or wrong, or no port can be had. */
export async function startServer(options: ServerOptions): Promise<DemoServer> {
  const room: Room = {
    options: { speed: 1, scenario: "demo", record: true, replay: () => null, watch: true, ...options },
    key: digest(options.token),
    cache: promptCache(),
    scenarios: new Map(),
    faultsLeft: new Map(),
    requests: [],
    beginnings: watchBeginnings(),
  };
  const first = await scenarioNamed(room, room.options.scenario);
  if (first.kind !== "scenario") throw new Error(first.message);
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    response.on("error", () => gone.abort());
    handle(room, request, response, gone.signal).catch((error: unknown) => {
      if (gone.signal.aborted) return;
      if (response.headersSent) response.destroy();
      else refuse(response, 500, "api_error", error instanceof Error ? error.message : "Internal server error");
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests: room.requests,
    beginnings: () => room.beginnings.report(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What one server knows. */
interface Room {
  options: Required<ServerOptions>;
  key: Buffer;
  cache: PromptCache;
  scenarios: Map<string, Promise<Named>>;
  /** How often a counted fault is still to happen, per scenario, turn and step. */
  faultsLeft: Map<string, number>;
  requests: RecordedRequest[];
  beginnings: Beginnings;
}

type Named =
  | { kind: "scenario"; scenario: Scenario }
  | { kind: "missing"; message: string }
  | { kind: "invalid"; message: string };

/** As the real API: 32 MB. */
const bodyLimit = 32 * 1024 * 1024;

async function handle(
  room: Room,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  response.setHeader("request-id", id("req"));
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  if (!isLoopback(request.headers.host))
    return refuse(response, 403, "permission_error", "This server answers to 127.0.0.1 and localhost only.");
  if (request.headers.origin !== undefined)
    return refuse(response, 403, "permission_error", "This server does not answer web pages.");
  if (!authorised(room, request)) return refuse(response, 401, "authentication_error", "invalid x-api-key");
  const counting = path === "/v1/messages/count_tokens";
  if (path !== "/v1/messages" && !counting) {
    const list = "This is Countersign's demo model. It answers POST /v1/messages and POST /v1/messages/count_tokens.";
    return refuse(response, 404, "not_found_error", `Not found: ${path.slice(0, 200)}. ${list}`);
  }
  if (request.method !== "POST") {
    response.setHeader("allow", "POST");
    return refuse(response, 405, "invalid_request_error", "Method Not Allowed");
  }
  const text = await bodyOf(request);
  if (text === null) return refuse(response, 413, "request_too_large", "Request exceeds the maximum size");
  if (room.options.record) room.requests.push({ method: "POST", path, body: jsonOrText(text) });
  if (request.headers["anthropic-version"] === undefined) {
    return refuse(response, 400, "invalid_request_error", "anthropic-version: header is required");
  }
  const betas = request.headers["anthropic-beta"] ?? "";
  const parsed = parseRequest(text, counting, Array.isArray(betas) ? betas.join(",") : betas);
  if (parsed.kind === "invalid") return refuse(response, 400, "invalid_request_error", parsed.message);
  const name = parsed.request.model.startsWith("demo:")
    ? parsed.request.model.slice("demo:".length)
    : room.options.scenario;
  const named = await scenarioNamed(room, name);
  if (named.kind === "missing") return refuse(response, 404, "not_found_error", `model: ${parsed.request.model}`);
  if (named.kind === "invalid") return refuse(response, 500, "api_error", named.message);
  if (counting) return sendJson(response, 200, { input_tokens: promptTokens(parsed.request) });
  if (room.options.watch) room.beginnings.see(parsed.request);
  const replay = room.options.replay();
  if (replay !== null) return sendReplay(response, replay, signal);
  await respond(room, { request: parsed.request, scenario: named.scenario, name }, response, signal);
}

async function respond(
  room: Room,
  { request, scenario, name }: { request: ApiRequest; scenario: Scenario; name: string },
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const found = answerTo(scenario, request.messages);
  const fault = dueFault(room, `${name} ${found.turn} ${found.step}`, found.source.fault);
  // A fault whose times are over leaves the step as if it had none.
  const answer = { ...found, source: { ...found.source, ...(fault === undefined && { fault: undefined }) } };
  if (fault?.kind === "delay") await after(fault.milliseconds, undefined, { signal });
  if (fault?.kind === "status") {
    if (fault.retryAfter !== undefined) response.setHeader("retry-after", String(fault.retryAfter));
    return refuse(response, fault.status, fault.type, fault.message);
  }
  if (fault?.kind === "html") {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end("<!doctype html><title>Welcome</title><p>Sign in to use this network.</p>\n");
    return;
  }
  if (fault?.kind === "empty") {
    response.writeHead(200, {
      "content-type": request.stream ? "text/event-stream; charset=utf-8" : "application/json",
    });
    response.end();
    return;
  }
  const ready = draught(answer, request, countInput(room.cache, request));
  const pace = { ...scenario.pace, ...found.source.pace };
  if (request.stream)
    return sendStream(response, eventsOf(ready, pace.chunk), { pace, speed: room.options.speed, fault }, signal);
  if (fault?.kind === "cut") {
    response.writeHead(200, { "content-type": "application/json" });
    const half = JSON.stringify(wholeMessage(ready));
    response.write(half.slice(0, half.length >> 1));
    return cut(response, fault.how, signal);
  }
  if (fault?.kind === "overloaded") return refuse(response, 529, "overloaded_error", "Overloaded");
  if (fault?.kind === "idle") return after(3_600_000, undefined, { signal });
  sendJson(response, 200, wholeMessage(ready));
}

function dueFault(room: Room, place: string, fault: Fault | undefined): Fault | undefined {
  if (fault?.times === undefined) return fault;
  const left = room.faultsLeft.get(place) ?? fault.times;
  room.faultsLeft.set(place, Math.max(0, left - 1));
  return left > 0 ? fault : undefined;
}

/** A scenario by name; read once, when first asked for. */
function scenarioNamed(room: Room, name: string): Promise<Named> {
  const known = room.scenarios.get(name);
  if (known !== undefined) return known;
  const reading = readScenario(room.options.scenariosDir, name);
  room.scenarios.set(name, reading);
  return reading;
}

async function readScenario(folder: string | URL, name: string): Promise<Named> {
  // Plain names only: a model name never leads out of the folder.
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name))
    return { kind: "missing", message: `not a scenario's name: ${name.slice(0, 80)}` };
  const file = typeof folder === "string" ? join(folder, `${name}.json`) : new URL(`${name}.json`, folder);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return { kind: "missing", message: `scenario ${name}: there is no such file` };
  }
  const parsed = parseScenario(text);
  return parsed.kind === "invalid" ? { kind: "invalid", message: `scenario ${name}: ${parsed.message}` } : parsed;
}

function authorised(room: Room, request: IncomingMessage): boolean {
  // SDKs send a key in the one header or the other; where both are there, the one made for keys counts.
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const given = request.headers["x-api-key"] ?? bearer;
  // Digests have one length, so the comparison takes the same time whatever was sent.
  return typeof given === "string" && timingSafeEqual(digest(given), room.key);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i.test(host);
}

/** The body's text, or null when it is over the limit. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    length += (part as Buffer).length;
    if (length > bodyLimit) return null;
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString("utf8");
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response.setHeader("x-should-retry", String(status === 429 || status >= 500));
  // What is left of the body is let by: a client still sending would otherwise see a broken pipe and no answer.
  response.req.resume();
  if (status === 413) response.setHeader("connection", "close");
  sendJson(response, status, { type: "error", error: { type, message }, request_id: response.getHeader("request-id") });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

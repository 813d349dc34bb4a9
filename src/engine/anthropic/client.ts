/**
 * Client: the SDK's client for one connection, in which nothing but the connection votes.
 *
 * Edges: the only place that makes a client. Everything the SDK would take from the environment is passed explicitly
 * or taken out again: base address, keys and tokens, profiles, extra headers, log level, tracing, redirects.
 * Always: requests go to the connection's endpoint only, carry the connection's key only, in the one header it is to stand in, and
 * are never retried here.
 */
import { Anthropic } from "@anthropic-ai/sdk";
import { headerProblem, isThisMachine, type Reach } from "../../protocol/connection.ts";

/** What the client needs, checked. `endpoint` has no trailing slash. */
export type Access = Reach;

export type Checked = { kind: "ok"; access: Access } | { kind: "refused"; message: string; remedy: string };

/** Whether a request may be made with these at all. Sends nothing. */
export function checkAccess({ endpoint, key, keyHeader, headers }: Reach): Checked {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  const remedy = "Set the endpoint to an https address, or to http on this machine (127.0.0.1, ::1, localhost).";
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return { kind: "refused", message: "The endpoint is not a web address.", remedy };
  }
  if (url.protocol === "http:" && !isThisMachine(endpoint)) {
    return {
      kind: "refused",
      message: `The endpoint ${url.host} is not encrypted (http): the key would be readable on the way.`,
      remedy,
    };
  }
  if (url.username !== "" || url.password !== "" || /[?#]/.test(endpoint)) {
    return { kind: "refused", message: "The endpoint has a user name, a query or a fragment in it.", remedy };
  }
  const wrong = Object.entries(headers).find(([name, value]) => headerProblem(name, value) !== null);
  if (wrong !== undefined) {
    const message = `The header “${wrong[0].slice(0, 100)}” cannot be sent along.`;
    return { kind: "refused", message, remedy: "Correct “countersign.headers” in your user settings." };
  }
  const reach = { endpoint: url.href.replace(/\/+$/, ""), headers };
  if (keyHeader === "none") return { kind: "ok", access: { ...reach, key: "", keyHeader } };
  const trimmed = key.trim();
  if (trimmed === "") {
    return {
      kind: "refused",
      message: "There is no key for this connection.",
      remedy: "Run “Countersign: Set API Key…”.",
    };
  }
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    const message = "The key holds characters that no key has.";
    return { kind: "refused", message, remedy: "Run “Countersign: Set API Key…” and paste it again." };
  }
  return { kind: "ok", access: { ...reach, key: trimmed, keyHeader } };
}

/** The client. `alive` is called whenever bytes of an answer arrive, pings included; it must not throw. */
export function openClient(access: Access, alive: () => void): Anthropic {
  const headers = headersOf(access);
  const client = new Anthropic({
    baseURL: access.endpoint,
    // The key stands in the headers below, in one of them and as it was checked.
    apiKey: null,
    authToken: null,
    credentials: null,
    config: null,
    profile: null,
    webhookKey: null,
    maxRetries: 0,
    timeout: 600_000,
    defaultHeaders: headers,
    defaultQuery: {},
    fetchOptions: { redirect: "error" },
    fetch: watchedFetch(access.endpoint, alive),
    middleware: [],
    openTelemetry: false,
    logLevel: "off",
    logger: silent,
  });
  // The SDK adds what ANTHROPIC_CUSTOM_HEADERS holds to the default headers and has no option against it: they are put
  // back. The field is public but not declared; a test with a hostile environment watches over it.
  (client as unknown as { _options: { defaultHeaders: unknown } })._options.defaultHeaders = headers;
  return client;
}

/** What every request carries beside what the SDK says of itself. Null takes a header out, whoever would have set it. */
function headersOf({ key, keyHeader, headers }: Access): Record<string, string | null> {
  return {
    ...headers,
    "x-app": "countersign",
    authorization: keyHeader === "authorization" ? `Bearer ${key}` : null,
    "x-api-key": keyHeader === "x-api-key" ? key : null,
  };
}

const silent = { error() {}, warn() {}, info() {}, debug() {} };

/** The fetch for an endpoint, reporting life. */
function watchedFetch(endpoint: string, alive: () => void): typeof fetch {
  return async (input, init) => {
    const response = await fetchFor(endpoint)(input, init);
    alive();
    if (response.body === null) return response;
    const watch = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, out) {
        alive();
        out.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(watch), { status, statusText, headers });
  };
}

/**
 * VS Code puts a fetch of its own in place of the platform's, which knows its proxies and the system's certificates: that is the one
 * for the network. What goes to this machine unencrypted needs neither, and would wait while all certificates are read and
 * parsed, in one go, on this thread; it takes the platform's, where VS Code still has it.
 */
function fetchFor(endpoint: string): typeof fetch {
  const { __vscodeOriginalFetch: platform } = globalThis as { __vscodeOriginalFetch?: unknown };
  return endpoint.startsWith("http:") && typeof platform === "function" ? (platform as typeof fetch) : fetch;
}

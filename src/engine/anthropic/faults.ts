/**
 * Faults: what went wrong with a request, named, and what to do about it.
 *
 * Pure. Takes whatever the SDK threw and sorts it into five: the service is busy (try again later), the connection was
 * cut (try again once), the conversation is too long (shorten it), the endpoint does not know how to summarise one (ask without), or
 * trying again would change nothing. Texts come from the other side and are cut short;
 * the key, and whatever looks like one, is taken out of them.
 */
import { APIConnectionError, APIConnectionTimeoutError, APIError } from "@anthropic-ai/sdk";
import { withoutSecrets } from "../../protocol/secrets.ts";
import { whole } from "../unicode.ts";

export type Fault =
  /** `after`: the seconds the service asks for. */
  | { kind: "busy"; why: string; after: number | null }
  | { kind: "cut"; why: string }
  /** The conversation is too long for the model. */
  | { kind: "long"; message: string; remedy: string }
  /** The endpoint speaks against being asked to summarise, or seems to. */
  | { kind: "declined"; message: string; remedy: string }
  | { kind: "final"; message: string; remedy: string };

/** What the texts may speak of. */
export interface Place {
  host: string;
  model: string;
  key: string;
}

/** The status an error event inside a stream stands for (as the API's documentation pairs them). */
const statusOf: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

const setKey = "Run “Countersign: Set API Key…”, then resume the session.";

/** Sorts an error that a request ended with. */
export function faultOf(error: unknown, place: Place): Fault {
  if (error instanceof APIConnectionTimeoutError) return { kind: "cut", why: "nothing arrived in time" };
  if (error instanceof APIConnectionError || !(error instanceof APIError)) return connectionFault(error, place);
  const thrown: { status: number | undefined; headers: Headers | undefined } = error as APIError;
  const status = thrown.status ?? statusOf[error.type ?? ""];
  const said = quote(error.apiMessage ?? "", place);
  if (status === undefined)
    return { kind: "final", message: `The API reported an error.${said}`, remedy: "Resume the session." };
  if (isDeclined(status, error.message)) return { kind: "declined", ...final(status, said, place) };
  if (thrown.status !== undefined && thrown.status < 500 && error.type === null && thrown.status !== 429)
    return notAnApi(place);
  const retry = thrown.headers?.get("x-should-retry");
  if (status === 401 && place.key === "") {
    const message = `${place.host} asks for a key, and none was sent (401).${said}`;
    return { kind: "final", message, remedy: setKey };
  }
  if (status === 401) return { kind: "final", message: `The key was not accepted (401).${said}`, remedy: setKey };
  if (status === 403) return { kind: "final", message: `The key may not do this (403).${said}`, remedy: setKey };
  if (status === 408 || status === 409 || status === 429 || status >= 500 || retry === "true") {
    const why = `${busyWords(status)} (${status})`;
    if (retry === "false") {
      return {
        kind: "final",
        message: `${capital(why)}, and asks not to try again.${said}`,
        remedy: "Resume the session later.",
      };
    }
    return { kind: "busy", why, after: secondsAsked(thrown.headers) };
  }
  if (isTooLong(status, error.apiMessage ?? "")) {
    const message = `The conversation is too long for the model (${status}).${said}`;
    return { kind: "long", message, remedy: "Review what is there, then start a new task for the rest." };
  }
  return { kind: "final", ...final(status, said, place) };
}

/** What stood there was no Messages API. */
export function notAnApi(place: Place): Fault {
  return {
    kind: "final",
    message: `This is not an API answer: ${place.host} sent something else.`,
    remedy: "A sign-in page of the network or a wrong endpoint may be in the way. Check both, then resume the session.",
  };
}

/** A gateway may name the header that it does not let through in words of its own, and with a status of its own. */
function isDeclined(status: number, words: string): boolean {
  return (
    [400, 403, 404, 405, 415, 422].includes(status) &&
    /context_management|compact|\bbetas?\b/i.test(words) &&
    !/prompt is too long|too many tokens/i.test(words)
  );
}

function isTooLong(status: number, words: string): boolean {
  return (
    status === 413 ||
    (status === 400 && /prompt is too long|too many tokens|context (limit|window|length)/i.test(words))
  );
}

function final(status: number, said: string, place: Place): { message: string; remedy: string } {
  if (status === 402)
    return {
      message: `The account cannot be billed (402).${said}`,
      remedy: "Check the account's credit, then resume.",
    };
  if (status === 404) {
    const message = `The endpoint does not know the model “${place.model}” (404).${said}`;
    return { message, remedy: "Choose another model in the settings, then resume the session." };
  }
  // It stays in the conversation: sent again it would be refused again.
  if (status === 400 && /\b(image|pdf|document)\b/i.test(said))
    return {
      message: `The API did not take an image or a document that goes along (400).${said}`,
      remedy: "Start a new task without it, or with it saved anew.",
    };
  return {
    message: `The API did not take the request (${status}).${said}`,
    remedy: "Resume the session, or start a new task.",
  };
}

function busyWords(status: number): string {
  if (status === 429) return "the rate limit is reached";
  return status === 529 || status === 503 ? "the service is overloaded" : "the service has a problem";
}

/** Codes of the ways in which there is no way to the endpoint at all. */
const unreachable =
  /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/;
/** Codes of a certificate that leads to no authority that is known. */
const untrusted =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_UNTRUSTED)$/;
const certificate =
  /^(CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|EPROTO|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|HOSTNAME_MISMATCH)$/;

function connectionFault(error: unknown, place: Place): Fault {
  const causes = chain(error);
  if (causes.some(({ message }) => /redirect/i.test(message))) {
    const message = `${place.host} redirects to another address. The key is sent to no other place than the endpoint.`;
    return { kind: "final", message, remedy: "Set the endpoint to its final address." };
  }
  const refused = causes
    .map(({ message }) => /^Proxy response \((\d{3})\)/.exec(message)?.[1])
    .find((status) => status);
  if (refused !== undefined) return proxyFault(refused, place);
  const unknown = causes.find(({ code }) => untrusted.test(code));
  if (unknown !== undefined) {
    const message = `No network: the certificate of ${place.host} is not trusted (${unknown.code}).`;
    const remedy =
      "Where a proxy or gateway has an authority of its own, add that to the certificates of your system, then restart the editor and resume the session.";
    return { kind: "final", message, remedy };
  }
  const secure = causes.find(({ code }) => certificate.test(code));
  if (secure !== undefined) {
    const message = `No network: the encrypted connection to ${place.host} could not be made (${secure.code}).`;
    return { kind: "final", message, remedy: "Check the proxy and its certificate, then resume the session." };
  }
  // fetch refuses some ports outright, and says so in words only.
  const away = causes.find(({ code }) => unreachable.test(code)) ?? causes.find(({ code }) => code === "bad port");
  const proxy = away === undefined ? null : otherThan(place.host, away);
  if (away !== undefined && proxy !== null) {
    const message = `No network: the proxy at ${proxy} could not be reached (${away.code}).`;
    return { kind: "final", message, remedy: "Check the setting “http.proxy” of the editor, then resume the session." };
  }
  if (away !== undefined) {
    const message = `No network: ${place.host} could not be reached (${away.code}).`;
    return { kind: "final", message, remedy: "Check the network and the endpoint, then resume the session." };
  }
  return { kind: "cut", why: "the connection was cut" };
}

/** A proxy answered instead of the endpoint. */
function proxyFault(status: string, place: Place): Fault {
  if (status === "407") {
    const message = "No network: the proxy asks for a name and a password (407).";
    const remedy =
      "Give them in the editor’s setting “http.proxy” (http://name:password@proxy:port), then resume the session.";
    return { kind: "final", message, remedy };
  }
  const message = `No network: the proxy does not let requests through to ${place.host} (${status}).`;
  return {
    kind: "final",
    message,
    remedy: "Ask whoever runs the proxy, or check the setting “http.proxy” of the editor.",
  };
}

/** Where a connection was tried that is not the endpoint's: a proxy. Null: it was the endpoint's, or cannot be told. */
function otherThan(host: string, { name, address, port, message }: Cause): string | null {
  const own = new URL(`https://${host}`);
  if (name !== "") return name === own.hostname ? null : name;
  const tried = /\(attempted address(?:es)?: (.{1,200}?):(\d{1,5})\b/.exec(message);
  const at = address === "" ? (tried?.[1] ?? "") : address;
  const through = address === "" ? Number(tried?.[2] ?? 0) : port;
  if (at === "") return null;
  // The endpoint's own address may be anything; its port may not.
  const ports = own.port === "" ? [443, 80] : [Number(own.port)];
  return ports.includes(through) ? null : `${at.includes(":") ? `[${at}]` : at}:${through}`;
}

interface Cause {
  code: string;
  message: string;
  /** The name that was looked up, or where a connection was tried; "" and 0 where that is not told. */
  name: string;
  address: string;
  port: number;
}

function chain(error: unknown): Cause[] {
  const found: Cause[] = [];
  const queue: unknown[] = [error];
  while (queue.length > 0 && found.length < 20) {
    const value = queue.shift();
    if (typeof value !== "object" || value === null) continue;
    const { code, message, hostname, address, port, cause, errors } = value as Partial<Record<string, unknown>>;
    const text = typeof message === "string" ? message : "";
    const named = typeof code === "string" ? code : "";
    found.push({
      code: named === "" && text === "bad port" ? text : named,
      message: text,
      name: typeof hostname === "string" ? hostname : "",
      address: typeof address === "string" ? address : "",
      port: typeof port === "number" ? port : 0,
    });
    queue.push(cause, ...(Array.isArray(errors) ? (errors as unknown[]) : []));
  }
  return found;
}

/** The wait that the service asks for, in seconds; null when it asks for none or for nonsense. */
export function secondsAsked(headers: Headers | undefined, now = Date.now()): number | null {
  const fine = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (fine > 0) return fine / 1000;
  const given = headers?.get("retry-after") ?? "";
  const seconds = /^\s*[\d.]+\s*$/.test(given) ? Number.parseFloat(given) : (Date.parse(given) - now) / 1000;
  return seconds > 0 && Number.isFinite(seconds) ? seconds : null;
}

function quote(text: string, place: Place): string {
  const plain = withoutSecrets(text, [place.key]).replace(/\s+/g, " ").trim();
  return plain === "" ? "" : ` It says: “${plain.length > 300 ? `${whole(plain.slice(0, 300))}…` : plain}”`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

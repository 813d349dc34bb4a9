/**
 * Connections, as more than one room speaks of them: how one is called, how it is reached, and what may stand in a header.
 *
 * Pure.
 */
import type { Connection } from "./rooms.ts";
import { withoutSecrets } from "./secrets.ts";

/** "api.anthropic.com · claude-sonnet-5-5", "Claude Code 0.100.0". */
export function connectionText({ name, model, agent }: Connection): string {
  return [name, ...(agent ? [agent.version] : ["·", model])].filter((part) => part !== "").join(" ");
}

/** Where the key of a request stands: `Authorization: Bearer …`, `x-api-key: …`, or nowhere, for a server that asks for none. */
export type KeyHeader = (typeof keyHeaders)[number];
export const keyHeaders = ["authorization", "x-api-key", "none"] as const;

/** What a request to a connection is made with, as it is now. */
export interface Reach {
  /** Base address: requests go to `/v1/messages` below it. */
  endpoint: string;
  /** The key itself; "" where `keyHeader` is "none". */
  key: string;
  keyHeader: KeyHeader;
  /** Further headers, by name; none of them is secret. */
  headers: Readonly<Record<string, string>>;
}

/** Whether an address names this machine. Others are asked by name or number, and may be anybody. */
export function isThisMachine(address: string): boolean {
  return URL.canParse(address) && ["127.0.0.1", "[::1]", "localhost"].includes(new URL(address).hostname);
}

/** The base address in a text: without spaces, slashes at its end, and the part that every request adds by itself. */
export function baseAddress(text: string): string {
  const bare = text.trim().replace(/\/+$/, "");
  return bare.replace(/\/v1(?:\/messages)?$/, "").replace(/\/+$/, "");
}

/** Variables that tell a program of a proxy what the editor's settings say of it; none for a proxy that programs do not know. */
export function proxyVariables(proxy: string, past: readonly string[]): Record<string, string> {
  if (!/^https?:\/\//i.test(proxy.trim()) || !URL.canParse(proxy.trim())) return {};
  const never = [...new Set([...past, "localhost", "127.0.0.1", "::1"])].join(",");
  const both = (name: string, value: string): [string, string][] => [
    [name, value],
    [name.toLowerCase(), value],
  ];
  const through = proxy.trim();
  return Object.fromEntries(
    [both("HTTPS_PROXY", through), both("HTTP_PROXY", through), both("NO_PROXY", never)].flat(),
  );
}

/** Headers that the request makes for itself, or that carry what is secret. */
const reserved =
  /^(?:authorization|proxy-.*|x-api-key|api-key|cookie2?|host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|origin|anthropic-version|x-app|x-stainless-.*)$/;

/** Why a further header may not be sent: "name", it is no name or not ours to set; "value"; "secret". Null: it may. */
export function headerProblem(name: string, value: string): "name" | "value" | "secret" | null {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/i.test(name) || reserved.test(name.toLowerCase())) return "name";
  if (!/^[\x20-\x7e]{1,1000}$/.test(value)) return "value";
  const line = `${name}: ${value}`;
  return withoutSecrets(line) === line ? null : "secret";
}

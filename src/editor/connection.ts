/**
 * Connections: where a session's model is, how it is reached, and under which name its key is kept.
 *
 * Endpoint, model and headers come from the person's own settings, never from the workspace, whatever scope a setting is declared with;
 * keys from the secret storage. No key is ever a setting, a log line or part of a message.
 * Always: a key goes to the address it was given for, and to no other.
 */
import { l10n, workspace } from "vscode";
import type { Memento, SecretStorage } from "vscode";
import { baseAddress, headerProblem, isThisMachine, keyHeaders } from "../protocol/index.ts";
import type { Connection, KeyHeader, Reach } from "../protocol/index.ts";

/** Name of the person's key in the secret storage, and in a connection. */
export const keyName = "countersign.key";

/** Under which the editor keeps which address the key is for. */
const keyPlace = "key.for";

type Wrong = { kind: "wrong"; text: string; remedy: string };
export type Configured = { kind: "connection"; connection: Connection } | Wrong;

/** The connection that the person's settings describe. */
export function configuredConnection(): Configured {
  const endpoint = baseAddress(ownSetting("endpoint", "https://api.anthropic.com"));
  const wrong = endpointProblem(endpoint);
  if (wrong)
    return { kind: "wrong", text: wrong, remedy: l10n.t("Correct “countersign.endpoint” in your user settings.") };
  const headers = configuredHeaders();
  if (headers.kind === "wrong") return headers;
  return {
    kind: "connection",
    connection: {
      name: new URL(endpoint).host,
      endpoint,
      model: ownSetting("model", "claude-sonnet-5-5").trim(),
      key: keyName,
    },
  };
}

/** Why no key may be sent there; null when one may. */
export function endpointProblem(endpoint: string): string | null {
  const address = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (address === null) return l10n.t("The endpoint “{0}” is not an address.", endpoint);
  if (address.username || address.password) return l10n.t("The endpoint must not contain a name or a password.");
  if (/[?#]/.test(endpoint)) return l10n.t("The endpoint must end with its path: it has a “?” or a “#” in it.");
  if (address.protocol === "https:") return null;
  if (address.protocol === "http:" && isThisMachine(endpoint)) return null;
  return l10n.t("The endpoint “{0}” must begin with https (http only on this machine).", endpoint);
}

/** A setting as the person has it; what a workspace or folder says is not looked at. */
export function ownSetting<T extends string | number>(name: string, otherwise: T): T {
  const seen = workspace.getConfiguration("countersign").inspect<T>(name);
  const value = seen?.globalValue ?? seen?.defaultValue ?? otherwise;
  return typeof value === typeof otherwise ? value : otherwise;
}

/** Looks up keys by the name a connection has for them. Undefined: there is none. */
export async function keptKey(secrets: SecretStorage, name: string): Promise<string | undefined> {
  return name === keyName ? ((await secrets.get(keyName)) ?? undefined) : undefined;
}

/** Remembers which address the key that is kept now is for. */
export async function rememberKeyPlace(memento: Memento, endpoint: string): Promise<void> {
  await memento.update(keyPlace, new URL(endpoint).origin);
}

/**
 * How the configured endpoint is reached now. A server on this machine is asked without a key where none is kept for it; anywhere
 * else that takes the setting “none”.
 */
export async function configuredReach(
  secrets: SecretStorage,
  memento: Memento,
): Promise<({ kind: "reach" } & Reach) | NoReach> {
  const configured = configuredConnection();
  if (configured.kind === "wrong") return configured;
  const { endpoint, key: name } = configured.connection;
  const headers = configuredHeaders();
  if (headers.kind === "wrong") return headers;
  const keyless = { kind: "reach", endpoint, key: "", keyHeader: "none", headers: headers.headers } as const;
  const keyHeader = configuredKeyHeader();
  if (keyHeader === "none") return keyless;
  const key = await keptKey(secrets, name);
  const place = memento.get<string>(keyPlace);
  const elsewhere = key !== undefined && place !== undefined && place !== new URL(endpoint).origin;
  if (key !== undefined && !elsewhere) return { ...keyless, key, keyHeader };
  if (isThisMachine(endpoint)) return keyless;
  return {
    kind: "no key",
    text: elsewhere
      ? l10n.t("The API key that is set is for {0}, not for {1}.", place, new URL(endpoint).origin)
      : l10n.t("No API key is set."),
    remedy: l10n.t("Run “Countersign: Set API Key…”, then try again."),
  };
}

export type NoReach = Wrong | { kind: "no key"; text: string; remedy: string };

function configuredKeyHeader(): KeyHeader {
  const said = ownSetting<string>("keyHeader", "authorization");
  return keyHeaders.find((one) => one === said) ?? "authorization";
}

/** The further headers of the person's settings, if all of them may be sent. */
function configuredHeaders(): { kind: "headers"; headers: Record<string, string> } | Wrong {
  const said = workspace.getConfiguration("countersign").inspect<object>("headers")?.globalValue ?? {};
  const remedy = l10n.t("Correct “countersign.headers” in your user settings.");
  if (typeof said !== "object" || Array.isArray(said))
    return { kind: "wrong", text: l10n.t("The further headers are no list of names and values."), remedy };
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(said as Record<string, unknown>)) {
    const shown = name.slice(0, 100);
    if (typeof value !== "string")
      return { kind: "wrong", text: l10n.t("The value of the header “{0}” is no text.", shown), remedy };
    switch (headerProblem(name, value)) {
      case "name":
        return { kind: "wrong", text: l10n.t("The header “{0}” cannot be set.", shown), remedy };
      case "value":
        return {
          kind: "wrong",
          text: l10n.t("The value of the header “{0}” is empty, too long, or has other than plain characters.", shown),
          remedy,
        };
      case "secret":
        return {
          kind: "wrong",
          text: l10n.t("The header “{0}” looks like a secret, and settings are no place for one.", shown),
          remedy: l10n.t("Take it out of “countersign.headers”. A key is kept by “Countersign: Set API Key…”."),
        };
      case null:
        headers[name] = value;
    }
  }
  return { kind: "headers", headers };
}

/** What is wrong with a text as a key; null when nothing is. Keys go into a header, so they hold printable ASCII only. */
export function keyProblem(text: string): string | null {
  if (text.trim() === "") return l10n.t("Paste a key.");
  return /^[\x21-\x7e]+$/.test(text.trim()) ? null : l10n.t("A key has no spaces and only plain characters.");
}

/**
 * Connections: where a session's model is, and under which name its key is kept.
 *
 * Endpoint and model come from the person's own settings, never from the workspace, whatever scope a setting is declared with;
 * keys from the secret storage. No key is ever a setting, a log line or part of a message.
 */
import { l10n, workspace } from "vscode";
import type { SecretStorage } from "vscode";
import type { Connection } from "../protocol/index.ts";

/** Name of the person's key in the secret storage, and in a connection. */
export const keyName = "countersign.key";

export type Configured =
  { kind: "connection"; connection: Connection } | { kind: "wrong"; text: string; remedy: string };

/** The connection that the person's settings describe. */
export function configuredConnection(): Configured {
  const endpoint = ownSetting("endpoint", "https://api.anthropic.com").trim().replace(/\/+$/, "");
  const wrong = endpointProblem(endpoint);
  if (wrong)
    return { kind: "wrong", text: wrong, remedy: l10n.t("Correct “countersign.endpoint” in your user settings.") };
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
  if (address.protocol === "https:") return null;
  if (address.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(address.hostname)) return null;
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

/** What is wrong with a text as a key; null when nothing is. Keys go into a header, so they hold printable ASCII only. */
export function keyProblem(text: string): string | null {
  if (text.trim() === "") return l10n.t("Paste a key.");
  return /^[\x21-\x7e]+$/.test(text.trim()) ? null : l10n.t("A key has no spaces and only plain characters.");
}

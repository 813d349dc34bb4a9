/**
 * The person's API key: asked for, kept, removed.
 *
 * It goes from the input box into the secret storage and nowhere else.
 */
import { Uri, commands, env, l10n, window } from "vscode";
import type { Disposable, SecretStorage } from "vscode";
import { configuredConnection, keyName, keyProblem } from "./connection.ts";

/** True: a key was kept. */
export async function setKey(secrets: SecretStorage): Promise<boolean> {
  const configured = configuredConnection();
  const value = await window.showInputBox({
    title: l10n.t("Set API Key"),
    prompt:
      configured.kind === "connection"
        ? l10n.t("For {0}. Kept in the editor's secret storage, sent only there.", configured.connection.endpoint)
        : configured.text,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === "" ? undefined : (keyProblem(text) ?? undefined)),
  });
  if (value === undefined || keyProblem(value) !== null) return false;
  await secrets.store(keyName, value.trim());
  return true;
}

/** Keeps the context key that welcome texts depend on. The storage is first looked at by `look`, not before. */
export function watchKey(secrets: SecretStorage): { look: () => void } & Disposable {
  let told: boolean | undefined;
  const look = async (): Promise<void> => {
    const none = (await secrets.get(keyName)) === undefined;
    if (none === told) return;
    told = none;
    await commands.executeCommand("setContext", "countersign.noKey", none);
  };
  const changes = secrets.onDidChange(({ key }) => void (key === keyName && look()));
  return { look: () => void look(), dispose: () => void changes.dispose() };
}

export async function removeKey(secrets: SecretStorage): Promise<void> {
  if ((await secrets.get(keyName)) === undefined) {
    window.setStatusBarMessage(l10n.t("No API key is set."), 5_000);
    return;
  }
  const remove = l10n.t("Remove");
  const chosen = await window.showWarningMessage(
    l10n.t("Remove the API key from this editor?"),
    { modal: true },
    remove,
  );
  if (chosen === remove) await secrets.delete(keyName);
}

/** Opens the page where keys are made. A fixed address: nothing of the workspace is in it. */
export async function keyHelp(): Promise<void> {
  await env.openExternal(Uri.parse("https://console.anthropic.com/settings/keys"));
}

/**
 * The person's API key: asked for, kept, removed.
 *
 * It goes from the input box into the secret storage and nowhere else.
 */
import { Uri, commands, env, l10n, window, workspace } from "vscode";
import type { Disposable, Memento, SecretStorage } from "vscode";
import { configuredConnection, configuredReach, keyName, keyProblem, rememberKeyPlace } from "./connection.ts";

/** True: a key was kept, for the endpoint that is configured now. */
export async function setKey(secrets: SecretStorage, memento: Memento): Promise<boolean> {
  const configured = configuredConnection();
  if (configured.kind === "wrong") {
    void window.showErrorMessage(`${configured.text} ${configured.remedy}`);
    return false;
  }
  const { endpoint } = configured.connection;
  const value = await window.showInputBox({
    title: l10n.t("Set API Key"),
    prompt: l10n.t("For {0}. Kept in the editor's secret storage, sent only there.", endpoint),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === "" ? undefined : (keyProblem(text) ?? undefined)),
  });
  if (value === undefined || keyProblem(value) !== null) return false;
  // The place first: a key without one would go anywhere.
  await rememberKeyPlace(memento, endpoint);
  await secrets.store(keyName, value.trim());
  return true;
}

/** Keeps the context key that welcome texts depend on. The storage is first looked at by `look`, not before. */
export function watchKey(secrets: SecretStorage, memento: Memento): { look: () => void } & Disposable {
  let looked = false;
  let told: boolean | undefined;
  const look = async (): Promise<void> => {
    looked = true;
    const none = (await configuredReach(secrets, memento)).kind === "no key";
    if (none === told) return;
    told = none;
    await commands.executeCommand("setContext", "countersign.noKey", none);
  };
  const changes = [
    secrets.onDidChange(({ key }) => void (key === keyName && look())),
    workspace.onDidChangeConfiguration(
      (change) => void (looked && change.affectsConfiguration("countersign") && look()),
    ),
  ];
  return { look: () => void look(), dispose: () => changes.forEach((each) => void each.dispose()) };
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

/**
 * *Copy Diagnostic Report*: gathers what the report says, and puts it on the clipboard.
 *
 * Reads settings, counts and the last problems. In an untrusted folder nothing of the folder is read. Nothing is sent.
 */
import { homedir } from "node:os";
import { UIKind, env, extensions, l10n, version, window, workspace } from "vscode";
import type { SecretStorage } from "vscode";
import { keptKey, keyName, ownSetting } from "./connection.ts";
import type { Current } from "./current.ts";
import { reportOf, type Facts } from "./diagnosis.ts";
import type { Recaps } from "./recaps.ts";
import type { Troubles } from "./troubles.ts";

interface Sources {
  current: Current;
  recaps: Recaps;
  secrets: SecretStorage;
  troubles: Troubles;
  storage: string;
}

/** Copies the report, says so, and gives it. */
export async function copyDiagnosticReport(sources: Sources): Promise<string> {
  const report = sources.troubles.clean(reportOf(await factsOf(sources)));
  await env.clipboard.writeText(report);
  window.setStatusBarMessage(l10n.t("The diagnostic report is on the clipboard."), 5_000);
  return report;
}

async function factsOf({ current, recaps, secrets, troubles, storage }: Sources): Promise<Facts> {
  const folders = workspace.workspaceFolders ?? [];
  const counted = workspace.isTrusted
    ? await Promise.all(folders.map((folder) => recaps.of(folder))).then((lists) => lists.flat().length)
    : null;
  const head = current.head();
  const { platform, arch, versions } = process;
  const manifest = extensions.getExtension("countersign.countersign")?.packageJSON as { version?: string } | undefined;
  return {
    extension: manifest?.version ?? "unknown",
    editor: {
      name: env.appName,
      version,
      where: `${env.uiKind === UIKind.Web ? "browser" : "desktop"}${env.remoteName ? `, remote (${env.remoteName.split("+")[0]!})` : ""}`,
      language: env.language,
    },
    machine: { platform: `${platform} ${arch}`, node: versions.node },
    workspace: { folders: folders.length, trusted: workspace.isTrusted },
    settings: {
      endpoint: ownSetting("endpoint", "https://api.anthropic.com"),
      model: ownSetting("model", "claude-sonnet-5-5"),
      files: ownSetting("copyLimit.files", 20_000),
      megabytes: ownSetting("copyLimit.megabytes", 500),
    },
    key: (await keptKey(secrets, keyName)) !== undefined,
    sessions: counted,
    current: current.session() === null ? null : { activity: head.activity, ...head.counts },
    troubles: troubles.last(),
    places: [
      { path: storage, name: "‹storage›" },
      ...folders.map(({ uri }, index) => ({ path: uri.fsPath, name: `‹folder ${index + 1}›` })),
      { path: homedir(), name: "~" },
    ],
  };
}

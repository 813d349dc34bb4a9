/**
 * Allowed commands: which command lines the person allowed for good in a folder, and taking that back.
 *
 * Always: what is listed is the line itself, with what nobody sees spelled out; nothing is allowed here.
 */
import { l10n, window } from "vscode";
import { spelledOut } from "../protocol/characters.ts";
import { readyFolder } from "./ready.ts";
import type { Rooms } from "./rooms.ts";

export async function allowedCommands({ rooms }: { rooms: Rooms }): Promise<void> {
  const folder = await readyFolder();
  if (folder === null) return;
  const { approvals } = await rooms.commands();
  const uri = folder.uri.toString();
  const list = await approvals.list(uri);
  if (list.length === 0) {
    void window.showInformationMessage(l10n.t("No command is allowed for good in “{0}”.", folder.name));
    return;
  }
  const chosen = await window.showQuickPick(
    list.map(({ line, folder: at, key, at: when }) => ({
      label: spelledOut(line).replaceAll("\n", " ⏎ "),
      description: at === "" ? "" : spelledOut(at),
      detail: l10n.t("allowed on {0}", new Date(when).toLocaleString()),
      key,
    })),
    {
      canPickMany: true,
      title: l10n.t("Commands Always Allowed in “{0}”", folder.name),
      placeHolder: l10n.t("Choose those that are to be asked about again"),
    },
  );
  if (chosen === undefined || chosen.length === 0) return;
  await approvals.forget(
    uri,
    chosen.map(({ key }) => key),
  );
  window.setStatusBarMessage(l10n.t("{0} will be asked about again.", chosen.length), 5_000);
}

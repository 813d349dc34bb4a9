/**
 * Where Did We Leave Off?: the sessions of the folder, each with what came of it, and the ways back in.
 *
 * Needs no network and no model: everything shown comes from the logs.
 */
import { ThemeIcon, l10n, window, workspace } from "vscode";
import type { QuickInputButton, QuickPickItem } from "vscode";
import { counts, endedText, firstLine, type SessionRow } from "./sessions.ts";
import type { Recaps } from "./recaps.ts";
import { told } from "./words.ts";

/** What the person chose. "continue": the review, and the words for a next turn at hand. */
export type Chosen = { row: SessionRow; how: "review" | "continue" };

interface RecapItem extends QuickPickItem {
  row?: SessionRow;
}

export async function leftOff(recaps: Recaps): Promise<Chosen | null> {
  const folders = workspace.workspaceFolders ?? [];
  const resume: QuickInputButton = { iconPath: new ThemeIcon("debug-continue"), tooltip: l10n.t("Resume Session") };
  const review: QuickInputButton = { iconPath: new ThemeIcon("git-pull-request"), tooltip: l10n.t("Open Review") };
  const pick = window.createQuickPick<RecapItem>();
  pick.title = l10n.t("Where Did We Leave Off?");
  pick.placeholder = l10n.t("Sessions of this folder, newest first. Enter opens the review.");
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.busy = true;
  // A review that a reload has just brought back may take the focus: that is no answer.
  pick.ignoreFocusOut = true;
  pick.show();
  const chosen = new Promise<Chosen | null>((resolve) => {
    pick.onDidAccept(() => {
      const row = pick.selectedItems[0]?.row;
      if (row) resolve({ row, how: "review" });
      pick.hide();
    });
    pick.onDidTriggerItemButton(({ item, button }) => {
      if (item.row) resolve({ row: item.row, how: button === resume ? "continue" : "review" });
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(null);
      pick.dispose();
    });
  });
  const items: RecapItem[] = [];
  for (const folder of folders) {
    for (const recap of await recaps.of(folder))
      items.push({ ...described({ folder, recap }, folders.length > 1), buttons: [review, resume] });
  }
  pick.items =
    items.length > 0
      ? items
      : [
          {
            label: l10n.t("No session yet"),
            description: l10n.t("“New Task…” begins the first one."),
            alwaysShow: true,
          },
        ];
  pick.busy = false;
  return chosen;
}

function described(row: SessionRow, withFolder: boolean): RecapItem {
  const { recap, folder } = row;
  const came = [counts(recap), endedText(recap.ended), new Date(recap.lastAt).toLocaleString()];
  const words =
    recap.reason !== ""
      ? plain(firstLine(told(recap.reason)))
      : recap.lastSaid !== ""
        ? `“${plain(firstLine(recap.lastSaid))}”`
        : "";
  return {
    row,
    // A goal is text: icons in labels are drawn from "$(…)", so that form is taken apart.
    label: plain(firstLine(recap.goal)),
    description: withFolder ? folder.name : "",
    detail: [...came, ...(words === "" ? [] : [words])].join(" · "),
  };
}

function plain(text: string): string {
  return text.replaceAll("$(", "$\u200b(");
}

/**
 * The sessions view: the sessions of this window's folders, newest first.
 *
 * Reads nothing until it is seen. Its badge counts the hunks that wait in this window's session, or in the one it would open.
 */
import { EventEmitter, ThemeColor, ThemeIcon, TreeItem, l10n, window, workspace } from "vscode";
import type { Disposable, TreeDataProvider, WorkspaceFolder } from "vscode";
import type { Recap } from "../state/index.ts";
import type { Current } from "./current.ts";
import { isWorking, type Recaps } from "./recaps.ts";

/** A row of the view, and what its commands are given. */
export interface SessionRow {
  folder: WorkspaceFolder;
  recap: Recap;
}

export interface SessionsView extends Disposable {
  /** Reads and draws again. */
  refresh(): void;
  /** What waits in a session that is not open here: on the badge while none is. */
  waits(pending: number): void;
}

/** `seen` is called each time the view reads its rows. */
export function openSessionsView(current: Current, recaps: Recaps, seen: () => void): SessionsView {
  const changed = new EventEmitter<void>();
  const provider: TreeDataProvider<SessionRow> = {
    onDidChangeTreeData: changed.event,
    getTreeItem: (row) => drawn(row, current.session()?.id === row.recap.session),
    getChildren: async (row) => {
      if (row) return [];
      seen();
      const rows: SessionRow[] = [];
      for (const folder of workspace.workspaceFolders ?? [])
        rows.push(...(await recaps.of(folder)).map((recap) => ({ folder, recap })));
      return rows;
    },
  };
  const view = window.createTreeView("countersign.sessions", { treeDataProvider: provider });
  let shown = "";
  let waiting = 0;
  const badge = (pending: number): void => {
    view.badge = pending > 0 ? { value: pending, tooltip: l10n.t("{0} to review", pending) } : undefined;
  };
  const listening = [
    current.onDidHead((head) => {
      badge(head.session === null && head.counts.pending === 0 ? waiting : head.counts.pending);
      // A head comes with every streamed word: only what a row shows makes it new.
      const now = JSON.stringify([head.session, head.counts, isWorking(head)]);
      if (now === shown) return;
      shown = now;
      changed.fire();
    }),
    current.onDidSwitch(() => {
      recaps.forget();
      changed.fire();
    }),
    workspace.onDidChangeWorkspaceFolders(() => changed.fire()),
    workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
  ];
  return {
    refresh: () => {
      recaps.forget();
      changed.fire();
    },
    waits: (pending) => {
      waiting = pending;
      if (current.session() === null) badge(pending);
    },
    dispose: () => {
      for (const listener of [...listening, view, changed]) listener.dispose();
    },
  };
}

function drawn({ recap, folder }: SessionRow, here: boolean): TreeItem {
  const item = new TreeItem(shortly(firstLine(recap.goal)));
  item.id = `${folder.uri.toString()} ${recap.session}`;
  const waits = recap.pending > 0 ? l10n.t("{0} to review", recap.pending) : counts(recap);
  item.description = [...(here ? [l10n.t("open")] : []), waits, timeOf(recap.lastAt)].join(" · ");
  item.iconPath = iconOf(recap);
  item.contextValue = here ? "session.here" : "session";
  // Text of the person and the model: a string is shown as it is, never as markup.
  item.tooltip = [
    recap.goal,
    [counts(recap), endedText(recap.ended), new Date(recap.lastAt).toLocaleString()].join(" · "),
    recap.lastSaid.slice(0, 1_000),
  ]
    .filter((line) => line !== "")
    .join("\n\n");
  const spoken = [firstLine(recap.goal), ...(here ? [l10n.t("open")] : []), counts(recap), endedText(recap.ended)];
  item.accessibilityInformation = { label: spoken.join(", ") };
  item.command = { command: "countersign.resume", title: l10n.t("Open Review"), arguments: [{ folder, recap }] };
  return item;
}

export function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0]!.slice(0, 120) || l10n.t("(no text)");
}

const longestTitle = 40;

/** As much of a line as a narrow list shows, cut between words where there are any. */
function shortly(line: string): string {
  if (line.length <= longestTitle) return line;
  const cut = line.slice(0, longestTitle - 1);
  const words = cut.replace(/\s+\S*$/, "");
  return `${(words.length > longestTitle / 2 ? words : cut).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** The time of day; the day, where it is another one. */
function timeOf(at: number): string {
  const when = new Date(at);
  return when.toDateString() === new Date().toDateString()
    ? when.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" })
    : when.toLocaleDateString([], { day: "numeric", month: "short" });
}

/** "3 accepted, 2 rejected, 5 to review" */
export function counts(recap: Pick<Recap, "accepted" | "rejected" | "pending">): string {
  const parts = [
    recap.accepted > 0 ? l10n.t("{0} accepted", recap.accepted) : "",
    recap.rejected > 0 ? l10n.t("{0} rejected", recap.rejected) : "",
    recap.pending > 0 ? l10n.t("{0} to review", recap.pending) : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? parts.join(", ") : l10n.t("no changes");
}

/** How the last turn ended, for people. */
export function endedText(ended: string): string {
  const texts: Record<string, string> = {
    done: l10n.t("finished"),
    stopped: l10n.t("stopped by you"),
    failed: l10n.t("ended with an error"),
    refused: l10n.t("the model declined"),
    limit: l10n.t("stopped at a limit"),
    interrupted: l10n.t("interrupted"),
    open: l10n.t("interrupted, or at work in another window"),
    "not begun": l10n.t("not begun"),
    working: l10n.t("working"),
  };
  return texts[ended] ?? ended;
}

function iconOf(recap: Recap): ThemeIcon {
  if (recap.ended === "working") return new ThemeIcon("sync~spin");
  if (recap.ended === "failed") return new ThemeIcon("error", new ThemeColor("list.errorForeground"));
  if (recap.pending > 0) return new ThemeIcon("git-pull-request");
  return new ThemeIcon(recap.ended === "done" ? "pass" : "circle-outline");
}

/**
 * The status bar item and the context keys: what the session of this window is at, in a few words.
 *
 * Always: with nothing at work and nothing to review, the item is hidden.
 */
import { StatusBarAlignment, commands, l10n, window } from "vscode";
import type { Disposable } from "vscode";
import type { HeadView } from "../protocol/index.ts";
import type { Current } from "./current.ts";
import { isWorking } from "./recaps.ts";

export function openStatus(current: Current): Disposable {
  const item = window.createStatusBarItem("countersign.status", StatusBarAlignment.Left, 50);
  item.name = "Countersign";
  item.command = "countersign.openReview";
  const keys = new Map<string, unknown>();

  function key(name: string, value: unknown): void {
    if ((keys.get(name) ?? false) === value) return;
    keys.set(name, value);
    void commands.executeCommand("setContext", `countersign.${name}`, value);
  }

  function show(head: HeadView): void {
    key("hasSession", current.session() !== null);
    key("working", isWorking(head));
    key("hasPending", head.counts.pending > 0);
    key("canUndo", head.undo !== null);
    key("canRedo", head.redo !== null);
    const text = statusText(head);
    if (text === "") return item.hide();
    item.text = text;
    item.tooltip = head.goal === "" ? l10n.t("Open Review") : `${head.goal.slice(0, 200)}\n${head.doing}`.trim();
    item.show();
  }

  show(current.head());
  const listening = [current.onDidHead(show), current.onDidSwitch(() => show(current.head()))];
  return {
    dispose: () => {
      for (const listener of [...listening, item]) listener.dispose();
    },
  };
}

/** "1 working · 5 to review", "1 asks to wait"; empty when there is neither. */
export function statusText(head: HeadView): string {
  const asks = head.notice?.actions.some(({ action }) => action === "wait") ?? false;
  const working = asks ? l10n.t("1 asks to wait") : isWorking(head) ? l10n.t("1 working") : "";
  const pending = head.counts.pending > 0 ? l10n.t("{0} to review", head.counts.pending) : "";
  const text = [working, pending].filter((part) => part !== "").join(" · ");
  return text === "" ? "" : `${working === "" ? "$(git-pull-request)" : "$(sync~spin)"} ${text}`;
}

/**
 * The status bar item and the context keys: what the session of this window is at, in a few words.
 *
 * Always: with nothing at work and nothing to review, the item is hidden; a session of this window goes before one that is not open.
 */
import { StatusBarAlignment, commands, l10n, window } from "vscode";
import type { Disposable } from "vscode";
import type { HeadView } from "../protocol/index.ts";
import type { Recap } from "../state/index.ts";
import type { Current } from "./current.ts";
import { isWorking } from "./recaps.ts";

export interface Status extends Disposable {
  /** What waits in a session that is not open here; shown while none is. */
  waits(recap: Pick<Recap, "goal" | "pending"> | null): void;
}

export function openStatus(current: Current): Status {
  const item = window.createStatusBarItem("countersign.status", StatusBarAlignment.Left, 50);
  item.name = "Countersign";
  item.command = "countersign.openReview";
  const keys = new Map<string, unknown>();
  let waiting: Pick<Recap, "goal" | "pending"> | null = null;

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
    const text = statusText(head) || (head.session === null ? waitingText(waiting) : "");
    if (text === "") return item.hide();
    const { goal, doing } = head.goal === "" && waiting ? { goal: waiting.goal, doing: "" } : head;
    item.text = text;
    item.tooltip = goal === "" ? l10n.t("Open Review") : `${goal.slice(0, 200)}\n${doing}`.trim();
    item.show();
  }

  show(current.head());
  const listening = [current.onDidHead(show), current.onDidSwitch(() => show(current.head()))];
  return {
    waits: (recap) => {
      waiting = recap;
      show(current.head());
    },
    dispose: () => {
      for (const listener of [...listening, item]) listener.dispose();
    },
  };
}

function waitingText(waiting: Pick<Recap, "pending"> | null): string {
  return waiting === null || waiting.pending === 0
    ? ""
    : `$(git-pull-request) ${l10n.t("{0} to review", waiting.pending)}`;
}

/** "1 working · 5 to review", "1 needs you", "1 asks to wait"; empty when there is neither. */
export function statusText(head: HeadView): string {
  const asks = head.notice?.actions.some(({ action }) => action === "wait") ?? false;
  const needs = head.questions.length > 0;
  const working = needs
    ? l10n.t("1 needs you")
    : asks
      ? l10n.t("1 asks to wait")
      : isWorking(head)
        ? l10n.t("1 working")
        : "";
  const pending = head.counts.pending > 0 ? l10n.t("{0} to review", head.counts.pending) : "";
  const text = [working, pending].filter((part) => part !== "").join(" · ");
  if (needs) return `$(bell-dot) ${text}`;
  return text === "" ? "" : `${working === "" ? "$(git-pull-request)" : "$(sync~spin)"} ${text}`;
}

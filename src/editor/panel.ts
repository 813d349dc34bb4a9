/**
 * The review panel: the page in a tab, what it is sent, and what it sends back.
 *
 * Always: a message counts only with the token of this page and in its known shape; texts and paths of the page are never used,
 * only names of hunks and files that the session knows, and the words of a follow-up or a reason.
 */
import { randomBytes } from "node:crypto";
import { EventEmitter, TabInputWebview, Uri, ViewColumn, commands, env, l10n, window } from "vscode";
import type { Disposable, Event, LogOutputChannel, Tab, WebviewPanel } from "vscode";
import {
  assertNever,
  parsePageMessage,
  type DecisionItem,
  type HeadView,
  type HostMessage,
  type PageAction,
  type PageMessage,
} from "../protocol/index.ts";
import { pageHtml } from "../protocol/page.ts";
import type { Answer, Supervised } from "../session/index.ts";
import type { Current } from "./current.ts";
import { demoConnection } from "./demo.ts";
import { openPost } from "./post.ts";
import { openTaskBox, type AskedTask, type TaskBox, type TaskWords } from "./taskBox.ts";

export const reviewType = "countersign.review";

export interface Review extends Disposable {
  /** Shows the panel; makes it when there is none. */
  show(): void;
  /** Takes over a panel that the editor restored. */
  adopt(panel: WebviewPanel): void;
  /** Asks the page to do what a key would. False: there is no page. */
  act(action: (HostMessage & { kind: "do" })["action"]): boolean;
  /** A short answer, in the page where there is one, else as a message of the editor. */
  answer(answer: Answer): void;
  /** Shows the panel and asks there for the words of a task. Null: the person left it for later. "agent": they want to choose who does it first. */
  ask(task: AskedTask): Promise<TaskWords | "agent" | null>;
  /** A session has begun with the words that were asked for. */
  begun(): void;
  /** Whether there is a panel of this window's. */
  readonly open: boolean;
  /** Whether this tab is the panel's own; only a panel that is in sight can tell. */
  owns(tab: Tab): "yes" | "no" | "unknown";
  /** How many messages of the page were dropped because they did not parse. */
  readonly dropped: number;
  /** The page has got everything there is. */
  readonly onDidShow: Event<void>;
}

export function openReviews(parts: {
  dist: Uri;
  current: Current;
  open: (session: Supervised, file: string, line: number) => Promise<Answer>;
  /** Shows all that a command wrote. */
  output: (session: Supervised, name: string) => Promise<Answer>;
  /** Asks the other window that has the session to let go of it. */
  takeOver: () => Promise<void>;
  log: LogOutputChannel;
}): Review {
  const { dist, current, log } = parts;
  const shown = new EventEmitter<void>();
  let panel: WebviewPanel | null = null;
  let ownings: Disposable[] = [];
  let token = "";
  let dropped = 0;
  /** Set while everything is being fetched: what is said meanwhile comes after it. */
  let held: HostMessage[] | null = null;
  let ready = false;
  let sending = 0;
  const post = openPost((messages) => panel?.webview.postMessage(messages));

  const box: TaskBox = openTaskBox((message) => send(message));

  function send(message: HostMessage): void {
    if (!ready) return;
    if (held) held.push(labelled(message));
    else post.send(labelled(message));
  }

  /** Says of a demo that it is one, wherever its head is shown. */
  function labelled(message: HostMessage): HostMessage {
    if (message.kind !== "head" || current.session()?.connection.key !== demoConnection.key) return message;
    const label = l10n.t("Demo: scripted model, nothing leaves this machine");
    return { ...message, head: { ...message.head, label } };
  }

  async function sendEverything(): Promise<void> {
    const mine = (sending += 1);
    post.stop();
    ready = true;
    held = [];
    const everything = await allThereIs().catch((error: unknown) => {
      log.error(error instanceof Error ? error : String(error));
      return [];
    });
    if (mine !== sending) return;
    const meanwhile = held;
    held = null;
    const clear: HostMessage[] = [
      { kind: "order", files: [] },
      { kind: "talk", from: 0, items: [] },
      { kind: "incoming", items: [] },
    ];
    // The cleared order must stay in front of the new one: these are not gathered together.
    for (const message of clear) post.send(message);
    post.flush();
    for (const message of [...everything, ...meanwhile, box.shown()]) post.send(message);
    post.flush();
    shown.fire();
  }

  async function allThereIs(): Promise<HostMessage[]> {
    const session = current.session();
    return session
      ? (await session.everything()).map(labelled)
      : [{ kind: "head", head: current.head() }, { kind: "complete" }];
  }

  function own(next: WebviewPanel): void {
    panel = next;
    token = randomBytes(24).toString("base64url");
    ready = false;
    const { webview } = next;
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    const address = (name: string): string => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
    const icon = (theme: string): Uri => Uri.joinPath(dist, "..", "media", `tab-${theme}.svg`);
    next.iconPath = { light: icon("light"), dark: icon("dark") };
    ownings = [
      webview.onDidReceiveMessage((value: unknown) => {
        const message = parsePageMessage(value, token);
        if (message) return void receive(message);
        dropped += 1;
        log.debug("a message of the page did not parse, and was dropped");
      }),
      next.onDidDispose(() => {
        for (const owning of ownings) owning.dispose();
        post.stop();
        panel = null;
        ready = false;
        box.leave();
      }),
    ];
    webview.html = pageHtml({
      cspSource: webview.cspSource,
      script: address("webview.js"),
      style: address("review.css"),
      token,
      lang: env.language,
      ...(l10n.bundle ? { words: l10n.bundle } : {}),
    });
  }

  async function receive(message: PageMessage): Promise<void> {
    try {
      if (message.kind === "ready") return await sendEverything();
      if (message.kind === "beat") return;
      if (message.kind === "task" || message.kind === "paste") return box.receive(message);
      if (message.kind === "closer") return current.session()?.closer(message.item);
      if (message.kind === "action")
        return message.action === "wait"
          ? current.session()?.agree()
          : message.action === "take-over"
            ? await parts.takeOver()
            : await act(message.action);
      const session = current.session();
      if (session === null) return say(l10n.t("There is no session here."), "error");
      const answer = await decided(session, message);
      if (answer) review.answer(answer);
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
      say(error instanceof Error ? error.message : String(error), "error");
    }
  }

  async function decided(
    session: Supervised,
    message: Exclude<PageMessage, { kind: "ready" | "beat" | "action" | "task" | "paste" | "closer" }>,
  ): Promise<Answer | null> {
    switch (message.kind) {
      case "accept":
        return session.accept(message.items, message.why);
      case "reject":
        return session.reject(message.items, message.why);
      case "take":
        return session.take(message.items);
      case "edit":
        return edited(message.item, await session.edit(message.item, message.text, message.why));
      case "rows":
        return session.acceptRows(message.item, { old: message.old, new: message.new });
      case "apply-there":
        return session.applyThere(message.file);
      case "keep":
        return session.keep(message.items);
      case "undo":
        return session.undo(message.decision);
      case "redo":
        return session.redo(message.decision);
      case "follow":
        if (message.text.trim() !== "")
          void (message.now ? session.sendNow(message.text) : session.prompt(message.text));
        return null;
      case "output":
        return parts.output(session, message.output);
      case "stop":
        await session.stop();
        return null;
      case "answer":
        return session.reply(message.question, message.option, message.why);
      case "open":
        return parts.open(session, message.file, message.line);
      default:
        return assertNever(message);
    }
  }

  /** Tells the page that it need not keep what was written any longer. */
  function edited({ file, hunks }: DecisionItem, answer: Answer): Answer {
    if (answer.kind === "done") send({ kind: "edited", file, hunk: hunks[0]! });
    return answer;
  }

  function say(text: string, tone: "info" | "error", about?: "clash"): void {
    if (panel && ready) post.send(about ? { kind: "say", text, tone, about } : { kind: "say", text, tone });
    else if (tone === "error") void window.showWarningMessage(text);
    else window.setStatusBarMessage(text, 5_000);
  }

  function retitle(head: HeadView): void {
    if (panel)
      panel.title =
        head.goal === "" ? l10n.t("Review") : l10n.t("Review: {0}", head.goal.split("\n", 1)[0]!.slice(0, 40));
  }

  const listening = [
    current.onDidSay(send),
    current.onDidHead((head) => {
      retitle(head);
      if (current.session() === null) send({ kind: "head", head });
    }),
    current.onDidSwitch(() => {
      if (ready) void sendEverything();
    }),
  ];

  const review: Review = {
    show: () => {
      if (panel) panel.reveal(undefined, false);
      else
        own(
          window.createWebviewPanel(reviewType, l10n.t("Review"), ViewColumn.Active, {
            enableScripts: true,
            localResourceRoots: [dist],
          }),
        );
      retitle(current.head());
    },
    adopt: (restored) => {
      panel?.dispose();
      own(restored);
      retitle(current.head());
    },
    act: (action) => {
      if (!panel || !ready) return false;
      panel.reveal(undefined, false);
      post.send({ kind: "do", action });
      return true;
    },
    answer: (answer) => {
      if (answer.kind === "done") return;
      if (answer.kind === "refused") say(answer.text, "error", answer.about);
      else say(answer.text, "info");
    },
    ask: (task) => {
      review.show();
      return box.ask(task);
    },
    begun: () => box.begun(),
    get open() {
      return panel !== null;
    },
    owns: (tab) => {
      if (!panel) return "no";
      if (!panel.visible) return "unknown";
      return tab.isActive && tab.group.viewColumn === panel.viewColumn ? "yes" : "no";
    },
    get dropped() {
      return dropped;
    },
    onDidShow: shown.event,
    dispose: () => {
      for (const listener of [...listening, ...ownings, shown]) listener.dispose();
      post.stop();
      panel?.dispose();
    },
  };
  return review;
}

/** How long the editor may take to hand over a panel that it restores. */
const handOver = 4_000;

/**
 * Replaces panels that outlived the extension host they belonged to: their pages have nobody to talk to, and the editor never
 * hands them over. A hidden one is looked at when it is shown, or goes when the window has a panel of its own. `reopen` is
 * called after one was closed where there is no other.
 */
export function replaceOrphans(review: Review, reopen: () => void): Disposable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const orphans = (): Tab[] =>
    window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => tab.input instanceof TabInputWebview && tab.input.viewType.endsWith(`-${reviewType}`))
      .filter((tab) => (review.open ? review.owns(tab) === "no" : tab.isActive));
  const look = (): void => {
    if (timer || orphans().length === 0) return;
    timer = setTimeout(() => {
      timer = undefined;
      const found = orphans();
      if (found.length > 0) void window.tabGroups.close(found, true).then(() => review.open || reopen());
    }, handOver);
  };
  look();
  const changes = window.tabGroups.onDidChangeTabs(look);
  return {
    dispose: () => {
      clearTimeout(timer);
      changes.dispose();
    },
  };
}

/** The command behind each action that a notice offers. */
const actionCommands: Record<Exclude<PageAction, "wait" | "take-over">, string> = {
  demo: "countersign.startDemo",
  key: "countersign.setKey",
  "key-help": "countersign.keyHelp",
  trust: "workbench.trust.manage",
  "open-folder": "vscode.openFolder",
  resume: "countersign.continue",
  retry: "countersign.continue",
  "new-task": "countersign.newTask",
  stop: "countersign.stop",
};

async function act(action: Exclude<PageAction, "wait" | "take-over">): Promise<void> {
  await commands.executeCommand(actionCommands[action]);
}

/**
 * The extension's entry: builds the parts, joins them, and hands VS Code what to dispose.
 *
 * Always: activation reads nothing of the workspace and loads no other room but the editor's; each comes on first use.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ExtensionMode, Uri, window, workspace, type Disposable, type ExtensionContext } from "vscode";
import { fillReview, openAt, openReview, registerCommands, type CommandParts, type Shown } from "./editor/commands.ts";
import { openCurrent, type Current } from "./editor/current.ts";
import { demoIsDue, openDemo } from "./editor/demo.ts";
import { watchKey } from "./editor/key.ts";
import { openOutputs } from "./editor/output.ts";
import { openReviews, replaceOrphans, reviewType } from "./editor/panel.ts";
import { openRecaps } from "./editor/recaps.ts";
import type { Rooms } from "./editor/rooms.ts";
import { runDemo } from "./editor/runDemo.ts";
import { openSessionsView } from "./editor/sessions.ts";
import { openStatus } from "./editor/status.ts";
import { takeOver, watchAsked } from "./editor/takeOver.ts";
import { keepTroubles } from "./editor/troubles.ts";
import { tellWaiting } from "./editor/waiting.ts";
import { watchFolder } from "./editor/watch.ts";
import { openWords } from "./editor/words.ts";

/** What has to end before the extension host goes, in this order. */
let endings: (() => Promise<void>)[] = [];

/** What the in-host tests are given; nobody else is given anything. */
export type ForTests = Pick<CommandParts, "rooms" | "current" | "review" | "recaps" | "secrets">;

export function activate(context: ExtensionContext): ForTests | undefined {
  const own = <T extends Disposable>(part: T): T => (context.subscriptions.push(part), part);
  const { extensionUri } = context;
  const dist = Uri.joinPath(extensionUri, "dist");
  const storage = context.globalStorageUri.fsPath;
  const troubles = keepTroubles(own(window.createOutputChannel("Countersign", { log: true })));
  const { log } = troubles;
  const secrets = troubles.watched(context.secrets);
  const rooms = roomsOf(dist.fsPath, storage);
  const demo = openDemo(dist.fsPath, rooms);
  const memento = context.globalState;
  const session = own(openCurrent({ rooms, demo, secrets, memento, log }));
  endings = [() => session.close(), () => rooms.close()];
  const recaps = openRecaps({ rooms, current: session, log });
  const outputs = own(openOutputs());
  const review = own(
    openReviews({
      dist,
      current: session,
      log,
      open: (of, file, line) => openAt(of, session.folder(), file, line),
      output: (of, name) => outputs.show(of, name),
      takeOver: () => takeOver({ rooms, current: session, log }),
    }),
  );
  const key = own(watchKey(secrets, memento));
  const view = own(openSessionsView(session, recaps, key.look));
  const parts: CommandParts = {
    rooms,
    current: session,
    review,
    recaps,
    view,
    secrets,
    memento,
    log,
    troubles,
    dist: dist.fsPath,
    storage,
  };
  const status = own(openStatus(session));
  own(watchFolder(session));
  own(watchAsked({ rooms, current: session, log }));
  context.subscriptions.push(...registerCommands(parts));

  const shown = (): Shown | undefined => context.workspaceState.get<Shown>("shown");
  own(session.onDidSwitch(() => remember(context, session)));
  const tell = (recap: Parameters<typeof status.waits>[0]): void => {
    status.waits(recap);
    view.waits(recap?.pending ?? 0);
  };
  own(tellWaiting({ current: session, recaps, shown, tell }));
  own(
    window.registerWebviewPanelSerializer(reviewType, {
      deserializeWebviewPanel: (panel) => {
        review.adopt(panel);
        void fillReview(parts, shown());
        return Promise.resolve();
      },
    }),
  );
  own(replaceOrphans(review, () => void openReview(parts, shown())));
  own(workspace.onDidGrantWorkspaceTrust(() => void startDueDemo(parts)));
  own(workspace.onDidGrantWorkspaceTrust(() => review.open && void fillReview(parts, shown())));
  void startDueDemo(parts);
  endLeftovers(rooms, storage, log).catch((error: unknown) =>
    log.error(error instanceof Error ? error : String(error)),
  );
  void openWords();
  return context.extensionMode === ExtensionMode.Test ? parts : undefined;
}

export async function deactivate(): Promise<void> {
  for (const end of endings.splice(0)) await end();
}

/** So that a reload brings back the same session; a lost note costs nothing but that. */
function remember(context: ExtensionContext, current: Current): void {
  const [shown, of] = [current.session(), current.folder()];
  if (shown && of)
    void context.workspaceState.update("shown", { folder: of.uri.toString(), session: shown.id } satisfies Shown);
}

/** A window that was opened for the demo runs it, once its folder is trusted. */
async function startDueDemo(parts: CommandParts): Promise<void> {
  const folder = workspace.workspaceFolders?.[0];
  if (folder?.uri.scheme === "file" && workspace.isTrusted && (await demoIsDue(parts.storage, folder.uri.fsPath)))
    await runDemo(parts, folder);
}

/** Below the storage: records of what runs in a sandbox. */
const running = "running";

/** Ends what a window that went away left running. Where nothing ever ran, nothing is loaded. */
async function endLeftovers(rooms: Rooms, storage: string, log: CommandParts["log"]): Promise<void> {
  if (!existsSync(join(storage, running))) return;
  const count = await (await rooms.sandbox()).endLeftovers();
  if (count > 0) log.warn(`ended what an earlier window had left running: ${count}`);
}

function roomsOf(dist: string, storage: string): Rooms & { close(): Promise<void> } {
  const closing: (() => PromiseLike<void>)[] = [];
  const sandbox = once(async () => {
    const { openSandbox, realFolder } = await import("./system/sandbox/index.ts");
    const held = openSandbox({ records: `${realFolder(storage)}/${running}` });
    closing.push(() => held[Symbol.asyncDispose]());
    return held;
  });
  return {
    memory: once(async () => (await import("./memory/index.ts")).openMemory(storage)),
    handovers: once(async () => (await import("./memory/index.ts")).openHandovers(storage)),
    drafts: once(async () => {
      const { openDrafts } = await import("./draft/index.ts");
      const drafts = openDrafts({ storage, worker: `${dist}/draft-worker.cjs` });
      closing.push(() => drafts[Symbol.asyncDispose]());
      return drafts;
    }),
    session: once(() => import("./session/index.ts")),
    state: once(() => import("./state/index.ts")),
    guard: once(async () => (await import("./system/paths.ts")).guardPath),
    sandbox,
    day: once(async () => (await import("./memory/index.ts")).openDayBook(storage)),
    commands: once(async () => {
      const [{ enterDraft }, { openApprovals }] = [
        await import("./system/sandbox/index.ts"),
        await import("./memory/index.ts"),
      ];
      const held = await sandbox();
      return {
        probe: (signal) => held.probe(signal),
        enter: (draft, tree, signal) => enterDraft(held, draft, tree, signal),
        approvals: openApprovals(storage),
      };
    }),
    engine: async (connection, reach) =>
      (await import("./engine/anthropic/index.ts")).anthropicEngine({
        ...reach,
        connection: { ...connection, endpoint: reach.endpoint },
      }),
    agents: once(async () => {
      const { openAgents } = await import("./system/agents/index.ts");
      const { realFolder } = await import("./system/sandbox/index.ts");
      const { acpEngine, configurationIn } = await import("./engine/acp/index.ts");
      const agents = openAgents(await sandbox(), realFolder(storage));
      return {
        ...agents,
        engine: (agent, here) => acpEngine({ ...here, name: agent.name, start: agents.starter(agent, here) }),
        configuration: configurationIn,
      };
    }),
    child: async (script, env) => (await import("./system/child.ts")).startChild(script, { env }),
    close: async () => {
      for (const close of closing.splice(0)) await close();
    },
  };
}

/** The same room for everyone who asks; a failed start is tried again by the next. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () =>
    (opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    }));
}

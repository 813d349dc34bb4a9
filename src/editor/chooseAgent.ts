/**
 * Choose Agent…: who works on new tasks, and, if the person says so, on the session that is open.
 *
 * Shows for each agent its version, where it comes from and what it can reach. Also the place to let an agent read what configures agents in
 * this folder.
 * Always: choosing starts nothing; a session changes its agent between turns only.
 */
import { QuickPickItemKind, l10n, window, workspace } from "vscode";
import type { Memento, QuickPickItem, WorkspaceFolder } from "vscode";
import type { AgentConfiguration, Connection, SandboxFound } from "../protocol/index.ts";
import {
  agentConnection,
  allowConfiguration,
  allowedConfiguration,
  chooseFor,
  chosenAgent,
  configuredAgents,
} from "./agents.ts";
import { configuredConnection } from "./connection.ts";
import type { Current } from "./current.ts";
import type { Review } from "./panel.ts";
import { isTrusted } from "./ready.ts";
import type { Rooms } from "./rooms.ts";

interface Sources {
  rooms: Rooms;
  current: Current;
  review: Review;
  memento: Memento;
}

type Item = QuickPickItem & {
  does?:
    | { kind: "choose"; connection: Connection; name: string | null }
    | { kind: "configuration" }
    | { kind: "say"; text: string };
};

/** `named`: a caller says which, and is not asked. */
export async function chooseAgent(sources: Sources, named?: string): Promise<void> {
  const connection = await chooseForTasks(sources, named);
  if (connection) await offerSession(sources, connection, named !== undefined);
}

/** Who works on new tasks from now on; null where nothing was chosen. */
export async function chooseForTasks(sources: Sources, named?: string): Promise<Connection | null> {
  if (!(await isTrusted())) return null;
  const folder = sources.current.folder() ?? workspace.workspaceFolders?.[0] ?? null;
  const { items, configuration } = await itemsFor(sources, folder);
  const chosen =
    named === undefined
      ? await window.showQuickPick(items, {
          title: l10n.t("Choose Agent"),
          placeHolder: l10n.t("Who works on new tasks?"),
          matchOnDescription: true,
        })
      : items.find(({ does }) => does?.kind === "choose" && (does.name ?? "") === named);
  if (chosen?.does === undefined) return null;
  if (chosen.does.kind === "say") void window.showWarningMessage(chosen.does.text);
  if (chosen.does.kind === "configuration") await chooseConfiguration(sources.memento, configuration);
  if (chosen.does.kind !== "choose") return null;
  await chooseFor(sources.memento, chosen.does.name);
  return chosen.does.connection;
}

async function itemsFor(
  { rooms, memento }: Sources,
  folder: WorkspaceFolder | null,
): Promise<{ items: Item[]; configuration: AgentConfiguration[] }> {
  const room = await rooms.agents();
  const tree = folder?.uri.fsPath ?? "/";
  const [sandbox, configuration] = [await room.probe(), folder ? await room.configuration(tree) : []];
  const now = chosenAgent(memento);
  const mark = (name: string | null): string => (name === now ? "$(check) " : "");
  const own = configuredConnection();
  const items: Item[] = [];
  if (own.kind === "connection")
    items.push({
      label: `${mark(null)}${l10n.t("Built-in agent")}`,
      description: own.connection.model,
      detail: l10n.t(
        "Reaches its private copy and {0}. Runs commands only in a sandbox, after you allow them.",
        own.connection.name,
      ),
      does: { kind: "choose", connection: own.connection, name: null },
    });
  for (const agent of room.find(configuredAgents(), tree)) {
    if (agent.kind === "missing")
      items.push({
        label: agent.name,
        description: l10n.t("not there"),
        detail: agent.why,
        does: { kind: "say", text: `${agent.why} ${agent.remedy}` },
      });
    else
      items.push({
        label: `${mark(agent.name)}${agent.name}`,
        description: [
          agent.version || l10n.t("version unknown"),
          agent.configured ? l10n.t("from your settings") : l10n.t("from your PATH"),
        ].join(" · "),
        detail: reachText(sandbox),
        does: { kind: "choose", connection: agentConnection(agent.name, agent.version), name: agent.name },
      });
  }
  if (configuration.length > 0)
    items.push(
      { label: "", kind: QuickPickItemKind.Separator },
      {
        label: l10n.t("Agent configuration of this folder…"),
        detail: l10n.t("Hidden from agents until you allow it: {0}", configuration.map(({ path }) => path).join(", ")),
        does: { kind: "configuration" },
      },
    );
  return { items, configuration };
}

function reachText(sandbox: SandboxFound): string {
  return sandbox.kind === "none"
    ? l10n.t("No sandbox here: it runs with your rights, and you are asked before. {0}", sandbox.remedy)
    : l10n.t(
        "In a sandbox: writes its private copy and a folder of its own; reads programs and its own login; reaches the network, this machine’s ports and abstract sockets included.",
      );
}

/** Which of what configures agents here may be read by them, as it is now. */
async function chooseConfiguration(memento: Memento, configuration: readonly AgentConfiguration[]): Promise<void> {
  const allowed = allowedConfiguration(memento);
  const items = configuration
    .filter(({ hash }) => hash !== null)
    .map((one) => ({ label: one.path, picked: allowed.includes(one.hash!), one }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t("Agent Configuration of This Folder"),
    placeHolder: l10n.t(
      "What is checked is read by agents, for as long as its content stays as it is. It may start programs.",
    ),
    canPickMany: true,
  });
  if (picked === undefined) return;
  await allowConfiguration(memento, configuration, false);
  await allowConfiguration(
    memento,
    picked.map(({ one }) => one),
    true,
  );
}

/** The session that is open goes on with whom it had, unless the person says otherwise. */
async function offerSession({ current, review }: Sources, connection: Connection, silently: boolean): Promise<void> {
  const session = current.session();
  if (session === null || session.connection.name === connection.name) {
    window.setStatusBarMessage(l10n.t("New tasks go to {0}.", connection.name), 5_000);
    return;
  }
  const here = l10n.t("This Session Too");
  const chosen = silently
    ? here
    : await window.showInformationMessage(
        l10n.t("New tasks go to {0}. The open session goes on with {1}.", connection.name, session.connection.name),
        here,
      );
  if (chosen === here) review.answer(await session.choose(connection));
}
